"""Keys with which programs read: of one institution and all below it, for a while."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Institution, Person


class ApiKey(Base):
    """A key. The program holds the token; we hold its hash."""

    __tablename__ = "api_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    """what it is for"""
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    issued_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    issued_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]

    institution: Mapped[Institution] = relationship(lazy="joined", innerjoin=True)
    issuer: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
