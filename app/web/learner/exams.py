"""Quizzes and the final exam: begin, one question a page, hand in, the result."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import appeals, exams
from app.services.exams import Desk
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.i18n import LANGUAGES, _
from app.web.learner.door import door
from app.web.reading import response_of

KEEP = "keep"

# The same pages: a quiz belongs to a module, the exam to the course. Flask's two addresses lead to one view each.


def _desk(course: str, module: str = "", stage: str = "") -> Desk:
    return exams.desk(entrance.office(), entrance.actor(), course, module, stage)


def _to(desk: Desk, view: str, **values: Any) -> str:
    """The address of *view* ("desk", "place", "hand_in", "result") of this quiz or exam."""
    where = {"course": desk.study.course.id}
    if desk.kind in exams.STAGES:
        return url_for(f".compare_{view}", **where, stage=exams.STAGES[desk.kind], **values)
    if desk.module:
        where["module"] = desk.module
    return url_for(f".{desk.kind}_{view}", **where, **values)


def _desk_page(desk: Desk) -> ResponseReturnValue:
    return make_response(
        render_template(
            "learner/desk.html",
            desk=desk,
            study=desk.study,
            saved=desk.kind == "quiz" and exams.waiting(entrance.office(), desk.study, desk.module),
            grace=exams.GRACE.total_seconds() / 60,
            to=lambda v, **k: _to(desk, v, **k),
        )
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


def _start(course: str, module: str, stage: str = "") -> ResponseReturnValue:
    try:
        exams.start(entrance.office(), entrance.actor(), course, module, stage)
    except Refused as no:
        flash(refusals.words(no), "warn")
        return redirect(_to(_desk(course, module, stage), "desk"), 303)
    desk = _desk(course, module, stage)
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
        if desk.closed:  # the other tab handed it in, or the clock did
            flash(refusals.words(Refused("attempt-closed")), "warn")
        return redirect(_to(desk, "desk"))
    sheet = exams.sheet(entrance.office(), desk, position)
    page = render_template(
        "learner/place.html",
        desk=desk,
        study=desk.study,
        sheet=sheet,
        wrong=refusals.words(wrong) if wrong else "",
        given=request.form if wrong else None,
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
    """Keep the answer, then go where the button says: "next", a place, "hand-in", "in-en" and "in-es" (this place in that
    language), "over" (the clock in the page ran out) or "keep" (a script keeps it while the officer reads on).
    """
    go = request.form.get("go", "next")
    if desk.open is None:
        if go == KEEP:
            return "", 409
        flash(refusals.words(Refused("attempt-over" if desk.kind == "exam" else "attempt-closed")), "warn")
        return redirect(_to(desk, "desk"), 303)
    office = entrance.office()
    sheet = exams.sheet(office, desk, position)
    try:
        response = response_of(sheet.question, sheet.order, request.form, "a", places=True)
        exams.answer(office, entrance.actor(), desk.open.id, position, response)
    except Refused as no:
        over = no.code in ("attempt-over", "attempt-closed")
        if go == KEEP:
            return "", 409 if over else 422
        if over:
            flash(refusals.words(no), "warn")
            return redirect(_to(desk, "desk"), 303)
        if go != "over":  # then half an answer stays out, and the rest is handed in
            return _place(desk, position, no)
    if go == KEEP:
        return "", 204
    return redirect(_next(desk, go, position, sheet.total), 303)


def _next(desk: Desk, go: str, position: int, total: int) -> str:
    if go == "over":
        if desk.open is not None:
            exams.submit(entrance.office(), entrance.actor(), desk.open.id)
        return _to(desk, "desk")
    if go.startswith("in-") and go[3:] in LANGUAGES:
        return _to(desk, "place", position=position, lang=go[3:])
    if go.isdecimal() and len(go) < 4 and 1 <= int(go) <= total:
        return _to(desk, "place", position=int(go))
    if go == "next" and position < total:
        return _to(desk, "place", position=position + 1)
    return _to(desk, "hand_in")


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
    if desk.open is None and desk.kind in exams.STAGES:
        return redirect(_to(desk, "desk"), 303)
    if desk.open is None:  # handed in before, from another tab or by the deadline
        last = desk.closed[-1].number if desk.closed else 0
        return redirect(_to(desk, "result", number=last) if last else _to(desk, "desk"), 303)
    attempt = exams.submit(entrance.office(), entrance.actor(), desk.open.id)
    if desk.kind in exams.STAGES:
        flash(_("Thank you. Your answers are kept; they count for nothing but the comparison."), "ok")
        return redirect(url_for(".course", course=desk.study.course.id), 303)
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
    office = entrance.office()
    review = exams.review(office, desk, number)
    ground = appeals.ground(office, entrance.actor(), desk.study.course.id, number) if desk.kind == "exam" else None
    page = render_template(
        "learner/result.html",
        desk=desk,
        study=desk.study,
        review=review,
        ground=ground,
        to=lambda v, **k: _to(desk, v, **k),
    )
    return make_response(page)


# The tests that compare -----------------------------------------------------------------------------------------------
# Before the course and after it: the same pages again, without a mark, an explanation or a second try.

STAGE = "<any(before, after):stage>"


@door.get(f"/<course>/compare/{STAGE}", may="learn")
def compare_desk(course: str, stage: str) -> ResponseReturnValue:
    """What the test is for; begin or go on."""
    desk = _desk(course, stage=stage)
    return make_response(
        render_template("learner/compare.html", desk=desk, study=desk.study, stage=stage, to=lambda v: _to(desk, v))
    )


@door.post(f"/<course>/compare/{STAGE}", may="learn")
def compare_start(course: str, stage: str) -> ResponseReturnValue:
    """Begin the test, or go on with it."""
    return _start(course, "", stage)


@door.get(f"/<course>/compare/{STAGE}/<int:position>", may="learn")
def compare_place(course: str, stage: str, position: int) -> ResponseReturnValue:
    """One question of the test."""
    return _place(_desk(course, stage=stage), position)


@door.post(f"/<course>/compare/{STAGE}/<int:position>", may="learn")
def compare_answer(course: str, stage: str, position: int) -> ResponseReturnValue:
    """Keep the answer and go where the button says."""
    return _answer(_desk(course, stage=stage), position)


@door.get(f"/<course>/compare/{STAGE}/hand-in", may="learn")
def compare_hand_in(course: str, stage: str) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    return _hand_in(_desk(course, stage=stage))


@door.post(f"/<course>/compare/{STAGE}/hand-in", may="learn")
def compare_submit(course: str, stage: str) -> ResponseReturnValue:
    """Hand in."""
    return _submit(_desk(course, stage=stage))
