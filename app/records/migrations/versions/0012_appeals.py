"""appeals against exams, and what is decided about an item for everybody

Revision 0012, after 0011, 2026-11-29 14:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_ruling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=80), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("applied_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("risen", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_item_ruling_course_id_course")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_item_ruling_edition_id_edition")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_item_ruling_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ruling")),
    )
    op.create_index("ix_item_ruling_edition", "item_ruling", ["edition_id", "question"])
    op.create_index(op.f("ix_item_ruling_course_id"), "item_ruling", ["course_id"])
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("raised_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ruling_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_appeal_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_appeal_course_id_course")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_appeal_answered_by_person")),
        sa.ForeignKeyConstraint(["ruling_id"], ["item_ruling.id"], name=op.f("fk_appeal_ruling_id_item_ruling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("attempt_id", "question", name="uq_appeal_once"),
    )
    op.create_index(op.f("ix_appeal_course_id"), "appeal", ["course_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_appeal_course_id"), table_name="appeal")
    op.drop_table("appeal")
    op.drop_index(op.f("ix_item_ruling_course_id"), table_name="item_ruling")
    op.drop_index("ix_item_ruling_edition", table_name="item_ruling")
    op.drop_table("item_ruling")
