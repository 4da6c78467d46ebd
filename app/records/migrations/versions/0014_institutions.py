"""institutions: the language of their name; closed and merged ones stay

Revision 0014, after 0013, 2026-11-29 22:20:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("institution") as table:
        table.add_column(sa.Column("language", sa.String(length=2), nullable=False, server_default="es"))
        table.add_column(sa.Column("closed_at", database.UtcDateTime(), nullable=True))
        table.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_institution_merged_into_institution", "institution", ["merged_into"], ["id"])
    op.execute("UPDATE institution SET language = 'en' WHERE country IN ('BZ', 'CA', 'US')")


def downgrade() -> None:
    with op.batch_alter_table("institution") as table:
        table.drop_constraint("fk_institution_merged_into_institution", type_="foreignkey")
        table.drop_column("merged_into")
        table.drop_column("closed_at")
        table.drop_column("language")
