"""keys with which programs read

Revision 0025, after 0024, 2026-11-29 22:40:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", database.UtcDateTime(), nullable=False),
        sa.Column("expires_at", database.UtcDateTime(), nullable=False),
        sa.Column("used_at", database.UtcDateTime(), nullable=True),
        sa.Column("ended_at", database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name="fk_api_key_institution_id_institution"),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name="fk_api_key_issued_by_person"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("token_hash", name="uq_api_key_token_hash"),
    )
    op.create_index("ix_api_key_institution_id", "api_key", ["institution_id"])
    op.create_index("ix_api_key_issued_by", "api_key", ["issued_by"])


def downgrade() -> None:
    op.drop_table("api_key")
