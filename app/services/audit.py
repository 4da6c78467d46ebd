"""The audit log: who did what to what, in the transaction of the deed.

Entries are gathered and put at the end of the chain (:mod:`app.services.auditchain`) when the transaction is about to
commit, so that a long deed keeps nobody else from writing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, null, or_, select, update

from app.records.audit import AuditEntry, Sighting
from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.database import uuid7
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.errors import NotFound
from app.services import auditchain, scope
from app.services.office import Actor, Office, fold_name

MOST_PAGES = 2000
"""further back, narrow the dates: a page costs the reading of all before it"""
MOST_PEOPLE = 300
"""of one name: beyond, the name is too short to mean anyone"""


PRIVATE = frozenset({"reason", "person", "purpose", "recipient", "remarks", "text"})
"""what of a detail people wrote in their own words, or whose record it was: kept apart, so that it can be blanked"""


def note(
    office: Office,
    actor: Actor | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    institution_id: uuid.UUID | None = None,
    *,
    entry_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Write one entry; returns its id. ``action`` is a verb phrase such as "roster.download"; ``subject`` names the
    thing by id. Names and addresses of people do not belong into ``detail``; what is in :data:`PRIVATE` is kept apart.

    Call inside ``office.transaction()``, so that deed and entry appear together. Raises ``RuntimeError`` outside.
    """
    institution = institution_id or (actor.institution_id if actor else None)
    row = _row(office, actor, action, subject, detail or {}, institution)
    row["id"] = entry_id or row["id"]
    auditchain.append(office.session, [row])
    found: uuid.UUID = row["id"]
    return found


def note_many(
    office: Office, actor: Actor | None, action: str, entries: Iterable[tuple[str, dict[str, Any], uuid.UUID]]
) -> None:
    """Write an entry of one *action* for each (subject, detail, institution). As :func:`note`."""
    rows = [_row(office, actor, action, subject, detail, institution_id) for subject, detail, institution_id in entries]
    auditchain.append(office.session, rows)


def _row(
    office: Office,
    actor: Actor | None,
    action: str,
    subject: str,
    detail: dict[str, Any],
    institution_id: uuid.UUID | None,
) -> dict[str, Any]:
    private = {key: value for key, value in detail.items() if key in PRIVATE and value not in ("", None)}
    return {
        "id": uuid7(),
        "at": office.now(),
        "actor_id": actor.person_id if actor else None,
        "institution_id": institution_id,
        "action": action,
        "subject": subject[:120],
        "detail": {key: value for key, value in detail.items() if key not in PRIVATE},
        "private": private or None,
    }


def blank(office: Office, which: ColumnElement[bool]) -> int:
    """Blank the private part of the entries *which*; returns of how many. The chain stays whole.

    Call inside ``office.transaction()``.
    """
    blanked = office.session.execute(
        update(AuditEntry)
        .where(which, AuditEntry.salt.is_not(None))
        .values(private=null(), salt=None)
        .execution_options(synchronize_session=False)
    )
    return int(blanked.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Page:
    """One page of the log, the newest entries first."""

    entries: list[AuditEntry]
    number: int
    more: bool
    """whether older entries follow"""
    names: dict[str, str]
    """what the subjects of this page are called: people, institutions, and enrolments by their officer"""


@dataclass(frozen=True)
class LogQuery:
    """What is looked for in the log: what *action* (or begins with it, before a dot), by or about whom *text* names, from
    *since* to before *until*, by people of an *institution* or about its people, with those below it.
    """

    action: str = ""
    text: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    institution: uuid.UUID | None = None

    @property
    def asked(self) -> dict[str, str]:
        """The filters in words for an entry of the log itself; what was looked for is not repeated."""
        found = {
            "action": self.action,
            "name": "…" if self.text.strip() else "",
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "institution": str(self.institution or ""),
        }
        return {key: value for key, value in found.items() if value}


def entries(office: Office, actor: Actor, wanted: LogQuery | None = None, *, page: int = 1, size: int = 50) -> Page:
    """A page of the log. For administrators. A fixed number of queries."""
    actor.paths("administer")
    query = _matching(office, wanted or LogQuery()).order_by(AuditEntry.at.desc(), AuditEntry.number.desc())
    number = min(max(1, page), MOST_PAGES)
    rows = list(office.session.scalars(query.offset((number - 1) * size).limit(size + 1)).unique())
    return Page(rows[:size], number, len(rows) > size and number < MOST_PAGES, _names(office, rows[:size]))


def _matching(office: Office, wanted: LogQuery) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if wanted.action:
        query = query.where(
            or_(
                AuditEntry.action == wanted.action,
                AuditEntry.action.startswith(f"{wanted.action}.", autoescape=True),
            )
        )
    if wanted.text.strip():
        query = query.where(_about(office, wanted.text))
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    if wanted.institution is not None:
        root = office.session.get(Institution, wanted.institution)
        if root is None:
            raise NotFound("institution")
        within = select(Institution.id).where(scope.below((root.path,)))
        query = query.where(AuditEntry.institution_id.in_(within))
    return query


AT_ONCE = 500
"""entries read together for a file"""


def taken_away(office: Office, actor: Actor, wanted: LogQuery) -> Iterator[tuple[list[AuditEntry], dict[str, str]]]:
    """The whole log that *wanted* asks for, in the order in which it was written, some hundred entries at a time, each
    with the names of their subjects. That it was taken away is written into the log, now. For administrators.
    """
    actor.paths("administer")
    query = _matching(office, wanted)  # what is not found, is not found now
    with office.transaction():
        note(office, actor, "audit.export", "csv", {"filter": wanted.asked})
    return _parts(office, query.order_by(AuditEntry.number))


def _parts(office: Office, query: Select[AuditEntry]) -> Iterator[tuple[list[AuditEntry], dict[str, str]]]:
    last = 0
    while True:
        rows = list(office.session.scalars(query.where(AuditEntry.number > last).limit(AT_ONCE)).unique())
        if not rows:
            return
        yield rows, _names(office, rows)
        last = rows[-1].number
        office.session.expunge_all()  # else every entry of the log stays in memory until the file is sent


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
    looks = select(Sighting.entry_id).where(Sighting.subject.in_([str(person) for person in people]))
    return or_(AuditEntry.actor_id.in_(people), AuditEntry.subject.in_(subjects), AuditEntry.id.in_(looks))


def _names(office: Office, rows: Iterable[AuditEntry]) -> dict[str, str]:
    ids = set()
    for row in rows:
        for named in (row.subject, *map(str, (row.private or {}).values())):
            try:
                ids.add(uuid.UUID(named))
            except ValueError:
                continue  # a code, a slug, an address: it names itself
    if not ids:
        return {}
    found = [*office.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))]
    for table in (Institution, Cohort):
        found += office.session.execute(select(table.id, table.name).where(table.id.in_(ids)))
    found += office.session.execute(
        select(Enrolment.id, Person.name).join(Enrolment.person).where(Enrolment.id.in_(ids))
    )
    return {str(key): name for key, name in found}
