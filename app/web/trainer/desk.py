"""The editor of a page as it is drawn: the text, its problems, what is kept of it, and how it will look."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.services import publishing
from app.services.publishing import Checked, Draft, Finding, PageText, Picture
from app.web import entrance
from app.web.kit.i18n import _, in_language, language, ngettext, show_datetime
from app.web.trainer.door import as_preview
from app.web.trainer.graphs import drawing

SHOWN = 5
"""problems of a page before the rest is folded"""


@dataclass
class Desk:
    """What lies on the desk of somebody who writes a page."""

    draft: Draft
    page: PageText
    text: str
    """what stands in the editor, saved or not"""
    checked: Checked
    """the draft with that text in it"""
    sitting: uuid.UUID = field(default_factory=uuid.uuid4)
    theirs: str | None = None
    """what another saved meanwhile"""
    wrong: dict[str, str] = field(default_factory=dict)
    """the id of a field → what is wrong with it"""
    picture: Picture | None = None
    """what was just put in, to be named in the text"""
    line: int = 0
    """where something was put into the text"""

    @property
    def spoken(self) -> str:
        """The language of the page, else the reader's."""
        return self.page.where.language if self.page.where else language()


def sitting_of(given: str | None) -> uuid.UUID | None:
    """The sitting that a form or an address names, if it can be one."""
    try:
        return uuid.UUID(given or "")
    except ValueError:
        return None


def opened(draft: Draft, page: PageText, sitting: uuid.UUID | None) -> Desk:
    """The desk of an editor that is opened: with what is kept of *sitting*, where that is what is kept."""
    kept = publishing.working_text(entrance.office(), entrance.actor(), draft.row.id, page.path)
    if kept is None or kept.sitting != sitting:
        return Desk(draft, page, page.text, draft.checked)
    theirs = page.text if page.exists and kept.base != page.base else None
    return Desk(draft, page, kept.text, looked_at(draft, page, kept.text), kept.sitting, theirs)


def posted(draft: Draft, page: PageText, text: str) -> Desk:
    """The desk as a form sends it back, its problems those of *text*."""
    page = replace(page, base=request.form.get("base", ""))
    sitting = sitting_of(request.form.get("sitting")) or uuid.uuid4()
    return Desk(draft, page, text, looked_at(draft, page, text), sitting)


def looked_at(draft: Draft, page: PageText, text: str) -> Checked:
    """The draft as it would be with *text* for the page. Nothing is saved."""
    return publishing.check(draft.source.replacing({page.path: text.encode()}))


def drawn(desk: Desk, status: int = 200) -> ResponseReturnValue:
    """The whole editor."""
    page, row = desk.page, desk.draft.row
    html = render_template(
        "trainer/edit.html",
        desk=desk,
        draft=desk.draft,
        row=row,
        page=page,
        text=desk.text,
        lines=desk.text.split("\n"),
        findings_here=desk.checked.of(page.path),
        counted=_counted(desk.checked.of(page.path)),
        shown=SHOWN,
        address=_address(desk.draft, page),
        panel=_panel(desk) if page.where else "",
        marked_lines={mark["line"] for mark in marks(desk)},
        **_offered(desk),
        lines_differ=publishing.compare(desk.theirs, desk.text) if desk.theirs is not None else (),
        kinds=publishing.insertable(page),
        course=desk.checked.course,
        longest_alt=publishing.LONGEST_ALT,
        words=_words(desk),
        code=language(),
        spoken=desk.spoken,
    )
    return make_response(as_preview(html, row.id, desk.spoken), status)


def seen(desk: Desk) -> dict[str, Any]:
    """What a live preview shows of the text: HTML of the page and of its problems, and the lines to mark."""
    here = desk.checked.of(desk.page.path)
    code = language()
    problems = render_template(
        "trainer/problems.html", draft=desk.draft, page=desk.page, findings_here=here, shown=SHOWN, code=code
    )
    panel = _panel(desk) if desk.page.where else ""
    return {
        "panel": as_preview(panel, desk.draft.row.id, desk.spoken),
        "problems": problems,
        "said": _counted(here),
        "marks": marks(desk),
    }


def _counted(here: tuple[Finding, ...]) -> str:
    """How many problems there are, as a sentence that is said when it changes."""
    errors = sum(finding.is_error for finding in here)
    warnings = len(here) - errors
    counts = [ngettext("%(num)s error", "%(num)s errors", errors)] if errors else []
    counts += [ngettext("%(num)s warning", "%(num)s warnings", warnings)] if warnings else []
    return _("On this page: %(problems)s.", problems=", ".join(counts)) if counts else _("No problems on this page.")


