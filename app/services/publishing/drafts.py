"""What trainers write, kept in the database until it is published.

A course without draft pages reads as its published edition. The first change copies that edition's files into the
draft; publishing, or discarding, takes them away again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import case, func, select
from sqlalchemy.orm import undefer

from app.courseware import media
from app.courseware.manuscript import Report
from app.courseware.settings import FILE, LANGUAGES
from app.courseware.source import Source, SourceRefused, from_files, to_zip
from app.records.editions import CourseRow, DraftPage, Edition, EditionMedia
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules.errors import NotFound
from app.rules.permissions import courses
from app.services.office import Actor, Office
from app.services.publishing.checking import Checked, check
from app.services.publishing.places import Where, front, places


@dataclass(frozen=True)
class Taught:
    """A course on a trainer's first page."""

    row: CourseRow
    officers: int
    """enrolled and not withdrawn"""
    under_way: int
    """of them, begun and not completed"""
    changed_at: dt.datetime | None
    """when the draft was last saved; ``None`` where there is no draft"""


def taught(office: Office, actor: Actor) -> list[Taught]:
    """The courses that *actor* teaches, by title: all of them for an administrator."""
    mine = courses("teach", actor.grants)
    query = select(CourseRow)
    if mine is not None:
        query = query.where(CourseRow.id.in_(mine))
    rows = office.session.scalars(query).all()
    ids = [row.id for row in rows]
    begun = func.sum(case((Enrolment.status == "active", 1), else_=0))
    figures = {
        course: (officers, int(active or 0))
        for course, officers, active in office.session.execute(
            select(Enrolment.course_id, func.count(), begun)
            .where(Enrolment.course_id.in_(ids), Enrolment.status != "withdrawn")
            .group_by(Enrolment.course_id)
        )
    }
    saved = (
        select(DraftPage.course_id, func.max(DraftPage.updated_at))
        .where(DraftPage.course_id.in_(ids))
        .group_by(DraftPage.course_id)
    )
    drafts: dict[str, dt.datetime] = {row[0]: row[1] for row in office.session.execute(saved)}
    found = [Taught(row, *figures.get(row.id, (0, 0)), drafts.get(row.id)) for row in rows]
    return sorted(found, key=lambda one: one.row.title(actor.language).casefold())


def course_row(office: Office, actor: Actor, course_id: str, *, lock: bool = False) -> CourseRow:
    """A course that *actor* teaches; locked, nobody else changes its draft before the transaction ends. Raises
    ``NotFound``.
    """
    mine = courses("teach", actor.grants)
    if mine is not None and course_id not in mine:
        raise NotFound("course")
    return _row(office, course_id, lock=lock)


def _row(office: Office, course_id: str, *, lock: bool) -> CourseRow:
    query = select(CourseRow).where(CourseRow.id == course_id)
    if lock:
        query = query.with_for_update(of=CourseRow).execution_options(populate_existing=True)
    row = office.session.scalar(query)
    if row is None:
        raise NotFound("course")
    return row


@dataclass(frozen=True)
class Change:
    """A file in which the draft differs from the published edition."""

    path: str
    kind: str
    """"added", "changed" or "removed" """


