"""Refreshers: what renews an officer's certificate, signed by a trainer."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import renewing
from app.services.renewing import Desk
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import Day, Decimal, Form, Length, LongText, Required, Text
from app.web.kit.i18n import _, lazy
from app.web.trainer.door import door


class RefresherForm(Form):
    held_on = Day(lazy("Last day of the refresher"), [Required(lazy("Enter the day on which the refresher ended."))])
    hours = Decimal(lazy("Hours"), [Required(lazy("Enter how many hours it took."))])
    place = Text(
        lazy("Place"), [Required(lazy("Enter the place where you practised.")), Length(high=renewing.MOST_PLACE)]
    )
    covered = LongText(
        lazy("What was gone through"),
        [Required(lazy("Write what was gone through.")), Length(high=renewing.MOST_COVERED)],
        description=lazy("For example: changes of law, four critical simulations, psychological first aid."),
    )


FIELDS = {
    "practice-future": "held_on",
    "renewal-early": "held_on",
    "renewal-hours": "hours",
    "practice-place": "place",
    "renewal-covered": "covered",
}


@door.get("/refresher/<uuid:enrolment>", may="sign practice")
def refresher(enrolment: uuid.UUID) -> ResponseReturnValue:
    """The refreshers of an officer, and the form for another."""
    desk = renewing.desk(entrance.office(), entrance.actor(), enrolment)
    return _page(desk, RefresherForm(formdata=None, held_on=desk.today, hours=f"{renewing.LEAST_HOURS:g}"))


def _page(desk: Desk, form: RefresherForm, status: int = 200) -> ResponseReturnValue:
    group = desk.study.enrolment.cohort
    back = (
        url_for(".cohort", cohort=group.id)
        if group is not None
        else url_for(".without_cohort", course=desk.study.enrolment.course_id)
    )
    page = render_template(
        "trainer/refresher.html", desk=desk, form=form, back=back, group=group, least=renewing.LEAST_HOURS
    )
    return make_response(page, status)


@door.post("/refresher/<uuid:enrolment>", may="sign practice")
def renew(enrolment: uuid.UUID) -> ResponseReturnValue:
    """Sign it, and renew the certificate."""
    office, who = entrance.office(), entrance.actor()
    form = RefresherForm()
    if not form.validate_on_submit():
        return _page(renewing.desk(office, who, enrolment), form, 422)
    given = (form.held_on.data, float(form.hours.data or 0), form.place.data or "", form.covered.data or "")
    try:
        row = renewing.renew(office, who, enrolment, *given)
    except Refused as no:
        words = refusals.words(no)
        if no.code in FIELDS:
            form[FIELDS[no.code]].errors = [words]
        else:
            form.form_errors = [words]
        return _page(renewing.desk(office, who, enrolment), form, 422)
    flash(_("Signed. Certificate %(code)s replaces the one before.", code=row.serial), "ok")
    return redirect(url_for(".refresher", enrolment=enrolment), 303)
