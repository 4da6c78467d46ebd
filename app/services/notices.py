"""Messages to people: queued in the transaction of their reason, sent by the worker at least once, under one id."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, not_, or_, select, update

from app.records.audit import Notice
from app.records.people import Person
from app.rules.errors import NotFound
from app.services import audit
from app.services.office import Actor, Office

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 12


def queue(office: Office, person: Person, dedup_key: str, subject: str, body: str) -> None:
    """Queue one message to *person*; a second one with the same key is the same message."""
    known = office.session.scalar(select(Notice.id).where(Notice.dedup_key == dedup_key))
    if known is None:
        now = office.now()
        office.session.add(
            Notice(person=person, dedup_key=dedup_key, subject=subject, body=body, created_at=now, run_at=now)
        )


def send_due(office: Office, most: int = 20) -> int:
    """Send what is due and return how many went out. Without a mailer nothing is taken from the queue.

    Rows are leased first, in one statement, so that several workers share the work and a killed one loses nothing.
    """
    if office.mailer is None:
        return 0
    now = office.now()
    with office.transaction():
        due = (
            select(Notice.id)
            .where(Notice.sent_at.is_(None), Notice.run_at <= now, Notice.attempts < MOST_ATTEMPTS)
            .where(or_(Notice.lease_until.is_(None), Notice.lease_until < now))
            .order_by(Notice.run_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        ids = list(office.session.scalars(due))
        office.session.execute(
            update(Notice).where(Notice.id.in_(ids)).values(lease_until=now + LEASE, attempts=Notice.attempts + 1)
        )
    sent = 0
    for notice in office.session.scalars(select(Notice).where(Notice.id.in_(ids))).all():
        error = ""
        try:
            office.mailer.send(notice.person.email, notice.subject, notice.body, f"<{notice.id}@paso-seguro>")
        except OSError as problem:
            error = str(problem)[:300]
            logger.warning("notice %s not sent: %s", notice.id, problem)
        with office.transaction():
            wait = dt.timedelta(minutes=2 ** min(notice.attempts, 10))
            done: dict[str, object] = {"sent_at": office.now()} if not error else {"run_at": office.now() + wait}
            if not error and notice.dedup_key.startswith("link/"):
                # of a link that opens an account we keep the hash only, in the database and its copies
                done["body"] = ""
            office.session.execute(
                update(Notice).where(Notice.id == notice.id).values(lease_until=None, error=error, **done)
            )
        sent += not error
    return sent


# For administrators ---------------------------------------------------------------------------------------------------


State = Literal["waiting", "failed", "sent"]


@dataclass(frozen=True)
class Shown:
    """A message as administrators see it: never its text, which may hold a link that opens the recipient's account."""

    id: uuid.UUID
    to: str
    email: str
    language: str
    """of the message, which is the recipient's"""
    subject: str
    state: State
    created_at: dt.datetime
    run_at: dt.datetime
    sent_at: dt.datetime | None
    attempts: int
    error: str


@dataclass(frozen=True)
class Page:
    """One page of messages, the newest first."""

    notices: list[Shown]
    number: int
    more: bool


def listed(office: Office, actor: Actor, state: str = "", page: int = 1, size: int = 50) -> Page:
    """Messages, all or those in one state. For administrators."""
    actor.paths("administer")
    query = select(Notice).order_by(Notice.created_at.desc(), Notice.id.desc())
    if state:
        query = query.where(in_state(state))
    number = min(max(1, page), 2000)
    rows = list(office.session.scalars(query.offset((number - 1) * size).limit(size + 1)).unique())
    return Page([_shown(row) for row in rows[:size]], number, len(rows) > size)


def in_state(state: str) -> ColumnElement[bool]:
    """The condition that a notice is "sent", "failed" (given up after :data:`MOST_ATTEMPTS`) or "waiting"."""
    if state == "sent":
        return Notice.sent_at.is_not(None)
    given_up = Notice.attempts >= MOST_ATTEMPTS
    return and_(Notice.sent_at.is_(None), given_up if state == "failed" else not_(given_up))


def _shown(row: Notice) -> Shown:
    state: State = "sent" if row.sent_at else "failed" if row.attempts >= MOST_ATTEMPTS else "waiting"
    return Shown(
        row.id,
        row.person.name,
        row.person.email,
        row.person.language,
        row.subject,
        state,
        row.created_at,
        row.run_at,
        row.sent_at,
        row.attempts,
        row.error,
    )


def retry(office: Office, actor: Actor, notice_id: uuid.UUID) -> None:
    """Let the worker try a message again, at once and as if for the first time. For administrators.

    Raises ``NotFound``, also for one that was sent or is being sent at this moment.
    """
    actor.paths("administer")
    with office.transaction():
        now = office.now()
        again = office.session.execute(
            update(Notice)
            .where(Notice.id == notice_id, Notice.sent_at.is_(None))
            .where(or_(Notice.lease_until.is_(None), Notice.lease_until < now))
            .values(attempts=0, run_at=now, lease_until=None)
        )
        if not again.rowcount:  # type: ignore[attr-defined]
            raise NotFound("notice")
        audit.note(office, actor, "notice.retry", str(notice_id))
