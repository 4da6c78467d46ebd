"""Cohorts and practical sheets: who is there, how they stand, and the sheet to sign. The integrated exercise of a course is
signed under the address of a module called "exercise", which no course may have.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import practice, practicedays
from app.services.practice import Sheet
from app.services.practicedays import Roll
from app.web import entrance, rescuing, running
from app.web.kit import refusals
from app.web.kit.forms import Day, Form, Hidden, Length, LongText, Required, Text
from app.web.kit.i18n import _, lazy
from app.web.trainer.door import door


class SheetForm(Form):
    held_on = Day(lazy("Date of the practice"), [Required(lazy("Enter the date on which you practised."))])
    place = Text(
        lazy("Place"), [Required(lazy("Enter the place where you practised.")), Length(high=practice.MOST_PLACE)]
    )
    remarks = LongText(lazy("Remarks for the officer"), [Length(high=practice.MOST_REMARKS)])
    sheet = Hidden()
    day = Hidden()
    """the practice day from whose list the sheet was opened, or nothing"""


@door.get("/cohorts/", may="sign practice")
def cohorts() -> str:
    """My cohorts, and the officers of my institution who are in none."""
    office = entrance.office()
    return render_template(
        "trainer/cohorts.html", groups=practice.groups(office, entrance.actor()), today=office.now().date()
    )


@door.get("/cohorts/<uuid:cohort>/", may="sign practice")
def cohort(cohort: uuid.UUID) -> str:
    """A cohort: officers × practical sheets."""
    return _table(cohort_id=cohort)


@door.get("/cohorts/without/<course>/", may="sign practice")
def without_cohort(course: str) -> str:
    """The officers of a course who are in no cohort."""
    return _table(course_id=course)


@door.get("/cohorts/<uuid:cohort_id>/progress", may="sign practice")
def cohort_progress(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """A cohort: officers × modules."""
    table = running.table_of(cohort_id)
    cohort = table.place.cohort
    return running.page("progress", table=table, cohort=cohort, trail=trail(cohort))


def trail(cohort: Any) -> list[tuple[str, str]]:
    """From the trainer's first page to a cohort."""
    return [(_("Teaching"), url_for(".home")), (cohort.name, url_for(".cohort", cohort=cohort.id))]


running.hang(door, "sign practice", trail)


def _table(**which: Any) -> str:
    office, who = entrance.office(), entrance.actor()
    table = practice.table(
        office,
        who,
        search=request.args.get("q", "")[:100],
        page=request.args.get("page", 1, type=int),
        **which,
    )
    group = table.group.cohort
    place = "/" if group else who.institution_path  # a cohort has officers of several institutions
    asked = {"course": table.group.course.id, "cohort": str(group.id) if group else "", "name": table.search}
    entrance.saw_list("cohort.view", (place,), asked, len(table.lines))
    cohort_id = which.get("cohort_id")
    days = practicedays.of_cohort(office, who, cohort_id, "sign practice") if cohort_id else []
    return render_template("trainer/cohort.html", table=table, days=days)


@door.get("/practice/<uuid:enrolment>/<module>", may="sign practice")
def sheet(enrolment: uuid.UUID, module: str) -> ResponseReturnValue:
    """The practical sheet of an officer; ``?day=`` leads back to the list of a practice day, and fills in its facts."""
    found = _sheet(enrolment, module)
    asked = request.args.get("day", "")
    form = SheetForm(formdata=None, held_on=found.today, sheet=str(uuid.uuid4()), day=asked)
    if asked:
        try:
            roll = _day(found, asked)
        except Refused as no:
            flash(refusals.words(no), "warn")
            return redirect(_list_of(found, asked))
        form.held_on.data, form.place.data = min(roll.on, found.today), roll.day.place
    return _sheet_page(found, form, {})


def _day(found: Sheet, day: str) -> Roll:
    """The practice day of that id, if the officer came to it. Raises ``NotFound``, ``Refused``."""
    cohort = found.study.enrolment.cohort_id
    if cohort is None:
        raise NotFound("practice day")
    return practicedays.present(entrance.office(), entrance.actor(), cohort, _day_id(day), found.study.enrolment.id)


def _day_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("practice day") from None


def _list_of(found: Sheet, day: str) -> str:
    return url_for(".cohort_day", cohort=found.study.enrolment.cohort_id, day=_day_id(day))


def _sheet(enrolment: uuid.UUID, module: str) -> Sheet:
    return practice.sheet(entrance.office(), entrance.actor(), enrolment, module)


def _sheet_page(
    found: Sheet, form: SheetForm, given: dict[str, str], missing: str = "", status: int = 200
) -> ResponseReturnValue:
    if missing:
        form.form_errors = [missing]
    entrance.saw(found.person.id, "sheet.view")
    group = found.study.enrolment.cohort
    if group is None:
        back = url_for(".without_cohort", course=found.study.enrolment.course_id)
    else:
        back = _list_of(found, form.day.data) if form.day.data else url_for(".cohort", cohort=group.id)
    page = render_template(
        "trainer/sheet.html", sheet=found, form=form, given=given, missing=missing, back=back, group=group
    )
    return make_response(page, status)


@door.post("/practice/<uuid:enrolment>/<module>", may="sign practice")
def sign(enrolment: uuid.UUID, module: str) -> ResponseReturnValue:
    """Sign the sheet."""
    found = _sheet(enrolment, module)
    form = SheetForm()
    ids = [criterion.id for criterion in found.practice.criteria]
    given = {i: request.form.get(f"criterion-{i}", "") for i in ids}
    valid = form.validate_on_submit()
    if any(answer not in ("yes", "no") for answer in given.values()):
        missing = _("Say for each criterion whether the officer met it.")
        return _sheet_page(found, form, given, missing, 422)
    if not valid:
        return _sheet_page(found, form, given, status=422)
    try:
        if form.day.data:
            _day(found, form.day.data)
        signed = practice.sign(
            entrance.office(),
            entrance.actor(),
            enrolment,
            module,
            {i: answer == "yes" for i, answer in given.items()},
            form.held_on.data,
            form.place.data or "",
            form.remarks.data or "",
            _id(form.sheet.data),
        )
    except Refused as no:
        missing, words = "", refusals.words(no)
        if no.code in ("practice-future", "practice-absent"):
            form.held_on.errors = [words]
        elif no.code == "practice-place":
            form.place.errors = [words]
        else:
            missing = words
        return _sheet_page(found, form, given, missing, 422)
    name = found.person.name
    if signed.result == "competent":
        flash(_("Signed: %(name)s is competent.", name=name), "ok")
    else:
        flash(_("Signed: %(name)s is not yet competent.", name=name), "info")
    if form.day.data:
        return redirect(_list_of(found, form.day.data), 303)
    return redirect(url_for(".sheet", enrolment=enrolment, module=module), 303)


def _id(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise Refused("response-malformed") from None


rescuing.hang(door, "sign practice", "trainer.home")
