"""Deadlines of a cohort: set by module and for the exam, extended for one officer, told to each officer as they are for
them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.courseware.course import Course
from app.records.deadlines import CohortDeadline, DeadlineExtension
from app.records.learning import Enrolment
from app.rules import deadlines as rule
from app.rules.deadlines import Due
from app.rules.errors import NotFound, Refused
from app.services import audit, learning
from app.services.cohorts import access
from app.services.cohorts.access import Place
from app.services.cohorts.planning import today_of
from app.services.learning import Study
from app.services.office import Actor, Office
from app.services.shelf import current

MOST_REASON = 300
FURTHEST = dt.timedelta(days=366)
"""how long after a cohort an extension may end"""


@dataclass(frozen=True)
class Days:
    """The deadlines of one cohort, and the later days of some of its officers."""

    deadlines: tuple[CohortDeadline, ...]
    own: Mapping[tuple[uuid.UUID, uuid.UUID], dt.date]

    def of(self, enrolment_id: uuid.UUID) -> list[tuple[str, dt.date, dt.date | None]]:
        """What :func:`app.rules.deadlines.dues` wants of an officer."""
        return [(one.target, one.due_on, self.own.get((one.id, enrolment_id))) for one in self.deadlines]


def days_of(office: Office, cohort_id: uuid.UUID) -> Days:
    """The deadlines of a cohort, from two queries."""
    rows = office.session.scalars(
        select(CohortDeadline).where(CohortDeadline.cohort_id == cohort_id).order_by(CohortDeadline.due_on)
    ).all()
    own = office.session.execute(
        select(DeadlineExtension.deadline_id, DeadlineExtension.enrolment_id, DeadlineExtension.due_on)
        .join(CohortDeadline, CohortDeadline.id == DeadlineExtension.deadline_id)
        .where(CohortDeadline.cohort_id == cohort_id)
    )
    return Days(tuple(rows), {(deadline, enrolment): day for deadline, enrolment, day in own})


# Officers -------------------------------------------------------------------------------------------------------------


def mine(office: Office, studies: Sequence[Study]) -> dict[uuid.UUID, list[Due]]:
    """The deadlines of an officer's courses by enrolment, by day; from one query, or none without a cohort."""
    within = {study.enrolment.cohort_id: study for study in studies if study.enrolment.cohort_id}
    if not within:
        return {}
    enrolments = [study.enrolment.id for study in within.values()]
    rows = office.session.execute(
        select(CohortDeadline.cohort_id, CohortDeadline.target, CohortDeadline.due_on, DeadlineExtension.due_on)
        .outerjoin(
            DeadlineExtension,
            and_(DeadlineExtension.deadline_id == CohortDeadline.id, DeadlineExtension.enrolment_id.in_(enrolments)),
        )
        .where(CohortDeadline.cohort_id.in_(within))
    )
    days: dict[uuid.UUID, list[tuple[str, dt.date, dt.date | None]]] = {}
    for cohort_id, target, due_on, own in rows:
        days.setdefault(cohort_id, []).append((target, due_on, own))
    return {
        study.enrolment.id: rule.dues(study.course, study.progress, days[cohort_id], study.complete)
        for cohort_id, study in within.items()
        if cohort_id in days
    }


# Those who run the cohort ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What can have a deadline in a cohort, and which it has."""

    place: Place
    course: Course
    days: Mapping[str, dt.date]
    """by target"""

    @property
    def targets(self) -> list[str]:
        return rule.targets(self.course)


def plan(office: Office, actor: Actor, cohort_id: uuid.UUID) -> Plan:
    """The deadlines of a cohort for those who run it. Raises ``NotFound``."""
    place = access.running(office, actor, cohort_id)
    _row, course = current(office, place.cohort.course_id)
    rows = office.session.scalars(select(CohortDeadline).where(CohortDeadline.cohort_id == cohort_id))
    return Plan(place, course, {row.target: row.due_on for row in rows})


