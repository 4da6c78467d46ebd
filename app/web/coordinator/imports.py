"""Lists of people: sent, shown as a difference, decided about, carried out, undone. Nothing is done before somebody says
so.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import encodings, tables
from app.services import imports as services
from app.services.imports import Difference
from app.web import entrance
from app.web.coordinator import listwords
from app.web.coordinator.entry import (
    door,
    institution_choices,
    institution_names,
    page_number,
    parse_id,
    place,
    place_choices,
)
from app.web.coordinator.roster import XLSX
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Choice, Extension, Form, Radios, Required, Upload
from app.web.kit.i18n import _, in_language, language, lazy, show_number

WORKING = ("waiting", "again", "asked", "undoing")
"""states in which a list waits for the worker, or is worked on"""
LOOK_AGAIN = 3
"""seconds after which the browser asks how far it is"""
MOST_LEFT = 200
"""lines named on the page that asks before undoing"""


class ListForm(Form):
    """A file, and what holds for every line that does not say otherwise."""

    file = Upload(lazy("List of people"), [Required(lazy("Choose the file.")), Extension("xlsx", "csv", "txt")])
    institution = Choice(lazy("Institution"), [Required()])
    place = Choice(lazy("Enrol in"))
    language = Radios(lazy("Language of messages and courses"), choices=[("en", "English"), ("es", "Español")])


def _fill(form: ListForm) -> ListForm:
    form.institution.choices = institution_choices()
    form.place.choices = place_choices(_("Nothing yet"))
    return form


# Sending --------------------------------------------------------------------------------------------------------------


@door.get("/people/import", may="enrol")
def people_import() -> str:
    """Choose a file."""
    return render_template("coordinator/import.html", form=_fill(ListForm(language=language())), most=services.MOST)


@door.get("/people/import/list.xlsx", may="enrol")
def people_import_list() -> ResponseReturnValue:
    """An empty list to fill in, with the columns that are understood."""
    word = _("list-of-people")
    return download(services.template(_, _("List of people")), f"paso-seguro-{word}.xlsx", XLSX, language())


@door.post("/people/import", may="enrol")
def people_import_now() -> ResponseReturnValue:
    """Keep the file and compare it; nothing is done yet."""
    form = _fill(ListForm())
    if form.validate_on_submit():
        office = entrance.office()
        try:
            course, cohort = place(form.place.data or "")
            made = services.send(
                office,
                entrance.actor(),
                services.Sent(
                    form.file.data.filename or "",
                    form.file.data.read(tables.MOST_BYTES + 1),
                    parse_id(form.institution.data),
                    form.language.data or "es",
                    course,
                    cohort,
                ),
            )
        except Refused as no:
            form.file.errors = [refusals.words(no)]
        else:
            if made.small:
                services.run(office, made.id)
            return redirect(url_for(".people_list", import_id=made.id), 303)
    return make_response(render_template("coordinator/import.html", form=form, most=services.MOST), 422)


# Looking --------------------------------------------------------------------------------------------------------------


@door.get("/people/imports", may="enrol")
def people_lists() -> str:
    """The lists that were sent, the newest first."""
    page = services.listing(entrance.office(), entrance.actor(), page_number())
    return render_template("coordinator/imports.html", page=page, states=listwords.STATES, summary=listwords.summary)


@door.get("/people/imports/<uuid:import_id>", may="enrol")
def people_list(import_id: uuid.UUID) -> ResponseReturnValue:
    """One list: how far the work on it is, or the difference that it makes, line by line."""
    office, who = entrance.office(), entrance.actor()
    row = services.get(office, who, import_id)
    problem = refusals.words(Refused(row.problem["code"], **row.problem["values"])) if row.problem else ""
    if row.state in WORKING:
        response = make_response(render_template("coordinator/import_working.html", row=row))
        response.headers["Refresh"] = str(LOOK_AGAIN)  # needs no JavaScript
        return response
    if row.state == "failed":
        return render_template("coordinator/import_failed.html", row=row, problem=problem, encodings=encodings.NAMES)
    kind = request.args.get("kind", "")
    page = services.lines(office, row, kind, page_number())
    return render_template(
        "coordinator/import_lines.html",
        row=row,
        problem=problem,
        kind=kind if kind in services.KINDS else "",
        page=page,
        deciding=row.state == "checked" and any(line.difference.open or line.decision for line in page.rows),
        before=services.carried_out_before(office, who, row) if row.state == "checked" else None,
        blocked=any(row.counts.get(one) for one in ("problem", "duplicate")),
        deeds=any(row.counts.get(one) for one in services.DEEDS),
        undoable=services.can_be_undone(office, row),
        until=services.undoable_until(row),
        links=row.state == "done" and not office.settings.mail and services.anybody_waits(office, row),
        encodings=encodings.NAMES,
        words=listwords,
        problem_words=refusals.words,
        institutions=institution_names("read roster"),
        course_titles=services.course_titles(office, language()),
        cohort_names=services.cohort_names(office, row),
    )


@door.get("/people/imports/<uuid:import_id>/list.xlsx", may="enrol")
def people_list_sheet(import_id: uuid.UUID) -> ResponseReturnValue:
    """The list with what happens with each line and what is wrong with it, in both languages, to be corrected."""
    spoken: dict[tuple[str, str, str], str] = {}

    def words(no: Refused, code: str) -> str:
        key = (no.code, str(no.values), code)
        if key not in spoken:
            with in_language(code):
                spoken[key] = refusals.words(no)
        return spoken[key]

    def what(difference: Difference) -> str:
        return ", ".join(str(listwords.KINDS[kind][1]) for kind in difference.kinds)

    only = request.args.get("only") == "open"
    body = services.corrected(entrance.office(), entrance.actor(), import_id, _, what, words, only)
    word = _("list-of-people-to-correct")
    return download(body, f"paso-seguro-{word}.xlsx", XLSX, language())


# Deciding -------------------------------------------------------------------------------------------------------------


def _back(import_id: uuid.UUID, **query: Any) -> ResponseReturnValue:
    return redirect(url_for(".people_list", import_id=import_id, **query), 303)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1


@door.post("/people/imports/<uuid:import_id>/decide", may="enrol")
def people_list_decide(import_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is said of lines: the same person, another, left out."""
    office = entrance.office()
    said = {
        int(name[5:]): value
        for name, value in request.form.items()
        if name.startswith("line-") and name[5:].isdecimal() and len(name) < 15
    }
    services.get(office, entrance.actor(), import_id)
    try:
        services.decide(office, entrance.actor(), import_id, _version(), said, request.form.get("rest", ""))
    except Refused as no:
        flash(refusals.words(no), "bad")
    else:
        services.settle(office, import_id)
        flash(_("Kept. The list was compared again."), "ok")
    kind = request.form.get("kind", "")
    return _back(import_id, **({"kind": kind} if kind in services.KINDS else {}))


