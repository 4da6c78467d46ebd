"""Enrolments and the events that move them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.cohorts import Cohort
from app.records.database import Base, Kept, uuid7
from app.records.editions import CourseRow, Edition
from app.records.people import Institution, Person

STATUSES = ("not-started", "active", "completed", "withdrawn")


class Enrolment(Kept, Base):
    """An officer in a course. Everything a roster shows is on this row or one join away."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        Index("ix_enrolment_roster", "course_id", "institution_id", "status"),
        Index("ix_enrolment_completed", "course_id", "completed_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    """the officer's institution at enrolment: figures stay with the institution that trained them"""
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    enrolled_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    active_at: Mapped[dt.datetime | None]
    """of the last event"""
    completed_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(String(12), default="not-started")
    progress: Mapped[str] = mapped_column(Text, default="")
    """rules.progress.to_json: the fold of this enrolment's events"""
    percent: Mapped[int] = mapped_column(default=0)
    lessons_done: Mapped[int] = mapped_column(default=0)
    lessons_total: Mapped[int] = mapped_column(default=0)
    quizzes_passed: Mapped[int] = mapped_column(default=0)
    practices_done: Mapped[int] = mapped_column(default=0)
    """practical sheets of modules signed as competent"""
    exercise: Mapped[str] = mapped_column(String(12), default="", server_default="")
    """the integrated exercise: "open", "not yet" or "competent"; "" where the course asks for none"""
    exam_mark: Mapped[int | None]
    """best, in percent"""

    person: Mapped[Person] = relationship()
    course: Mapped[CourseRow] = relationship()
    edition: Mapped[Edition] = relationship()
    institution: Mapped[Institution] = relationship()
    cohort: Mapped[Cohort | None] = relationship()


class LearningEvent(Base):
    """An event that counted. (person, id) is the key: the same event again is a duplicate, whoever relays it."""

    __tablename__ = "learning_event"
    __table_args__ = (Index("ix_learning_event_enrolment", "enrolment_id", "received_at"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    sequence: Mapped[int]
    """the order in which the enrolment's events were folded"""
    kind: Mapped[str] = mapped_column(String(24))
    module: Mapped[str] = mapped_column(String(80))
    item: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    """what the sender was told, told again to a duplicate"""
    at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    device: Mapped[str] = mapped_column(String(40), default="")


class PracticeSheet(Base):
    """One signing of a practical sheet by a trainer: history is kept, the last word of a sheet is in the progress."""

    __tablename__ = "practice_sheet"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    module: Mapped[str] = mapped_column(String(80))
    """its id, or courseware's EXERCISE for the integrated exercise of the course"""
    criteria: Mapped[dict[str, Any]]
    """criterion id → true (competent) or false (not yet)"""
    result: Mapped[str] = mapped_column(String(12))
    held_on: Mapped[dt.date]
    place: Mapped[str] = mapped_column(String(120))
    remarks: Mapped[str] = mapped_column(String(2000), default="")
    signed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    signed_at: Mapped[dt.datetime]

    signer: Mapped[Person] = relationship(foreign_keys=[signed_by])


class Refresher(Base):
    """A refresher that an officer followed after completing a course: it renews their certificate."""

    __tablename__ = "refresher"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    held_on: Mapped[dt.date]
    hours: Mapped[float]
    place: Mapped[str] = mapped_column(String(120))
    covered: Mapped[str] = mapped_column(String(2000))
    """what was gone through"""
    renews: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"))
    """the certificate that was replaced"""
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificate.id"))
    """the one issued for it"""
    signed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[dt.datetime]

    signer: Mapped[Person] = relationship(foreign_keys=[signed_by])
