"""Reading the roster: the one statement behind the page and every download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Select, and_, func, select
from sqlalchemy.engine import Engine

from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.editions import CourseRow, Edition
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.errors import Refused
from app.services import scope, sightings, spreadsheets
from app.services.office import Actor, Office
from app.services.rosters.columns import COLUMNS, Line, Reader, zone_of
from app.services.rosters.query import RosterQuery, conditions, reachable_cohort
from app.services.spreadsheets import Cell, Heading

PAGE = 50
AT_ONCE = 1000
"""rows fetched from the database together"""


def _statement(query: RosterQuery, where: list[Any], language: str, *ids: Any) -> Select[*tuple[Any, ...]]:
    title = CourseRow.title_en if language == "en" else CourseRow.title_es
    order: dict[str, Any] = {
        "name": Person.sort_name,
        "institution": Institution.name,
        "course": title,
        "status": Enrolment.status,
        "percent": Enrolment.percent,
        "active": Enrolment.active_at,
        "exam": Enrolment.exam_mark,
        "completed": Enrolment.completed_at,
    }
    by = order[query.sort.removeprefix("-")]
    first = by.desc() if query.sort.startswith("-") else by.asc()
    if query.sort.removeprefix("-") in ("active", "exam", "completed"):
        first = first.nulls_last()
    return (
        select(
            *ids,
            Person.name,
            Person.rank,
            Person.service_number,
            Institution.country,
            Institution.name.label("institution"),
            CourseRow.title_en,
            CourseRow.title_es,
            Edition.number.label("edition"),
            Cohort.name.label("cohort"),
            Enrolment.status,
            Enrolment.enrolled_at,
            Enrolment.started_at,
            Enrolment.active_at,
            Enrolment.lessons_done,
            Enrolment.lessons_total,
            Enrolment.quizzes_passed,
            Enrolment.practices_done,
            Enrolment.exercise,
            Enrolment.exam_mark,
            Enrolment.percent,
            Enrolment.completed_at,
            Certificate.serial,
            Certificate.expires_on,
            Certificate.superseded_at,
            Certificate.revoked_at,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .join(CourseRow, CourseRow.id == Enrolment.course_id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(
            Certificate,
            and_(
                Certificate.enrolment_id == Enrolment.id,
                Certificate.kind == "completion",
                Certificate.superseded_at.is_(None),
            ),
        )
        .where(*where)
        .order_by(first, *(() if by is Person.sort_name else (Person.sort_name,)), Enrolment.id)
    )


# On the screen --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One screenful of the roster."""

    rows: tuple[Line, ...]
    number: int
    pages: int
    total: int


def page(
    office: Office, actor: Actor, query: RosterQuery, number: int = 1, language: str = "", size: int = PAGE
) -> Page:
    """Page *number* (from 1; beyond the last it is the last) of the roster. Raises as :func:`rows`."""
    where = conditions(office, actor, query, zone_of(actor))
    count = select(func.count()).select_from(Enrolment).join(Person, Person.id == Enrolment.person_id).where(*where)
    total = office.session.scalar(count) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    ids = (Enrolment.id.label("enrolment_id"), Person.id.label("person_id"))
    statement = _statement(query, where, language or actor.language, *ids).offset((number - 1) * size).limit(size)
    return Page(tuple(office.session.execute(statement)), number, pages, total)


