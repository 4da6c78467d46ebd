"""Who saw whom: looking at a record, a sheet, an exam or a list is written into the audit log, and the officer can read it.

Each look is an entry of the log (``private`` names the person) and a row of an index beside it. Who looks again at the
same on the same day (UTC) is told of once; every file taken away is told of. The index and the private part are forgotten
after a while (PASO_KEEP_VIEWS); that somebody looked at some record that day stays.

A list is one entry, however long. It is found under the institutions that the reader may see, so an officer is told that a
list *which covered them* was read or taken, not that their line was in it: a filter by name or by status may have left it
out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import joinedload, lazyload

from app.records.audit import AuditEntry, Sighting
from app.records.database import upserting, uuid7
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules.permissions import Role
from app.services import audit, scope
from app.services.office import Actor, Office

BROUGHT = "rescue.bring"
"""no look, but a deed that its officer is told of in the same list"""
PERSONAL = ("record.view", "sheet.view", "exam.view", "account.view", "certificate.view")
LISTS = (
    "roster.view",
    "roster.download",
    "people.view",
    "cohort.view",
    "cohort.download",
    "attendance.download",
    "certificates.download",
    "links.download",
    "people.export",
    "export.share",
    "key.read",
)
PAGE = 50
AT_ONCE = 1000
"""rows of the index read for one page at most; the page goes on from there"""


# Writing --------------------------------------------------------------------------------------------------------------


def saw(office: Office, actor: Actor, person_id: uuid.UUID, action: str) -> None:
    """Write that *actor* looked at something of *person_id* (one of :data:`PERSONAL`). One's own is no matter.

    One query where it is written already; call it after the page is made, for it ends the reading. Two at once write once.
    """
    if person_id == actor.person_id:
        return
    _once(office, actor, action, (str(person_id),), "", "", {"person": str(person_id)})


def brought(
    office: Office, actor: Actor, person_id: uuid.UUID, counts: Mapping[str, int], institution_id: uuid.UUID
) -> uuid.UUID:
    """Write that *actor* brought a rescue file of *person_id*, and how many of its events counted; returns the entry's id.
    Each file is told of.
    """
    told = dict(counts)
    what = uuid.uuid4().hex
    return _once(
        office, actor, BROUGHT, (str(person_id),), what, str(person_id), told, fresh=True, institution_id=institution_id
    )


def listed(
    office: Office,
    actor: Actor,
    action: str,
    roots: Iterable[str],
    asked: Mapping[str, str],
    rows: int,
    *,
    subject: str = "",
    institution_id: uuid.UUID | None = None,
    more: Mapping[str, Any] | None = None,
) -> uuid.UUID:
    """Write that *actor* read a list (one of :data:`LISTS`) of people at and below *roots* (paths), filtered by *asked*;
    returns the id of the entry if one was written. *more* goes into its detail.

    What ends in ".view" is written once a day for each filter, anything else (a file) each time. A name looked for is
    not repeated.
    """
    shown = {key: value for key, value in asked.items() if key not in ("name", "sort", "page") and value}
    if asked.get("name"):
        shown["name"] = "…"
    taken = not action.endswith(".view")
    key = json.dumps([subject, sorted(asked.items())])
    what = uuid.uuid4().hex if taken else hashlib.sha256(key.encode()).hexdigest()
    return _once(
        office,
        actor,
        action,
        tuple(sorted(roots)),
        what,
        subject,
        {"filter": shown, "rows": rows, **(more or {})},
        fresh=taken,
        institution_id=institution_id,
    )


def _once(
    office: Office,
    actor: Actor,
    action: str,
    subjects: tuple[str, ...],
    what: str,
    named: str,
    detail: dict[str, Any],
    *,
    fresh: bool = False,
    institution_id: uuid.UUID | None = None,
) -> uuid.UUID:
    entry_id = uuid7()
    day = office.now().astimezone(dt.UTC).date()
    mine = (
        Sighting.viewer_id == actor.person_id,
        Sighting.action == action,
        Sighting.subject == subjects[0],
        Sighting.day == day,
        Sighting.what == what,
    )
    if not fresh and office.session.scalar(select(Sighting.entry_id).where(*mine)) is not None:
        return entry_id
    detail = {**detail, "role": role_of(actor)}
    row = {
        "entry_id": entry_id,
        "viewer_id": actor.person_id,
        "action": action,
        "day": day,
        "what": what,
        "at": office.now(),
    }
    with office.transaction():
        kept = office.session.execute(
            upserting(office.session, Sighting)
            .values([{**row, "subject": subject} for subject in subjects])
            .on_conflict_do_nothing()
            .returning(Sighting.subject)
        ).all()
        if kept:  # else another request of the same reader was faster
            audit.note(office, actor, action, named, detail, institution_id, entry_id=entry_id)
    return entry_id


def read_by_program(
    office: Office, entry_id: uuid.UUID, answers: uuid.UUID, root: str, asked: Mapping[str, str], key: uuid.UUID
) -> None:
    """Index an entry of the log by which a program read a list of people at and below *root*: whoever *answers* for its
    key stands for it. Told of once a day for each key and filter. Call inside ``office.transaction()``.
    """
    row = {
        "entry_id": entry_id,
        "subject": root,
        "viewer_id": answers,
        "action": "key.read",
        "day": office.now().astimezone(dt.UTC).date(),
        "what": hashlib.sha256(json.dumps([str(key), sorted(asked.items())]).encode()).hexdigest(),
        "at": office.now(),
    }
    office.session.execute(upserting(office.session, Sighting).values(row).on_conflict_do_nothing())


def carry(office: Office, old: str, new: str) -> None:
    """A branch of the tree moved from the path *old* to *new*: lists of its institutions are found by the new paths. Those
    of institutions above its old place, from before, are told to its officers no more.

    Call inside ``office.transaction()``.
    """
    tail = func.substr(Sighting.subject, len(old) + 1)
    office.session.execute(
        update(Sighting)
        .where(func.substr(Sighting.subject, 1, len(old)) == old)
        .values(subject=new + tail)
        .execution_options(synchronize_session=False)
    )


def role_of(actor: Actor) -> str:
    """The role in which *actor* may see others: the widest they hold."""
    for role in (Role.ADMINISTRATOR, Role.COORDINATOR, Role.TRAINER, Role.OBSERVER):
        if actor.has(role):
            return role.value
    return Role.LEARNER.value


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One look at somebody's record, or at a list that covered them."""

    at: dt.datetime
    action: str
    viewer: Person
    role: str
    """in which they looked; "" if it is not told any more"""
    rows: int | None
    """how many were in the list; ``None`` for a look at the record itself, and for a program"""
    recipient: str
    """to whom a list was handed on; "" for anything else"""


