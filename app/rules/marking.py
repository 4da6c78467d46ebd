"""What a whole paper is worth, and whether that passes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.courseware.course import ExamRule, Question, QuizRule
from app.rules.grading import Grade


class Marks(msgspec.Struct, frozen=True):
    """Whole percents, rounded down: 79.9 is no pass at 80."""

    mark: int
    critical: int
    """of the critical items that are right; 100 where none was asked"""


def marks(places: Iterable[tuple[Question, Grade]]) -> Marks:
    """The marks of a paper: every place it asks with the grade of its answer (none given earns nothing)."""
    credit = total = 0.0
    critical_right = critical_total = 0
    for question, grade in places:
        credit, total = credit + grade.credit, total + 1
        critical_total += question.critical
        critical_right += question.critical and grade.right
    return Marks(
        int(100 * credit / total + 1e-9) if total else 0,
        100 * critical_right // critical_total if critical_total else 100,
    )


def passes(rule: QuizRule | ExamRule, mark: int, critical: int) -> bool:
    """Whether *mark* and *critical* (percent) pass under *rule*."""
    if isinstance(rule, ExamRule):
        return mark >= rule.pass_mark and critical >= rule.critical_mark
    return mark >= rule.pass_mark and not (rule.critical_all and critical < 100)
