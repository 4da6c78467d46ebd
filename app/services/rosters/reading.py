"""Reading the roster: the one statement behind the page and every download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, case, func, literal_column, select
from sqlalchemy.engine import Connection, Engine

from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.editions import CourseRow, Edition
from app.records.people import Institution
from app.rules import filing, past
from app.services import scope
from app.services.office import Actor, Office
from app.services.rosters import copying
from app.services.rosters.columns import COLUMNS, Asking, Column, Line, Reader, chosen, filling, zone_of
from app.services.rosters.query import RosterQuery, conditions, reachable_cohort, standing
from app.services.rosters.standing import NOW, Standing
from app.services.spreadsheets import Cell, CsvWriter, Heading

PAGE = 50
AT_ONCE = 1000
"""rows fetched from the database together"""


def _from(office: Office, query: RosterQuery, where: list[Any], of: Standing, what: list[Any]) -> Select[Any]:
    """*what* of the rows that *where* lets through, in the order of *query*."""
    enrolment, person = of.enrolment, of.person
    order: dict[str, Any] = {
        "name": person.file_key,
        "institution": of.institution.name_key,
        "course": None,
        "status": enrolment.status,
        "percent": enrolment.percent,
        "active": enrolment.active_at,
        "exam": enrolment.exam_mark,
        "completed": enrolment.completed_at,
    }
    key = query.sort.removeprefix("-")
    if key == "course":
        order[key] = _course_order(office, of)
    first = order[key].desc() if query.sort.startswith("-") else order[key].asc()
    if key in ("active", "exam", "completed"):
        first = first.nulls_last()
    return (
        select(*what)
        .select_from(enrolment)
        .join(person, person.id == enrolment.person_id)
        .join(of.institution, of.institution.id == enrolment.institution_id)
        .join(of.course, of.course.id == enrolment.course_id)
        .join(Edition, Edition.id == enrolment.edition_id)
        .outerjoin(of.cohort, of.cohort.id == enrolment.cohort_id)
        .outerjoin(Certificate, of.current)
        .where(*where)
        .order_by(first, *(() if key == "name" else (person.file_key,)), enrolment.id)
    )


def _course_order(office: Office, of: Standing) -> Any:
    """Courses are few: their place by title, as Spanish orders, is told to the database."""
    rows = office.session.execute(select(CourseRow.id, CourseRow.title_es, CourseRow.title_en)).all()
    ranked = sorted(rows, key=lambda row: (filing.key(row.title_es or row.title_en), row.id))
    places = {row.id: place for place, row in enumerate(ranked)}
    return case(places, value=of.course.id) if places else literal_column("0")


def read_as(reader: Reader, query: RosterQuery) -> Reader:
    """*reader* on the day that *query* asks about."""
    if query.as_of is None:
        return reader
    return replace(reader, today=query.as_of, zone=past.told_in(query.as_of, reader.zone))


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
    """Page *number* (from 1; beyond the last it is the last) of the roster.

    Raises as :func:`conditions` and :func:`standing` do.
    """
    zone = zone_of(actor)
    of = standing(office, query, zone)
    where = conditions(office, actor, query, zone, of=of)
    total = count(office, where, of)
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    enrolment, person = of.enrolment, of.person
    names = (
        "status enrolled_at started_at active_at lessons_done lessons_total quizzes_passed practices_done exercise "
        "exam_mark percent completed_at"
    )
    what = [
        enrolment.id.label("enrolment_id"),
        person.id.label("person_id"),
        person.name,
        person.file_name,
        person.rank,
        person.service_number,
        of.institution.country,
        of.institution.name.label("institution"),
        of.course.title_en,
        of.course.title_es,
        Edition.number.label("edition"),
        of.cohort.name.label("cohort"),
        *(getattr(enrolment, name).label(name) for name in names.split()),
        Certificate.serial,
        Certificate.expires_on,
        of.superseded_at.label("superseded_at"),
        of.revoked_at.label("revoked_at"),
    ]
    statement = _from(office, query, where, of, what).offset((number - 1) * size).limit(size)
    return Page(tuple(office.session.execute(statement)), number, pages, total)


def count(office: Office, where: list[Any], of: Standing = NOW, most: int | None = None) -> int:
    """How many rows *where* lets through; *most* at most, where more need not be told apart."""
    found = select(of.enrolment.id).join(of.person, of.person.id == of.enrolment.person_id).where(*where)
    if most is not None:
        found = found.limit(most)
    return office.session.scalar(select(func.count()).select_from(found.subquery())) or 0


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


class Source:
    """The rows of a roster to be taken away: what may be asked was checked, nothing is read yet."""

    def __init__(self, office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> None:
        """Raises as :func:`conditions` and :func:`standing` do."""
        self.reader = read_as(reader, query)
        self.columns: tuple[Column, ...] = chosen(query.columns)
        of = standing(office, query, reader.zone)
        self._where = conditions(office, actor, query, reader.zone, of=of)
        self._of = of
        bind = office.session.get_bind()
        self._engine: Engine = bind if isinstance(bind, Engine) else bind.engine
        self._asking = Asking(of, self.reader, self._engine.dialect.name == "postgresql")
        what = [column.source(self._asking).label(column.key) for column in self.columns]
        # what the heading tells of the rows: which editions there are
        what += [of.course.id.label("course_id"), Edition.number.label("edition_number")]
        self._query = query
        self._statement = _from(office, query, self._where, of, what)
        self._office = office
        self.rows = 0
        self.editions: set[tuple[str, int]] = set()

    def count(self, most: int) -> int:
        """How many rows there are, *most* at most."""
        return count(self._office, self._where, self._of, most)

    def headings(self) -> list[Heading]:
        """The heads of the columns in the reader's language."""
        return headings(self.reader, self.columns)

    def batches(self, as_text: bool) -> Iterator[Iterable[Sequence[Cell]]]:
        """The rows, a thousand at a time, each batch to be gone through once: with text as a CSV
        holds it, or with days, moments and numbers.

        They are read as they are taken, on a connection of their own, which closes with the iterator.
        """
        fillings = [filling(column, self.reader, as_text) for column in self.columns]
        last = len(self.columns)
        with self._connected() as connection:
            options = {"stream_results": True, "max_row_buffer": AT_ONCE}
            result = connection.execution_options(**options).execute(self._statement)
            # rows as the driver gives them: a row of a roster needs nothing of what the ORM and SQLAlchemy's Row add
            while part := result.cursor_strategy.fetchmany(result, result.cursor, AT_ONCE):
                self.rows += len(part)
                values = list(zip(*part, strict=True))
                self.editions.update(zip(values[last], values[last + 1], strict=True))
                filled = [fill(column) for fill, column in zip(fillings, values[:last], strict=True)]
                yield zip(*filled, strict=True)

    def csv(self) -> Iterator[bytes]:
        """The rows as our CSV, many at a time, read as they are taken; for two columns or more."""
        if self._asking.postgresql:
            with self._connected() as connection:
                if copying.knows_zone(connection, self.reader.zone.key):
                    yield from self._copied(connection)
                    return
        for batch in self.batches(as_text=True):
            yield CsvWriter.joined(cast(Iterable[Sequence[str]], batch))

    def _copied(self, connection: Connection) -> Iterator[bytes]:
        countries = connection.scalars(select(Institution.country).distinct()).all()
        what = [copying.written(column, self._asking, countries).label(column.key) for column in self.columns]
        statement = _from(self._office, self._query, self._where, self._of, [Edition.id.label("of_edition"), *what])
        seen: set[str] = set()
        for part in copying.lines(connection, statement, seen):
            self.rows += len(part)
            yield copying.safe_lines(part)
        editions = select(Edition.course_id, Edition.number).where(Edition.id.in_(list(map(UUID, seen))))
        self.editions.update((row.course_id, row.number) for row in connection.execute(editions))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if self._asking.postgresql:
                # It plans cursors for whoever takes the first tenth. We take all; on tables just filled that plan took minutes.
                connection.exec_driver_sql("SET LOCAL cursor_tuple_fraction = 1.0")
                connection.exec_driver_sql("SET LOCAL datestyle TO ISO")  # days and moments are asked for as text
            yield connection


def rows(office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> Iterator[list[Cell]]:
    """Every row of the roster as its cells, in the order of the columns asked for.

    What may be asked is checked now; rows are read as they are taken, on a connection of their own, which closes with
    the iterator. Raises ``Forbidden``; ``NotFound`` for an institution, course or cohort that is not the actor's; and
    ``Refused`` as :func:`standing`.
    """
    source = Source(office, actor, query, reader)
    return (list(row) for batch in source.batches(as_text=False) for row in batch)


def headings(reader: Reader, columns: tuple[Column, ...] = COLUMNS) -> list[Heading]:
    """The heads of *columns* in the reader's language; those of days and moments name the time zone."""
    zone = reader.zone_words
    return [
        Heading(f"{reader.say(c.heading)} ({zone})" if c.timed else reader.say(c.heading), c.kind, c.width)
        for c in columns
    ]


def reach(office: Office, actor: Actor, query: RosterQuery) -> tuple[str, ...]:
    """The paths of the institutions whose officers, with those below, *query* may show to *actor*."""
    if query.institution:
        return (scope.institution(office, actor, query.institution).path,)
    return actor.paths("read roster")
