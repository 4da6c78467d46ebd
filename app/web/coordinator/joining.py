"""Who comes into a cohort: applications and nominations, and the institutions invited to send officers."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import cohorts as services
from app.services.cohorts import access, guests, joining
from app.web import entrance
from app.web.coordinator.cohorts import trail
from app.web.coordinator.entry import door, page_number, parse_id
from app.web.kit import refusals
from app.web.kit.forms import Between, Choice, Form, Required, Whole, ask, confirmed
from app.web.kit.i18n import _, lazy, ngettext


class GuestForm(Form):
    """An institution to invite."""

    institution = Choice(lazy("Institution"), [Required(lazy("Choose an institution."))])
    quota = Whole(lazy("Quota"), [Between(1, 5000)])


@door.get("/cohorts/<uuid:cohort_id>/applications", may="read roster")
def cohort_applications(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Who asked or was nominated, and what became of it."""
    return _page(cohort_id)


def _page(cohort_id: uuid.UUID, fault: str = "", field: str = "", reason: str = "") -> ResponseReturnValue:
    office, who = entrance.office(), entrance.actor()
    found = joining.applications(office, who, cohort_id, page_number())
    wanted = request.args.get("add")
    guest = found.place.side == "guest"
    people, more = services.candidates(office, who, cohort_id, wanted or "") if guest else ([], False)
    ticked = set(request.form.getlist("application") + request.form.getlist("person"))
    return make_response(
        render_template(
            "coordinator/applications.html",
            found=found,
            cohort=found.place.cohort,
            trail=trail(found.place.cohort),
            guest=guest,
            quotas=guests.listed(office, found.place.cohort, found.place.paths) if guest else [],
            wanted=wanted,
            candidates=people,
            more=more,
            fault=fault,
            field=field,
            reason=reason,
            ticked=ticked,
        ),
        422 if fault else 200,
    )


@door.post("/cohorts/<uuid:cohort_id>/applications", may="enrol")
def cohort_applications_decide(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Approve or decline those ticked."""
    office, who = entrance.office(), entrance.actor()
    joining.applications(office, who, cohort_id)
    ids = [parse_id(one) for one in request.form.getlist("application")]
    reason = request.form.get("reason", "")
    try:
        if request.form.get("deed") == "decline":
            count = joining.decline(office, who, cohort_id, ids, reason)
            flash(ngettext("%(num)s application declined.", "%(num)s applications declined.", count), "ok")
        else:
            done = joining.approve(office, who, cohort_id, ids)
            flash(ngettext("%(num)s officer has a seat.", "%(num)s officers have a seat.", done.seated), "ok")
            if done.waiting:
                flash(
                    ngettext(
                        "%(num)s is in line: no seat is free.", "%(num)s are in line: no seat is free.", done.waiting
                    ),
                    "info",
                )
    except Refused as no:
        return _page(cohort_id, refusals.words(no), str(no.values.get("field", "")), reason)
    return redirect(url_for(".cohort_applications", cohort_id=cohort_id), 303)


@door.post("/cohorts/<uuid:cohort_id>/nominate", may="enrol")
def cohort_nominate(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Nominate officers of an invited institution."""
    ids = [parse_id(one) for one in request.form.getlist("person")]
    try:
        count = joining.nominate(entrance.office(), entrance.actor(), cohort_id, ids)
    except Refused as no:
        return _page(cohort_id, refusals.words(no), "person")
    flash(ngettext("%(num)s officer nominated.", "%(num)s officers nominated.", count), "ok")
    return redirect(url_for(".cohort_applications", cohort_id=cohort_id), 303)


@door.post("/cohorts/<uuid:cohort_id>/applications/<uuid:application_id>/back", may="enrol")
def cohort_nomination_back(cohort_id: uuid.UUID, application_id: uuid.UUID) -> ResponseReturnValue:
    """Take a nomination back."""
    joining.take_back(entrance.office(), entrance.actor(), cohort_id, application_id)
    flash(_("The nomination is taken back."), "ok")
    return redirect(url_for(".cohort_applications", cohort_id=cohort_id), 303)


# Invited institutions -------------------------------------------------------------------------------------------------


@door.get("/cohorts/<uuid:cohort_id>/guests", may="enrol")
def cohort_guests(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """The institutions that may send officers, and one to invite."""
    return _guests_page(cohort_id, _guest_form(cohort_id))


def _guest_form(cohort_id: uuid.UUID) -> GuestForm:
    office = entrance.office()
    form = GuestForm()
    cohort = access.hosted(office, entrance.actor(), cohort_id)
    form.institution.choices = [("", "–")] + [
        (str(row.id), "\u2003" * depth + row.name) for row, depth in guests.invitable(office, cohort)
    ]
    return form


def _guests_page(cohort_id: uuid.UUID, form: GuestForm) -> ResponseReturnValue:
    office = entrance.office()
    cohort = access.hosted(office, entrance.actor(), cohort_id)
    body = render_template(
        "coordinator/guests.html", form=form, cohort=cohort, trail=trail(cohort), guests=guests.listed(office, cohort)
    )
    return make_response(body, 422 if form.errors else 200)


@door.post("/cohorts/<uuid:cohort_id>/guests", may="enrol")
def cohort_guest_invite(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Invite an institution, or set its quota anew."""
    form = _guest_form(cohort_id)
    if form.validate_on_submit():
        try:
            guests.invite(
                entrance.office(), entrance.actor(), cohort_id, parse_id(form.institution.data), form.quota.data
            )
        except Refused as no:
            refusals.put(form, no)
        else:
            flash(_("The institution is invited: its coordinators see the cohort."), "ok")
            return redirect(url_for(".cohort_guests", cohort_id=cohort_id), 303)
    return _guests_page(cohort_id, form)


@door.post("/cohorts/<uuid:cohort_id>/guests/end", may="enrol")
def cohort_guest_end(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """End an invitation, after asking."""
    office, who = entrance.office(), entrance.actor()
    cohort = access.hosted(office, who, cohort_id)
    back = url_for(".cohort_guests", cohort_id=cohort_id)
    wanted = parse_id(request.form.get("institution", ""))
    if all(guest.institution.id != wanted for guest in guests.listed(office, cohort)):
        raise NotFound("institution")
    if not confirmed():
        text = _("Its coordinators no longer see the cohort. Officers of theirs who are in it stay.")
        return ask(_("End this invitation?"), text, _("End it"), back)
    try:
        guests.uninvite(office, who, cohort_id, wanted)
    except Refused as no:
        flash(refusals.words(no), "bad")
    else:
        flash(_("The invitation is ended."), "ok")
    return redirect(back, 303)
