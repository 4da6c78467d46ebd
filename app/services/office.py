"""The Office (the means of every service verb) and the Actor (who asks).

Below the doors there is no current app, current user or global session: services run the same in a request, a command,
a worker or a test.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app.records.database import write
from app.records.people import Person
from app.rules.errors import Forbidden
from app.rules.permissions import Grant, Role, may_enter, paths
from app.services.keyring import Keys


class MailDown(OSError):
    """The mail server cannot be reached or takes nothing from us: a matter of no message in particular."""


class Mailer(Protocol):
    def send(self, to: str, subject: str, body: str, message_id: str) -> None:
        """Deliver one message. Raises ``OSError`` when it could not, to be tried again; ``MailDown`` if none could."""

    def close(self) -> None:
        """Let go of the connection that :meth:`send` keeps from one message to the next."""


@dataclass(frozen=True)
class Retention:
    """For how long things are kept that nobody needs for ever. Days; 0 is for ever."""

    sign_ins: int = 90
    """sign-ins that nobody used since"""
    links: int = 30
    """links that were used or are over"""
    notices: int = 180
    """the text of messages that were sent"""
    views: int = 730
    """whose record was looked at, and the purposes given for exports"""
    inactive_years: int = 5
    """years, after which an account is listed for an administrator to decide; it is never erased by itself"""


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider that people may sign in with."""

    issuer: str
    """its address, as it names itself; discovery starts there"""
    client_id: str
    client_secret: str
    name: dict[str, str]
    """what the button calls it, by language"""


@dataclass(frozen=True)
class Settings:
    """What services need to know of the configuration."""

    public_url: str = "http://127.0.0.1:8000"
    """where people reach us: printed on certificates, written in messages; no trailing slash"""
    demo: bool = False
    issuer: dict[str, str] = field(default_factory=lambda: {"en": "Paso Seguro", "es": "Paso Seguro"})
    place: str = ""
    signers: tuple[tuple[str, dict[str, str]], ...] = ()
    """(name, role by language) of those who sign certificates; only with their consent"""
    keys: Keys | None = None
    """what certificates are signed with; without it none can be issued"""
    keep: Retention = field(default_factory=Retention)
    secrets: tuple[bytes, ...] = ()
    """what the keys of rescue files (services/rescue.py) and of sealed secrets (services/sealing.py) are made of, the newest
    first; without it there are none"""
    two_steps: frozenset[str] = frozenset()
    """the roles that ask for a second step when signing in"""
    provider: Provider | None = None
    """the sign-in service of the institution"""
    mail: bool = False
    """whether messages leave by e-mail; if not, links are shown to be handed over"""


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Office:
    """The means: one per request, command, worker round or test."""

    session: Session
    clock: Callable[[], dt.datetime] = _utc_now
    settings: Settings = field(default_factory=Settings)
    hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
    )
    mailer: Mailer | None = None

    def now(self) -> dt.datetime:
        """The time, aware, in UTC."""
        return self.clock()

    def transaction(self) -> AbstractContextManager[None]:
        """Join the open write transaction or begin one; the outermost commits once, or rolls everything back."""
        return write(self.session, self.clock)


@dataclass(frozen=True)
class Actor:
    """Who asks: plain values, so that a rollback takes nothing from it."""

    person_id: uuid.UUID
    name: str
    email: str
    language: str
    time_zone: str
    country: str
    institution_id: uuid.UUID
    institution_path: str
    institution_name: str
    grants: tuple[Grant, ...] = ()

    def may(self, permission: str) -> bool:
        """Whether the actor holds *permission* over anything at all."""
        return may_enter(permission, self.grants)

    def paths(self, permission: str) -> tuple[str, ...]:
        """The institutions (as path prefixes) over which the actor holds *permission*. Raises ``Forbidden`` for none."""
        found = paths(permission, self.grants)
        if not found:
            raise Forbidden(permission)
        return found

    def has(self, role: Role) -> bool:
        return any(grant.role is role for grant in self.grants)


def actor_of(person: Person) -> Actor:
    """The Actor that *person* is. Everyone who belongs to an institution learns; other roles are grants."""
    grants = [
        Grant(Role(g.role), g.institution.path if g.institution else "", g.course_id or "") for g in person.grants
    ]
    institution = person.institution
    return Actor(
        person.id,
        person.name,
        person.email,
        person.language,
        person.time_zone,
        institution.country,
        institution.id,
        institution.path,
        institution.name,
        in_order(grants),
    )


def in_order(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """*grants* in an order of their own, so that the same ones make the same Actor."""
    return tuple(sorted(grants, key=lambda g: (g.role, g.institution_path, g.course)))


def new_token() -> tuple[str, str]:
    """A fresh secret for a cookie or a link, and the hash that we keep of it."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """SHA-256: the token has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def fold_name(text: str) -> str:
    """*text* without case, accents and doubled spaces: for search and order. ``ñ`` folds to ``n``."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split())[:100]
