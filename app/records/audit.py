"""The audit log and the outbox of notices: both written in the transaction of what they tell about."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Person


class AuditEntry(Base):
    """Who did what to what. Holds no secrets and no more personal data than ids and names already public inside."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_at", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[dt.datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    institution_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, Any]]

    actor: Mapped[Person | None] = relationship(lazy="joined")


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
