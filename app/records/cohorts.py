"""Cohorts: a run of a course for invited officers, with dates and trainers."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, Kept, uuid7
from app.records.editions import CourseRow
from app.records.people import Institution, Person


class Cohort(Kept, Base):
    __tablename__ = "cohort"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    place: Mapped[str] = mapped_column(String(120), default="", server_default="")
    seats: Mapped[int | None]
    """``None``: as many as come"""
    languages: Mapped[str] = mapped_column(String(5), default="", server_default="")
    """"en", "es", "en es", or "" where nothing is said"""
    entry: Mapped[str] = mapped_column(String(12), default="coordinators", server_default="coordinators")
    """how officers come in: "coordinators" put them in, invited institutions send a "nomination", or officers ask "self" """
    opens_on: Mapped[dt.date | None]
    closes_on: Mapped[dt.date | None]
    """first and last day on which an officer may ask or be nominated"""
    description: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    look_again_at: Mapped[dt.datetime | None]
    """when the worker looks for reminders that are due next"""

    course: Mapped[CourseRow] = relationship(lazy="joined", innerjoin=True)
    institution: Mapped[Institution] = relationship(lazy="joined", innerjoin=True)
    trainers: Mapped[list[Person]] = relationship(secondary="cohort_trainer", order_by=Person.sort_name)


class CohortTrainer(Base):
    __tablename__ = "cohort_trainer"

    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
