"""integrated exercise

Revision 0007, after 0006, 2026-11-29 13:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolment") as table:
        # no edition before this one has such an exercise: "" is what every enrolment stands at
        table.add_column(sa.Column("exercise", sa.String(length=12), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("enrolment") as table:
        table.drop_column("exercise")
