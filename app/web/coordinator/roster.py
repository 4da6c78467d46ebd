"""The roster on the screen and to take away: the same filters, rows and columns in every form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import rosters
from app.services.rosters import Page, Reader, RosterQuery
from app.web import entrance
from app.web.coordinator.entry import door, page_number
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.i18n import _, language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCREEN = (
    "file_name", "institution", "status", "percent", "active", "completed", "certificate", "lessons_done",
    "quizzes_passed", "practices_done", "exercise", "exam", "course", "cohort",
)  # fmt: skip
"""the columns on the screen where none were chosen; some then say two things"""


@door.get("/roster", may="read roster")
def roster() -> ResponseReturnValue:
    """Who is enrolled in what and how far, filtered and sorted; now or when a day was over."""
    office, who = entrance.office(), entrance.actor()
    reader = _reader()
    faults: dict[str, str] = {}
    try:
        query = rosters.ask(office, who, request.args)
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
            reader=rosters.read_as(reader, query),
            about=rosters.about(office, who, query, reader),
            columns=rosters.COLUMNS,
            shown=query.columns or SCREEN,
            heads={column.key: _(column.heading) for column in rosters.COLUMNS},
            state=rosters.state,
            title_of=rosters.title_of,
            faults=faults,
        ),
        422 if faults else 200,
    )


@door.post("/roster/columns", may="read roster")
def roster_columns() -> ResponseReturnValue:
    """Keep the columns that were ticked, for this reader; the filters of the address stay."""
    asked = RosterQuery.parse(request.args).asked
    asked.pop("columns", None)
    keys = [] if "reset" in request.form else request.form.getlist("column")
    rosters.keep_columns(entrance.office(), entrance.actor(), keys)
    flash(_("The roster and its files now have these columns."), "ok")
    return redirect(url_for(".roster", **asked), 303)


# Taken away -----------------------------------------------------------------------------------------------------------


def _reader(plain: bool = False) -> Reader:
    return Reader.of(entrance.office(), entrance.actor(), language(), _, plain)


def _filename(query: RosterQuery, extension: str) -> str:
    word = _("roster")
    day = query.as_of or _reader().today
    return f"paso-seguro-{word}-{day.isoformat()}.{extension}"


def _take(face: Any, mime: str, make: Callable[..., Any], plain: bool = False) -> ResponseReturnValue:
    """The roster as a file: asked, noted, sent; when it is whole, its digests are noted too."""
    office, who = entrance.office(), entrance.actor()
    query = rosters.ask(office, who, request.args)
    body = make(office, who, query, _reader(plain), done=rosters.sealed_note(office, who))
    rosters.note_download(office, who, query, face)
    return download(body, _filename(query, face), mime, language())


@door.get("/roster.csv", may="read roster")
def roster_csv() -> ResponseReturnValue:
    """The roster as CSV. ``?heading=0`` leaves out its last line."""
    bare = request.args.get("heading") == "0"
    return _take("csv", "text/csv", partial(rosters.csv_file, bare=bare))


@door.get("/roster.xlsx", may="read roster")
def roster_xlsx() -> ResponseReturnValue:
    """The roster as a workbook."""
    return _take("xlsx", XLSX, partial(rosters.xlsx_file, sheet=_("Roster")))


@door.get("/roster.pdf", may="read roster")
def roster_pdf() -> ResponseReturnValue:
    """The roster to be printed and signed, on ``?paper=letter`` or ``a4``."""
    paper = request.args.get("paper", "letter")
    if paper not in rosters.PAPERS:
        raise NotFound("paper")
    return _take("pdf", "application/pdf", partial(rosters.pdf_file, paper=paper))


@door.get("/roster.json", may="read roster")
def roster_json() -> ResponseReturnValue:
    """The roster for programs: codes instead of words, moments with their zone."""
    return _take("json", "application/json", rosters.json_file, plain=True)
