"""The figures of the region for observers: no names, nobody in a small cell, nothing that changes from day to day.

They are counted once, when a month is over, and kept as they are published: whoever reads them every day learns no more
than whoever reads them once a month. What rules/disclosure.py hides is hidden before they are kept. The tables share only
the sums of the whole region, which are all published: so none of them tells more about another than these sums do. There
are no filters, on purpose: the difference of two filtered tables would give away what each of them hides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import case, func, select, text

from app.records.editions import CourseRow
from app.records.figures import RegionalFigures
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules import disclosure
from app.rules.disclosure import Count, Group
from app.rules.errors import Forbidden
from app.services import scope
from app.services.figures.own import MONTHS, month_before
from app.services.office import Actor, Office
from app.services.rosters.query import midnight

ZONE = ZoneInfo("America/Panama")
"""where a month of the region ends"""
STATES = ("not_started", "active", "completed")


class Line(msgspec.Struct, frozen=True):
    """A line of a table. ``None``: hidden."""

    figures: tuple[int | None, ...]
    """all enrolments, then those of each state that is published"""
    code: str = ""
    """of a country, a sex, or the first day of a month ("": before the first month)"""
    names: dict[str, str] = {}
    """by language, of a service or course"""
    part: bool = False
    """of the line above that is none"""

    @property
    def enrolled(self) -> int | None:
        return self.figures[0]

    @property
    def rate(self) -> float | None:
        """Completed of enrolled, in percent; ``None`` where one of them is hidden or nobody is enrolled."""
        if len(self.figures) <= len(STATES) or self.figures[-1] is None or not self.figures[0]:
            return None
        return 100 * self.figures[-1] / self.figures[0]


class Published(msgspec.Struct, frozen=True):
    """The tables. One of which nothing may be shown is empty."""

    whole: Line
    places: tuple[Line, ...] = ()
    """countries, each followed by its services"""
    courses: tuple[Line, ...] = ()
    sexes: tuple[Line, ...] = ()
    months: tuple[Line, ...] = ()
    """enrolments and completions of each, the time before first; completions only where states are published"""

    @property
    def split(self) -> bool:
        """Whether enrolments are also told by their state: not where one of the region's own sums is small."""
        return len(self.whole.figures) > 1

    @property
    def anything(self) -> bool:
        return bool(self.whole.figures)


class Regional(msgspec.Struct, frozen=True):
    """The newest figures there are."""

    until: dt.date
    """the first day that they do not cover"""
    published: Published


def regional(office: Office, actor: Actor) -> Regional | None:
    """The figures of the last month that was counted, ``None`` before the first. Raises ``Forbidden``."""
    if not actor.may("read figures"):
        raise Forbidden("read figures")
    row = office.session.scalar(select(RegionalFigures).order_by(RegionalFigures.until.desc()).limit(1))
    if row is None:
        return None
    found = Regional(row.until, msgspec.convert(row.content, Published))
    return found if found.published.anything else None


def freeze(office: Office) -> bool:
    """Count the last month that is over, unless it was counted; returns whether it was now. For the worker."""
    until = office.now().astimezone(ZONE).date().replace(day=1)
    if office.session.get(RegionalFigures, until) is not None:
        return False
    with office.transaction():
        if office.session.get(RegionalFigures, until) is None:
            content = msgspec.to_builtins(publish(office, until))
            office.session.add(RegionalFigures(until=until, counted_at=office.now(), content=content))
    return True


def publish(office: Office, until: dt.date) -> Published:
    """The region as it stood when *until* began, as far as it may be told. Who was withdrawn since is not counted."""
    cells = _cells(office, midnight(until, ZONE))
    whole = _count(cells), *(_count(cells, state) for state in STATES)
    if not whole[0].number or whole[0].small:
        return Published(Line(()))
    states = () if any(count.small for count in whole) else STATES
    every = scope.in_tree_order(office.session.scalars(select(Institution)))
    service = {row.id: _service(row, every) for row in every}
    titles = {row.id: {"en": row.title_en, "es": row.title_es} for row in office.session.scalars(select(CourseRow))}
    countries = _parted(cells, lambda cell: service[cell.institution_id].country)
    courses = _parted(cells, lambda cell: cell.course_id)
    sexes = _parted(cells, lambda cell: cell.sex)
    places = {
        code: dict(
            sorted(_parted(found, lambda cell: service[cell.institution_id]).items(), key=lambda one: one[0].path)
        )
        for code, found in countries.items()
    }
    return Published(
        whole=Line(tuple(count.number for count in whole[: len(states) + 1])),
        places=_places(places, states),
        courses=_flat({one: courses[one] for one in sorted(courses)}, states, lambda one: Line((), names=titles[one])),
        sexes=_flat({one: sexes[one] for one in "fmx" if one in sexes} | sexes, states, lambda one: Line((), code=one)),
        months=_months(office, until, bool(states)),
    )


