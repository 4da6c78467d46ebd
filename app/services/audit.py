"""The audit log: who did what to what, in the transaction of the deed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.records.audit import AuditEntry
from app.records.certificates import Certificate
from app.records.database import insert_many
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.services.office import Actor, Office, fold_name

MOST_PAGES = 2000
"""further back, narrow the dates: a page costs the reading of all before it"""
MOST_PEOPLE = 300
"""of one name: beyond, the name is too short to mean anyone"""


def note(
    office: Office,
    actor: Actor | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    institution_id: uuid.UUID | None = None,
) -> None:
    """Write one entry. ``action`` is a verb phrase such as "roster.download"; ``subject`` names the thing by id.

    Call inside ``office.transaction()``, so that deed and entry appear together.
    """
    office.session.add(
        AuditEntry(
            at=office.now(),
            actor_id=actor.person_id if actor else None,
            institution_id=institution_id or (actor.institution_id if actor else None),
            action=action,
            subject=subject[:120],
            detail=detail or {},
        )
    )


def note_many(
    office: Office, actor: Actor | None, action: str, entries: Iterable[tuple[str, dict[str, Any], uuid.UUID]]
) -> None:
    """Write an entry of one *action* for each (subject, detail, institution). Inside ``office.transaction()``."""
    rows = [
        {
            "at": office.now(),
            "actor_id": actor.person_id if actor else None,
            "institution_id": institution_id,
            "action": action,
            "subject": subject[:120],
            "detail": detail,
        }
        for subject, detail, institution_id in entries
    ]
    insert_many(office.session, AuditEntry, rows)


@dataclass(frozen=True)
class Page:
    """One page of the log, the newest entries first."""

    entries: list[AuditEntry]
    number: int
    more: bool
    """whether older entries follow"""
    names: dict[str, str]
    """what the subjects of this page are called: people, institutions, and enrolments by their officer"""


def entries(
    office: Office,
    actor: Actor,
    *,
    action: str = "",
    text: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    page: int = 1,
    size: int = 50,
) -> Page:
    """The log of what *action* (or begins with it, before a dot), by or about whom *text* names, from *since* to before
    *until*.

    For administrators. A fixed number of queries.
    """
    actor.paths("administer")
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if action:
        query = query.where(
            or_(AuditEntry.action == action, AuditEntry.action.startswith(f"{action}.", autoescape=True))
        )
    if text.strip():
        query = query.where(_about(office, text))
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    number = min(max(1, page), MOST_PAGES)
    rows = list(office.session.scalars(query.offset((number - 1) * size).limit(size + 1)).unique())
    return Page(rows[:size], number, len(rows) > size and number < MOST_PAGES, _names(office, rows[:size]))


def actions(office: Office, actor: Actor) -> list[str]:
    """Every action the log knows, in order. For administrators."""
    actor.paths("administer")
    return list(office.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def _about(office: Office, text: str) -> ColumnElement[bool]:
    """Entries by or about the people whose name or address holds *text*, about their enrolments and certificates, or
    about the very thing that *text* names.
    """
    known = select(Person.id)
    for word in fold_name(text).split():
        known = known.where(
            or_(Person.sort_name.contains(word, autoescape=True), Person.email.contains(word, autoescape=True))
        )
    people = list(office.session.scalars(known.limit(MOST_PEOPLE)))
    subjects = {str(person) for person in people} | {text.strip(), text.strip().upper(), text.strip().lower()}
    subjects |= {
        str(row) for row in office.session.scalars(select(Enrolment.id).where(Enrolment.person_id.in_(people)))
    }
    subjects |= set(office.session.scalars(select(Certificate.serial).where(Certificate.person_id.in_(people))))
    return or_(AuditEntry.actor_id.in_(people), AuditEntry.subject.in_(subjects))


def _names(office: Office, rows: Iterable[AuditEntry]) -> dict[str, str]:
    ids = set()
    for row in rows:
        try:
            ids.add(uuid.UUID(row.subject))
        except ValueError:
            continue  # a code, a slug, an address: it names itself
    if not ids:
        return {}
    found = [*office.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))]
    found += office.session.execute(select(Institution.id, Institution.name).where(Institution.id.in_(ids)))
    found += office.session.execute(
        select(Enrolment.id, Person.name).join(Enrolment.person).where(Enrolment.id.in_(ids))
    )
    return {str(key): name for key, name in found}
