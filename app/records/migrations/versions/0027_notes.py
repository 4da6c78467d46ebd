"""bookmarks and private notes of officers

Revision 0027, after 0031, 2026-11-30 09:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0027"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson_note",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.String(length=80), nullable=False),
        sa.Column("module", sa.String(length=80), nullable=False),
        sa.Column("lesson", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", database.UtcDateTime(), nullable=True),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("begun", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_lesson_note_course_id_course"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_lesson_note_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", "course_id", "module", "lesson", name="pk_lesson_note"),
    )
    op.create_table(
        "note_event",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("received_at", database.UtcDateTime(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_note_event_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_note_event"),
    )


def downgrade() -> None:
    op.drop_table("note_event")
    op.drop_table("lesson_note")
