"""accounts at an institution's own sign-in service

Revision 0031, after 0030, 2026-11-30 07:05:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", database.UtcDateTime(), nullable=False),
        sa.Column("used_at", database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"])


def downgrade() -> None:
    op.drop_table("identity")
