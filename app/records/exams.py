"""Attempts at quizzes and exams, each answer kept as it was given."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.editions import Edition
from app.records.learning import Enrolment


class Attempt(Base):
    """One sitting. The unique key makes the second of two simultaneous starts the same attempt, not another one."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind", "module", "number", name="uq_attempt_number"),
        Index("ix_attempt_due", "closed_at", "deadline_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[str] = mapped_column(String(4))
    """"quiz" or "exam" """
    module: Mapped[str] = mapped_column(String(80), default="")
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    paper: Mapped[list[Any]]
    """[[question id, [option ids as shown]], …]"""
    country: Mapped[str] = mapped_column(String(2), default="")
    """whose items were drawn; "" in attempts from before this was kept"""
    medium: Mapped[str] = mapped_column(String(5), default="web")
    """"web", or "paper": answered on a printed copy and entered by two people"""
    extra_minutes: Mapped[int] = mapped_column(default=0)
    """granted to the officer beyond the exam's own time, and in the deadline already"""
    opened_at: Mapped[dt.datetime]
    deadline_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    closed_how: Mapped[str] = mapped_column(String(12), default="")
    """"submitted" by the officer, by the "deadline", entered from "paper", or answered on a "device" without a network"""
    mark: Mapped[int | None]
    critical_mark: Mapped[int | None]
    passed: Mapped[bool | None]
    forgiven: Mapped[bool] = mapped_column(default=False)
    """failed, and an item in it was later found to be asked again: it does not count against the attempts"""

    enrolment: Mapped[Enrolment] = relationship()
    edition: Mapped[Edition] = relationship()
    answers: Mapped[list[AttemptAnswer]] = relationship(cascade="all, delete-orphan", back_populates="attempt")


class AttemptAnswer(Base):
    """The last answer given to one item of an attempt. ``credit`` is set when the attempt closes, not before."""

    __tablename__ = "attempt_answer"

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    response: Mapped[dict[str, Any]]
    """{"value": rules.grading.Response}"""
    saved_at: Mapped[dt.datetime]
    credit: Mapped[float | None]
    right: Mapped[bool | None]
    regraded_at: Mapped[dt.datetime | None]
    """when a new edition made it worth more; ``None`` for one that kept its grade"""

    attempt: Mapped[Attempt] = relationship(back_populates="answers")


class SavedQuiz(Base):
    """A draw of a module quiz that lies in a saved module on an officer's device: an attempt in waiting.

    It is made when the module is saved and handed in once, from whichever device; its attempt bears its id.
    """

    __tablename__ = "saved_quiz"
    __table_args__ = (Index("ix_saved_quiz_enrolment", "enrolment_id", "module"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"))
    module: Mapped[str] = mapped_column(String(80))
    seed: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2))
    paper: Mapped[list[Any]]
    """as of an attempt: [[question id, [option ids as shown]], …]"""
    made_at: Mapped[dt.datetime]
    handed_in_at: Mapped[dt.datetime | None]
    """by the device's clock, put right; also where it did not count"""

    enrolment: Mapped[Enrolment] = relationship()
