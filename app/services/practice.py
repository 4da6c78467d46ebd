"""Practical sheets: what trainers observe in person, criterion by criterion, and sign. The last of a course is its
integrated exercise.

A trainer sees the officers of the cohorts that they train, and those without a cohort in their own institution; an
administrator sees all of them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from app.courseware.course import Course, Module, Practice
from app.records.cohorts import Cohort, CohortTrainer
from app.records.editions import CourseRow
from app.records.learning import Enrolment, PracticeSheet
from app.records.people import Person
from app.rules import progress
from app.rules.disclosure import LEAST
from app.rules.errors import NotFound, Refused
from app.rules.permissions import courses
from app.rules.progress import Event
from app.services import audit, learning
from app.services.learning import Study
from app.services.office import Actor, Office, fold_name
from app.services.practicedays.presence import refuse_absent
from app.services.scope import accompanied
from app.services.shelf import current

PAGE_SIZE = 50
MOST_PLACE = 120
MOST_REMARKS = 2000


def _seen(actor: Actor) -> ColumnElement[bool]:
    """The enrolments whose sheets *actor* may sign."""
    return accompanied(actor, "sign practice")


# Lists ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Officers whom a trainer accompanies: a cohort, or those of a course without one (``cohort`` is then ``None``)."""

    course: CourseRow
    cohort: Cohort | None
    officers: int


def groups(office: Office, actor: Actor) -> list[Group]:
    """The actor's cohorts, the latest first, then the officers without a cohort, course by course."""
    mine = courses("sign practice", actor.grants)
    query = select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.name)
    if mine is not None:
        theirs = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.person_id)
        query = query.where(Cohort.course_id.in_(mine), Cohort.id.in_(theirs))
    counts = {
        (course, cohort): officers
        for course, cohort, officers in office.session.execute(
            select(Enrolment.course_id, Enrolment.cohort_id, func.count())
            .where(_seen(actor))
            .group_by(Enrolment.course_id, Enrolment.cohort_id)
        )
    }
    found = [Group(c.course, c, counts.get((c.course_id, c.id), 0)) for c in office.session.scalars(query)]
    alone = [course for course, cohort in counts if cohort is None]
    rows = office.session.scalars(select(CourseRow).where(CourseRow.id.in_(alone)).order_by(CourseRow.id))
    return found + [Group(row, None, counts[row.id, None]) for row in rows]


@dataclass(frozen=True)
class Line:
    """One officer and how their sheets stand."""

    enrolment: Enrolment
    standing: Mapping[str, str]
    """module, or EXERCISE → "competent" or "not yet"; what is not signed is missing"""
    own: bool
    """the trainer themselves: nobody signs their own sheet"""
    exam: progress.Sat


@dataclass(frozen=True)
class Gain:
    """What a cohort knew before the course and knows after it: means in percent, of those who took both tests."""

    officers: int
    before: float
    after: float


@dataclass(frozen=True)
class Table:
    """Officers × practical sheets."""

    group: Group
    modules: tuple[Module, ...]
    """of the current edition, those with a practical sheet"""
    exercise: Practice | None
    """the integrated exercise of the current edition"""
    lines: tuple[Line, ...]
    number: int
    pages: int
    search: str
    has_exam: bool
    compares: bool = False
    """whether the course has the tests before and after"""
    gain: Gain | None = None
    """``None`` where fewer than ``disclosure.LEAST`` have taken both: a mean would point at persons"""


