"""Events: the only way in which an officer makes progress.

An event is a fact with an id minted where the button was pressed. Online forms and offline batches become the same events.
:func:`refusal` says whether one may count; :mod:`app.rules.progress` says what it changes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import msgspec

from app.courseware.course import Choice, Course, Scenario
from app.rules import progress as rules_of_progress
from app.rules.progress import Event, Progress

LEARNER_KINDS: frozenset[str] = frozenset({"lesson.done", "check.answered", "scene.chosen"})
"""what an officer's own device may send, beside ``quiz.taken`` (rules/savedquiz.py); the server alone makes
``attempt.closed`` and ``practice.signed``"""

LONGEST_OFFLINE = dt.timedelta(days=180)
LONGEST_RUN = 40
"""characters of the id that a device gives to a run of a simulation: it is kept in the progress"""


def when(claimed: dt.datetime, sent_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """The time to keep for an event: what the device claims, corrected by how wrong its clock was when it sent.

    Never in the future, never longer ago than a device may stay offline.
    """
    try:
        corrected = claimed + (now - sent_at) if sent_at else claimed
    except OverflowError:  # a clock thousands of years wrong says nothing
        corrected = now
    return max(min(corrected, now), now - LONGEST_OFFLINE)


def choice(scenario: Scenario, scene_id: str, index: Any) -> Choice | None:
    """The *index*-th choice (from 0) of a scene, or ``None``."""
    scene = scenario.scene(scene_id)
    if scene is None or not isinstance(index, int) or not 0 <= index < len(scene.choices):
        return None
    return scene.choices[index]


def refusal(event: Event, course: Course, state: Progress) -> str | None:
    """Why *event* may not count for an officer whose progress is *state*: a code, or ``None`` where it may.

    Codes: ``unknown-kind``, ``not-in-course``, ``module-locked``, ``checks-first``, ``scene-elsewhere``,
    ``response-malformed``.
    """
    if event.kind not in LEARNER_KINDS:
        return "unknown-kind"
    module = course.module(event.module)
    if module is None:
        return "not-in-course"
    if event.module not in rules_of_progress.unlocked(course, state):
        return "module-locked"
    match event.kind:
        case "lesson.done":
            lesson = module.lesson(event.item)
            if lesson is None:
                return "not-in-course"
            if not rules_of_progress.checks_answered(lesson, state, event.payload.get("country", ""), course):
                return "checks-first"
        case "check.answered":
            if not any(event.item in lesson.questions for lesson in module.lessons):
                return "not-in-course"
        case "scene.chosen":
            if module.scenario is None or event.item != module.scenario.id:
                return "not-in-course"
            run = event.payload.get("run", "")
            if not isinstance(run, str) or len(run) > LONGEST_RUN or not run.isprintable():
                return "response-malformed"
            at_scene = rules_of_progress.scene_of(state, module.scenario, run)
            if event.payload.get("scene") != at_scene:
                return "scene-elsewhere"
            if choice(module.scenario, at_scene, event.payload.get("choice")) is None:
                return "not-in-course"
    return None


class Outcome(msgspec.Struct, frozen=True):
    """What became of one event: ``applied``, ``duplicate`` or ``rejected`` (with its code); ``result`` is what was graded."""

    id: str
    status: Literal["applied", "duplicate", "rejected"]
    code: str = ""
    result: dict[str, Any] = {}
