"""Requests to be forgotten."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Person


class Erasure(Base):
    """Somebody asked to be erased, or an administrator found that an account is not needed any more."""

    __tablename__ = "erasure"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[dt.datetime]
    certificates: Mapped[bool]
    """the certificates too"""
    reason: Mapped[str] = mapped_column(String(1000), default="")
    """in their own words; "" once it is decided"""
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """"" while it is open; "erased", "declined" or "withdrawn" """
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(String(1000), default="")
    """why it was declined"""

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
