"""Figures of an institution and everything below it: each is the length of a list that the roster shows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select, text

from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.learning import STATUSES, Enrolment
from app.records.people import Institution, Person
from app.rules.permissions import within
from app.services import cohorts, pace
from app.services.office import Actor, Office
from app.services.rosters import Choices, choices
from app.services.rosters.columns import zone_of
from app.services.rosters.query import EXPIRING, RosterQuery, conditions, lately, midnight

MONTHS = 12
COHORTS = 12
"""listed at most: those that run before those that ended, the latest first"""


@dataclass(frozen=True)
class Tally:
    """Enrolments counted. Those withdrawn are in no count but their own, and in those of certificates."""

    not_started: int = 0
    active: int = 0
    completed: int = 0
    withdrawn: int = 0
    lately: int = 0
    """with activity in the last days (``query.LATELY``), completed or not"""
    behind: int = 0
    """of those not started or active: rules/pace.py"""
    valid: int = 0
    """whose certificate of completion is in force today"""
    expiring: int = 0
    """of these, those in their last 90 days"""

    @property
    def enrolled(self) -> int:
        """All but those withdrawn: what a completion rate is a part of."""
        return self.not_started + self.active + self.completed

    @property
    def on_pace(self) -> int:
        """Neither completed nor behind."""
        return self.enrolled - self.completed - self.behind

    @property
    def rate(self) -> float | None:
        """Completed of enrolled, in percent; ``None`` where nobody is enrolled."""
        return 100 * self.completed / self.enrolled if self.enrolled else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

    def __bool__(self) -> bool:
        """Whether there is anything in a line of it to show."""
        return bool(self.enrolled or self.valid)


_NAMES = tuple(one.name for one in fields(Tally))


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
class CohortLine:
    """A cohort with what is counted in it of the asker's officers, and whether its page is theirs to open."""

    cohort: Cohort
    state: cohorts.State
    tally: Tally
    opens: bool


@dataclass(frozen=True)
class Month:
    """A month of the reader's calendar."""

    first: dt.date
    last: dt.date
    enrolled: int
    """enrolments made in it that are not withdrawn"""
    completed: int
    issued: int
    """enrolments for which a certificate of completion was issued in it, whatever became of it"""


@dataclass(frozen=True)
class Figures:
    """The figures of a query."""

    tally: Tally
    by_country: tuple[tuple[str, Tally], ...]
    by_institution: tuple[InstitutionLine, ...]
    by_cohort: tuple[CohortLine, ...]
    more_cohorts: bool
    """there are others than those listed"""
    by_course: tuple[tuple[CourseRow, Tally], ...]
    by_sex: tuple[tuple[str, Tally], ...]
    """"f", "m", "x", "" (not said)"""
    months: tuple[Month, ...]
    """the last twelve"""
    focus: Institution | None
    """the one institution that the lines by institution are parts of"""
    choices: Choices
    """what the actor may ask for"""


def figures(office: Office, actor: Actor, query: RosterQuery) -> Figures:
    """What the roster lists for *query*, counted, from a constant number of queries.

    Raises ``Forbidden`` without the permission, ``NotFound`` for an institution, course or cohort that is not the
    actor's.
    """
    zone = zone_of(actor)
    offered = choices(office, actor)
    mine = [row for row, _depth in offered.institutions]
    focus = next((row for row in mine if row.id == query.institution), None)
    roots = (focus.path,) if focus else actor.paths("read roster")
    where = conditions(office, actor, query, zone, [row.id for row in mine if within(row.path, roots)])
    _plan_for_many(office)
    named = bool(query.name)
    held = _certificates(office, where)
    by = (Enrolment.institution_id, Enrolment.course_id, Enrolment.cohort_id)
    cells = [*_enrolments(office, where, zone, named, *by), *held]
    if len(roots) == 1 and focus is None:
        focus = next((row for row in mine if row.path == roots[0]), None)
    country = {row.id: row.country for row in mine}
    by_country = _sums(cells, lambda key: country[key[0]])
    by_course = _sums(cells, lambda key: key[1])
    by_cohort = _by_cohort(office, actor, offered.cohorts, _sums(cells, lambda key: key[2]), zone)
    by_sex = _sums([*_enrolments(office, where, zone, True, Person.sex), *held], lambda key: key[-1])
    return Figures(
        tally=_sums(cells, lambda _key: None).get(None, Tally()),
        by_country=tuple((code, by_country[code]) for code in offered.countries if by_country.get(code)),
        by_institution=_by_institution(mine, roots, _sums(cells, lambda key: key[0])),
        by_cohort=tuple(by_cohort[:COHORTS]),
        more_cohorts=len(by_cohort) > COHORTS,
        by_course=tuple((course, by_course[course.id]) for course in offered.courses if by_course.get(course.id)),
        by_sex=tuple((sex, by_sex[sex]) for sex in ("f", "m", "x", "") if by_sex.get(sex)),
        months=_months(office, where, zone, named),
        focus=focus,
        choices=offered,
    )


def officers(office: Office, actor: Actor, query: RosterQuery) -> int:
    """The people, each once, who are enrolled in something that *query* means. Raises as :func:`figures`."""
    where = conditions(office, actor, query, zone_of(actor))
    return (
        office.session.scalar(
            select(func.count(func.distinct(Enrolment.person_id)))
            .join(Person, Person.id == Enrolment.person_id)
            .where(*where, Enrolment.status != "withdrawn")
        )
        or 0
    )


# Counting -------------------------------------------------------------------------------------------------------------


def _plan_for_many(office: Office) -> None:
    """Let PostgreSQL, for this transaction, count in memory instead of sorting on disk, and begin at once."""
    if office.session.get_bind().dialect.name == "postgresql":
        office.session.execute(text("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"))


