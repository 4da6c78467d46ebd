"""Courses, their published editions (immutable), the drafts that trainers work on, and what they sent for them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app.records.database import Base, Kept, uuid7


class CourseRow(Kept, Base):
    """A course. Its id is the slug of its address; what it says is in its editions."""

    __tablename__ = "course"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_es: Mapped[str] = mapped_column(String(200))
    current_edition_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("edition.id", use_alter=True, name="fk_course_current_edition_id_edition")
    )
    created_at: Mapped[dt.datetime]

    current_edition: Mapped[Edition | None] = relationship(foreign_keys=[current_edition_id], lazy="joined")

    def title(self, language: str) -> str:
        return (self.title_en if language == "en" else self.title_es) or self.title_en or self.title_es


class Edition(Base):
    """One published version of a course: compiled content, never changed. ``content`` is courseware.course.to_json."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    source: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    """the zip of the Markdown it was made of"""
    published_at: Mapped[dt.datetime]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(500), default="")


class EditionMedia(Base):
    """A picture, sound or document of an edition."""

    __tablename__ = "edition_media"

    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    mime: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DraftPage(Base):
    """One file of a course's draft. The draft of a course is all its rows; it begins as the published source."""

    __tablename__ = "draft_page"

    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    size: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    """rises with every save, so that a later save of an older text is noticed"""
    updated_at: Mapped[dt.datetime]
    updated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class DraftRevision(Base):
    """What a text of a draft said once it was saved. Kept when the draft is published or thrown away; never changed."""

    __tablename__ = "draft_revision"

    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """from 1 for every path"""
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    saved_at: Mapped[dt.datetime]
    saved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class HeldUpload(Base):
    """A file that a trainer sent and has still to decide about: what it would do is shown before anything is done."""

    __tablename__ = "held_upload"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    """"questions" of another system, or "files" of the course"""
    name: Mapped[str] = mapped_column(String(200))
    wishes: Mapped[dict[str, Any]]
    """what the form said"""
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    """as it was sent; nothing any more once it is done"""
    size: Mapped[int]
    sent_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    outcome: Mapped[dict[str, Any]]
    """what was done"""


class WorkingText(Base):
    """What somebody typed into a page and did not save yet: theirs alone, and gone once it is saved or old."""

    __tablename__ = "working_text"

    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    base: Mapped[str] = mapped_column(String(32))
    """names the draft's text that it was begun from; "" for a page not yet written"""
    sitting: Mapped[uuid.UUID]
    """the open editor that it is typed in: another one of the same person may not write over it"""
    saved_at: Mapped[dt.datetime] = mapped_column(index=True)
