"""An item is annulled, or another answer to it accepted: for everybody who was asked it in an edition, upward only.

The ruling is made in one transaction, and holds from then on for every attempt that closes. What was closed before is
regraded officer by officer, each in a transaction of their own with the event, the completion, the certificate and the
notice that follow, so that nobody waits for thousands; killed in the middle, the worker goes on (:func:`apply_due`).
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import joinedload

from app.courseware.course import Course, Question
from app.records.editions import Edition
from app.records.examining import ItemRuling
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules import following, grading
from app.rules.errors import NotFound, Refused
from app.rules.progress import Event
from app.rules.rulings import Kind, annulled, same
from app.services import audit, examiners, learning, notices, regrading
from app.services.office import Actor, Office
from app.services.publishing.drafts import course_row
from app.services.regrading import as_rule
from app.services.shelf import course_of
from app.services.wording import translator

logger = logging.getLogger(__name__)
# Reading --------------------------------------------------------------------------------------------------------------


def listed(office: Office, course_id: str, question: str = "") -> list[ItemRuling]:
    """The rulings of a course, or about one question of it, the newest first."""
    query = select(ItemRuling).where(ItemRuling.course_id == course_id)
    if question:
        query = query.where(ItemRuling.question == question)
    rows = office.session.scalars(
        query.options(joinedload(ItemRuling.maker), joinedload(ItemRuling.edition)).order_by(
            ItemRuling.made_at.desc(), ItemRuling.id.desc()
        )
    )
    return list(rows)


@dataclass(frozen=True)
class Docket:
    """A question of an edition, before something is decided about it."""

    edition: Edition
    course: Course
    question: Question
    made: tuple[ItemRuling, ...]
    """about it in this edition, the newest first"""
    asked: int
    """closed attempts of this edition that asked it"""

    @property
    def order(self) -> tuple[str, ...]:
        """The answers as they are written: how a trainer's form shows them."""
        return tuple(one.id for one in self.question.options or self.question.pairs)

    @property
    def annulled(self) -> bool:
        return any(row.kind == "annul" for row in self.made)


def docket(office: Office, actor: Actor, course_id: str, question: str, number: int) -> Docket:
    """*question* of edition *number* of a course that *actor* teaches. Raises ``NotFound``, also for a self-check."""
    course_row(office, actor, course_id)
    edition = office.session.scalar(select(Edition).where(Edition.course_id == course_id, Edition.number == number))
    if edition is None:
        raise NotFound("edition")
    course = course_of(office, edition.id)
    if question not in course.exam and not any(question in module.quiz for module in course.modules):
        raise NotFound("question")
    made = tuple(row for row in listed(office, course_id, question) if row.edition_id == edition.id)
    asked = sum(len(ids) for ids in _who_was_asked(office, edition.id, question, closed=True).values())
    return Docket(edition, course, course.questions[question], made, asked)


def editions_that_asked(office: Office, actor: Actor, course_id: str, question: str) -> list[int]:
    """The numbers of the editions whose quizzes or exam have *question*, the newest first. Raises ``NotFound`` for a
    course that *actor* does not teach.
    """
    course_row(office, actor, course_id)
    rows = office.session.execute(
        select(Edition.id, Edition.number).where(Edition.course_id == course_id).order_by(Edition.number.desc())
    ).all()
    found = []
    for edition_id, number in rows:
        course = course_of(office, edition_id)
        if question in course.exam or any(question in module.quiz for module in course.modules):
            found.append(number)
    return found


# Ruling ---------------------------------------------------------------------------------------------------------------


def make(
    office: Office,
    actor: Actor,
    course_id: str,
    question: str,
    number: int,
    kind: Kind,
    reason: str,
    accepted: Any = None,
) -> ItemRuling:
    """Rule about *question* in edition *number*: annul it, or accept the response *accepted* as right too.

    The same ruling again is the one there is. Regrading what is closed is left to :func:`apply`. Raises ``NotFound``;
    ``Refused``: ``reason-missing``, ``reason-long``, ``answer-missing``, ``response-malformed``, ``ruling-needless`` (the
    answer is right already, or the item annulled), ``ruling-own`` (an exam of the actor's own would be lifted).
    """
    with office.transaction():
        course_row(office, actor, course_id, lock=True)
        found = docket(office, actor, course_id, question, number)
        reason = examiners.reason_of(reason)
        made = [as_rule(row) for row in found.made]
        if kind == "annul":
            known = next((row for row in found.made if row.kind == "annul"), None)
            if known is not None:
                return known
            value = None
        else:
            value = grading.read(found.question, accepted)
            if grading.is_empty(value):
                raise Refused("answer-missing")
            known = next(
                (
                    row
                    for row in found.made
                    if row.kind == "accept" and same(found.question, value, row.accepted["value"])
                ),
                None,
            )
            if known is not None:
                return known
            if annulled(made) or grading.grade(found.question, value).right:
                raise Refused("ruling-needless")
        if _would_lift_own(office, actor, found):
            raise Refused("ruling-own")
        row = ItemRuling(
            course_id=course_id,
            edition_id=found.edition.id,
            question=question,
            kind=kind,
            accepted={} if value is None else {"value": value},
            reason=reason,
            made_by=actor.person_id,
            made_at=office.now(),
        )
        office.session.add(row)
        office.session.flush()
        detail = {"question": question, "edition": number, "kind": kind, "reason": reason}
        audit.note(office, actor, "exam.ruling", course_id, detail)
        return row


def _would_lift_own(office: Office, actor: Actor, found: Docket) -> bool:
    papers = office.session.scalars(
        select(Attempt.paper)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Enrolment.person_id == actor.person_id,
            Attempt.edition_id == found.edition.id,
            Attempt.kind.in_(("quiz", "exam")),
            Attempt.passed.is_not(True),
        )
    )
    return any(found.question.id == name for paper in papers for name, _order in paper)