@dataclass(frozen=True)
class Choices:
    """What the filters offer: everything that the actor may ask for."""

    institutions: tuple[tuple[Institution, int], ...]
    """in tree order, with their depth"""
    courses: tuple[CourseRow, ...]
    cohorts: tuple[Cohort, ...]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of the institutions, by code."""
        return tuple(sorted({row.country for row, _depth in self.institutions}))


def choices(office: Office, actor: Actor) -> Choices:
    """What the filters of the roster offer *actor*, from three queries."""
    return Choices(
        tuple(scope.depths(scope.institutions(office, actor))),
        tuple(office.session.scalars(select(CourseRow).order_by(CourseRow.title_en))),
        tuple(
            office.session.scalars(
                select(Cohort)
                .where(reachable_cohort(actor.paths("read roster")))
                .order_by(Cohort.starts_on.desc(), Cohort.name)
            )
        ),
    )


# Taken away -----------------------------------------------------------------------------------------------------------


def rows(office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> Iterator[list[Cell]]:
    """Every row of the roster as its cells, in the order of :data:`COLUMNS`.

    What may be asked is checked now; rows are read as they are taken, on a connection of their own, which closes with
    the iterator. Raises ``Forbidden``, and ``NotFound`` for an institution, course or cohort that is not the actor's.
    """
    where = conditions(office, actor, query, reader.zone)
    bind = office.session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    return _stream(engine, _statement(query, where, reader.language), reader)


def _stream(engine: Engine, statement: Select[*tuple[Any, ...]], reader: Reader) -> Iterator[list[Cell]]:
    takes = [column.take for column in COLUMNS]
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # It plans cursors for whoever takes the first tenth. We take all; on tables just filled that plan took minutes.
            connection.exec_driver_sql("SET LOCAL cursor_tuple_fraction = 1.0")
        for part in connection.execution_options(yield_per=AT_ONCE).execute(statement).partitions():
            for row in part:
                yield [take(row, reader) for take in takes]


def headings(reader: Reader) -> list[Heading]:
    """The heads of :data:`COLUMNS` in the reader's language; those of days and moments name the time zone."""
    zone = reader.zone_words
    return [
        Heading(f"{reader.say(c.heading)} ({zone})" if c.timed else reader.say(c.heading), c.kind, c.width)
        for c in COLUMNS
    ]


def csv_file(office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> Iterator[bytes]:
    """The roster as CSV (UTF-8 with a byte order mark), as it is read. Raises as :func:`rows`, at once."""
    return spreadsheets.csv_stream(headings(reader), rows(office, actor, query, reader))


def xlsx_file(office: Office, actor: Actor, query: RosterQuery, reader: Reader, sheet: str) -> Iterator[bytes]:
    """The roster as a workbook with one sheet called *sheet*, as it is read.

    Raises as :func:`rows`, and ``Refused("roster-too-long")`` when there are more rows than a sheet can hold.
    """
    where = conditions(office, actor, query, reader.zone)
    count = select(func.count()).select_from(Enrolment).join(Person, Person.id == Enrolment.person_id).where(*where)
    if (office.session.scalar(count) or 0) > spreadsheets.MOST_ROWS:
        raise Refused("roster-too-long", most=spreadsheets.MOST_ROWS)
    return spreadsheets.xlsx_stream(sheet, headings(reader), rows(office, actor, query, reader))


def json_file(office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> Iterator[bytes]:
    """The roster as JSON, as it is read: ``{"zone": …, "columns": [{"key": …, "title": …}], "rows": [{…}]}``."""
    heads = [{"key": c.key, "title": h.title} for c, h in zip(COLUMNS, headings(reader), strict=True)]
    return _json(heads, rows(office, actor, query, reader), reader)


def _json(heads: list[dict[str, str]], found: Iterator[list[Cell]], reader: Reader) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    keys = [column.key for column in COLUMNS]
    yield b'{"zone":' + encode(reader.zone.key) + b',"columns":' + encode(heads) + b',"rows":['
    comma = b"\n"
    part: list[bytes] = []
    for cells in found:
        part.append(comma + encode(dict(zip(keys, cells, strict=True))))
        comma = b",\n"
        if len(part) >= AT_ONCE:
            yield b"".join(part)
            part.clear()
    yield b"".join(part) + b"\n]}\n"


def reach(office: Office, actor: Actor, query: RosterQuery) -> tuple[str, ...]:
    """The paths of the institutions whose officers, with those below, *query* may show to *actor*."""
    if query.institution:
        return (scope.institution(office, actor, query.institution).path,)
    return actor.paths("read roster")


def note_download(office: Office, actor: Actor, query: RosterQuery, form: Literal["csv", "xlsx", "json"]) -> None:
    """Write into the audit log that *actor* takes the roster away. A name looked for is not repeated there."""
    where = conditions(office, actor, query, zone_of(actor))
    count = select(func.count()).select_from(Enrolment).join(Person, Person.id == Enrolment.person_id).where(*where)
    total = office.session.scalar(count) or 0
    sightings.listed(office, actor, "roster.download", reach(office, actor, query), query.asked, total, subject=form)
