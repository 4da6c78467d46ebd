"""An officer's bookmarks and private notes."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import notes
from app.services.notes import Place, Written
from app.web import entrance
from app.web.kit import forms
from app.web.kit.i18n import _
from app.web.learner.courses import lesson_page
from app.web.learner.door import door


@door.get("/notes", may="learn")
def my_notes() -> str:
    """All my bookmarks and notes, by course and module."""
    return render_template("learner/notes.html", courses=notes.mine(entrance.office(), entrance.actor()))


@door.post("/notes", may="learn")
def note_delete() -> ResponseReturnValue:
    """Delete what stands at one lesson, once that was asked."""
    here = url_for(".my_notes")
    if not forms.confirmed():
        text = _("Your bookmark and your note at this lesson are deleted. This cannot be undone.")
        return make_response(forms.ask(_("Delete bookmark and note?"), text, _("Delete"), here))
    place = Place(*(request.form.get(name, "")[:80] for name in ("course", "module", "lesson")))
    notes.delete(entrance.office(), entrance.actor(), place)
    flash(_("Bookmark and note are deleted."), "ok")
    return redirect(here, 303)


@door.post("/<course>/<module>/<lesson>/bookmark", may="learn")
def bookmark(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Set a bookmark, or take it away."""
    on = request.form.get("on", "") == "1"
    try:
        notes.mark(entrance.office(), entrance.actor(), Place(course, module, lesson), on)
    except Refused as no:
        return lesson_page(course, module, lesson, wrong=no, about="", status=422)
    flash(_("Bookmarked.") if on else _("The bookmark is removed."), "ok")
    return redirect(url_for(".lesson", course=course, module=module, lesson=lesson, _anchor="note"), 303)


@door.post("/<course>/<module>/<lesson>/note", may="learn")
def note(course: str, module: str, lesson: str) -> ResponseReturnValue:
    """Save the note; what cannot be saved comes back as it was typed."""
    office, field = entrance.office(), request.form.get
    typed, begun = field("text", ""), field("begun", "")
    try:
        written = Written(typed, begun, office.now())
        outcome = notes.write(office, entrance.actor(), Place(course, module, lesson), written, field("event", ""))
    except Refused as no:
        return lesson_page(course, module, lesson, wrong=no, about="note", status=422, typed=(typed, begun))
    if outcome.result.get("both"):
        flash(kept_both(), "warn")
    else:
        flash(_("Your note is saved.") if notes.clean(typed) else _("Your note is deleted."), "ok")
    return redirect(url_for(".lesson", course=course, module=module, lesson=lesson, _anchor="note"), 303)


def kept_both() -> str:
    """What is said when two texts came together."""
    return _(
        "This note was changed elsewhere, perhaps on another device, after you began. Both texts are kept in it: please read "
        "it and put it in order."
    )
