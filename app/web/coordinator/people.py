"""People: finding them, their record, inviting and correcting, closing and opening accounts."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import people as services
from app.services import rosters
from app.services.people import Nominee, PeopleQuery
from app.services.rosters import RosterQuery
from app.web import entrance, rescuing
from app.web.coordinator.entry import (
    chosen,
    door,
    institution_choices,
    page_number,
    parse_id,
    place,
    place_choices,
)
from app.web.coordinator.record import editable, show_link
from app.web.kit import refusals
from app.web.kit.forms import Address, Choice, Email, Form, Length, Radios, Required, Text
from app.web.kit.i18n import _, language, lazy


class RecordForm(Form):
    """What is said of a person."""

    name = Text(lazy("Full name"), [Required(lazy("Enter the name.")), Length(2, 92)])
    surname = Text(lazy("Surnames, as filed"), [Length(0, 92)])
    email = Email(lazy("E-mail address"), [Required(lazy("Enter the e-mail address.")), Address()])
    institution = Choice(lazy("Institution"), [Required()])
    rank = Text(lazy("Rank"), [Length(0, 60)])
    service_number = Text(lazy("Service number"), [Length(0, 40)])
    sex = Choice(lazy("Sex"))
    language = Radios(lazy("Language of messages and courses"), choices=[("en", "English"), ("es", "Español")])


class InviteForm(RecordForm):
    """A person to invite, and where to enrol them."""

    place = Choice(lazy("Enrol in"))


def _fill(form: RecordForm, now: tuple[str, str] | None = None) -> None:
    """*now* is where somebody is: offered even if it is closed."""
    form.institution.choices = institution_choices()
    if now is not None and not chosen(form.institution.choices, now[0]):
        form.institution.choices = [now, *form.institution.choices]
    form.sex.choices = [("", _("Not stated")), ("f", _("Woman")), ("m", _("Man")), ("x", _("Other"))]


def _nominee(form: RecordForm) -> Nominee:
    return Nominee(
        form.name.data or "",
        form.email.data or "",
        parse_id(form.institution.data),
        form.rank.data or "",
        form.service_number.data or "",
        form.sex.data or "",
        form.language.data or "",
        form.surname.data or "",
    )


# Finding --------------------------------------------------------------------------------------------------------------


@door.get("/people", may="read roster")
def people() -> str:
    """Everyone of the actor's institutions, looked for by name, address or service number."""
    query = PeopleQuery.parse(request.args)
    office, who = entrance.office(), entrance.actor()
    page = services.find(office, who, query, page_number())
    asked = {"name": query.name, "institution": str(query.institution or ""), "status": query.status}
    entrance.saw_list("people.view", rosters.reach(office, who, RosterQuery(query.institution)), asked, page.total)
    return render_template(
        "coordinator/people.html",
        page=page,
        query=query,
        institutions=institution_choices("read roster"),
        statuses_asked=[("invited", _("Invited")), ("active", _("Active")), ("disabled", _("Disabled"))],
    )


# Inviting -------------------------------------------------------------------------------------------------------------


def _invite_form(**data: Any) -> InviteForm:
    form = InviteForm(**data)
    _fill(form)
    form.place.choices = place_choices(_("Nothing yet"))
    return form


@door.get("/people/new", may="enrol")
def people_new() -> str:
    """Invite one officer."""
    form = _invite_form(language=language())
    form.institution.data = chosen(form.institution.choices, request.args.get("institution", ""))
    form.place.data = chosen(form.place.choices, request.args.get("place", ""))
    return render_template("coordinator/people_new.html", form=form)


@door.post("/people/new", may="enrol")
def people_new_now() -> ResponseReturnValue:
    """Make the account, send the invitation, and show its link once."""
    form = _invite_form()
    if form.validate_on_submit():
        try:
            course, cohort = place(form.place.data or "")
            made = services.invite(entrance.office(), entrance.actor(), _nominee(form), course, cohort)
        except Refused as no:
            refusals.put(form, no)
        else:
            if entrance.office().settings.mail:
                flash(_("%(name)s is invited. The invitation is on its way by e-mail.", name=made.name), "ok")
            else:
                flash(
                    _("%(name)s is invited. Hand over the link below: no e-mail leaves this platform.", name=made.name),
                    "ok",
                )
            return show_link(made)
    return make_response(render_template("coordinator/people_new.html", form=form), 422)


# Correcting -----------------------------------------------------------------------------------------------------------


@door.get("/people/<uuid:person_id>/edit", may="enrol")
def people_edit(person_id: uuid.UUID) -> str:
    """Correct a record."""
    record = editable(person_id)
    person = record.person
    form = RecordForm(
        name=person.name,
        surname=person.surname,
        email=person.email,
        institution=str(person.institution_id),
        rank=person.rank,
        service_number=person.service_number,
        sex=person.sex,
        language=person.language,
    )
    _fill(form, (str(person.institution_id), person.institution.name))
    return render_template("coordinator/people_edit.html", form=form, record=record)


@door.post("/people/<uuid:person_id>/edit", may="enrol")
def people_edit_now(person_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the corrections."""
    record = editable(person_id)
    form = RecordForm()
    _fill(form, (str(record.person.institution_id), record.person.institution.name))
    if form.validate_on_submit():
        try:
            changed = services.correct(entrance.office(), entrance.actor(), person_id, _nominee(form))
        except Refused as no:
            refusals.put(form, no)
        else:
            flash(_("Saved.") if changed else _("Nothing was changed."), "ok")
            if "email" in changed and record.status == "invited":
                flash(_("The invitation sent to the old address no longer works. Send a new one."), "warn")
            return redirect(url_for(".people_record", person_id=person_id), 303)
    record = editable(person_id)
    return make_response(render_template("coordinator/people_edit.html", form=form, record=record), 422)


rescuing.hang(door, "assist exams", "coordinator.people")
