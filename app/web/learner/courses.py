"""An officer's courses: pages, lessons, simulations, practical sheets, certificates."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules import draws
from app.rules.errors import NotFound, Refused
from app.rules.progress import EXERCISE
from app.services import badges, booklets, certifying, cohorts, learning, notes, practicedays, publishing, surveys
from app.services.cohorts import announcing, deadlines, joining
from app.services.learning import Study
from app.services.notes import Place
from app.services.office import fold_name
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.i18n import _, language
from app.web.learner.door import door, study_of
from app.web.reading import response_of, say


@door.get("/", may="learn")
def home() -> str:
    """My courses: progress, and what is next."""
    office, who = entrance.office(), entrance.actor()
    studies = learning.my_courses(office, who)
    return render_template(
        "learner/home.html",
        studies=studies,
        dues=deadlines.mine(office, studies),
        today=cohorts.today_of(office, who),
        messages=announcing.messages(office, who, language()),
        offers=joining.offers(office, who),
        next_days=practicedays.next_days(office, who),
    )


@door.get("/<course>/", may="learn")
def course(course: str) -> str:
    """A course: its modules, what is next, and why it is not complete."""
    study = study_of(course)
    office = entrance.office()
    return render_template(
        "learner/course.html",
        study=study,
        held=certifying.of_enrolment(office, study.enrolment.id),
        days=practicedays.mine(office, entrance.actor(), course),
        survey_state=surveys.standing(office, study.enrolment),
        dues=deadlines.mine(office, [study]).get(study.enrolment.id, []),
        today=cohorts.today_of(office, entrance.actor()),
    )


@door.post("/<course>/participation", may="learn")
def participation(course: str) -> ResponseReturnValue:
    """Issue the certificate of participation."""
    study = study_of(course)
    certifying.ask_participation(entrance.office(), entrance.actor(), course, study.course)
    flash(_("Your certificate of participation is ready."), "ok")
    return redirect(url_for("learner.certificates"), 303)


@door.get("/<course>/glossary", may="learn")
def glossary(course: str) -> str:
    """Every term of the course, in the reader's order of letters."""
    study = study_of(course)
    code = language()
    terms = [term for term in study.course.terms if say(term.names, code)]
    terms.sort(key=lambda term: fold_name(say(term.names, code)[0]))
    return render_template("learner/glossary.html", study=study, terms=terms)


@door.get("/<course>/media/<path:path>", may="learn")
def media(course: str, path: str) -> ResponseReturnValue:
    """A picture, sound or document of the officer's edition."""
    study = study_of(course)
    found = publishing.media(entrance.office(), study.enrolment.edition_id, path)
    response = download(found.content, path.rpartition("/")[2], found.mime, inline=True)
    response.headers["Cache-Control"] = "private, max-age=86400"
    # opened by itself, a drawing is a document too: nothing in it may run
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@door.get("/<course>/<module>/", may="learn")
def module(course: str, module: str) -> str:
    """A module: why it matters, objectives, lessons, simulation, quiz, practice."""
    study = study_of(course)
    return render_template("learner/module.html", study=study, module=study.module(module))


@door.get("/<course>/<module>/booklet.pdf", may="learn")
def booklet(course: str, module: str) -> ResponseReturnValue:
    """The module on paper: ``?lang=en|es&paper=letter|a4``."""
    spoken, paper = request.args.get("lang", language()), request.args.get("paper", "letter")
    content, name = booklets.mine(entrance.office(), entrance.actor(), course, module, spoken, paper)
    return download(content, name, "application/pdf")


# Lessons ------------------------------------------------------------------------------------------------------------------


