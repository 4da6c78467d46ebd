"""Cohorts: a run of a course for officers that an institution invites, with dates and trainers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import lazyload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.records.cohorts import Cohort, CohortTrainer
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import Person, RoleGrant
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Role
from app.services import audit, people, scope
from app.services.office import Actor, Office
from app.services.people.changing import enrol_in, enrolment_in_scope
from app.services.rosters.columns import zone_of
from app.services.rosters.query import by_name

CANDIDATES = 25
"""people offered at once to be added"""
State = Literal["planned", "open", "closed"]


def state_of(cohort: Cohort, today: dt.date) -> State:
    """``planned`` before its first day, ``closed`` after its last."""
    if today < cohort.starts_on:
        return "planned"
    return "closed" if today > cohort.ends_on else "open"


@dataclass(frozen=True)
class CohortLine:
    """A cohort with how many are in it (not withdrawn), have started, have completed."""

    cohort: Cohort
    state: State
    officers: int
    started: int
    completed: int


def listing(office: Office, actor: Actor, course: str = "", institution: uuid.UUID | None = None) -> list[CohortLine]:
    """The cohorts of the actor's institutions, the latest first, from a constant number of queries.

    *institution* narrows to it and all below it. Raises ``NotFound`` for another's institution.
    """
    roots = actor.paths("read roster")
    if institution:
        roots = (scope.institution(office, actor, institution).path,)
    query = select(Cohort).where(scope.inside(Cohort.institution_id, roots))
    if course:
        query = query.where(Cohort.course_id == course)
    found = office.session.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.name).options(_trainers())).all()
    counts = _counts(office, [row.id for row in found])
    today = _today(office, actor)
    return [CohortLine(row, state_of(row, today), *counts.get(row.id, (0, 0, 0))) for row in found]


def get(office: Office, actor: Actor, cohort_id: uuid.UUID) -> CohortLine:
    """One cohort of the actor's institutions. Raises ``NotFound``."""
    row = _in_scope(office, actor, cohort_id, "read roster")
    counts = _counts(office, [row.id])
    return CohortLine(row, state_of(row, _today(office, actor)), *counts.get(row.id, (0, 0, 0)))


def _today(office: Office, actor: Actor) -> dt.date:
    return office.now().astimezone(zone_of(actor)).date()


def _trainers() -> ExecutableOption:
    return selectinload(Cohort.trainers).options(lazyload(Person.grants))


def _in_scope(
    office: Office, actor: Actor, cohort_id: uuid.UUID, permission: str = "enrol", lock: bool = False
) -> Cohort:
    query = (
        select(Cohort)
        .where(Cohort.id == cohort_id, scope.inside(Cohort.institution_id, actor.paths(permission)))
        .options(_trainers())
    )
    if lock:
        query = query.with_for_update(of=Cohort).execution_options(populate_existing=True)
    row = office.session.scalar(query)
    if row is None:
        raise NotFound("cohort")
    return row


def _counts(office: Office, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, tuple[int, int, int]]:
    rows = office.session.execute(
        select(
            Enrolment.cohort_id,
            func.count(),
            func.sum(case((Enrolment.started_at.is_not(None), 1), else_=0)),
            func.sum(case((Enrolment.completed_at.is_not(None), 1), else_=0)),
        )
        .where(Enrolment.cohort_id.in_(ids), Enrolment.status != "withdrawn")
        .group_by(Enrolment.cohort_id)
    )
    return {cohort: (count, int(started or 0), int(done or 0)) for cohort, count, started, done in rows}


# Making and changing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What is said of a cohort."""

    name: str
    course: str
    institution: uuid.UUID
    starts_on: dt.date
    ends_on: dt.date
    trainers: tuple[uuid.UUID, ...] = ()


def trainers(office: Office) -> list[tuple[Person, frozenset[str]]]:
    """Everyone who may teach a course, by name, with the courses; an administrator's grant does not count here."""
    rows = office.session.execute(
        select(Person, RoleGrant.course_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.TRAINER, RoleGrant.course_id.is_not(None), Person.active)
        .order_by(Person.sort_name, Person.id)
        .options(lazyload(Person.grants))
    )
    found: dict[Person, set[str]] = {}
    for person, course in rows:
        found.setdefault(person, set()).add(str(course))
    return [(person, frozenset(taught)) for person, taught in found.items()]


def create(office: Office, actor: Actor, plan: Plan) -> Cohort:
    """A new cohort. Raises ``NotFound`` for an institution that is not the actor's or a course that is not published,
    and ``Refused``: ``cohort-name-missing``, ``cohort-long``, ``cohort-dates-crossed``, ``cohort-trainer``.
    """
    with office.transaction():
        row = Cohort(created_at=office.now(), course_id=plan.course)
        _fill(office, actor, row, plan)
        office.session.add(row)
        office.session.flush()
        audit.note(office, actor, "cohort.create", str(row.id), {"course": row.course_id}, row.institution_id)
    return row