def marks(desk: Desk) -> list[dict[str, Any]]:
    """The lines of the text that have problems, and what they are."""
    code = language()
    return [
        {"line": finding.line, "error": finding.is_error, "words": finding.message(code)}
        for finding in desk.checked.of(desk.page.path)
        if finding.line
    ]


def overtaken(page: PageText, base: str) -> str:
    """Who saved the page after it was opened as *base*, and when, in words; "" where nobody did."""
    if base == page.base:
        return ""
    if page.saved is None:
        return _("This page was changed while you were writing.")
    at, name = page.saved
    return _("%(name)s saved this page on %(date)s, while you were writing.", name=name, date=show_datetime(at))


def _offered(desk: Desk) -> dict[str, Any]:
    """What the person wrote into this page in another window or on another day, and has neither saved nor let go of."""
    page = desk.page
    kept = publishing.working_text(entrance.office(), entrance.actor(), desk.draft.row.id, page.path)
    if kept is None or kept.sitting == desk.sitting or kept.text.rstrip() == desk.text.rstrip():
        return {"offered": None}
    now = publishing.page(desk.draft, page.path)
    lines = publishing.compare(now.text if now.exists else "", kept.text)
    return {"offered": kept, "offered_overtaken": overtaken(now, kept.base), "offered_lines": lines}


def _panel(desk: Desk) -> str:
    """How the page will look, with the words around it in its own language."""
    where = desk.page.where
    assert where is not None
    country = entrance.actor().country
    checked = _alone(desk)
    study = publishing.study(checked, country) if checked.course is not None else None
    with in_language(where.language):
        return render_template(
            "trainer/panel.html",
            study=study,
            where=where,
            country=country,
            drawn=drawing(checked, where),
            shown_order=publishing.shown_order,
        )


def _alone(desk: Desk) -> Checked:
    """The draft to show the page from. A simulation is shown as this page has it: in the course, its first language says
    which scenes there are, and whoever writes the other one first would not see theirs.
    """
    page = desk.page
    if page.where is None or page.where.kind != "scenario" or not page.twin:
        return desk.checked
    files = {path: data for path, data in desk.draft.source.items() if path != page.twin}
    return publishing.check(files | {page.path: desk.text.encode()})


def _address(draft: Draft, page: PageText) -> str:
    """Where the preview shows this page; "" for one that has no page of its own."""
    where = page.where
    if where is None or draft.checked.course is None or not page.exists:
        return ""
    to = {"course": draft.row.id, "where": where.language}
    if where.kind in ("course", "glossary") or (where.kind == "exam" and draft.checked.course.exam):
        return url_for(f".preview_{where.kind}", **to)
    if where.kind == "exercise" and draft.checked.course.exercise:
        return url_for(".preview_exercise", **to)
    module = draft.checked.course.module(where.module)
    if module is None:
        return ""
    if where.kind == "lesson":
        known = module.lesson(where.item) is not None
        return url_for(".preview_lesson", **to, module=module.id, lesson=where.item) if known else ""
    if where.kind == "module" or (where.kind in ("scenario", "quiz", "practice") and getattr(module, where.kind)):
        return url_for(f".preview_{where.kind}", **to, module=module.id)
    return ""


def _words(desk: Desk) -> dict[str, Any]:
    """What static/editor.js says and writes; what it writes into the text is in the language of the page."""
    with in_language(desk.spoken):
        written = {
            "text": _("text"),
            "heading": _("Heading"),
            "item": _("one thing"),
            "address": _("address"),
            "title": _("Title of the case"),
            "do": _("I …"),
            "never": _("I never …"),
        }
    return {
        "written": written,
        "kept": _("Kept for you at {time}, not saved in the draft."),
        "unkept": _("What you typed is not kept yet."),
        "same": _("As in the draft."),
        "offline": _("No connection. Your text stays on this page; trying again."),
        "online": _("The connection is back."),
        "signed_out": _("You were signed out. Sign in again in another tab; your text stays on this page."),
        "trouble": _("The server did not answer as it should. Your text stays on this page; trying again."),
        "saved": _("Saved in the draft."),
        "saving": _("Saving …"),
        "unsaved": _("Not saved: there is no connection. Your text stays here; press the button again."),
        "sending": _("Sending the picture …"),
        "unsent": _("The picture was not sent: there is no connection. Try again."),
        "put_in": _("The picture is in the text."),
        "line": _("Line {line}: {words}"),
        "error": _("Error"),
        "warning": _("Warning"),
    }
