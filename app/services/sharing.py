"""Handing on a file with personal data: for what purpose, to whom, until when. What is said is kept in the audit log, and
makes the sheet that goes along with the file.

The downloads themselves stay where they are; whoever hands one on records it here first. The officers covered by it read
on their own page that it was handed on, and to whom.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.records.audit import AuditEntry
from app.records.people import Person
from app.rules.errors import NotFound, Refused
from app.services import bundling, cohorts, rosters, sightings
from app.services.office import Actor, Office
from app.services.rosters import RosterQuery

ACTION = "export.share"
EXPORTS = ("roster.xlsx", "roster.csv", "roster.json", "roster.pdf", "certificates.zip", "people")
"""what can be handed on; "people" is any list of people made here: a corrected list, invitation links"""
PURPOSES = ("report", "planning", "cooperation", "inspection", "obligation", "other")
LONGEST = {"remarks": 500, "recipient": 200}
MOST_DAYS = 3650


@dataclass(frozen=True)
class Wish:
    """What a coordinator says about a file that is handed on."""

    export: str
    purpose: str
    recipient: str
    until: dt.date
    """when the recipient deletes it"""
    remarks: str = ""


@dataclass(frozen=True)
class Sheet:
    """The sharing sheet: what was said, by whom, and where it stands in the log."""

    id: uuid.UUID
    number: int
    digest: str
    at: dt.datetime
    by: Person
    export: str
    asked: dict[str, str]
    """the filters of the file, without a name looked for"""
    rows: int
    """how many people or certificates were in it"""
    purpose: str
    remarks: str
    recipient: str
    until: dt.date
    forgotten: bool
    """purpose and recipient are not kept any more"""


def record(office: Office, actor: Actor, wish: Wish, query: RosterQuery) -> uuid.UUID:
    """Write down that a file is handed on; returns the id of its sheet.

    Raises ``NotFound`` for an export or a scope that is not the actor's, ``Refused``: ``sharing-purpose``,
    ``sharing-remarks`` (missing for "other"), ``sharing-recipient``, ``sharing-long``, ``sharing-until``.
    """
    if wish.export not in EXPORTS:
        raise NotFound("export")
    if wish.purpose not in PURPOSES:
        raise Refused("sharing-purpose", field="purpose")
    recipient, remarks = " ".join(wish.recipient.split()), wish.remarks.strip()
    if not recipient:
        raise Refused("sharing-recipient", field="recipient")
    for name, text in (("recipient", recipient), ("remarks", remarks)):
        if len(text) > LONGEST[name]:
            raise Refused("sharing-long", field=name, most=LONGEST[name])
    if wish.purpose == "other" and not remarks:
        raise Refused("sharing-remarks", field="remarks")
    today = office.now().date()
    if not today <= wish.until <= today + dt.timedelta(days=MOST_DAYS):
        raise Refused("sharing-until", field="until")
    rows = count(office, actor, wish.export, query)
    said: dict[str, Any] = {
        "export": wish.export,
        "until": wish.until.isoformat(),
        "purpose": wish.purpose,
        "recipient": recipient,
        "remarks": remarks,
    }
    return sightings.listed(
        office, actor, ACTION, rosters.reach(office, actor, query), query.asked, rows, subject=wish.export, more=said
    )


def count(office: Office, actor: Actor, export: str, query: RosterQuery) -> int:
    """How many lines the file has that *query* asks for. Raises ``NotFound`` as :func:`record`, and where the certificates
    of no cohort are asked for.
    """
    if export not in EXPORTS:
        raise NotFound("export")
    if export == "certificates.zip":
        if query.cohort is None:
            raise NotFound("cohort")
        return bundling.count(office, actor, cohorts.get(office, actor, query.cohort).cohort.id)
    return rosters.page(office, actor, query, size=1).total


def sheet(office: Office, actor: Actor, entry_id: uuid.UUID) -> Sheet:
    """The sheet that *actor* made, or any for an administrator. Raises ``NotFound``."""
    row = office.session.scalar(select(AuditEntry).where(AuditEntry.id == entry_id, AuditEntry.action == ACTION))
    if row is None or row.actor is None or (row.actor_id != actor.person_id and not actor.may("administer")):
        raise NotFound("sheet")
    said = row.told
    return Sheet(
        row.id,
        row.number,
        row.digest,
        row.at,
        row.actor,
        str(said["export"]),
        dict(said.get("filter", {})),
        int(said.get("rows", 0)),
        str(said.get("purpose", "")),
        str(said.get("remarks", "")),
        str(said.get("recipient", "")),
        dt.date.fromisoformat(str(said["until"])),
        row.private is None,
    )
