"""Extra time for an officer's exams: granted with a reason, by name; told to the officer; never less than was begun with."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import ExamRule
from app.records.examining import Accommodation
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules.errors import NotFound, Refused
from app.rules.invigilation import MOST_MINUTES, MOST_PERCENT, extra_minutes
from app.services import audit, examiners, learning, notices
from app.services.office import Actor, Office
from app.services.shelf import course_of
from app.services.wording import translator


def active(office: Office, enrolment_id: uuid.UUID) -> Accommodation | None:
    """The grant that counts for an enrolment now."""
    return office.session.scalar(
        select(Accommodation)
        .where(Accommodation.enrolment_id == enrolment_id, Accommodation.withdrawn_at.is_(None))
        .options(joinedload(Accommodation.granter))
        .order_by(Accommodation.granted_at.desc(), Accommodation.id.desc())
        .limit(1)
    )


def history(office: Office, enrolment_id: uuid.UUID) -> list[Accommodation]:
    """Every grant of an enrolment, the newest first."""
    rows = office.session.scalars(
        select(Accommodation)
        .where(Accommodation.enrolment_id == enrolment_id)
        .options(joinedload(Accommodation.granter), joinedload(Accommodation.withdrawer))
        .order_by(Accommodation.granted_at.desc(), Accommodation.id.desc())
    )
    return list(rows)


def minutes_of(grant: Accommodation | None, rule: ExamRule) -> int:
    """The minutes that *grant* adds to an exam under *rule*."""
    return extra_minutes(rule.minutes, grant.percent, grant.minutes) if grant is not None else 0


def grant(
    office: Office, actor: Actor, enrolment_id: uuid.UUID, percent: int | None, minutes: int | None, reason: str
) -> Accommodation:
    """Grant an officer extra time for the exams of an enrolment: *percent* of the exam's time, or *minutes*.

    It takes the place of an earlier grant. An exam that is running gets the time too, where that is more than it has.
    The same grant again (a double click) is the one there is. Raises ``NotFound``, ``Refused``: ``exam-own``,
    ``accommodation-amount`` (none, both, or too much), ``reason-missing``, ``reason-long``.
    """
    with office.transaction():
        enrolment = examiners.officer(office, actor, enrolment_id)
        examiners.other(actor, enrolment)
        if (percent is None) == (minutes is None):
            raise Refused("accommodation-amount", field="amount", percent=MOST_PERCENT, minutes=MOST_MINUTES)
        if not (1 <= percent <= MOST_PERCENT if percent is not None else 1 <= (minutes or 0) <= MOST_MINUTES):
            raise Refused("accommodation-amount", field="amount", percent=MOST_PERCENT, minutes=MOST_MINUTES)
        reason = examiners.reason_of(reason)
        learning.lock(office, enrolment.id)
        before = active(office, enrolment.id)
        if before is not None:
            if (before.percent, before.minutes, before.reason) == (percent, minutes, reason):
                return before
            before.withdrawn_by, before.withdrawn_at = actor.person_id, office.now()
        row = Accommodation(
            enrolment_id=enrolment.id,
            percent=percent,
            minutes=minutes,
            reason=reason,
            granted_by=actor.person_id,
            granted_at=office.now(),
        )
        office.session.add(row)
        office.session.flush()
        _lengthen(office, enrolment, row)
        detail = {"percent": percent, "minutes": minutes, "reason": reason}
        audit.note(office, actor, "exam.time-grant", str(enrolment.id), detail, enrolment.institution_id)
        _tell(office, enrolment, row, given=True)
        return row


def _lengthen(office: Office, enrolment: Enrolment, row: Accommodation) -> None:
    """Give an exam that is running the time of *row*, if that is more than it has."""
    attempt = office.session.scalar(
        select(Attempt).where(
            Attempt.enrolment_id == enrolment.id,
            Attempt.kind == "exam",
            Attempt.closed_at.is_(None),
            Attempt.deadline_at.is_not(None),
        )
    )
    if attempt is None or attempt.deadline_at is None:
        return
    rule = course_of(office, attempt.edition_id).completion.exam
    extra = minutes_of(row, rule) if rule is not None else 0
    if extra > attempt.extra_minutes:
        attempt.deadline_at += dt.timedelta(minutes=extra - attempt.extra_minutes)
        attempt.extra_minutes = extra


def withdraw(office: Office, actor: Actor, enrolment_id: uuid.UUID, grant_id: uuid.UUID, reason: str) -> Accommodation:
    """Take a grant back for exams still to come; one that is running keeps its time. Twice is once.

    Raises ``NotFound``, ``Refused``: ``exam-own``, ``reason-missing``, ``reason-long``.
    """
    with office.transaction():
        enrolment = examiners.officer(office, actor, enrolment_id)
        examiners.other(actor, enrolment)
        learning.lock(office, enrolment.id)
        row = office.session.get(Accommodation, grant_id, populate_existing=True)
        if row is None or row.enrolment_id != enrolment.id:
            raise NotFound("accommodation")
        if row.withdrawn_at is not None:
            return row
        row.withdrawn_reason = examiners.reason_of(reason)
        row.withdrawn_by, row.withdrawn_at = actor.person_id, office.now()
        detail = {"percent": row.percent, "minutes": row.minutes, "reason": row.withdrawn_reason}
        audit.note(office, actor, "exam.time-withdraw", str(enrolment.id), detail, enrolment.institution_id)
        _tell(office, enrolment, row, given=False)
        return row


def _tell(office: Office, enrolment: Enrolment, row: Accommodation, *, given: bool) -> None:
    person = enrolment.person
    _ = translator(person.language)
    if row.percent is not None:
        amount = _("%(percent)s%% of the time of the exam") % {"percent": row.percent}
    else:
        amount = _("%(minutes)s minutes") % {"minutes": row.minutes}
    values = {"name": person.name, "course": enrolment.course.title(person.language), "amount": amount}
    values["url"] = f"{office.settings.public_url}/learn/{enrolment.course_id}/exam"
    if given:
        subject = _("Extra time for your exam")
        body = _(
            "Hello %(name)s,\n\nFor the final exam of the course “%(course)s” you have been granted extra time: "
            "%(amount)s. The exam's page shows it before you begin:\n\n%(url)s"
        )
    else:
        subject = _("Extra time for your exam: withdrawn")
        body = _(
            "Hello %(name)s,\n\nThe extra time for the final exam of the course “%(course)s” (%(amount)s) was withdrawn "
            "for exams that you have not begun. If this surprises you, speak with your trainer or coordinator.\n\n%(url)s"
        )
    notices.queue(office, person, f"exam-time/{row.id}/{'given' if given else 'withdrawn'}", subject, body % values)
