"""What trainers sent and have still to decide about: kept on the server, so that nothing is sent twice or trusted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from app.records.editions import HeldUpload
from app.rules.errors import NotFound
from app.services.office import Actor, Office
from app.services.publishing.drafts import course_row

KEPT = dt.timedelta(days=14)
MOST = 5
"""of one person, the newest: each may be as large as a course"""
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Held:
    """An upload that is kept. ``content`` is empty once it is done, and in a list."""

    id: uuid.UUID
    name: str
    size: int
    sent_at: dt.datetime
    done_at: dt.datetime | None
    wishes: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    content: bytes = b""

    @property
    def done(self) -> bool:
        return self.done_at is not None

    @property
    def until(self) -> dt.datetime:
        """When it is thrown away."""
        return self.sent_at + KEPT


def hold(
    office: Office, actor: Actor, course_id: str, purpose: str, name: str, content: bytes, wishes: dict[str, Any]
) -> Held:
    """Keep *content* for its sender to decide about; what is older than ``KEPT``, or too many, goes. Raises
    ``NotFound``.
    """
    course_row(office, actor, course_id)
    with office.transaction():
        office.session.execute(delete(HeldUpload).where(HeldUpload.sent_at < office.now() - KEPT))
        mine = select(HeldUpload.id).where(HeldUpload.person_id == actor.person_id)
        old = office.session.scalars(mine.order_by(HeldUpload.sent_at.desc(), HeldUpload.id.desc())).all()[MOST - 1 :]
        if old:
            office.session.execute(delete(HeldUpload).where(HeldUpload.id.in_(old)))
        row = HeldUpload(
            course_id=course_id,
            person_id=actor.person_id,
            purpose=purpose,
            name=_base_name(name),
            wishes=wishes,
            content=content,
            size=len(content),
            sent_at=office.now(),
            outcome={},
        )
        office.session.add(row)
        office.session.flush()
    return _held(row, content)


def _base_name(name: str) -> str:
    printable = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return printable[:_LONGEST_NAME] or "?"


def held(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID, purpose: str) -> Held:
    """What *actor* sent for a course. Raises ``NotFound``, also for what another person sent."""
    row = _row(office, actor, course_id, upload_id)
    if row.purpose != purpose:
        raise NotFound("upload")
    return _held(row, row.content)


def waiting(office: Office, actor: Actor, course_id: str, purpose: str) -> list[Held]:
    """What *actor* sent for a course and has not decided about, the newest first. Raises ``NotFound``."""
    course_row(office, actor, course_id)
    rows = office.session.scalars(
        select(HeldUpload)
        .where(
            HeldUpload.course_id == course_id,
            HeldUpload.person_id == actor.person_id,
            HeldUpload.purpose == purpose,
            HeldUpload.done_at.is_(None),
            HeldUpload.sent_at >= office.now() - KEPT,
        )
        .order_by(HeldUpload.sent_at.desc(), HeldUpload.id.desc())
    )
    return [_held(row, b"") for row in rows]


def change(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID, wishes: dict[str, Any]) -> None:
    """Keep other *wishes* with an upload. Raises ``NotFound``, also for one that is done."""
    with office.transaction():
        row = _row(office, actor, course_id, upload_id)
        if row.done_at is not None:
            raise NotFound("upload")
        row.wishes = wishes


def finish(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID, outcome: dict[str, Any]) -> None:
    """Note what was done with an upload and let go of its bytes. Inside ``office.transaction()``."""
    row = _row(office, actor, course_id, upload_id)
    row.done_at, row.outcome, row.content = office.now(), outcome, b""


def drop(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID) -> None:
    """Throw an upload away. Raises ``NotFound``."""
    with office.transaction():
        office.session.delete(_row(office, actor, course_id, upload_id))


def _row(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID) -> HeldUpload:
    course_row(office, actor, course_id)
    row = office.session.scalar(
        select(HeldUpload)
        .where(
            HeldUpload.id == upload_id,
            HeldUpload.course_id == course_id,
            HeldUpload.person_id == actor.person_id,
            HeldUpload.sent_at >= office.now() - KEPT,
        )
        .options(undefer(HeldUpload.content))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("upload")
    return row


def _held(row: HeldUpload, content: bytes) -> Held:
    return Held(row.id, row.name, row.size, row.sent_at, row.done_at, row.wishes, row.outcome, content)
