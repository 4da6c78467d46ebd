"""What is on record of everything that a list may speak of, as plain values: two of them are equal if nothing that
matters has changed between.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import NotFound
from app.rules.permissions import Role, within
from app.services import scope
from app.services.imports.headings import unguarded
from app.services.imports.reading import Line
from app.services.office import Actor, Office, fold_name
from app.services.people.inviting import Nominee, tidied


class Known(NamedTuple):
    """Somebody on record."""

    id: uuid.UUID
    email: str
    name: str
    rank: str
    service_number: str
    sex: str
    language: str
    institution: uuid.UUID
    active: bool


class Place(NamedTuple):
    """An institution."""

    id: uuid.UUID
    path: str
    name: str
    acronym: str
    country: str
    kind: str
    service: str
    """path of the service that it belongs to: service numbers are of a service"""
    closed: bool
    """nobody joins it any more"""


class Group(NamedTuple):
    """A cohort; ``mine`` if the sender may enrol in it."""

    course: str
    name: str
    mine: bool


class Standing(NamedTuple):
    """Somebody's enrolment in a course."""

    status: str
    cohort: uuid.UUID | None
    institution: uuid.UUID


class Former(NamedTuple):
    """An enrolment under the root of somebody who belongs elsewhere now: a roster still names them."""

    service_number: str
    course: str
    institution: uuid.UUID


@dataclass(frozen=True)
class World:
    sender: uuid.UUID
    people: dict[uuid.UUID, Known]
    """everyone under the root who is not erased"""
    duties: frozenset[uuid.UUID]
    """of them, those who do more here than learn"""
    elsewhere: frozenset[str]
    """addresses of the list that have an account outside"""
    places: dict[uuid.UUID, Place]
    """institutions under the root, in tree order"""
    courses: dict[str, tuple[str, str]]
    """published: titles in English and Spanish"""
    cohorts: dict[uuid.UUID, Group]
    enrolments: dict[tuple[uuid.UUID, str], Standing] = field(default_factory=dict)
    former: dict[str, list[Former]] = field(default_factory=dict)
    """by the name, folded"""


def address(text: str) -> str:
    """A cell with an e-mail address as it will be kept."""
    return tidied(Nominee("", unguarded(text), _NOWHERE)).email


_NOWHERE = uuid.UUID(int=0)


def load(office: Office, actor: Actor, root: str, lines: Sequence[Line], placed: bool, roster: bool) -> World:
    """The world of a list under *root* (a path; "/" is everything), from a constant number of statements.

    *placed*: whether enrolments matter; *roster*: whether lines may speak of people who have left. Raises ``NotFound``
    if the root is not, or no longer, the actor's.
    """
    if not within(root, actor.paths("enrol")):
        raise NotFound("import")
    mine = scope.inside(Person.institution_id, (root,))
    session = office.session
    people = [
        Known(*row)
        for row in session.execute(
            select(
                Person.id,
                Person.email,
                Person.name,
                Person.rank,
                Person.service_number,
                Person.sex,
                Person.language,
                Person.institution_id,
                Person.active,
            ).where(mine, Person.erased_at.is_(None))
        )
    ]
    duties = session.scalars(
        select(RoleGrant.person_id)
        .join(Person, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role != Role.LEARNER.value, mine)
    )
    here = {one.email for one in people}
    asked = {address(line.cells["email"]) for line in lines if line.cells.get("email")} - here - {""}
    world = World(
        actor.person_id,
        {one.id: one for one in people},
        frozenset(duties),
        frozenset(session.scalars(select(Person.email).where(Person.email.in_(asked)))) if asked else frozenset(),
        _places(office, root),
        {
            row.id: (row.title_en, row.title_es)
            for row in session.execute(
                select(CourseRow.id, CourseRow.title_en, CourseRow.title_es).where(
                    CourseRow.current_edition_id.is_not(None)
                )
            )
        },
        _cohorts(office, actor),
    )
    if placed:
        world.enrolments.update(
            ((row.person_id, row.course_id), Standing(row.status, row.cohort_id, row.institution_id))
            for row in session.execute(
                select(
                    Enrolment.person_id,
                    Enrolment.course_id,
                    Enrolment.status,
                    Enrolment.cohort_id,
                    Enrolment.institution_id,
                )
                .join(Person, Enrolment.person_id == Person.id)
                .where(mine)
            )
        )
    if roster and root != "/":
        left = select(Person.name, Person.service_number, Enrolment.course_id, Enrolment.institution_id)
        left = left.join(Enrolment, Enrolment.person_id == Person.id)
        for row in session.execute(left.where(scope.inside(Enrolment.institution_id, (root,)), ~mine)):
            world.former.setdefault(fold_name(row.name), []).append(Former(*row[1:]))
    return world


def _places(office: Office, root: str) -> dict[uuid.UUID, Place]:
    rows = list(office.session.scalars(select(Institution).where(scope.below((root,)))))
    services = {row.path for row in rows if row.kind == "service"}
    return {
        row.id: Place(
            row.id,
            row.path,
            row.name,
            row.acronym,
            row.country,
            row.kind,
            _service(row.path, services, root),
            row.closed_at is not None,
        )
        for row in scope.in_tree_order(rows)
    }


def _service(path: str, services: Iterable[str], root: str) -> str:
    """The nearest service at or above *path*; under a root that is part of one, the root stands for it."""
    services = set(services)
    here = path
    while here != "/":
        if here in services:
            return here
        here = here.rstrip("/").rpartition("/")[0] + "/"
    return root if root != "/" else path


def _cohorts(office: Office, actor: Actor) -> dict[uuid.UUID, Group]:
    roots = actor.paths("enrol")
    rows = office.session.execute(
        select(Cohort.id, Cohort.course_id, Cohort.name, Institution.path).join(
            Institution, Cohort.institution_id == Institution.id
        )
    )
    return {row.id: Group(row.course_id, row.name, within(row.path, roots)) for row in rows}
