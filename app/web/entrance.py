"""What every door finds inside: the Office and the Actor of this request, and the ways on from here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from flask import Response, after_this_request, g, request, url_for

from app.rules.errors import Forbidden
from app.services import machines, sightings
from app.services.accounts import SignedIn
from app.services.machines import Machine
from app.services.office import Actor, Office
from app.web.kit import sessions
from app.web.kit.i18n import _


def office() -> Office:
    """This request's Office."""
    made: Office = g.office
    return made


def sign_in() -> SignedIn | None:
    """This request's sign-in, or ``None``."""
    found: SignedIn | None = sessions.subject()
    return found


def machine() -> Machine | None:
    """Whose key the program that asks has sent, or ``None``."""
    if "machine" not in g:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        g.machine = machines.find(office(), token.strip()) if kind.lower() == "bearer" else None
    found: Machine | None = g.machine
    return found


def visitor() -> Actor | None:
    """Who is signed in, or ``None``. At the addresses for programs only a key counts, and nowhere else does it."""
    if request.path.startswith("/api/"):
        program = machine()
        return program.actor if program else None
    found = sign_in()
    return found.actor if found else None


def actor() -> Actor:
    """Who is signed in. Behind a lock there always is somebody."""
    found = visitor()
    if found is None:
        raise Forbidden("signed in")
    return found


def saw(person_id: uuid.UUID, action: str) -> None:
    """Say that this page shows something of *person_id*: it is written into the log when the page is made, before it is
    sent. What cannot be written is not sent.
    """
    means, who = office(), actor()
    _when_shown(lambda: sightings.saw(means, who, person_id, action))


def saw_list(
    action: str, roots: Iterable[str], asked: Mapping[str, str], rows: int, institution_id: uuid.UUID | None = None
) -> None:
    """Say that this page shows a list of people at and below *roots*. As :func:`saw`."""
    means, who, filters = office(), actor(), dict(asked)
    _when_shown(lambda: sightings.listed(means, who, action, roots, filters, rows, institution_id=institution_id))


def _when_shown(write: Callable[[], object]) -> None:
    @after_this_request
    def _write(response: Response) -> Response:
        if response.status_code in (200, 422):
            write()
        return response


class Way(NamedTuple):
    """A link of the main navigation."""

    label: str
    href: str
    current: bool


def ways() -> list[Way]:
    """The main navigation of whoever is signed in."""
    who = visitor()
    if who is None:
        return []
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if who.may("learn"):
        found += [
            (_("My courses"), "learner.home", ("learner.",)),
            (_("My certificates"), "learner.certificates", ("learner.certificates",)),
        ]
    if who.may("teach"):
        found.append((_("Teaching"), "trainer.home", ("trainer.",)))
    if who.may("read roster"):
        found += [
            (_("Figures"), "coordinator.home", ("coordinator.home",)),
            (_("Roster"), "coordinator.roster", ("coordinator.roster", "coordinator.key")),
            (_("People"), "coordinator.people", ("coordinator.people", "coordinator.institution")),
            (_("Cohorts"), "coordinator.cohorts", ("coordinator.cohort",)),
        ]
    elif who.may("read figures"):
        found.append((_("Figures"), "coordinator.figures", ("coordinator.",)))
    if who.may("administer"):
        found.append((_("Administration"), "administrator.home", ("administrator.",)))
    here = request.endpoint or ""
    best = max(
        (one for _label, _to, prefixes in found for one in prefixes if here.startswith(one)), key=len, default=""
    )
    return [Way(label, url_for(to), best in prefixes) for label, to, prefixes in found]


class Finder(NamedTuple):
    """A place to look somebody up."""

    label: str
    href: str


def seek() -> Finder | None:
    """Where whoever is signed in looks for people by name (``?name=``), or None: for pages that found nothing."""
    who = visitor()
    if who is None or not who.may("read roster"):
        return None
    return Finder(_("Name of the person you are looking for"), url_for("coordinator.people"))


def start_of(who: Actor) -> str:
    """Where *who* begins after signing in."""
    for permission, endpoint in (
        ("learn", "learner.home"),
        ("read roster", "coordinator.home"),
        ("teach", "trainer.home"),
        ("administer", "administrator.home"),
        ("read figures", "coordinator.figures"),
    ):
        if permission == "read roster" and who.may("administer"):
            continue
        if who.may(permission) and not (permission == "teach" and who.may("administer")):
            return url_for(endpoint)
    return url_for("account.home")
