"""A page and its translation side by side, passage by passage."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, Refused
from app.services import publishing
from app.services.publishing import Draft, Translation
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.i18n import _, language
from app.web.trainer.door import door, draft_of


@door.get("/<course>/translate/", may="teach")
def translations(course: str) -> str:
    """Every page, as it stands in the language chosen: ``?into=es``."""
    draft = draft_of(course)
    into = "en" if request.args.get("into") == "en" else "es"
    return render_template(
        "trainer/translations.html", row=draft.row, into=into, pages=publishing.waiting(draft, into), code=language()
    )


@door.get("/<course>/translate/<path:path>", may="teach")
def translate(course: str, path: str) -> ResponseReturnValue:
    """Source and translation, passage by passage, and what changed in the source since."""
    draft = draft_of(course)
    page = publishing.page(draft, path)
    if not page.twin and page.where is not None:
        flash(_("There is no other language of this page yet to set beside it."), "info")
        return redirect(url_for(".edit", course=course, path=page.path), 303)
    found = publishing.translation(entrance.office(), entrance.actor(), draft, path)
    return _page(draft, found, [row.translation.text if row.translation else "" for row in found.rows])


def _page(
    draft: Draft,
    found: Translation,
    written: list[str],
    *,
    theirs: str | None = None,
    mine: str = "",
    wrong: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "trainer/translate.html",
        row=draft.row,
        found=found,
        written=written,
        findings_here=draft.checked.of(found.target.path),
        draft=draft,
        follows=publishing.source_digest(found.source.text),
        lines_differ=publishing.compare(theirs, mine) if theirs is not None else (),
        theirs=theirs,
        mine_text=mine,
        wrong=wrong,
        code=language(),
    )
    return make_response(page, status)


@door.post("/<course>/translate/<path:path>", may="teach")
def translate_now(course: str, path: str) -> ResponseReturnValue:
    """Save the translation into the draft, and, if ticked, that it follows the source as it was shown."""
    office, who = entrance.office(), entrance.actor()
    draft = draft_of(course)
    found = publishing.translation(office, who, draft, path)
    rows = found.rows
    written = [request.form.get(f"p{number}", "") for number in range(len(rows))]
    # The rows are those of the texts that the form was made of: of other texts, nothing may be put together.
    same = request.form.get("base", "") == found.target.base and request.form.get("source", "") == found.source.base
    if not same:
        sent = [value for name, value in request.form.items() if name[:1] == "p" and name[1:].isdigit()]
        mine = "\n\n".join(text.replace("\r\n", "\n").strip("\n") for text in sent if text.strip()) + "\n"
        words = refusals.words(Conflict("page-changed", path=path))
        shown = [row.translation.text if row.translation else "" for row in rows]
        return _page(draft, found, shown, theirs=found.target.text, mine=mine, wrong=words, status=409)
    text = publishing.put_together(rows, written)
    follows = request.form.get("follows", "") if request.form.get("up-to-date") else ""
    try:
        publishing.save_translation(office, who, course, path, text, found.target.base, follows)
    except Refused as no:
        return _page(draft, found, written, wrong=refusals.words(no), status=422)
    flash(_("Saved in the draft."), "ok")
    return redirect(url_for(".translate", course=course, path=path), 303)
