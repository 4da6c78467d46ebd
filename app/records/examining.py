"""What people decide about an officer's exam: time granted, plans agreed, appeals and their answers, copies on paper."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.editions import Edition
from app.records.exams import Attempt
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


class ItemRuling(Base):
    """What a trainer decided about an item for everybody who was asked it in an edition; it only ever lifts a mark."""

    __tablename__ = "item_ruling"
    __table_args__ = (Index("ix_item_ruling_edition", "edition_id", "question"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    question: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8))
    """"annul": it counts as right for all; "accept": another answer counts as right too"""
    accepted: Mapped[dict[str, Any]]
    """{"value": rules.grading.Response}; empty for "annul" """
    reason: Mapped[str] = mapped_column(String(1000))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime]
    applied_at: Mapped[dt.datetime | None]
    """when the last closed attempt that asked it had been regraded"""
    risen: Mapped[int] = mapped_column(default=0)
    """attempts with a better mark by it"""
    passed: Mapped[int] = mapped_column(default=0)
    """of them, passed by it"""

    maker: Mapped[Person] = relationship(foreign_keys=[made_by])
    edition: Mapped[Edition] = relationship()


class Appeal(Base):
    """An officer's objection to a closed exam: to one item, or to the whole."""

    __tablename__ = "appeal"
    __table_args__ = (UniqueConstraint("attempt_id", "question", name="uq_appeal_once"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    question: Mapped[str] = mapped_column(String(80), default="")
    """"" is the whole exam"""
    reason: Mapped[str] = mapped_column(String(2000))
    raised_at: Mapped[dt.datetime]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """"" while it is open; "upheld" or "dismissed" """
    answer: Mapped[str] = mapped_column(String(2000), default="")
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None]
    ruling_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("item_ruling.id"))

    attempt: Mapped[Attempt] = relationship()
    answerer: Mapped[Person | None] = relationship(foreign_keys=[answered_by])
    ruling: Mapped[ItemRuling | None] = relationship()


class PaperCopy(Base):
    """An officer's exam on paper: printed by a trainer, sat, and entered by two people. It is bound to one attempt.

    ``state``: "out" (printed), "typed" (entered once), "disputed" (entered twice, differently), "graded", "cancelled".
    """

    __tablename__ = "paper_copy"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    code: Mapped[str] = mapped_column(String(9), unique=True)
    batch: Mapped[uuid.UUID] = mapped_column(index=True)
    """printed together"""
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"), unique=True)
    """``None`` once it is cancelled: it was no attempt then"""
    number: Mapped[int]
    """of the attempt"""
    seed: Mapped[str] = mapped_column(String(64))
    """of the draw; kept also when the attempt is gone"""
    language: Mapped[str] = mapped_column(String(2))
    sheet: Mapped[str] = mapped_column(String(6))
    """"letter" or "a4" """
    state: Mapped[str] = mapped_column(String(10), default="out")
    printed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    printed_at: Mapped[dt.datetime]
    sat_on: Mapped[dt.date | None]
    """as the answer sheet says"""
    first: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """question → response, as the first person entered it; empty answers are left out"""
    first_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    first_at: Mapped[dt.datetime | None]
    second: Mapped[dict[str, Any]] = mapped_column(default=dict)
    second_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[dt.datetime | None]
    confirmed: Mapped[bool] = mapped_column(default=False)
    """the second person compared the first entry with the sheet, instead of typing it again"""
    resolved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """question → response, where the two differed"""
    resolved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    graded_at: Mapped[dt.datetime | None]
    cancelled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    cancelled_at: Mapped[dt.datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(1000), default="")

    attempt: Mapped[Attempt | None] = relationship()
    printer: Mapped[Person] = relationship(foreign_keys=[printed_by])
    first_person: Mapped[Person | None] = relationship(foreign_keys=[first_by])
    second_person: Mapped[Person | None] = relationship(foreign_keys=[second_by])
    resolver: Mapped[Person | None] = relationship(foreign_keys=[resolved_by])
    canceller: Mapped[Person | None] = relationship(foreign_keys=[cancelled_by])
