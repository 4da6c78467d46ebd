"""Whether a quiz that was taken from a saved module, without a network, counts when the server hears of it.

The officer may have sat the quiz online meanwhile, or handed the same draw in from a second device. Both are attempts as
far as the rules of attempts allow: no more of them than the course grants, and its hours between any two, whichever was
heard of first. Device clocks are put right, but not trusted further than that: hours are kept on both sides, so nobody
gains by a clock. What does not count is kept all the same, and the officer is told why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.courseware.course import Module, QuizRule
from app.rules import progress
from app.rules.progress import Progress


def when(claimed: dt.datetime, made_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The time to keep for something done on the device: not before the draw was made, not in the future."""
    return min(max(claimed, made_at), now)


def lessons_read(asked: Module, today: Module, state: Progress) -> bool:
    """Whether the lessons that the saved module (*asked*) had are read. A lesson that a newer edition (*today*) added was
    not on the device, and one that it dropped cannot be read any more: neither is asked for.
    """
    return all(
        progress.lesson_done(state, today.id, lesson.id)
        for lesson in asked.lessons
        if today.lesson(lesson.id) is not None
    )


def why_not(
    rule: QuizRule, at: dt.datetime, *, handed_in: bool, passed: bool, used: int, closed: Iterable[dt.datetime]
) -> str:
    """Why a saved quiz that was handed in *at* does not count, as a code; "" where it does.

    *handed_in*: the same draw was, before. *passed*: the officer has passed the quiz. *used*: attempts that count, open
    ones too. *closed*: when those were handed in. Codes: ``quiz-twice``, ``quiz-passed``, ``quiz-attempts``, ``quiz-wait``.
    """
    if handed_in:
        return "quiz-twice"
    if passed:
        return "quiz-passed"
    if rule.attempts and used >= rule.attempts:
        return "quiz-attempts"
    wait = dt.timedelta(hours=rule.wait_hours)
    return "quiz-wait" if any(abs(at - other) < wait for other in closed) else ""
