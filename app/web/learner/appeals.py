"""An officer appeals against a closed exam: the whole of it, or one question."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.rules.errors import Refused
from app.rules.invigilation import APPEAL_DAYS
from app.services import appeals
from app.services.appeals import Ground
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Length, LongText, Required
from app.web.kit.i18n import _, lazy
from app.web.learner.door import door
from app.web.reading import say


class AppealForm(Form):
    """An appeal against a closed exam."""

    about = Choice(lazy("What it is about"), [Required(lazy("Choose what the appeal is about."))])
    reason = LongText(lazy("Your reason"), [Required(lazy("Write your reason.")), Length(high=appeals.MOST_REASON)])


@door.get("/<course>/exam/result/<int:number>/appeal", may="learn")
def exam_appeal(course: str, number: int) -> ResponseReturnValue:
    """The form of an appeal; ``?about=`` names a question by its place."""
    about = request.args.get("about", "", type=str)
    return _appeal_page(course, number, AppealForm(formdata=None, about=about))


def _appeal_page(course: str, number: int, form: AppealForm) -> ResponseReturnValue:
    ground = appeals.ground(entrance.office(), entrance.actor(), course, number)
    form.about.choices = _subjects(ground)
    page = render_template(
        "learner/appeal.html", ground=ground, desk=ground.desk, study=ground.desk.study, form=form, days=APPEAL_DAYS
    )
    return make_response(page, 422 if form.errors else 200)


def _subjects(ground: Ground, every: bool = False) -> list[tuple[str, str]]:
    """What may still be appealed against (or *every* thing): the whole, and questions by their place and first words."""
    found = [("", _("Choose…"))]
    if every or ground.whole:
        found.append(("0", _("The exam as a whole")))
    for place in ground.places if every else ground.free:
        words = " ".join(str(Markup(say(place.question.prompt)).striptags()).split())  # noqa: S704 - the course's own
        found.append((str(place.position), f"{place.position}. {words[:80]}{'…' if len(words) > 80 else ''}"))
    return found


@door.post("/<course>/exam/result/<int:number>/appeal", may="learn")
def exam_appeal_lodge(course: str, number: int) -> ResponseReturnValue:
    """Lodge it."""
    office, who = entrance.office(), entrance.actor()
    ground = appeals.ground(office, who, course, number)
    form = AppealForm()
    form.about.choices = _subjects(ground, every=True)  # sent twice, it is one appeal
    if ground.late:
        raise Refused("appeal-late", until=ground.until)
    if not form.validate_on_submit():
        return _appeal_page(course, number, form)
    try:
        appeals.lodge(office, who, course, number, int(form.about.data or 0), form.reason.data or "")
    except Refused as no:
        name = no.values.get("field", "")
        if name not in form:
            raise
        form[name].errors = [refusals.words(no)]
        return _appeal_page(course, number, form)
    flash(_("Your appeal is with the trainers of the course. You are told when it is answered."), "ok")
    return redirect(url_for(".exam_result", course=course, number=number, _anchor="appeals"), 303)
