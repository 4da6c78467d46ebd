"""erasure: pseudonymised people and certificates, requests

Revision 0017, after 0016, 2026-11-29 22:30:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("person", "certificate"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("erased_at", database.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("certificates", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("decided_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_erasure_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_person_id"), "erasure", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_erasure_person_id"), table_name="erasure")
    op.drop_table("erasure")
    for name in ("certificate", "person"):
        with op.batch_alter_table(name) as table:
            table.drop_column("erased_at")
