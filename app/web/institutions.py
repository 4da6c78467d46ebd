"""The tree of institutions as administrators and coordinators both arrange it.

:func:`hang` puts these pages behind a door; each door has its own address for them and its own way back. Coordinators see
their own branch, and change what is below its top.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import institutions as service
from app.services.institutions import COUNTRIES, KINDS, LANGUAGES, LONGEST_NAME, Node
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Length, Radios, Required, Text, Tick, ask, confirmed
from app.web.kit.guards import Door
from app.web.kit.i18n import _, countries, language_name, lazy, ngettext

KIND_WORDS = {
    "state": lazy("State"),
    "service": lazy("Service"),
    "region": lazy("Region or sector"),
    "post": lazy("Post"),
}
ACTS = {
    "institution.add": lazy("Added"),
    "institution.change": lazy("Corrected"),
    "institution.move": lazy("Moved"),
    "institution.merge": lazy("Merged into another"),
    "institution.close": lazy("Closed"),
    "institution.reopen": lazy("Opened again"),
}
FIELD_OF = {
    "institution-kind": "kind",
    "institution-country": "country",
    "institution-language": "language",
    "institution-closed": "parent",
}
"""the field that a refusal is about; the name, where nothing is said"""
Trail = Sequence[tuple[str, str]]


class InstitutionForm(Form):
    """What is said of an institution."""

    name = Text(
        lazy("Name, as on certificates"),
        [Required(lazy("Write the name of the institution.")), Length(high=LONGEST_NAME)],
    )
    language = Choice(lazy("Language of the name"))
    acronym = Text(lazy("Acronym"), [Length(high=40)])
    kind = Radios(lazy("Kind"), [Required(lazy("Choose what kind of institution it is."))])
    country = Choice(lazy("Country"))


class NewInstitutionForm(InstitutionForm):
    """One more."""

    parent = Choice(lazy("Belongs to"))


class PlaceForm(Form):
    """Where an institution goes."""

    place = Choice(lazy("Institution"), [Required(lazy("Choose an institution."))])


class MergeForm(PlaceForm):
    """What it becomes a part of."""

    roles = Tick(lazy("Whoever coordinates it now coordinates that institution too"))


def options(nodes: list[Node]) -> list[tuple[str, str]]:
    """The tree as choices of a select: what is below another is set in."""
    return [(str(node.institution.id), "\u2003" * node.depth + node.institution.name) for node in nodes]


def _offer(form: InstitutionForm) -> None:
    form.kind.choices = [(kind, KIND_WORDS[kind]) for kind in KINDS]
    form.country.choices = [("", _("That of the institution above")), *countries(COUNTRIES)]
    form.language.choices = [(code, language_name(code)) for code in LANGUAGES]


def _tree() -> list[Node]:
    return service.tree(entrance.office(), entrance.actor())


def _new_form(**values: str) -> tuple[NewInstitutionForm, list[Node]]:
    nodes = [node for node in _tree() if node.institution.closed_at is None]
    form = NewInstitutionForm(**values)
    _offer(form)
    if nodes and not entrance.actor().may("administer"):
        highest = min(KINDS.index(node.institution.kind) for node in nodes)
        form.kind.choices = [(kind, KIND_WORDS[kind]) for kind in KINDS[highest + 1 :]]
    top = [("", _("Nothing: it stands at the top, for a country"))] if entrance.actor().may("administer") else []
    form.parent.choices = [*top, *options(nodes)]
    return form, nodes


def hang(door: Door, may: str, trail: Any) -> None:
    """Put the pages behind *door*, for those who hold *may*; *trail* gives the links that lead to them."""

    def show(template: str, form: Form | None = None, **values: Any) -> ResponseReturnValue:
        body = render_template(
            f"institutions/{template}.html", form=form, trail=trail(), kinds=KIND_WORDS, acts=ACTS, **values
        )
        return make_response(body, 422 if form is not None and form.errors else 200)

    def go(institution_id: uuid.UUID) -> ResponseReturnValue:
        return redirect(url_for(".institution", institution_id=institution_id), 303)

    def changeable(institution_id: uuid.UUID) -> Any:
        """One that the actor may change; the top of a coordinator's branch is somebody else's to change."""
        row = service.get(entrance.office(), entrance.actor(), institution_id)
        if not service.may_change(entrance.actor(), row):
            raise Refused("institution-above")
        return row

    @door.get("/institutions", may=may)
    def institutions() -> ResponseReturnValue:
        """The whole tree, or one country of it."""
        nodes = _tree()
        country = request.args.get("country", "")
        shown = [node for node in nodes if node.institution.country == country] if country else nodes
        every = countries({node.institution.country for node in nodes})
        return show("tree", nodes=shown, total=len(nodes), country=country, countries=every)

    @door.get("/institutions/new", may=may)
    def institution_new() -> ResponseReturnValue:
        """The form for one more, below ``?parent=``."""
        form, _nodes = _new_form(parent=request.args.get("parent", ""))
        above = next((n.institution for n in _nodes if str(n.institution.id) == form.parent.data), None)
        form.language.data = above.language if above else "es"
        return show("form", form, row=None)

    @door.post("/institutions/new", may=may)
    def institution_new_now() -> ResponseReturnValue:
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
                    language=form.language.data or "",
                )
            except Refused as no:
                refusals.put(form, no, FIELD_OF, "name")
            else:
                flash(_("%(name)s was added.", name=row.name), "ok")
                return go(row.id)
        return show("form", form, row=None)

    @door.get("/institutions/<uuid:institution_id>", may=may)
    def institution(institution_id: uuid.UUID) -> ResponseReturnValue:
        """An institution: where it stands, who is there, what was done to it, and what can be done."""
        return show("one", facts=service.facts(entrance.office(), entrance.actor(), institution_id))

    @door.get("/institutions/<uuid:institution_id>/edit", may=may)
    def institution_edit(institution_id: uuid.UUID) -> ResponseReturnValue:
        """The form to correct it."""
        row = changeable(institution_id)
        form = InstitutionForm(
            name=row.name, acronym=row.acronym, kind=row.kind, country=row.country, language=row.language
        )
        _offer(form)
        return show("form", form, row=row)

    @door.post("/institutions/<uuid:institution_id>/edit", may=may)
    def institution_edit_now(institution_id: uuid.UUID) -> ResponseReturnValue:
        """Correct it."""
        row = changeable(institution_id)
        form = InstitutionForm()
        _offer(form)
        if form.validate_on_submit():
            try:
                service.change(
                    entrance.office(),
                    entrance.actor(),
                    institution_id,
                    form.name.data or "",
                    kind=form.kind.data,
                    acronym=form.acronym.data or "",
                    country=form.country.data or row.country,
                    language=form.language.data or "",
                )
            except Refused as no:
                refusals.put(form, no, FIELD_OF, "name")
            else:
                flash(_("Saved."), "ok")
                return go(institution_id)
        return show("form", form, row=changeable(institution_id))

    def place_form(form: PlaceForm, row: Any) -> list[Node]:
        nodes = service.places(entrance.office(), entrance.actor(), row)
        form.place.choices = [("", _("Choose one")), *options(nodes)]
        return nodes

    def merge_form(**values: Any) -> PlaceForm:
        """With the roles of those who coordinate it, for those who give roles."""
        return MergeForm(**values) if entrance.actor().may("administer") else PlaceForm(**values)

    def chosen(nodes: list[Node], form: PlaceForm) -> Any:
        found = next((n.institution for n in nodes if str(n.institution.id) == form.place.data), None)
        if found is None:
            raise NotFound("institution")
        return found

    @door.get("/institutions/<uuid:institution_id>/move", may=may)
    def institution_move(institution_id: uuid.UUID) -> ResponseReturnValue:
        """Where should it stand?"""
        row = changeable(institution_id)
        form = PlaceForm(formdata=None)
        place_form(form, row)
        return show("place", form, row=row, merging=False)

    @door.post("/institutions/<uuid:institution_id>/move", may=may)
    def institution_move_now(institution_id: uuid.UUID) -> ResponseReturnValue:
        """Move it."""
        row = changeable(institution_id)
        form = PlaceForm()
        nodes = place_form(form, row)
        if form.validate_on_submit():
            there = chosen(nodes, form)
            try:
                service.move(entrance.office(), entrance.actor(), institution_id, there.id)
            except Refused as no:
                refusals.put(form, no, FIELD_OF, "name")
            else:
                flash(_("Moved, with everything below it."), "ok")
                return go(institution_id)
        return show("place", form, row=changeable(institution_id), merging=False)

    @door.get("/institutions/<uuid:institution_id>/merge", may=may)
    def institution_merge(institution_id: uuid.UUID) -> ResponseReturnValue:
        """What should it become a part of?"""
        row = changeable(institution_id)
        form = merge_form(formdata=None)
        place_form(form, row)
        return show("place", form, row=row, merging=True)

    @door.post("/institutions/<uuid:institution_id>/merge", may=may)
    def institution_merge_now(institution_id: uuid.UUID) -> ResponseReturnValue:
        """Merge it, after asking."""
        row = changeable(institution_id)
        form = merge_form()
        nodes = place_form(form, row)
        if form.validate_on_submit():
            there = chosen(nodes, form)
            if not confirmed():
                number = service.facts(entrance.office(), entrance.actor(), institution_id).people
                title = _("Merge %(name)s into %(other)s?", name=row.name, other=there.name)
                text = ngettext(
                    "%(num)s active account goes there, with courses not completed yet, running cohorts and everything "
                    "below. The institution is closed; what was completed in it stays on record. This cannot be undone "
                    "in one step.",
                    "%(num)s active accounts go there, with courses not completed yet, running cohorts and everything "
                    "below. The institution is closed; what was completed in it stays on record. This cannot be undone "
                    "in one step.",
                    number,
                )
                return ask(title, text, _("Merge"), url_for(".institution", institution_id=institution_id))
            try:
                service.merge(
                    entrance.office(),
                    entrance.actor(),
                    institution_id,
                    there.id,
                    roles="roles" in form and bool(form.roles.data),
                )
            except Refused as no:
                refusals.put(form, no, FIELD_OF, "name")
            else:
                flash(_("Merged. Everybody belongs to %(name)s now.", name=there.name), "ok")
                return go(there.id)
        return show("place", form, row=changeable(institution_id), merging=True)

    @door.post("/institutions/<uuid:institution_id>/close", may=may)
    def institution_close(institution_id: uuid.UUID) -> ResponseReturnValue:
        """Close it, after asking."""
        row = changeable(institution_id)
        back = url_for(".institution", institution_id=institution_id)
        if not confirmed():
            text = _("Nobody can be invited or enrolled there any more. What was learned there stays on record.")
            return ask(_("Close %(name)s?", name=row.name), text, _("Close the institution"), back)
        try:
            service.close(entrance.office(), entrance.actor(), institution_id)
        except Refused as no:
            flash(refusals.words(no), "bad")
        else:
            flash(_("The institution is closed."), "ok")
        return redirect(back, 303)

    @door.post("/institutions/<uuid:institution_id>/reopen", may=may)
    def institution_reopen(institution_id: uuid.UUID) -> ResponseReturnValue:
        """Open it again."""
        try:
            service.reopen(entrance.office(), entrance.actor(), institution_id)
        except Refused as no:
            flash(refusals.words(no), "bad")
        else:
            flash(_("The institution is open again."), "ok")
        return go(institution_id)
