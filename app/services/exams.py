"""Quizzes and the final exam: one sitting an attempt, the server's clock, each answer kept as it is given."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.courseware.course import Course, ExamRule, Question, QuizRule
from app.records.exams import Attempt, AttemptAnswer
from app.rules import draws, grading, progress
from app.rules.errors import NotFound, Refused
from app.rules.grading import Response
from app.rules.progress import Event
from app.services import learning
from app.services.following import passes
from app.services.learning import Study
from app.services.office import Actor, Office
from app.services.shelf import course_of

STAGES = {"pre": "before", "post": "after"}
"""kinds of the two tests that compare → when they are taken"""
GRACE = dt.timedelta(minutes=2)
"""after the deadline, for an answer already on its way over a lost connection"""


@dataclass(frozen=True)
class Desk:
    """A quiz (of a module), the final exam (module ""), or one of the two tests that compare what officers knew before
    the course with what they know after it (kind "pre" and "post"), as its officer finds it.
    """

    study: Study
    kind: str
    module: str
    rule: QuizRule | ExamRule
    attempts: tuple[Attempt, ...]
    """all of them, the first first"""
    now: dt.datetime

    @property
    def open(self) -> Attempt | None:
        return next((a for a in self.attempts if a.closed_at is None), None)

    @property
    def closed(self) -> tuple[Attempt, ...]:
        return tuple(a for a in self.attempts if a.closed_at is not None)

    @property
    def passed(self) -> bool:
        """Also under another id of the module, in an earlier edition."""
        return any(a.passed for a in self.closed) or marks(self).passed

    @property
    def used(self) -> int:
        """How many attempts count: those with an item that is asked again do not."""
        return sum(not attempt.forgiven for attempt in self.attempts)

    @property
    def left(self) -> int | None:
        """How many attempts are left; ``None``: no limit."""
        return max(0, self.rule.attempts - self.used) if self.rule.attempts else None

    @property
    def next_at(self) -> dt.datetime | None:
        """When the next attempt may begin, if that is later than now."""
        if not self.closed or self.closed[-1].forgiven:
            return None
        last = self.closed[-1]
        assert last.closed_at is not None
        at = last.closed_at + dt.timedelta(hours=self.rule.wait_hours)
        return at if at > self.now else None

    @property
    def refusal(self) -> str | None:
        """Why no attempt may begin now: passed, lessons-first, course-first, no-attempts, wait, and, for a test that
        compares, compared, too-late, too-early; or ``None``.
        """
        if self.open:
            return None
        if self.kind in STAGES:
            return self._compare_refusal()
        if self.passed:
            return "passed"
        if self.kind == "exam" and not self.study.exam_open:
            return "course-first"
        if self.kind == "quiz":
            module = self.study.module(self.module)
            if module.id not in self.study.unlocked or self.study.lessons_done(module) < len(module.lessons):
                return "lessons-first"
        if self.left == 0:
            return "no-attempts"
        return "wait" if self.next_at else None

    def _compare_refusal(self) -> str | None:
        if self.closed:
            return "compared"
        state = self.study.progress
        if self.kind == "pre":
            return "too-late" if state.lessons else None
        modules = self.study.course.modules
        return None if all(self.study.lessons_done(m) == len(m.lessons) for m in modules) else "too-early"


def desk(office: Office, actor: Actor, course_id: str, module: str = "", stage: str = "") -> Desk:
    """The quiz of *module*, or the exam, or the test of *stage* ("before", "after").

    Closes an attempt whose time is over. Raises ``NotFound`` where there is none.
    """
    study = learning.study(office, actor, course_id)
    kind = _kind(module, stage)
    rule = _rule(study.course, module, kind)
    found = _desk(office, study, kind, module, rule)
    if found.open and _is_over(found.open, office.now()):
        close(office, found.open.id, "deadline")
        study = learning.study(office, actor, course_id)
        found = _desk(office, study, kind, module, rule)
    return found


def _kind(module: str, stage: str) -> str:
    return next((kind for kind, name in STAGES.items() if name == stage), "quiz" if module else "exam")


def _rule(course: Course, module_id: str, kind: str) -> QuizRule | ExamRule:
    if kind in STAGES:
        if not course.compare:
            raise NotFound("test")
        return QuizRule(draw=course.compare, pass_mark=0, attempts=1, wait_hours=0, critical_all=False)
    if not module_id:
        if course.completion.exam is None or not course.exam:
            raise NotFound("exam")
        return course.completion.exam
    module = course.module(module_id)
    if module is None or course.completion.quizzes is None or not module.quiz:
        raise NotFound("quiz")
    return course.completion.quizzes


def _desk(office: Office, study: Study, kind: str, module: str, rule: QuizRule | ExamRule) -> Desk:
    rows = office.session.scalars(
        select(Attempt)
        .where(Attempt.enrolment_id == study.enrolment.id, Attempt.kind == kind, Attempt.module == module)
        .order_by(Attempt.number)
        .execution_options(populate_existing=True)
    )
    return Desk(study, kind, module, rule, tuple(rows), office.now())


def _is_over(attempt: Attempt, now: dt.datetime) -> bool:
    return attempt.deadline_at is not None and now > attempt.deadline_at + GRACE


def start(office: Office, actor: Actor, course_id: str, module: str = "", stage: str = "") -> Attempt:
    """Begin an attempt, or return the one that is open: a double click begins one.

    Raises ``NotFound``, or ``Refused`` with the code of :attr:`Desk.refusal` behind "attempt-".
    """
    desk(office, actor, course_id, module, stage)  # closes what is over
    with office.transaction():
        enrolment = learning.lock(office, learning.study(office, actor, course_id).enrolment.id)
        study = learning.study(office, actor, course_id)
        kind = _kind(module, stage)
        rule = _rule(study.course, module, kind)
        found = _desk(office, study, kind, module, rule)
        if found.open:
            return found.open
        if found.refusal:
            raise Refused(f"attempt-{found.refusal}", until=found.next_at)
        # both tests of an officer are drawn by one seed, so that they share no question
        seed = f"compare/{enrolment.id}" if kind in STAGES else secrets.token_hex(16)
        if kind in STAGES:
            paper = draws.parallel(study.course, study.course.compare, seed, actor.country, kind == "post")
            deadline = None
        elif isinstance(rule, ExamRule):
            paper = draws.exam(study.course, rule, seed, actor.country)
            deadline = office.now() + dt.timedelta(minutes=rule.minutes)
        else:
            paper = draws.quiz(study.course, module, rule, seed, actor.country)
            deadline = None
        attempt = Attempt(
            enrolment_id=enrolment.id,
            edition_id=enrolment.edition_id,
            kind=found.kind,
            module=module,
            number=len(found.attempts) + 1,
            seed=seed,
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
    given = _answers(office, attempt.id)
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


def _answers(office: Office, attempt_id: uuid.UUID) -> dict[str, AttemptAnswer]:
    rows = office.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id))
    return {row.question: row for row in rows}


def answer(office: Office, actor: Actor, attempt_id: uuid.UUID, position: int, raw: Any) -> None:
    """Keep the answer to one place of an open attempt; the last one given stands, from whichever tab or device.

    An empty answer to a place not yet answered keeps nothing. Raises ``NotFound`` for another's attempt, and ``Refused``:
    ``attempt-closed``, ``attempt-over`` (deadline and grace are past: the attempt is then closed), ``response-malformed``.
    """
    attempt = _mine(office, actor, attempt_id)
    if attempt.closed_at is None and _is_over(attempt, office.now()):
        close(office, attempt_id, "deadline")
        raise Refused("attempt-over")
    with office.transaction():
        learning.lock(office, attempt.enrolment_id)
        attempt = _mine(office, actor, attempt_id)
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
    """Hand in an attempt; handing it in twice is handing it in once. Raises ``NotFound`` for another's."""
    _mine(office, actor, attempt_id)
    return close(office, attempt_id, "submitted")


