"""By what rule an attempt is sat, and when its time is over."""

from __future__ import annotations

import datetime as dt

from app.courseware.course import Course, ExamRule, QuizRule
from app.records.exams import Attempt
from app.rules.errors import NotFound

STAGES = {"pre": "before", "post": "after"}
"""kinds of the two tests that compare → when they are taken"""
GRACE = dt.timedelta(minutes=2)
"""after the deadline, for an answer already on its way over a lost connection"""


def kind_of(module: str, stage: str) -> str:
    """The kind of attempt that belongs to *module* ("" is the exam) or to *stage* ("before", "after")."""
    return next((kind for kind, name in STAGES.items() if name == stage), "quiz" if module else "exam")


def rule_of(course: Course, module_id: str, kind: str) -> QuizRule | ExamRule:
    """The rule of a quiz, the exam or a test that compares. Raises ``NotFound`` where the course has none."""
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


def is_over(attempt: Attempt, now: dt.datetime) -> bool:
    """Whether deadline and grace of *attempt* are past."""
    return attempt.deadline_at is not None and now > attempt.deadline_at + GRACE
