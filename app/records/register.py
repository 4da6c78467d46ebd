"""The register of certificates: what was issued, replaced, renewed or revoked, each entry sealed by the one before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.records.database import Base


class RegisterEntry(Base):
    """One line of the register. Nothing in it is ever changed; ``digest`` covers all of it and ``previous``."""

    __tablename__ = "register_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    action: Mapped[str] = mapped_column(String(12))
    """"issue", "sheet" (a PDF, or the badge, was made), "replace", "revoke", "erase" (its content was removed at its holder's
    wish) """
    serial: Mapped[str] = mapped_column(String(20), index=True)
    facts_sha256: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class RegisterHead(Base):
    """Where the register ends: the one row that writers lock, so that entries follow each other."""

    __tablename__ = "register_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
