"""Copies of the exam are printed and cancelled by the trainers of the officers they are for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import papercopies
from app.web import entrance, papers
from app.web.examining import ReasonForm, page
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Choice, Form, Hidden, OneOf
from app.web.kit.i18n import _, lazy, ngettext
from app.web.trainer.door import door


def trail() -> Sequence[tuple[str, str]]:
    """From the trainer's first page to the list of copies."""
    return [
        (_("Teaching"), url_for(".home")),
        (_("Exams"), url_for(".exams")),
        (_("On paper"), url_for(".exam_copies")),
    ]


papers.hang(door, "hold exams", trail)


class PrintForm(Form):
    """What is printed, and how; the officers are read beside it."""

    language = Choice(
        lazy("Language"),
        [OneOf(("", "es", "en"))],
        choices=[("", lazy("each officer's own")), ("es", "Español"), ("en", "English")],
    )
    sheet = Choice(lazy("Paper size"), [OneOf(("letter", "a4"))], choices=[("letter", lazy("Letter")), ("a4", "A4")])
    batch = Hidden()


@door.get("/exams/paper/<uuid:cohort>/", may="hold exams")
def exam_paper(cohort: uuid.UUID) -> ResponseReturnValue:
    """The officers of a cohort, and for whom a copy can be printed."""
    return _choose(PrintForm(formdata=None, batch=str(uuid.uuid4())), cohort_id=cohort)


@door.get("/exams/paper/without/<course>/", may="hold exams")
def exam_paper_without(course: str) -> ResponseReturnValue:
    """The same, for officers without a cohort."""
    return _choose(PrintForm(formdata=None, batch=str(uuid.uuid4())), course_id=course)


def _choose(form: PrintForm, chosen: Sequence[str] = (), **which: Any) -> ResponseReturnValue:
    group, candidates = papercopies.candidates(entrance.office(), entrance.actor(), **which)
    return page(
        "print", form, group=group, candidates=candidates, chosen=chosen, trail=trail(), most=papercopies.MOST_COPIES
    )


@door.post("/exams/paper/<uuid:cohort>/", may="hold exams")
def exam_paper_print(cohort: uuid.UUID) -> ResponseReturnValue:
    """Make the copies."""
    return _print(cohort_id=cohort)


@door.post("/exams/paper/without/<course>/", may="hold exams")
def exam_paper_print_without(course: str) -> ResponseReturnValue:
    """Make the copies."""
    return _print(course_id=course)


def _print(**which: Any) -> ResponseReturnValue:
    office, who = entrance.office(), entrance.actor()
    _group, candidates = papercopies.candidates(office, who, **which)
    form = PrintForm()
    asked = request.form.getlist("officer")
    if not form.validate_on_submit():
        return _choose(form, asked, **which)
    known = {str(one.enrolment.id): one.enrolment.id for one in candidates}
    ids = [known[one] for one in asked if one in known]
    try:
        made = papercopies.print_copies(
            office, who, ids, form.language.data or "", form.sheet.data or "letter", _id(form.batch.data)
        )
    except Refused as no:
        return _choose(refusals.put(form, no), asked, **which)
    if made.left:
        flash(
            ngettext(
                "For %(num)s officer no copy could be made: the exam is not open to them any more.",
                "For %(num)s officers no copy could be made: the exam is not open to them any more.",
                made.left,
            ),
            "warn",
        )
    return redirect(url_for(".exam_batch", batch_id=made.batch), 303)


def _id(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise Refused("response-malformed") from None


@door.get("/exams/batches/<uuid:batch_id>/", may="hold exams")
def exam_batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Copies made together: their codes, and the PDF."""
    found = papercopies.batch(entrance.office(), entrance.actor(), batch_id)
    return page("batch", papers=found, batch_id=batch_id, trail=trail())


@door.get("/exams/batches/<uuid:batch_id>.pdf", may="hold exams")
def exam_batch_pdf(batch_id: uuid.UUID) -> ResponseReturnValue:
    """All copies of a printing that are still out, one after the other."""
    office, who = entrance.office(), entrance.actor()
    content, name = papercopies.pdf(office, who, papercopies.batch(office, who, batch_id))
    return download(content, name, "application/pdf")


@door.get("/exams/copies/<copy_code>/copy.pdf", may="hold exams")
def exam_copy_pdf(copy_code: str) -> ResponseReturnValue:
    """One copy again, while it is out: the same code, the same questions."""
    office, who = entrance.office(), entrance.actor()
    content, name = papercopies.pdf(office, who, [papercopies.paper(office, who, copy_code, "hold exams")])
    return download(content, name, "application/pdf")


@door.get("/exams/copies/<copy_code>/cancel", may="hold exams")
def exam_copy_cancel(copy_code: str) -> ResponseReturnValue:
    """The form that cancels a copy."""
    found = papercopies.paper(entrance.office(), entrance.actor(), copy_code, "hold exams")
    return page("copy_cancel", ReasonForm(formdata=None), paper=found, trail=trail())


@door.post("/exams/copies/<copy_code>/cancel", may="hold exams")
def exam_copy_cancelled(copy_code: str) -> ResponseReturnValue:
    """Cancel it: it was no attempt."""
    office, who = entrance.office(), entrance.actor()
    found = papercopies.paper(office, who, copy_code, "hold exams")
    if found.own or found.copy.state == "graded":
        raise Refused("exam-own" if found.own else "copy-graded")
    form = ReasonForm()
    if not form.validate_on_submit():
        return page("copy_cancel", form, paper=found, trail=trail())
    papercopies.cancel(office, who, copy_code, form.reason.data or "")
    flash(_("The copy is cancelled and does not count as an attempt."), "ok")
    return redirect(url_for(".exam_copy", copy_code=found.copy.code), 303)