def edit(office: Office, actor: Actor, cohort_id: uuid.UUID, plan: Plan) -> None:
    """Set a cohort to what *plan* says. Raises as :func:`create`, and ``Refused("cohort-course-fixed")`` for another
    course than its officers are enrolled in.
    """
    with office.transaction():
        row = _in_scope(office, actor, cohort_id, lock=True)
        if plan.course != row.course_id and _members(office, row.id):
            raise Refused("cohort-course-fixed", field="course")
        row.course_id = plan.course
        _fill(office, actor, row, plan)
        audit.note(office, actor, "cohort.edit", str(row.id), {"course": row.course_id}, row.institution_id)


def _fill(office: Office, actor: Actor, row: Cohort, plan: Plan) -> None:
    name = " ".join(plan.name.split())
    if not name:
        raise Refused("cohort-name-missing", field="name")
    if len(name) > 120:
        raise Refused("cohort-long", field="name", most=120)
    if plan.ends_on < plan.starts_on:
        raise Refused("cohort-dates-crossed", field="ends_on")
    course = office.session.get(CourseRow, plan.course)
    if course is None or course.current_edition_id is None:
        raise NotFound("course")
    moved = plan.institution != row.institution_id
    institution = (scope.open_institution if moved else scope.institution)(office, actor, plan.institution, "enrol")
    able = {person.id: person for person, taught in trainers(office) if plan.course in taught}
    kept = {person.id: person for person in row.trainers} if row.id else {}  # who taught it and no longer may, stays
    chosen = [able.get(one) or kept.get(one) for one in dict.fromkeys(plan.trainers)]
    if None in chosen:
        raise Refused("cohort-trainer", field="trainers")
    row.name, row.starts_on, row.ends_on = name, plan.starts_on, plan.ends_on
    row.course, row.institution_id, row.institution = course, institution.id, institution
    row.trainers = [person for person in chosen if person]


def _members(office: Office, cohort_id: uuid.UUID) -> int:
    return office.session.scalar(select(func.count()).where(Enrolment.cohort_id == cohort_id)) or 0


def delete_empty(office: Office, actor: Actor, cohort_id: uuid.UUID) -> None:
    """Delete a cohort in which nobody ever was. Raises ``NotFound``, ``Refused("cohort-not-empty")``."""
    with office.transaction():
        row = _in_scope(office, actor, cohort_id, lock=True)
        if _members(office, row.id):
            raise Refused("cohort-not-empty")
        audit.note(office, actor, "cohort.delete", str(row.id), {"course": row.course_id}, row.institution_id)
        office.session.execute(delete(CohortTrainer).where(CohortTrainer.cohort_id == row.id))
        office.session.execute(delete(Cohort).where(Cohort.id == row.id))


# Officers -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be added, and what enrolment in the course they already have ("" for none)."""

    person: Person
    status: str


def candidates(office: Office, actor: Actor, cohort_id: uuid.UUID, name: str) -> tuple[list[Candidate], bool]:
    """Active people of the actor's institutions who are not in the cohort and whose name holds *name* (all for ""), the
    first of them, those of the cohort's own institution before others, and whether there are more.

    Raises ``NotFound``.
    """
    row = _in_scope(office, actor, cohort_id)
    inside = select(Enrolment.person_id).where(Enrolment.cohort_id == row.id, Enrolment.status != "withdrawn")
    own = scope.inside(Person.institution_id, [row.institution.path])
    query = (
        select(Person, Enrolment.status)
        .outerjoin(Enrolment, (Enrolment.person_id == Person.id) & (Enrolment.course_id == row.course_id))
        .where(scope.inside(Person.institution_id, actor.paths("enrol")), Person.active, Person.id.not_in(inside))
        .where(*by_name(name))
        .order_by(case((own, 0), else_=1), Person.sort_name, Person.id)
        .limit(CANDIDATES + 1)
        .options(lazyload(Person.grants))
    )
    found = [Candidate(person, status or "") for person, status in office.session.execute(query)]
    return found[:CANDIDATES], len(found) > CANDIDATES


def add(office: Office, actor: Actor, cohort_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> int:
    """Enrol people in the cohort's course and put them into it, all or none; returns how many came in.

    Raises ``NotFound`` for the cohort or a person of another institution, ``Refused``: ``cohort-nobody``,
    ``person-disabled``.
    """
    with office.transaction():
        row = _in_scope(office, actor, cohort_id)
        wanted = set(person_ids)
        if not wanted:
            raise Refused("cohort-nobody", field="person")
        found = office.session.scalars(
            select(Person)
            .where(Person.id.in_(wanted), scope.inside(Person.institution_id, actor.paths("enrol")))
            .order_by(Person.id)
        ).all()
        if len(found) != len(wanted):
            raise NotFound("person")
        if not all(person.active for person in found):
            raise Refused("person-disabled")
        for person in found:
            enrol_in(office, actor, person, row.course_id, row.id)
        return len(found)


def remove(office: Office, actor: Actor, cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> None:
    """Take an officer out of the cohort; they stay enrolled in the course. Raises ``NotFound``."""
    with office.transaction():
        cohort = _in_scope(office, actor, cohort_id)
        row = enrolment_in_scope(office, actor, enrolment_id)
        if row.cohort_id != cohort.id:
            raise NotFound("enrolment")
        row.cohort_id = None
        audit.note(office, actor, "enrolment.change", str(row.id), {"cohort": ""}, row.institution_id)


def published(office: Office) -> list[CourseRow]:
    """The courses that a cohort can run."""
    return people.courses(office)
