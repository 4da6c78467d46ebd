"""One page of a course in the browser: its Markdown, its problems with their lines, and how it will look."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, NotFound, Refused
from app.services import publishing
from app.services.publishing import Draft, PageText
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.errors import wants_json
from app.web.kit.forms import ask, confirmed
from app.web.kit.i18n import _, language, show_filesize
from app.web.trainer.desk import Desk, drawn, opened, posted, seen, sitting_of
from app.web.trainer.door import door, draft_of, sent_files


@door.get("/<course>/page", may="teach")
def open_page(course: str) -> ResponseReturnValue:
    """Begin a page by its path: ``?path=04-protection/6-returns.es.md``."""
    draft = draft_of(course)
    path = request.args.get("path", "").strip().lstrip("/")
    try:
        found = publishing.page(draft, path)
    except NotFound:
        flash(
            _(
                "“%(path)s” cannot be a page of a course. Write the folder and a name such as 6-returns.es.md.",
                path=path,
            ),
            "warn",
        )
        return redirect(url_for(".course", course=course), 303)
    return redirect(url_for(".edit", course=course, path=found.path), 303)


@door.get("/<course>/edit/<path:path>", may="teach")
def edit(course: str, path: str) -> ResponseReturnValue:
    """A page's Markdown, what is wrong in it, and how it looks. With ``?sitting=``, as it was kept and not saved."""
    draft = draft_of(course)
    return drawn(opened(draft, publishing.page(draft, path), sitting_of(request.args.get("sitting"))))


@door.post("/<course>/edit/<path:path>", may="teach")
def edit_now(course: str, path: str) -> ResponseReturnValue:
    """Save the page into the draft, look at it, put a picture or a ready piece in: the button says which.

    A program (static/editor.js) is answered in JSON.
    """
    draft = draft_of(course)
    page = publishing.page(draft, path)
    text = request.form.get("text", "").replace("\r\n", "\n")
    match request.form.get("go"):
        case "preview":
            return drawn(posted(draft, page, text))
        case "insert":
            return _insert(draft, page, text)
        case "picture":
            return _picture(draft, page, text)
    return _save(draft, page, text)


def _save(draft: Draft, page: PageText, text: str) -> ResponseReturnValue:
    course = draft.row.id
    sitting = sitting_of(request.form.get("sitting"))
    base = request.form.get("base", "")
    try:
        publishing.save(entrance.office(), entrance.actor(), course, page.path, text, base, sitting)
    except Conflict as no:
        if wants_json():
            raise
        now = draft_of(course)
        desk = posted(now, page, text)
        desk.page = publishing.page(now, page.path)
        desk.theirs = desk.page.text
        desk.wrong = {"text": refusals.words(no)}
        return drawn(desk, 409)
    except Refused as no:
        if wants_json():
            raise
        desk = posted(draft, page, text)
        desk.wrong = {"text": refusals.words(no)}
        return drawn(desk, 422)
    if not wants_json():
        flash(_("Saved in the draft."), "ok")
        return redirect(url_for(".edit", course=course, path=page.path), 303)
    now = draft_of(course)
    saved = publishing.page(now, page.path)
    desk = Desk(now, saved, saved.text, now.checked)
    return jsonify(seen(desk) | {"base": saved.base, "text": saved.text})


def _insert(draft: Draft, page: PageText, text: str) -> ResponseReturnValue:
    """A ready piece, with ids that nobody has used, put into a text that is not saved yet."""
    after = request.form.get("after", "").strip()
    try:
        if after and not (after.isascii() and after.isdecimal() and len(after) < 7):
            raise Refused("insert-line")
        kind = request.form.get("kind", "")
        done = publishing.insert(draft, page, text, kind, int(after) if after else None)
    except Refused as no:
        if wants_json():
            raise
        desk = posted(draft, page, text)
        desk.wrong = {"after" if no.code == "insert-line" else "kind": refusals.words(no)}
        return drawn(desk, 422)
    if wants_json():
        pieces = [{"after": piece.after, "lines": piece.lines} for piece in done.pieces]
        return jsonify({"pieces": pieces, "line": done.line})
    desk = posted(draft, page, done.text)
    desk.line = done.line
    return drawn(desk)


FIELDS = {"picture-alt": "alt-{language}", "picture-alt-long": "alt-{language}"}
"""where a refusal of a picture belongs; the others are the file's"""


def _picture(draft: Draft, page: PageText, text: str) -> ResponseReturnValue:
    """A picture from the trainer's computer into the draft; the text that is being written is not lost."""
    name, data = next(iter(sent_files("picture")), ("", b""))
    alt = {code: request.form.get(f"alt-{code}", "") for code in ("en", "es")}
    course = draft.row.id
    try:
        put = publishing.add_picture(entrance.office(), entrance.actor(), course, page.path, name, data, alt)
    except Refused as no:
        place = FIELDS.get(no.code, "picture").format(**no.values)
        told = refusals.words(no)
        if wants_json():
            return jsonify({"field": place, "words": told}), 422
        desk = posted(draft, page, text)
        desk.wrong = {place: told}
        return drawn(desk, 422)
    if wants_json():
        return jsonify(_told(put, page))
    now = draft_of(course)
    desk = posted(now, page, text)
    desk.picture = put
    return drawn(desk)


def _told(put: publishing.Picture, page: PageText) -> dict[str, Any]:
    here = page.where.language if page.where else language()
    other = "es" if here == "en" else "en"
    return {
        "markdown": put.markdown(here),
        "other": put.markdown(other),
        "words": _("%(name)s is in the draft (%(size)s).", name=put.name, size=show_filesize(put.size)),
    }


@door.post("/<course>/remove/<path:path>", may="teach")
def remove(course: str, path: str) -> ResponseReturnValue:
    """Take a page or file out of the draft."""
    draft = draft_of(course)
    if path not in draft.source:
        raise NotFound("page")
    if not confirmed():
        return ask(
            _("Take this file out of the draft?"),
            _("%(path)s is then missing from the next edition. The published edition keeps it.", path=path),
            _("Take it out"),
            url_for(".course", course=course),
        )
    publishing.remove(entrance.office(), entrance.actor(), course, path)
    flash(_("%(path)s is no longer in the draft.", path=path), "ok")
    return redirect(url_for(".course", course=course), 303)
