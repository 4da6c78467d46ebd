"""Practice days as they are seen: by those who plan and hold them, and by the officers they are for.

*may* says as what somebody looks: "sign practice" (a trainer of the cohort), "enrol" or "read roster" (a coordinator of
its institution). What is another's is not found.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.courseware.course import EXERCISE, Course, Practice
from app.records.cohorts import Cohort, CohortTrainer
from app.records.learning import Enrolment
from app.records.people import Person
from app.records.practicedays import Attendance, AttendanceMark, PracticeDay
from app.rules import progress
from app.rules.errors import NotFound
from app.rules.permissions import courses
from app.services import scope
from app.services.office import Actor, Office
from app.services.shelf import current

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
STATES = ("present", "late", "absent", "excused")
CAME = ("present", "late")


def cohort_of(office: Office, actor: Actor, cohort_id: uuid.UUID, may: str) -> Cohort:
    """A cohort whose days *actor* sees as one who *may*. Raises ``NotFound``."""
    query = select(Cohort).where(Cohort.id == cohort_id)
    if may == "sign practice":
        mine = courses(may, actor.grants)
        if mine is not None:
            theirs = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.person_id)
            query = query.where(Cohort.course_id.in_(mine), Cohort.id.in_(theirs))
    else:
        query = query.where(scope.inside(Cohort.institution_id, actor.paths(may)))
    row = office.session.scalar(query.options(selectinload(Cohort.trainers).options(lazyload(Person.grants))))
    if row is None:
        raise NotFound("cohort")
    return row


def day_of(
    office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID, may: str, *, lock: bool = False
) -> PracticeDay:
    """A practice day of such a cohort; *lock* it for the rest of the transaction. Raises ``NotFound``."""
    cohort = cohort_of(office, actor, cohort_id, may)
    query = select(PracticeDay).where(PracticeDay.id == day_id, PracticeDay.cohort_id == cohort.id).options(_trainers())
    if lock:
        query = query.with_for_update(of=PracticeDay).execution_options(populate_existing=True)
    row = office.session.scalar(query)
    if row is None:
        raise NotFound("practice day")
    return row


def _trainers() -> ExecutableOption:
    return selectinload(PracticeDay.trainers).options(lazyload(Person.grants))


def date_of(day: PracticeDay) -> dt.date:
    """Its date where it is held."""
    return day.starts_at.astimezone(ZoneInfo(day.zone)).date()


def has_come(office: Office, day: PracticeDay) -> bool:
    """Whether it is its date, or later, where it is held: from then on attendance is marked."""
    return office.now().astimezone(ZoneInfo(day.zone)).date() >= date_of(day)


# Of a cohort ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayLine:
    """A practice day in a list."""

    day: PracticeDay
    expected: int
    """on its list"""
    came: int
    marked: int
    over: bool


def of_cohort(office: Office, actor: Actor, cohort_id: uuid.UUID, may: str) -> list[DayLine]:
    """The practice days of a cohort, in order. A fixed number of queries. Raises ``NotFound``."""
    cohort = cohort_of(office, actor, cohort_id, may)
    days = office.session.scalars(
        select(PracticeDay)
        .where(PracticeDay.cohort_id == cohort.id)
        .order_by(PracticeDay.starts_at, PracticeDay.id)
        .options(_trainers())
    ).all()
    belongs = and_(Enrolment.cohort_id == cohort.id, Enrolment.status != "withdrawn")
    members = office.session.scalar(select(func.count()).select_from(Enrolment).where(belongs)) or 0
    marked = Attendance.state != ""
    counts = {
        day: (int(inside or 0), int(outside or 0), int(came or 0), int(done or 0))
        for day, inside, outside, came, done in office.session.execute(
            select(
                Attendance.day_id,
                func.sum(case((belongs, 1), else_=0)),
                func.sum(case((and_(~belongs, marked), 1), else_=0)),
                func.sum(case((Attendance.state.in_(CAME), 1), else_=0)),
                func.sum(case((marked, 1), else_=0)),
            )
            .join(Attendance.enrolment)
            .where(Attendance.day_id.in_([day.id for day in days]), or_(belongs, marked))
            .group_by(Attendance.day_id)
        )
    }
    found = []
    for day in days:
        inside, outside, came, done = counts.get(day.id, (0, 0, 0, 0))
        expected = (members if day.everybody else inside) + outside
        found.append(DayLine(day, expected, came, done, day.ends_at <= office.now()))
    return found


@dataclass(frozen=True)
class Offer:
    """What a day of a cohort can be made of."""

    cohort: Cohort
    course: Course
    officers: tuple[Enrolment, ...]
    """of the cohort, by name"""

    @property
    def sheets(self) -> dict[str, Practice]:
        """The practical sheets of the current edition, the integrated exercise last."""
        return sheets_of(self.course)


def sheets_of(course: Course) -> dict[str, Practice]:
    """The practical sheets of *course* by the id of their module, the integrated exercise last."""
    found = {module.id: module.practice for module in course.modules if module.practice is not None}
    if course.exercise is not None:
        found[EXERCISE] = course.exercise
    return found


def offer(office: Office, actor: Actor, cohort_id: uuid.UUID, may: str) -> Offer:
    """What a day of the cohort can be made of. Raises ``NotFound``."""
    cohort = cohort_of(office, actor, cohort_id, may)
    _row, course = current(office, cohort.course_id)
    officers = office.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status != "withdrawn")
        .order_by(Person.sort_name, Enrolment.id)
        .options(joinedload(Enrolment.person).lazyload(Person.grants), joinedload(Enrolment.institution))
    )
    return Offer(cohort, course, tuple(officers))


# The list of a day ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An officer on the list of a day."""

    enrolment: Enrolment
    state: str
    """"" until it is marked"""
    remark: str
    walk_in: bool
    version: int
    standing: Mapping[str, str]
    """module, or EXERCISE → "competent" or "not yet" """
    own: bool
    """the one who looks: nobody marks or signs themselves"""
    marks: tuple[AttendanceMark, ...]
    """in order"""

    @property
    def came(self) -> bool:
        return self.state in CAME


