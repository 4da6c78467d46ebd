"""The council of a course answers appeals: its trainers, of whom those see the name who accompany the officer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload

from app.courseware.course import Course, Question
from app.records.editions import CourseRow, Edition
from app.records.examining import Appeal
from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules import grading
from app.rules.errors import NotFound, Refused
from app.rules.grading import Response
from app.rules.permissions import courses
from app.services import audit, examiners, learning, notices, rulings
from app.services.office import Actor, Office
from app.services.shelf import course_of
from app.services.wording import translator

Decision = Literal["dismiss", "annul", "accept", "forgive"]
"""``annul`` and ``accept`` rule about the item for everybody; ``forgive``: a failed attempt does not count"""


def _council(actor: Actor) -> ColumnElement[bool]:
    """The appeals of the courses whose council *actor* is of."""
    mine = courses("hold exams", actor.grants)
    return true() if mine is None else Appeal.course_id.in_(mine)


@dataclass(frozen=True)
class Case:
    """An appeal as the council sees it."""

    appeal: Appeal
    course: CourseRow
    edition: Edition
    number: int
    """of the attempt"""
    name: str
    """of the officer; "" for a trainer who does not accompany them"""
    own: bool


@dataclass(frozen=True)
class Hearing(Case):
    """A case opened: the question with its key, what the officer answered, and how the attempt went."""

    attempt: Attempt
    content: Course
    question: Question | None
    position: int
    order: tuple[str, ...]
    response: Response | None
    right: bool
    enrolment_id: uuid.UUID | None
    """for those who accompany the officer"""

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What may be decided."""
        if self.question is None:
            return ("dismiss", "forgive") if self.may_forgive else ("dismiss",)
        if self.right:
            return ("dismiss",)
        answered = self.response is not None and not grading.is_empty(self.response)
        return ("dismiss", "accept", "annul") if answered else ("dismiss", "annul")

    @property
    def may_forgive(self) -> bool:
        return not self.attempt.passed and not self.attempt.forgiven


def listed(office: Office, actor: Actor, *, open_only: bool = True, most: int = 100) -> list[Case]:
    """The appeals of the actor's courses: the open ones, the oldest first, or those answered, the newest first."""
    seen = set(
        office.session.scalars(
            select(Enrolment.id)
            .join(Attempt, Attempt.enrolment_id == Enrolment.id)
            .join(Appeal, Appeal.attempt_id == Attempt.id)
            .where(examiners.within_reach(actor, "hold exams"))
        )
    )
    state = Appeal.outcome == "" if open_only else Appeal.outcome != ""
    order = Appeal.raised_at if open_only else Appeal.answered_at.desc()
    rows = office.session.execute(_cases().where(_council(actor), state).order_by(order, Appeal.id).limit(most))
    return [_case(actor, seen, *row) for row in rows]


def waiting(office: Office, actor: Actor) -> int:
    """How many appeals of the actor's courses are open."""
    if not actor.may("hold exams"):
        return 0
    query = select(func.count()).select_from(Appeal).where(_council(actor), Appeal.outcome == "")
    return office.session.scalar(query) or 0


def _cases() -> Any:
    return (
        select(Appeal, CourseRow, Edition, Attempt, Enrolment, Person)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Edition, Edition.id == Attempt.edition_id)
        .join(CourseRow, CourseRow.id == Appeal.course_id)
    )


def _case(
    actor: Actor,
    seen: set[uuid.UUID],
    appeal: Appeal,
    course: CourseRow,
    edition: Edition,
    attempt: Attempt,
    enrolment: Enrolment,
    person: Person,
) -> Case:
    name = person.name if enrolment.id in seen else ""
    return Case(appeal, course, edition, attempt.number, name, person.id == actor.person_id)


