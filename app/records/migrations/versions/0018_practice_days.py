"""practice days, who is expected and who came

Revision 0018, after 0017, 2026-11-29 20:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("directions", sa.String(length=500), nullable=False),
        sa.Column("bring", sa.String(length=500), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_practice_day_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_practice_day_created_by_person")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_practice_day_closed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_day")),
    )
    op.create_index(op.f("ix_practice_day_cohort_id"), "practice_day", ["cohort_id"])
    op.create_table(
        "practice_day_trainer",
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["practice_day.id"],
            name=op.f("fk_practice_day_trainer_day_id_practice_day"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_day_trainer_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day_id", "person_id", name=op.f("pk_practice_day_trainer")),
    )
    op.create_table(
        "attendance",
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"], ["practice_day.id"], name=op.f("fk_attendance_day_id_practice_day"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day_id", "enrolment_id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_enrolment_id"), "attendance", ["enrolment_id"])
    op.create_table(
        "attendance_mark",
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"], ["practice_day.id"], name=op.f("fk_attendance_mark_day_id_practice_day"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_mark_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_attendance_mark_made_by_person")),
        sa.PrimaryKeyConstraint("day_id", "enrolment_id", "version", name=op.f("pk_attendance_mark")),
    )
    for column in ("enrolment_id", "made_by"):  # looked through for every enrolment and account that is removed
        op.create_index(op.f(f"ix_attendance_mark_{column}"), "attendance_mark", [column])


def downgrade() -> None:
    for column in ("made_by", "enrolment_id"):
        op.drop_index(op.f(f"ix_attendance_mark_{column}"), table_name="attendance_mark")
    op.drop_table("attendance_mark")
    op.drop_index(op.f("ix_attendance_enrolment_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_table("practice_day_trainer")
    op.drop_index(op.f("ix_practice_day_cohort_id"), table_name="practice_day")
    op.drop_table("practice_day")
