"""How officers come into a cohort: institutions that are invited to send some, and who asked or was nominated."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.cohorts import Cohort
from app.records.database import Base, uuid7
from app.records.people import Institution, Person


class CohortGuest(Base):
    """An institution that may send officers to a cohort of another one."""

    __tablename__ = "cohort_guest"

    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), primary_key=True, index=True)
    quota: Mapped[int | None]
    """how many of its officers may be in it or wait for it; ``None``: as many as there are seats"""
    invited_at: Mapped[dt.datetime]

    institution: Mapped[Institution] = relationship(lazy="joined", innerjoin=True)


class CohortApplication(Base):
    """An officer who asked to join a cohort or was nominated for it: one row for both of them, whatever becomes of it."""

    __tablename__ = "cohort_application"
    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id"),
        Index("ix_cohort_application_line", "cohort_id", "state", "asked_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    """the officer's when they asked"""
    nominated: Mapped[bool] = mapped_column(default=False)
    """by a coordinator of theirs; otherwise they asked themselves"""
    state: Mapped[str] = mapped_column(String(10))
    """"asked", "waiting" (approved, and no seat is free), "approved", "declined" or "withdrawn" """
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    """why it was declined, as the officer reads it"""

    cohort: Mapped[Cohort] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    institution: Mapped[Institution] = relationship()
