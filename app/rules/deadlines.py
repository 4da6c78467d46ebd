"""Deadlines of a cohort: what an officer is to have done by when. A deadline locks nothing; being late is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from app.courseware.course import Course
from app.rules.progress import Progress, standings

EXAM = "exam"
"""the target of a deadline for the final exam; no module has this id"""
SOON = 7
"""days before, from which on a deadline is near"""


class Due(msgspec.Struct, frozen=True):
    """A deadline as it is for one officer."""

    target: str
    """the id of a module, or EXAM"""
    on: dt.date
    done: bool = False
    extended: bool = False

    def left(self, today: dt.date) -> int:
        """Days until it; 0 on the last day, negative after it."""
        return (self.on - today).days

    def late(self, today: dt.date) -> bool:
        """Whether the last day is over and it is not done."""
        return not self.done and today > self.on


def targets(course: Course) -> list[str]:
    """What of *course* can have a deadline, in its order."""
    has_exam = bool(course.completion.exam and course.exam)
    return [module.id for module in course.modules] + ([EXAM] if has_exam else [])


def met(course: Course, state: Progress, target: str) -> bool:
    """Whether an officer has done their part of *target*: lessons, simulation and quiz of a module, or the exam passed.

    A practical sheet is signed by a trainer on a day of the trainer's, so it makes nobody late. What the officer's
    edition no longer has is done.
    """
    if target == EXAM:
        return all(s.met for s in standings(course, state) if s.kind == "exam")
    return all(s.met for s in standings(course, state) if s.module == target and s.kind != "practice")


def dues(
    course: Course, state: Progress, days: Iterable[tuple[str, dt.date, dt.date | None]], completed: bool = False
) -> list[Due]:
    """The deadlines of one officer by day: *days* are (target, the cohort's day, the officer's own later day or ``None``).

    Whoever completed the course has done everything.
    """
    known = set(targets(course))
    found = [
        Due(target, own or day, completed or met(course, state, target), own is not None)
        for target, day, own in days
        if target in known
    ]
    order = targets(course)
    return sorted(found, key=lambda due: (due.on, order.index(due.target)))
