"""A module quiz in a saved module: drawn when the module is saved, taken without a network, graded when it arrives.

The draw is an attempt in waiting (:class:`app.records.exams.SavedQuiz`): the same one is given out until it is handed in,
so that saving a module again shows nobody a second draw. What comes back is opened, graded and closed as of its time, in
one transaction with its event, and once, however often the device sends it.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from app.courseware.course import Module, Question
from app.records.exams import Attempt, AttemptAnswer, SavedQuiz
from app.records.learning import Enrolment
from app.rules import draws, grading, savedquiz
from app.rules.errors import NotFound, Refused
from app.rules.events import Outcome
from app.rules.grading import Response
from app.rules.progress import Event
from app.services import learning
from app.services.exams.closing import close
from app.services.exams.desks import Desk, desk_of
from app.services.exams.terms import rule_of
from app.services.learning import Study
from app.services.office import Actor, Office
from app.services.regrading import left_out, of_edition
from app.services.shelf import course_of

KIND = "quiz.taken"
"""of the event that hands a saved quiz in"""


@dataclass(frozen=True)
class Paper:
    """The quiz of a saved module, as it lies on a device: questions and no key."""

    id: uuid.UUID
    places: tuple[tuple[Question, tuple[str, ...]], ...]
    """each question with its options (or right cells) in the order shown"""


@dataclass(frozen=True)
class Saved:
    """What a saved module holds instead of its quiz page."""

    desk: Desk
    paper: Paper | None
    refusal: str
    """why there is no paper: "passed", "no-attempts"; "" where there is one"""

    @property
    def next_at(self) -> dt.datetime | None:
        """When the quiz may be taken, if an attempt was closed: the hours between two are kept on the device too."""
        closed = [attempt.closed_at for attempt in self.desk.closed if attempt.closed_at and not attempt.forgiven]
        return max(closed) + dt.timedelta(hours=self.desk.rule.wait_hours) if closed else None


def offered(study: Study, module: Module) -> bool:
    """Whether the quiz of *module* is part of its saved copy."""
    return study.course.offline_quizzes and bool(module.quiz) and study.course.completion.quizzes is not None


def reserve(office: Office, study: Study, module_id: str) -> Saved:
    """The quiz for a saved module: the draw that waits, or a new one.

    A draw of an earlier edition, or for another country, stays good for the device that holds it; a new saving gets one
    of today. Raises ``NotFound`` where the course has no quizzes without a network.
    """
    module = study.module(module_id)
    if not offered(study, module):
        raise NotFound("quiz")
    rule = rule_of(study.course, module_id, "quiz")
    desk = desk_of(office, study, "quiz", module_id, rule)
    refusal = "passed" if desk.passed else "no-attempts" if desk.left == 0 else ""
    if refusal:
        return Saved(desk, None, refusal)
    row = _waiting(office, study, module_id)
    if row is None:
        with office.transaction():
            learning.lock(office, study.enrolment.id)
            row = _waiting(office, study, module_id) or _draw(office, study, module_id)
    return Saved(desk, _paper(office, row), "")


def waiting(office: Office, study: Study, module_id: str) -> bool:
    """Whether a draw of the quiz of a module lies on a device and was not handed in."""
    return _waiting(office, study, module_id) is not None


def _waiting(office: Office, study: Study, module_id: str) -> SavedQuiz | None:
    return office.session.scalar(
        select(SavedQuiz)
        .where(
            SavedQuiz.enrolment_id == study.enrolment.id,
            SavedQuiz.edition_id == study.enrolment.edition_id,
            SavedQuiz.module == module_id,
            SavedQuiz.country == study.country,
            SavedQuiz.handed_in_at.is_(None),
        )
        .order_by(SavedQuiz.made_at.desc(), SavedQuiz.id.desc())
        .limit(1)
    )


def _draw(office: Office, study: Study, module_id: str) -> SavedQuiz:
    rule = study.course.completion.quizzes
    assert rule is not None  # offered() has looked
    seed = secrets.token_hex(16)
    without = left_out(of_edition(office, study.enrolment.edition_id))
    paper = draws.quiz(study.course, module_id, rule, seed, study.country, without)
    row = SavedQuiz(
        enrolment_id=study.enrolment.id,
        edition_id=study.enrolment.edition_id,
        module=module_id,
        seed=seed,
        country=study.country,
        paper=[[item.question, list(item.order)] for item in paper],
        made_at=office.now(),
    )
    office.session.add(row)
    office.session.flush()
    return row


def _paper(office: Office, row: SavedQuiz) -> Paper:
    course = course_of(office, row.edition_id)
    return Paper(row.id, tuple((course.questions[name], tuple(order)) for name, order in row.paper))


def paper(office: Office, actor: Actor, course_id: str, quiz_id: str) -> Paper:
    """The saved quiz that a device holds, of whichever edition. Raises ``NotFound`` for another's."""
    study = learning.study(office, actor, course_id)
    return _paper(office, _mine(office, study.enrolment, quiz_id))


