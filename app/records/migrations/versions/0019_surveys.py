"""the survey at the end of a course: who has answered, and apart from it what

Revision 0019, after 0018, 2026-11-29 20:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_mark",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_survey_mark_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_survey_mark")),
        sqlite_with_rowid=False,
    )
    for table, columns in (
        ("survey_answer", [sa.Column("scores", sa.JSON(), nullable=False)]),
        (
            "survey_comment",
            [
                sa.Column("item", sa.String(length=20), nullable=False),
                sa.Column("text", sa.String(length=1000), nullable=False),
            ],
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("course_id", sa.String(length=80), nullable=False),
            sa.Column("cohort_id", sa.Uuid(), nullable=True),
            sa.Column("service_id", sa.Uuid(), nullable=True),
            *columns,
            sa.Column("released", sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f(f"fk_{table}_course_id_course")),
            sa.ForeignKeyConstraint(
                ["cohort_id"], ["cohort.id"], name=op.f(f"fk_{table}_cohort_id_cohort"), ondelete="SET NULL"
            ),
            sa.ForeignKeyConstraint(
                ["service_id"], ["institution.id"], name=op.f(f"fk_{table}_service_id_institution")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
        op.create_index(op.f(f"ix_{table}_course_id"), table, ["course_id"])
        op.create_index(op.f(f"ix_{table}_cohort_id"), table, ["cohort_id"])


def downgrade() -> None:
    for table in ("survey_comment", "survey_answer"):
        op.drop_index(op.f(f"ix_{table}_cohort_id"), table_name=table)
        op.drop_index(op.f(f"ix_{table}_course_id"), table_name=table)
        op.drop_table(table)
    op.drop_table("survey_mark")
