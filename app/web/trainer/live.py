"""While a page is being written: its preview as it is typed, and what is typed kept for whoever types it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, NotFound, Refused
from app.services import publishing
from app.services.publishing import Draft, PageText
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import ask, confirmed
from app.web.kit.i18n import _, language, show_datetime, timezone
from app.web.trainer.desk import overtaken, posted, seen, sitting_of
from app.web.trainer.door import door, draft_of


@door.post("/<course>/live/<path:path>", may="teach")
def live(course: str, path: str) -> ResponseReturnValue:
    """What static/editor.js asks while somebody types: ``look`` at the text, ``keep`` it, or both.

    Whatever it asked, it is told when another person saved the page since it was opened.
    """
    draft = draft_of(course)
    page = publishing.page(draft, path)
    text = request.form.get("text", "").replace("\r\n", "\n")
    base = request.form.get("base", "")
    told: dict[str, Any] = {"theirs": overtaken(page, base)}
    if request.form.get("keep"):
        told |= _keep(draft, page, text, base)
    if request.form.get("look"):
        told |= seen(posted(draft, page, text))
    return jsonify(told)


def _keep(draft: Draft, page: PageText, text: str, base: str) -> dict[str, Any]:
    sitting = sitting_of(request.form.get("sitting")) or uuid.uuid4()
    try:
        at = publishing.keep(entrance.office(), entrance.actor(), draft, page.path, text, base, sitting)
    except Refused as no:  # among them that another window has it
        return {"unkept": refusals.words(no), "elsewhere": isinstance(no, Conflict)}
    return {"kept": at.astimezone(timezone()).strftime("%H:%M") if at else ""}


@door.get("/<course>/working/<path:path>", may="teach")
def working(course: str, path: str) -> ResponseReturnValue:
    """What I wrote and did not save, compared with what the page says in the draft."""
    draft = draft_of(course)
    page = publishing.page(draft, path)
    kept = publishing.working_text(entrance.office(), entrance.actor(), course, page.path)
    if kept is None:
        flash(_("Nothing of yours is kept for this page: it is saved, or you threw it away."), "info")
        return redirect(url_for(".edit", course=course, path=page.path), 303)
    return render_template(
        "trainer/working.html",
        row=draft.row,
        page=page,
        kept=kept,
        overtaken=overtaken(page, kept.base),
        lines=publishing.compare(page.text if page.exists else "", kept.text),
        spoken=page.where.language if page.where else language(),
    )


@door.post("/<course>/working/<path:path>", may="teach")
def working_now(course: str, path: str) -> ResponseReturnValue:
    """Go on with what I wrote and did not save, or throw it away."""
    office, who = entrance.office(), entrance.actor()
    page = publishing.page(draft_of(course), path)
    here = url_for(".edit", course=course, path=page.path)
    kept = publishing.working_text(office, who, course, page.path)
    if kept is None:
        raise NotFound("working text")
    if request.form.get("go") != "away":
        taken = publishing.take_over(office, who, course, page.path)
        return redirect(url_for(".edit", course=course, path=page.path, sitting=taken.sitting), 303)
    if not confirmed():
        return ask(
            _("Throw your text away?"),
            _("What you wrote on %(date)s and did not save is lost.", date=show_datetime(kept.saved_at)),
            _("Throw it away"),
            here,
        )
    publishing.throw_away(office, who, course, page.path)
    flash(_("Your text is thrown away. The page is as in the draft."), "ok")
    return redirect(here, 303)
