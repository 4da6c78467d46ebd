"""An officer before a quiz or the exam: its rule, the attempts so far, and whether another may begin."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import ExamRule, QuizRule
from app.records.examining import Accommodation, PaperCopy, RemedialPlan
from app.records.exams import Attempt
from app.rules import invigilation, progress
from app.services import accommodations, learning
from app.services.exams.closing import close
from app.services.exams.terms import STAGES, is_over, kind_of, rule_of
from app.services.learning import Study
from app.services.office import Actor, Office


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
    granted: Accommodation | None = None
    """extra time for the exam, and who granted it"""
    plan: RemedialPlan | None = None
    """what was agreed before the last attempt at the exam"""
    copy: PaperCopy | None = None
    """of the attempt on paper"""

    @property
    def open(self) -> Attempt | None:
        """The attempt that is being sat here, with its clock running."""
        return next((a for a in self.attempts if a.closed_at is None and a.medium == "web"), None)

    @property
    def on_paper(self) -> Attempt | None:
        """The attempt whose copy on paper is out."""
        return next((a for a in self.attempts if a.closed_at is None and a.medium == "paper"), None)

    @property
    def extra_minutes(self) -> int:
        """What the officer is granted beyond the exam's own time."""
        return accommodations.minutes_of(self.granted, self.rule) if isinstance(self.rule, ExamRule) else 0

    @property
    def needs_plan(self) -> bool:
        """Whether the next attempt at the exam is the last one, which opens only with a remedial plan."""
        exam = isinstance(self.rule, ExamRule) and not self.passed
        return exam and invigilation.needs_plan(self.rule.attempts, self.used)

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
        if not self.closed:
            return None
        # by the time, not by the number: what was taken without a network is heard of later
        last = max(self.closed, key=lambda one: (one.closed_at or one.opened_at, one.number))
        assert last.closed_at is not None
        at = last.closed_at + dt.timedelta(hours=self.rule.wait_hours)
        return at if at > self.now and not last.forgiven else None

    @property
    def refusal(self) -> str | None:
        """Why no attempt may begin now: paper, passed, lessons-first, course-first, no-attempts, plan, wait, and, for a
        test that compares, compared, too-late, too-early; or ``None``.
        """
        if self.open:
            return None
        if self.on_paper:
            return "paper"
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
        if self.needs_plan and self.plan is None:
            return "plan"
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
    kind = kind_of(module, stage)
    rule = rule_of(study.course, module, kind)
    found = desk_of(office, study, kind, module, rule)
    if found.open and is_over(found.open, office.now()):
        close(office, found.open.id, "deadline")
        study = learning.study(office, actor, course_id)
        found = desk_of(office, study, kind, module, rule)
    return found


def desk_of(office: Office, study: Study, kind: str, module: str, rule: QuizRule | ExamRule) -> Desk:
    """The desk of *study*, as it stands now."""
    rows = office.session.scalars(
        select(Attempt)
        .where(Attempt.enrolment_id == study.enrolment.id, Attempt.kind == kind, Attempt.module == module)
        .order_by(Attempt.number)
        .execution_options(populate_existing=True)
    )
    found = Desk(study, kind, module, rule, tuple(rows), office.now())
    if kind == "exam":
        found = replace(found, granted=accommodations.active(office, study.enrolment.id))
        if found.needs_plan or found.open:
            found = replace(found, plan=_plan(office, study.enrolment.id))
        if found.on_paper:
            mine = select(PaperCopy).where(PaperCopy.attempt_id == found.on_paper.id)
            found = replace(found, copy=office.session.scalar(mine))
    return found


def _plan(office: Office, enrolment_id: uuid.UUID) -> RemedialPlan | None:
    return office.session.scalar(
        select(RemedialPlan)
        .where(RemedialPlan.enrolment_id == enrolment_id)
        .options(joinedload(RemedialPlan.recorder))
        .order_by(RemedialPlan.recorded_at.desc(), RemedialPlan.id.desc())
        .limit(1)
    )


def marks(desk: Desk) -> progress.Sat:
    """What the progress keeps of this quiz or exam."""
    state = desk.study.progress
    return state.exam if desk.kind == "exam" else state.quizzes.get(desk.module, progress.Sat())
