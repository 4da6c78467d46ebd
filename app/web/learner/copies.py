"""Saved copies: a module's pages as a device keeps them, without the reader's name, progress, token or any answer.

A copy is the page of the same template, drawn for an officer who has done nothing yet (so its bytes change with the text
only, not with progress), in the language being spoken. Self-checks and simulations carry what follows an answer, sealed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from flask import current_app, render_template, request, url_for

from app.rules import draws
from app.rules.errors import NotFound
from app.rules.progress import Progress
from app.services import exams, offline
from app.services.exams import Saved
from app.services.learning import Study
from app.web import entrance
from app.web.installing import SHELL
from app.web.kit.assets import Assets
from app.web.reading import say

MEDIA = re.compile(r'(?:="|, )([^" ,]+/media/[^" ,#?]+)')


@dataclass(frozen=True)
class Item:
    """One file of a saved module: where it is read, where it is fetched, and what tells that it has changed."""

    address: str
    copy: str
    digest: str
    size: int


def items(study: Study, module_id: str) -> list[Item]:
    """Everything that a saved module consists of: its pages first, then what they show, then what they are made of."""
    found, bodies = [], []
    for name, address in _pages(study, module_id):
        body = page(study, module_id, name).encode()
        copy = url_for("learner.copy", course=study.course.id, module=module_id, name=name)
        found.append(Item(address, copy, hashlib.sha256(body).hexdigest(), len(body)))
        bodies.append(body.decode())
    found += _media(study, "".join(bodies))
    assets: Assets = current_app.extensions["paso.assets"]
    for name in SHELL:
        content = assets.contents[assets.names[name]]
        address = request.script_root + assets.url(name)
        found.append(Item(address, address, hashlib.sha256(content).hexdigest(), len(content)))
    return found


def _pages(study: Study, module_id: str) -> Iterator[tuple[str, str]]:
    """(name, address) of each page of the module."""
    module, course = study.module(module_id), study.course.id
    yield "_", url_for("learner.module", course=course, module=module_id)
    for lesson in module.lessons:
        yield lesson.id, url_for("learner.lesson", course=course, module=module_id, lesson=lesson.id)
    if module.scenario:
        yield "scenario", url_for("learner.scenario", course=course, module=module_id)
    if exams.offered(
        study, module
    ):  # at two addresses: where the quiz is taken online, and where it always is this draw
        yield "quiz", url_for("learner.quiz_saved", course=course, module=module_id)
        yield "quiz", url_for("learner.quiz_desk", course=course, module=module_id)


def _media(study: Study, html: str) -> Iterator[Item]:
    known = {media.path: media for media in study.course.media}
    for address in dict.fromkeys(MEDIA.findall(html)):
        media = known.get(unquote(address.partition("/media/")[2]))
        if media:
            yield Item(address, address, media.sha256, media.size)


def page(study: Study, module_id: str, name: str) -> str:
    """The copy of a page by its name: "_" (the module's own), a lesson's id, "scenario" or "quiz". Raises ``NotFound``."""
    saved = exams.reserve(entrance.office(), study, module_id) if name == "quiz" else None
    study = Study(study.enrolment, study.course, Progress(), study.country)
    module = study.module(module_id)
    shared: dict[str, Any] = {
        "study": study,
        "module": module,
        "copy": True,
        "person": None,
        "nav": (),
        "alone": True,
        "owner": offline.owner_key(study.enrolment.person_id),
    }
    if name == "_":
        return render_template("learner/module.html", offered=exams.offered(study, module), **shared)
    if saved:
        return _quiz(saved, shared)
    if name == "scenario" and module.scenario:
        return _scenario(study, module, shared)
    lesson = module.lesson(name)
    if lesson is None:
        raise NotFound("lesson")
    place = module.lessons.index(lesson)
    return render_template(
        "learner/lesson.html",
        lesson=lesson,
        page=say(lesson.pages),
        checks={q.id: (q, draws.shown_order(q, str(study.enrolment.id))) for q in study.checks(lesson)},
        place=place,
        before=module.lessons[place - 1] if place else None,
        after=module.lessons[place + 1] if place + 1 < len(module.lessons) else None,
        again="",
        wrong="",
        about="",
        sealed=feedback,
        **shared,
    )


def _quiz(saved: Saved, shared: dict[str, Any]) -> str:
    """The draw of this officer: questions, and nothing that follows an answer. The server alone grades it."""
    return render_template("learner/saved_quiz.html", saved=saved, rule=saved.desk.rule, **shared)


def feedback(question: Any) -> str:
    """What follows each answer to a self-check, sealed: JSON of answer → sealed HTML.

    Only a question with one answer tells whether it was right: for the others the copy says what is right, and the server
    grades, as it always does.
    """
    if question.kind == "one":
        told = {
            option.id: render_template("learner/feedback.html", question=question, option=option)
            for option in question.options
        }
    else:
        told = {"": render_template("learner/feedback.html", question=question, option=None)}
    return json.dumps({key: offline.seal(html, question.id, key) for key, html in told.items()})


def _scenario(study: Study, module: Any, shared: dict[str, Any]) -> str:
    scenario = module.scenario

    def scene(one: Any, critical: bool = False) -> str:
        return render_template(
            "learner/scene.html", scenario=scenario, scene=one, run_id="", run=None, critical=critical, **shared
        )

    edges: dict[str, str] = {}
    for one in scenario.scenes:
        for index, choice in enumerate(one.choices):
            to = scenario.scene(choice.to)
            told = {
                "html": scene(to),
                "dials": choice.effects,
                "critical": choice.critical or to.ending == "critical",
                "ending": to.ending or "",
            }
            if to.ending:
                told["after"] = scene(to, critical=True)
            edges[f"{one.id}/{index}"] = offline.seal(told, scenario.id, f"{one.id}/{index}")
    return render_template(
        "learner/scenario.html",
        scenario=scenario,
        scene=scenario.scenes[0],
        run=None,
        run_id="",
        dials=dict.fromkeys(scenario.dials, 0),
        edges=json.dumps(edges),
        **shared,
    )
