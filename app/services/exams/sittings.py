"""An attempt while it is open: begun once, answered place by place, handed in."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from app.courseware.course import ExamRule, Question
from app.records.exams import Attempt, AttemptAnswer
from app.rules import draws, grading
from app.rules.errors import NotFound, Refused
from app.rules.grading import Response
from app.services import learning
from app.services.exams.closing import answers_of, close
from app.services.exams.desks import Desk, desk, desk_of
from app.services.exams.terms import STAGES, is_over, kind_of, rule_of
from app.services.office import Actor, Office
from app.services.regrading import left_out, of_edition
from app.services.shelf import course_of


def start(office: Office, actor: Actor, course_id: str, module: str = "", stage: str = "") -> Attempt:
    """Begin an attempt, or return the one that is open: a double click begins one.

    Raises ``NotFound``, or ``Refused`` with the code of :attr:`Desk.refusal` behind "attempt-".
    """
    desk(office, actor, course_id, module, stage)  # closes what is over
    with office.transaction():
        learning.lock(office, learning.study(office, actor, course_id).enrolment.id)
        study = learning.study(office, actor, course_id)
        kind = kind_of(module, stage)
        rule = rule_of(study.course, module, kind)
        found = desk_of(office, study, kind, module, rule)
        if found.open:
            return found.open
        if found.refusal:
            raise Refused(f"attempt-{found.refusal}", until=found.next_at)
        return begin(office, found, actor.country)


def begin(office: Office, found: Desk, country: str, medium: str = "web") -> Attempt:
    """Draw the next attempt of a desk that refuses none, for an officer of *country*; on "paper" no clock runs.

    Inside ``office.transaction()`` with the enrolment locked.
    """
    study, rule, enrolment = found.study, found.rule, found.study.enrolment
    # both tests of an officer are drawn by one seed, so that they share no question
    seed = f"compare/{enrolment.id}" if found.kind in STAGES else secrets.token_hex(16)
    without = left_out(of_edition(office, enrolment.edition_id))
    deadline = None
    if found.kind in STAGES:
        paper = draws.parallel(study.course, study.course.compare, seed, country, found.kind == "post")
    elif isinstance(rule, ExamRule):
        paper = draws.exam(study.course, rule, seed, country, without)
        if medium == "web":
            deadline = office.now() + dt.timedelta(minutes=rule.minutes + found.extra_minutes)
    else:
        paper = draws.quiz(study.course, found.module, rule, seed, country, without)
    attempt = Attempt(
        enrolment_id=enrolment.id,
        edition_id=enrolment.edition_id,
        kind=found.kind,
        module=found.module,
        number=found.attempts[-1].number + 1 if found.attempts else 1,
        seed=seed,
        country=country,
        medium=medium,
        extra_minutes=found.extra_minutes,
        paper=[[item.question, list(item.order)] for item in paper],
        opened_at=office.now(),
        deadline_at=deadline,
    )
    office.session.add(attempt)
    enrolment.started_at = enrolment.started_at or office.now()
    enrolment.active_at = office.now()
    return attempt


@dataclass(frozen=True)
class Sheet:
    """An open attempt at one of its places: what a question page shows, and nothing that gives an answer away."""

    attempt: Attempt
    question: Question
    order: tuple[str, ...]
    position: int
    """from 1"""
    total: int
    response: Response | None
    answered: frozenset[int]
    """positions"""


def sheet(office: Office, desk: Desk, position: int) -> Sheet:
    """Place *position* (from 1) of the open attempt. Raises ``NotFound`` when none is open or there is no such place."""
    attempt = desk.open
    if attempt is None or not 1 <= position <= len(attempt.paper):
        raise NotFound("attempt")
    course = course_of(office, attempt.edition_id)
    given = answers_of(office, attempt.id)
    question_id, order = attempt.paper[position - 1]
    mine = given.get(question_id)
    return Sheet(
        attempt,
        course.questions[question_id],
        tuple(order),
        position,
        len(attempt.paper),
        mine.response["value"] if mine else None,
        frozenset(i for i, (q, _order) in enumerate(attempt.paper, 1) if q in given),
    )


def answer(office: Office, actor: Actor, attempt_id: uuid.UUID, position: int, raw: Any) -> None:
    """Keep the answer to one place of an open attempt; the last one given stands, from whichever tab or device.

    An empty answer to a place not yet answered keeps nothing. Raises ``NotFound`` for another's attempt, and ``Refused``:
    ``attempt-paper``, ``attempt-closed``, ``attempt-over`` (deadline and grace are past: the attempt is then closed),
    ``response-malformed``.
    """
    attempt = _mine(office, actor, attempt_id)
    if attempt.closed_at is None and is_over(attempt, office.now()):
        close(office, attempt_id, "deadline")
        raise Refused("attempt-over")
    with office.transaction():
        learning.lock(office, attempt.enrolment_id)
        attempt = _mine(office, actor, attempt_id)
        if attempt.medium != "web":
            raise Refused("attempt-paper")
        if attempt.closed_at is not None:
            raise Refused("attempt-closed")
        if not 1 <= position <= len(attempt.paper):
            raise NotFound("question")
        question = course_of(office, attempt.edition_id).questions[attempt.paper[position - 1][0]]
        response = grading.read(question, raw)
        row = office.session.get(AttemptAnswer, (attempt_id, question.id))
        if row is not None:
            row.response, row.saved_at = {"value": response}, office.now()
        elif not grading.is_empty(response):
            office.session.add(
                AttemptAnswer(
                    attempt_id=attempt_id, question=question.id, response={"value": response}, saved_at=office.now()
                )
            )


def _mine(office: Office, actor: Actor, attempt_id: uuid.UUID) -> Attempt:
    attempt = office.session.get(Attempt, attempt_id, populate_existing=True)
    if attempt is None or attempt.enrolment.person_id != actor.person_id:
        raise NotFound("attempt")
    return attempt


def submit(office: Office, actor: Actor, attempt_id: uuid.UUID) -> Attempt:
    """Hand in an attempt; handing it in twice is handing it in once.

    Raises ``NotFound`` for another's, ``Refused("attempt-paper")`` for one that is sat on paper.
    """
    if _mine(office, actor, attempt_id).medium != "web":
        raise Refused("attempt-paper")
    return close(office, attempt_id, "submitted")
