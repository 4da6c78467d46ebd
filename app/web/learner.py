"""The officer's door: courses, lessons, self-checks, simulations, quizzes, the exam, certificates."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules import draws
from app.rules.errors import NotFound, Refused
from app.rules.events import when
from app.services import certifying, exams, learning, publishing
from app.services.exams import Desk
from app.services.learning import Study
from app.services.office import fold_name
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language
from app.web.reading import response_of, say

door = Door("learner", __name__, url_prefix="/learn")
MOST_EVENTS = 50
"""in one batch of a device"""
MOST_BYTES = 1_000_000
"""of one batch"""


@door.get("/", may="learn")
def home() -> str:
    """My courses: progress, and what is next."""
    who = entrance.actor()
    return render_template("learner/home.html", studies=learning.my_courses(entrance.office(), who))


def _study(course: str) -> Study:
    return learning.study(entrance.office(), entrance.actor(), course)


@door.get("/<course>/", may="learn")
def course(course: str) -> str:
    """A course: its modules, what is next, and why it is not complete."""
    study = _study(course)
    held = certifying.of_enrolment(entrance.office(), study.enrolment.id)
    return render_template("learner/course.html", study=study, held=held)


@door.post("/<course>/participation", may="learn")
def participation(course: str) -> ResponseReturnValue:
    """Issue the certificate of participation."""
    study = _study(course)
    certifying.ask_participation(entrance.office(), entrance.actor(), course, study.course)
    flash(_("Your certificate of participation is ready."), "ok")
    return redirect(url_for("learner.certificates"), 303)


@door.get("/<course>/glossary", may="learn")
def glossary(course: str) -> str:
    """Every term of the course, in the reader's order of letters."""
    study = _study(course)
    code = language()
    terms = [term for term in study.course.terms if say(term.names, code)]
    terms.sort(key=lambda term: fold_name(say(term.names, code)[0]))
    return render_template("learner/glossary.html", study=study, terms=terms)


@door.get("/<course>/media/<path:path>", may="learn")
def media(course: str, path: str) -> ResponseReturnValue:
    """A picture, sound or document of the officer's edition."""
    study = _study(course)
    found = publishing.media(entrance.office(), study.enrolment.edition_id, path)
    response = download(found.content, path.rpartition("/")[2], found.mime, inline=True)
    response.headers["Cache-Control"] = "private, max-age=86400"
    # opened by itself, a drawing is a document too: nothing in it may run
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@door.get("/<course>/<module>/", may="learn")
def module(course: str, module: str) -> str:
    """A module: why it matters, objectives, lessons, simulation, quiz, practice."""
    study = _study(course)
    return render_template("learner/module.html", study=study, module=study.module(module))


# Lessons ------------------------------------------------------------------------------------------------------------------


@door.get("/<course>/<module>/<lesson>", may="learn")
def lesson(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """A lesson."""
    return _lesson_page(course, module, lesson)


def _lesson_page(
    course: str, module_id: str, lesson_id: str, *, wrong: Refused | None = None, about: str = "", status: int = 200
) -> ResponseReturnValue:
    study = _study(course)
    module, lesson = study.lesson(module_id, lesson_id)
    if module.id not in study.unlocked:
        return make_response(render_template("learner/locked.html", study=study, module=module), 403)
    page = say(lesson.pages)
    checks = {q.id: (q, draws.shown_order(q, str(study.enrolment.id))) for q in study.checks(lesson)}
    place = module.lessons.index(lesson)
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
        ),
        status,
    )


