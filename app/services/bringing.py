"""Rescue files that somebody else brings: an officer hands the stick to their coordinator or trainer, who uploads it.

The answers count as the officer's own, by the same rules and once, whatever the officer or the device send besides. Whoever
brings a file could have made it up, so it must show what only the officer's own device was told (:func:`rescue.proof`).
What is in it is told to nobody but the officer: the bearer sees names and counts. The log says who brought it, and the
officer finds it on their page and in a message.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.records.learning import Enrolment
from app.records.people import Person
from app.rules.errors import Refused
from app.services import notices, offline, rescue, scope, sightings
from app.services.office import Actor, Office, actor_of
from app.services.wording import translator

MOST_EVENTS = 2000
"""in a file that somebody brings: several months of a busy post"""
Take = Callable[[Actor, list[Any]], list[dict[str, Any]]]
"""how an officer's events are read and recorded; returns what became of each"""


@dataclass(frozen=True)
class Brought:
    """What a file held of one officer."""

    name: str
    counted: int
    known: int
    """counted before"""
    rest: int
    """not part of the course, not yet open, or kept and not counted"""


def bring(office: Office, actor: Actor, permission: str, content: bytes, take: Take) -> list[Brought]:
    """Record what the rescue file *content* holds of officers over whom *actor* holds *permission*, by name, all or nothing.

    Raises ``Refused``: ``rescue-unreadable``, ``rescue-long``, ``rescue-unproven`` for a file that does not show whose device
    made it, and ``rescue-nobody`` where it holds nothing of the actor's officers, whoever else may be in it.
    """
    file = rescue.opened(office, content)
    if len(file.events) > MOST_EVENTS:
        raise Refused("rescue-long", field="file", most=MOST_EVENTS)
    owners = {event.get("user") for event in file.events if isinstance(event, dict)}
    mine = {key: person_id for person_id in _officers(office, actor, permission) if (key := _key(person_id)) in owners}
    if not mine:
        raise Refused("rescue-nobody", field="file")
    proven = {key: one for key, one in mine.items() if rescue.proven(office, one, file.proofs.get(key))}
    if not proven:
        raise Refused("rescue-unproven", field="file")
    found: list[Brought] = []
    with office.transaction():
        for key, person_id in proven.items():
            person = office.session.get_one(Person, person_id)
            events = [event for event in file.events if isinstance(event, dict) and event.get("user") == key]
            results = take(actor_of(person), events)
            counted = sum(one["status"] == "applied" and not one["code"] for one in results)
            known = sum(one["status"] == "duplicate" for one in results)
            brought = Brought(person.name, counted, known, len(results) - counted - known)
            _tell(office, actor, person, brought)
            found.append(brought)
    return sorted(found, key=lambda one: one.name)


def _key(person_id: uuid.UUID) -> str:
    return offline.owner_key(person_id)


def _officers(office: Office, actor: Actor, permission: str) -> list[uuid.UUID]:
    """The ids of the officers for whom *actor* may bring a file: a coordinator those of their institutions, a trainer those
    whom they accompany.
    """
    here = select(Person.id).where(Person.active.is_(True), Person.erased_at.is_(None))
    if permission == "sign practice":
        accompanied = select(Enrolment.person_id).where(scope.accompanied(actor, permission))
        return list(office.session.scalars(here.where(Person.id.in_(accompanied))))
    return list(office.session.scalars(here.where(scope.inside(Person.institution_id, actor.paths(permission)))))


def _tell(office: Office, actor: Actor, person: Person, brought: Brought) -> None:
    """Write it into the log, and tell the officer. One's own file is no matter of others."""
    counts = {"counted": brought.counted, "known": brought.known, "rest": brought.rest}
    entry = sightings.brought(office, actor, person.id, counts, person.institution_id)
    if person.id == actor.person_id or not brought.counted:
        return
    _ = translator(person.language)
    body = _(
        "Hello %(name)s,\n\n%(bearer)s uploaded a rescue file from your device. Answers counted now: %(counted)s. They are "
        "not shown to anybody else.\n\nIf you did not give this file to anyone, tell your coordinator.\n\n%(url)s"
    ) % {
        "name": person.name,
        "bearer": actor.name,
        "counted": brought.counted,
        "url": f"{office.settings.public_url}/learn/",
    }
    notices.queue(office, person, f"rescue/{entry}", _("Your answers have arrived"), body)