@door.get("/<course>/<module>/<lesson>", may="learn")
def lesson(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """A lesson."""
    return lesson_page(course, module, lesson)


def lesson_page(
    course: str,
    module_id: str,
    lesson_id: str,
    *,
    wrong: Refused | None = None,
    about: str = "",
    status: int = 200,
    typed: tuple[str, str] | None = None,
) -> ResponseReturnValue:
    """A lesson with the visitor's note; *wrong* is what was refused, *about* which question of it or the note.

    *typed* is a note that could not be saved, and the version it was begun from.
    """
    study = study_of(course)
    module, lesson = study.lesson(module_id, lesson_id)
    if module.id not in study.unlocked:
        return make_response(render_template("learner/locked.html", study=study, module=module), 403)
    page = say(lesson.pages)
    checks = {q.id: (q, draws.shown_order(q, str(study.enrolment.id))) for q in study.checks(lesson)}
    place = module.lessons.index(lesson)
    noted = notes.of_lesson(entrance.office(), entrance.actor(), Place(course, module.id, lesson.id))
    text = noted.text if noted else ""
    return make_response(
        render_template(
            "learner/lesson.html",
            study=study,
            module=module,
            lesson=lesson,
            page=page,
            checks=checks,
            place=place,
            before=module.lessons[place - 1] if place else None,
            after=module.lessons[place + 1] if place + 1 < len(module.lessons) else None,
            again=request.args.get("again", ""),
            wrong=refusals.words(wrong) if wrong else "",
            about=about,
            noted=noted,
            note=typed or (text, notes.version(text)),
        ),
        status,
    )


@door.post("/<course>/<module>/<lesson>", may="learn")
def lesson_deed(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Answer a self-check, or finish the lesson."""
    study = study_of(course)
    _module, found = study.lesson(module, lesson)
    about = request.form.get("check", "")
    try:
        if about:
            question = next((q for q in study.checks(found) if q.id == about), None)
            if question is None:
                raise NotFound("question")
            order = draws.shown_order(question, str(study.enrolment.id))
            response = response_of(question, order, request.form, "a")
            _record(course, "check.answered", module, about, {"response": response})
            return redirect(url_for(".lesson", course=course, module=module, lesson=lesson, _anchor=f"q-{about}"), 303)
        _record(course, "lesson.done", module, lesson, {})
    except Refused as no:
        return lesson_page(course, module, lesson, wrong=no, about=about, status=422)
    return redirect(_after_lesson(study_of(course), module, lesson), 303)


def _record(course: str, kind: str, module: str, item: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Record one deed of a form. Raises ``Refused`` when the rules refuse it; a repeated one is what it was."""
    office = entrance.office()
    event = learning.event_for(kind, module, item, payload, office.now(), request.form.get("event", ""))
    outcome = learning.record(office, entrance.actor(), course, [event], "browser")[0]
    if outcome.status == "rejected":
        raise Refused(outcome.code)
    return outcome.result


def _after_lesson(study: Study, module_id: str, lesson_id: str) -> str:
    """Where to go after a finished lesson: the next one, else back to the module."""
    module, lesson = study.lesson(module_id, lesson_id)
    following = module.lessons[module.lessons.index(lesson) + 1 :]
    if following:
        return url_for(".lesson", course=study.course.id, module=module_id, lesson=following[0].id)
    flash(_("You have finished every lesson of this module."), "ok")
    return url_for(".module", course=study.course.id, module=module_id)


# Simulation ---------------------------------------------------------------------------------------------------------------


@door.get("/<course>/<module>/scenario", may="learn")
def scenario(course: str, module: str) -> ResponseReturnValue:
    """The simulation, at the scene where the run stands; ``?new`` begins a new run."""
    study = study_of(course)
    found = study.module(module)
    if found.scenario is None:
        raise NotFound("scenario")
    if found.id not in study.unlocked:
        return make_response(render_template("learner/locked.html", study=study, module=found), 403)
    run = study.run_of(found)
    fresh = run is None or "new" in request.args
    scene = found.scenario.scenes[0] if fresh or run is None else found.scenario.scene(run.scene)
    return make_response(
        render_template(
            "learner/scenario.html",
            study=study,
            module=found,
            scenario=found.scenario,
            scene=scene or found.scenario.scenes[0],
            run=None if fresh else run,
            run_id=str(uuid.uuid4()) if fresh or run is None else run.run,
            dials={dial: 0 if fresh or run is None else run.dials.get(dial, 0) for dial in found.scenario.dials},
        )
    )


@door.post("/<course>/<module>/scenario", may="learn")
def scenario_choice(course: str, module: str) -> ResponseReturnValue:
    """Make a choice."""
    found = study_of(course).module(module)
    if found.scenario is None:
        raise NotFound("scenario")
    index = request.form.get("choice", "")
    payload = {
        "run": request.form.get("run", "")[:40],
        "scene": request.form.get("scene", ""),
        "choice": int(index) if index.isdecimal() and len(index) < 4 else -1,
    }
    try:
        _record(course, "scene.chosen", module, found.scenario.id, payload)
    except Refused as no:
        flash(refusals.words(no), "warn")
    return redirect(url_for(".scenario", course=course, module=module, _anchor="scene"), 303)


# Practice -----------------------------------------------------------------------------------------------------------------


@door.get("/<course>/<module>/practice", may="learn")
def practice(course: str, module: str) -> ResponseReturnValue:
    """The practical sheet: what is observed, and what a trainer has signed."""
    return _sheet_page(course, module)


@door.get("/<course>/exercise", may="learn")
def exercise(course: str) -> ResponseReturnValue:
    """The integrated exercise at the end of a course: how it goes, what is observed, and what was signed."""
    return _sheet_page(course, EXERCISE)


def _sheet_page(course: str, module_id: str) -> ResponseReturnValue:
    study = study_of(course)
    sheet, module = study.sheet(module_id)
    signed = [s for s in learning.practice_sheets(entrance.office(), study.enrolment.id) if s.module == module_id]
    page = render_template(
        "learner/practice.html", study=study, module=module, sheet=sheet, sheet_id=module_id, sheets=signed
    )
    return make_response(page)


# Certificates -------------------------------------------------------------------------------------------------------------


@door.get("/certificates/", may="learn")
def certificates() -> str:
    """My certificates, in each language and paper."""
    office, who = entrance.office(), entrance.actor()
    return render_template(
        "learner/certificates.html", held=certifying.mine(office, who), surveys=surveys.waiting(office, who)
    )


@door.get("/certificates/<code>.pdf", may="account")
def certificate(code: str) -> ResponseReturnValue:
    """The stored PDF: for its holder, their coordinators and administrators."""
    languages, paper = request.args.get("lang", language()), request.args.get("paper", "letter")
    content, name = certifying.pdf(entrance.office(), entrance.actor(), code, languages, paper)
    _told(code)
    return download(content, name, "application/pdf")


@door.get("/certificates/<code>.json", may="account")
def certificate_badge(code: str) -> ResponseReturnValue:
    """The same certificate as an Open Badge: for whom the PDF is."""
    content, name = certifying.credential(entrance.office(), entrance.actor(), code)
    _told(code)
    return download(content, name, badges.MEDIA_TYPE)


def _told(code: str) -> None:
    """Who takes somebody else's certificate is told of to its holder."""
    who = entrance.actor()
    if who.may("read roster"):
        entrance.saw(certifying.for_actor(entrance.office(), who, code).person_id, "certificate.view")
