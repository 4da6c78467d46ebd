"""What officers keep for themselves beside a lesson: bookmarks and private notes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.records.database import Base


class LessonNote(Base):
    """A bookmark, a note or both, of one officer at one lesson. It hangs on the lesson's ids, not on an edition."""

    __tablename__ = "lesson_note"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(80), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(80), primary_key=True)
    titles: Mapped[dict[str, Any]]
    """"module" and "lesson" → language → title, as they were last: a lesson may leave its course"""
    marked: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[dt.datetime | None]
    """of the text; ``None`` where there is none"""
    device: Mapped[str] = mapped_column(String(40), default="")
    """that wrote the text without a network; "" for a form of a page, and for two texts in one"""
    begun: Mapped[str] = mapped_column(String(16), default="")
    """the version from which that device began"""


class NoteEvent(Base):
    """An event of a bookmark or note that counted: the same again is a duplicate. It does not hold what was written."""

    __tablename__ = "note_event"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    received_at: Mapped[dt.datetime]
    result: Mapped[dict[str, Any]]
    """what the sender was told, told again to a duplicate"""
