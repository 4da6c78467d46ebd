"""Lists of people that coordinators send: the file, each of its lines, and what carrying it out did, so that it can be
undone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app.records.database import Base, uuid7
from app.records.people import Institution, Person


class PeopleImport(Base):
    """One list. ``state``: waiting (to be compared) → checked → asked (to be carried out) → done → undoing → undone;
    or failed: the file could not be read. From checked to again (to be compared again), and back.
    """

    __tablename__ = "people_import"
    __table_args__ = (Index("ix_people_import_root", "root_id", "sent_at"), Index("ix_people_import_state", "state"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    root_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"))
    """over which its sender held the right to enrol, and below which everything in it stays; None: the platform"""
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    """of new people whose line names none"""
    language: Mapped[str] = mapped_column(String(2))
    """of new people whose line names none"""
    course_id: Mapped[str | None] = mapped_column(ForeignKey("course.id"))
    cohort_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200))
    """of the file"""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the file"""
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    """empty once it is carried out"""
    chosen_encoding: Mapped[str] = mapped_column(String(12), default="")
    """by a person, because the one that was found gave wrong letters"""
    encoding: Mapped[str] = mapped_column(String(12), default="")
    separator: Mapped[str] = mapped_column(String(1), default="")
    columns: Mapped[list[Any]] = mapped_column(default=list)
    """what is understood: [key, heading] in the order of the file"""
    ignored: Mapped[list[Any]] = mapped_column(default=list)
    """headings of columns that are left aside"""
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=0)
    """goes up whenever the difference is made anew: who says "carry out" says it of one version"""
    total: Mapped[int] = mapped_column(default=0)
    """lines; 0 until the file is read"""
    reached: Mapped[int] = mapped_column(default=0)
    """lines that the work now being done has gone through"""
    lease_until: Mapped[dt.datetime | None]
    """until when somebody is at work on it"""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """lines by what happens with them; a line that changes and moves counts twice"""
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """why the last work on it came to nothing: {"code": …, "values": {…}}"""
    sent_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[dt.datetime]
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    """who said that it be carried out, or undone"""
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[dt.datetime | None]
    undone_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[dt.datetime | None]

    institution: Mapped[Institution] = relationship(foreign_keys=[institution_id], lazy="joined", innerjoin=True)
    sender: Mapped[Person] = relationship(foreign_keys=[sent_by])
    doer: Mapped[Person | None] = relationship(foreign_keys=[done_by])
    undoer: Mapped[Person | None] = relationship(foreign_keys=[undone_by])


class ImportLine(Base):
    """One line of a list. Forgotten some time after it was carried out, because it names people."""

    __tablename__ = "people_import_line"

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people_import.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """its number in the file"""
    cells: Mapped[dict[str, Any]]
    """as they were written, by what they are"""
    kinds: Mapped[str] = mapped_column(String(80), default="")
    """what happens with it: " create enrol ", with a space around each"""
    difference: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """services.imports.Difference"""
    decision: Mapped[str] = mapped_column(String(60), default="")
    """of the coordinator: "same:<person>", "other" or "leave" """
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    done: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """what carrying it out did, as undoing it needs to know"""
    outcome: Mapped[str] = mapped_column(String(20), default="")
    """of undoing: "undone", "removed", "closed", or why it was left as it is"""
