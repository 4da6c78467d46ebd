"""regrading: attempts that no longer count, answers worth more

Revision 0003, after 0002, 2026-11-29 05:55:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("forgiven", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("attempt_answer") as table:
        table.add_column(sa.Column("regraded_at", database.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attempt_answer") as table:
        table.drop_column("regraded_at")
    with op.batch_alter_table("attempt") as table:
        table.drop_column("forgiven")
