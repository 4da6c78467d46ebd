"""The history of a page: every text it had, any two of them compared, and an old one made the newest again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, Refused
from app.services import publishing
from app.services.publishing import Revision
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import ask, confirmed
from app.web.kit.i18n import _, language, show_datetime
from app.web.trainer.door import door, draft_of


def _name(one: Revision) -> str:
    if one.edition:
        return _("Edition %(number)s", number=one.edition)
    return _("Save %(number)s", number=one.number)


@door.get("/<course>/history/<path:path>", may="teach")
def history(course: str, path: str) -> str:
    """Every text of a page; with ``?from=e1&to=r3``, those two compared, else the newest with the one before it."""
    office, who = entrance.office(), entrance.actor()
    draft = draft_of(course)
    kept = publishing.revisions(office, who, course, path)
    newest = kept[0]
    to = publishing.revision(kept, request.args.get("to", newest.key))
    older = kept[kept.index(to) + 1] if to is not kept[-1] else to
    before = publishing.revision(kept, request.args.get("from", older.key))
    place = draft.places.get(path)
    data = draft.source.get(path)
    return render_template(
        "trainer/history.html",
        row=draft.row,
        path=path,
        kept=kept,
        names={one.key: _name(one) for one in kept},
        before=before,
        to=to,
        lines=publishing.compare(before.text, to.text),
        same=before.text == to.text,
        present=publishing.page(draft, path) if data is not None else None,
        spoken=place.language if place else language(),
    )


@door.post("/<course>/history/<path:path>", may="teach")
def restore(course: str, path: str) -> ResponseReturnValue:
    """Make an old text the newest one: a save like any other."""
    office, who = entrance.office(), entrance.actor()
    back = url_for(".history", course=course, path=path)
    one = publishing.revision(publishing.revisions(office, who, course, path), request.form.get("revision", ""))
    if not confirmed():
        return ask(
            _("Restore this text?"),
            _(
                "The page in the draft will read as it did on %(date)s. What it says now stays in the history.",
                date=show_datetime(one.at),
            ),
            _("Restore it"),
            back,
        )
    try:
        publishing.restore(office, who, course, path, one.key, request.form.get("base", ""))
    except Conflict:
        flash(_("Somebody saved this page meanwhile. Look at what they wrote, then restore again."), "warn")
        return redirect(back, 303)
    except Refused as no:
        flash(refusals.words(no), "bad")
        return redirect(back, 303)
    flash(_("Restored: the page reads as in “%(name)s”.", name=_name(one)), "ok")
    return redirect(back, 303)
