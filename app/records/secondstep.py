"""What proves who somebody is besides a password, and what was asked and waits for its answer."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.records.database import Base, uuid7


class Authenticator(Base):
    """The secret that a person's authenticator app makes its codes of (RFC 6238). One each."""

    __tablename__ = "authenticator"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    """encrypted with a key of the platform (services/sealing.py): whoever reads the database makes no codes"""
    created_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    """when the first code proved that the app has the secret; until then it opens nothing"""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """the time step of the code used last: that one and those before are used up"""


class Passkey(Base):
    """A key pair on a device or in a password manager (WebAuthn); we hold the public half."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    """its id, base64url"""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[str] = mapped_column(String(100), default="")
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class RecoveryCode(Base):
    """A code for the day the device is lost. It has 140 random bits, so its hash needs no salt and no slowness."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Challenge(Base):
    """What we asked a browser and wait to be answered, once: a passkey's signature, or the way back from a provider.

    In the database, so that any web process may take the answer and none takes it twice.
    """

    __tablename__ = "challenge"

    handle: Mapped[str] = mapped_column(String(64), primary_key=True)
    """hash of what comes back with the answer"""
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class Identity(Base):
    """An account at the institution's own sign-in service (OpenID Connect) that is this person's."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
