"""Handing on a file with personal data: what is in it, for whom, and the sheet that goes along."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import rosters
from app.services import sharing as services
from app.services.rosters import RosterQuery
from app.services.sharing import Sheet, Wish
from app.web import entrance
from app.web.coordinator.entry import door
from app.web.kit import refusals
from app.web.kit.forms import Choice, Day, Form, Length, LongText, Radios, Required, Text
from app.web.kit.i18n import _, lazy

EXPORTS: dict[str, Any] = {
    "roster.xlsx": lazy("Roster as a workbook (Excel)"),
    "roster.csv": lazy("Roster as CSV"),
    "roster.json": lazy("Roster for programs (JSON)"),
    "roster.pdf": lazy("Roster as PDF"),
    "certificates.zip": lazy("Certificates of a cohort (zip)"),
    "people": lazy("Another list of people made here"),
}
PURPOSES: dict[str, Any] = {
    "report": lazy("Report on training to superiors or a ministry"),
    "planning": lazy("Planning of courses and postings"),
    "cooperation": lazy("Cooperation with a partner organisation"),
    "inspection": lazy("Inspection or audit"),
    "obligation": lazy("Legal obligation"),
    "other": lazy("Something else: write it below"),
}


class ShareForm(Form):
    export = Choice(lazy("File"), [Required()])
    purpose = Radios(lazy("What it is for"), [Required(lazy("Choose what it is for."))], choices=list(PURPOSES.items()))
    remarks = LongText(
        lazy("In your own words"),
        [Length(high=services.LONGEST["remarks"])],
        description=lazy("Name no officer here. It stands on the sheet and in the log."),
    )
    recipient = Text(
        lazy("Who gets it"),
        [Required(lazy("Write who gets it.")), Length(high=services.LONGEST["recipient"])],
        description=lazy("Organisation and office. The officers in the file can read it."),
    )
    until = Day(lazy("To be deleted there by"), [Required(lazy("Enter the day by which it is deleted there."))])


@door.get("/sharing", may="read roster")
def sharing() -> ResponseReturnValue:
    """What the file holds, and the form: ``?for=`` and the filters of the file."""
    day = entrance.office().now().date() + dt.timedelta(days=180)
    return _page(_form(formdata=None, export=request.args.get("for", "roster.xlsx"), until=day))


def _form(**data: Any) -> ShareForm:
    form = ShareForm(**data)
    form.export.choices = _offered(_query())
    return form


def _query() -> RosterQuery:
    """The filters of the file that is handed on."""
    return RosterQuery.parse(request.args)


def _page(form: ShareForm) -> ResponseReturnValue:
    office, who, query = entrance.office(), entrance.actor(), _query()
    export = request.args.get("for", "roster.xlsx")
    if export not in dict(_offered(query)):
        raise NotFound("export")
    page = render_template(
        "coordinator/sharing.html",
        form=form,
        asked={**query.asked, "for": export},
        rows=services.count(office, who, export, query),
        parts=_parts(export),
    )
    return make_response(page, 422 if form.errors else 200)


def _parts(export: str) -> list[str]:
    """What personal data the file holds, in words."""
    if export == "certificates.zip":
        return [
            _("Name"),
            _("Rank"),
            _("Institution"),
            _("Course"),
            _("Days and hours of the course"),
            _("Certificate"),
        ]
    if export == "people":
        return [_("Name"), _("E-mail address"), _("Rank"), _("Service number"), _("Sex"), _("Institution")]
    return [_(column.heading) for column in rosters.COLUMNS]


@door.post("/sharing", may="read roster")
def sharing_record() -> ResponseReturnValue:
    """Keep what was said in the log; then the file, and the sheet that goes along."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form)
    wish = Wish(
        form.export.data, form.purpose.data, form.recipient.data or "", form.until.data, form.remarks.data or ""
    )
    try:
        entry_id = services.record(entrance.office(), entrance.actor(), wish, _query())
    except Refused as no:
        refusals.put(form, no)
        return _page(form)
    flash(_("It is written down. Print the sheet and let it go along with the file."), "ok")
    # the name looked for is in no log, so it travels in the address
    return redirect(url_for(".sharing_sheet", entry_id=entry_id, name=request.args.get("name") or None), 303)


@door.get("/sharing/<uuid:entry_id>", may="read roster")
def sharing_sheet(entry_id: uuid.UUID) -> str:
    """The sheet, on one page to be printed, with the way to the file."""
    made = services.sheet(entrance.office(), entrance.actor(), entry_id)
    return render_template(
        "coordinator/sharing_sheet.html",
        sheet=made,
        export=EXPORTS[made.export],
        purpose=PURPOSES.get(made.purpose, ""),
        parts=_parts(made.export),
        file=_file(made),
    )


def _file(made: Sheet) -> str:
    """The address of the file, "" where it has none of its own."""
    if made.export == "certificates.zip":
        return url_for(".cohort_certificates", cohort_id=made.asked["cohort"])
    asked = {key: value for key, value in made.asked.items() if key != "name"}
    if request.args.get("name"):
        asked["name"] = request.args["name"]
    endpoint = _endpoint(made.export)
    return url_for(endpoint, **asked) if endpoint in current_app.view_functions else ""


def _endpoint(export: str) -> str:
    return f"{door.name}.{export.replace('.', '_')}"


def _offered(query: RosterQuery) -> list[tuple[str, Any]]:
    """The files that there are to hand on: those of a roster, and certificates where a cohort is asked for."""
    found = []
    for export, words in EXPORTS.items():
        there = (
            query.cohort is not None
            if export == "certificates.zip"
            else _endpoint(export) in current_app.view_functions
        )
        if there or export == "people":
            found.append((export, words))
    return found
