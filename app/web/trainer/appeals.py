"""The council of a course: appeals are read and answered, items annulled, other answers accepted."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import appeals, examiners, rulings
from app.services.appeals import Hearing
from app.services.rulings import Docket
from app.web import entrance, examining
from app.web.kit import refusals
from app.web.kit.forms import Form, Length, LongText, OneOf, Radios, Required
from app.web.kit.i18n import _, lazy
from app.web.reading import response_of
from app.web.trainer.door import door

DECISIONS = {
    "dismiss": lazy("The appeal is not upheld: nothing changes."),
    "accept": lazy("The officer's answer is accepted as right too, for everybody who gave it."),
    "annul": lazy("The question is annulled: it counts as right for everybody who was asked it."),
    "forgive": lazy("The attempt does not count: the officer may sit the exam once more, without waiting."),
}


class DecisionForm(Form):
    """The council's answer."""

    decision = Radios(lazy("Decision"), [Required(lazy("Choose a decision."))])
    reason = LongText(
        lazy("Reason"),
        [Required(lazy("Write the reason.")), Length(high=examiners.MOST_REASON)],
        description=lazy("The officer reads it; with a question lifted, everybody whose mark rises reads it too."),
    )


class RulingForm(Form):
    """What is decided about an item, without an appeal."""

    kind = Radios(
        lazy("What is decided"),
        [Required(lazy("Choose what is decided.")), OneOf(("accept", "annul"))],
        choices=[
            ("accept", lazy("Another answer counts as right too: the one chosen below")),
            ("annul", lazy("The question is annulled: it counts as right for everybody who was asked it")),
        ],
    )
    reason = LongText(
        lazy("Reason"),
        [Required(lazy("Write the reason.")), Length(high=examiners.MOST_REASON)],
        description=lazy("Everybody whose mark rises reads it."),
    )


@door.get("/exams/appeals/<uuid:appeal_id>", may="hold exams")
def exam_hearing(appeal_id: uuid.UUID) -> ResponseReturnValue:
    """An appeal: what is objected to, the question and its key, what was answered."""
    return _hearing_page(_hearing(appeal_id), DecisionForm(formdata=None))


def _hearing(appeal_id: uuid.UUID) -> Hearing:
    return appeals.hearing(entrance.office(), entrance.actor(), appeal_id)


def _choose(form: DecisionForm, found: Hearing) -> DecisionForm:
    form.decision.choices = [(name, DECISIONS[name]) for name in found.decisions]
    return form


def _hearing_page(found: Hearing, form: DecisionForm) -> ResponseReturnValue:
    return examining.page("hearing", _choose(form, found), hearing=found, open=not found.appeal.outcome)


@door.post("/exams/appeals/<uuid:appeal_id>", may="hold exams")
def exam_decide(appeal_id: uuid.UUID) -> ResponseReturnValue:
    """Answer it."""
    office, found = entrance.office(), _hearing(appeal_id)
    if found.appeal.outcome:
        flash(_("This appeal has been answered already."), "info")
        return redirect(url_for(".exam_hearing", appeal_id=appeal_id), 303)
    if found.own:
        raise Refused("exam-own")
    form = _choose(DecisionForm(), found)
    if not form.validate_on_submit():
        return _hearing_page(found, form)
    try:
        answered = appeals.decide(office, entrance.actor(), appeal_id, form.decision.data, form.reason.data or "")
    except Refused as no:
        return _hearing_page(found, refusals.put(form, no))
    if answered.ruling_id is not None:
        _apply(answered.ruling_id)
    flash(_("The appeal is answered; the officer is told by e-mail."), "ok")
    return redirect(url_for(".exam_hearing", appeal_id=appeal_id), 303)


def _apply(ruling_id: uuid.UUID) -> None:
    """Regrade what was closed; what cannot be done now, the worker does."""
    if not rulings.apply(entrance.office(), ruling_id):
        flash(_("Not every result could be brought up to date now; it is tried again by itself."), "warn")


# Without an appeal ----------------------------------------------------------------------------------------------------


@door.get("/<course>/items/<question>/ruling", may="hold exams")
def item_ruling(course: str, question: str) -> ResponseReturnValue:
    """The form that annuls an item of an edition or accepts another answer: ``?edition=``."""
    return _ruling_page(_docket(course, question), RulingForm(formdata=None))


def _docket(course: str, question: str) -> Docket:
    office, who = entrance.office(), entrance.actor()
    asked = request.values.get("edition", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    known = rulings.editions_that_asked(office, who, course, question)
    if not known or (number and number not in known):
        raise NotFound("question")
    return rulings.docket(office, who, course, question, number or known[0])


def _ruling_page(found: Docket, form: RulingForm) -> ResponseReturnValue:
    office, who = entrance.office(), entrance.actor()
    known = rulings.editions_that_asked(office, who, found.edition.course_id, found.question.id)
    given = request.form if form.errors else None
    try:
        response = response_of(found.question, found.order, request.form, "a")
    except Refused:
        response = None
    return examining.page("ruling", form, found=found, editions=known, given=given, response=response)


@door.post("/<course>/items/<question>/ruling", may="hold exams")
def item_rule(course: str, question: str) -> ResponseReturnValue:
    """Make the ruling, and regrade."""
    office, who = entrance.office(), entrance.actor()
    found = _docket(course, question)
    form = RulingForm()
    if not form.validate_on_submit():
        return _ruling_page(found, form)
    try:
        accepted = None
        if form.kind.data == "accept":
            accepted = response_of(found.question, found.order, request.form, "a")
        made = rulings.make(
            office, who, course, question, found.edition.number, form.kind.data, form.reason.data or "", accepted
        )
    except Refused as no:
        return _ruling_page(found, refusals.put(form, no))
    _apply(made.id)
    flash(_("It is decided. Results have been brought up to date, and those whose mark rose are told."), "ok")
    return redirect(url_for(".item", course=course, question=question, _anchor="rulings"), 303)
