"""One person's record: what they learned, and what may be done about their account and their courses."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import certifying, practicedays, revoking
from app.services import people as services
from app.services.people import Invitation, Record
from app.web import entrance
from app.web.coordinator.entry import door, place, place_choices
from app.web.coordinator.words import act_words
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Length, LongText, Required, ask, confirmed
from app.web.kit.i18n import _, lazy

_INVITATION = "coordinator.invitation"


def show_link(made: Invitation) -> ResponseReturnValue:
    """To the record, which shows the link once: it travels in the coordinator's signed cookie and is kept nowhere."""
    session[_INVITATION] = {"person": str(made.person_id), "url": made.url}
    return redirect(url_for(".people_record", person_id=made.person_id), 303)


def editable(person_id: uuid.UUID) -> Record:
    """The record of somebody whose account the actor may change. Raises ``NotFound``, ``Refused("person-duties")``."""
    record = services.record(entrance.office(), entrance.actor(), person_id)
    if not record.own:
        raise NotFound("person")
    if not record.editable:
        raise Refused("person-duties")
    return record


class EnrolForm(Form):
    """Where to enrol somebody."""

    place = Choice(lazy("Course or cohort"), [Required(lazy("Choose a course or a cohort."))])


def _enrol_form(**data: Any) -> EnrolForm:
    form = EnrolForm(**data)
    form.place.choices = place_choices(_("Choose…"))
    return form


@door.get("/people/<uuid:person_id>", may="read roster")
def people_record(person_id: uuid.UUID) -> ResponseReturnValue:
    """A person: account, courses criterion by criterion, marks, practical sheets, certificates, what was done."""
    return _record_page(person_id)


def _record_page(
    person_id: uuid.UUID, form: EnrolForm | None = None, refused: Refused | None = None
) -> ResponseReturnValue:
    record = services.record(entrance.office(), entrance.actor(), person_id)
    entrance.saw(person_id, "record.view")
    form = form or _enrol_form(formdata=None)
    if refused is not None:
        refusals.put(form, refused)
    response = make_response(
        render_template(
            "coordinator/record.html",
            record=record,
            form=form,
            invitation=_invitation(record),
            acts=act_words(record.acts),
            days=practicedays.of_enrolments(entrance.office(), [item.study.enrolment.id for item in record.courses]),
            self_id=entrance.actor().person_id,
        ),
        422 if form.errors else 200,
    )
    response.headers["Cache-Control"] = "private, no-store"  # a link that opens an account may stand in it
    return response


def _invitation(record: Record) -> str:
    """The link just made for this person; asked for a second time it is gone."""
    kept = session.pop(_INVITATION, None)
    return str(kept["url"]) if kept and kept.get("person") == str(record.person.id) else ""


@door.post("/people/<uuid:person_id>/invite", may="enrol")
def people_invite(person_id: uuid.UUID) -> ResponseReturnValue:
    """Send a new invitation; earlier links end."""
    try:
        made = services.invite_again(entrance.office(), entrance.actor(), person_id)
    except Refused as no:
        return _record_page(person_id, refused=no)
    if entrance.office().settings.mail:
        flash(_("A new invitation is on its way by e-mail. Earlier links no longer work."), "ok")
    else:
        flash(_("Hand over the new link below: no e-mail leaves this platform. Earlier links no longer work."), "ok")
    return show_link(made)


@door.post("/people/<uuid:person_id>/deactivate", may="enrol")
def people_deactivate(person_id: uuid.UUID) -> ResponseReturnValue:
    """Close an account, after asking."""
    record = editable(person_id)
    if not confirmed():
        title = _("Close the account of %(name)s?", name=record.person.name)
        text = _(
            "They are signed out everywhere and can no longer sign in. Their courses and certificates stay on record."
        )
        return ask(title, text, _("Close the account"), url_for(".people_record", person_id=person_id))
    try:
        services.deactivate(entrance.office(), entrance.actor(), person_id)
    except Refused as no:
        return _record_page(person_id, refused=no)
    flash(_("The account is closed."), "ok")
    return redirect(url_for(".people_record", person_id=person_id), 303)


@door.post("/people/<uuid:person_id>/reactivate", may="enrol")
def people_reactivate(person_id: uuid.UUID) -> ResponseReturnValue:
    """Open a closed account again."""
    try:
        services.reactivate(entrance.office(), entrance.actor(), person_id)
    except Refused as no:
        return _record_page(person_id, refused=no)
    flash(_("The account is open again."), "ok")
    return redirect(url_for(".people_record", person_id=person_id), 303)


@door.post("/people/<uuid:person_id>/enrol", may="enrol")
def people_enrol(person_id: uuid.UUID) -> ResponseReturnValue:
    """Enrol a person in a course or cohort."""
    form = _enrol_form()
    if not form.validate_on_submit():
        return _record_page(person_id, form)
    try:
        services.enrol(entrance.office(), entrance.actor(), person_id, *place(form.place.data))
    except Refused as no:
        return _record_page(person_id, form, no)
    mail = entrance.office().settings.mail
    flash(_("Enrolled. They are told by e-mail.") if mail else _("Enrolled."), "ok")
    return redirect(url_for(".people_record", person_id=person_id), 303)


@door.post("/people/<uuid:person_id>/withdraw/<uuid:enrolment_id>", may="enrol")
def people_withdraw(person_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """Take an officer out of a course, after asking."""
    services.record(
        entrance.office(), entrance.actor(), person_id
    )  # another's is not found, and not asked about either
    back = url_for(".people_record", person_id=person_id)
    if not confirmed():
        title = _("Withdraw the officer from this course?")
        text = _(
            "The course disappears from their list. Their progress is kept and comes back if they are enrolled again."
        )
        return ask(title, text, _("Withdraw"), back)
    try:
        services.withdraw(entrance.office(), entrance.actor(), enrolment_id)
    except Refused as no:
        return _record_page(person_id, refused=no)
    flash(_("Withdrawn from the course."), "ok")
    return redirect(back, 303)


class RevokeForm(Form):
    """Why a certificate should be revoked."""

    reason = LongText(
        lazy("Reason"),
        [Required(lazy("Write the reason.")), Length(high=500)],
        description=lazy("An administrator reads it before deciding. It is kept in the log."),
    )


@door.get("/people/<uuid:person_id>/certificates/<code>/revoke", may="enrol")
def people_revoke(person_id: uuid.UUID, code: str) -> ResponseReturnValue:
    """Ask to revoke a certificate: the reason."""
    return _revoke_page(person_id, code, RevokeForm(formdata=None))


@door.post("/people/<uuid:person_id>/certificates/<code>/revoke", may="enrol")
def people_revoke_now(person_id: uuid.UUID, code: str) -> ResponseReturnValue:
    """Ask an administrator to revoke it."""
    form = RevokeForm()
    if not form.validate_on_submit():
        return _revoke_page(person_id, code, form, 422)
    try:
        revoking.ask(entrance.office(), entrance.actor(), code, form.reason.data or "")
    except Refused as no:
        refusals.put(form, no)
        return _revoke_page(person_id, code, form, 422)
    flash(_("You asked to revoke this certificate. An administrator decides; until then it stays valid."), "ok")
    return redirect(url_for(".people_record", person_id=person_id), 303)


def _revoke_page(person_id: uuid.UUID, code: str, form: RevokeForm, status: int = 200) -> ResponseReturnValue:
    held = certifying.find(entrance.office(), entrance.actor(), code)
    if held.row.person_id != person_id:
        raise NotFound("certificate")
    return make_response(render_template("coordinator/people_revoke.html", form=form, held=held), status)
