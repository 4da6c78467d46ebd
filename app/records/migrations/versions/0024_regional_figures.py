"""the region's figures, kept as they were published at the end of a month

Revision 0024, after 0023, 2026-11-29 22:30:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regional_figures",
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("counted_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("until", name=op.f("pk_regional_figures")),
    )


def downgrade() -> None:
    op.drop_table("regional_figures")
