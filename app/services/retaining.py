"""What is kept for a while only, and what is due to go (settings ``PASO_KEEP_…``). The worker calls :func:`sweep`.

Accounts are not among it: those that nobody used are listed for an administrator (:func:`app.services.erasing.inactive`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from app.records.audit import AuditEntry, Notice, Sighting
from app.records.people import AccessToken, SignIn, Throttle
from app.services import audit, sightings
from app.services.office import Office

EVERY = dt.timedelta(hours=6)
"""how often the worker looks"""

FORGETTING = (*sightings.PERSONAL, *sightings.LISTS, "export.share")
"""entries of the log whose private part (whose record, for what purpose) goes after a while; reasons of decisions stay
until the person is erased
"""


@dataclass(frozen=True)
class Due:
    """How much is over, by kind."""

    sign_ins: int
    links: int
    notices: int
    views: int
    tries: int

    @property
    def total(self) -> int:
        return self.sign_ins + self.links + self.notices + self.views + self.tries


def due(office: Office) -> Due:
    """How much is over now; nothing is changed."""

    def count(table: type, which: ColumnElement[bool] | None) -> int:
        if which is None:
            return 0
        return office.session.scalar(select(func.count()).select_from(table).where(which)) or 0

    return Due(
        sign_ins=count(SignIn, _old_sign_ins(office)),
        links=count(AccessToken, _old_links(office)),
        notices=count(Notice, _old_notices(office)),
        views=count(AuditEntry, _old_views(office)),
        tries=count(Throttle, Throttle.window_end <= office.now()),
    )


def sweep(office: Office) -> Due:
    """Remove what is over; returns how much it was."""
    found = due(office)
    if not found.total:
        return found
    with office.transaction():
        run = office.session.execute
        for table, which in ((SignIn, _old_sign_ins(office)), (AccessToken, _old_links(office))):
            if which is not None:
                run(delete(table).where(which).execution_options(synchronize_session=False))
        notices = _old_notices(office)
        if notices is not None:
            run(update(Notice).where(notices).values(body="").execution_options(synchronize_session=False))
        views = _old_views(office)
        if views is not None:
            audit.blank(office, views)
            run(delete(Sighting).where(Sighting.at < _before(office, office.settings.keep.views)))
        run(delete(Throttle).where(Throttle.window_end <= office.now()))
    return found


_last: dict[str, dt.datetime] = {}
"""when this process swept each database last"""


def sweep_sometimes(office: Office) -> int:
    """:func:`sweep`, if it is time again; returns how much went."""
    place, now = str(office.session.get_bind().engine.url), office.now()
    if place in _last and _last[place] <= now < _last[place] + EVERY:
        return 0
    _last[place] = now
    return sweep(office).total


def _before(office: Office, days: int) -> dt.datetime:
    return office.now() - dt.timedelta(days=days)


def _old_sign_ins(office: Office) -> ColumnElement[bool] | None:
    days = office.settings.keep.sign_ins
    return SignIn.seen_at < _before(office, days) if days else None


def _old_links(office: Office) -> ColumnElement[bool] | None:
    days = office.settings.keep.links
    if not days:
        return None
    before = _before(office, days)
    return or_(AccessToken.used_at < before, AccessToken.expires_at < before)


def _old_notices(office: Office) -> ColumnElement[bool] | None:
    days = office.settings.keep.notices
    return and_(Notice.sent_at < _before(office, days), Notice.body != "") if days else None


def _old_views(office: Office) -> ColumnElement[bool] | None:
    days = office.settings.keep.views
    if not days:
        return None
    return and_(AuditEntry.action.in_(FORGETTING), AuditEntry.at < _before(office, days), AuditEntry.salt.is_not(None))
