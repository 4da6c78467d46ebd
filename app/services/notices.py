"""Messages to people: queued in the transaction of their reason, sent by the worker, each at least once and under one id."""

from __future__ import annotations

import datetime as dt
import logging

from sqlalchemy import or_, select, update

from app.records.audit import Notice
from app.records.people import Person
from app.services.office import Office

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
            done = {"sent_at": office.now()} if not error else {"run_at": office.now() + wait}
            office.session.execute(
                update(Notice).where(Notice.id == notice.id).values(lease_until=None, error=error, **done)
            )
        sent += not error
    return sent
