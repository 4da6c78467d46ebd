"""Moving a branch of the tree, and merging one institution into another.

What hangs on an institution (people, courses, cohorts, roles) hangs on its id, so a branch moves by its paths alone and
takes all of it along.
"""

from __future__ import annotations

import uuid

from sqlalchemy import func, select, update

from app.records.cohorts import Cohort
from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import Refused
from app.services import audit, sightings
from app.services.institutions.making import free_path, hold_tree, must_be_new, must_fit
from app.services.institutions.reading import get, must_be_below
from app.services.office import Actor, Office
from app.services.people import several
from app.services.people.several import Correction
from app.services.scope import below


def move(office: Office, actor: Actor, institution_id: uuid.UUID, parent_id: uuid.UUID) -> None:
    """Put an institution, with everything below it, under another.

    Who coordinates what stood above it no longer sees it, unless they coordinate the new place too. Moving it to where it
    is does nothing. Raises ``NotFound`` for what is not the actor's, ``Refused``: ``institution-above``,
    ``institution-ring`` (below itself), ``institution-other-country``, ``institution-closed``, ``institution-kind``,
    ``institution-known``, ``institution-deep``.
    """
    with office.transaction():
        hold_tree(office)
        row, parent = get(office, actor, institution_id), get(office, actor, parent_id)
        must_be_below(actor, row)
        if row.parent_id == parent.id:
            return
        _must_be_elsewhere(row, parent)
        must_fit(row.kind, parent, ())
        must_be_new(office, parent.id, row.name)
        before = office.session.get(Institution, row.parent_id) if row.parent_id else None
        names = [before.name if before else "", parent.name]
        _carry(office, row, parent)
        audit.note(office, actor, "institution.move", str(row.id), {"parent": names}, row.id)


def merge(office: Office, actor: Actor, institution_id: uuid.UUID, into_id: uuid.UUID, *, roles: bool = False) -> None:
    """Merge an institution into another: its people with their open courses, its cohorts that are not over, and what
    stands below it go there. It is closed and stays below the other, with all that was completed in it.

    With *roles*, whoever coordinates it coordinates the other from now on: for administrators, who alone give roles; else
    their role ends with it, and administrators may give them one. Raises as :func:`move` (``institution-kind`` and
    ``institution-known`` for what stands below), and ``Refused``: ``institution-over`` for one that is closed already,
    ``institution-roles`` for a coordinator who wishes for roles.
    """
    if roles and not actor.may("administer"):
        raise Refused("institution-roles", field="roles")
    with office.transaction():
        hold_tree(office)
        row, into = get(office, actor, institution_id), get(office, actor, into_id)
        must_be_below(actor, row)
        if row.closed_at is not None:
            raise Refused("institution-over")
        _must_be_elsewhere(row, into)
        children = office.session.scalars(
            select(Institution).where(Institution.parent_id == row.id, Institution.closed_at.is_(None))
        ).all()
        for child in children:
            must_fit(child.kind, into, ())
            must_be_new(office, into.id, child.name)
            _carry(office, child, into)
        people = move_people(office, actor, row, into)
        cohorts = move_cohorts(office, row, into)
        _move_roles(office, row, into, roles)
        if row.parent_id != into.id:
            _carry(office, row, into)
        row.closed_at, row.merged_into = office.now(), into.id
        detail = {"into": into.name, "people": people, "cohorts": cohorts, "institutions": len(children)}
        audit.note(office, actor, "institution.merge", str(row.id), detail, into.id)


def _must_be_elsewhere(row: Institution, there: Institution) -> None:
    if there.path.startswith(row.path):
        raise Refused("institution-ring", field="place")
    if there.country != row.country:
        raise Refused("institution-other-country", field="place")
    if there.closed_at is not None:
        raise Refused("institution-closed", field="place")


def _carry(office: Office, row: Institution, parent: Institution) -> None:
    """Put *row* below *parent*, and change the path of everything below it."""
    old, new = row.path, free_path(office, parent.path, row.path.rstrip("/").rpartition("/")[2])
    row.parent_id = parent.id
    office.session.flush()
    tail = func.substr(Institution.path, len(old) + 1)
    longest = office.session.scalar(select(func.max(func.length(Institution.path))).where(below([old]))) or 0
    if longest - len(old) + len(new) > Institution.path.type.length:  # type: ignore[attr-defined]
        raise Refused("institution-deep", field="place")
    office.session.execute(
        update(Institution).where(below([old])).values(path=new + tail).execution_options(synchronize_session=False)
    )
    sightings.carry(office, old, new)
    office.session.expire_all()


def move_people(office: Office, actor: Actor, row: Institution, into: Institution) -> int:
    """Everyone of *row* belongs to *into* now, with the courses that they have not completed. Returns how many."""
    ids = office.session.scalars(select(Person.id).where(Person.institution_id == row.id).order_by(Person.id)).all()
    corrections = [Correction(person_id, into.id, {}, into) for person_id in ids]
    several.correct_many(office, actor, corrections, {"merged": str(row.id)})
    return len(ids)


def move_cohorts(office: Office, row: Institution, into: Institution) -> int:
    """The cohorts of *row* that are not over are run by *into* from now on. Returns how many."""
    running = office.session.scalars(
        select(Cohort).where(Cohort.institution_id == row.id, Cohort.ends_on >= office.now().date())
    ).all()
    for cohort in running:
        cohort.institution_id, cohort.institution = into.id, into
    return len(running)


def _move_roles(office: Office, row: Institution, into: Institution, roles: bool) -> None:
    there = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.institution_id == into.id)
    known = {(one.person_id, one.role) for one in office.session.execute(there)}
    for grant in office.session.scalars(select(RoleGrant).where(RoleGrant.institution_id == row.id)).all():
        if roles and (grant.person_id, grant.role) not in known:
            grant.institution_id, grant.institution = into.id, into
        else:
            office.session.delete(grant)
