"""What people decide about an officer's exam: time granted, plans agreed, appeals and their answers, copies on paper."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Person


class Accommodation(Base):
    """Extra time for the exams of an enrolment: percent or minutes. One counts at a time; every one is kept."""

    __tablename__ = "accommodation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    percent: Mapped[int | None]
    """of the exam's own time; ``None``: ``minutes`` says it"""
    minutes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(1000))
    granted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[dt.datetime]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")
    """"" where a later grant took its place"""

    granter: Mapped[Person] = relationship(foreign_keys=[granted_by])
    withdrawer: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by])


class RemedialPlan(Base):
    """What a trainer agreed with an officer before the last attempt at the exam. The newest one counts."""

    __tablename__ = "remedial_plan"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    agreed: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime]

    recorder: Mapped[Person] = relationship(foreign_keys=[recorded_by])
