"""Badges: each certificate as an Open Badges 3.0 credential, who vouches for it, and the lists of those withdrawn.

What is published here is for software of others: the identity of the platform with the keys of every generation, and
lists of bits in which a revoked or replaced certificate is found by its place. Both are the same for everyone who asks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import func, or_, select

from app.records.certificates import Certificate, CertificateFile
from app.rules.errors import NotFound, Refused
from app.services import register
from app.services.keyring import Keys
from app.services.office import Office
from certificates import badge, proof
from certificates.facts import Facts
from certificates.tagging import Attachment

FORM = "credential"
"""the badge among the stored forms of a certificate"""

MEDIA_TYPE = badge.MEDIA_TYPE

FRESH = dt.timedelta(minutes=5)
"""how long a list of status may be kept before it is asked for again"""
STANDS = dt.timedelta(days=2)
"""how long from the beginning of its day a list of status stands: one taken along serves for a day at least"""

TRIES = 12
"""places drawn in the newest list before the next one is begun: with half of it taken, one time in 4,096"""


def new_index(office: Office) -> int:
    """A place that no certificate has, drawn by lot in the newest list of status; when that is filling up, in the next.

    By lot, so that a place says nothing of who was certified before whom, and two that are issued at once differ.
    """
    newest = office.session.scalar(select(func.max(Certificate.status_index))) or 0
    first = newest - newest % badge.LIST_SIZE
    for _try in range(TRIES):
        index = first + secrets.randbelow(badge.LIST_SIZE)
        if not office.session.scalar(select(Certificate.id).where(Certificate.status_index == index)):
            return index
    return first + badge.LIST_SIZE + secrets.randbelow(badge.LIST_SIZE)


def stored(office: Office, row: Certificate) -> bytes | None:
    """The badge of *row*, if it has been made."""
    file = office.session.get(CertificateFile, (row.id, FORM))
    return file.content if file else None


def made(office: Office, row: Certificate, stated: Facts) -> bytes:
    """The badge of *row*: the one that was made, or now, once for all. Call inside a transaction with the row locked.

    Raises ``Refused("certificate-keys-missing")``.
    """
    known = stored(office, row)
    if known is not None:
        return known
    url, now = office.settings.public_url, office.now()
    document = badge.credential(stated, url, row.status_index)
    content = proof.written(proof.prove(document, url, _keys(office).signing, now))
    digest = hashlib.sha256(content).hexdigest()
    office.session.add(
        CertificateFile(certificate_id=row.id, form=FORM, content=content, sha256=digest, made_at=now),
    )
    register.enter(office, "sheet", row.serial, row.facts_sha256, {"form": FORM, "sha256": digest})
    return content


def attachment(office: Office, row: Certificate, stated: Facts) -> Attachment:
    """The badge of *row* as a file inside its PDF. As :func:`made`."""
    return Attachment(badge.FILE, MEDIA_TYPE, made(office, row, stated), "Open Badges 3.0")


def identity(office: Office) -> bytes:
    """Who vouches for our badges, and by which keys: the DID document of the platform. Raises ``Refused``."""
    return proof.written(proof.identity(office.settings.public_url, _keys(office).public))


def status_list(office: Office, number: int) -> bytes:
    """The list of status with this *number*, signed. Raises ``NotFound`` for one that was not begun, and ``Refused``.

    Two that ask on one day get the same bytes, unless something was withdrawn meanwhile.
    """
    newest = office.session.scalar(select(func.max(Certificate.status_index)))
    if newest is None or not 1 <= number <= badge.list_of(newest):
        raise NotFound("status")
    first = (number - 1) * badge.LIST_SIZE
    withdrawn = office.session.execute(
        select(Certificate.status_index, Certificate.revoked_at, Certificate.superseded_at).where(
            Certificate.status_index.between(first, first + badge.LIST_SIZE - 1),
            or_(Certificate.revoked_at.is_not(None), Certificate.superseded_at.is_not(None)),
        )
    ).all()
    today = office.now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = max([today, *(moment for _index, *moments in withdrawn for moment in moments if moment)])
    url = office.settings.public_url
    document = badge.status_list(url, number, [index for index, *_ in withdrawn], since, today + STANDS, FRESH)
    return proof.written(proof.prove(document, url, _keys(office).signing, since))


def _keys(office: Office) -> Keys:
    if office.settings.keys is None:
        raise Refused("certificate-keys-missing")
    return office.settings.keys