def _mine(office: Office, enrolment: Enrolment, quiz_id: str) -> SavedQuiz:
    try:
        row = office.session.get(SavedQuiz, uuid.UUID(quiz_id), populate_existing=True)
    except ValueError:
        row = None
    if row is None or row.enrolment_id != enrolment.id:
        raise NotFound("quiz")
    return row


def hand_in(
    office: Office,
    actor: Actor,
    course_id: str,
    event: Event,
    begun: dt.datetime,
    answers: Mapping[str, Any],
    device: str = "",
) -> Outcome:
    """Take what an officer answered without a network: *event* (of :data:`KIND`) names the saved quiz and says when it was
    handed in, *answers* are by question.

    What the rules allow becomes a closed attempt, with its mark in the result. What they do not is kept with its answers
    and counts for nothing: then the outcome is ``applied`` with a code. Only what nobody can keep is ``rejected``:
    ``not-in-course``, ``response-malformed``, and ``quiz-lessons-first``, after which the same quiz may be handed in again.
    Raises ``NotFound`` where the actor is not enrolled.
    """
    with office.transaction():
        enrolment = learning.lock(office, learning.study(office, actor, course_id).enrolment.id)
        told = learning.told(office, actor.person_id, event.id)
        if told is not None:
            return Outcome(event.id, "duplicate", str(told.get("code", "")), told)
        study = learning.study(office, actor, course_id)
        try:
            row = _mine(office, enrolment, event.item)
            read = _read(office, row, answers)
            result = _taken(office, study, row, event, begun, read)
        except NotFound:
            return Outcome(event.id, "rejected", "not-in-course")
        except Refused as no:
            return Outcome(event.id, "rejected", no.code)
        payload: dict[str, Any] = {} if result["counted"] else {"answers": read}
        at = savedquiz.when(event.at, row.made_at, office.now())
        kept = msgspec.structs.replace(event, payload=payload, module=row.module, at=at)
        learning.record_own(office, enrolment, kept, result, device)
        return Outcome(event.id, "applied", str(result.get("code", "")), result)


def _read(office: Office, row: SavedQuiz, answers: Mapping[str, Any]) -> dict[str, Response]:
    """The answers to the questions of a saved quiz. Raises ``Refused("response-malformed")``."""
    asked = course_of(office, row.edition_id).questions
    found: dict[str, Response] = {}
    for name, _order in row.paper:
        if name in answers:
            response = grading.read(asked[name], answers[name])
            if not grading.is_empty(response):
                found[name] = response
    return found


def _taken(
    office: Office, study: Study, row: SavedQuiz, event: Event, begun: dt.datetime, answers: Mapping[str, Response]
) -> dict[str, Any]:
    """What becomes of a saved quiz: the result that its sender is told. Inside the transaction, with the enrolment locked.

    Raises ``Refused("quiz-lessons-first")``, and ``NotFound`` where no edition has such a module.
    """
    asked, today = course_of(office, row.edition_id).module(row.module), study.course.module(row.module)
    if asked is None:
        raise NotFound("module")
    at = savedquiz.when(event.at, row.made_at, office.now())
    if today is None or study.course.completion.quizzes is None or not today.quiz:
        row.handed_in_at = row.handed_in_at or at
        return {"counted": False, "code": "quiz-gone"}
    if row.handed_in_at is None and not savedquiz.lessons_read(asked, today, study.progress):
        raise Refused("quiz-lessons-first")
    rule = study.course.completion.quizzes
    desk = desk_of(office, study, "quiz", row.module, rule)
    code = savedquiz.why_not(
        rule,
        at,
        handed_in=row.handed_in_at is not None,
        passed=desk.passed,
        used=desk.used,
        closed=[one.closed_at for one in desk.closed if one.closed_at and not one.forgiven],
    )
    row.handed_in_at = row.handed_in_at or at
    if code:
        return {"counted": False, "code": code}
    attempt = Attempt(
        id=row.id,
        enrolment_id=row.enrolment_id,
        edition_id=row.edition_id,
        kind="quiz",
        module=row.module,
        number=max((one.number for one in desk.attempts), default=0) + 1,
        seed=row.seed,
        country=row.country,
        paper=row.paper,
        opened_at=min(savedquiz.when(begun, row.made_at, office.now()), at),
    )
    office.session.add(attempt)
    for name, response in answers.items():
        attempt.answers.append(AttemptAnswer(question=name, response={"value": response}, saved_at=at))
    office.session.flush()
    attempt = close(office, attempt.id, "device", at)
    return {"counted": True, "mark": attempt.mark, "passed": bool(attempt.passed), "number": attempt.number}
