"""People of the whole platform, and the roles they hold."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import accounts, grants, institutions, signins, twosteps
from app.web import entrance
from app.web.administrator.entry import ROLES, door, page_number
from app.web.institutions import options
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Radios, Required, ask, confirmed
from app.web.kit.i18n import _, language, lazy, ngettext

FIELD_OF = {"role-institution": "institution", "role-course": "course"}


class RoleForm(Form):
    role = Radios(lazy("Role"), [Required(lazy("Choose a role."))])
    institution = Choice(lazy("Institution, for a coordinator"))
    course = Choice(lazy("Course, for a trainer"))


@door.get("/people", may="administer")
def people() -> str:
    """Find people by name or address, role and institution."""
    office, who = entrance.office(), entrance.actor()
    text, role = request.args.get("text", "").strip()[:100], request.args.get("role", "")
    role = role if role in ROLES else ""
    tree = institutions.tree(office, who)
    within = _id(request.args.get("institution", ""))
    if within not in {node.institution.id for node in tree}:
        within = None
    found = grants.search(office, who, text, role=role, institution_id=within, page=page_number())
    entrance.saw_list(
        "people.view", ("/",), {"name": text, "role": role, "institution": str(within or "")}, found.total
    )
    return render_template(
        "administrator/people.html",
        found=found,
        text=text,
        role=role,
        within=str(within or ""),
        institutions=options(tree),
        asked=bool(text or role or within),
    )


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@door.get("/people/<uuid:person_id>", may="administer")
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """One person: their roles, and giving another."""
    return _person_page(person_id, _form(formdata=None))


def _form(**more: object) -> RoleForm:
    office, who = entrance.office(), entrance.actor()
    form = RoleForm(**more)
    form.role.choices = list(ROLES.items())
    form.institution.choices = [("", _("Choose one")), *options(institutions.tree(office, who))]
    titles = [(row.id, row.title(language())) for row in grants.courses(office, who)]
    form.course.choices = [("", _("Choose one")), *titles]
    return form


def _person_page(person_id: uuid.UUID, form: RoleForm, status: int = 200) -> ResponseReturnValue:
    office, who = entrance.office(), entrance.actor()
    row = grants.person(office, who, person_id)
    entrance.saw(person_id, "account.view")
    titles = {course.id: course.title(language()) for course in grants.courses(office, who)}
    return make_response(
        render_template(
            "administrator/person.html",
            row=row,
            form=form,
            titles=titles,
            me=who.person_id,
            sign_ins=signins.count(office, person_id),
        ),
        status,
    )


@door.post("/people/<uuid:person_id>/roles", may="administer")
def give_role(person_id: uuid.UUID) -> ResponseReturnValue:
    """Give a role."""
    form = _form()
    if form.validate_on_submit():
        try:
            grants.give(
                entrance.office(),
                entrance.actor(),
                person_id,
                form.role.data,
                institution_id=_id(form.institution.data or ""),
                course_id=form.course.data or None,
            )
        except Refused as no:
            form[FIELD_OF.get(no.code, "role")].errors = [refusals.words(no)]
        else:
            flash(_("The role was given. It holds from now on."), "ok")
            return redirect(url_for("administrator.person", person_id=person_id), 303)
    return _person_page(person_id, form, 422)


@door.post("/people/<uuid:person_id>/roles/<uuid:grant_id>/revoke", may="administer")
def revoke_role(person_id: uuid.UUID, grant_id: uuid.UUID) -> ResponseReturnValue:
    """Take a role back, when the administrator has said yes."""
    office, who = entrance.office(), entrance.actor()
    here = url_for("administrator.person", person_id=person_id)
    row = grants.person(office, who, person_id)
    if not confirmed():
        if grant_id not in {grant.id for grant in row.grants}:
            raise NotFound("grant")
        text = _("%(name)s loses what this role opens, at once. What was done in it stays.", name=row.name)
        return ask(_("Take this role back?"), text, _("Take back"), here)
    try:
        grants.revoke(office, who, person_id, grant_id)
    except Refused as no:
        flash(refusals.words(no), "bad")
        return redirect(here, 303)
    flash(_("The role was taken back."), "ok")
    # whoever took their own role may have nothing to look for here any more
    still = person_id != who.person_id or accounts.actor_for(office, person_id).may("administer")
    return redirect(here if still else url_for("public.home"), 303)


@door.post("/people/<uuid:person_id>/sign-out", may="administer")
def sign_person_out(person_id: uuid.UUID) -> ResponseReturnValue:
    """End every sign-in of a person, when the administrator has said yes."""
    office, who = entrance.office(), entrance.actor()
    here = url_for("administrator.person", person_id=person_id)
    row = grants.person(office, who, person_id)
    if not confirmed():
        text = _(
            "%(name)s has to sign in again on every device. Answers that wait on a device are kept.", name=row.name
        )
        return ask(_("Sign this person out everywhere?"), text, _("Sign out everywhere"), here)
    ended = signins.sign_out_person(office, who, person_id)
    flash(ngettext("%(num)s sign-in has ended.", "%(num)s sign-ins have ended.", ended), "ok")
    return redirect(here, 303)


@door.post("/people/<uuid:person_id>/two-steps", may="administer")
def reset_two_steps(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take the second step from who lost their device, when the administrator has said yes."""
    office, who = entrance.office(), entrance.actor()
    here = url_for("administrator.person", person_id=person_id)
    row = grants.person(office, who, person_id)
    if not confirmed():
        text = _(
            "Be sure that it is %(name)s who asks: speak with them, or with their superior. Their app, passkeys and "
            "recovery codes are removed, and they are told.",
            name=row.name,
        )
        return ask(_("Remove the second step?"), text, _("Remove the second step"), here)
    try:
        twosteps.reset(office, who, person_id)
    except Refused as no:
        flash(refusals.words(no), "bad")
    else:
        flash(_("The second step was removed. They sign in with their password and set it up anew."), "ok")
    return redirect(here, 303)
