"""Certificates: frozen facts and the bytes that were issued."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.learning import Enrolment

WITHDRAWN = text("revoked_at IS NOT NULL OR superseded_at IS NOT NULL")


class Certificate(Base):
    """One certificate. Unique per enrolment, kind and issue number: a second completion of the same enrolment is the same
    certificate; a correction is the next issue and supersedes."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind", "issue", name="uq_certificate_issue"),
        # the few that were withdrawn among the many: lists of status are made of them while somebody waits
        Index("ix_certificate_withdrawn", "status_index", sqlite_where=WITHDRAWN, postgresql_where=WITHDRAWN),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    kind: Mapped[str] = mapped_column(String(14))
    issue: Mapped[int] = mapped_column(default=1)
    facts: Mapped[str] = mapped_column(Text)
    """certificates.facts canonical JSON: what the paper says, for ever; "" once it was erased at its holder's wish"""
    facts_sha256: Mapped[str] = mapped_column(String(64))
    status_index: Mapped[int] = mapped_column(unique=True)
    """the badge's own place in the lists of status, counted through all of them; drawn by lot, for ever"""
    issued_at: Mapped[dt.datetime]
    expires_on: Mapped[dt.date | None]
    superseded_at: Mapped[dt.datetime | None]
    revocation_asked_at: Mapped[dt.datetime | None]
    """somebody asked to revoke it, for ``revoked_reason``; another person decides"""
    revocation_asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    revoked_reason: Mapped[str] = mapped_column(String(500), default="")
    erased_at: Mapped[dt.datetime | None]
    """what it states and its files are gone; the digest stays, so that a paper can still be compared with it"""

    enrolment: Mapped[Enrolment] = relationship()


class CertificateFile(Base):
    """The bytes of one form of a certificate ("es-letter", or "credential": the badge), made once and served for ever."""

    __tablename__ = "certificate_file"

    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(12), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime]
