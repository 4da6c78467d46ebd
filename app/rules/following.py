"""What becomes of an officer's progress when their course gets a new edition.

Stable ids carry it over. Where a lesson moved to another module, or a module got another id, what was done is found again
under the new name (:func:`moves`). Where a question or lesson says something else now, the trainer who publishes chooses
what earlier answers are worth (:func:`choices`). Nobody ever loses what was granted: whatever is chosen, done stays done,
passed stays passed, and marks only rise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

import msgspec

from app.courseware.course import Course, Question
from app.rules import grading
from app.rules.editions import Objection, homes, renamed_modules
from app.rules.errors import Refused
from app.rules.summary import Event, Progress

T = TypeVar("T")

Treatment = Literal["keep", "again", "regrade"]
"""``keep``: earlier answers are worth what they were. ``again``: a self-check is asked again, a lesson is shown as changed,
and a failed attempt that asked the item does not count against the attempts. ``regrade``: an answer that is right now
counts as right; none becomes wrong."""

_SAME_QUESTION: frozenset[str] = frozenset({"answer-changed", "critical-changed", "option-added", "option-removed"})
_OF_A_QUESTION: frozenset[str] = _SAME_QUESTION | {"question-reused", "kind-changed", "option-reused"}


class Choice(msgspec.Struct, frozen=True):
    """One lesson or question that changed in substance, and what may be done about earlier answers to it."""

    key: str
    """``lesson:<module>/<lesson>`` (as it is named now) or ``question:<id>``"""
    module: str
    item: str
    kinds: tuple[str, ...]
    """what changed, as kinds of objections"""
    treatments: tuple[Treatment, ...]

    @property
    def is_lesson(self) -> bool:
        return self.key.startswith("lesson:")


class Moves(msgspec.Struct, frozen=True):
    """Old name → new name, for what was only moved or renamed."""

    lessons: dict[str, str] = {}
    """ "module/lesson" → "module/lesson" """
    modules: dict[str, str] = {}


def moves(current: Course | None, following: Course) -> Moves:
    """What is found in *following* under another name than in *current*."""
    if current is None:
        return Moves()
    modules = renamed_modules(current, following)
    lessons: dict[str, str] = {}
    now = homes(following)
    for lesson, home in homes(current).items():
        if now.get(lesson, home) != home:
            lessons[f"{home}/{lesson}"] = f"{now[lesson]}/{lesson}"
    for old, new in modules.items():
        before, after = current.module(old), following.module(new)
        assert before is not None and after is not None
        for one in before.lessons:
            if after.lesson(one.id) is not None:
                lessons.setdefault(f"{old}/{one.id}", f"{new}/{one.id}")
    return Moves(lessons, modules)


def choices(objections: Iterable[Objection]) -> tuple[Choice, ...]:
    """What the trainer may choose for, in course order: lessons and questions that changed in substance."""
    found: dict[str, list[Objection]] = {}
    for one in objections:
        if one.kind == "lesson-changed":
            found.setdefault(f"lesson:{one.module}/{one.item}", []).append(one)
        elif one.kind in _OF_A_QUESTION:
            found.setdefault(f"question:{one.item}", []).append(one)
    made = []
    for key, ones in found.items():
        kinds = tuple(dict.fromkeys(one.kind for one in ones))
        regrade = not key.startswith("lesson:") and all(kind in _SAME_QUESTION for kind in kinds)
        treatments: tuple[Treatment, ...] = ("keep", "again", "regrade") if regrade else ("keep", "again")
        made.append(Choice(key, ones[0].module, ones[0].item, kinds, treatments))
    return tuple(made)


class Plan(msgspec.Struct, frozen=True):
    """What publishing does to earlier answers: what moved, and what the trainer chose."""

    moves: Moves = Moves()
    reread: frozenset[str] = frozenset()
    """lessons ("module/lesson") to be shown as changed"""
    again: frozenset[str] = frozenset()
    """questions to be asked again"""
    regrade: frozenset[str] = frozenset()
    """questions whose earlier answers may rise"""


def plan(moved: Moves, open_choices: Iterable[Choice], chosen: Mapping[str, str]) -> Plan:
    """The plan of *chosen* (key → treatment); what is not chosen is kept. Raises ``Refused("treatment-unknown")``."""
    known = {one.key: one for one in open_choices}
    sets: dict[str, set[str]] = {"lesson:again": set(), "question:again": set(), "question:regrade": set()}
    for key, treatment in chosen.items():
        if key not in known or treatment not in known[key].treatments:
            raise Refused("treatment-unknown", key=key[:200])
        if treatment != "keep":
            kind, _colon, name = key.partition(":")
            sets[f"{kind}:{treatment}"].add(name)
    return Plan(
        moved,
        frozenset(sets["lesson:again"]),
        frozenset(sets["question:again"]),
        frozenset(sets["question:regrade"]),
    )


def regraded(question: Question, response: Any) -> grading.Grade | None:
    """What an earlier *response* is worth now, or ``None`` where it means nothing to *question* any more."""
    try:
        return grading.grade(question, grading.read(question, response))
    except Refused:
        return None


def payload(state: Progress, plan: Plan, following: Course) -> dict[str, Any]:
    """What an ``edition.followed`` event says to *state*; empty where nothing changes for this officer."""
    said: dict[str, Any] = {}
    lessons = {old: new for old, new in sorted(plan.moves.lessons.items()) if old in state.lessons}
    if lessons:
        said["lessons"] = lessons
    sat = {*state.scenarios, *state.quizzes, *state.practice}
    modules = {old: new for old, new in sorted(plan.moves.modules.items()) if old in sat}
    if modules:
        said["modules"] = modules
    names = {plan.moves.lessons.get(key, key) for key in state.lessons}
    if reread := sorted(plan.reread & names):
        said["reread"] = reread
    if again := sorted(plan.again & state.checks.keys()):
        said["again"] = again
    right = []
    for name in sorted(plan.regrade & state.checks.keys()):
        question, check = following.questions.get(name), state.checks[name]
        if question is not None and not check.right:
            grade = regraded(question, check.response)
            if grade is not None and grade.right:
                right.append(name)
    if right:
        said["right"] = right
    return said


def follow(state: Progress, event: Event) -> Progress:
    """*state* after ``edition.followed`` or ``attempt.regraded``: the part of the fold that judges the past anew.

    The payload may also hold ``sat``: module ("" for the exam) → best mark and whether passed, of attempts regraded.
    """
    said = event.payload
    lessons = dict(state.lessons)
    for old, new in said.get("lessons", {}).items():
        done = lessons.pop(old, None)
        if done is not None:
            lessons[new] = min(done, lessons.get(new, done))
    modules: dict[str, str] = said.get("modules", {})
    quizzes = _renamed(state.quizzes, modules)
    exam = state.exam
    for module, result in said.get("sat", {}).items():
        before = quizzes.get(module) if module else exam
        if before is None:
            continue
        risen = msgspec.structs.replace(
            before, best=max(before.best, int(result["mark"])), passed=before.passed or bool(result["passed"])
        )
        if module:
            quizzes[module] = risen
        else:
            exam = risen
    again, right = said.get("again", ()), said.get("right", ())
    checks = {
        name: msgspec.structs.replace(check, right=True) if name in right else check
        for name, check in state.checks.items()
        if name not in again
    }
    return msgspec.structs.replace(
        state,
        lessons=lessons,
        checks=checks,
        quizzes=quizzes,
        exam=exam,
        scenarios=_renamed(state.scenarios, modules),
        practice=_renamed(state.practice, modules),
        reread=tuple(sorted({*state.reread, *said.get("reread", ())} & lessons.keys())),
    )


def _renamed(kept: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    """*kept* under its new names; what already stands there stays."""
    found = {module: one for module, one in kept.items() if module not in names}
    for old, new in names.items():
        if old in kept:
            found.setdefault(new, kept[old])
    return found
