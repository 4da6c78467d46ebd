"""held uploads

Revision 0004, after 0003, 2026-11-25 09:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_held_upload_course_id_course")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_held_upload_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_upload")),
    )
    op.create_index(op.f("ix_held_upload_course_id"), "held_upload", ["course_id"])
    op.create_index(op.f("ix_held_upload_person_id"), "held_upload", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_held_upload_person_id"), table_name="held_upload")
    op.drop_index(op.f("ix_held_upload_course_id"), table_name="held_upload")
    op.drop_table("held_upload")
