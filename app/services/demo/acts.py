"""What each stage of a course takes: a list of acts, and the days on which an officer with shifts does them."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from app.courseware.course import EXERCISE, Course, Module
from app.rules import progress
from app.services.demo.casting import COMPLETED, Stage

Kind = Literal["lessons", "scenario", "quiz", "practice", "exam"]


@dataclass(frozen=True)
class Act:
    """One sitting. ``how`` by kind: scenario "clean" or "critical"; quiz and exam "pass", "fail", "critical" or "open";
    practice "competent" or "not yet" (``module`` EXERCISE: the integrated exercise); lessons "" or "begun" (answers one
    self-check, finishes nothing)."""

    kind: Kind
    module: str = ""
    how: str = ""
    lessons: tuple[str, ...] = ()
    with_last: bool = False
    """on the same day as the act before"""
    wait_hours: float = 0
    """at least so long after the act before"""


def acts(course: Course, stage: Stage, rng: random.Random) -> list[Act]:
    """What an officer of *stage* has done in *course*, in order. What the course does not ask for is left out."""
    modules = course.modules
    if stage in ("invited", "not-started") or not modules:
        return []
    if stage == "begun":
        return _lessons(modules[0], rng, upto=rng.randint(1, max(1, len(modules[0].lessons) - 1)))
    if stage in COMPLETED:
        return [*_through(course, modules, rng), *_exam(course, rng, "pass"), *_exercise(course)]
    if stage == "no-exam":
        return [*_through(course, modules, rng), *_exercise(course)]
    if stage == "exam-failed":
        return [*_through(course, modules, rng), *_exam(course, rng, "fail"), *_exercise(course)]
    if stage == "no-practice":
        signed = 1.0 if rng.random() < 0.4 else 0.0
        done = [*_through(course, modules[:-1], rng, signed=signed), *_through(course, modules[-1:], rng, signed=0.0)]
        return [*done, *_exam(course, rng, "pass")]
    if stage == "participation":
        return _four_fifths(course, rng)
    reached = min(rng.randrange(1 if stage == "middle" else 0, max(2, len(modules))), len(modules) - 1)
    before, module = modules[:reached], modules[reached]
    done = _through(course, before, rng, signed=0.6)
    if stage in ("middle", "withdrawn"):
        return [*done, *_lessons(module, rng, upto=rng.randrange(0, len(module.lessons)))]
    done += _lessons(module, rng)
    if stage == "scenario-critical":
        return [*done, *_scenario(module, "critical")]
    done += _scenario(module, "clean")
    tries = {
        "quiz-waiting": ("fail", "fail"),
        "quiz-critical": ("critical",),
        "quiz-open": ("open",),
        "no-attempts": ("fail", "critical", "fail"),
    }[stage]
    return done + _quiz(course, module, *tries)


def learner_acts(course: Course, rng: random.Random) -> list[Act]:
    """The officer whom visitors sign in as: the first module all done, the second half, a self-check just answered."""
    first, *others = course.modules
    done = [*_lessons(first, rng), *_scenario(first, "clean"), *_quiz(course, first, "pass"), *_practice(course, first)]
    if others:
        half = len(others[0].lessons) // 2
        done += _lessons(others[0], rng, upto=half)
        done.append(Act("lessons", others[0].id, "begun", (others[0].lessons[half].id,), with_last=True))
    return done


def _through(course: Course, modules: Sequence[Module], rng: random.Random, signed: float = 1.0) -> list[Act]:
    """Everything of *modules*, with the slips that happen. Each practice is signed with the chance *signed*."""
    done: list[Act] = []
    for module in modules:
        done += _lessons(module, rng)
        done += _scenario(module, *(["critical"] if rng.random() < 0.2 else []), "clean")
        done += _quiz(course, module, *rng.choices(((), ("fail",), ("critical",)), (76, 16, 8))[0], "pass")
        if rng.random() < signed:
            done += _practice(course, module, *(["not yet"] if rng.random() < 0.1 else []), "competent")
    return done


def _lessons(module: Module, rng: random.Random, upto: int | None = None) -> list[Act]:
    """The first *upto* lessons (or all), two to four in a sitting."""
    ids = [lesson.id for lesson in module.lessons][:upto]
    done: list[Act] = []
    while ids:
        size = rng.randint(2, 4)
        done.append(Act("lessons", module.id, lessons=tuple(ids[:size])))
        ids = ids[size:]
    return done


def _scenario(module: Module, *hows: str) -> list[Act]:
    if module.scenario is None:
        return []
    return [Act("scenario", module.id, how, with_last=i == 0) for i, how in enumerate(hows)]


def _quiz(course: Course, module: Module, *hows: str) -> list[Act]:
    rule = course.completion.quizzes
    if rule is None or not module.quiz:
        return []
    return [Act("quiz", module.id, how, wait_hours=rule.wait_hours if i else 0) for i, how in enumerate(hows)]


def _practice(course: Course, module: Module, *hows: str) -> list[Act]:
    if not course.completion.practice or module.practice is None:
        return []
    return [Act("practice", module.id, how) for how in hows or ("competent",)]


def _exam(course: Course, rng: random.Random, how: str) -> list[Act]:
    rule = course.completion.exam
    if rule is None or not course.exam:
        return []
    # of those who have not passed, half have failed twice: their last attempt waits for a plan
    failed = (rng.choice(("fail", "critical")),) if rng.random() < (0.2 if how == "pass" else 0.5) else ()
    hows = (*failed, how)
    return [Act("exam", "", one, wait_hours=rule.wait_hours if i else 0) for i, one in enumerate(hows)]


def _exercise(course: Course) -> list[Act]:
    """The integrated exercise, on the last day, after whatever else that day holds."""
    if not course.completion.practice or course.exercise is None:
        return []
    return [Act("practice", EXERCISE, "competent", with_last=True)]


def _four_fifths(course: Course, rng: random.Random) -> list[Act]:
    """As many lessons as a certificate of participation needs, and not all."""
    wanted = math.ceil(sum(len(module.lessons) for module in course.modules) * progress.PARTICIPATION_SHARE)
    done: list[Act] = []
    for module in course.modules:
        if wanted <= 0:
            break
        whole = len(module.lessons) <= wanted and module is not course.modules[-1]
        done += _through(course, [module], rng, signed=0.5) if whole else _lessons(module, rng, upto=wanted)
        wanted -= len(module.lessons)
    return done


def days_needed(play: Sequence[Act]) -> int:
    """On how many days *play* is done."""
    return sum(1 for i, act in enumerate(play) if not (i and act.with_last))


def schedule(
    play: Sequence[Act], first: dt.date, last: dt.date, zone: ZoneInfo, rng: random.Random
) -> list[tuple[Act, dt.datetime | None]]:
    """*play* with the moment at which each act begins: days drawn from *first* to *last*, hours of one's shift.

    ``None``: as soon as the act before is over.
    """
    needed = days_needed(play)
    span = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
    days = iter(sorted([*rng.sample(span[:-1], needed - 1), last]) if needed else [])
    hour = rng.choice((6, 7, 8, 9, 10, 13, 14, 15, 16))
    found: list[tuple[Act, dt.datetime | None]] = []
    for i, act in enumerate(play):
        if i and act.with_last:
            found.append((act, None))
            continue
        minute = rng.randrange(150)
        at = dt.datetime.combine(next(days), dt.time(hour), zone) + dt.timedelta(
            minutes=minute, seconds=rng.randrange(60)
        )
        found.append((act, at.astimezone(dt.UTC)))
    return found
