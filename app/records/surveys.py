"""The survey at the end of a course: who has answered, and apart from it what was answered.

Nothing here says which answer is whose. There is no time and no order in it: keys are random, SQLite gets no row numbers
(``WITHOUT ROWID``), and whenever somebody answers, the rows of their group are all written anew
(``services.surveys.answering``), so that the place of a row on PostgreSQL's disk tells nothing either.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.records.database import Base


class SurveyMark(Base):
    """That an officer was asked, and whether they have answered: not when."""

    __tablename__ = "survey_mark"
    __table_args__ = {"sqlite_with_rowid": False}

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    answered: Mapped[bool] = mapped_column(default=False)


class SurveyAnswer(Base):
    """One officer's figures, without the officer. The group is the cohort; without one, the service."""

    __tablename__ = "survey_answer"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"), index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"))
    """only where there is no cohort"""
    scores: Mapped[dict[str, Any]]
    """item of rules.survey → 1 to 5; what was left out is missing"""
    released: Mapped[bool] = mapped_column(default=False)
    """whether results count it: answers of a group are released five or more at a time"""


class SurveyComment(Base):
    """What somebody wrote, apart from their figures and from what else they wrote."""

    __tablename__ = "survey_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"), index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"))
    item: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(1000))
    released: Mapped[bool] = mapped_column(default=False)
