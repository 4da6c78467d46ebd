"""Exams on paper, for those who enter them: the copies that wait, one copy and its answers, where two entries differ.

:func:`hang` puts these pages behind a door, as :mod:`app.web.examining` does its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, NotFound, Refused
from app.services import papercopies
from app.services.papercopies import Paper
from app.web import entrance
from app.web.examining import page
from app.web.kit import refusals
from app.web.kit.forms import Day, Form, Hidden, Required, Search, Tick
from app.web.kit.guards import Door
from app.web.kit.i18n import _, lazy

Trail = Callable[[], Sequence[tuple[str, str]]]
"""the links from a door's first page to its list of copies"""


class CodeForm(Form):
    """The code on a copy."""

    class Meta(Form.Meta):
        csrf = False  # it only looks for something

    code = Search(lazy("Code of the copy"), [Required(lazy("Enter the code that stands on the copy."))])


class EntryForm(Form):
    """What the sheet says besides the answers."""

    sat_on = Day(lazy("Date on the answer sheet"))


class ConfirmForm(Form):
    """The second person has compared."""

    seal = Hidden()
    compared = Tick(
        lazy("I have the answer sheet before me and have compared every answer with it."),
        [Required(lazy("Compare every answer with the sheet and tick the box."))],
    )


class ResolveForm(Form):
    """Where two entries differ: the choices are read beside it."""


_ELSEWHERE = {
    "out": "copy-not-typed",
    "typed": "copy-not-disputed",
    "disputed": "copy-disputed",
    "graded": "copy-graded",
    "cancelled": "copy-cancelled",
}
"""state → what is said of a form that does not belong to it"""


def hang(door: Door, may: str, trail: Trail) -> None:
    """Put the pages behind *door*, for those who hold *may*."""

    def paper_of(code: str) -> Paper:
        return papercopies.paper(entrance.office(), entrance.actor(), code, may)

    @door.get("/exams/copies/", may=may)
    def exam_copies() -> ResponseReturnValue:
        """Copies on paper that are neither graded nor cancelled; ``?code=`` leads to one."""
        form = CodeForm(request.args if "code" in request.args else None)
        if "code" in request.args and form.validate():
            try:
                found = paper_of(form.code.data or "")
                return redirect(url_for(".exam_copy", copy_code=found.copy.code))
            except Refused as no:
                refusals.put(form, no)
            except NotFound:
                form.code.errors = [_("There is no such copy among your officers. Read the code again.")]
        waiting = papercopies.pending(entrance.office(), entrance.actor(), may)
        return page("copies", form, waiting=waiting, trail=trail(), may_print=may == "hold exams")

    @door.get("/exams/copies/<copy_code>/", may=may)
    def exam_copy(copy_code: str) -> ResponseReturnValue:
        """A copy: what is to be done with it, or what was."""
        return copy_page(paper_of(copy_code))

    def copy_page(paper: Paper, form: Form | None = None, **more: Any) -> ResponseReturnValue:
        """The page of the step that the copy stands at; *form* is one that was refused."""
        entrance.saw(paper.enrolment.person_id, "exam.view")
        template = "copy_done" if paper.copy.state in ("graded", "cancelled") else "copy"
        if paper.copy.state == "disputed":
            template = "copy_differs"
        values: dict[str, Any] = {"typed": {}, "wrong": {}, "missing": "", **more}
        return page(
            template,
            form,
            paper=paper,
            trail=trail(),
            may_cancel=may == "hold exams" and not paper.own,
            entry_form=form if isinstance(form, EntryForm) else EntryForm(formdata=None, sat_on=paper.copy.sat_on),
            confirm_form=form if isinstance(form, ConfirmForm) else ConfirmForm(formdata=None, seal=paper.seal),
            **values,
        )

    @door.post("/exams/copies/<copy_code>/", may=may)
    def exam_copy_enter(copy_code: str) -> ResponseReturnValue:
        """Enter the answers, the first time or the second."""
        paper = _still_open(paper_of(copy_code), "out", "typed")
        form = EntryForm()
        typed = {place.position: request.form.get(f"q-{place.position}", "")[:500] for place in paper.places}
        entry, wrong = {}, {}
        for place in paper.places:
            try:
                entry[place.question.id] = place.read(typed[place.position])
            except Refused as no:
                wrong[place.position] = refusals.words(no)
        if not form.validate_on_submit() or wrong:
            if wrong:
                form.form_errors.append(_("What you entered does not fit the questions that are marked."))
            return copy_page(paper, form, typed=typed, wrong=wrong)
        try:
            done = papercopies.enter(
                entrance.office(), entrance.actor(), paper.copy.code, entry, form.sat_on.data or None
            )
        except Refused as no:
            if no.code not in ("copy-day",):
                raise
            return copy_page(paper, refusals.put(form, no), typed=typed)
        return after(done)

    def after(done: Paper) -> ResponseReturnValue:
        """Say what has come of it, and show the copy."""
        if done.copy.state == "graded":
            flash(_("Both entries agree: the exam is graded, and its result stands in the officer's account."), "ok")
        elif done.copy.state == "disputed":
            flash(_("The two entries differ. Look at the sheet again and say what it says."), "warn")
        else:
            flash(_("The answers are kept. A second person now enters or confirms them."), "ok")
        return redirect(url_for(".exam_copy", copy_code=done.copy.code), 303)

    @door.post("/exams/copies/<copy_code>/confirm", may=may)
    def exam_copy_confirm(copy_code: str) -> ResponseReturnValue:
        """Confirm what the first person entered."""
        paper = _still_open(paper_of(copy_code), "typed")
        if paper.mine_first:
            raise Refused("copy-same-person")
        form = ConfirmForm()
        if not form.validate_on_submit():
            return copy_page(paper, form)
        try:
            done = papercopies.confirm(entrance.office(), entrance.actor(), paper.copy.code, form.seal.data or "")
        except Conflict as no:
            flash(refusals.words(no), "warn")
            return redirect(url_for(".exam_copy", copy_code=paper.copy.code), 303)
        return after(done)

    @door.post("/exams/copies/<copy_code>/resolve", may=may)
    def exam_copy_resolve(copy_code: str) -> ResponseReturnValue:
        """Say what the sheet answers where the entries differ."""
        paper = _still_open(paper_of(copy_code), "disputed")
        form = ResolveForm()
        places = {place.question.id: place for place in paper.places}
        decided, wrong, typed = {}, {}, {}
        for one in paper.differences:
            choice = request.form.get(f"d-{one.position}", "")
            typed[one.position] = (choice, request.form.get(f"q-{one.position}", "")[:500])
            if choice in ("first", "second"):
                decided[one.question] = (one.first if choice == "first" else one.second) or places[one.question].read(
                    ""
                )
            elif choice == "other":
                try:
                    decided[one.question] = places[one.question].read(typed[one.position][1])
                except Refused as no:
                    wrong[one.position] = refusals.words(no)
            else:
                wrong[one.position] = _("Choose what the sheet says.")
        if not form.validate_on_submit() or wrong:
            form.form_errors.append(_("Say for each question what the sheet says."))
            return copy_page(paper, form, typed=typed, wrong=wrong)
        return after(papercopies.resolve(entrance.office(), entrance.actor(), paper.copy.code, decided))

    def _still_open(paper: Paper, *states: str) -> Paper:
        """*paper* of somebody else, if it stands at one of *states*; what was sent from an older page is refused."""
        if paper.own:
            raise Refused("exam-own")
        if paper.copy.state not in states:
            raise Refused(_ELSEWHERE[paper.copy.state])
        return paper
