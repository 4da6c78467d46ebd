"""The order and the names of a module and its lessons; their ids stay."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, Refused
from app.services import publishing
from app.services.publishing import Arrangement, Named, Wanted
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import one_line
from app.web.kit.i18n import _
from app.web.trainer.door import door, draft_of


@door.get("/<course>/arrange/<folder>", may="teach")
def arrange(course: str, folder: str) -> ResponseReturnValue:
    """A module and its lessons: places, titles and names."""
    draft = draft_of(course)
    if draft.checked.course is None:
        flash(_("The course.yaml of the draft cannot be read. Mend it first."), "warn")
        return redirect(url_for(".course", course=course), 303)
    return _page(publishing.arrangement(draft, folder))


def _page(
    found: Arrangement, given: dict[str, str] | None = None, wrong: str = "", status: int = 200
) -> ResponseReturnValue:
    now = _filled_in(found)
    page = render_template(
        "trainer/arrange.html", row=found.draft.row, found=found, now=now, given=now | (given or {}), wrong=wrong
    )
    return make_response(page, status)


def _filled_in(found: Arrangement) -> dict[str, str]:
    """The fields of the form before anything is changed: those of a lesson end in its id, those of the module in ""."""
    given = {"place:": str(found.place)}
    for number, one in enumerate((found.module, *found.lessons)):
        key = one.id if number else ""
        if number:
            given[f"place:{key}"] = str(number)
        given[f"name:{key}"] = one.bare
        given |= {f"title-{code}:{key}": one.titles.get(code, "") for code in one.paths}
    return given


@door.post("/<course>/arrange/<folder>", may="teach")
def arrange_now(course: str, folder: str) -> ResponseReturnValue:
    """Let them stand as the form says: one step for all of it."""
    draft = draft_of(course)
    found = publishing.arrangement(draft, folder)
    posted = {name: one_line(value) for name, value in request.form.items()}
    # Only what was changed in the form counts: what somebody else changed meanwhile is not changed back.
    given = {name: value for name, value in posted.items() if value != posted.get(f"was-{name}")}
    fields = _filled_in(found) | given
    module, *each = (_wanted(fields, one.id if n else "", one) for n, one in enumerate((found.module, *found.lessons)))
    try:
        target = publishing.arrange(
            entrance.office(), entrance.actor(), course, folder, module, each, posted.get("seen", "")
        )
    except Refused as no:
        return _page(found, given, refusals.words(no), 409 if isinstance(no, Conflict) else 422)
    flash(_("The pages stand as you wanted. Their ids are the same, so no officer loses anything."), "ok")
    return redirect(url_for(".arrange", course=course, folder=target), 303)


def _wanted(fields: dict[str, str], key: str, one: Named) -> Wanted:
    place = fields.get(f"place:{key}", "")
    titles = {code: fields.get(f"title-{code}:{key}", "") for code in one.paths}
    known = place.isascii() and place.isdecimal() and len(place) < 5
    return Wanted(int(place) if known else 0, fields.get(f"name:{key}", ""), titles)
