"""What trainers and coordinators both do about an officer's exam: see its file, grant extra time.

:func:`hang` puts these pages behind a door; each door has its own address for them and its own way back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.rules.invigilation import MOST_MINUTES, MOST_PERCENT
from app.services import accommodations, examfile, examiners
from app.services.examfile import ExamFile
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import Form, Length, LongText, OneOf, Radios, Required, Whole
from app.web.kit.guards import Door
from app.web.kit.i18n import _, lazy

Trail = Callable[[ExamFile], Sequence[tuple[str, str]]]
"""the links from a door's first page to an officer's exam file"""


class TimeForm(Form):
    """Extra time."""

    unit = Radios(
        lazy("Granted as"),
        [Required(lazy("Choose percent or minutes.")), OneOf(("percent", "minutes"))],
        choices=[("percent", lazy("percent of the exam's time")), ("minutes", lazy("minutes"))],
    )
    amount = Whole(lazy("How much"), [Required(lazy("Enter a whole number, such as 25."))])
    reason = LongText(
        lazy("Reason"),
        [Required(lazy("Write the reason.")), Length(high=examiners.MOST_REASON)],
        description=lazy("What was agreed and on what grounds. The officer can read it. Write no diagnosis."),
    )


class ReasonForm(Form):
    """A reason."""

    reason = LongText(lazy("Reason"), [Required(lazy("Write the reason.")), Length(high=examiners.MOST_REASON)])


def page(template: str, form: Form | None = None, **values: Any) -> ResponseReturnValue:
    """The page of *template*; 422 where *form* has errors."""
    body = render_template(f"examining/{template}.html", form=form, **values)
    return make_response(body, 422 if form is not None and form.errors else 200)


def hang(door: Door, may: str, trail: Trail) -> None:
    """Put the pages behind *door*, for those who hold *may* ("hold exams" or "assist exams")."""

    def file_of(enrolment: uuid.UUID) -> ExamFile:
        return examfile.exam_file(entrance.office(), entrance.actor(), enrolment, may)

    def others(enrolment: uuid.UUID) -> ExamFile:
        """The file of somebody else: nobody decides about their own."""
        file = file_of(enrolment)
        if file.own:
            raise Refused("exam-own")
        return file

    @door.get("/exams/<uuid:enrolment>/", may=may)
    def exam_file(enrolment: uuid.UUID) -> ResponseReturnValue:
        """An officer's exam: attempts, extra time, what was decided."""
        file = file_of(enrolment)
        entrance.saw(file.enrolment.person_id, "exam.view")
        return page("file", file=file, trail=trail(file), may_plan=may == "hold exams")

    @door.get("/exams/<uuid:enrolment>/draw/<int:number>", may=may)
    def exam_draw(enrolment: uuid.UUID, number: int) -> ResponseReturnValue:
        """How the paper of an attempt was drawn, replayed."""
        file = file_of(enrolment)
        entrance.saw(file.enrolment.person_id, "exam.view")
        return page("draw", file=file, trail=trail(file), drawn=examfile.drawn(entrance.office(), file, number))

    @door.get("/exams/<uuid:enrolment>/time", may=may)
    def exam_time(enrolment: uuid.UUID) -> ResponseReturnValue:
        """The form that grants extra time."""
        return time_page(enrolment, TimeForm(formdata=None, unit="percent"))

    def time_page(enrolment: uuid.UUID, form: TimeForm) -> ResponseReturnValue:
        file = file_of(enrolment)
        return page("time", form, file=file, trail=trail(file), most={"percent": MOST_PERCENT, "minutes": MOST_MINUTES})

    @door.post("/exams/<uuid:enrolment>/time", may=may)
    def exam_time_grant(enrolment: uuid.UUID) -> ResponseReturnValue:
        """Grant extra time."""
        file = others(enrolment)
        form = TimeForm()
        if not form.validate_on_submit():
            return time_page(enrolment, form)
        amount = form.amount.data
        percent, minutes = (amount, None) if form.unit.data == "percent" else (None, amount)
        try:
            accommodations.grant(
                entrance.office(), entrance.actor(), enrolment, percent, minutes, form.reason.data or ""
            )
        except Refused as no:
            return time_page(enrolment, refusals.put(form, no))
        flash(_("Extra time is granted to %(name)s, who is told by e-mail.", name=file.enrolment.person.name), "ok")
        return redirect(url_for(".exam_file", enrolment=enrolment), 303)

    @door.get("/exams/<uuid:enrolment>/time/<uuid:accommodation_id>", may=may)
    def exam_time_back(enrolment: uuid.UUID, accommodation_id: uuid.UUID) -> ResponseReturnValue:
        """The form that withdraws it."""
        return back_page(enrolment, accommodation_id, ReasonForm(formdata=None))

    def back_page(enrolment: uuid.UUID, accommodation_id: uuid.UUID, form: ReasonForm) -> ResponseReturnValue:
        file = file_of(enrolment)
        grant = next((one for one in file.grants if one.id == accommodation_id), None)
        if grant is None:
            raise NotFound("accommodation")
        if grant.withdrawn_at is not None:
            flash(_("This extra time was withdrawn already."), "info")
            return redirect(url_for(".exam_file", enrolment=enrolment))
        return page("time_back", form, file=file, trail=trail(file), grant=grant)

    @door.post("/exams/<uuid:enrolment>/time/<uuid:accommodation_id>", may=may)
    def exam_time_withdraw(enrolment: uuid.UUID, accommodation_id: uuid.UUID) -> ResponseReturnValue:
        """Withdraw extra time."""
        others(enrolment)
        form = ReasonForm()
        if not form.validate_on_submit():
            return back_page(enrolment, accommodation_id, form)
        try:
            accommodations.withdraw(
                entrance.office(), entrance.actor(), enrolment, accommodation_id, form.reason.data or ""
            )
        except Refused as no:
            return back_page(enrolment, accommodation_id, refusals.put(form, no))
        flash(_("The extra time is withdrawn. An exam that is running keeps it."), "ok")
        return redirect(url_for(".exam_file", enrolment=enrolment), 303)
