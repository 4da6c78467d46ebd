"""lists of people that are imported

Revision 0015, after 0014, 2026-11-29 22:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


ASKED_WHEN_REMOVED = (
    ("role_grant", "granted_by"),
    ("certificate", "revocation_asked_by"),
    ("certificate", "revoked_by"),
    ("practice_sheet", "signed_by"),
)
"""what a database looks through for every account and enrolment that undoing a list removes"""


def upgrade() -> None:
    for table, column in ASKED_WHEN_REMOVED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_table(
        "people_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=True),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("course_id", sa.String(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("chosen_encoding", sa.String(length=12), nullable=False),
        sa.Column("encoding", sa.String(length=12), nullable=False),
        sa.Column("separator", sa.String(length=1), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("ignored", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("lease_until", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("done_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["institution.id"], name=op.f("fk_people_import_root_id_institution")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_people_import_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_people_import_course_id_course")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_people_import_cohort_id_cohort"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_people_import_sent_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_people_import_asked_by_person")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_people_import_done_by_person")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_people_import_undone_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_import")),
    )
    op.create_index(op.f("ix_people_import_digest"), "people_import", ["digest"])
    op.create_index("ix_people_import_root", "people_import", ["root_id", "sent_at"])
    op.create_index("ix_people_import_state", "people_import", ["state"])
    op.create_table(
        "people_import_line",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.String(length=80), nullable=False),
        sa.Column("difference", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["people_import.id"],
            name=op.f("fk_people_import_line_import_id_people_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_people_import_line_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_people_import_line")),
    )
    op.create_index(op.f("ix_people_import_line_person_id"), "people_import_line", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_people_import_line_person_id"), table_name="people_import_line")
    op.drop_table("people_import_line")
    op.drop_index("ix_people_import_state", table_name="people_import")
    op.drop_index("ix_people_import_root", table_name="people_import")
    op.drop_index(op.f("ix_people_import_digest"), table_name="people_import")
    op.drop_table("people_import")
    for table, column in reversed(ASKED_WHEN_REMOVED):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