@dataclass(frozen=True)
class Draft:
    """A course as its trainers have it before them."""

    row: CourseRow
    source: Source
    published: Mapping[str, bytes]
    """the files of the current edition; none before the first"""
    begun: bool
    """whether there are draft pages"""
    saved: Mapping[str, tuple[dt.datetime, str]] = field(default_factory=dict)
    """path → when and by whom it was last saved"""

    @cached_property
    def checked(self) -> Checked:
        return check(self.source)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the published edition, by path."""
        found = []
        for path in sorted(self.source.keys() | self.published.keys()):
            before, after = self.published.get(path), self.source.get(path)
            if before != after:
                found.append(Change(path, "added" if before is None else "removed" if after is None else "changed"))
        return tuple(found)

    @cached_property
    def places(self) -> dict[str, Where]:
        """What each page is, by path."""
        return places(self.source)

    def change(self, path: str) -> str:
        """ "added", "changed", "removed", or "" for a file as published."""
        return next((one.kind for one in self.changes if one.path == path), "")


def draft(office: Office, actor: Actor, course_id: str) -> Draft:
    """The draft of a course that *actor* teaches. Raises ``NotFound``."""
    return draft_of(office, course_row(office, actor, course_id))


def draft_of(office: Office, row: CourseRow) -> Draft:
    """The draft of a course; the caller has checked who asks."""
    pages = office.session.execute(
        select(DraftPage, Person.name)
        .outerjoin(Person, Person.id == DraftPage.updated_by)
        .where(DraftPage.course_id == row.id)
        .options(undefer(DraftPage.content))
        .execution_options(populate_existing=True)
    ).all()
    published = published_files(office, row)
    if not pages:
        return Draft(row, Source(published), published, begun=False)
    files = {one.path: one.content for one, _name in pages}
    saved = {one.path: (one.updated_at, name) for one, name in pages if name}
    return Draft(row, Source(files), published, begun=True, saved=saved)


def published_files(office: Office, row: CourseRow) -> dict[str, bytes]:
    """The files of the current edition."""
    if row.current_edition_id is None:
        return {}
    return unpack(office.session.scalar(select(Edition.source).where(Edition.id == row.current_edition_id)) or b"")


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip that we made ourselves."""
    if not data:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@dataclass(frozen=True)
class PageText:
    """A file of the draft, open for editing. ``base`` names the text it was opened with; "" for a file to be."""

    path: str
    text: str
    base: str
    exists: bool
    where: Where | None
    twin: str
    """the same page in the other language, "" where there is none"""
    saved: tuple[dt.datetime, str] | None = None

    @property
    def title(self) -> str:
        """What its front matter calls it, or ""."""
        return front(self.text.encode(), "title")


def page(draft: Draft, path: str) -> PageText:
    """The text of one file, or, for a page not yet written, that of the same page in the other language to begin from.

    Raises ``NotFound`` for pictures and for what can be no page of a course.
    """
    path = text_path(path)
    twin = _twin(draft.source, path)
    data = draft.source.get(path)
    if data is not None:
        where = draft.places.get(path)
        return PageText(path, text_of(data), token(data), True, where, twin, draft.saved.get(path))
    where = places({path: b""}).get(path)
    if where is None and path != FILE:
        raise NotFound("page")
    return PageText(path, text_of(draft.source[twin]) if twin else "", "", False, where, twin)


def _twin(source: Mapping[str, bytes], path: str) -> str:
    stem, _dot, language = path.removesuffix(".md").rpartition(".")
    others = (f"{stem}.{code}.md" for code in LANGUAGES if code != language and language in LANGUAGES)
    return next((other for other in others if other in source), "")


def text_path(path: str) -> str:
    """*path* if it may be a text of a course: course.yaml or Markdown. Raises ``NotFound``."""
    try:
        (safe,) = from_files({path: b""})
    except (SourceRefused, ValueError):
        raise NotFound("page") from None
    if safe != FILE and not safe.endswith(".md"):
        raise NotFound("page")
    return safe


def text_of(data: bytes) -> str:
    """The text of a file with plain line ends. What is not UTF-8 is read as old Windows text, so that saving mends
    it.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def token(data: bytes | None) -> str:
    """What names a text in a form: two trainers who began from different texts hold different ones."""
    return hashlib.sha256(data).hexdigest()[:32] if data is not None else ""


def draft_media(office: Office, actor: Actor, course_id: str, path: str) -> tuple[str, bytes]:
    """Type and bytes of a picture, sound or document of the draft. Raises ``NotFound``, also for one that is not safe
    to show.
    """
    row = course_row(office, actor, course_id)
    mine = select(DraftPage).where(DraftPage.course_id == course_id)
    found = office.session.scalar(mine.where(DraftPage.path == path).options(undefer(DraftPage.content)))
    if found is None:
        if row.current_edition_id is None or office.session.scalar(mine.limit(1)) is not None:
            raise NotFound("media")
        kept = office.session.get(EditionMedia, (row.current_edition_id, path))
        if kept is None:
            raise NotFound("media")
        return kept.mime, kept.content
    described = media.describe(path, found.content, Report())
    if described is None:
        raise NotFound("media")
    return described.mime, found.content


def export(office: Office, actor: Actor, course_id: str) -> bytes:
    """A zip of the draft: a folder to go on with in any editor. Raises ``NotFound``."""
    return to_zip(draft(office, actor, course_id).source)
