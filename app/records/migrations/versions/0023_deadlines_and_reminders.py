"""cohorts: deadlines, reminders, announcements

Revision 0023, after 0022, 2026-11-29 22:20:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cohort") as table:
        table.add_column(sa.Column("look_again_at", database.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "cohort_deadline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_deadline_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_deadline")),
        sa.UniqueConstraint("cohort_id", "target", name=op.f("uq_cohort_deadline_cohort_id")),
    )
    op.create_table(
        "deadline_extension",
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("given_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deadline_id"],
            ["cohort_deadline.id"],
            name=op.f("fk_deadline_extension_deadline_id_cohort_deadline"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_deadline_extension_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name=op.f("fk_deadline_extension_given_by_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("deadline_id", "enrolment_id", name=op.f("pk_deadline_extension")),
    )
    op.create_index(op.f("ix_deadline_extension_enrolment_id"), "deadline_extension", ["enrolment_id"])
    op.create_table(
        "cohort_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("subject_en", sa.String(length=120), nullable=False),
        sa.Column("subject_es", sa.String(length=120), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_es", sa.Text(), nullable=False),
        sa.Column("made_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_reminder_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_cohort_reminder_made_by_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_reminder")),
    )
    op.create_index("ix_cohort_reminder_cohort_id", "cohort_reminder", ["cohort_id", "kind"])
    op.create_table(
        "announcement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("subject_en", sa.String(length=120), nullable=False),
        sa.Column("subject_es", sa.String(length=120), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_es", sa.Text(), nullable=False),
        sa.Column("written_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("edited_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_announcement_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_announcement_written_by_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_cohort_id"), "announcement", ["cohort_id"])
    op.create_table(
        "officer_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=130), nullable=False),
        sa.Column("key", sa.String(length=180), nullable=False),
        sa.Column("announcement_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_officer_message_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_officer_message_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_officer_message_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_officer_message_announcement_id_announcement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_message")),
        sa.UniqueConstraint("key", name=op.f("uq_officer_message_key")),
    )
    op.create_index("ix_officer_message_person_id", "officer_message", ["person_id", "closed_at"])
    op.create_index("ix_officer_message_cohort_id", "officer_message", ["cohort_id", "kind"])
    for column in ("enrolment_id", "announcement_id"):
        op.create_index(op.f(f"ix_officer_message_{column}"), "officer_message", [column])


def downgrade() -> None:
    for column in ("announcement_id", "enrolment_id"):
        op.drop_index(op.f(f"ix_officer_message_{column}"), table_name="officer_message")
    op.drop_index("ix_officer_message_cohort_id", table_name="officer_message")
    op.drop_index("ix_officer_message_person_id", table_name="officer_message")
    op.drop_table("officer_message")
    op.drop_index(op.f("ix_announcement_cohort_id"), table_name="announcement")
    op.drop_table("announcement")
    op.drop_index("ix_cohort_reminder_cohort_id", table_name="cohort_reminder")
    op.drop_table("cohort_reminder")
    op.drop_index(op.f("ix_deadline_extension_enrolment_id"), table_name="deadline_extension")
    op.drop_table("deadline_extension")
    op.drop_table("cohort_deadline")
    with op.batch_alter_table("cohort") as table:
        table.drop_column("look_again_at")
