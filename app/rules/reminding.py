"""Which reminders follow from the dates of a cohort, and to whom one of them is due: pure, so that the list of what is to
be sent and the sending itself cannot disagree.

A reminder is sent in the morning of the officer's own time zone, from its day to the last day on which it still helps: a
worker that stood still sends it late or not at all, never twice.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence

import msgspec

from app.rules.deadlines import Due

MORNING, EVENING = dt.time(8), dt.time(20)
"""between them officers are written to"""
STARTS_BEFORE = 3
DEADLINE_BEFORE = (7, 2)
ENDS_BEFORE = 7
BEHIND_EVERY = dt.timedelta(days=14)
HAND_DAYS = 2
"""how long one written by hand still makes sense after its day"""
KINDS = ("starts", "deadline", "ends", "exam-open", "behind")
STANDING = ("exam-open", "behind")
"""those that have no day: they are sent when they are true of an officer"""


class Planned(msgspec.Struct, frozen=True):
    """One reminder of a cohort."""

    kind: str
    """one of KINDS, or "hand" """
    on: dt.date | None = None
    """the day from which it is sent; ``None`` for STANDING"""
    until: dt.date | None = None
    """the last day on which it is sent"""
    target: str = ""
    """of a deadline: the id of a module, or EXAM"""
    before: int = 0
    """days before the deadline, as planned: what tells two reminders of one deadline apart"""

    @property
    def key(self) -> str:
        """What names it within its cohort: the same after its dates were moved, so that nobody gets it twice."""
        return "/".join(part for part in (self.kind, self.target, str(self.before or "")) if part)


class Officer(msgspec.Struct, frozen=True):
    """What decides whether a reminder concerns somebody."""

    started: bool
    completed: bool
    behind: bool
    exam_open: bool
    """the exam may be sat and is not passed"""
    dues: Sequence[Due] = ()

    def due(self, target: str) -> Due | None:
        return next((due for due in self.dues if due.target == target), None)


def plan(starts_on: dt.date, ends_on: dt.date, deadlines: Iterable[tuple[str, dt.date]]) -> list[Planned]:
    """Every reminder that follows from a cohort's days and *deadlines* (target, day), by day; the standing ones last."""
    found = [Planned("starts", starts_on - dt.timedelta(STARTS_BEFORE), starts_on)]
    for target, due_on in deadlines:
        found += _before(target, due_on)
    found.append(Planned("ends", max(starts_on, ends_on - dt.timedelta(ENDS_BEFORE)), ends_on))
    found.sort(key=lambda one: (one.on or ends_on, one.kind, one.target))
    return found + [Planned(kind) for kind in STANDING]


def _before(target: str, due_on: dt.date) -> list[Planned]:
    """The reminders of one deadline; each ends where the next begins."""
    days = [*DEADLINE_BEFORE, 0]
    found = []
    for before, after in itertools.pairwise(days):
        until = due_on - dt.timedelta(after + 1 if after else 0)
        found.append(Planned("deadline", due_on - dt.timedelta(before), until, target, before))
    return found


def of_officer(one: Planned, officer: Officer) -> Planned:
    """*one* with the days it has for *officer*, whose deadline may be a later one."""
    if one.kind != "deadline":
        return one
    due = officer.due(one.target)
    if due is None:
        return one
    return next(moved for moved in _before(one.target, due.on) if moved.before == one.before)


def concerns(one: Planned, officer: Officer) -> bool:
    """Whether *one* tells *officer* of something that they have not done meanwhile."""
    if officer.completed:
        return False
    match one.kind:
        case "starts":
            return not officer.started
        case "deadline":
            due = officer.due(one.target)
            return due is not None and not due.done
        case "exam-open":
            return officer.exam_open
        case "behind":
            return officer.behind
    return True


def is_time(one: Planned, local: dt.datetime) -> bool:
    """Whether *one* is to be sent at *local*, the officer's own time."""
    if not MORNING <= local.time() < EVENING:
        return False
    if one.on is None:
        return True
    return one.on <= local.date() <= (one.until or one.on)
