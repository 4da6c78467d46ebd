"""What we asked and wait to be answered: once, for a few minutes, whichever web process takes the answer."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import delete

from app.records.secondstep import Challenge
from app.services.office import Office, token_hash

LASTS = dt.timedelta(minutes=10)


def put(office: Office, purpose: str, handle: str, value: str = "", person_id: uuid.UUID | None = None) -> None:
    """Keep that *handle* was asked for *purpose*, with what is needed when the answer comes."""
    with office.transaction():
        office.session.add(
            Challenge(
                handle=token_hash(handle),
                purpose=purpose,
                person_id=person_id,
                value=value,
                expires_at=office.now() + LASTS,
            )
        )


def take(office: Office, purpose: str, handle: str, person_id: uuid.UUID | None = None) -> str | None:
    """The value kept under *handle*, which is used up whatever becomes of the answer; ``None`` if nothing was asked, if it
    was answered before, is too long ago, or was asked of somebody else.
    """
    asked = (Challenge.handle == token_hash(handle)) & (Challenge.purpose == purpose)
    with office.transaction():
        row = office.session.execute(
            delete(Challenge).where(asked).returning(Challenge.value, Challenge.person_id, Challenge.expires_at)
        ).one_or_none()
    if row is None or row.person_id != person_id or row.expires_at <= office.now():
        return None
    return str(row.value)


def sweep(office: Office) -> None:
    """Forget what nobody answered."""
    with office.transaction():
        office.session.execute(delete(Challenge).where(Challenge.expires_at <= office.now()))
