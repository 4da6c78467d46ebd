"""Reading the tree: what stands where, how many people are there, and what may be changed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app.records.audit import AuditEntry
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Role
from app.services.office import Actor, Office, fold_name
from app.services.scope import below

PERMISSION = "arrange institutions"
MOST_ACTS = 30


@dataclass(frozen=True)
class Node:
    """An institution in its place in the tree."""

    institution: Institution
    depth: int
    """0 for a root, or for the top of what the actor sees"""
    people: int
    """active accounts here, not counting those below"""


def tree(office: Office, actor: Actor) -> list[Node]:
    """Every institution of the actor's, each followed by what is below it, siblings by name. Two queries.

    Raises ``Forbidden`` for those who arrange no institutions.
    """
    roots = actor.paths(PERMISSION)
    counted = select(Person.institution_id, func.count()).where(Person.active).group_by(Person.institution_id)
    counts: dict[uuid.UUID, int] = {row[0]: row[1] for row in office.session.execute(counted)}
    rows = office.session.scalars(select(Institution).where(below(roots))).all()
    seen = {row.id for row in rows}
    children: dict[uuid.UUID | None, list[Institution]] = {}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in seen else None, []).append(row)
    found: list[Node] = []

    def visit(parent: uuid.UUID | None, depth: int) -> None:
        among = children.get(parent, ())
        for row in sorted(among, key=lambda row: (row.country, row.closed_at is not None, fold_name(row.name))):
            found.append(Node(row, depth, counts.get(row.id, 0)))
            visit(row.id, depth + 1)

    visit(None, 0)
    return found


def get(office: Office, actor: Actor, institution_id: uuid.UUID) -> Institution:
    """One institution that the actor sees in the tree. Raises ``NotFound``."""
    query = select(Institution).where(Institution.id == institution_id, below(actor.paths(PERMISSION)))
    row = office.session.scalar(query)
    if row is None:
        raise NotFound("institution")
    return row


def may_change(actor: Actor, row: Institution) -> bool:
    """Whether *actor* may change *row* itself: administrators always, coordinators what is below their own institution,
    which somebody above them has in hand.
    """
    return any(row.path.startswith(root) and row.path != root for root in actor.paths(PERMISSION))


def must_be_below(actor: Actor, row: Institution) -> None:
    """Raises ``Refused("institution-above")`` unless :func:`may_change`."""
    if not may_change(actor, row):
        raise Refused("institution-above")


def places(office: Office, actor: Actor, row: Institution) -> list[Node]:
    """Where *row* could stand, or what it could be merged into: what is open, of its country, and neither itself nor
    below it.
    """
    return [
        node
        for node in tree(office, actor)
        if node.institution.country == row.country
        and node.institution.closed_at is None
        and not node.institution.path.startswith(row.path)
    ]


@dataclass(frozen=True)
class Facts:
    """Everything the page of an institution says."""

    institution: Institution
    above: Institution | None
    """if the actor sees it"""
    merged_into: Institution | None
    children: tuple[Node, ...]
    people: int
    """active accounts here"""
    closed_accounts: int
    learning: int
    """enrolments here that are neither completed nor withdrawn"""
    completed: int
    running: int
    """cohorts that are not over"""
    coordinators: tuple[Person, ...]
    acts: tuple[AuditEntry, ...]
    """what was done to it, the newest first"""
    editable: bool

    @property
    def empty(self) -> bool:
        """Whether it can be closed without asking where its people go."""
        return not (self.people or self.running or any(n.institution.closed_at is None for n in self.children))


def facts(office: Office, actor: Actor, institution_id: uuid.UUID) -> Facts:
    """What there is to say of one institution, from a constant number of queries. Raises ``NotFound``."""
    row = get(office, actor, institution_id)
    session = office.session
    nodes = tree(office, actor)
    shown = {node.institution.id: node.institution for node in nodes}
    active: dict[bool, int] = {
        pair[0]: pair[1]
        for pair in session.execute(
            select(Person.active, func.count()).where(Person.institution_id == row.id).group_by(Person.active)
        )
    }
    statuses: dict[str, int] = {
        pair[0]: pair[1]
        for pair in session.execute(
            select(Enrolment.status, func.count()).where(Enrolment.institution_id == row.id).group_by(Enrolment.status)
        )
    }
    coordinators = session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.institution_id == row.id, RoleGrant.role == Role.COORDINATOR, Person.active)
        .order_by(Person.sort_name)
        .options(lazyload(Person.grants))
    ).all()
    acts = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == str(row.id), AuditEntry.action.startswith("institution."))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST_ACTS)
    ).all()
    return Facts(
        row,
        shown.get(row.parent_id) if row.parent_id else None,
        session.get(Institution, row.merged_into) if row.merged_into else None,
        tuple(node for node in nodes if node.institution.parent_id == row.id),
        active.get(True, 0),
        active.get(False, 0),
        statuses.get("not-started", 0) + statuses.get("active", 0),
        statuses.get("completed", 0),
        running(office, row.id),
        tuple(coordinators),
        tuple(acts),
        may_change(actor, row),
    )


def running(office: Office, institution_id: uuid.UUID) -> int:
    """How many cohorts of the institution are not over."""
    query = select(func.count()).where(Cohort.institution_id == institution_id, Cohort.ends_on >= office.now().date())
    return office.session.scalar(query) or 0
