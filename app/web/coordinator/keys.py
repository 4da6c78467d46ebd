"""Keys with which an institution's programs read its own."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import machines
from app.web import entrance
from app.web.coordinator.entry import door, institution_choices, parse_id
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Length, Required, Text, ask, confirmed
from app.web.kit.i18n import _, lazy, ngettext

_NEW = "coordinator.key"


class KeyForm(Form):
    """What a key is for, and for how long."""

    name = Text(
        lazy("What is it for?"),
        [Required(lazy("Write which program will use the key.")), Length(high=80)],
        description=lazy("For example: personnel system of the service."),
    )
    institution = Choice(lazy("Institution"), [Required()])
    days = Choice(lazy("Valid for"), [Required()])


def _form() -> KeyForm:
    form = KeyForm()
    form.institution.choices = institution_choices("give keys")
    form.days.choices = [(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in machines.LASTS]
    return form


def _page(form: KeyForm, token: str = "") -> ResponseReturnValue:
    listed = machines.listing(entrance.office(), entrance.actor())
    address = entrance.office().settings.public_url
    body = render_template("coordinator/keys.html", form=form, keys=listed, token=token, address=address)
    response = make_response(body, 422 if form.errors else 200)
    response.headers["Cache-Control"] = "private, no-store"  # a key may stand in it
    return response


@door.get("/keys", may="give keys")
def keys() -> ResponseReturnValue:
    """The keys there are, and a new one; its token is shown once."""
    return _page(_form(), str(session.pop(_NEW, "")))


@door.post("/keys", may="give keys")
def key_new() -> ResponseReturnValue:
    """Issue a key."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    try:
        _row, token = machines.issue(
            entrance.office(),
            entrance.actor(),
            parse_id(form.institution.data),
            form.name.data or "",
            int(form.days.data),
        )
    except Refused as no:
        refusals.put(form, no)
        return _page(form)
    session[_NEW] = token  # in the coordinator's signed cookie, until it was shown
    flash(_("The key is made. Copy it now: it is shown only once."), "ok")
    return redirect(url_for(".keys"), 303)


@door.post("/keys/<uuid:key_id>/end", may="give keys")
def key_end(key_id: uuid.UUID) -> ResponseReturnValue:
    """End a key, after asking."""
    if not any(one.row.id == key_id for one in machines.listing(entrance.office(), entrance.actor())):
        machines.end(entrance.office(), entrance.actor(), key_id)  # another's is not found, and not asked about either
    if not confirmed():
        text = _("The program that uses it can read nothing more, at once.")
        return ask(_("End this key?"), text, _("End the key"), url_for(".keys"))
    machines.end(entrance.office(), entrance.actor(), key_id)
    flash(_("The key has ended."), "ok")
    return redirect(url_for(".keys"), 303)
