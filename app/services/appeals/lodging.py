"""An officer appeals against a closed exam: the whole of it or one question, within ten days, once for each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import Question
from app.records.cohorts import Cohort
from app.records.examining import Appeal
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules.errors import NotFound, Refused
from app.rules.invigilation import APPEAL_DAYS
from app.services import audit, examiners, learning, notices
from app.services.exams.desks import Desk, desk
from app.services.office import Actor, Office
from app.services.shelf import course_of
from app.services.wording import translator

MOST_REASON = 2000


def until(attempt: Attempt) -> dt.datetime | None:
    """Until when a closed exam may be appealed against; ``None`` while it is open."""
    return attempt.closed_at + dt.timedelta(days=APPEAL_DAYS) if attempt.closed_at is not None else None


@dataclass(frozen=True)
class Place:
    """A question of a closed exam, without its key."""

    position: int
    question: Question


@dataclass(frozen=True)
class Ground:
    """A closed exam of an officer, and what may still be appealed against in it."""

    desk: Desk
    attempt: Attempt
    places: tuple[Place, ...]
    made: tuple[Appeal, ...]
    """the newest first"""

    @property
    def until(self) -> dt.datetime:
        end = until(self.attempt)
        assert end is not None
        return end

    @property
    def late(self) -> bool:
        return self.desk.now > self.until

    @property
    def free(self) -> tuple[Place, ...]:
        """Questions not appealed against yet."""
        known = {appeal.question for appeal in self.made}
        return tuple(place for place in self.places if place.question.id not in known)

    @property
    def whole(self) -> bool:
        """Whether the exam as a whole has not been appealed against yet."""
        return all(appeal.question for appeal in self.made)

    def position_of(self, appeal: Appeal) -> int:
        """The place (from 1) of the question of *appeal*; 0 for the whole exam."""
        return next((place.position for place in self.places if place.question.id == appeal.question), 0)


def ground(office: Office, actor: Actor, course_id: str, number: int) -> Ground:
    """The actor's closed attempt *number* at the exam. Raises ``NotFound``."""
    found = desk(office, actor, course_id)
    attempt = next((a for a in found.closed if a.number == number), None)
    if attempt is None:
        raise NotFound("attempt")
    course = course_of(office, attempt.edition_id)
    places = tuple(Place(n, course.questions[name]) for n, (name, _order) in enumerate(attempt.paper, 1))
    rows = office.session.scalars(
        select(Appeal)
        .where(Appeal.attempt_id == attempt.id)
        .options(joinedload(Appeal.answerer))
        .order_by(Appeal.raised_at.desc(), Appeal.id.desc())
        .execution_options(populate_existing=True)
    )
    return Ground(found, attempt, places, tuple(rows))


def lodge(office: Office, actor: Actor, course_id: str, number: int, position: int, reason: str) -> Appeal:
    """Appeal against place *position* (from 1; 0 is the whole) of the actor's closed exam *number*.

    Once for each: sent twice, it is one appeal. The trainers of the officer's cohort are told. Raises ``NotFound``,
    ``Refused``: ``appeal-late``, ``appeal-there``, ``reason-missing``, ``reason-long``.
    """
    with office.transaction():
        found = ground(office, actor, course_id, number)
        enrolment = learning.lock(office, found.attempt.enrolment_id)
        found = ground(office, actor, course_id, number)
        reason = examiners.reason_of(reason, MOST_REASON)
        if not 0 <= position <= len(found.places):
            raise NotFound("question")
        question = found.places[position - 1].question.id if position else ""
        known = next((appeal for appeal in found.made if appeal.question == question), None)
        if known is not None:
            if known.reason == reason:
                return known
            raise Refused("appeal-there", field="about")
        if found.late:
            raise Refused("appeal-late", until=found.until)
        row = Appeal(
            attempt_id=found.attempt.id,
            course_id=course_id,
            question=question,
            reason=reason,
            raised_at=office.now(),
        )
        office.session.add(row)
        office.session.flush()
        detail = {"attempt": number, "question": question}
        audit.note(office, actor, "exam.appeal", str(enrolment.id), detail, enrolment.institution_id)
        _tell_trainers(office, enrolment, row)
        return row


def _tell_trainers(office: Office, enrolment: Enrolment, row: Appeal) -> None:
    cohort = office.session.get(Cohort, enrolment.cohort_id) if enrolment.cohort_id else None
    for trainer in cohort.trainers if cohort is not None else ():
        _ = translator(trainer.language)
        body = _(
            "Hello %(name)s,\n\nAn officer has appealed against the final exam of the course “%(course)s”. "
            "Please read it and answer:\n\n%(url)s"
        ) % {
            "name": trainer.name,
            "course": enrolment.course.title(trainer.language),
            "url": f"{office.settings.public_url}/teach/exams/appeals/{row.id}",
        }
        notices.queue(office, trainer, f"appeal/{row.id}/{trainer.id}", _("An appeal against the exam"), body)
