"""Figures of an institution and everything below it, and of the whole region without names and without small cells."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from app.records.certificates import Certificate
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules import disclosure
from app.rules.errors import Forbidden
from app.services import scope
from app.services.office import Actor, Office
from app.services.rosters.columns import zone_of
from app.services.rosters.query import EXPIRING, RosterQuery, conditions, midnight

MONTHS = 12


@dataclass(frozen=True)
class Tally:
    """Enrolments by status."""

    not_started: int = 0
    active: int = 0
    completed: int = 0
    withdrawn: int = 0

    @property
    def enrolled(self) -> int:
        """All but those withdrawn: what a completion rate is a part of."""
        return self.not_started + self.active + self.completed

    @property
    def rate(self) -> float | None:
        """Completed of enrolled, in percent; ``None`` where nobody is enrolled."""
        return 100 * self.completed / self.enrolled if self.enrolled else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.not_started + other.not_started,
            self.active + other.active,
            self.completed + other.completed,
            self.withdrawn + other.withdrawn,
        )


_FIELD = {"not-started": "not_started", "active": "active", "completed": "completed", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class InstitutionLine:
    """An institution with what is counted in it, and whether there is more below to look into."""

    institution: Institution
    tally: Tally
    own: bool
    """only the institution itself, not those below it"""
    opens: bool
    """there are institutions below it"""


@dataclass(frozen=True)
class Figures:
    """The figures of a query."""

    tally: Tally
    officers: int
    """people, each once, who are enrolled in something and not withdrawn"""
    by_institution: tuple[InstitutionLine, ...]
    by_course: tuple[tuple[CourseRow, Tally], ...]
    by_sex: tuple[tuple[str, Tally], ...]
    """"f", "m", "x", "" (not said)"""
    months: tuple[tuple[dt.date, int], ...]
    """completions in each of the last twelve months (their first days), in the reader's time zone"""
    valid: int
    """certificates of completion in force today"""
    expiring: int
    """of these, in their last 90 days"""
    focus: Institution | None
    """the one institution that the lines by institution are parts of"""


def figures(office: Office, actor: Actor, query: RosterQuery) -> Figures:
    """The sums of what :func:`rosters.rows` would list for *query*, from a constant number of queries.

    Raises ``Forbidden`` without the permission, ``NotFound`` for an institution, course or cohort that is not the
    actor's.
    """
    zone = zone_of(actor)
    where = conditions(office, actor, query, zone)
    cells = _cells(office, where)
    mine = scope.institutions(office, actor)
    focus = next((row for row in mine if row.id == query.institution), None)
    roots = (focus.path,) if focus else actor.paths("read roster")
    if len(roots) == 1 and focus is None:
        focus = next((row for row in mine if row.path == roots[0]), None)
    titles = office.session.scalars(select(CourseRow).order_by(CourseRow.title_en))
    by_course, by_sex = _sums(cells, lambda cell: cell.course_id), _sums(cells, lambda cell: cell.sex)
    valid, expiring = _certificates(office, where)
    return Figures(
        tally=sum((_tally(cell) for cell in cells), Tally()),
        officers=_officers(office, where),
        by_institution=_by_institution(mine, roots, _sums(cells, lambda cell: cell.institution_id)),
        by_course=tuple((course, by_course[course.id]) for course in titles if course.id in by_course),
        by_sex=tuple((sex, by_sex[sex]) for sex in ("f", "m", "x", "") if sex in by_sex),
        months=_months(office, where, zone),
        valid=valid,
        expiring=expiring,
        focus=focus,
    )


def _cells(office: Office, where: Sequence[Any]) -> list[Any]:
    """The number of enrolments for each institution, course, status and sex."""
    return list(
        office.session.execute(
            select(
                Enrolment.institution_id,
                Enrolment.course_id,
                Enrolment.status,
                Person.sex,
                func.count().label("number"),
            )
            .join(Person, Person.id == Enrolment.person_id)
            .where(*where)
            .group_by(Enrolment.institution_id, Enrolment.course_id, Enrolment.status, Person.sex)
        )
    )


def _tally(cell: Any) -> Tally:
    return Tally(**{_FIELD[cell.status]: cell.number})


Key = TypeVar("Key")


def _sums(cells: Iterable[Any], key: Callable[[Any], Key]) -> dict[Key, Tally]:
    found: dict[Key, Tally] = {}
    for cell in cells:
        found[key(cell)] = found.get(key(cell), Tally()) + _tally(cell)
    return found


