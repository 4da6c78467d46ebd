"""What rows were: for every table that a roster reads, one beside it with the values that were replaced.

A trigger of the database writes them, so no writer can forget to. A row of ``enrolment_past`` holds what the enrolment
said until the slot (rules/past.py) ``until``, in which it was changed; the first change in a slot is the one that counts.
The state at a cut is therefore the row with the least ``until`` at or after it, else the row that is there now; rows exist
from the moment that they themselves name (``enrolled_at``, ``issued_at``).

Triggers stand outside the tables, and SQLite drops them with a table that a migration rebuilds: :func:`install` puts all
of them up again after every migration.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Integer, Table

from app.records.cohorts import Cohort
from app.records.database import Base
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.past import FOREVER

KEPT: dict[Any, tuple[str, ...]] = {
    Enrolment: (
        "institution_id",
        "cohort_id",
        "edition_id",
        "enrolled_at",
        "started_at",
        "active_at",
        "completed_at",
        "status",
        "percent",
        "lessons_done",
        "lessons_total",
        "quizzes_passed",
        "practices_done",
        "exercise",
        "exam_mark",
    ),
    Person: ("name", "sort_name", "file_name", "file_key", "rank", "service_number"),
    Institution: ("path", "name", "name_key", "country"),
    Cohort: ("name", "starts_on", "ends_on"),
    CourseRow: ("title_en", "title_es"),
}
"""what of each table a roster shows: only a change of these counts as one"""


def _beside(model: Any, names: tuple[str, ...]) -> Table:
    table: Table = model.__table__
    key = table.c.id
    columns = [Column(name, table.c[name].type, nullable=table.c[name].nullable) for name in names]
    return Table(
        f"{table.name}_past",
        Base.metadata,
        Column("id", key.type, primary_key=True),
        Column("until", Integer, primary_key=True, autoincrement=False),
        *columns,
    )


PAST: dict[Any, Table] = {model: _beside(model, names) for model, names in KEPT.items()}

BEGINNING = Table("past_beginning", Base.metadata, Column("slot", Integer, primary_key=True, autoincrement=False))
"""one row: since when the past is kept; 0 for a database that was empty when keeping began"""


def remove(connection: Connection) -> None:
    """Take the triggers away: before tables change."""
    for model in KEPT:
        name = model.__table__.name
        if connection.dialect.name == "postgresql":
            if connection.exec_driver_sql(f"SELECT to_regclass('{name}')").scalar():
                connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "past_{name}_update" ON "{name}"')
                connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "past_{name}_delete" ON "{name}"')
            connection.exec_driver_sql(f'DROP FUNCTION IF EXISTS "past_{name}"()')
        else:
            for deed in ("update", "delete"):
                connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "past_{name}_{deed}"')


def install(connection: Connection) -> None:
    """Put the triggers up, whatever was there. Inside the transaction of a migration."""
    remove(connection)
    for model, names in KEPT.items():
        statements = _postgresql(model, names) if connection.dialect.name == "postgresql" else _sqlite(model, names)
        for statement in statements:
            connection.exec_driver_sql(statement)


def _sqlite(model: Any, names: tuple[str, ...]) -> list[str]:
    name = model.__table__.name
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in names)
    return [
        f'CREATE TRIGGER "past_{name}_update" AFTER UPDATE ON "{name}" WHEN {differs} '
        f"BEGIN {_keep(name, names, 'NEW.changed')}; END",
        f'CREATE TRIGGER "past_{name}_delete" AFTER DELETE ON "{name}" BEGIN {_keep(name, names, str(FOREVER))}; END',
    ]


def _postgresql(model: Any, names: tuple[str, ...]) -> list[str]:
    name = model.__table__.name
    differs = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in names)
    return [
        f'CREATE FUNCTION "past_{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF TG_OP = 'DELETE' THEN {_keep(name, names, str(FOREVER))}; "
        f"ELSE {_keep(name, names, 'NEW.changed')}; END IF; RETURN NULL; END $$",
        f'CREATE TRIGGER "past_{name}_update" AFTER UPDATE ON "{name}" FOR EACH ROW WHEN ({differs}) '
        f'EXECUTE FUNCTION "past_{name}"()',
        f'CREATE TRIGGER "past_{name}_delete" AFTER DELETE ON "{name}" FOR EACH ROW EXECUTE FUNCTION "past_{name}"()',
    ]


def _keep(name: str, names: tuple[str, ...], until: str) -> str:
    """The statement that keeps OLD until *until*, unless something is kept until then. (SQLite would give an
    ``OR IGNORE`` here up for what the statement that fired the trigger says.)
    """
    columns = ", ".join(f'"{column}"' for column in names)
    old = ", ".join(f'OLD."{column}"' for column in names)
    return (
        f'INSERT INTO "{name}_past" ("id", "until", {columns}) SELECT OLD."id", {until}, {old} '  # noqa: S608 - our names
        f'WHERE NOT EXISTS (SELECT 1 FROM "{name}_past" WHERE "id" = OLD."id" AND "until" = {until})'
    )
