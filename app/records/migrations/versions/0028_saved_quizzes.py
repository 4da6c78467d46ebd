"""draws of quizzes in saved modules

Revision 0028, after 0026, 2026-11-30 07:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_quiz",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.String(length=80), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("made_at", database.UtcDateTime(), nullable=False),
        sa.Column("handed_in_at", database.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_saved_quiz_edition_id_edition"),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name="fk_saved_quiz_enrolment_id_enrolment"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_quiz"),
    )
    op.create_index("ix_saved_quiz_enrolment", "saved_quiz", ["enrolment_id", "module"])


def downgrade() -> None:
    op.drop_table("saved_quiz")
