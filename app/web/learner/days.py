"""An officer's practice days, and the survey at the end of a course."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.rules.survey import AGREE, MOMENTS, MOST_TEXT, OPEN, SCORED, SURE
from app.services import practicedays as services
from app.services import surveys
from app.web import entrance, practicedays
from app.web.kit import refusals
from app.web.kit.forms import Form, clean
from app.web.kit.i18n import _
from app.web.learner.door import door, study_of


@door.get("/<course>/practice-days/<uuid:day>.ics", may="learn")
def practice_day(course: str, day: uuid.UUID) -> ResponseReturnValue:
    """A practice day as a calendar file."""
    found = services.my_day(entrance.office(), entrance.actor(), course, day)
    return practicedays.calendar(found.day, url_for(".course", course=course))


class SurveyForm(Form):
    """Only the token: the answers are read beside it."""


@door.get("/<course>/survey", may="learn")
def survey(course: str) -> ResponseReturnValue:
    """The survey: its form, or why it is not open."""
    return _survey_page(course, SurveyForm(formdata=None))


def _survey_page(course: str, form: SurveyForm, fault: Refused | None = None) -> ResponseReturnValue:
    study = study_of(course)
    about = fault.values.get("field", "") if fault else ""
    if fault and not about:
        form.form_errors = [refusals.words(fault)]
    page = render_template(
        "surveys/answer.html",
        study=study,
        form=form,
        state=surveys.standing(entrance.office(), study.enrolment),
        agree=AGREE,
        sure=SURE,
        moments=MOMENTS,
        open_items=OPEN,
        most=MOST_TEXT,
        given=request.form,
        about=about,
        fault=refusals.words(fault) if fault and about else "",
    )
    return make_response(page, 422 if fault or form.errors else 200)


@door.post("/<course>/survey", may="learn")
def survey_answer(course: str) -> ResponseReturnValue:
    """Keep the answers, apart from who gave them."""
    form = SurveyForm()
    if not form.validate_on_submit():
        study_of(course)
        return _survey_page(course, form)
    said = {item: request.form.get(item, "") for item in SCORED}
    texts = {item: clean(request.form.get(item, "").replace("\r\n", "\n")) for item in OPEN}
    try:
        if any(score not in ("", "1", "2", "3", "4", "5") for score in said.values()):
            raise Refused("survey-malformed")
        scores = {item: int(score) for item, score in said.items() if score}
        surveys.answer(entrance.office(), entrance.actor(), course, scores, texts)
    except Refused as no:
        if no.code == "survey-answered":  # a double click: it is kept already
            return redirect(url_for(".survey", course=course), 303)
        return _survey_page(course, form, no)
    flash(_("Thank you. Your answers are kept, without your name."), "ok")
    return redirect(url_for(".survey", course=course), 303)
