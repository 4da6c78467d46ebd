"""Nomination lists: a file is read and shown line by line; nothing is done before the coordinator says so."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import nominations as services
from app.services import spreadsheets, tables
from app.services.nominations import Line, Preview, Wishes
from app.services.spreadsheets import Heading
from app.web import entrance
from app.web.coordinator.entry import door, institution_choices, parse_id, place, place_choices
from app.web.coordinator.roster import XLSX
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Choice, Extension, Form, Hidden, Radios, Required, Upload
from app.web.kit.i18n import _, language, lazy, ngettext


class WishesForm(Form):
    """What holds for every line that does not say otherwise."""

    institution = Choice(lazy("Institution"), [Required()])
    place = Choice(lazy("Enrol in"))
    language = Radios(lazy("Language of messages and courses"), choices=[("en", "English"), ("es", "Español")])


class ListForm(WishesForm):
    """A file."""

    file = Upload(lazy("Nomination list"), [Required(lazy("Choose the file.")), Extension("xlsx", "csv")])


class ConfirmForm(WishesForm):
    """The lines that were shown."""

    lines = Hidden()


def _fill(form: WishesForm) -> Any:
    form.institution.choices = institution_choices()
    form.place.choices = place_choices(_("Nothing yet"))
    return form


def _wishes(form: WishesForm) -> Wishes:
    course, cohort = place(form.place.data or "")
    return Wishes(parse_id(form.institution.data), form.language.data or "es", course, cohort)


@door.get("/people/import", may="enrol")
def people_import() -> str:
    """Choose a file."""
    return render_template("coordinator/import.html", form=_fill(ListForm(language=language())), most=services.MOST)


@door.get("/people/import/list.xlsx", may="enrol")
def people_import_list() -> ResponseReturnValue:
    """An empty list to fill in, with the columns that are understood."""
    heads = [
        (_("Name"), 34),
        (_("E-mail address"), 34),
        (_("Rank"), 18),
        (_("Service number"), 18),
        (_("Sex"), 8),
        (_("Language"), 12),
        (_("Institution"), 34),
    ]
    body = spreadsheets.xlsx_stream(_("Nominations"), [Heading(title, "text", width) for title, width in heads], [])
    word = _("nominations")
    return download(body, f"paso-seguro-{word}.xlsx", XLSX, language())


@door.post("/people/import", may="enrol")
def people_import_show() -> ResponseReturnValue:
    """Read the file and show what would be done; nothing is done yet."""
    form = _fill(ListForm())
    if form.validate_on_submit():
        try:
            sheet = services.read(form.file.data.read(tables.MOST_BYTES + 1))
            found = services.preview(entrance.office(), entrance.actor(), sheet.lines, _wishes(form))
        except Refused as no:
            form.file.errors = [refusals.words(no)]
        else:
            return _show(found, sheet.lines, form, sheet.ignored)
    return make_response(render_template("coordinator/import.html", form=form, most=services.MOST), 422)


def _show(found: Preview, lines: tuple[Line, ...], wishes: WishesForm, ignored: tuple[str, ...] = ()) -> Any:
    form = _fill(
        ConfirmForm(
            formdata=None,
            institution=wishes.institution.data,
            place=wishes.place.data,
            language=wishes.language.data,
            lines=services.to_text(lines),
        )
    )
    return make_response(
        render_template(
            "coordinator/import_preview.html",
            preview=found,
            confirm=form,
            ignored=ignored,
            where=dict(form.place.choices).get(wishes.place.data or "", "") if wishes.place.data else "",
            problem_words=refusals.words,
        ),
        422 if found.problems else 200,
    )


@door.post("/people/import/confirm", may="enrol")
def people_import_now() -> ResponseReturnValue:
    """Carry the list out, whole or not at all. Sent twice, it is done once."""
    form = _fill(ConfirmForm())
    if not form.validate_on_submit():
        raise NotFound("list")
    lines = services.from_text(form.lines.data or "")
    wishes = _wishes(form)
    done = services.carry_out(entrance.office(), entrance.actor(), lines, wishes)
    if done.problems:
        return _show(done, lines, form)
    invited, enrolled = done.counts.get("invite", 0), done.counts.get("enrol", 0)
    flash(
        _(
            "%(invited)s, %(enrolled)s.",
            invited=ngettext("%(num)s person invited", "%(num)s people invited", invited),
            enrolled=ngettext("%(num)s enrolled who had an account", "%(num)s enrolled who had an account", enrolled),
        ),
        "ok",
    )
    return redirect(_after(wishes.cohort), 303)


def _after(cohort: uuid.UUID | None) -> str:
    if cohort:
        return url_for(".cohort", cohort_id=cohort)
    return url_for(".people", status="invited")
