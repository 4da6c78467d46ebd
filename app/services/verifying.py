"""What verifiers need of us: the public keys, the signed list of certificates that ended early, answers to typed codes.

Keys and list are the same for everyone and hold nothing personal: whoever has them verifies without us, and without our
knowing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, or_, select

from app.records.certificates import Certificate
from app.rules.errors import NotFound
from app.services import accounts, certifying
from app.services.keyring import Keys
from app.services.office import Office
from certificates import revocations, serial

LASTS = dt.timedelta(days=7)
"""after which a list that was taken along is old, and whoever verifies with it is told"""

LOOKUPS = 60
"""codes that one address may ask about in a quarter of an hour: a whole post behind one router, but no search for more
"""

Stand = tuple[Any, ...]
_lists: dict[Stand, bytes] = {}
"""the newest list, by what it was made of"""


def public_keys(office: Office) -> dict[str, Any]:
    """What verifies the codes on certificates, for JSON: each key by its id, both in hexadecimal; the day of the newest;
    the fingerprint of the root. Raises ``NotFound`` where there are no keys.
    """
    keys = _keys(office)
    return {
        "version": 1,
        "since": keys.signing.since.isoformat(),
        "root": keys.public.fingerprint,
        "keys": {name.hex(): key.public_bytes_raw().hex() for name, key in keys.public.facts.items()},
    }


def root(office: Office) -> bytes:
    """The root's certificate (PEM). Raises ``NotFound`` where there are no keys."""
    return _keys(office).public.root.public_bytes(Encoding.PEM)


def revoked(office: Office) -> bytes:
    """The signed list of certificates that were replaced or revoked, as it stands.

    It is made anew when one more ended, and else every hour, so that it says how old it is. Every process makes the same
    bytes. Raises ``NotFound`` where there are no keys.
    """
    keys = _keys(office)
    session, now = office.session, office.now()
    ended = or_(Certificate.revoked_at.is_not(None), Certificate.superseded_at.is_not(None))
    newest = func.max(Certificate.revoked_at), func.max(Certificate.superseded_at)
    count, *moments = session.execute(select(func.count(), *newest).where(ended)).one()
    hour = now.replace(minute=0, second=0, microsecond=0)
    stand: Stand = (str(session.get_bind().engine.url), keys.signing.facts_id, hour, count, *moments)
    known = _lists.get(stand)
    if known is None:
        rows = session.execute(
            select(Certificate.serial, Certificate.revoked_at, Certificate.superseded_at).where(ended)
        )
        issued = max([hour, *(moment for moment in moments if moment is not None)])
        known = revocations.encode(
            [
                (serial.Serial(code), "revoked" if revoked_at else "replaced", ended_at.date())
                for code, revoked_at, superseded_at in rows
                if (ended_at := revoked_at or superseded_at) is not None
            ],
            min(issued, now),
            LASTS,
            keys.signing,
        )
        _lists.clear()
        _lists[stand] = known
    return known


def ask(office: Office, text: str, address: str) -> certifying.Verdict:
    """The answer to a code that somebody at *address* typed. Raises ``TooMany``.

    What cannot be a code is answered from its check symbols, without a look at the database. Every other one is counted
    and looked up, in one query, whether it exists or not: who tries codes at random learns nothing, and soon waits.
    """
    try:
        serial.parse(text)
    except serial.SerialMistyped:
        return certifying.verify(office, text)
    accounts.count_try(office, f"verify/{address}", LOOKUPS)
    return certifying.verify(office, text)


def _keys(office: Office) -> Keys:
    if office.settings.keys is None:
        raise NotFound("keys")
    return office.settings.keys
