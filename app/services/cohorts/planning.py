"""Planning a cohort, listing those there are, and who is put into one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.orm import lazyload

from app.records.cohorts import Cohort, CohortTrainer
from app.records.editions import CourseRow
from app.records.joining import CohortApplication
from app.records.learning import Enrolment
from app.records.people import Person, RoleGrant
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Role, within
from app.services import audit, learning, people, scope, seats
from app.services.cohorts import access
from app.services.cohorts.access import Side
from app.services.office import Actor, Office
from app.services.people.changing import enrol_in
from app.services.rosters.columns import zone_of
from app.services.rosters.query import by_name

CANDIDATES = 25
"""people offered at once to be added"""
MOST_SEATS = 5000
ENTRIES = ("coordinators", "nomination", "self")
State = Literal["planned", "open", "closed"]


def state_of(cohort: Cohort, today: dt.date) -> State:
    """``planned`` before its first day, ``closed`` after its last."""
    if today < cohort.starts_on:
        return "planned"
    return "closed" if today > cohort.ends_on else "open"


@dataclass(frozen=True)
class CohortLine:
    """A cohort with how many are in it (not withdrawn), have started, have completed: of those whom the reader sees."""

    cohort: Cohort
    state: State
    officers: int
    started: int
    completed: int
    side: Side = "host"
    free: int | None = None
    """seats left; ``None`` where they are not numbered, and in lists"""


def listing(
    office: Office, actor: Actor, course: str = "", institution: uuid.UUID | None = None, invited: bool = False
) -> list[CohortLine]:
    """The cohorts of the actor's institutions, the latest first, from a constant number of queries; with *invited* also
    those of others that invite them.

    *institution* narrows to it and all below it. Raises ``NotFound`` for another's institution.
    """
    mine = roots = actor.paths("read roster")
    if institution:
        roots = (scope.institution(office, actor, institution).path,)
    own = scope.inside(Cohort.institution_id, roots)
    query = select(Cohort).where(or_(own, scope.invites(roots)) if invited else own)
    if course:
        query = query.where(Cohort.course_id == course)
    found = office.session.scalars(
        query.order_by(Cohort.starts_on.desc(), Cohort.name).options(access.trainers())
    ).all()
    hosted = {row.id for row in found if within(row.institution.path, mine)}
    counts = _counts(office, Enrolment.cohort_id.in_(hosted))
    if invited:
        theirs = [row.id for row in found if row.id not in hosted]
        counts |= _counts(office, Enrolment.cohort_id.in_(theirs), scope.inside(Enrolment.institution_id, roots))
    today = today_of(office, actor)
    return [
        CohortLine(
            row, state_of(row, today), *counts.get(row.id, (0, 0, 0)), side="host" if row.id in hosted else "guest"
        )
        for row in found
    ]


def get(office: Office, actor: Actor, cohort_id: uuid.UUID) -> CohortLine:
    """One cohort that the actor runs, teaches or sends officers to. Raises ``NotFound``."""
    return line_at(office, actor, access.place(office, actor, cohort_id))


def line_at(office: Office, actor: Actor, place: access.Place) -> CohortLine:
    """A cohort that was found already, as *place* shows it."""
    row = place.cohort
    counts = _counts(office, place.seen()).get(row.id, (0, 0, 0))
    return CohortLine(
        row, state_of(row, today_of(office, actor)), *counts, side=place.side, free=seats.free(office, row)
    )


def today_of(office: Office, actor: Actor) -> dt.date:
    """The day that it is where *actor* lives."""
    return office.now().astimezone(zone_of(actor)).date()


def _counts(office: Office, *where: ColumnElement[bool]) -> dict[uuid.UUID | None, tuple[int, int, int]]:
    rows = office.session.execute(
        select(
            Enrolment.cohort_id,
            func.count(),
            func.sum(case((Enrolment.started_at.is_not(None), 1), else_=0)),
            func.sum(case((Enrolment.completed_at.is_not(None), 1), else_=0)),
        )
        .where(*where, Enrolment.status != "withdrawn")
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
    place: str = ""
    seats: int | None = None
    languages: tuple[str, ...] = ()
    entry: str = "coordinators"
    opens_on: dt.date | None = None
    closes_on: dt.date | None = None
    description: str = ""
    contact: str = ""


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
    and ``Refused``: ``cohort-name-missing``, ``cohort-long``, ``cohort-dates-crossed``, ``cohort-trainer``,
    ``cohort-seats``, ``cohort-entry-dates``.
    """
    with office.transaction():
        row = Cohort(created_at=office.now(), course_id=plan.course)
        _fill(office, actor, row, plan)
        office.session.add(row)
        office.session.flush()
        audit.note(office, actor, "cohort.create", str(row.id), {"course": row.course_id}, row.institution_id)
    return row


def edit(office: Office, actor: Actor, cohort_id: uuid.UUID, plan: Plan) -> None:
    """Set a cohort to what *plan* says. Raises as :func:`create`, and ``Refused``: ``cohort-course-fixed`` for another
    course than its officers are enrolled in, ``cohort-seats-taken`` for fewer seats than are taken.
    """
    with office.transaction():
        row = access.hosted(office, actor, cohort_id, lock=True)
        if plan.course != row.course_id and _members(office, row.id):
            raise Refused("cohort-course-fixed", field="course")
        if plan.seats is not None and plan.seats < (inside := seats.taken(office, row.id)):
            raise Refused("cohort-seats-taken", field="seats", taken=inside)
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
    _terms(row, plan)
    row.trainers = [person for person in chosen if person]