def hearing(office: Office, actor: Actor, appeal_id: uuid.UUID) -> Hearing:
    """One appeal of the actor's courses. Raises ``NotFound``."""
    row = office.session.execute(
        _cases()
        .where(Appeal.id == appeal_id, _council(actor))
        .options(joinedload(Appeal.answerer), joinedload(Appeal.ruling))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("appeal")
    appeal, course, edition, attempt, enrolment, person = row
    reach = select(Enrolment.id).where(Enrolment.id == enrolment.id, examiners.within_reach(actor, "hold exams"))
    mine = office.session.scalar(reach) is not None
    content = course_of(office, edition.id)
    position = next((n for n, (name, _o) in enumerate(attempt.paper, 1) if name == appeal.question), 0)
    answer = office.session.get(AttemptAnswer, (attempt.id, appeal.question)) if position else None
    return Hearing(
        appeal,
        course,
        edition,
        attempt.number,
        person.name if mine else "",
        person.id == actor.person_id,
        attempt,
        content,
        content.questions[appeal.question] if position else None,
        position,
        tuple(attempt.paper[position - 1][1]) if position else (),
        answer.response["value"] if answer is not None else None,
        bool(answer is not None and answer.right),
        enrolment.id if mine else None,
    )


def decide(office: Office, actor: Actor, appeal_id: uuid.UUID, decision: Decision, reason: str) -> Appeal:
    """Answer an appeal with a *reason*, which the officer reads. Answered already, it stays as it is.

    ``annul`` and ``accept`` make a ruling for everybody (:func:`rulings.make`); annulling upholds every open appeal
    about the item in that edition. What a ruling regrades follows after the transaction (:func:`rulings.apply`). Raises
    ``NotFound``, ``Refused``: ``exam-own``, ``appeal-decision``, and what a ruling is refused for.
    """
    with office.transaction():
        found = hearing(office, actor, appeal_id)
        if found.appeal.outcome:
            return found.appeal
        if found.own:
            raise Refused("exam-own")
        reason = examiners.reason_of(reason)
        if decision not in found.decisions:
            raise Refused("appeal-decision", field="decision")
        ruling = None
        if decision in ("annul", "accept"):
            assert found.question is not None
            ruling = rulings.make(
                office,
                actor,
                found.course.id,
                found.question.id,
                found.edition.number,
                "annul" if decision == "annul" else "accept",
                reason,
                found.response,
            )
        enrolment = learning.lock(office, found.attempt.enrolment_id)
        if decision == "forgive":
            found.attempt.forgiven = True
        closed = [found.appeal]
        if decision == "annul":
            closed += _about_the_same(office, found)
        for appeal in closed:
            _answer(office, actor, appeal, "dismissed" if decision == "dismiss" else "upheld", reason)
            appeal.ruling_id = ruling.id if ruling is not None else None
        detail = {"decision": decision, "question": found.appeal.question, "reason": reason}
        audit.note(office, actor, "exam.appeal-answer", str(enrolment.id), detail, enrolment.institution_id)
        return found.appeal


def _about_the_same(office: Office, found: Hearing) -> list[Appeal]:
    rows = office.session.scalars(
        select(Appeal)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .where(
            Appeal.question == found.appeal.question,
            Attempt.edition_id == found.edition.id,
            Appeal.outcome == "",
            Appeal.id != found.appeal.id,
        )
    )
    return list(rows)


def _answer(office: Office, actor: Actor, appeal: Appeal, outcome: str, reason: str) -> None:
    appeal.outcome, appeal.answer = outcome, reason
    appeal.answered_by, appeal.answered_at = actor.person_id, office.now()
    attempt = office.session.get_one(Attempt, appeal.attempt_id)
    enrolment = office.session.get_one(Enrolment, attempt.enrolment_id)
    person = office.session.get_one(Person, enrolment.person_id)
    _ = translator(person.language)
    subject = _("Your appeal was upheld") if outcome == "upheld" else _("Your appeal was not upheld")
    body = _(
        "Hello %(name)s,\n\nYour appeal against the final exam of the course “%(course)s” has been answered:\n\n"
        "%(answer)s\n\nThe result of the attempt shows what follows from it:\n\n%(url)s"
    ) % {
        "name": person.name,
        "course": enrolment.course.title(person.language),
        "answer": reason,
        "url": f"{office.settings.public_url}/learn/{enrolment.course_id}/exam/result/{attempt.number}",
    }
    notices.queue(office, person, f"appeal/{appeal.id}/answered", subject, body)
