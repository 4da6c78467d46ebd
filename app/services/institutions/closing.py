"""Closing an institution that there no longer is, and opening it again."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.records.people import Institution, Person
from app.rules.errors import Refused
from app.services import audit
from app.services.institutions.making import hold_tree, kinds_below, must_be_new, must_fit
from app.services.institutions.reading import get, must_be_below, running
from app.services.office import Actor, Office


def close(office: Office, actor: Actor, institution_id: uuid.UUID) -> None:
    """Close an institution: nobody joins it any more, and everything learned there stays on record. Twice is once.

    Raises ``NotFound``, ``Refused``: ``institution-above``, ``institution-has-people`` (with how many), ``-has-cohorts``,
    ``-has-institutions``: these move first, or it is merged into another.
    """
    with office.transaction():
        hold_tree(office)
        row = get(office, actor, institution_id)
        must_be_below(actor, row)
        if row.closed_at is not None:
            return
        if kinds_below(office, row):
            raise Refused("institution-has-institutions")
        active = select(func.count()).where(Person.institution_id == row.id, Person.active)
        people = office.session.scalar(active) or 0
        if people:
            raise Refused("institution-has-people", number=people)
        if running(office, row.id):
            raise Refused("institution-has-cohorts")
        row.closed_at = office.now()
        audit.note(office, actor, "institution.close", str(row.id), {}, row.id)


def reopen(office: Office, actor: Actor, institution_id: uuid.UUID) -> None:
    """Open a closed institution again; one that was merged stands below what it was merged into, empty.

    Raises ``NotFound``, ``Refused``: ``institution-above``, ``institution-closed`` while what it belongs to is closed,
    ``institution-kind`` where it no longer fits, ``institution-known``.
    """
    with office.transaction():
        hold_tree(office)
        row = get(office, actor, institution_id)
        must_be_below(actor, row)
        if row.closed_at is None:
            return
        parent = office.session.get(Institution, row.parent_id) if row.parent_id else None
        if parent is not None and parent.closed_at is not None:
            raise Refused("institution-closed")
        must_fit(row.kind, parent, ())
        must_be_new(office, row.parent_id, row.name)
        row.closed_at = row.merged_into = None
        audit.note(office, actor, "institution.reopen", str(row.id), {}, row.id)
