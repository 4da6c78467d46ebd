"""A draft as a learner will see it, in either language: the learner's own templates, and nothing is recorded.

An address is the learner's under another root. ``where`` is a language, with a country to learn as: "es", "en-CR".
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.rules.progress import EXERCISE, Check
from app.services import publishing
from app.services.learning import Study
from app.services.office import fold_name
from app.services.publishing import Draft
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.i18n import settle_language
from app.web.reading import response_of, say
from app.web.trainer.door import as_preview, door, draft_of

_WHERE = re.compile(r"(en|es)(?:-([A-Z]{2}))?")


class Seat(NamedTuple):
    """Whose place the preview takes: a learner of *country*, reading *code*, in a course as its draft has it."""

    draft: Draft
    study: Study
    where: str
    code: str
    country: str


def _sit(course: str, where: str, answers: dict[str, Check] | None = None) -> Seat:
    found = _WHERE.fullmatch(where)
    if found is None:
        raise NotFound("preview")
    code, country = found[1], found[2] or entrance.actor().country
    draft = draft_of(course)
    settle_language(code)
    return Seat(draft, publishing.study(draft.checked, country, answers), where, code, country)


def _show(
    template: str, seat: Seat, kind: str, of: str = "", item: str = "", /, *, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """A page of the preview; *kind*, *of* (a module) and *item* say of which file it is made.

    The language links of the site lead to the same page in the other language.
    """
    asked = request.args.get("lang", "")
    if asked in ("en", "es") and asked != seat.code and request.method == "GET":
        return redirect(_here(asked + seat.where[2:]))
    countries = sorted({*seat.study.course.countries, seat.country})
    html = render_template(
        "trainer/preview.html",
        shown=template,
        study=seat.study,
        seat=seat,
        row=seat.draft.row,
        countries=[(one, _here(f"{seat.code}-{one}")) for one in countries],
        path=_path(seat, kind, of, item),
        **values,
    )
    return make_response(as_preview(html, seat.draft.row.id, seat.where), status)


def _here(where: str) -> str:
    """This page of the preview from another seat."""
    return url_for(request.endpoint or ".preview_course", **{**(request.view_args or {}), "where": where})


def _path(seat: Seat, kind: str, module: str, item: str) -> str:
    """The file that a page is made of, or "" where its language has none."""
    wanted = (kind, module, item or kind, seat.code)
    found = (w.path for w in seat.draft.places.values() if (w.kind, w.module, w.item, w.language) == wanted)
    return next(found, "")


@door.get("/<course>/preview/<where>/", may="teach")
def preview_course(course: str, where: str) -> ResponseReturnValue:
    """The course as a learner finds it."""
    return _show("learner/course.html", _sit(course, where), "course", held=[])


@door.get("/<course>/preview/<where>/glossary", may="teach")
def preview_glossary(course: str, where: str) -> ResponseReturnValue:
    """The glossary."""
    seat = _sit(course, where)
    terms = [term for term in seat.study.course.terms if say(term.names, seat.code)]
    terms.sort(key=lambda term: fold_name(say(term.names, seat.code)[0]))
    return _show("learner/glossary.html", seat, "glossary", terms=terms)


@door.get("/<course>/preview/<where>/media/<path:path>", may="teach")
def preview_media(course: str, where: str, path: str) -> ResponseReturnValue:
    """A picture, sound or document of the draft."""
    mime, content = publishing.draft_media(entrance.office(), entrance.actor(), course, path)
    response = download(content, path.rpartition("/")[2], mime, inline=True)
    # opened by itself, a drawing is a document too: nothing in it may run
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@door.get("/<course>/preview/<where>/exam", may="teach")
def preview_exam(course: str, where: str) -> ResponseReturnValue:
    """The questions that only the final exam draws, with their answers."""
    seat = _sit(course, where)
    return _show("trainer/bank.html", seat, "exam", bank=publishing.bank(seat.study))


@door.get("/<course>/preview/<where>/<module>/", may="teach")
def preview_module(course: str, where: str, module: str) -> ResponseReturnValue:
    """A module."""
    seat = _sit(course, where)
    return _show("learner/module.html", seat, "module", module, module=seat.study.module(module))


@door.get("/<course>/preview/<where>/<module>/quiz", may="teach")
def preview_quiz(course: str, where: str, module: str) -> ResponseReturnValue:
    """The question bank of a module, with its answers."""
    seat = _sit(course, where)
    return _show("trainer/bank.html", seat, "quiz", module, bank=publishing.bank(seat.study, module))


@door.get("/<course>/preview/<where>/<module>/practice", may="teach")
def preview_practice(course: str, where: str, module: str) -> ResponseReturnValue:
    """The practical sheet as officers read it, and below it what is for trainers alone."""
    return _sheet(course, where, "practice", module)


@door.get("/<course>/preview/<where>/exercise", may="teach")
def preview_exercise(course: str, where: str) -> ResponseReturnValue:
    """The integrated exercise of the course, as a practical sheet is shown."""
    return _sheet(course, where, "exercise", EXERCISE)


def _sheet(course: str, where: str, kind: str, of: str) -> ResponseReturnValue:
    seat = _sit(course, where)
    sheet, module = seat.study.sheet(of)
    values: dict[str, Any] = {"module": module, "sheet": sheet, "sheet_id": of, "sheets": []}
    return _show("learner/practice.html", seat, kind, module.id if module else "", "practice", **values)


@door.get("/<course>/preview/<where>/<module>/scenario", may="teach")
def preview_scenario(course: str, where: str, module: str) -> ResponseReturnValue:
    """The simulation; the address remembers the choices made."""
    seat = _sit(course, where)
    found = seat.study.module(module)
    walk = publishing.walk(entrance.office(), seat.study, found, request.args.get("run", ""))
    return _show(
        "learner/scenario.html",
        seat,
        "scenario",
        module,
        module=found,
        scenario=walk.scenario,
        scene=walk.scene,
        run=walk.run,
        run_id=walk.path,
        dials=walk.dials,
    )


@door.post("/<course>/preview/<where>/<module>/scenario", may="teach")
def preview_choice(course: str, where: str, module: str) -> ResponseReturnValue:
    """Make a choice: on to the address of the next scene."""
    study = _sit(course, where).study
    path = "-".join(part for part in (request.form.get("run", ""), request.form.get("choice", "")) if part)
    publishing.walk(entrance.office(), study, study.module(module), path)
    here = url_for(".preview_scenario", course=course, where=where, module=module, run=path, _anchor="scene")
    return redirect(here, 303)


@door.get("/<course>/preview/<where>/<module>/<lesson>", may="teach")
def preview_lesson(course: str, where: str, module: str, lesson: str) -> ResponseReturnValue:
    """A lesson, its self-checks open."""
    return _lesson(_sit(course, where), module, lesson)


def _lesson(seat: Seat, module_id: str, lesson_id: str, wrong: str = "", about: str = "") -> ResponseReturnValue:
    module, lesson = seat.study.lesson(module_id, lesson_id)
    place = module.lessons.index(lesson)
    return _show(
        "learner/lesson.html",
        seat,
        "lesson",
        module_id,
        lesson_id,
        status=422 if wrong else 200,
        module=module,
        lesson=lesson,
        page=say(lesson.pages, seat.code),
        checks={q.id: (q, publishing.shown_order(q)) for q in seat.study.checks(lesson)},
        place=place,
        before=module.lessons[place - 1] if place else None,
        after=module.lessons[place + 1] if place + 1 < len(module.lessons) else None,
        again="",
        wrong=wrong,
        about=about,
    )


@door.post("/<course>/preview/<where>/<module>/<lesson>", may="teach")
def preview_answer(course: str, where: str, module: str, lesson: str) -> ResponseReturnValue:
    """Answer a self-check, or finish the lesson: shown, and forgotten."""
    seat = _sit(course, where)
    found, page = seat.study.lesson(module, lesson)
    about = request.form.get("check", "")
    if not about:
        here = {"course": course, "where": where, "module": module}
        following = found.lessons[found.lessons.index(page) + 1 :]
        if following:
            return redirect(url_for(".preview_lesson", **here, lesson=following[0].id), 303)
        return redirect(url_for(".preview_module", **here), 303)
    question = publishing.question(seat.study, page, about)
    try:
        response = response_of(question, publishing.shown_order(question), request.form, "a")
        answer = publishing.try_answer(question, response)
    except Refused as no:
        return _lesson(seat, module, lesson, refusals.words(no), about)
    return _lesson(_sit(course, where, {about: answer}), module, lesson)