def put(office: Office, actor: Actor, cohort_id: uuid.UUID, days: Mapping[str, dt.date | None]) -> None:
    """Set the deadlines of a cohort: a day for each target that has one, ``None`` for one that has none. Extensions of a
    deadline that stays, stay, where they are still later than it.

    Raises ``NotFound`` also for what the course does not have, ``Refused("deadline-outside")`` with the field
    ``due-TARGET`` for a day outside the cohort's.
    """
    with office.transaction():
        place = access.running(office, actor, cohort_id, lock=True)
        cohort = place.cohort
        _row, course = current(office, cohort.course_id)
        if not set(days) <= set(rule.targets(course)):
            raise NotFound("module")
        for target, day in days.items():
            if day is not None and not cohort.starts_on <= day <= cohort.ends_on:
                raise Refused("deadline-outside", field=f"due-{target}", first=cohort.starts_on, last=cohort.ends_on)
        known = {
            row.target: row
            for row in office.session.scalars(select(CohortDeadline).where(CohortDeadline.cohort_id == cohort.id))
        }
        changed = {}
        for target, day in days.items():
            row = known.get(target)
            if (row.due_on if row else None) == day:
                continue
            changed[target] = str(day or "")
            if row is None:
                office.session.add(CohortDeadline(cohort_id=cohort.id, target=target, due_on=day))
            elif day is None:
                office.session.delete(row)
            else:
                row.due_on = day
        if changed:
            office.session.flush()
            audit.note(office, actor, "cohort.deadlines", str(cohort.id), {"days": changed}, cohort.institution_id)


@dataclass(frozen=True)
class Own:
    """The deadlines of one officer, for whoever extends them."""

    place: Place
    enrolment: Enrolment
    course: Course
    dues: tuple[Due, ...]
    today: dt.date
    reasons: Mapping[str, str]
    """why a deadline is extended, by target"""


def of_officer(office: Office, actor: Actor, cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> Own:
    """The deadlines of an officer of a cohort for those who run it. Raises ``NotFound``."""
    place = access.running(office, actor, cohort_id)
    row = office.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, place.seen())
        .options(joinedload(Enrolment.person), joinedload(Enrolment.institution))
    )
    if row is None:
        raise NotFound("enrolment")
    study = learning.study_of(office, row)
    days = days_of(office, cohort_id)
    dues = rule.dues(study.course, study.progress, days.of(row.id), study.complete)
    reasons = office.session.execute(
        select(CohortDeadline.target, DeadlineExtension.reason)
        .join(CohortDeadline, CohortDeadline.id == DeadlineExtension.deadline_id)
        .where(DeadlineExtension.enrolment_id == row.id, CohortDeadline.cohort_id == cohort_id)
    )
    return Own(place, row, study.course, tuple(dues), today_of(office, actor), dict(reasons.all()))


def extend(
    office: Office,
    actor: Actor,
    cohort_id: uuid.UUID,
    enrolment_id: uuid.UUID,
    target: str,
    due_on: dt.date,
    reason: str,
) -> None:
    """Give an officer a later day, or another later day. The cohort's own day takes the extension back.

    Raises ``NotFound``, ``Refused``: ``deadline-own`` (nobody gives themselves a later day), ``deadline-earlier``,
    ``deadline-far``, ``deadline-reason``, ``cohort-long``.
    """
    reason = " ".join(reason.split())
    with office.transaction():
        own = of_officer(office, actor, cohort_id, enrolment_id)
        access.running(office, actor, cohort_id, lock=True)
        if own.enrolment.person_id == actor.person_id:
            raise Refused("deadline-own")
        cohort = own.place.cohort
        deadline = office.session.scalar(
            select(CohortDeadline).where(CohortDeadline.cohort_id == cohort_id, CohortDeadline.target == target)
        )
        if deadline is None:
            raise NotFound("deadline")
        known = office.session.get(DeadlineExtension, (deadline.id, enrolment_id))
        if due_on < deadline.due_on:
            raise Refused("deadline-earlier", field="due_on")
        if due_on > cohort.ends_on + FURTHEST:
            raise Refused("deadline-far", field="due_on")
        if due_on == deadline.due_on:
            if known is not None:
                office.session.delete(known)
        else:
            if not reason:
                raise Refused("deadline-reason", field="reason")
            if len(reason) > MOST_REASON:
                raise Refused("cohort-long", field="reason", most=MOST_REASON)
            if known is None:
                known = DeadlineExtension(deadline_id=deadline.id, enrolment_id=enrolment_id)
                office.session.add(known)
            known.due_on, known.reason = due_on, reason
            known.given_at, known.given_by = office.now(), actor.person_id
        detail = {"target": target, "day": str(due_on)}
        audit.note(office, actor, "cohort.extend", str(enrolment_id), detail, own.enrolment.institution_id)


def next_due(dues: Iterable[Due]) -> Due | None:
    """The earliest deadline that is not met."""
    return next((due for due in dues if not due.done), None)
