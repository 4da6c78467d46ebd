"""Renewing a certificate: a trainer signs that the officer followed a refresher, and a new one replaces the old.

What was completed, and when, stays what it was; the day of the refresher and the new last day are added (CURRICULUM C14:
eight hours within three years: changes of law, four critical scenarios, psychological first aid).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.records.certificates import Certificate
from app.records.learning import Enrolment, Refresher
from app.rules.errors import NotFound, Refused
from app.services import audit, certifying, learning, notices, practice, register
from app.services.learning import Study
from app.services.office import Actor, Office
from app.services.wording import translator
from certificates.facts import FactsRefused

LEAST_HOURS = 8.0
MOST_HOURS = 80.0
MOST_PLACE = 120
MOST_COVERED = 2000


@dataclass(frozen=True)
class Desk:
    """What a trainer sees before signing."""

    study: Study
    held: certifying.Held | None
    """the certificate that would be renewed; ``None`` if there is none to renew"""
    months: int
    """for how long the new one is valid"""
    past: Sequence[Refresher]
    """refreshers so far, the newest first"""
    own: bool
    today: dt.date
    """in the trainer's time zone"""


def desk(office: Office, actor: Actor, enrolment_id: uuid.UUID) -> Desk:
    """The refreshers of an officer whom *actor* accompanies. Raises ``NotFound``."""
    row = practice.enrolment_of(office, actor, enrolment_id)
    study = learning.study_of(office, row)
    current = _current(office, row)
    past = office.session.scalars(
        select(Refresher)
        .where(Refresher.enrolment_id == row.id)
        .options(joinedload(Refresher.signer))
        .order_by(Refresher.held_on.desc(), Refresher.id.desc())
    ).all()
    return Desk(
        study,
        certifying.held(office, current) if current is not None else None,
        study.course.certificate.valid_months,
        past,
        row.person_id == actor.person_id,
        office.now().astimezone(ZoneInfo(actor.time_zone)).date(),
    )


def renew(
    office: Office,
    actor: Actor,
    enrolment_id: uuid.UUID,
    held_on: dt.date,
    hours: float,
    place: str,
    covered: str,
) -> Certificate:
    """Enter a refresher and issue the certificate that replaces the officer's; they are told.

    Signing the same day again gives the certificate there is. Raises ``NotFound``, and ``Refused``: ``practice-own``,
    ``renewal-nothing`` (no certificate that expires), ``practice-future``, ``renewal-early`` (before the last one),
    ``renewal-hours``, ``practice-place``, ``practice-long``, ``renewal-covered``, and what cannot be printed.
    """
    place, covered = " ".join(place.split()), covered.strip()
    with office.transaction():
        found = desk(office, actor, enrolment_id)
        enrolment = learning.lock(office, enrolment_id)
        old = _current(office, enrolment)
        if found.own:
            raise Refused("practice-own")
        if old is None or old.expires_on is None or not found.months:
            raise Refused("renewal-nothing")
        if held_on > found.today:
            raise Refused("practice-future")
        stated = certifying.held(office, old).facts
        if stated.refreshed == held_on:
            return old
        if held_on <= (stated.refreshed or stated.completed):
            raise Refused("renewal-early")
        if not LEAST_HOURS <= hours <= MOST_HOURS:
            raise Refused("renewal-hours", least=f"{LEAST_HOURS:g}")
        if not place:
            raise Refused("practice-place")
        if not covered:
            raise Refused("renewal-covered")
        if len(place) > MOST_PLACE or len(covered) > MOST_COVERED:
            raise Refused("practice-long")
        today = max(office.now().date(), held_on)
        try:
            renewed = replace(
                stated,
                serial=certifying.new_serial(office),
                issued=today,
                refreshed=held_on,
                expires=certifying.add_months(held_on, found.months),
            )
        except FactsRefused as no:
            raise Refused(f"certificate-{no.code}", **no.values) from no
        row = certifying.keep(office, enrolment, renewed, issue_number=old.issue + 1)
        old.superseded_at = office.now()
        register.enter(office, "replace", old.serial, old.facts_sha256, {"by": row.serial})
        refresher = Refresher(
            enrolment_id=enrolment.id,
            held_on=held_on,
            hours=hours,
            place=place,
            covered=covered,
            renews=old.id,
            certificate_id=row.id,
            signed_by=actor.person_id,
            signed_at=office.now(),
        )
        office.session.add(refresher)
        detail = {"renews": old.serial, "held_on": held_on.isoformat(), "hours": hours}
        audit.note(office, actor, "certificate.renew", row.serial, detail, enrolment.institution_id)
        _tell(office, enrolment, row, stated.course[stated.language])
        return row


def _current(office: Office, enrolment: Enrolment) -> Certificate | None:
    """The certificate of completion that stands, revoked ones left out."""
    return office.session.scalar(
        select(Certificate)
        .where(
            Certificate.enrolment_id == enrolment.id,
            Certificate.kind == "completion",
            Certificate.superseded_at.is_(None),
            Certificate.revoked_at.is_(None),
            Certificate.erased_at.is_(None),
        )
        .order_by(Certificate.issue.desc())
    )


def _tell(office: Office, enrolment: Enrolment, row: Certificate, course: str) -> None:
    person = enrolment.person
    _ = translator(person.language)
    body = _(
        "Hello %(name)s,\n\nYour certificate for the course “%(course)s” has been renewed. Its new code is %(code)s; the "
        "old code is answered as replaced.\n\nYou can download it here:\n\n%(url)s"
    ) % {
        "name": person.name,
        "course": course,
        "code": row.serial,
        "url": f"{office.settings.public_url}/learn/certificates/",
    }
    notices.queue(office, person, f"certificate/{row.serial}", _("Your certificate has been renewed"), body)


__all__ = ["LEAST_HOURS", "Desk", "NotFound", "desk", "renew"]
