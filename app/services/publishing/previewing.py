"""A draft as a learner will see it: nothing that is done in a preview is recorded."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from app.courseware.course import Course, Lesson, Module, Page, Question, Scenario, Scene
from app.records.learning import Enrolment
from app.rules import draws, grading
from app.rules.errors import NotFound, Refused
from app.rules.events import choice
from app.rules.progress import Check, Event, Played, Progress, Run, fold
from app.services.learning import Study
from app.services.office import Office
from app.services.publishing.checking import Checked

NOBODY = uuid.UUID(int=0)
LONGEST_WALK = 200
_PATH = re.compile(r"\d{1,2}(?:-\d{1,2})*")


def study(checked: Checked, country: str, answers: Mapping[str, Check] | None = None) -> Study:
    """A draft as a learner of *country* has it before them, every module open, with *answers* given to self-checks.

    Raises ``NotFound`` where not even course.yaml could be read.
    """
    if checked.course is None:
        raise NotFound("course")
    course = msgspec.structs.replace(_named(checked.course), unlock="any")
    enrolment = Enrolment(id=NOBODY, course_id=course.id, status="active")
    return Study(enrolment, course, Progress(checks=dict(answers or {})), country)


def _named(course: Course) -> Course:
    """*course* with its id in place of a title that is not written yet."""
    modules = tuple(
        module if module.pages else msgspec.structs.replace(module, pages=_title(course, module.id))
        for module in course.modules
    )
    return msgspec.structs.replace(course, modules=modules, pages=course.pages or _title(course, course.id))


def _title(course: Course, title: str) -> dict[str, Page]:
    return {language: Page(title) for language in course.languages}


def question(study: Study, lesson: Lesson, question_id: str) -> Question:
    """A self-check of *lesson* that the learner of the preview is asked. Raises ``NotFound``."""
    found = next((q for q in study.checks(lesson) if q.id == question_id), None)
    if found is None:
        raise NotFound("question")
    return found


def shown_order(question: Question) -> tuple[str, ...]:
    """The order in which a preview shows the answers of *question*."""
    return draws.shown_order(question, str(NOBODY))


def try_answer(question: Question, raw: Any) -> Check:
    """What a learner would be told about an answer. Raises ``Refused``."""
    response = grading.read(question, raw)
    if grading.is_empty(response):
        raise Refused("answer-missing")
    return Check(response, grading.grade(question, response).right)


@dataclass(frozen=True)
class Walk:
    """Where a walk through a simulation stands. ``path`` holds every choice so far and is all there is to remember."""

    scenario: Scenario
    scene: Scene
    run: Run | None
    path: str
    dials: dict[str, int]


def walk(office: Office, study: Study, module: Module, path: str = "") -> Walk:
    """The simulation of *module* after the choices of *path* ("0-2-1"). Raises ``NotFound`` where it leads nowhere."""
    scenario = module.scenario
    if scenario is None or not scenario.scenes:
        raise NotFound("scenario")
    if path and (not _PATH.fullmatch(path) or path.count("-") >= LONGEST_WALK):
        raise NotFound("scene")
    state, scene = Progress(), scenario.scenes[0]
    for step in path.split("-") if path else ():
        chosen = choice(scenario, scene.id, int(step))
        then = scenario.scene(chosen.to) if chosen else None
        if then is None:
            raise NotFound("scene")
        payload = {"run": "preview", "scene": scene.id, "choice": int(step)}
        event = Event(str(NOBODY), "scene.chosen", module.id, scenario.id, payload, office.now())
        state, scene = fold(state, event, study.course), then
    run = state.scenarios.get(module.id, Played()).last
    dials = {dial: run.dials.get(dial, 0) if run else 0 for dial in scenario.dials}
    return Walk(scenario, scene, run, path, dials)


@dataclass(frozen=True)
class Bank:
    """Questions with their answers, for trainers only. ``module`` is ``None`` for those of the final exam."""

    module: Module | None
    questions: tuple[Question, ...]


def bank(study: Study, module_id: str = "") -> Bank:
    """The question bank of a module, or that of the exam. Raises ``NotFound`` where there is none."""
    module = study.module(module_id) if module_id else None
    ids = module.quiz if module else study.course.exam
    if not ids:
        raise NotFound("bank")
    return Bank(module, tuple(study.course.questions[i] for i in ids if i in study.course.questions))
