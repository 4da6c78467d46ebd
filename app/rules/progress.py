"""Progress is a fold over events; this is the fold, and what follows from its result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from app.courseware.course import EXERCISE, Course, Lesson, Module, Scenario
from app.rules.following import follow
from app.rules.summary import Check, Event, Played, Progress, Run, Sat, from_json, to_json

__all__ = [
    "EXERCISE",
    "PARTICIPATION_SHARE",
    "Check",
    "CriterionKind",
    "Event",
    "Played",
    "Progress",
    "Run",
    "Sat",
    "Standing",
    "Step",
    "checks_answered",
    "complete",
    "exam_open",
    "exercise",
    "fold",
    "from_json",
    "lesson_done",
    "lessons_done",
    "next_step",
    "participated",
    "percent",
    "replay",
    "scene_of",
    "standings",
    "to_json",
    "unlocked",
]

PARTICIPATION_SHARE = 0.8
"""of the online lessons, for a certificate of participation (CURRICULUM C14)"""


def fold(state: Progress, event: Event, course: Course) -> Progress:
    """*state* after *event*. Nothing granted is ever taken back: done stays done, passed stays passed, marks only rise."""
    state = msgspec.structs.replace(state, counted=state.counted + 1)
    match event.kind:
        case "lesson.done":
            key = f"{event.module}/{event.item}"
            first = min(event.at, state.lessons.get(key, event.at))
            reread = tuple(one for one in state.reread if one != key)
            return msgspec.structs.replace(state, lessons={**state.lessons, key: first}, reread=reread)
        case "check.answered":
            check = Check(event.payload.get("response"), bool(event.payload.get("right")))
            return msgspec.structs.replace(state, checks={**state.checks, event.item: check})
        case "scene.chosen":
            return _play(state, event, course)
        case "attempt.closed":
            if stage := event.payload.get("compare"):
                mark = int(event.payload.get("mark", 0))
                return msgspec.structs.replace(state, compared={**state.compared, str(stage): mark})
            if event.payload.get("exam"):
                return msgspec.structs.replace(state, exam=_sit(state.exam, event))
            sat = _sit(state.quizzes.get(event.module, Sat()), event)
            return msgspec.structs.replace(state, quizzes={**state.quizzes, event.module: sat})
        case "practice.signed":
            result = str(event.payload.get("result", "not yet"))
            if state.practice.get(event.module) == "competent":
                return state
            return msgspec.structs.replace(state, practice={**state.practice, event.module: result})
        case "edition.followed" | "attempt.regraded":
            return follow(state, event)
    return state


def replay(events: Iterable[Event], course: Course) -> Progress:
    """The fold of *events* in the order given."""
    state = Progress()
    for event in events:
        state = fold(state, event, course)
    return state


def _sit(sat: Sat, event: Event) -> Sat:
    closed = max(event.at, sat.last_closed or event.at)
    mark = int(event.payload.get("mark", 0))
    return Sat(sat.attempts + 1, max(sat.best, mark), sat.passed or bool(event.payload.get("passed")), closed)


def scene_of(state: Progress, scenario: Scenario, run: str) -> str:
    """Where *run* of *scenario* stands: its scene, or the first one for a run not yet begun."""
    for played in state.scenarios.values():
        if played.last and played.last.run == run and scenario.scene(played.last.scene):
            return played.last.scene
    return scenario.scenes[0].id


def _play(state: Progress, event: Event, course: Course) -> Progress:
    module = course.module(event.module)
    scenario = module.scenario if module else None
    if scenario is None:  # a newer edition dropped the scenario: the event is kept and counts for nothing
        return state
    run_id, scene_id = str(event.payload.get("run", "")), str(event.payload.get("scene", ""))
    scene = scenario.scene(scene_id)
    index = event.payload.get("choice")
    if scene is None or not isinstance(index, int) or not 0 <= index < len(scene.choices):
        return state
    choice = scene.choices[index]
    played = state.scenarios.get(event.module, Played())
    before = played.last if played.last and played.last.run == run_id else Run(run_id, scene_id, {})
    dials = dict(before.dials)
    for dial, change in choice.effects.items():
        dials[dial] = dials.get(dial, 0) + change
    to = scenario.scene(choice.to)
    ending = (to.ending or "") if to else ""
    run = Run(run_id, choice.to, dials, before.critical or choice.critical or ending == "critical", ending)
    played = Played(
        run,
        played.finished + bool(ending),
        played.clean or (bool(ending) and not run.critical),
        played.good or ending == "good",
    )
    return msgspec.structs.replace(state, scenarios={**state.scenarios, event.module: played})


# What follows from a summary ---------------------------------------------------------------------------------------------


def lesson_done(state: Progress, module: str, lesson: str) -> bool:
    return f"{module}/{lesson}" in state.lessons


def lessons_done(module: Module, state: Progress) -> int:
    """How many lessons of *module* are finished."""
    return sum(lesson_done(state, module.id, lesson.id) for lesson in module.lessons)


def checks_answered(lesson: Lesson, state: Progress, country: str, course: Course) -> bool:
    """Whether every self-check of *lesson* that concerns a learner of *country* has been answered, rightly or not."""
    mine = (course.questions[q] for q in lesson.questions if q in course.questions)
    return all(q.id in state.checks for q in mine if not q.countries or not country or country in q.countries)


def unlocked(course: Course, state: Progress) -> frozenset[str]:
    """The modules that are open.

    In order: a module opens when every lesson of the one before is finished. Its quiz need not be passed yet, so that the
    waiting time between attempts keeps nobody from learning on.
    """
    words = course.unlock.split()
    if not words or words[0] == "any":
        return frozenset(module.id for module in course.modules)
    free_after = words[1] if words[0] == "after" and len(words) > 1 else None
    opened: set[str] = set()
    for module in course.modules:
        opened.add(module.id)
        if lessons_done(module, state) < len(module.lessons):
            break
        if module.id == free_after:
            return frozenset(m.id for m in course.modules)
    return frozenset(opened)


CriterionKind = Literal["lessons", "quiz", "scenario", "practice", "exam"]


class Standing(msgspec.Struct, frozen=True):
    """One criterion of completion and how the officer stands: the answer to "why am I not complete?"."""

    kind: CriterionKind
    module: str
    """"" for the exam; of ``practice``, EXERCISE for the integrated exercise"""
    met: bool
    done: int = 0
    total: int = 0
    """``lessons``: finished of all. ``quiz``, ``exam``: best mark and pass mark, in percent"""
    tried: bool = False
    """a quiz or exam was failed, a scenario ended in a critical error, a sheet was signed "not yet" """


def standings(course: Course, state: Progress) -> tuple[Standing, ...]:
    """Every criterion of *course*, in course order; the exam and the integrated exercise last.

    The course is complete when all are met.
    """
    rule = course.completion
    found: list[Standing] = []
    for module in course.modules:
        if rule.lessons:
            done, total = lessons_done(module, state), len(module.lessons)
            found.append(Standing("lessons", module.id, done == total, done, total, 0 < done < total))
        if rule.scenarios and module.scenario:
            played = state.scenarios.get(module.id, Played())
            met = played.clean if rule.scenarios == "without critical error" else played.finished > 0
            found.append(Standing("scenario", module.id, met, tried=played.finished > 0))
        if rule.quizzes and module.quiz:
            sat = state.quizzes.get(module.id, Sat())
            found.append(Standing("quiz", module.id, sat.passed, sat.best, rule.quizzes.pass_mark, sat.attempts > 0))
        if rule.practice and module.practice:
            found.append(_signed(state, module.id))
    if rule.exam and course.exam:
        sat = state.exam
        found.append(Standing("exam", "", sat.passed, sat.best, rule.exam.pass_mark, sat.attempts > 0))
    if rule.practice and course.exercise:
        found.append(_signed(state, EXERCISE))
    return tuple(found)


def _signed(state: Progress, sheet: str) -> Standing:
    result = state.practice.get(sheet, "")
    return Standing("practice", sheet, result == "competent", tried=bool(result))


def exercise(found: Iterable[Standing]) -> Literal["", "open", "not yet", "competent"]:
    """How the integrated exercise stands among the standings *found*; "" where the course asks for none."""
    standing = next((s for s in found if (s.kind, s.module) == ("practice", EXERCISE)), None)
    if standing is None:
        return ""
    return "competent" if standing.met else "not yet" if standing.tried else "open"


def complete(course: Course, state: Progress) -> bool:
    return all(standing.met for standing in standings(course, state))


def exam_open(course: Course, state: Progress) -> bool:
    """Whether the final exam may be sat: all that is done online comes first; practical sheets may follow."""
    return all(s.met for s in standings(course, state) if s.kind in ("lessons", "quiz", "scenario"))


def participated(course: Course, state: Progress) -> bool:
    """Whether enough lessons are finished for a certificate of participation."""
    total = sum(len(module.lessons) for module in course.modules)
    done = sum(lessons_done(module, state) for module in course.modules)
    return total > 0 and done >= PARTICIPATION_SHARE * total


def percent(course: Course, state: Progress) -> int:
    """Progress in whole percent, rounded down: each lesson and each other criterion weighs one. 100 only when complete."""
    done = total = 0
    for standing in standings(course, state):
        if standing.kind == "lessons":
            done, total = done + standing.done, total + standing.total
        else:
            done, total = done + standing.met, total + 1
    return 100 * done // total if total else 0


class Step(msgspec.Struct, frozen=True):
    """What to do next: a lesson, quiz, scenario, the exam, or to arrange a practice (EXERCISE for its ``module``: the
    integrated exercise).
    """

    kind: Literal["lesson", "scenario", "quiz", "exam", "practice"]
    module: str = ""
    lesson: str = ""


def next_step(course: Course, state: Progress) -> Step | None:
    """The first thing that is open and not done, in course order; ``None`` when the course is complete."""
    open_ = unlocked(course, state)
    by_key = {(s.kind, s.module): s for s in standings(course, state)}
    for module in course.modules:
        if module.id not in open_:
            break
        for lesson in module.lessons:
            if not lesson_done(state, module.id, lesson.id):
                return Step("lesson", module.id, lesson.id)
        for kind in ("scenario", "quiz"):
            standing = by_key.get((kind, module.id))  # type: ignore[call-overload]
            if standing and not standing.met:
                return Step(kind, module.id)  # type: ignore[arg-type]
    exam = by_key.get(("exam", ""))
    if exam and not exam.met:
        return Step("exam")
    for (kind, module_id), standing in by_key.items():
        if kind == "practice" and not standing.met:
            return Step("practice", module_id)
    return None