# Regrading ------------------------------------------------------------------------------------------------------------


def apply(office: Office, ruling_id: uuid.UUID) -> bool:
    """Regrade what was closed before the ruling, or is being closed while it is made.

    Done again, or after a part of it, it changes nothing twice.
    Returns whether everybody has what is theirs; somebody whose certificate cannot be printed is left for later.
    """
    row = office.session.get(ItemRuling, ruling_id, populate_existing=True)
    if row is None or row.applied_at is not None:
        return True
    edition_id, question, reason, course_id = row.edition_id, row.question, row.reason, row.course_id
    asked = _who_was_asked(office, edition_id, question)
    done = True
    for enrolment_id, attempts in asked.items():
        try:
            with office.transaction():
                risen, passed = _lift(office, ruling_id, enrolment_id, attempts, question, reason)
                if risen:
                    row = office.session.get_one(ItemRuling, ruling_id, with_for_update=True, populate_existing=True)
                    row.risen, row.passed = row.risen + risen, row.passed + passed
        except Refused as no:
            logger.warning("ruling %s: enrolment %s is left for later: %s", ruling_id, enrolment_id, no.code)
            done = False
    if done:
        with office.transaction():
            row = office.session.get_one(ItemRuling, ruling_id, populate_existing=True)
            row.applied_at = row.applied_at or office.now()
            detail = {"question": question, "risen": row.risen, "passed": row.passed}
            audit.note(office, None, "exam.ruling-applied", course_id, detail)
    return done


def apply_due(office: Office) -> int:
    """Go on with rulings that are not wholly applied; returns how many now are. The worker calls it."""
    due = office.session.scalars(
        select(ItemRuling.id).where(ItemRuling.applied_at.is_(None)).order_by(ItemRuling.made_at).limit(5)
    ).all()
    return sum(apply(office, ruling_id) for ruling_id in due)


def _who_was_asked(
    office: Office, edition_id: uuid.UUID, question: str, *, closed: bool = False
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Enrolment → its attempts of the edition that asked *question* (or the *closed* ones). Papers go by; ids are kept."""
    rows = office.session.execute(
        select(Attempt.id, Attempt.enrolment_id, Attempt.paper)
        .where(Attempt.edition_id == edition_id, Attempt.kind.in_(("quiz", "exam")))
        .where(Attempt.closed_at.is_not(None) if closed else true())
        .order_by(Attempt.enrolment_id, Attempt.number)
        .execution_options(yield_per=1000)
    )
    found: defaultdict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for attempt_id, enrolment_id, paper in rows:
        if any(name == question for name, _order in paper):
            found[enrolment_id].append(attempt_id)
    return dict(found)


def _lift(
    office: Office,
    ruling_id: uuid.UUID,
    enrolment_id: uuid.UUID,
    attempts: list[uuid.UUID],
    question: str,
    reason: str,
) -> tuple[int, int]:
    """Regrade one officer's attempts; how many rose, and how many of them passed by it. Inside a transaction."""
    enrolment = learning.lock(office, enrolment_id)
    risen = passed = 0
    sat: dict[str, dict[str, Any]] = {}
    for attempt_id in attempts:
        attempt = office.session.get_one(Attempt, attempt_id, populate_existing=True)
        if attempt.closed_at is None:  # it will be judged by the ruling when it closes
            continue
        before = bool(attempt.passed)
        if not regrading.remark(office, attempt, question):
            continue
        risen, passed = risen + 1, passed + (bool(attempt.passed) and not before)
        module = _module_now(office, enrolment, attempt)
        best = sat.setdefault(module, {"mark": 0, "passed": False})
        best["mark"] = max(best["mark"], attempt.mark or 0)
        best["passed"] = best["passed"] or bool(attempt.passed)
    if risen:
        event = Event(
            str(uuid.uuid5(ruling_id, str(enrolment_id))), "attempt.regraded", "", question, {"sat": sat}, office.now()
        )
        learning.record_own(office, enrolment, event)
        _tell(office, enrolment, ruling_id, reason, newly=passed > 0)
    return risen, passed


def _module_now(office: Office, enrolment: Enrolment, attempt: Attempt) -> str:
    """What the module of *attempt* is called in the officer's edition."""
    if not attempt.module or attempt.edition_id == enrolment.edition_id:
        return attempt.module
    moved = following.moves(course_of(office, attempt.edition_id), course_of(office, enrolment.edition_id))
    return moved.modules.get(attempt.module, attempt.module)


def _tell(office: Office, enrolment: Enrolment, ruling_id: uuid.UUID, reason: str, *, newly: bool) -> None:
    person = office.session.get_one(Person, enrolment.person_id)
    _ = translator(person.language)
    values = {
        "name": person.name,
        "course": enrolment.course.title(person.language),
        "reason": reason,
        "url": f"{office.settings.public_url}/learn/{enrolment.course_id}/",
    }
    if newly:
        body = _(
            "Hello %(name)s,\n\nIn the course “%(course)s” a question that you were asked has been judged anew, for everybody "
            "who was asked it. Your mark has risen, and you have now passed. The reason:\n\n%(reason)s\n\n%(url)s"
        )
    else:
        body = _(
            "Hello %(name)s,\n\nIn the course “%(course)s” a question that you were asked has been judged anew, for everybody "
            "who was asked it. Your mark has risen. The reason:\n\n%(reason)s\n\n%(url)s"
        )
    notices.queue(office, person, f"ruling/{ruling_id}/{enrolment.id}", _("Your mark has risen"), body % values)
