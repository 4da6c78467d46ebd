"""Programs that read: an institution's personnel system, a ministry's dashboard. Each has a key, over one institution and
all below it, and can change nothing.

A key ends on its day, when somebody ends it, and with the role or the account of whoever issued it: somebody answers for
each. What it reads is noted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app.records.machines import ApiKey
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Grant, Role, paths, within
from app.services import accounts, audit, scope, sightings
from app.services.office import Actor, Office, actor_of, new_token, token_hash

PREFIX = "paso_"
"""so that whoever finds a key somewhere knows whose it is"""
LONGEST = dt.timedelta(days=366)
LASTS = (30, 90, 180, 365)
"""days that are offered"""
WINDOW = dt.timedelta(minutes=15)
MOST_READS = 900
"""of one key in a :data:`WINDOW`: one a second"""
TOUCH_EVERY = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Machine:
    """A program that asks, as services see it."""

    key_id: uuid.UUID
    name: str
    actor: Actor
    expires_at: dt.datetime


def issue(office: Office, actor: Actor, institution_id: uuid.UUID, name: str, days: int) -> tuple[ApiKey, str]:
    """A new key and its token, which is kept nowhere: this is the only time to see it.

    Raises ``NotFound`` for an institution that is not the actor's, ``Refused``: ``key-name`` (missing or over 80
    characters), ``key-days`` for what :data:`LASTS` does not offer.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise Refused("key-name", field="name")
    if days not in LASTS:
        raise Refused("key-days", field="days")
    token = PREFIX + new_token()[0]
    with office.transaction():
        institution = scope.institution(office, actor, institution_id, "give keys")
        row = ApiKey(
            token_hash=token_hash(token),
            name=name,
            institution_id=institution.id,
            issued_by=actor.person_id,
            issued_at=office.now(),
            expires_at=office.now() + dt.timedelta(days=days),
        )
        office.session.add(row)
        office.session.flush()
        audit.note(office, actor, "key.issue", str(row.id), {"name": name, "days": days}, institution.id)
    return row, token


@dataclass(frozen=True)
class Listed:
    """A key in the list."""

    row: ApiKey
    open: bool
    """whether it opens anything now"""


def listing(office: Office, actor: Actor) -> list[Listed]:
    """The keys of the actor's institutions, the newest first."""
    mine = select(ApiKey).where(scope.inside(ApiKey.institution_id, actor.paths("give keys")))
    rows = office.session.scalars(mine.order_by(ApiKey.issued_at.desc())).unique()
    return [Listed(row, _opens(office, row)) for row in rows]


def end(office: Office, actor: Actor, key_id: uuid.UUID) -> None:
    """End a key, at once. Twice is once. Raises ``NotFound`` for one of another's institution."""
    with office.transaction():
        row = office.session.scalar(
            select(ApiKey).where(ApiKey.id == key_id, scope.inside(ApiKey.institution_id, actor.paths("give keys")))
        )
        if row is None:
            raise NotFound("key")
        if row.ended_at is None:
            row.ended_at = office.now()
            audit.note(office, actor, "key.end", str(row.id), {"name": row.name}, row.institution_id)


def find(office: Office, token: str) -> Machine | None:
    """The program whose key *token* is, or ``None``."""
    if not token.startswith(PREFIX):
        return None
    row = office.session.scalar(select(ApiKey).where(ApiKey.token_hash == token_hash(token)))
    if row is None or not _opens(office, row):
        return None
    if row.used_at is None or office.now() - row.used_at > TOUCH_EVERY:
        with office.transaction():
            office.session.execute(update(ApiKey).where(ApiKey.id == row.id).values(used_at=office.now()))
    place = row.institution
    actor = Actor(
        row.id,  # nobody's: what is a person's own is not a program's
        row.name,
        "",
        row.issuer.language,
        row.issuer.time_zone,
        place.country,
        place.id,
        place.path,
        place.name,
        (Grant(Role.MACHINE, place.path),),
    )
    return Machine(row.id, row.name, actor, row.expires_at)


def _opens(office: Office, row: ApiKey) -> bool:
    if row.ended_at is not None or row.expires_at <= office.now() or not row.issuer.active:
        return False
    return within(row.institution.path, paths("give keys", actor_of(row.issuer).grants))


def note_read(office: Office, machine: Machine, what: str, asked: dict[str, Any]) -> None:
    """Count a reading of *machine* and write it into the log. Raises ``TooMany``."""
    accounts.count_try(office, f"api/{machine.key_id}", MOST_READS, WINDOW)
    with office.transaction():
        detail = {"key": machine.name, "read": what, **({"filter": asked} if asked else {})}
        entry = audit.note(office, None, "key.read", str(machine.key_id), detail, machine.actor.institution_id)
        if what == "roster":  # the officers in it are told
            answers = office.session.get_one(ApiKey, machine.key_id).issued_by
            sightings.read_by_program(office, entry, answers, machine.actor.institution_path, asked, machine.key_id)
