"""draft revisions

Revision 0002, after 0001, 2026-11-24 00:08:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_revision",
        sa.Column("course_id", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_draft_revision_course_id_course")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_draft_revision_saved_by_person")),
        sa.PrimaryKeyConstraint("course_id", "path", "number", name=op.f("pk_draft_revision")),
    )
    # What stands in drafts now is the first revision of its page, or the next save would hide it.
    op.execute(
        "INSERT INTO draft_revision (course_id, path, number, content, saved_at, saved_by) "
        "SELECT course_id, path, 1, content, updated_at, updated_by FROM draft_page "
        "WHERE updated_by IS NOT NULL AND (path LIKE '%.md' OR path = 'course.yaml')"
    )


def downgrade() -> None:
    op.drop_table("draft_revision")