def close(office: Office, attempt_id: uuid.UUID, how: str) -> Attempt:
    """Grade and close an attempt, and record it as an event, in one transaction. Closed already, it stays as it is."""
    with office.transaction():
        attempt = office.session.get_one(Attempt, attempt_id)
        enrolment = learning.lock(office, attempt.enrolment_id)
        attempt = office.session.get_one(Attempt, attempt_id, populate_existing=True)
        if attempt.closed_at is not None:
            return attempt
        course = course_of(office, attempt.edition_id)
        given = _answers(office, attempt_id)
        credit = total = 0.0
        critical_right = critical_total = 0
        for question_id, _order in attempt.paper:
            question = course.questions[question_id]
            row = given.get(question_id)
            grade = grading.grade(question, row.response["value"]) if row else grading.Grade(0.0, False)
            if row:
                row.credit, row.right = grade.credit, grade.right
            credit, total = credit + grade.credit, total + 1
            critical_total += question.critical
            critical_right += question.critical and grade.right
        attempt.mark = int(100 * credit / total + 1e-9) if total else 0
        attempt.critical_mark = 100 * critical_right // critical_total if critical_total else 100
        if attempt.kind not in STAGES:
            rule = _rule(course, attempt.module, attempt.kind)
            attempt.passed = passes(rule, attempt.mark, attempt.critical_mark)
        deadline = attempt.deadline_at
        attempt.closed_at = deadline if how == "deadline" and deadline else office.now()
        attempt.closed_how = how
        payload: dict[str, Any] = {
            "mark": attempt.mark,
            "critical_mark": attempt.critical_mark,
            "passed": attempt.passed,
            "exam": attempt.kind == "exam",
        }
        if attempt.kind in STAGES:
            payload = {"mark": attempt.mark, "compare": STAGES[attempt.kind]}
        # the attempt's own id is the event's: closing from two sides is one event
        event = Event(str(attempt.id), "attempt.closed", attempt.module, str(attempt.id), payload, attempt.closed_at)
        learning.record_own(office, enrolment, event)
        return attempt


