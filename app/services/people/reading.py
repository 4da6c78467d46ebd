"""Finding people, and everything about one of them that their coordinator may see."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from app.records.audit import AuditEntry
from app.records.certificates import Certificate
from app.records.editions import CourseRow
from app.records.exams import Attempt
from app.records.learning import Enrolment, PracticeSheet
from app.records.people import Institution, Person
from app.rules.errors import NotFound
from app.rules.permissions import Role, within
from app.services import certifying, learning, scope
from app.services.learning import Study
from app.services.office import Actor, Office, fold_name
from app.services.rosters.query import by_name, parse_id

PAGE = 50
MOST_ACTS = 50

Status = Literal["invited", "active", "disabled"]


def person_status(person: Person) -> Status:
    """``invited``: no password yet. ``disabled`` outweighs it."""
    if not person.active:
        return "disabled"
    return "active" if person.password_hash else "invited"


def has_duties(person: Person) -> bool:
    """Whether *person* does more here than learn: then only administrators may change the account."""
    return any(grant.role != Role.LEARNER for grant in person.grants)


@dataclass(frozen=True)
class PeopleQuery:
    """Filters of the list of people."""

    name: str = ""
    """words of the name, a part of the e-mail address, or the service number"""
    institution: uuid.UUID | None = None
    """and all below it"""
    status: str = ""

    @classmethod
    def parse(cls, asked: Mapping[str, str]) -> PeopleQuery:
        """The query that the parameters of an address describe. Raises ``NotFound`` for what is no id or no status."""
        status = asked.get("status", "")
        if status not in ("", "invited", "active", "disabled"):
            raise NotFound("status")
        name = " ".join(asked.get("name", "").replace("\0", " ").split())[:100]
        return cls(name, parse_id(asked.get("institution", "")), status)

    @property
    def filters(self) -> bool:
        return self != PeopleQuery()


@dataclass(frozen=True)
class Found:
    """A person in the list."""

    person: Person
    status: Status
    courses: int
    completed: int


@dataclass(frozen=True)
class PeoplePage:
    rows: tuple[Found, ...]
    number: int
    pages: int
    total: int


def find(office: Office, actor: Actor, query: PeopleQuery, number: int = 1, size: int = PAGE) -> PeoplePage:
    """People of the actor's institutions, by name. Raises ``NotFound`` for another's institution."""
    roots = actor.paths("read roster")
    if query.institution:
        roots = (scope.institution(office, actor, query.institution).path,)
    where: list[ColumnElement[bool]] = [scope.inside(Person.institution_id, roots)]
    for named in by_name(query.name):
        where.append(or_(named, Person.email.contains(fold_name(query.name), autoescape=True)))
    if query.status == "disabled":
        where.append(Person.active.is_(False))
    elif query.status:
        where.append(Person.active.is_(True))
        where.append(Person.password_hash == "" if query.status == "invited" else Person.password_hash != "")
    total = office.session.scalar(select(func.count()).select_from(Person).where(*where)) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    people = office.session.scalars(
        select(Person)
        .where(*where)
        .order_by(Person.sort_name, Person.id)
        .offset((number - 1) * size)
        .limit(size)
        .options(lazyload(Person.grants))
    ).all()
    counts = _counts(office, [person.id for person in people])
    rows = tuple(Found(person, person_status(person), *counts.get(person.id, (0, 0))) for person in people)
    return PeoplePage(rows, number, pages, total)


def _counts(office: Office, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """For each person: enrolments not withdrawn, and those completed."""
    rows = office.session.execute(
        select(
            Enrolment.person_id,
            func.count(),
            func.sum(case((Enrolment.completed_at.is_not(None), 1), else_=0)),
        )
        .where(Enrolment.person_id.in_(ids), Enrolment.status != "withdrawn")
        .group_by(Enrolment.person_id)
    )
    return {person_id: (count, int(done or 0)) for person_id, count, done in rows}


def courses(office: Office) -> list[CourseRow]:
    """The courses that somebody can be enrolled in."""
    published = select(CourseRow).where(CourseRow.current_edition_id.is_not(None))
    return list(office.session.scalars(published.order_by(CourseRow.title_en)))


# One person -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseRecord:
    """A person in a course: the criteria, the marks of attempts (not the answers), practical sheets, certificates."""

    study: Study
    attempts: tuple[Attempt, ...]
    sheets: tuple[PracticeSheet, ...]
    certificates: tuple[tuple[Certificate, certifying.State], ...]
    mine: bool
    """trained under the actor's institutions, so the actor may withdraw it and take its certificates"""


@dataclass(frozen=True)
class Record:
    """Everything about one person that the actor may see."""

    person: Person
    status: Status
    own: bool
    """in the actor's institutions now; else only their courses under these are shown, and nothing may be changed"""
    editable: bool
    courses: tuple[CourseRecord, ...]
    acts: tuple[AuditEntry, ...]
    """what was done to the account and the enrolments, the newest first"""


def record(office: Office, actor: Actor, person_id: uuid.UUID) -> Record:
    """The record of one person, from a constant number of queries.

    Raises ``NotFound`` unless the person is in the actor's institutions, or was trained there.
    """
    roots = actor.paths("read roster")
    person = office.session.get(Person, person_id)
    if person is None:
        raise NotFound("person")
    own = within(person.institution.path, roots)
    enrolments = [
        row
        for row in office.session.scalars(
            select(Enrolment)
            .where(Enrolment.person_id == person_id)
            .order_by(Enrolment.enrolled_at.desc())
            .options(
                joinedload(Enrolment.course),
                joinedload(Enrolment.edition),
                joinedload(Enrolment.institution),
                joinedload(Enrolment.cohort),
            )
        )
        if own or within(row.institution.path, roots)
    ]
    if not own and not enrolments:
        raise NotFound("person")
    ids = [row.id for row in enrolments]
    attempts = office.session.scalars(
        # what an officer knew before the course is told of a cohort, never of a person
        select(Attempt)
        .where(Attempt.enrolment_id.in_(ids), Attempt.kind.in_(("quiz", "exam")))
        .order_by(Attempt.opened_at)
    ).all()
    sheets = office.session.scalars(
        select(PracticeSheet)
        .where(PracticeSheet.enrolment_id.in_(ids))
        .order_by(PracticeSheet.signed_at.desc())
        .options(joinedload(PracticeSheet.signer))
    ).all()
    certificates = office.session.scalars(
        select(Certificate)
        .where(Certificate.enrolment_id.in_(ids), Certificate.erased_at.is_(None))
        .order_by(Certificate.issued_at.desc())
    ).all()
    today = office.now().date()
    subjects = [str(person_id), *map(str, ids), *(row.serial for row in certificates)]
    acts = office.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(subjects))
        # what another institution does to somebody who moved there is not told here
        .where(true() if own else AuditEntry.institution_id.in_(select(Institution.id).where(scope.below(roots))))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST_ACTS)
    ).all()
    return Record(
        person,
        person_status(person),
        own,
        own and may_change(actor, person),
        tuple(
            CourseRecord(
                learning.study_of(office, row),
                tuple(a for a in attempts if a.enrolment_id == row.id),
                tuple(s for s in sheets if s.enrolment_id == row.id),
                tuple((c, certifying.state_of(c, today)) for c in certificates if c.enrolment_id == row.id),
                within(row.institution.path, roots),
            )
            for row in enrolments
        ),
        tuple(acts),
    )


def may_change(actor: Actor, person: Person) -> bool:
    """Whether *actor*, in whose institutions *person* is, may change the account itself."""
    return person.erased_at is None and (actor.may("administer") or not has_duties(person))
