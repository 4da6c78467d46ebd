"""Practice days of a cohort: when and where, who is expected, who came."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.cohorts import Cohort
from app.records.database import Base, uuid7
from app.records.learning import Enrolment
from app.records.people import Person


class PracticeDay(Base):
    """A day on which a cohort practises in person. ``state``: "planned" or "cancelled"."""

    __tablename__ = "practice_day"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    zone: Mapped[str] = mapped_column(String(40))
    """the time zone in which its hours were said"""
    place: Mapped[str] = mapped_column(String(120))
    directions: Mapped[str] = mapped_column(String(500), default="")
    bring: Mapped[str] = mapped_column(String(500), default="")
    sheets: Mapped[list[Any]]
    """the practical sheets practised: ids of modules, and EXERCISE"""
    most: Mapped[int | None]
    """officers that there is room for"""
    everybody: Mapped[bool] = mapped_column(default=True)
    """expected is the whole cohort, also who joins it later; otherwise those with a row in ``attendance``"""
    state: Mapped[str] = mapped_column(String(10), default="planned")
    reason: Mapped[str] = mapped_column(String(500), default="")
    """why it was cancelled"""
    sequence: Mapped[int] = mapped_column(default=0)
    """how often officers were told of a change: calendars go by it (RFC 5545, 3.8.7.4)"""
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    """who signed that the attendance is complete"""
    closed_at: Mapped[dt.datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="joined", innerjoin=True)
    trainers: Mapped[list[Person]] = relationship(secondary="practice_day_trainer", order_by=Person.sort_name)
    closer: Mapped[Person | None] = relationship(foreign_keys=[closed_by])


class PracticeDayTrainer(Base):
    __tablename__ = "practice_day_trainer"

    day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_day.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)


class Attendance(Base):
    """An officer on the list of a practice day. ``state``: "" (expected), "present", "late", "absent" or "excused"."""

    __tablename__ = "attendance"

    day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_day.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(8), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")
    walk_in: Mapped[bool] = mapped_column(default=False)
    """came without being expected"""
    version: Mapped[int] = mapped_column(default=0)
    """how many marks were made: one of ``attendance_mark`` each"""

    enrolment: Mapped[Enrolment] = relationship()


class AttendanceMark(Base):
    """A mark that a trainer made: every one is kept, the last of an officer also stands in ``attendance``."""

    __tablename__ = "attendance_mark"

    day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("practice_day.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    remark: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    """why it was corrected after the attendance was signed"""
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[dt.datetime]

    maker: Mapped[Person] = relationship()
