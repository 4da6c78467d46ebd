"""The tree of institutions: adding to it and correcting it."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import institutions as service
from app.services.institutions import COUNTRIES, KINDS, LONGEST_NAME, Node
from app.web import entrance
from app.web.administrator.entry import door
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Length, Radios, Required, Text
from app.web.kit.i18n import _, countries, lazy

KIND_WORDS = {
    "state": lazy("State"),
    "service": lazy("Service"),
    "region": lazy("Region or sector"),
    "post": lazy("Post"),
}
FIELD_OF = {
    "institution-kind": "kind",
    "institution-country": "country",
}
"""the field that a refusal is about; the name, where nothing is said"""


class InstitutionForm(Form):
    name = Text(
        lazy("Name, as on certificates"),
        [Required(lazy("Write the name of the institution.")), Length(high=LONGEST_NAME)],
    )
    acronym = Text(lazy("Acronym"), [Length(high=40)])
    kind = Radios(lazy("Kind"), [Required(lazy("Choose what kind of institution it is."))])
    country = Choice(lazy("Country"))


class NewInstitutionForm(InstitutionForm):
    parent = Choice(lazy("Belongs to"))


@door.get("/institutions", may="administer", endpoint="institutions")
def tree() -> str:
    """Every institution, or those of one country."""
    nodes = service.tree(entrance.office(), entrance.actor())
    country = request.args.get("country", "")
    shown = [node for node in nodes if node.institution.country == country] if country else nodes
    return render_template(
        "administrator/institutions.html",
        nodes=shown,
        total=len(nodes),
        country=country,
        countries=countries({node.institution.country for node in nodes}),
        kinds=KIND_WORDS,
    )


@door.get("/institutions/new", may="administer")
def new_institution() -> str:
    """The form for one more, below ``?parent=``."""
    form, _nodes = _new_form(parent=request.args.get("parent", ""))
    return render_template("administrator/institution.html", form=form, row=None)


@door.post("/institutions/new", may="administer")
def add_institution() -> ResponseReturnValue:
    """Add it."""
    form, nodes = _new_form()
    if form.validate_on_submit():
        below = {str(node.institution.id): node.institution.id for node in nodes}
        try:
            row = service.add(
                entrance.office(),
                entrance.actor(),
                below.get(form.parent.data),
                form.name.data or "",
                kind=form.kind.data,
                acronym=form.acronym.data or "",
                country=form.country.data or "",
            )
        except Refused as no:
            _tell(form, no)
        else:
            flash(_("%(name)s was added.", name=row.name), "ok")
            return redirect(url_for("administrator.institutions", country=row.country), 303)
    return make_response(render_template("administrator/institution.html", form=form, row=None), 422)


def _new_form(**values: str) -> tuple[NewInstitutionForm, list[Node]]:
    nodes = service.tree(entrance.office(), entrance.actor())
    form = NewInstitutionForm(**values)
    _offer(form)
    form.parent.choices = [("", _("Nothing: it stands at the top, for a country")), *options(nodes)]
    return form, nodes


def options(nodes: list[Node]) -> list[tuple[str, str]]:
    """The tree as choices of a select: what is below another is set in."""
    return [(str(node.institution.id), "\u2003" * node.depth + node.institution.name) for node in nodes]


def _offer(form: InstitutionForm) -> None:
    form.kind.choices = [(kind, KIND_WORDS[kind]) for kind in KINDS]
    form.country.choices = [("", _("That of the institution above")), *countries(COUNTRIES)]


def _tell(form: InstitutionForm, no: Refused) -> None:
    field = form[FIELD_OF.get(no.code, "name")]
    field.errors = [refusals.words(no)]


@door.get("/institutions/<uuid:institution_id>", may="administer")
def institution(institution_id: uuid.UUID) -> str:
    """The form to correct one."""
    row = service.get(entrance.office(), entrance.actor(), institution_id)
    form = InstitutionForm(name=row.name, acronym=row.acronym, kind=row.kind, country=row.country)
    _offer(form)
    return render_template("administrator/institution.html", form=form, row=row)


@door.post("/institutions/<uuid:institution_id>", may="administer")
def change_institution(institution_id: uuid.UUID) -> ResponseReturnValue:
    """Correct it."""
    office, who = entrance.office(), entrance.actor()
    row = service.get(office, who, institution_id)
    country = row.country
    form = InstitutionForm()
    _offer(form)
    if form.validate_on_submit():
        try:
            service.change(
                office,
                who,
                institution_id,
                form.name.data or "",
                kind=form.kind.data,
                acronym=form.acronym.data or "",
                country=form.country.data or country,
            )
        except Refused as no:
            _tell(form, no)
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for("administrator.institutions"), 303)
    row = service.get(office, who, institution_id)
    return make_response(render_template("administrator/institution.html", form=form, row=row), 422)
