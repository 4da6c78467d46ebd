"""exams on paper: copies bound to attempts, entered by two people

Revision 0013, after 0012, 2026-11-29 15:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("medium", sa.String(length=5), nullable=False, server_default="web"))
    op.create_table(
        "paper_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sheet", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=False),
        sa.Column("printed_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sat_on", sa.Date(), nullable=True),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("first_by", sa.Uuid(), nullable=True),
        sa.Column("first_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("second", sa.JSON(), nullable=False),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("resolved", sa.JSON(), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("graded_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_paper_copy_enrolment_id_enrolment")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_paper_copy_attempt_id_attempt"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["printed_by"], ["person.id"], name=op.f("fk_paper_copy_printed_by_person")),
        sa.ForeignKeyConstraint(["first_by"], ["person.id"], name=op.f("fk_paper_copy_first_by_person")),
        sa.ForeignKeyConstraint(["second_by"], ["person.id"], name=op.f("fk_paper_copy_second_by_person")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_paper_copy_resolved_by_person")),
        sa.ForeignKeyConstraint(["cancelled_by"], ["person.id"], name=op.f("fk_paper_copy_cancelled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_copy")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_paper_copy_attempt_id")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_copy_code")),
    )
    op.create_index(op.f("ix_paper_copy_batch"), "paper_copy", ["batch"])
    op.create_index(op.f("ix_paper_copy_enrolment_id"), "paper_copy", ["enrolment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_paper_copy_enrolment_id"), table_name="paper_copy")
    op.drop_index(op.f("ix_paper_copy_batch"), table_name="paper_copy")
    op.drop_table("paper_copy")
    with op.batch_alter_table("attempt") as table:
        table.drop_column("medium")
