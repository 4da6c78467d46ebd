"""What a trainer types and has not saved: kept for them alone, so that a crash of browser or machine takes nothing.

A working copy belongs to one person and one page. It is written by one open editor (its *sitting*) at a time; another
window of the same person finds it, and has to take it over before it may write there.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from app.courseware.limits import MAX_PAGE_BYTES
from app.records.database import uuid7
from app.records.editions import WorkingText
from app.rules.errors import Conflict, NotFound, Refused
from app.services.office import Actor, Office
from app.services.publishing.drafts import Draft, course_row, page, text_of

DAYS = 90
"""how long what nobody came back to is kept"""
MOST = 200
"""working copies of one person in one course"""


@dataclass(frozen=True)
class Working:
    """A text that somebody is writing, as it was last kept."""

    path: str
    text: str
    base: str
    """names the draft's text that it was begun from"""
    sitting: uuid.UUID
    saved_at: dt.datetime


def working_text(office: Office, actor: Actor, course_id: str, path: str) -> Working | None:
    """What *actor* wrote into the page at *path* and did not save. Raises ``NotFound`` for a course not theirs."""
    course_row(office, actor, course_id)
    row = office.session.get(WorkingText, (course_id, path, actor.person_id), populate_existing=True)
    return _seen(row) if row is not None else None


def unsaved(office: Office, actor: Actor, course_id: str) -> list[Working]:
    """Everything that *actor* wrote in a course and did not save, the newest first. Raises ``NotFound``."""
    course_row(office, actor, course_id)
    rows = office.session.scalars(
        select(WorkingText)
        .where(WorkingText.course_id == course_id, WorkingText.person_id == actor.person_id)
        .order_by(WorkingText.saved_at.desc())
        .execution_options(populate_existing=True)
    )
    return [_seen(row) for row in rows]


def _seen(row: WorkingText) -> Working:
    return Working(row.path, text_of(row.content), row.base, row.sitting, row.saved_at)


def keep(
    office: Office, actor: Actor, draft: Draft, path: str, text: str, base: str, sitting: uuid.UUID
) -> dt.datetime | None:
    """Keep *text* as what *actor* is writing at *path*; returns when. ``None``: it says what the draft says, so that
    nothing is left to keep.

    Raises ``NotFound``; ``Conflict("working-elsewhere")`` where another sitting has a text kept that this one has not
    taken over; ``Refused``: ``working-long``, ``working-many``.
    """
    here = page(draft, path)
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    if len(data) > MAX_PAGE_BYTES:
        raise Refused("working-long", limit=MAX_PAGE_BYTES // 1024)
    course_id = draft.row.id
    says_nothing_new = data.decode().rstrip() == here.text.rstrip()
    with office.transaction():
        course_row(office, actor, course_id, lock=True)
        row = office.session.get(WorkingText, (course_id, here.path, actor.person_id), populate_existing=True)
        if row is not None and row.sitting != sitting:
            raise Conflict("working-elsewhere", at=row.saved_at)
        if says_nothing_new:
            forget(office, actor, course_id, here.path, sitting)
            return None
        if row is None:
            if _count(office, actor, course_id) >= MOST:
                raise Refused("working-many", most=MOST)
            row = WorkingText(course_id=course_id, path=here.path, person_id=actor.person_id, sitting=sitting)
            office.session.add(row)
        row.content, row.base, row.saved_at = data, base[:32], office.now()
    return row.saved_at


def _count(office: Office, actor: Actor, course_id: str) -> int:
    counted = office.session.scalar(
        select(func.count())
        .select_from(WorkingText)
        .where(WorkingText.course_id == course_id, WorkingText.person_id == actor.person_id)
    )
    return counted or 0


def forget(office: Office, actor: Actor, course_id: str, path: str, sitting: uuid.UUID) -> None:
    """Let go of what *sitting* kept; what another one did stays. Inside ``office.transaction()``."""
    office.session.execute(
        delete(WorkingText).where(
            WorkingText.course_id == course_id,
            WorkingText.path == path,
            WorkingText.person_id == actor.person_id,
            WorkingText.sitting == sitting,
        )
    )


def take_over(office: Office, actor: Actor, course_id: str, path: str) -> Working:
    """Go on with what *actor* wrote at *path*, in a sitting of its own: the window it came from writes no more.

    Raises ``NotFound``.
    """
    with office.transaction():
        row = _mine(office, actor, course_id, path)
        row.sitting = uuid7()
    return _seen(row)


def throw_away(office: Office, actor: Actor, course_id: str, path: str) -> None:
    """Let go of what *actor* wrote at *path* and did not save. Raises ``NotFound``."""
    with office.transaction():
        office.session.delete(_mine(office, actor, course_id, path))


def _mine(office: Office, actor: Actor, course_id: str, path: str) -> WorkingText:
    course_row(office, actor, course_id)
    row = office.session.get(WorkingText, (course_id, path, actor.person_id), populate_existing=True)
    if row is None:
        raise NotFound("working text")
    return row


def sweep_working(office: Office) -> int:
    """Let go of what nobody came back to for ``DAYS`` days; returns how much it was."""
    before = office.now() - dt.timedelta(days=DAYS)
    if office.session.scalar(select(WorkingText.path).where(WorkingText.saved_at < before).limit(1)) is None:
        return 0  # most rounds of the worker: nobody waits for a lock
    with office.transaction():
        gone = office.session.execute(
            delete(WorkingText).where(WorkingText.saved_at < before).returning(WorkingText.path)
        ).all()
    return len(gone)