@dataclass(frozen=True)
class Roll:
    """A practice day with its list."""

    day: PracticeDay
    course: Course
    on: dt.date
    rows: tuple[Row, ...]
    others: tuple[Enrolment, ...]
    """of the cohort, and not expected; not the one who looks: nobody puts themselves on the list"""
    has_come: bool
    """attendance can be marked"""
    over: bool

    @property
    def sheets(self) -> dict[str, Practice]:
        """Those practised, as far as the current edition has them."""
        return {key: sheet for key, sheet in sheets_of(self.course).items() if key in self.day.sheets}

    @property
    def unmarked(self) -> int:
        return sum(1 for row in self.rows if not row.state and not row.own)

    def signed(self, sheet: str) -> int:
        """How many on the list have *sheet* signed, as competent or not yet."""
        return sum(1 for row in self.rows if sheet in row.standing)

    def counts(self) -> dict[str, int]:
        """How many are marked as what."""
        return {state: sum(1 for row in self.rows if row.state == state) for state in STATES}


def roll(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID, may: str) -> Roll:
    """The list of a day, by name. A fixed number of queries. Raises ``NotFound``."""
    day = day_of(office, actor, cohort_id, day_id, may)
    belongs = and_(Enrolment.cohort_id == day.cohort_id, Enrolment.status != "withdrawn")
    on_list = and_(Attendance.enrolment_id == Enrolment.id, Attendance.day_id == day.id)
    found = office.session.execute(
        select(Enrolment, Attendance)
        .join(Enrolment.person)
        .outerjoin(Attendance, on_list)
        .where(or_(belongs, Attendance.version > 0))
        .order_by(Person.sort_name, Enrolment.id)
        .options(joinedload(Enrolment.person).lazyload(Person.grants), joinedload(Enrolment.institution))
        .execution_options(populate_existing=True)
    ).all()
    marks = marks_of(office, day.id)
    rows: list[Row] = []
    others: list[Enrolment] = []
    for enrolment, attendance in found:
        own = enrolment.person_id == actor.person_id
        if attendance is None and not day.everybody:
            others += [] if own else [enrolment]
            continue
        state = progress.from_json(enrolment.progress).practice
        line = tuple(marks.get(enrolment.id, ()))
        if attendance is None:
            rows.append(Row(enrolment, "", "", False, 0, state, own, line))
        else:
            said = (attendance.state, attendance.remark, attendance.walk_in, attendance.version)
            rows.append(Row(enrolment, *said, state, own, line))
    _row, course = current(office, day.cohort.course_id)
    over = day.ends_at <= office.now()
    return Roll(day, course, date_of(day), tuple(rows), tuple(others), has_come(office, day), over)


