"""By when the officers of a cohort are to have done what."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.records.database import Base, uuid7


class CohortDeadline(Base):
    """The last day for a module or the exam of a cohort. It locks nothing."""

    __tablename__ = "cohort_deadline"
    __table_args__ = (UniqueConstraint("cohort_id", "target"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    target: Mapped[str] = mapped_column(String(80))
    """the id of a module, or rules.deadlines.EXAM"""
    due_on: Mapped[dt.date]


class DeadlineExtension(Base):
    """A later day for one officer."""

    __tablename__ = "deadline_extension"

    deadline_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cohort_deadline.id", ondelete="CASCADE"), primary_key=True
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    due_on: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(String(300))
    given_at: Mapped[dt.datetime]
    given_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
