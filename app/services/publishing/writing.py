"""Changing a draft: one page, one file taken out, everything thrown away; nobody's text is overwritten unseen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.orm import undefer

from app.courseware.fix import fix
from app.courseware.settings import FILE
from app.courseware.source import Source, SourceRefused, from_files
from app.records.editions import CourseRow, DraftPage, DraftRevision
from app.rules.errors import Conflict, NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing.drafts import Draft, course_row, draft, draft_of, text_path, token
from app.services.publishing.working import forget


def save(
    office: Office, actor: Actor, course_id: str, path: str, text: str, base: str, sitting: uuid.UUID | None = None
) -> str:
    """Keep *text* as the file at *path*, with the ids its author left out written in. Returns the new ``base``.

    What was kept of it while it was written in *sitting* is let go of.

    *base* is :attr:`PageText.base` as the form had it. Raises ``Conflict("page-changed")`` when somebody saved
    another text since, ``NotFound``, and ``Refused("upload-refused")`` for a file or draft grown too large.
    """
    path = text_path(path)
    before = draft(office, actor, course_id)
    data = _with_ids(before.source, path, text)
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        now = draft_of(office, row)
        if sitting is not None:
            forget(office, actor, course_id, path, sitting)
        if data == now.source.get(path):
            return token(data)
        if base != token(now.source.get(path)):
            raise Conflict("page-changed", path=path)
        put(office, actor, now, {path: data}, frozenset())
        audit.note(office, actor, "draft.save", course_id, {"path": path})
    return token(data)


def _with_ids(source: Source, path: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    data = f"{lines}\n".encode()
    return fix(source.replacing({path: data})).get(path, data)


def remove(office: Office, actor: Actor, course_id: str, path: str) -> None:
    """Take one file out of the draft. Raises ``NotFound``."""
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        now = draft_of(office, row)
        if path not in now.source:
            raise NotFound("page")
        put(office, actor, now, {}, frozenset({path}))
        audit.note(office, actor, "draft.remove", course_id, {"path": path})


def discard(office: Office, actor: Actor, course_id: str) -> None:
    """Throw the draft away and go back to the published edition.

    Raises ``NotFound``, and ``Refused("draft-only")`` for a course that was never published: nothing would be left.
    """
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        if row.current_edition_id is None:
            raise Refused("draft-only")
        clear(office, row)
        audit.note(office, actor, "draft.discard", course_id)


def clear(office: Office, row: CourseRow) -> None:
    """Take all draft pages of a course away. Inside ``office.transaction()``."""
    office.session.execute(delete(DraftPage).where(DraftPage.course_id == row.id))


def put(office: Office, actor: Actor, now: Draft, files: Mapping[str, bytes], gone: frozenset[str]) -> None:
    """Write *files* into the draft and take *gone* out of it, beginning it where there is none.

    Inside ``office.transaction()``, with the course locked. Raises ``Refused("upload-refused")`` for too much of
    anything.
    """
    kept = {path: data for path, data in now.source.items() if path not in gone}
    try:
        from_files({**kept, **files})
    except SourceRefused as no:
        raise Refused("upload-refused", reason=no.message(actor.language)) from no
    course_id = now.row.id
    if not now.begun:
        edition = now.row.current_edition
        since = edition.published_at if edition is not None else office.now()
        for path, data in now.source.items():
            office.session.add(
                DraftPage(course_id=course_id, path=path, content=data, size=len(data), version=1, updated_at=since)
            )
        office.session.flush()
    if gone:
        office.session.execute(
            delete(DraftPage).where(DraftPage.course_id == course_id, DraftPage.path.in_(gone - files.keys()))
        )
    for path, data in files.items():
        row = office.session.get(DraftPage, (course_id, path), populate_existing=True)
        if row is None:
            row = DraftPage(course_id=course_id, path=path, version=0)
            office.session.add(row)
        row.content, row.size, row.version = data, len(data), row.version + 1
        row.updated_at, row.updated_by = office.now(), actor.person_id
    _keep(office, actor, course_id, files)
    office.session.flush()


def _keep(office: Office, actor: Actor, course_id: str, files: Mapping[str, bytes]) -> None:
    """Keep the texts of *files* as revisions of their pages; the course is locked, so numbers follow each other."""
    numbers = office.session.execute(
        select(DraftRevision.path, func.max(DraftRevision.number))
        .where(DraftRevision.course_id == course_id)
        .group_by(DraftRevision.path)
    )
    last = {row[0]: row[1] for row in numbers}
    for path, data in files.items():
        if path != FILE and not path.endswith(".md"):
            continue  # pictures are kept by editions alone
        office.session.add(
            DraftRevision(
                course_id=course_id,
                path=path,
                number=last.get(path, 0) + 1,
                content=data,
                saved_at=office.now(),
                saved_by=actor.person_id,
            )
        )


def carry_history(office: Office, course_id: str, names: Mapping[str, str]) -> None:
    """Let the texts that pages had stay with them under their new names (old path → new path).

    Inside ``office.transaction()``, with the course locked. A page that comes back to an old name finds its texts there.
    """
    rows = office.session.scalars(
        select(DraftRevision)
        .where(DraftRevision.course_id == course_id, DraftRevision.path.in_([*names, *names.values()]))
        .options(undefer(DraftRevision.content))
    ).all()
    known = {row.path for row in rows}
    for row in rows:
        new = names.get(row.path)
        if new is not None and new not in known:
            office.session.add(
                DraftRevision(
                    course_id=course_id,
                    path=new,
                    number=row.number,
                    content=row.content,
                    saved_at=row.saved_at,
                    saved_by=row.saved_by,
                )
            )
    office.session.flush()