@door.post("/people/imports/<uuid:import_id>/read-as", may="enrol")
def people_list_read_as(import_id: uuid.UUID) -> ResponseReturnValue:
    """Read the file again in another encoding."""
    office = entrance.office()
    services.get(office, entrance.actor(), import_id)
    encoding = request.form.get("encoding", "")
    if encoding in encodings.NAMES:
        try:
            services.read_as(office, entrance.actor(), import_id, encoding)
        except Refused as no:
            flash(refusals.words(no), "bad")
        else:
            if services.get(office, entrance.actor(), import_id).size <= services.READ_AT_ONCE:
                services.run(office, import_id)
    return _back(import_id)


@door.post("/people/imports/<uuid:import_id>/discard", may="enrol")
def people_list_discard(import_id: uuid.UUID) -> ResponseReturnValue:
    """Throw a list away that was not carried out."""
    services.get(entrance.office(), entrance.actor(), import_id)
    try:
        services.discard(entrance.office(), entrance.actor(), import_id)
    except Refused as no:
        flash(refusals.words(no), "bad")
        return _back(import_id)
    flash(_("The list is thrown away. Nothing was done."), "ok")
    return redirect(url_for(".people_lists"), 303)


# Carrying out, undoing ------------------------------------------------------------------------------------------------


@door.post("/people/imports/<uuid:import_id>/carry-out", may="enrol")
def people_list_carry_out(import_id: uuid.UUID) -> ResponseReturnValue:
    """Carry the list out, whole or not at all. Sent twice, it is done once."""
    office = entrance.office()
    services.get(office, entrance.actor(), import_id)
    try:
        first = services.ask(office, entrance.actor(), import_id, _version())
    except Refused as no:
        flash(refusals.words(no), "bad")
        return _back(import_id)
    if first:
        services.settle(office, import_id)
        row = services.get(office, entrance.actor(), import_id)
        if row.state == "done":
            flash(_("The list is carried out: %(what)s.", what=listwords.summary(row.counts)), "ok")
    return _back(import_id)


@door.get("/people/imports/<uuid:import_id>/undo", may="enrol")
def people_list_undo(import_id: uuid.UUID) -> ResponseReturnValue:
    """What undoing would do, and what it would leave as it is, before anything is done."""
    office, who = entrance.office(), entrance.actor()
    row = services.get(office, who, import_id)
    if not services.can_be_undone(office, row):
        return _back(import_id)
    plan = services.plan(office, who, import_id)
    return make_response(
        render_template(
            "coordinator/import_undo.html",
            row=row,
            plan=plan,
            left=plan.left[:MOST_LEFT],
            more=show_number(max(0, len(plan.left) - MOST_LEFT)),
            outcomes=listwords.OUTCOMES,
        )
    )


@door.post("/people/imports/<uuid:import_id>/undo", may="enrol")
def people_list_undo_now(import_id: uuid.UUID) -> ResponseReturnValue:
    """Undo the list."""
    office = entrance.office()
    services.get(office, entrance.actor(), import_id)
    if request.form.get("confirmed") != "yes":
        return redirect(url_for(".people_list_undo", import_id=import_id), 303)
    try:
        services.ask_undo(office, entrance.actor(), import_id)
    except Refused as no:
        flash(refusals.words(no), "bad")
    else:
        services.settle(office, import_id)
    return _back(import_id)


@door.post("/people/imports/<uuid:import_id>/links", may="enrol")
def people_list_links(import_id: uuid.UUID) -> ResponseReturnValue:
    """New links of those who have not accepted their invitation, as a workbook: the only time that they are seen."""
    services.get(entrance.office(), entrance.actor(), import_id)
    try:
        body = services.links(entrance.office(), entrance.actor(), import_id, _)
    except Refused as no:
        flash(refusals.words(no), "bad")
        return _back(import_id)
    word = _("invitations")
    return download(body, f"paso-seguro-{word}.xlsx", XLSX, language())
