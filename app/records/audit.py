"""The audit log and the outbox of notices: both written in the transaction of what they tell about."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Person


class AuditEntry(Base):
    """Who did what to what: a line that is never changed, sealed by the one before (services/auditchain.py).

    It holds ids, which say nothing of a person once their account is erased. What people wrote in their own words, and
    whose record was looked at, is in ``private``: the chain covers its salted digest, so that it can be blanked one day.
    Triggers refuse every other change.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_at", "at"), Index("ix_audit_entry_subject", "subject"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    number: Mapped[int] = mapped_column(unique=True)
    at: Mapped[dt.datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    institution_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, Any]]
    private: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    salt: Mapped[str | None] = mapped_column(String(32))
    """blanked together with ``private``: without it nobody can try words against the digest"""
    private_sha256: Mapped[str] = mapped_column(String(64), default="")
    """of the salt and ``private``; "" where there never was any"""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def told(self) -> dict[str, Any]:
        """Everything that the entry still says besides."""
        return {**self.detail, **(self.private or {})}


class AuditHead(Base):
    """Where the log ends: the one row for which writers wait, at the end of their transactions."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class Sighting(Base):
    """Whose record an entry of the log let somebody see: an index into the log, which may be forgotten, as the log may not.

    ``subject`` is a person's id, or the path of an institution whose people were in a list.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("viewer_id", "action", "subject", "day", "what", name="uq_sighting_day"),
        Index("ix_sighting_subject", "subject", "at"),
        Index("ix_sighting_at", "at"),
    )

    entry_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(400), primary_key=True)
    viewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(60))
    day: Mapped[dt.date]
    """in UTC: who looks again on the same day is told of once"""
    what: Mapped[str] = mapped_column(String(64), default="")
    """which list; a file taken away has an id of its own, for each is told of"""
    at: Mapped[dt.datetime]

    viewer: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Notice(Base):
    """A message to a person, sent by the worker after the commit. ``dedup_key`` makes a repeated reason one message."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_pending", "sent_at", "run_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    dedup_key: Mapped[str] = mapped_column(String(160), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    run_at: Mapped[dt.datetime]
    """not before"""
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
