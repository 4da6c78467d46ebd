"""Revoking a certificate: one person asks and says why, another decides.

Nobody revokes alone: a certificate is somebody's work and, at times, their post. Coordinators of the holder's institution
and administrators may ask; an administrator who did not ask decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.records.certificates import Certificate
from app.records.people import Person
from app.rules.errors import Forbidden, Refused
from app.rules.permissions import within
from app.services import audit, certifying, register
from app.services.certifying import Held
from app.services.office import Actor, Office

LONGEST = 500


@dataclass(frozen=True)
class Asked:
    """A request that waits for another person's decision."""

    held: Held
    by: str
    """name of who asked"""
    own: bool
    """whether the one who looks asked it: then somebody else decides"""


def ask(office: Office, actor: Actor, code: str, reason: str) -> None:
    """Ask to revoke the certificate of *code*.

    Raises ``NotFound``; ``Forbidden`` for whoever neither coordinates the holder's institution nor administers; and
    ``Refused``: ``reason-missing``, ``certificate-over`` (revoked already), ``revocation-asked``.
    """
    reason = " ".join(reason.split())[:LONGEST]
    if not reason:
        raise Refused("reason-missing")
    with office.transaction():
        row = _locked(office, actor, code)
        if not within(row.enrolment.institution.path, actor.paths("enrol")):
            raise Forbidden("enrol")
        if row.revoked_at is not None:
            raise Refused("certificate-over")
        if row.revocation_asked_at is not None:
            raise Refused("revocation-asked")
        row.revocation_asked_at, row.revocation_asked_by = office.now(), actor.person_id
        row.revoked_reason = reason
        audit.note(office, actor, "certificate.ask-revoke", row.serial, {"reason": reason}, row.institution_id)


def confirm(office: Office, actor: Actor, code: str) -> None:
    """Revoke it, for ever, as somebody else asked. For administrators.

    Raises ``NotFound``, ``Forbidden``, and ``Refused``: ``revocation-not-asked``, ``revocation-own``.
    """
    actor.paths("administer")
    with office.transaction():
        row = _locked(office, actor, code)
        if row.revoked_at is not None:
            return
        if row.revocation_asked_at is None:
            raise Refused("revocation-not-asked")
        if row.revocation_asked_by == actor.person_id:
            raise Refused("revocation-own")
        row.revoked_at, row.revoked_by = office.now(), actor.person_id
        register.enter(office, "revoke", row.serial, row.facts_sha256)
        detail = {"reason": row.revoked_reason, "asked_by": str(row.revocation_asked_by)}
        audit.note(office, actor, "certificate.revoke", row.serial, detail, row.institution_id)


def decline(office: Office, actor: Actor, code: str) -> None:
    """Leave the certificate as it is. For administrators, and for whoever asked. Raises ``NotFound``, ``Forbidden``,
    ``Refused("revocation-not-asked")``.
    """
    with office.transaction():
        row = _locked(office, actor, code)
        if row.revocation_asked_by != actor.person_id:
            actor.paths("administer")
        if row.revocation_asked_at is None or row.revoked_at is not None:
            raise Refused("revocation-not-asked")
        detail = {"reason": row.revoked_reason, "asked_by": str(row.revocation_asked_by)}
        row.revocation_asked_at = row.revocation_asked_by = None
        row.revoked_reason = ""
        audit.note(office, actor, "certificate.decline-revoke", row.serial, detail, row.institution_id)


def waiting(office: Office, actor: Actor) -> Sequence[Asked]:
    """The requests that wait for a decision, the oldest first. For administrators."""
    actor.paths("administer")
    rows = office.session.scalars(
        select(Certificate)
        .where(Certificate.revocation_asked_at.is_not(None), Certificate.revoked_at.is_(None))
        .order_by(Certificate.revocation_asked_at)
    )
    return [_asked(office, actor, certifying.held(office, row)) for row in rows]


def asked(office: Office, actor: Actor, held: Held) -> Asked | None:
    """The request about one certificate, if there is one that waits."""
    if held.row.revocation_asked_at is None or held.row.revoked_at is not None:
        return None
    return _asked(office, actor, held)


def _asked(office: Office, actor: Actor, held: Held) -> Asked:
    person = office.session.get(Person, held.row.revocation_asked_by)
    return Asked(held, person.name if person else "", held.row.revocation_asked_by == actor.person_id)


def _locked(office: Office, actor: Actor, code: str) -> Certificate:
    row = certifying.for_actor(office, actor, code)
    return office.session.scalars(select(Certificate).where(Certificate.id == row.id).with_for_update()).one()