def close_due(office: Office) -> int:
    """Close every attempt whose deadline and grace are past; returns how many. The worker calls it."""
    due = office.session.scalars(
        select(Attempt.id).where(Attempt.closed_at.is_(None), Attempt.deadline_at < office.now() - GRACE).limit(500)
    ).all()
    for attempt_id in due:
        close(office, attempt_id, "deadline")
    return len(due)


@dataclass(frozen=True)
class Reviewed:
    """One place of a closed attempt."""

    position: int
    question: Question
    order: tuple[str, ...]
    response: Response | None
    credit: float
    right: bool
    regraded: bool = False
    """whether a later edition made the answer worth more"""


@dataclass(frozen=True)
class Review:
    """A closed attempt. ``items`` is empty while answers may not be shown (an exam that can still be sat again)."""

    attempt: Attempt
    items: tuple[Reviewed, ...]
    by_module: dict[str, tuple[int, int]]
    """module → right, asked"""
    reread: tuple[tuple[str, str], ...]
    """(module, lesson) worth reading again: those that serve the objectives missed"""


def review(office: Office, desk: Desk, number: int) -> Review:
    """Attempt *number* (from 1) of the desk, closed. Raises ``NotFound``."""
    attempt = next((a for a in desk.closed if a.number == number), None)
    if attempt is None:
        raise NotFound("attempt")
    course = course_of(office, attempt.edition_id)
    given = _answers(office, attempt.id)
    items: list[Reviewed] = []
    for position, (question_id, order) in enumerate(attempt.paper, 1):
        row = given.get(question_id)
        items.append(
            Reviewed(
                position,
                course.questions[question_id],
                tuple(order),
                row.response["value"] if row else None,
                (row.credit or 0.0) if row else 0.0,
                bool(row.right) if row else False,
                bool(row and row.regraded_at),
            )
        )
    by_module: dict[str, tuple[int, int]] = {}
    for item in items:
        right, asked = by_module.get(item.question.module, (0, 0))
        by_module[item.question.module] = (right + item.right, asked + 1)
    shown = desk.kind == "quiz" or (desk.kind == "exam" and (desk.passed or desk.left == 0))
    return Review(attempt, tuple(items) if shown else (), by_module, _reread(course, items))


def _reread(course: Course, items: list[Reviewed]) -> tuple[tuple[str, str], ...]:
    missed = {(item.question.module, item.question.objective) for item in items if not item.right}
    return tuple(
        (module.id, lesson.id)
        for module in course.modules
        for lesson in module.lessons
        if any((module.id, objective) in missed for objective in lesson.objectives)
    )


def marks(desk: Desk) -> progress.Sat:
    """What the progress keeps of this quiz or exam."""
    state = desk.study.progress
    return state.exam if desk.kind == "exam" else state.quizzes.get(desk.module, progress.Sat())
