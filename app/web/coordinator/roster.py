"""The roster on the screen and to take away: the same filters, rows and columns in every form."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import rosters
from app.services.rosters import Page, Reader, RosterQuery
from app.web import entrance
from app.web.coordinator.entry import door, page_number
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.i18n import _, language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door.get("/roster", may="read roster")
def roster() -> ResponseReturnValue:
    """Who is enrolled in what and how far, filtered and sorted."""
    office, who = entrance.office(), entrance.actor()
    reader = _reader()
    faults: dict[str, str] = {}
    try:
        query = RosterQuery.parse(request.args)
        page = rosters.page(office, who, query, page_number(), language())
        entrance.saw_list("roster.view", rosters.reach(office, who, query), query.asked, page.total)
    except Refused as no:  # a date that is none: the form comes back as it was
        faults[str(no.values.get("field", ""))] = refusals.words(no)
        query, page = RosterQuery(), Page((), 1, 1, 0)
    return make_response(
        render_template(
            "coordinator/roster.html",
            query=query,
            asked=request.args,
            page=page,
            choices=rosters.choices(office, who),
            reader=reader,
            heads={column.key: _(column.heading) for column in rosters.COLUMNS},
            state=rosters.state,
            title_of=rosters.title_of,
            faults=faults,
        ),
        422 if faults else 200,
    )


def _reader(plain: bool = False) -> Reader:
    return Reader.of(entrance.office(), entrance.actor(), language(), _, plain)


def _filename(extension: str) -> str:
    word = _("roster")
    return f"paso-seguro-{word}-{_reader().today.isoformat()}.{extension}"


@door.get("/roster.csv", may="read roster")
def roster_csv() -> ResponseReturnValue:
    """The roster as CSV."""
    office, who, query = entrance.office(), entrance.actor(), RosterQuery.parse(request.args)
    body = rosters.csv_file(office, who, query, _reader())
    rosters.note_download(office, who, query, "csv")
    return download(body, _filename("csv"), "text/csv", language())


@door.get("/roster.xlsx", may="read roster")
def roster_xlsx() -> ResponseReturnValue:
    """The roster as a workbook."""
    office, who, query = entrance.office(), entrance.actor(), RosterQuery.parse(request.args)
    body = rosters.xlsx_file(office, who, query, _reader(), _("Roster"))
    rosters.note_download(office, who, query, "xlsx")
    return download(body, _filename("xlsx"), XLSX, language())


@door.get("/roster.json", may="read roster")
def roster_json() -> ResponseReturnValue:
    """The roster for programs: codes instead of words, moments with their zone."""
    office, who, query = entrance.office(), entrance.actor(), RosterQuery.parse(request.args)
    body = rosters.json_file(office, who, query, _reader(plain=True))
    rosters.note_download(office, who, query, "json")
    return download(body, _filename("json"), "application/json", language())
