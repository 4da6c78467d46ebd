"""Questions from another system and for another one: a file is sent, accounted for question by question, then taken."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, NotFound, Refused
from app.services import publishing
from app.services.publishing import BankReport, Draft, Goal, Held, Wishes
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Choice, Form, Radios, Required, Text, Upload
from app.web.kit.i18n import _, in_language, language, lazy
from app.web.reading import say
from app.web.trainer.door import door, draft_of, sent_files

KINDS = {
    "auto": lazy("Recognise it"),
    "gift": "Moodle GIFT",
    "moodle-xml": "Moodle XML",
    "aiken": "Aiken",
    "edx-markdown": lazy("Open edX, simple Markdown"),
    "olx": lazy("Open edX, OLX (XML, or a zip of the folder)"),
    "markdown": "Markdown",
}
SHAPES = {"converted": "ok", "changed": "warn", "refused": "bad"}
MOST_TICKS = 1500


class WishesForm(Form):
    """What holds for the whole file."""

    language = Radios(lazy("Language of the questions"), [Required()], choices=[("en", "English"), ("es", "Español")])
    goal = Choice(lazy("Where they go"), [Required()])
    prefix = Text(lazy("Beginning of their ids"), [Required()])
    kind = Choice(lazy("Format"), choices=list(KINDS.items()))


class BankForm(WishesForm):
    """A file of questions."""

    file = Upload(lazy("File of questions"), [Required(lazy("Choose the file."))])


def _fill(form: WishesForm, draft: Draft) -> Any:
    form.goal.choices = [
        ("", _("Choose a place")),
        *((one.key, goal_words(one)) for one in publishing.places_to_go(draft)),
    ]
    return form


def goal_words(goal: Goal) -> str:
    """A place for questions, in words."""
    title = say(goal.titles) or goal.stem
    if goal.kind == "quiz":
        return _("Quiz of the module “%(title)s”", title=title)
    if goal.kind == "exam":
        return _("Final exam, module “%(title)s”", title=title)
    return _("End of the lesson “%(title)s”", title=title)


def _wishes(form: WishesForm) -> Wishes:
    return Wishes(form.language.data or "", form.goal.data or "", form.prefix.data or "", form.kind.data or "auto")


def _blame(form: WishesForm, no: Refused) -> None:
    """Say a refusal beside the field that it is about."""
    fields = {"import-prefix": form.prefix, "import-goal": form.goal, "import-lesson-missing": form.goal}
    field = fields.get(no.code) or getattr(form, "file", form.goal)
    field.errors = [refusals.words(no)]


@door.get("/<course>/import", may="teach")
def import_bank(course: str) -> ResponseReturnValue:
    """Choose a file of questions."""
    draft = draft_of(course)
    goal = request.args.get("to", "")
    module = goal.rpartition(":")[2].partition("/")[0]
    named = next((one.module for one in publishing.places_to_go(draft) if one.key == goal), module)
    given = {"language": language(), "goal": goal, "prefix": named[:30].strip("-"), "kind": "auto"}
    return _choose(draft, _fill(BankForm(formdata=None, data=given), draft))


def _choose(draft: Draft, form: BankForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "trainer/import.html",
        row=draft.row,
        form=form,
        waiting=publishing.unfinished(entrance.office(), entrance.actor(), draft.row.id),
        readable=draft.checked.course is not None,
    )
    return make_response(page, status)


@door.post("/<course>/import", may="teach")
def import_bank_now(course: str) -> ResponseReturnValue:
    """Keep the file, and on to its report. Nothing is in the draft yet."""
    draft = draft_of(course)
    form = _fill(BankForm(), draft)
    sent = sent_files("file")
    if form.validate_on_submit() and sent:
        name, data = sent[0]
        try:
            kept = publishing.send_import(entrance.office(), entrance.actor(), course, name, data, _wishes(form))
        except Refused as no:
            _blame(form, no)
        else:
            return redirect(url_for(".import_report", course=course, bank_id=kept.id), 303)
    return _choose(draft, form, 422)


# The report -----------------------------------------------------------------------------------------------------------


@door.get("/<course>/import/<uuid:bank_id>", may="teach")
def import_report(course: str, bank_id: uuid.UUID) -> ResponseReturnValue:
    """What would become of every question; or, once it is done, what was done."""
    kept = publishing.sent_import(entrance.office(), entrance.actor(), course, bank_id)
    if kept.done:
        return _done_page(course, kept)
    return _report_page(course, kept)


def _report_page(
    course: str, kept: Held, form: Any = None, wrong: str = "", ticked: list[int] | None = None, status: int = 200
) -> ResponseReturnValue:
    found: BankReport | None = None
    try:
        found = publishing.import_report(entrance.office(), entrance.actor(), course, kept.id)
        draft = found.draft
    except Refused as no:  # what it was meant for is gone since
        draft, wrong, status = draft_of(course), wrong or refusals.words(no), max(status, 200)
    if form is None:
        wishes = publishing.wishes_of(kept)
        given = {name: getattr(wishes, name) for name in ("language", "goal", "prefix", "kind")}
        form = _fill(WishesForm(formdata=None, data=given), draft)
    if ticked is None and found is not None:
        ticked = [] if request.args.get("ticks") == "none" else list(found.usable)
    page = render_template(
        "trainer/import_report.html",
        row=draft.row,
        draft=draft,
        kept=kept,
        found=found,
        where=goal_words(found.goal) if found else "",
        shown=_questions(found) if found else {},
        ticked=frozenset(ticked or ()),
        form=form,
        wrong=wrong,
        kinds=KINDS,
        shapes=SHAPES,
        outcomes=publishing.OUTCOMES,
        note_words=publishing.words,
        code=language(),
    )
    return make_response(page, status)


def _questions(found: BankReport) -> dict[str, str]:
    """Every question that can be taken as learners see it, asked and answered, with the words around it in its own
    language.
    """
    with in_language(found.wishes.language):
        return {
            name: render_template(
                "trainer/import_question.html", question=question, order=publishing.shown_order(question)
            )
            for name, question in found.questions.items()
        }


@door.post("/<course>/import/<uuid:bank_id>", may="teach")
def import_report_now(course: str, bank_id: uuid.UUID) -> ResponseReturnValue:
    """Take all or the ticked questions into the draft, read the file otherwise, or throw it away: the button says."""
    office, who = entrance.office(), entrance.actor()
    kept = publishing.sent_import(office, who, course, bank_id)
    here = url_for(".import_report", course=course, bank_id=bank_id)
    if kept.done:
        return redirect(here, 303)
    go = request.form.get("go", "")
    if go == "forget":
        publishing.forget(office, who, course, bank_id)
        flash(_("“%(name)s” was thrown away. Nothing of it is in the draft.", name=kept.name), "ok")
        return redirect(url_for(".import_bank", course=course), 303)
    if go == "read":
        return _read_otherwise(course, kept, here)
    numbers = [int(one) for one in request.form.getlist("take")[:MOST_TICKS] if one.isdecimal() and len(one) < 6]
    try:
        publishing.take(office, who, course, bank_id, request.form.get("token", ""), None if go == "all" else numbers)
    except Conflict as no:
        return _report_page(course, kept, wrong=refusals.words(no), ticked=numbers, status=409)
    except Refused as no:
        return _report_page(course, kept, wrong=refusals.words(no), ticked=numbers, status=422)
    return redirect(here, 303)


def _read_otherwise(course: str, kept: Held, here: str) -> ResponseReturnValue:
    form = _fill(WishesForm(), draft_of(course))
    if form.validate_on_submit():
        try:
            publishing.change_import(entrance.office(), entrance.actor(), course, kept.id, _wishes(form))
        except Refused as no:
            _blame(form, no)
        else:
            return redirect(here, 303)
    return _report_page(course, kept, form, status=422)


def _done_page(course: str, kept: Held) -> ResponseReturnValue:
    done = publishing.taken_import(entrance.office(), entrance.actor(), course, kept)
    page = render_template(
        "trainer/import_done.html",
        row=done.draft.row,
        draft=done.draft,
        done=done,
        kept=kept,
        counts=kept.outcome,
        code=language(),
    )
    return make_response(page)


# The other way --------------------------------------------------------------------------------------------------------


@door.get("/<course>/bank/", may="teach")
def banks(course: str) -> str:
    """Every bank of the draft as GIFT, in each language, and what of it GIFT cannot hold."""
    draft = draft_of(course)
    return render_template(
        "trainer/banks.html",
        row=draft.row,
        shelves=publishing.shelves(draft),
        exam=publishing.EXAM,
        note_words=publishing.words,
        code=language(),
    )


@door.get("/<course>/bank/<where>/<module>.gift", may="teach")
def bank_gift(course: str, where: str, module: str) -> ResponseReturnValue:
    """A bank of the draft as GIFT; *where* is its language, *module* "exam" for the questions of the exam."""
    if where not in ("en", "es"):
        raise NotFound("bank")
    exported = publishing.gift(entrance.office(), entrance.actor(), course, module, where)
    return download(exported.text.encode(), f"{course}-{module}.{where}.gift", "text/plain", where)
