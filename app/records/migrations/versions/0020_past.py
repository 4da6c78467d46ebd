"""names as filed; the past of what rosters show

Revision 0020, after 0019, 2026-11-29 22:30:00
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from app.records import database, past
from app.rules import filing
from app.rules.past import slot

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CHANGED = ("enrolment", "person", "institution", "cohort", "course")
KEY = sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql")


def upgrade() -> None:
    for name in CHANGED:
        op.add_column(name, sa.Column("changed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("person", sa.Column("surname", sa.String(length=92), nullable=False, server_default=""))
    op.add_column("person", sa.Column("file_name", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("person", sa.Column("file_key", KEY, nullable=False, server_default=""))
    op.add_column("institution", sa.Column("name_key", KEY, nullable=False, server_default=""))
    op.add_column("person", sa.Column("roster_columns", sa.String(length=600), nullable=False, server_default=""))
    _file_everybody(op.get_bind())
    op.create_index(op.f("ix_person_file_key"), "person", ["file_key"])
    moment = database.UtcDateTime(timezone=True)
    op.create_table(
        "enrolment_past",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("active_at", moment, nullable=True),
        sa.Column("completed_at", moment, nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("lessons_done", sa.Integer(), nullable=False),
        sa.Column("lessons_total", sa.Integer(), nullable=False),
        sa.Column("quizzes_passed", sa.Integer(), nullable=False),
        sa.Column("practices_done", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=12), nullable=False),
        sa.Column("exam_mark", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", "until", name=op.f("pk_enrolment_past")),
    )
    op.create_table(
        "person_past",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=92), nullable=False),
        sa.Column("sort_name", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_key", KEY, nullable=False),
        sa.Column("rank", sa.String(length=60), nullable=False),
        sa.Column("service_number", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", "until", name=op.f("pk_person_past")),
    )
    op.create_table(
        "institution_past",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", "until", name=op.f("pk_institution_past")),
    )
    op.create_table(
        "cohort_past",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", "until", name=op.f("pk_cohort_past")),
    )
    op.create_table(
        "course_past",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("until", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_es", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", "until", name=op.f("pk_course_past")),
    )
    beginning = op.create_table(
        "past_beginning",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_past_beginning")),
    )
    empty = op.get_bind().execute(sa.text("SELECT id FROM enrolment LIMIT 1")).first() is None
    op.bulk_insert(beginning, [{"slot": 0 if empty else slot(dt.datetime.now(dt.UTC)) + 1}])


def _file_everybody(connection: sa.Connection) -> None:
    person = sa.table(
        "person",
        sa.column("id", sa.Uuid()),
        *(sa.column(n) for n in ("institution_id", "name", "file_name", "file_key")),
    )
    institution = sa.table(
        "institution", sa.column("id", sa.Uuid()), *(sa.column(n) for n in ("name", "name_key", "country"))
    )
    places = [{"of": row.id, "key": filing.key(row.name)} for row in connection.execute(sa.select(institution))]
    if places:
        statement = sa.update(institution).where(institution.c.id == sa.bindparam("of"))
        connection.execute(statement.values(name_key=sa.bindparam("key")), places)
    found = connection.execute(
        sa.select(person.c.id, person.c.name, institution.c.country).join(
            institution, institution.c.id == person.c.institution_id
        )
    ).all()
    rows = []
    for row in found:
        filed = filing.filed(row.name, "", row.country)
        rows.append({"of": row.id, "filed": filed, "key": filing.key(filed)})
    if rows:
        connection.execute(
            sa.update(person)
            .where(person.c.id == sa.bindparam("of"))
            .values(file_name=sa.bindparam("filed"), file_key=sa.bindparam("key")),
            rows,
        )


def downgrade() -> None:
    past.remove(op.get_bind())
    for name in ("past_beginning", "course_past", "cohort_past", "institution_past", "person_past", "enrolment_past"):
        op.drop_table(name)
    op.drop_index(op.f("ix_person_file_key"), table_name="person")
    for column in ("roster_columns", "file_key", "file_name", "surname"):
        op.drop_column("person", column)
    op.drop_column("institution", "name_key")
    for name in CHANGED:
        op.drop_column(name, "changed")
