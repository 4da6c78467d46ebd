"""working texts

Revision 0005, after 0004, 2026-11-25 00:10:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "working_text",
        sa.Column("course_id", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("base", sa.String(length=32), nullable=False),
        sa.Column("sitting", sa.Uuid(), nullable=False),
        sa.Column("saved_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_working_text_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_working_text_person_id_person")),
        sa.PrimaryKeyConstraint("course_id", "path", "person_id", name=op.f("pk_working_text")),
    )
    op.create_index(op.f("ix_working_text_saved_at"), "working_text", ["saved_at"])


def downgrade() -> None:
    op.drop_table("working_text")