def marks_of(office: Office, day_id: uuid.UUID) -> dict[uuid.UUID, list[AttendanceMark]]:
    """Every mark of a day, by enrolment, in order."""
    found: dict[uuid.UUID, list[AttendanceMark]] = {}
    for mark in office.session.scalars(
        select(AttendanceMark)
        .where(AttendanceMark.day_id == day_id)
        .order_by(AttendanceMark.enrolment_id, AttendanceMark.version)
        .options(joinedload(AttendanceMark.maker).lazyload(Person.grants))
    ):
        found.setdefault(mark.enrolment_id, []).append(mark)
    return found


# Of an officer --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """A practice day as one of its officers sees it."""

    day: PracticeDay
    enrolment_id: uuid.UUID
    course_id: str
    state: str
    """what was marked, "" for nothing yet"""
    over: bool


def mine(office: Office, actor: Actor, course_id: str = "") -> list[Mine]:
    """The actor's practice days (of one course), those to come first, then the past from the latest. Two queries."""
    query = select(PracticeDay, Enrolment.id, Enrolment.course_id, Attendance.state).where(
        Enrolment.person_id == actor.person_id, Enrolment.status != "withdrawn"
    )
    if course_id:
        query = query.where(Enrolment.course_id == course_id)
    rows = office.session.execute(_with_days(query).order_by(PracticeDay.starts_at, PracticeDay.id)).unique()
    now = office.now()
    found = [Mine(day, enrolment, course, state or "", day.ends_at <= now) for day, enrolment, course, state in rows]
    return [one for one in found if not one.over] + [one for one in reversed(found) if one.over]


def next_days(office: Office, actor: Actor) -> dict[str, list[Mine]]:
    """The actor's next practice day in each course, and before it those that were cancelled. Two queries."""
    found: dict[str, list[Mine]] = {}
    for one in mine(office, actor):
        days = found.setdefault(one.course_id, [])
        if not one.over and all(known.day.state == "cancelled" for known in days):
            days.append(one)
    return found


def _with_days(query: Query) -> Query:
    """*query* over enrolments joined with the days on whose lists they are."""
    on_list = and_(Attendance.day_id == PracticeDay.id, Attendance.enrolment_id == Enrolment.id)
    one = aliased(Attendance)
    listed = exists().where(one.day_id == PracticeDay.id, one.enrolment_id == Enrolment.id)
    listed = listed.where(or_(one.version > 0, PracticeDay.cohort_id == Enrolment.cohort_id))
    listed = listed.correlate(PracticeDay, Enrolment)
    cohorts = and_(PracticeDay.cohort_id == Enrolment.cohort_id, PracticeDay.everybody.is_(True))
    return (
        query.select_from(Enrolment)
        .join(PracticeDay, or_(cohorts, listed))
        .outerjoin(Attendance, on_list)
        .options(selectinload(PracticeDay.trainers).options(lazyload(Person.grants)))
    )


def my_day(office: Office, actor: Actor, course_id: str, day_id: uuid.UUID) -> Mine:
    """One of them. Raises ``NotFound``."""
    found = next((one for one in mine(office, actor, course_id) if one.day.id == day_id), None)
    if found is None:
        raise NotFound("practice day")
    return found


def of_enrolments(office: Office, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Sequence[Mine]]:
    """The past days of enrolments that the caller may see, by enrolment, in order. One query, and one for trainers."""
    query = select(PracticeDay, Enrolment.id, Enrolment.course_id, Attendance.state).where(
        Enrolment.id.in_(ids), PracticeDay.starts_at <= office.now(), PracticeDay.state != "cancelled"
    )
    found: dict[uuid.UUID, list[Mine]] = {}
    for day, enrolment, course, state in office.session.execute(
        _with_days(query).order_by(PracticeDay.starts_at, PracticeDay.id)
    ).unique():
        found.setdefault(enrolment, []).append(Mine(day, enrolment, course, state or "", True))
    return dict(found)