@dataclass(frozen=True)
class SeenPage:
    looks: tuple[Seen, ...]
    older: str
    """what to ask for to see older ones; "" where there are none"""


def of_person(office: Office, person_id: uuid.UUID, before: str = "", size: int = PAGE) -> SeenPage:
    """Who looked at the record of *person_id*, the newest first, from *before* (an earlier page's ``older``) on.

    Lists are there if they reached the officer's institution, now or of a course, and the course and cohort that they
    were filtered by are the officer's. A fixed number of queries.
    """
    person = office.session.get_one(Person, person_id)
    learned = office.session.scalars(
        select(Enrolment).where(Enrolment.person_id == person_id).options(joinedload(Enrolment.institution))
    ).all()
    places = {person.institution.path, *(row.institution.path for row in learned)}
    courses = {row.course_id for row in learned}
    cohorts = {str(row.cohort_id) for row in learned if row.cohort_id}
    subjects = {str(person_id), "/", *places, *scope.ancestors(places)}
    query = (
        select(Sighting, AuditEntry)
        .join(AuditEntry, AuditEntry.id == Sighting.entry_id)
        .where(Sighting.subject.in_(subjects), Sighting.viewer_id != person_id)
        .options(
            lazyload(AuditEntry.actor),
            joinedload(Sighting.viewer).options(joinedload(Person.institution), lazyload(Person.grants)),
        )
        .order_by(Sighting.at.desc(), Sighting.entry_id.desc())
        .limit(AT_ONCE)
    )
    since = _mark(before)
    if since:
        at, entry = since
        query = query.where(or_(Sighting.at < at, and_(Sighting.at == at, Sighting.entry_id < entry)))
    looks: list[Seen] = []
    told: set[uuid.UUID] = set()
    read, last = 0, None
    for sighting, entry_row in office.session.execute(query).unique():
        if len(looks) == size:
            return SeenPage(tuple(looks), _marked(last))
        read, last = read + 1, sighting
        asked = entry_row.detail.get("filter", {})
        fits = asked.get("course", "") in ({""} | courses) and asked.get("cohort", "") in ({""} | cohorts)
        if entry_row.id in told or not fits:
            continue
        told.add(entry_row.id)
        rows = entry_row.detail.get("rows")
        recipient = str((entry_row.private or {}).get("recipient", ""))
        looks.append(
            Seen(sighting.at, sighting.action, sighting.viewer, entry_row.detail.get("role", ""), rows, recipient)
        )
    return SeenPage(tuple(looks), _marked(last) if read == AT_ONCE else "")


def _marked(row: Sighting | None) -> str:
    return f"{row.at.isoformat()}~{row.entry_id}" if row else ""


def _mark(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    """What *text* marks; ``None`` for anything that marks nothing."""
    at, _tilde, entry = text.partition("~")
    try:
        moment = dt.datetime.fromisoformat(at)
        return (moment, uuid.UUID(entry)) if moment.tzinfo else None
    except ValueError:
        return None