Cell = tuple[tuple[Any, ...], list[int]]
"""what is counted by, and the counts in the order of :class:`Tally`"""


def _enrolments(office: Office, where: Sequence[Any], zone: ZoneInfo, people: bool, *by: Any) -> list[Cell]:
    """Enrolments for each *by*. People are joined only where they are asked for: that costs more than all the rest."""
    late = pace.behind(office, office.now().astimezone(zone).date(), joined=True)
    query = (
        select(
            *by,
            Enrolment.status,
            func.count(),
            func.sum(case((lately(office, zone), 1), else_=0)),
            func.sum(case((late, 1), else_=0)),
        )
        .select_from(Enrolment)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(*where)
        .group_by(*by, Enrolment.status)
    )
    if people:
        query = query.join(Person, Person.id == Enrolment.person_id)
    return [
        (tuple(key), [*(number if status == one else 0 for one in STATUSES), active or 0, behind or 0, 0, 0])
        for *key, status, number, active, behind in office.session.execute(query)
    ]


def _certificates(office: Office, where: Sequence[Any]) -> list[Cell]:
    """Certificates of completion in force for each institution, course, cohort and sex."""
    by = (Enrolment.institution_id, Enrolment.course_id, Enrolment.cohort_id, Person.sex)
    today = office.now().date()
    soon = (Certificate.expires_on >= today) & (Certificate.expires_on < today + EXPIRING)
    query = (
        select(*by, func.count(), func.sum(case((soon, 1), else_=0)))
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
        .group_by(*by)
    )
    return [
        (tuple(key), [0, 0, 0, 0, 0, 0, valid, expiring or 0])
        for *key, valid, expiring in office.session.execute(query)
    ]


def _months(office: Office, where: Sequence[Any], zone: ZoneInfo, named: bool) -> tuple[Month, ...]:
    this = office.now().astimezone(zone).date().replace(day=1)
    firsts = [month_before(this, back) for back in range(MONTHS - 1, -2, -1)]
    edges = [midnight(first, zone) for first in firsts]

    def counted(moment: Any, number: Any, *more: Any) -> dict[int, int]:
        which = case(*((moment < edge, at) for at, edge in enumerate(edges[1:-1])), else_=MONTHS - 1)
        query = select(which, number).select_from(Enrolment)
        if named:
            query = query.join(Person, Person.id == Enrolment.person_id)
        if moment is Certificate.issued_at:
            query = query.join(Certificate, Certificate.enrolment_id == Enrolment.id)
        # the column by its place: the same bound values again would be another expression to PostgreSQL
        query = query.where(*where, moment >= edges[0], moment < edges[-1], *more).group_by(text("1"))
        return {row[0]: row[1] for row in office.session.execute(query)}

    enrolled = counted(Enrolment.enrolled_at, func.count(), Enrolment.status != "withdrawn")
    completed = counted(Enrolment.completed_at, func.count())
    once = func.count(func.distinct(Certificate.enrolment_id))
    issued = counted(Certificate.issued_at, once, Certificate.kind == "completion")
    return tuple(
        Month(first, after - dt.timedelta(days=1), *(counts.get(at, 0) for counts in (enrolled, completed, issued)))
        for at, (first, after) in enumerate(pairwise(firsts))
    )


def month_before(first: dt.date, back: int) -> dt.date:
    """The first day of the month *back* months before the one that begins on *first* (after it, if negative)."""
    year, month = divmod(first.year * 12 + first.month - 1 - back, 12)
    return dt.date(year, month + 1, 1)


# Lines ----------------------------------------------------------------------------------------------------------------

Key = TypeVar("Key")


def _sums(cells: Iterable[Cell], key: Callable[[tuple[Any, ...]], Key]) -> dict[Key, Tally]:
    found: dict[Key, list[int]] = {}
    for by, counts in cells:
        sums = found.get(key(by))
        if sums is None:
            found[key(by)] = list(counts)
        else:
            for at, count in enumerate(counts):
                if count:
                    sums[at] += count
    return {one: Tally(*sums) for one, sums in found.items()}


def _by_institution(
    mine: Sequence[Institution], roots: Sequence[str], sums: dict[uuid.UUID, Tally]
) -> tuple[InstitutionLine, ...]:
    """Under one root: the root's own officers, and each institution directly below it with all of its own. Under
    several: each of them. Lines in which nothing is counted are left out.
    """
    among = [row for row in mine if within(row.path, roots)]
    tops: dict[str, Institution] = {}
    top = ""
    found: dict[str, Tally] = {}
    opening = set()
    for row in among:  # in tree order: those below an institution follow it
        if top and row.path.startswith(top):
            opening.add(top)
        elif len(roots) > 1 or row.path != roots[0]:
            top = row.path
            tops[top] = row
        at = top or row.path
        found[at] = found.get(at, Tally()) + sums.get(row.id, Tally())
    by_path = {row.path: row for row in among}
    return tuple(
        InstitutionLine(by_path[path], tally, own=path not in tops, opens=path in opening)
        for path, tally in found.items()
        if tally
    )


def _by_cohort(
    office: Office, actor: Actor, known: Iterable[Cohort], sums: dict[uuid.UUID | None, Tally], zone: ZoneInfo
) -> list[CohortLine]:
    today = office.now().astimezone(zone).date()
    mine = actor.paths("read roster")
    found = [
        CohortLine(row, cohorts.state_of(row, today), sums[row.id], within(row.institution.path, mine))
        for row in known
        if sums.get(row.id)
    ]
    found.sort(key=lambda line: (line.state == "closed", -line.cohort.ends_on.toordinal(), line.cohort.name))
    return found