def _terms(row: Cohort, plan: Plan) -> None:
    place, contact = " ".join(plan.place.split()), " ".join(plan.contact.split())
    description = plan.description.strip()
    for field, text, most in (("place", place, 120), ("contact", contact, 200), ("description", description, 1000)):
        if len(text) > most:
            raise Refused("cohort-long", field=field, most=most)
    if plan.seats is not None and not 1 <= plan.seats <= MOST_SEATS:
        raise Refused("cohort-seats", field="seats", most=MOST_SEATS)
    if plan.opens_on and plan.closes_on and plan.closes_on < plan.opens_on:
        raise Refused("cohort-entry-dates", field="closes_on")
    row.place, row.contact, row.description = place, contact, description
    row.seats, row.opens_on, row.closes_on = plan.seats, plan.opens_on, plan.closes_on
    row.languages = " ".join(code for code in ("en", "es") if code in plan.languages)
    row.entry = plan.entry if plan.entry in ENTRIES else "coordinators"


def _members(office: Office, cohort_id: uuid.UUID) -> int:
    return office.session.scalar(select(func.count()).where(Enrolment.cohort_id == cohort_id)) or 0


def delete_empty(office: Office, actor: Actor, cohort_id: uuid.UUID) -> None:
    """Delete a cohort in which nobody ever was. Raises ``NotFound``, ``Refused("cohort-not-empty")``."""
    with office.transaction():
        row = access.hosted(office, actor, cohort_id, lock=True)
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
    first of them, those of the cohort's own institution before others, and whether there are more. An invited
    institution is offered its own officers who neither asked nor are nominated already.

    Raises ``NotFound``.
    """
    place = access.place(office, actor, cohort_id)
    row = place.cohort
    inside = select(Enrolment.person_id).where(Enrolment.cohort_id == row.id, Enrolment.status != "withdrawn")
    own = scope.inside(Person.institution_id, [row.institution.path])
    paths = place.paths if place.side == "guest" else actor.paths("enrol")
    query = (
        select(Person, Enrolment.status)
        .outerjoin(Enrolment, (Enrolment.person_id == Person.id) & (Enrolment.course_id == row.course_id))
        .where(scope.inside(Person.institution_id, paths), Person.active, Person.id.not_in(inside))
        .where(*by_name(name))
        .order_by(case((own, 0), else_=1), Person.sort_name, Person.id)
        .limit(CANDIDATES + 1)
        .options(lazyload(Person.grants))
    )
    if place.side == "host":
        query = query.where(Person.id != actor.person_id)
    if place.side == "guest":
        line = select(CohortApplication.person_id).where(
            CohortApplication.cohort_id == row.id, CohortApplication.state.in_(("asked", "waiting"))
        )
        query = query.where(Person.id.not_in(line))
    found = [Candidate(person, status or "") for person, status in office.session.execute(query)]
    return found[:CANDIDATES], len(found) > CANDIDATES


def add(office: Office, actor: Actor, cohort_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> int:
    """Enrol people in the cohort's course and put them into it, all or none; returns how many came in. Whoever of them
    had asked is approved by it.

    Raises ``NotFound`` for the cohort or a person of another institution, ``Refused``: ``cohort-nobody``,
    ``person-disabled``, ``cohort-full``, ``joining-own`` (nobody gives a seat to themselves).
    """
    with office.transaction():
        row = access.hosted(office, actor, cohort_id, lock=True)
        if actor.person_id in person_ids:
            raise Refused("joining-own", field="person")
        found = chosen(office, actor.paths("enrol"), person_ids)
        for person in found:
            enrol_in(office, actor, person, row.course_id, row.id)
        office.session.execute(
            update(CohortApplication)
            .where(
                CohortApplication.cohort_id == row.id,
                CohortApplication.person_id.in_([person.id for person in found]),
                CohortApplication.state.in_(("asked", "waiting")),
            )
            .values(state="approved", decided_at=office.now(), decided_by=actor.person_id)
        )
        return len(found)


def chosen(office: Office, paths: Sequence[str], person_ids: Sequence[uuid.UUID]) -> list[Person]:
    """The people of *person_ids*, all at or below *paths* and active.

    Raises ``NotFound``, ``Refused``: ``cohort-nobody``, ``person-disabled``.
    """
    wanted = set(person_ids)
    if not wanted:
        raise Refused("cohort-nobody", field="person")
    found = office.session.scalars(
        select(Person).where(Person.id.in_(wanted), scope.inside(Person.institution_id, paths)).order_by(Person.id)
    ).all()
    if len(found) != len(wanted):
        raise NotFound("person")
    if not all(person.active for person in found):
        raise Refused("person-disabled")
    return list(found)


def remove(office: Office, actor: Actor, cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> None:
    """Take an officer out of the cohort; they stay enrolled in the course, and may ask for a seat again. An invited
    institution takes out its own. Raises ``NotFound``.
    """
    with office.transaction():
        place = access.place(office, actor, cohort_id, lock=True)
        if (
            place.side == "trainer"
            or office.session.scalar(select(Enrolment.id).where(Enrolment.id == enrolment_id, place.seen())) is None
        ):
            raise NotFound("enrolment")
        row = learning.lock(office, enrolment_id)
        row.cohort_id = None
        office.session.execute(
            update(CohortApplication)
            .where(CohortApplication.cohort_id == cohort_id, CohortApplication.person_id == row.person_id)
            .values(state="withdrawn", decided_at=office.now(), decided_by=actor.person_id)
        )
        audit.note(office, actor, "enrolment.change", str(row.id), {"cohort": ""}, row.institution_id)


def published(office: Office) -> list[CourseRow]:
    """The courses that a cohort can run."""
    return people.courses(office)