@door.post("/<course>/<module>/<lesson>", may="learn")
def lesson_deed(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Answer a self-check, or finish the lesson."""
    study = _study(course)
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
        return _lesson_page(course, module, lesson, wrong=no, about=about, status=422)
    return redirect(_after_lesson(_study(course), module, lesson), 303)


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
    study = _study(course)
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
    found = _study(course).module(module)
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
    study = _study(course)
    found = study.module(module)
    if found.practice is None:
        raise NotFound("practice")
    sheets = [s for s in learning.practice_sheets(entrance.office(), study.enrolment.id) if s.module == module]
    return make_response(render_template("learner/practice.html", study=study, module=found, sheets=sheets))


# Quiz and exam ------------------------------------------------------------------------------------------------------------
# The same pages: a quiz belongs to a module, the exam to the course. Flask's two addresses lead to one view each.


def _desk(course: str, module: str = "") -> Desk:
    return exams.desk(entrance.office(), entrance.actor(), course, module)


def _to(desk: Desk, view: str, **values: Any) -> str:
    """The address of *view* ("desk", "place", "hand_in", "result") of this quiz or exam."""
    where = {"course": desk.study.course.id} | ({"module": desk.module} if desk.module else {})
    return url_for(f".{'quiz' if desk.module else 'exam'}_{view}", **where, **values)


def _desk_page(desk: Desk) -> ResponseReturnValue:
    return make_response(
        render_template("learner/desk.html", desk=desk, study=desk.study, to=lambda v, **k: _to(desk, v, **k))
    )


@door.get("/<course>/<module>/quiz", may="learn")
def quiz_desk(course: str, module: str) -> ResponseReturnValue:
    """A module quiz: its rules, the attempts so far, begin or go on."""
    return _desk_page(_desk(course, module))


@door.get("/<course>/exam", may="learn")
def exam_desk(course: str) -> ResponseReturnValue:
    """The final exam: its rules, the attempts so far, begin or go on."""
    return _desk_page(_desk(course))


@door.post("/<course>/<module>/quiz", may="learn")
def quiz_start(course: str, module: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    return _start(course, module)


@door.post("/<course>/exam", may="learn")
def exam_start(course: str) -> ResponseReturnValue:
    """Begin the exam, or go on with it."""
    return _start(course, "")


def _start(course: str, module: str) -> ResponseReturnValue:
    try:
        exams.start(entrance.office(), entrance.actor(), course, module)
    except Refused as no:
        flash(refusals.words(no), "warn")
        return redirect(_to(_desk(course, module), "desk"), 303)
    desk = _desk(course, module)
    return redirect(_to(desk, "place", position=_first_open(desk)), 303)


def _first_open(desk: Desk) -> int:
    """The first place without an answer, or the first."""
    sheet = exams.sheet(entrance.office(), desk, 1)
    return next((n for n in range(1, sheet.total + 1) if n not in sheet.answered), 1)


@door.get("/<course>/<module>/quiz/<int:position>", may="learn")
def quiz_place(course: str, module: str, position: int) -> ResponseReturnValue:
    """One question of the open attempt."""
    return _place(_desk(course, module), position)


@door.get("/<course>/exam/<int:position>", may="learn")
def exam_place(course: str, position: int) -> ResponseReturnValue:
    """One question of the exam."""
    return _place(_desk(course), position)


def _place(desk: Desk, position: int, wrong: Refused | None = None) -> ResponseReturnValue:
    if desk.open is None:
        return redirect(_to(desk, "desk"))
    sheet = exams.sheet(entrance.office(), desk, position)
    page = render_template(
        "learner/place.html",
        desk=desk,
        study=desk.study,
        sheet=sheet,
        wrong=refusals.words(wrong) if wrong else "",
        to=lambda v, **k: _to(desk, v, **k),
    )
    return make_response(page, 422 if wrong else 200)


@door.post("/<course>/<module>/quiz/<int:position>", may="learn")
def quiz_answer(course: str, module: str, position: int) -> ResponseReturnValue:
    """Keep the answer and go where the button says."""
    return _answer(_desk(course, module), position)


@door.post("/<course>/exam/<int:position>", may="learn")
def exam_answer(course: str, position: int) -> ResponseReturnValue:
    """Keep the answer and go where the button says."""
    return _answer(_desk(course), position)


def _answer(desk: Desk, position: int) -> ResponseReturnValue:
    if desk.open is None:
        flash(refusals.words(Refused("attempt-over" if desk.kind == "exam" else "attempt-closed")), "warn")
        return redirect(_to(desk, "desk"), 303)
    office = entrance.office()
    sheet = exams.sheet(office, desk, position)
    try:
        response = response_of(sheet.question, sheet.order, request.form, "a")
        exams.answer(office, entrance.actor(), desk.open.id, position, response)
    except Refused as no:
        if no.code in ("attempt-over", "attempt-closed"):
            flash(refusals.words(no), "warn")
            return redirect(_to(desk, "desk"), 303)
        return _place(desk, position, no)
    go = request.form.get("go", "next")
    if go == "over":  # the clock in the page ran out: this answer is kept, the rest is handed in
        exams.submit(office, entrance.actor(), desk.open.id)
        return redirect(_to(desk, "desk"), 303)
    if go.isdecimal() and len(go) < 4 and 1 <= int(go) <= sheet.total:
        return redirect(_to(desk, "place", position=int(go)), 303)
    if go == "next" and position < sheet.total:
        return redirect(_to(desk, "place", position=position + 1), 303)
    return redirect(_to(desk, "hand_in"), 303)


@door.get("/<course>/<module>/quiz/hand-in", may="learn")
def quiz_hand_in(course: str, module: str) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    return _hand_in(_desk(course, module))


@door.get("/<course>/exam/hand-in", may="learn")
def exam_hand_in(course: str) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    return _hand_in(_desk(course))


def _hand_in(desk: Desk) -> ResponseReturnValue:
    if desk.open is None:
        return redirect(_to(desk, "desk"))
    sheet = exams.sheet(entrance.office(), desk, 1)
    page = render_template(
        "learner/hand_in.html", desk=desk, study=desk.study, sheet=sheet, to=lambda v, **k: _to(desk, v, **k)
    )
    return make_response(page)


@door.post("/<course>/<module>/quiz/hand-in", may="learn")
def quiz_submit(course: str, module: str) -> ResponseReturnValue:
    """Hand in."""
    return _submit(_desk(course, module))


@door.post("/<course>/exam/hand-in", may="learn")
def exam_submit(course: str) -> ResponseReturnValue:
    """Hand in."""
    return _submit(_desk(course))


def _submit(desk: Desk) -> ResponseReturnValue:
    if desk.open is None:  # handed in before, from another tab or by the deadline
        last = desk.closed[-1].number if desk.closed else 0
        return redirect(_to(desk, "result", number=last) if last else _to(desk, "desk"), 303)
    attempt = exams.submit(entrance.office(), entrance.actor(), desk.open.id)
    return redirect(_to(desk, "result", number=attempt.number), 303)


@door.get("/<course>/<module>/quiz/result/<int:number>", may="learn")
def quiz_result(course: str, module: str, number: int) -> ResponseReturnValue:
    """A closed attempt, explained."""
    return _result(_desk(course, module), number)


@door.get("/<course>/exam/result/<int:number>", may="learn")
def exam_result(course: str, number: int) -> ResponseReturnValue:
    """A closed attempt, explained."""
    return _result(_desk(course), number)


def _result(desk: Desk, number: int) -> ResponseReturnValue:
    review = exams.review(entrance.office(), desk, number)
    page = render_template(
        "learner/result.html", desk=desk, study=desk.study, review=review, to=lambda v, **k: _to(desk, v, **k)
    )
    return make_response(page)


# Certificates -------------------------------------------------------------------------------------------------------------


@door.get("/certificates/", may="learn")
def certificates() -> str:
    """My certificates, in each language and paper."""
    held = certifying.mine(entrance.office(), entrance.actor())
    return render_template("learner/certificates.html", held=held)


@door.get("/certificates/<code>.pdf", may="account")
def certificate(code: str) -> ResponseReturnValue:
    """The stored PDF: for its holder, their coordinators and administrators."""
    languages, paper = request.args.get("lang", language()), request.args.get("paper", "letter")
    content, name = certifying.pdf(entrance.office(), entrance.actor(), code, languages, paper)
    return download(content, name, "application/pdf")


# Devices ------------------------------------------------------------------------------------------------------------------


@door.post("/sync", may="learn")
def sync() -> ResponseReturnValue:
    """A batch of events from a device that was offline: each is acknowledged by its id, and counts once.

    JSON: {"device": …, "sent_at": ISO time, "events": [{"id", "at", "course", "kind", "module", "item", "payload"}, …]}.
    """
    office, who = entrance.office(), entrance.actor()
    if request.content_length is None or request.content_length > MOST_BYTES:
        abort(413)
    try:
        batch = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, thousands deep
        batch = None
    events = batch.get("events") if isinstance(batch, dict) else None
    if not isinstance(batch, dict) or not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Refused("response-malformed")
    now = office.now()
    sent_at = _moment(batch.get("sent_at"))
    results: list[dict[str, Any]] = []
    for raw in events:
        raw = raw if isinstance(raw, dict) else {}
        one: dict[str, Any] = {"id": _word(raw, "id"), "status": "rejected", "code": "response-malformed", "result": {}}
        try:
            payload = raw.get("payload")
            event = learning.event_for(
                _word(raw, "kind"),
                _word(raw, "module"),
                _word(raw, "item"),
                payload if isinstance(payload, dict) else {},
                when(_moment(raw.get("at")) or now, sent_at, now),
                one["id"] or "none",
            )
            outcome = learning.record(office, who, _word(raw, "course"), [event], _word(batch, "device"))[0]
            one |= {"status": outcome.status, "code": outcome.code, "result": outcome.result}
        except Refused:
            pass
        except NotFound:
            one["code"] = "not-in-course"
        results.append(one)
    return jsonify({"now": now.isoformat(), "results": results})


def _word(raw: dict[str, Any], key: str) -> str:
    """A name or id in what a device sent; "" for what can be neither: another type, too long, half characters."""
    text = raw.get(key)
    return text if isinstance(text, str) and len(text) <= 80 and text.isprintable() else ""


def _moment(text: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
