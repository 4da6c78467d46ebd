"""Who asks to be erased, whose account nobody used for years, and deciding about one."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import erasing, retaining
from app.services.erasing import Case
from app.web import entrance
from app.web.administrator.entry import door
from app.web.kit import refusals
from app.web.kit.forms import Form, Length, LongText, Required, Text, Tick, ask, confirmed
from app.web.kit.i18n import _, lazy, ngettext


class EraseForm(Form):
    certificates = Tick(lazy("Erase the certificates too"))
    typed = Text(
        lazy("The person’s e-mail address"),
        [Required(lazy("Type the e-mail address of the person who shall be erased."))],
        description=lazy("Type it, so that nobody is erased by a wrong click."),
    )


class DeclineForm(Form):
    answer = LongText(
        lazy("Why it is declined"),
        [Required(lazy("Write why: the person reads it.")), Length(high=erasing.MOST_REASON)],
        description=lazy("The person reads it."),
    )


@door.get("/privacy", may="administer")
def privacy() -> str:
    """Requests, old accounts, and what is kept for how long."""
    office, who = entrance.office(), entrance.actor()
    return render_template(
        "administrator/privacy.html",
        waiting=erasing.waiting(office, who),
        inactive=erasing.inactive(office, who),
        keep=office.settings.keep,
        due=retaining.due(office),
    )


@door.get("/people/<uuid:person_id>/erase", may="administer")
def erase(person_id: uuid.UUID) -> ResponseReturnValue:
    """What erasing a person would remove and leave."""
    case = _case(person_id)
    form = EraseForm(formdata=None, certificates=bool(case.asked and case.asked.certificates))
    return _page(case, form, DeclineForm(formdata=None))


def _case(person_id: uuid.UUID) -> Case:
    found = erasing.case(entrance.office(), entrance.actor(), person_id)
    entrance.saw(person_id, "account.view")
    return found


def _page(case: Case, form: EraseForm, decline: DeclineForm) -> ResponseReturnValue:
    obstacle = refusals.words(Refused(case.obstacle)) if case.obstacle else ""
    page = render_template("administrator/erase.html", case=case, form=form, decline=decline, obstacle=obstacle)
    return make_response(page, 422 if form.errors or decline.errors else 200)


@door.post("/people/<uuid:person_id>/erase", may="administer")
def erase_now(person_id: uuid.UUID) -> ResponseReturnValue:
    """Erase them, after asking."""
    case, form = _case(person_id), EraseForm()
    if not form.validate_on_submit():
        return _page(case, form, DeclineForm(formdata=None))
    if (form.typed.data or "").strip().casefold() != case.person.email:  # found out before anything is asked
        form.typed.errors = [refusals.words(Refused("erasure-typed"))]
        return _page(case, form, DeclineForm(formdata=None))
    if not confirmed():
        text = _("Name, address and everything that identifies this person is removed. It cannot be undone.")
        if form.certificates.data:
            count = ngettext(
                "%(num)s certificate is erased too.", "%(num)s certificates are erased too.", case.certificates
            )
            text += " " + count
        here = url_for("administrator.erase", person_id=person_id)
        return ask(_("Erase %(name)s?", name=case.person.name), text, _("Erase"), here)
    try:
        pseudonym = erasing.carry_out(
            entrance.office(), entrance.actor(), person_id, bool(form.certificates.data), form.typed.data or ""
        )
    except Refused as no:
        refusals.put(form, no)
        return _page(case, form, DeclineForm(formdata=None))
    flash(_("The person is erased. What they learned is kept under “%(name)s”.", name=pseudonym), "ok")
    return redirect(url_for("administrator.privacy"), 303)


@door.post("/people/<uuid:person_id>/erase/decline", may="administer")
def erase_decline(person_id: uuid.UUID) -> ResponseReturnValue:
    """Leave everything as it is, and say why."""
    case, form = _case(person_id), DeclineForm()
    if case.asked is None:
        raise NotFound("erasure")
    if not form.validate_on_submit():
        return _page(case, EraseForm(formdata=None), form)
    try:
        erasing.decline(entrance.office(), entrance.actor(), person_id, form.answer.data or "")
    except Refused as no:
        form.answer.errors = [refusals.words(no)]
        return _page(case, EraseForm(formdata=None), form)
    flash(_("The request is declined; the person is told why."), "ok")
    return redirect(url_for("administrator.privacy"), 303)
