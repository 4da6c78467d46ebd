"""Messages to people: queued in the transaction of their reason, sent by the worker at least once, under one id."""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, delete, func, not_, or_, select, update

from app.records.audit import Notice
from app.records.database import insert_many
from app.records.people import AccessToken, Person
from app.rules.errors import NotFound
from app.services import audit
from app.services.office import Actor, MailDown, Office

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 12
BATCH = 20
"""leased together: few enough to be sent, however slowly, before the lease ends"""
_LINK = "link/"
"""the keys of messages that hand over a link end in the hash of its token"""
_REMINDER = "remind/"
REMINDS_FOR = dt.timedelta(days=2)
"""how late a reminder may still leave when the mail server was down"""


def queue(office: Office, person: Person, dedup_key: str, subject: str, body: str) -> None:
    """Queue one message to *person*; a second one with the same key is the same message."""
    known = office.session.scalar(select(Notice.id).where(Notice.dedup_key == dedup_key))
    if known is None:
        now = office.now()
        office.session.add(
            Notice(person=person, dedup_key=dedup_key, subject=subject, body=body, created_at=now, run_at=now)
        )


def queue_many(office: Office, messages: Sequence[tuple[uuid.UUID, str, str, str]]) -> None:
    """Queue a message for each (person, key, subject, text), as :func:`queue` does. Inside ``office.transaction()``."""
    keys = [key for _person, key, _subject, _body in messages]
    known = set(office.session.scalars(select(Notice.dedup_key).where(Notice.dedup_key.in_(keys))))
    now = office.now()
    rows = {
        key: {
            "person_id": person,
            "dedup_key": key,
            "subject": subject,
            "body": body,
            "created_at": now,
            "run_at": now,
        }
        for person, key, subject, body in messages
        if key not in known
    }
    insert_many(office.session, Notice, list(rows.values()))


def forget(office: Office, prefix: str) -> None:
    """Throw away the messages whose key begins with *prefix* and that have not left. Inside ``office.transaction()``."""
    waits = (Notice.sent_at.is_(None), Notice.dedup_key.startswith(prefix, autoescape=True))
    office.session.execute(delete(Notice).where(*waits))


# Delivering -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivery:
    """What one delivery did."""

    sent: int = 0
    failed: int = 0
    """could not be sent this time; they are tried again, until :data:`MOST_ATTEMPTS`"""
    lapsed: int = 0
    """thrown away: the link in them no longer opens anything"""
    down: str = ""
    """why the mail server took nothing at all"""

    def __add__(self, other: Delivery) -> Delivery:
        return Delivery(
            self.sent + other.sent,
            self.failed + other.failed,
            self.lapsed + other.lapsed,
            self.down or other.down,
        )


def deliver(office: Office, seconds: float = math.inf) -> Delivery:
    """Send everything that is due, for at most about *seconds*. Without a mailer nothing is taken from the queue.

    When the server cannot be reached, it ends at once: what waits stays as it was, and only the message that found it
    out has been tried.
    """
    if office.mailer is None:
        return Delivery()
    until = time.monotonic() + seconds
    done = Delivery()
    try:
        while not done.down:
            batch = _leased(office)
            if not batch:
                break
            done += _send(office, batch, until)
            if time.monotonic() >= until:
                break
    finally:
        office.mailer.close()
    return done


def send_due(office: Office) -> int:
    """:func:`deliver`, and how many messages went out."""
    return deliver(office).sent


def _leased(office: Office) -> list[uuid.UUID]:
    """The next messages that are due, leased in one statement: several workers share the work and a killed one loses
    nothing.
    """
    now = office.now()
    with office.transaction():
        due = (
            select(Notice.id)
            .where(Notice.sent_at.is_(None), Notice.run_at <= now, Notice.attempts < MOST_ATTEMPTS)
            .where(or_(Notice.lease_until.is_(None), Notice.lease_until < now))
            .order_by(Notice.run_at, Notice.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        ids = list(office.session.scalars(due))
        office.session.execute(update(Notice).where(Notice.id.in_(ids)).values(lease_until=now + LEASE))
    return ids


def _send(office: Office, ids: list[uuid.UUID], until: float) -> Delivery:
    """Try leased messages one by one, each kept as sent in a transaction of its own; what is not reached is let go."""
    assert office.mailer is not None
    done = Delivery()
    for at, notice_id in enumerate(ids):
        notice = office.session.get(Notice, notice_id, populate_existing=True)
        if notice is None:  # thrown away meanwhile, with its link
            continue
        if _over(office, notice):
            with office.transaction():
                office.session.execute(delete(Notice).where(Notice.id == notice_id))
            done += Delivery(lapsed=1)
            continue
        to, subject, body = notice.person.email, notice.subject, notice.body
        key, tries = notice.dedup_key, notice.attempts + 1
        office.session.rollback()  # a slow mail server holds no snapshot of the database open
        error, down = "", ""
        try:
            office.mailer.send(to, subject, body, f"<{notice_id}@paso-seguro>")
        except (OSError, ValueError) as problem:  # the latter: a head that cannot be written, in this message alone
            error = str(problem)[:300] or type(problem).__name__
            down = error if isinstance(problem, MailDown) else ""
            logger.warning("notice %s not sent: %s", notice_id, problem)
        _note(office, notice_id, key, tries, error)
        done += Delivery(sent=not error, failed=bool(error), down=down)
        if down or time.monotonic() >= until:
            with office.transaction():
                rest = update(Notice).where(Notice.id.in_(ids[at + 1 :]), Notice.sent_at.is_(None))
                office.session.execute(rest.values(lease_until=None))
            break
    return done


def _over(office: Office, notice: Notice) -> bool:
    """Whether a message only hands over a link that no longer opens (used, replaced or out of date meanwhile), or reminds
    of what was so some days ago.
    """
    if notice.dedup_key.startswith(_REMINDER):
        return notice.created_at < office.now() - REMINDS_FOR
    if not notice.dedup_key.startswith(_LINK):
        return False
    row = office.session.get(AccessToken, notice.dedup_key.removeprefix(_LINK), populate_existing=True)
    return row is None or row.used_at is not None or row.expires_at <= office.now() or not row.person.active


def _note(office: Office, notice_id: uuid.UUID, key: str, tries: int, error: str) -> None:
    """Keep what became of a try."""
    values: dict[str, object] = {"lease_until": None, "error": error, "attempts": tries}
    if error:
        values["run_at"] = office.now() + dt.timedelta(minutes=2 ** min(tries, 10))
    else:
        values["sent_at"] = office.now()
        if key.startswith(_LINK):
            # of a link that opens an account we keep the hash only, in the database and its copies
            values["body"] = ""
    with office.transaction():
        office.session.execute(update(Notice).where(Notice.id == notice_id).values(**values))


@dataclass(frozen=True)
class Queue:
    """How the outbox stands."""

    waiting: int
    due: int
    """of those waiting, how many may be sent now"""
    given_up: int
    oldest: dt.datetime | None
    """when the oldest that waits was written"""


def standing(office: Office) -> Queue:
    """How many messages wait, are due, were given up."""
    now, waits = office.now(), in_state("waiting")
    due = func.sum(case((Notice.run_at <= now, 1), else_=0))
    row = office.session.execute(select(func.count(), due, func.min(Notice.created_at)).where(waits)).one()
    lost = office.session.scalar(select(func.count()).select_from(Notice).where(in_state("failed")))
    return Queue(row[0], int(row[1] or 0), lost or 0, row[2])


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
