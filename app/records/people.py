"""Institutions, people, what they may do, and how they come in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, event, false, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, Kept, uuid7
from app.rules import filing

SPANISH = String(400).with_variant(String(400, collation="C"), "postgresql")
"""what :func:`app.rules.filing.key` gives: both databases sort it byte by byte"""


def _name_key(context: Any) -> str:
    return filing.key(context.get_current_parameters()["name"])


class Institution(Kept, Base):
    """A node of the tree state → service → region → post. ``path`` is "/" + the slugs down to it + "/"."""

    __tablename__ = "institution"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    path: Mapped[str] = mapped_column(String(400), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(SPANISH, default=_name_key, server_default="")
    """its place in the order of Spanish"""
    acronym: Mapped[str] = mapped_column(String(40), default="")
    country: Mapped[str] = mapped_column(String(2), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="service")
    """"state", "service", "region" or "post" """
    language: Mapped[str] = mapped_column(String(2), default="es", server_default="es")
    """that its name is in"""
    closed_at: Mapped[dt.datetime | None]
    """nobody joins it any more; what was learned there stays"""
    merged_into: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"))

    @property
    def label(self) -> str:
        """The acronym with its country (three services share INM, three DGME), or the name."""
        return f"{self.acronym} ({self.country})" if self.acronym else self.name


def _file_name(context: Any) -> str:
    said = context.get_current_parameters()
    return filing.filed(said["name"], said.get("surname") or "")


def _file_key(context: Any) -> str:
    said = context.get_current_parameters()
    return filing.key(said.get("file_name") or filing.filed(said["name"], said.get("surname") or ""))


class Person(Kept, Base):
    """Anyone with an account. Personal data is the least that serves: no national identity number."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """lower case"""
    name: Mapped[str] = mapped_column(String(92))
    """as it shall stand on certificates"""
    sort_name: Mapped[str] = mapped_column(String(100), index=True)
    """folded: no case, no accents; for search"""
    surname: Mapped[str] = mapped_column(String(92), default="", server_default="")
    """as filed, where a person said so; "" where it is derived from the name (rules/filing.py)"""
    file_name: Mapped[str] = mapped_column(String(200), default=_file_name, server_default="")
    """surnames first, as rosters file them"""
    file_key: Mapped[str] = mapped_column(SPANISH, default=_file_key, server_default="", index=True)
    """its place in the order of Spanish, byte by byte"""
    rank: Mapped[str] = mapped_column(String(60), default="")
    service_number: Mapped[str] = mapped_column(String(40), default="")
    sex: Mapped[str] = mapped_column(String(1), default="")
    """"f", "m", "x" or "" (not said): only for figures"""
    language: Mapped[str] = mapped_column(String(2), default="es")
    time_zone: Mapped[str] = mapped_column(String(60), default="America/Panama")
    password_hash: Mapped[str] = mapped_column(Text, default="")
    """"" until the invitation is accepted"""
    two_steps: Mapped[bool] = mapped_column(default=False, server_default=false())
    """whether there is an authenticator or a passkey, which signing in with the password then asks for too"""
    active: Mapped[bool] = mapped_column(default=True)
    roster_columns: Mapped[str] = mapped_column(String(600), default="", server_default="")
    """the columns of the roster that this person chose, in their order; "" for all of them"""
    created_at: Mapped[dt.datetime]
    erased_at: Mapped[dt.datetime | None]
    """since when the name is a pseudonym, and nothing else of the person is kept (services/erasing.py)"""

    institution: Mapped[Institution] = relationship(lazy="joined", innerjoin=True)
    grants: Mapped[list[RoleGrant]] = relationship(
        lazy="selectin", foreign_keys="RoleGrant.person_id", cascade="all, delete-orphan", back_populates="person"
    )


@event.listens_for(Institution, "before_update")
def _rename(_mapper: Any, _connection: Any, institution: Institution) -> None:
    institution.name_key = filing.key(institution.name)


@event.listens_for(Person, "before_insert")
@event.listens_for(Person, "before_update")
def _file(_mapper: Any, _connection: Any, person: Person) -> None:
    """File a person anew whose name or surnames were written. (Statements about many people bring the columns along.)"""
    state = inspect(person)
    written = {name for name in ("name", "surname") if state.attrs[name].history.has_changes()}
    if not written and person.file_key:
        return
    surname = person.surname or ""
    if state.persistent and "surname" not in written:
        surname = filing.still(person.name, surname)
    institution = state.dict.get("institution")
    filed = filing.columns(person.name, surname, institution.country if institution else "")
    person.surname, person.file_name, person.file_key = filed["surname"], filed["file_name"], filed["file_key"]


class RoleGrant(Base):
    """A role given to a person, over an institution, a course, or neither (rules/permissions.py says what it opens)."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "institution_id", "course_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    institution_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    course_id: Mapped[str | None] = mapped_column(ForeignKey("course.id"))
    granted_at: Mapped[dt.datetime]
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], back_populates="grants")
    institution: Mapped[Institution | None] = relationship(lazy="joined")


class SignIn(Base):
    """One sign-in on one device. The cookie holds the token; we hold its hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    device: Mapped[str] = mapped_column(String(200), default="")
    """what the browser calls itself, shown to the person in their list of sign-ins"""
    shared: Mapped[bool] = mapped_column(default=False)
    """a shared computer: ends with the browser"""
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    """for the second step: until then it opens nothing but the page that asks for it"""
    proved_at: Mapped[dt.datetime | None]
    """when the person proved last who they are: what changes how one signs in asks for that anew"""

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class AccessToken(Base):
    """A link sent to a person: accept an invitation, or choose a new password. Used once, for a while."""

    __tablename__ = "access_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    """"invitation" or "password" """
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Throttle(Base):
    """Tries of one thing by one source in one window; counted by one atomic statement, so it holds over processes."""

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_window_end", "window_end"),)

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_end: Mapped[dt.datetime]
    hits: Mapped[int]
