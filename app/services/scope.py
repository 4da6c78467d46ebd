"""Scope inside the query: the institutions over which an actor holds a permission, as conditions and as lists.

What is outside is not refused but not found, so that nobody learns from an answer whether it exists.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.records.cohorts import Cohort, CohortTrainer
from app.records.joining import CohortGuest
from app.records.learning import Enrolment
from app.records.people import Institution
from app.rules.errors import NotFound, Refused
from app.rules.permissions import courses
from app.services.office import Actor, Office


def below(roots: Iterable[str]) -> ColumnElement[bool]:
    """The condition that an institution is one of *roots* (paths) or below one.

    A comparison of the first characters, not LIKE: SQLite's LIKE knows no case, so "/pa/" would reach into "/PA/".
    """
    roots = tuple(roots)
    if "/" in roots:
        return true()
    return or_(*(func.substr(Institution.path, 1, len(root)) == root for root in roots))


def inside(column: InstrumentedAttribute[uuid.UUID], roots: Iterable[str]) -> ColumnElement[bool]:
    """The condition that *column* names an institution at or below *roots*."""
    roots = tuple(roots)
    if "/" in roots:
        return true()
    return column.in_(select(Institution.id).where(below(roots)))


def accompanied(actor: Actor, permission: str) -> ColumnElement[bool]:
    """The condition that *actor* accompanies an enrolment (not withdrawn) as a trainer who holds *permission*.

    A trainer accompanies the officers of the cohorts that they train, and those without a cohort in their own
    institution; an administrator all of them.
    """
    mine = courses(permission, actor.grants)
    here = Enrolment.status != "withdrawn"
    if mine is None:
        return here
    theirs = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.person_id)
    beside = and_(Enrolment.cohort_id.is_(None), inside(Enrolment.institution_id, (actor.institution_path,)))
    return and_(here, Enrolment.course_id.in_(mine), or_(Enrolment.cohort_id.in_(theirs), beside))


def invites(roots: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that a cohort invites an institution of *roots* to send officers, or one above them."""
    meets = below(roots)
    if above := ancestors(roots):
        meets = or_(meets, Institution.path.in_(above))
    invited = select(CohortGuest.cohort_id).join(Institution, Institution.id == CohortGuest.institution_id).where(meets)
    return Cohort.id.in_(invited)


def institutions(office: Office, actor: Actor, permission: str = "read roster") -> list[Institution]:
    """The institutions over which *actor* holds *permission*, each followed by those below it; to enrol in, only those
    that are open.
    """
    query = select(Institution).where(below(actor.paths(permission)))
    if permission == "enrol":
        query = query.where(Institution.closed_at.is_(None))
    return in_tree_order(office.session.scalars(query))


def institution(office: Office, actor: Actor, wanted: uuid.UUID, permission: str = "read roster") -> Institution:
    """One institution over which *actor* holds *permission*. Raises ``NotFound`` for any other."""
    row = office.session.scalar(select(Institution).where(Institution.id == wanted, below(actor.paths(permission))))
    if row is None:
        raise NotFound("institution")
    return row


def open_institution(office: Office, actor: Actor, wanted: uuid.UUID, permission: str = "enrol") -> Institution:
    """As :func:`institution`, for what begins there now. Raises ``Refused("institution-closed")``."""
    row = institution(office, actor, wanted, permission)
    if row.closed_at is not None:
        raise Refused("institution-closed", field="institution")
    return row


def in_tree_order(rows: Iterable[Institution]) -> list[Institution]:
    """*rows* so that each is followed by those below it."""
    return sorted(rows, key=lambda row: row.path.split("/"))


def depths(rows: Sequence[Institution]) -> list[tuple[Institution, int]]:
    """Each of *rows* (in tree order) with how many of the others stand above it: for lists that show the tree."""
    above: list[str] = []
    found = []
    for row in rows:
        while above and not row.path.startswith(above[-1]):
            above.pop()
        found.append((row, len(above)))
        above.append(row.path)
    return found


def ancestors(roots: Iterable[str]) -> tuple[str, ...]:
    """The paths above *roots*: what is shared from above (a cohort of the whole service) reaches down to them."""
    found = set()
    for root in roots:
        parts = root.strip("/").split("/")
        found |= {"/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts))}
    return tuple(sorted(found))
