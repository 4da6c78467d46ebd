"""Who stands how to a cohort: its host runs it, its trainers teach it, invited institutions send officers to it.

Everybody else does not find it. A host and a trainer see every officer in it, an invited institution its own alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import lazyload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.records.cohorts import Cohort
from app.records.joining import CohortGuest
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules import permissions
from app.rules.errors import NotFound
from app.services import scope, seats
from app.services.office import Actor, Office

Side = Literal["host", "trainer", "guest"]


@dataclass(frozen=True)
class Place:
    """A cohort as somebody stands to it."""

    cohort: Cohort
    side: Side
    paths: tuple[str, ...]
    """the institutions whose officers they see in it: ("/",) for all"""

    @property
    def runs(self) -> bool:
        """Whether they set deadlines, remind and announce."""
        return self.side != "guest"

    def seen(self) -> ColumnElement[bool]:
        """The condition that an enrolment is of this cohort and seen by them; those who withdrew are in it no more."""
        here = (Enrolment.cohort_id == self.cohort.id) & (Enrolment.status != "withdrawn")
        return here & scope.inside(Enrolment.institution_id, self.paths)


def trainers() -> ExecutableOption:
    """Load the trainers of a cohort with it, without their grants."""
    return selectinload(Cohort.trainers).options(lazyload(Person.grants))


def place(office: Office, actor: Actor, cohort_id: uuid.UUID, lock: bool = False) -> Place:
    """The cohort for whoever stands to it in any way. Raises ``NotFound``."""
    if lock:
        place(office, actor, cohort_id)  # nobody locks what is not theirs
        seats.lock(office, cohort_id)
    row = office.session.scalar(select(Cohort).where(Cohort.id == cohort_id).options(trainers()))
    if row is None:
        raise NotFound("cohort")
    roots = permissions.paths("enrol", actor.grants)
    if permissions.within(row.institution.path, roots):
        return Place(row, "host", ("/",))
    taught = permissions.courses("sign practice", actor.grants)
    if (taught is None or row.course_id in taught) and any(one.id == actor.person_id for one in row.trainers):
        return Place(row, "trainer", ("/",))
    invited = office.session.scalars(
        select(Institution.path)
        .join(CohortGuest, CohortGuest.institution_id == Institution.id)
        .where(CohortGuest.cohort_id == row.id)
    )
    if roots and (own := common(roots, invited)):
        return Place(row, "guest", own)
    raise NotFound("cohort")


def running(office: Office, actor: Actor, cohort_id: uuid.UUID, lock: bool = False) -> Place:
    """The cohort for its host and its trainers. Raises ``NotFound``."""
    found = place(office, actor, cohort_id, lock)
    if not found.runs:
        raise NotFound("cohort")
    return found


def hosted(office: Office, actor: Actor, cohort_id: uuid.UUID, lock: bool = False) -> Cohort:
    """The cohort for coordinators of its host alone. Raises ``NotFound``."""
    found = place(office, actor, cohort_id, lock)
    if found.side != "host":
        raise NotFound("cohort")
    return found.cohort


def common(roots: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """What is both at or below one of *roots* and at or below one of *others*: the lower of each two that meet."""
    others = tuple(others)
    found = {max(a, b, key=len) for a in roots for b in others if a.startswith(b) or b.startswith(a)}
    return tuple(sorted(found))
