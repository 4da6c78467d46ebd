"""extra time for exams; the country that an attempt was drawn for

Revision 0010, after 0009, 2026-11-29 12:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accommodation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_accommodation_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_accommodation_granted_by_person")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_accommodation_withdrawn_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation")),
    )
    op.create_index(op.f("ix_accommodation_enrolment_id"), "accommodation", ["enrolment_id"])
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("country", sa.String(length=2), nullable=False, server_default=""))
        table.add_column(sa.Column("extra_minutes", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.drop_column("extra_minutes")
        table.drop_column("country")
    op.drop_index(op.f("ix_accommodation_enrolment_id"), table_name="accommodation")
    op.drop_table("accommodation")