def table(
    office: Office,
    actor: Actor,
    *,
    cohort_id: uuid.UUID | None = None,
    course_id: str = "",
    search: str = "",
    page: int = 1,
) -> Table:
    """The officers of a cohort, or those of a course without one, by name. Raises ``NotFound`` for what is not the
    actor's.
    """
    if cohort_id is not None:
        group = next((g for g in groups(office, actor) if g.cohort is not None and g.cohort.id == cohort_id), None)
        chosen = Enrolment.cohort_id == cohort_id
    else:
        group = next((g for g in groups(office, actor) if g.cohort is None and g.course.id == course_id), None)
        chosen = and_(Enrolment.cohort_id.is_(None), Enrolment.course_id == course_id)
    if group is None:
        raise NotFound("cohort")
    query = select(Enrolment).join(Enrolment.person).where(_seen(actor), chosen)
    for word in fold_name(search).split():
        query = query.where(Person.sort_name.contains(word, autoescape=True))
    total = office.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    rows = office.session.scalars(
        query.options(joinedload(Enrolment.person), joinedload(Enrolment.institution))
        .order_by(Person.sort_name, Enrolment.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    lines = []
    for row in rows:
        state = progress.from_json(row.progress)
        lines.append(Line(row, state.practice, row.person_id == actor.person_id, state.exam))
    _row, course = current(office, group.course.id)
    modules = tuple(m for m in course.modules if m.practice)
    gain = _gain(office, cohort_id) if course.compare and cohort_id is not None else None
    compares = bool(course.compare) and cohort_id is not None
    has_exam = course.completion.exam is not None and bool(course.exam)
    return Table(group, modules, course.exercise, tuple(lines), number, pages, search, has_exam, compares, gain)


def _gain(office: Office, cohort_id: uuid.UUID) -> Gain | None:
    rows = office.session.scalars(select(Enrolment.progress).where(Enrolment.cohort_id == cohort_id))
    both = [
        (found["before"], found["after"])
        for text in rows
        if {"before", "after"} <= (found := progress.from_json(text).compared).keys()
    ]
    if len(both) < LEAST:
        return None
    return Gain(len(both), fmean(before for before, _ in both), fmean(after for _, after in both))


# Sheets ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A practical sheet of one officer, ready to be signed."""

    study: Study
    id: str
    """its module's, or EXERCISE"""
    module: Module | None
    """``None``: the integrated exercise"""
    practice: Practice
    signed: tuple[PracticeSheet, ...]
    """every signing so far, the newest first"""
    own: bool
    today: dt.date
    """in the trainer's time zone"""

    @property
    def person(self) -> Person:
        return self.study.enrolment.person

    @property
    def course(self) -> Course:
        return self.study.course

    @property
    def standing(self) -> str:
        """ "competent", "not yet" or "" (not signed)."""
        return self.study.progress.practice.get(self.id, "")


def enrolment_of(office: Office, actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    """The enrolment of an officer whom *actor* accompanies. Raises ``NotFound``."""
    row = office.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, _seen(actor))
        .options(joinedload(Enrolment.person), joinedload(Enrolment.institution), joinedload(Enrolment.cohort))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("enrolment")
    return row


def sheet(office: Office, actor: Actor, enrolment_id: uuid.UUID, module_id: str) -> Sheet:
    """The practical sheet of a module (of EXERCISE: the integrated exercise) for an officer whom *actor* accompanies.

    Raises ``NotFound``.
    """
    row = enrolment_of(office, actor, enrolment_id)
    study = learning.study_of(office, row)
    found, module = study.sheet(module_id)
    signed = office.session.scalars(
        select(PracticeSheet)
        .where(PracticeSheet.enrolment_id == row.id, PracticeSheet.module == module_id)
        .options(joinedload(PracticeSheet.signer))
        .order_by(PracticeSheet.signed_at.desc(), PracticeSheet.id.desc())
    )
    today = office.now().astimezone(ZoneInfo(actor.time_zone)).date()
    return Sheet(study, module_id, module, found, tuple(signed), row.person_id == actor.person_id, today)


def sign(
    office: Office,
    actor: Actor,
    enrolment_id: uuid.UUID,
    module_id: str,
    criteria: Mapping[str, bool],
    held_on: dt.date,
    place: str,
    remarks: str = "",
    sheet_id: uuid.UUID | None = None,
) -> PracticeSheet:
    """Sign a practical sheet: competent when every criterion is met, otherwise not yet. Every signing is kept.

    Once competent, nothing later takes it back. *sheet_id* is the id minted in the form, so that a double click signs
    once. Raises ``NotFound`` for an officer who is not the actor's, and ``Refused``: ``practice-own``,
    ``practice-incomplete``, ``practice-future``, ``practice-absent`` (they are marked as not there on a practice day of
    that date), ``practice-place``, ``practice-long``, and what keeps a certificate that is then due from being issued.
    """
    with office.transaction():
        found = sheet(office, actor, enrolment_id, module_id)
        if found.own:
            raise Refused("practice-own")
        if set(criteria) != {criterion.id for criterion in found.practice.criteria}:
            raise Refused("practice-incomplete")
        if held_on > found.today:
            raise Refused("practice-future")
        refuse_absent(office, enrolment_id, module_id, held_on)
        place, remarks = " ".join(place.split()), remarks.strip()
        if not place:
            raise Refused("practice-place")
        if len(place) > MOST_PLACE or len(remarks) > MOST_REMARKS:
            raise Refused("practice-long")
        enrolment = learning.lock(office, enrolment_id)
        if sheet_id is not None:
            known = office.session.get(PracticeSheet, sheet_id)
            if known is not None:
                if (known.enrolment_id, known.module, known.signed_by) != (enrolment.id, module_id, actor.person_id):
                    raise Refused("response-malformed")
                return known
        row = PracticeSheet(
            enrolment_id=enrolment.id,
            module=module_id,
            criteria=dict(criteria),
            result="competent" if all(criteria.values()) else "not yet",
            held_on=held_on,
            place=place,
            remarks=remarks,
            signed_by=actor.person_id,
            signed_at=office.now(),
        )
        if sheet_id is not None:
            row.id = sheet_id
        office.session.add(row)
        office.session.flush()
        event = Event(str(row.id), "practice.signed", module_id, str(row.id), {"result": row.result}, office.now())
        learning.record_own(office, enrolment, event)
        audit.note(
            office,
            actor,
            "practice.sign",
            str(enrolment.id),
            {"module": module_id, "result": row.result, "held_on": held_on.isoformat()},
            enrolment.institution_id,
        )
    return row