def _by_institution(
    mine: Sequence[Institution], roots: Sequence[str], sums: dict[uuid.UUID, Tally]
) -> tuple[InstitutionLine, ...]:
    """Under one root: the root's own officers, and each institution directly below it with all of its own. Under
    several: each of them. Lines in which nothing is counted are left out.
    """
    among = [row for row in mine if any(row.path.startswith(root) for root in roots)]
    tops: dict[str, Institution] = {}
    for row in among:
        if len(roots) == 1 and row.path == roots[0]:
            continue
        if not any(row.path.startswith(path) for path in tops):
            tops[row.path] = row
    found: dict[str, Tally] = {}
    for row in among:
        top = next((path for path in tops if row.path.startswith(path)), row.path)
        found[top] = found.get(top, Tally()) + sums.get(row.id, Tally())
    by_path = {row.path: row for row in among}
    return tuple(
        InstitutionLine(
            by_path[path],
            tally,
            own=path not in tops,
            opens=path in tops and any(row.path != path and row.path.startswith(path) for row in among),
        )
        for path, tally in found.items()
        if tally != Tally()
    )


def _officers(office: Office, where: Sequence[Any]) -> int:
    return (
        office.session.scalar(
            select(func.count(func.distinct(Enrolment.person_id)))
            .select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .where(*where, Enrolment.status != "withdrawn")
        )
        or 0
    )


def _months(office: Office, where: Sequence[Any], zone: ZoneInfo) -> tuple[tuple[dt.date, int], ...]:
    this = office.now().astimezone(zone).date().replace(day=1)
    firsts = [_month(this, back) for back in range(MONTHS - 1, -1, -1)]
    edges = [midnight(first, zone) for first in (*firsts, _month(this, -1))]
    sums = [
        func.sum(case(((Enrolment.completed_at >= start) & (Enrolment.completed_at < end), 1), else_=0))
        for start, end in pairwise(edges)
    ]
    counts = office.session.execute(
        select(*sums)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(*where, Enrolment.completed_at >= edges[0])
    ).one()
    return tuple((first, count or 0) for first, count in zip(firsts, counts, strict=True))


def _month(first: dt.date, back: int) -> dt.date:
    year, month = divmod(first.year * 12 + first.month - 1 - back, 12)
    return dt.date(year, month + 1, 1)


def _certificates(office: Office, where: Sequence[Any]) -> tuple[int, int]:
    today = office.now().date()
    soon = (Certificate.expires_on >= today) & (Certificate.expires_on < today + EXPIRING)
    valid, expiring = office.session.execute(
        select(func.count(), func.sum(case((soon, 1), else_=0)))
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(
            *where,
            Certificate.kind == "completion",
            Certificate.superseded_at.is_(None),
            Certificate.revoked_at.is_(None),
            Certificate.expires_on.is_(None) | (Certificate.expires_on >= today),
        )
    ).one()
    return valid, expiring or 0


# The region, for observers --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HiddenLine:
    """A line of a regional table. ``None``: fewer than five, or hidden so that no such figure can be worked out."""

    label: Institution | CourseRow | None
    """``None``: the line of sums"""
    enrolled: int | None
    not_started: int | None
    active: int | None
    completed: int | None

    @property
    def rate(self) -> float | None:
        if not self.enrolled or self.completed is None:
            return None
        return 100 * self.completed / self.enrolled


@dataclass(frozen=True)
class Regional:
    """Sums without names; each table ends in its line of sums."""

    by_institution: tuple[HiddenLine, ...]
    by_course: tuple[HiddenLine, ...]

    @property
    def whole(self) -> HiddenLine:
        return self.by_institution[-1]


def regional(office: Office, actor: Actor) -> Regional:
    """The whole region by service and by course, small cells hidden. Raises ``Forbidden``.

    There are no filters, on purpose: the difference of two filtered tables would give away what each of them hides.
    """
    if not actor.may("read figures"):
        raise Forbidden("read figures")
    cells = [cell for cell in _cells(office, []) if cell.status != "withdrawn"]
    every = scope.in_tree_order(office.session.scalars(select(Institution)))
    services = {row.id: _service(row, every) for row in every}
    courses = list(office.session.scalars(select(CourseRow).order_by(CourseRow.title_en)))
    by_service = _sums(cells, lambda cell: services[cell.institution_id].id)
    by_course = _sums(cells, lambda cell: cell.course_id)
    return Regional(
        _hidden([(row, by_service[row.id]) for row in every if row.id in by_service]),
        _hidden([(row, by_course[row.id]) for row in courses if row.id in by_course]),
    )


def _service(row: Institution, every: Sequence[Institution]) -> Institution:
    """The service that *row* belongs to: the highest of that kind above it or itself, else the top of its tree."""
    line = [other for other in every if row.path.startswith(other.path)]
    return next((other for other in line if other.kind == "service"), line[0])


def _hidden(lines: Sequence[tuple[Any, Tally]]) -> tuple[HiddenLine, ...]:
    table = disclosure.protected([(t.not_started, t.active, t.completed) for _label, t in lines], columns=3)
    labels = [label for label, _t in lines] + [None]
    return tuple(
        HiddenLine(label, total, not_started, active, completed)
        for label, (not_started, active, completed, total) in zip(labels, table, strict=True)
    )
