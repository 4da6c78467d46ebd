"""refreshers

Revision 0008, after 0007, 2026-11-29 13:10:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refresher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("covered", sa.String(length=2000), nullable=False),
        sa.Column("renews", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_refresher_enrolment_id_enrolment")),
        sa.ForeignKeyConstraint(["renews"], ["certificate.id"], name=op.f("fk_refresher_renews_certificate")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_refresher_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_refresher_signed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresher")),
    )
    op.create_index(op.f("ix_refresher_enrolment_id"), "refresher", ["enrolment_id"])


def downgrade() -> None:
    op.drop_table("refresher")
