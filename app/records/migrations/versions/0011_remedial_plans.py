"""remedial plans before the last attempt at an exam

Revision 0011, after 0010, 2026-11-29 13:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remedial_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_remedial_plan_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_remedial_plan_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedial_plan")),
    )
    op.create_index(op.f("ix_remedial_plan_enrolment_id"), "remedial_plan", ["enrolment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_remedial_plan_enrolment_id"), table_name="remedial_plan")
    op.drop_table("remedial_plan")
