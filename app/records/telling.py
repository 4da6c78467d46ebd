"""What the officers of a cohort are told: reminders, announcements, and the message that each of them has of either."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Person


class CohortReminder(Base):
    """A reminder written by hand for a day; or what became of one that follows from the cohort's dates (rules/reminding.py
    says which do): only those cancelled have a row.
    """

    __tablename__ = "cohort_reminder"
    __table_args__ = (Index("ix_cohort_reminder_cohort_id", "cohort_id", "kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    """"hand", or a kind of rules.reminding"""
    key: Mapped[str] = mapped_column(String(130), default="")
    """of rules.reminding: which one is cancelled"""
    on: Mapped[dt.date | None]
    subject_en: Mapped[str] = mapped_column(String(120), default="")
    subject_es: Mapped[str] = mapped_column(String(120), default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    body_es: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    cancelled_at: Mapped[dt.datetime | None]


class Announcement(Base):
    """What a coordinator or trainer tells a cohort, in one language or both."""

    __tablename__ = "announcement"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(String(8), default="all")
    """"all", also those who come later; or those who were "behind" when it was written"""
    subject_en: Mapped[str] = mapped_column(String(120), default="")
    subject_es: Mapped[str] = mapped_column(String(120), default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    body_es: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[dt.datetime]
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    edited_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]

    writer: Mapped[Person | None] = relationship()


class OfficerMessage(Base):
    """A reminder or an announcement as one officer has it on their page, until they close it. ``key`` makes the same
    reason one message, however many workers find it.
    """

    __tablename__ = "officer_message"
    __table_args__ = (
        Index("ix_officer_message_person_id", "person_id", "closed_at"),
        Index("ix_officer_message_cohort_id", "cohort_id", "kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    """"news" of an announcement, or the kind of a reminder"""
    reason: Mapped[str] = mapped_column(String(130), default="")
    """which reminder of the cohort it is: its key in rules.reminding"""
    key: Mapped[str] = mapped_column(String(180), unique=True)
    announcement_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("announcement.id", ondelete="CASCADE"), index=True
    )
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    """"" for an announcement, whose words are its own"""
    sent_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]

    announcement: Mapped[Announcement | None] = relationship(lazy="joined")
