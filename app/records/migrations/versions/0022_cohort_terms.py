"""cohorts: place, seats, languages, invited institutions, applications

Revision 0022, after 0020, 2026-11-29 22:10:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

NEW = ("place", "seats", "languages", "entry", "opens_on", "closes_on", "description", "contact")


def upgrade() -> None:
    with op.batch_alter_table("cohort") as table:
        table.add_column(sa.Column("place", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("seats", sa.Integer(), nullable=True))
        table.add_column(sa.Column("languages", sa.String(length=5), nullable=False, server_default=""))
        table.add_column(sa.Column("entry", sa.String(length=12), nullable=False, server_default="coordinators"))
        table.add_column(sa.Column("opens_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("closes_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("description", sa.String(length=1000), nullable=False, server_default=""))
        table.add_column(sa.Column("contact", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "cohort_guest",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("invited_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_guest_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_cohort_guest_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "institution_id", name=op.f("pk_cohort_guest")),
    )
    op.create_index(op.f("ix_cohort_guest_institution_id"), "cohort_guest", ["institution_id"])
    op.create_table(
        "cohort_application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("nominated", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_application_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_cohort_application_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_cohort_application_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_cohort_application_asked_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_cohort_application_decided_by_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_application")),
        sa.UniqueConstraint("cohort_id", "person_id", name=op.f("uq_cohort_application_cohort_id")),
    )
    op.create_index("ix_cohort_application_line", "cohort_application", ["cohort_id", "state", "asked_at"])
    for column in ("person_id", "institution_id"):
        op.create_index(op.f(f"ix_cohort_application_{column}"), "cohort_application", [column])


def downgrade() -> None:
    for column in ("institution_id", "person_id"):
        op.drop_index(op.f(f"ix_cohort_application_{column}"), table_name="cohort_application")
    op.drop_index("ix_cohort_application_line", table_name="cohort_application")
    op.drop_table("cohort_application")
    op.drop_index(op.f("ix_cohort_guest_institution_id"), table_name="cohort_guest")
    op.drop_table("cohort_guest")
    with op.batch_alter_table("cohort") as table:
        for column in reversed(NEW):
            table.drop_column(column)
