"""The exams of the officers whom a trainer accompanies."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import appeals, examfile, papercopies, remedial
from app.services.examfile import ExamFile
from app.web import entrance, examining
from app.web.kit import refusals
from app.web.kit.forms import Form, Length, LongText, Required
from app.web.kit.i18n import _, lazy
from app.web.trainer.door import door


def trail(file: ExamFile) -> Sequence[tuple[str, str]]:
    """From the trainer's first page to the officer's cohort."""
    cohort = file.enrolment.cohort
    group = (
        (cohort.name, url_for(".cohort", cohort=cohort.id))
        if cohort is not None
        else (_("Officers without a cohort"), url_for(".without_cohort", course=file.enrolment.course_id))
    )
    return [(_("Teaching"), url_for(".home")), group]


examining.hang(door, "hold exams", trail)


class PlanForm(Form):
    """What a trainer and an officer agreed."""

    agreed = LongText(
        lazy("What you agreed"),
        [Required(lazy("Write what you agreed.")), Length(high=remedial.MOST_AGREED)],
        description=lazy(
            "What went wrong, what the officer works on again, with whom and by when. The officer reads it."
        ),
    )


@door.get("/exams/", may="hold exams")
def exams() -> str:
    """What waits for a trainer: appeals, officers before their last attempt."""
    office, who = entrance.office(), entrance.actor()
    return render_template(
        "examining/home.html",
        waiting=remedial.waiting(office, who),
        appeals=appeals.listed(office, who),
        on_paper=len(papercopies.pending(office, who, "hold exams")),
        answered=appeals.listed(office, who, open_only=False, most=20),
    )


@door.get("/exams/<uuid:enrolment>/plan", may="hold exams")
def exam_plan(enrolment: uuid.UUID) -> ResponseReturnValue:
    """The form of the remedial plan."""
    return _plan_page(enrolment, PlanForm(formdata=None))


def _plan_page(enrolment: uuid.UUID, form: PlanForm) -> ResponseReturnValue:
    file = examfile.exam_file(entrance.office(), entrance.actor(), enrolment, "hold exams")
    return examining.page("plan", form, file=file, trail=trail(file))


@door.post("/exams/<uuid:enrolment>/plan", may="hold exams")
def exam_plan_record(enrolment: uuid.UUID) -> ResponseReturnValue:
    """Record it: the last attempt opens."""
    file = examfile.exam_file(entrance.office(), entrance.actor(), enrolment, "hold exams")
    if file.own or not file.plan_due:
        raise Refused("exam-own" if file.own else "plan-not-due")
    form = PlanForm()
    if not form.validate_on_submit():
        return _plan_page(enrolment, form)
    try:
        remedial.record(entrance.office(), entrance.actor(), enrolment, form.agreed.data or "")
    except Refused as no:
        return _plan_page(enrolment, refusals.put(form, no))
    flash(_("The plan is recorded: the last attempt is open to the officer, who is told by e-mail."), "ok")
    return redirect(url_for(".exam_file", enrolment=enrolment), 303)
