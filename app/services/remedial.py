"""The last attempt at an exam opens when a trainer has agreed with the officer what to do before it (CURRICULUM C13)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from app.records.examining import RemedialPlan
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules.errors import Refused
from app.rules.invigilation import needs_plan
from app.services import audit, examiners, learning, notices
from app.services.examfile import exam_file
from app.services.office import Actor, Office
from app.services.shelf import course_of
from app.services.wording import translator

MOST_AGREED = 4000


def record(office: Office, actor: Actor, enrolment_id: uuid.UUID, agreed: str) -> RemedialPlan:
    """Record what a trainer and an officer *agreed*: the last attempt opens with it, and the officer is told.

    Recorded again before that attempt, the newer text counts and the older is kept; the same text is the same plan.
    Raises ``NotFound``, ``Refused``: ``exam-own``, ``plan-not-due``, ``reason-missing``, ``reason-long``.
    """
    with office.transaction():
        enrolment = examiners.officer(office, actor, enrolment_id, "hold exams")
        examiners.other(actor, enrolment)
        agreed = examiners.reason_of(agreed, MOST_AGREED, "agreed")
        learning.lock(office, enrolment.id)
        file = exam_file(office, actor, enrolment.id, "hold exams")
        desk = file.desk
        if not file.plan_due:
            raise Refused("plan-not-due")
        if desk.plan is not None and desk.plan.agreed == agreed:
            return desk.plan
        row = RemedialPlan(
            enrolment_id=enrolment.id, agreed=agreed, recorded_by=actor.person_id, recorded_at=office.now()
        )
        office.session.add(row)
        office.session.flush()
        audit.note(office, actor, "exam.plan", str(enrolment.id), {"attempt": desk.used + 1}, enrolment.institution_id)
        _tell(office, actor, enrolment, row)
        return row


def _tell(office: Office, actor: Actor, enrolment: Enrolment, row: RemedialPlan) -> None:
    person = enrolment.person
    _ = translator(person.language)
    body = _(
        "Hello %(name)s,\n\n%(trainer)s has recorded what you agreed on before your last attempt at the final exam of the "
        "course “%(course)s”:\n\n%(agreed)s\n\nThe exam's page says from when you can sit it:\n\n%(url)s"
    ) % {
        "name": person.name,
        "trainer": actor.name,
        "course": enrolment.course.title(person.language),
        "agreed": row.agreed,
        "url": f"{office.settings.public_url}/learn/{enrolment.course_id}/exam",
    }
    notices.queue(office, person, f"exam-plan/{row.id}", _("Your last attempt at the exam"), body)


@dataclass(frozen=True)
class Waiting:
    """An officer whose last attempt waits for a plan."""

    enrolment: Enrolment
    since: dt.datetime
    """when the last attempt was closed"""
    best: int
    """mark, in percent"""


def waiting(office: Office, actor: Actor) -> list[Waiting]:
    """Whom *actor* accompanies as a trainer and whose last attempt waits for a plan, the longest first."""
    sat = (
        select(
            Attempt.enrolment_id,
            func.max(Attempt.closed_at).label("since"),
            func.max(Attempt.mark).label("best"),
            func.count().label("used"),
        )
        .where(Attempt.kind == "exam", Attempt.closed_at.is_not(None), Attempt.forgiven.is_(False))
        .group_by(Attempt.enrolment_id)
        .having(func.count() > 1)
        .subquery()
    )
    mine = (Attempt.enrolment_id == Enrolment.id, Attempt.kind == "exam")
    rows = office.session.execute(
        select(Enrolment, sat.c.since, sat.c.best, sat.c.used)
        .join(sat, sat.c.enrolment_id == Enrolment.id)
        .where(examiners.within_reach(actor, "hold exams"))
        .where(~exists().where(*mine, Attempt.passed.is_(True)), ~exists().where(*mine, Attempt.closed_at.is_(None)))
        .where(~exists().where(RemedialPlan.enrolment_id == Enrolment.id))
        .order_by(sat.c.since)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.course), joinedload(Enrolment.institution))
    )
    found = []
    for enrolment, since, best, used in rows:
        rule = course_of(office, enrolment.edition_id).completion.exam
        if rule is not None and needs_plan(rule.attempts, used):
            found.append(Waiting(enrolment, since, best))
    return found
