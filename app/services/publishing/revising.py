"""Every text that a page of a course ever had: its saves in drafts, and the editions that published another text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.records.editions import DraftRevision, Edition
from app.records.people import Person
from app.rules.errors import NotFound
from app.services.office import Actor, Office
from app.services.publishing.drafts import course_row, text_of, text_path
from app.services.publishing.writing import save

_KEY = re.compile(r"[er][1-9]\d{0,8}")


@dataclass(frozen=True)
class Revision:
    """A text that a page had. ``key`` names it in addresses: "r4" the fourth save, "e2" as edition 2 published it."""

    key: str
    text: str
    at: dt.datetime
    by: str
    """who saved or published it; "" for a command"""

    @property
    def edition(self) -> int:
        """The number of the edition; 0 for a save."""
        return int(self.key[1:]) if self.key.startswith("e") else 0

    @property
    def number(self) -> int:
        """The number of the save; 0 for an edition."""
        return int(self.key[1:]) if self.key.startswith("r") else 0


def revisions(office: Office, actor: Actor, course_id: str, path: str) -> tuple[Revision, ...]:
    """Every text of the page at *path*, the newest first. An edition in which it reads as in the one before is left
    out. Raises ``NotFound``, also for a page that never was.
    """
    path = text_path(path)
    course_row(office, actor, course_id)
    found = [*_saved(office, course_id, path), *_published(office, course_id, path)]
    if not found:
        raise NotFound("page")
    # of the same moment, the edition came after the save that it publishes
    return tuple(sorted(found, key=lambda one: (one.at, one.edition, one.number), reverse=True))


def _saved(office: Office, course_id: str, path: str) -> Iterable[Revision]:
    rows = office.session.execute(
        select(DraftRevision, Person.name)
        .outerjoin(Person, Person.id == DraftRevision.saved_by)
        .where(DraftRevision.course_id == course_id, DraftRevision.path == path)
        .options(undefer(DraftRevision.content))
    )
    for row, name in rows:
        yield Revision(f"r{row.number}", text_of(row.content), row.saved_at, name or "")


def _published(office: Office, course_id: str, path: str) -> Iterable[Revision]:
    rows = office.session.execute(
        select(Edition.number, Edition.published_at, Edition.source, Person.name)
        .outerjoin(Person, Person.id == Edition.published_by)
        .where(Edition.course_id == course_id)
        .order_by(Edition.number)
        .execution_options(yield_per=4)  # an edition's zip holds its pictures too
    )
    before: bytes | None = None
    for number, at, source, name in rows:
        data = _one_file(source, path)
        if data is not None and data != before:
            yield Revision(f"e{number}", text_of(data), at, name or "")
        before = data


def _one_file(source: bytes, path: str) -> bytes | None:
    if not source:
        return None
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        try:
            return archive.read(path)
        except KeyError:
            return None


def revision(kept: Iterable[Revision], key: str) -> Revision:
    """The one of *kept* that *key* names. Raises ``NotFound``."""
    found = next((one for one in kept if one.key == key), None) if _KEY.fullmatch(key) else None
    if found is None:
        raise NotFound("revision")
    return found


def restore(office: Office, actor: Actor, course_id: str, path: str, key: str, base: str) -> str:
    """Save the text that *key* names as the newest of the page; nothing of its history is lost. Returns the new base.

    Raises what :func:`app.services.publishing.writing.save` raises, and ``NotFound``.
    """
    kept = revision(revisions(office, actor, course_id, path), key)
    return save(office, actor, course_id, path, kept.text, base)