# Counting -------------------------------------------------------------------------------------------------------------


def _cells(office: Office, end: dt.datetime) -> list[Any]:
    """Enrolments for each institution, course, sex and state at *end*."""
    state = case(
        (Enrolment.completed_at < end, "completed"), (Enrolment.started_at < end, "active"), else_="not_started"
    ).label("state")
    by = (Enrolment.institution_id, Enrolment.course_id, Person.sex)
    return list(
        office.session.execute(
            select(*by, state, func.count().label("number"))
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.status != "withdrawn", Enrolment.enrolled_at < end)
            .group_by(*by, text("state"))
        )
    )


def _service(row: Institution, every: Sequence[Institution]) -> Institution:
    """The service that *row* belongs to: the highest of that kind above it or itself, else the top of its tree."""
    line = [other for other in every if row.path.startswith(other.path)]
    return next((other for other in line if other.kind == "service"), line[0])


def _count(cells: Iterable[Any], state: str = "") -> Count:
    """The enrolments of *cells* (in one *state*), and how many people they are at least: nobody is twice in a course."""
    by_course: dict[str, int] = {}
    for cell in cells:
        if state in ("", cell.state):
            by_course[cell.course_id] = by_course.get(cell.course_id, 0) + cell.number
    return Count(sum(by_course.values()), max(by_course.values(), default=0))


def _parted(cells: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for cell in cells:
        found.setdefault(key(cell), []).append(cell)
    return found


def _row(cells: list[Any], states: Sequence[str]) -> tuple[tuple[Count, ...], Count]:
    whole = _count(cells)
    return tuple(_count(cells, state) for state in states) or (whole,), whole


def _places(places: dict[str, dict[Institution, list[Any]]], states: Sequence[str]) -> tuple[Line, ...]:
    codes = sorted(places)
    groups = [
        Group(
            *_row([cell for cells in places[code].values() for cell in cells], states),
            tuple(_row(cells, states) for cells in places[code].values()),
        )
        for code in codes
    ]
    found = []
    width = len(states) + 1
    for code, (whole, parts) in zip(codes, disclosure.table(groups) or (), strict=False):
        found.append(Line(whole[:width], code=code))
        found += [
            Line(part[:width], names={"en": row.name, "es": row.name}, part=True)
            for row, part in zip(places[code], parts, strict=True)
        ]
    return tuple(found)


def _flat(parted: dict[Any, list[Any]], states: Sequence[str], line: Callable[[Any], Line]) -> tuple[Line, ...]:
    shown = disclosure.table([Group(*_row(cells, states)) for cells in parted.values()])
    return tuple(
        msgspec.structs.replace(line(key), figures=figures[: len(states) + 1])
        for key, (figures, _parts) in zip(parted, shown or (), strict=False)
    )


def _months(office: Office, until: dt.date, completions: bool) -> tuple[Line, ...]:
    firsts = [month_before(until, back) for back in range(MONTHS, -1, -1)]
    edges = [midnight(first, ZONE) for first in firsts]

    def place(moment: Any, label: str) -> Any:
        """0 is before the first month, then 1 to 12; 13 is later, or never."""
        return case(*((moment < edge, at) for at, edge in enumerate(edges)), else_=MONTHS + 1).label(label)

    rows = office.session.execute(
        select(
            Enrolment.course_id,
            place(Enrolment.enrolled_at, "came"),
            place(Enrolment.completed_at, "done"),
            func.count(),
        )
        .where(Enrolment.status != "withdrawn", Enrolment.enrolled_at < edges[-1])
        .group_by(Enrolment.course_id, text("came"), text("done"))
    )
    came: list[dict[str, int]] = [{} for _one in range(MONTHS + 2)]
    done: list[dict[str, int]] = [{} for _one in range(MONTHS + 2)]
    for course, start, end, number in rows:
        came[start][course] = came[start].get(course, 0) + number
        done[end][course] = done[end].get(course, 0) + number

    def counts(by_course: list[dict[str, int]]) -> list[Count]:
        return [Count(sum(one.values()), max(one.values(), default=0)) for one in by_course[:-1]]

    shown = disclosure.months(counts(came), counts(done) if completions else [Count()] * (MONTHS + 1))
    if shown is None:
        return ()
    codes = ["", *(first.isoformat() for first in firsts[:-1])]
    return tuple(
        Line((one, other) if completions else (one,), code=code) for code, one, other in zip(codes, *shown, strict=True)
    )
