"""One page of a course in the browser: its Markdown, its problems with their lines, and how it will look."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, NotFound, Refused
from app.services import publishing
from app.services.publishing import Checked, Draft, PageText
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import ask, confirmed
from app.web.kit.i18n import _, in_language, language
from app.web.trainer.door import as_preview, door, draft_of
from app.web.trainer.graphs import drawing


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
    """A page's Markdown, what is wrong in it, and how it looks."""
    draft = draft_of(course)
    page = publishing.page(draft, path)
    return _editor(draft, page, page.text, draft.checked)


def _editor(
    draft: Draft,
    page: PageText,
    text: str,
    checked: Checked,
    *,
    theirs: str | None = None,
    wrong: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    spoken = page.where.language if page.where else language()
    here = checked.of(page.path)
    html = render_template(
        "trainer/edit.html",
        draft=draft,
        row=draft.row,
        page=page,
        text=text,
        lines=text.split("\n"),
        findings_here=here,
        marked={finding.line for finding in here},
        address=_address(draft, page),
        panel=_panel(page, checked) if page.where else "",
        theirs=theirs,
        lines_differ=publishing.compare(theirs, text) if theirs is not None else (),
        wrong=wrong,
        code=language(),
        spoken=spoken,
    )
    return make_response(as_preview(html, draft.row.id, spoken), status)


def _panel(page: PageText, checked: Checked) -> str:
    """How the page will look, with the words around it in its own language."""
    assert page.where is not None
    country = entrance.actor().country
    study = publishing.study(checked, country) if checked.course is not None else None
    with in_language(page.where.language):
        return render_template(
            "trainer/panel.html", study=study, where=page.where, country=country, drawn=drawing(checked, page.where)
        )


def _address(draft: Draft, page: PageText) -> str:
    """Where the preview shows this page; "" for one that has no page of its own."""
    where = page.where
    if where is None or draft.checked.course is None or not page.exists:
        return ""
    to = {"course": draft.row.id, "where": where.language}
    if where.kind in ("course", "glossary") or (where.kind == "exam" and draft.checked.course.exam):
        return url_for(f".preview_{where.kind}", **to)
    module = draft.checked.course.module(where.module)
    if module is None:
        return ""
    if where.kind == "lesson":
        known = module.lesson(where.item) is not None
        return url_for(".preview_lesson", **to, module=module.id, lesson=where.item) if known else ""
    if where.kind == "module" or (where.kind in ("scenario", "quiz", "practice") and getattr(module, where.kind)):
        return url_for(f".preview_{where.kind}", **to, module=module.id)
    return ""


@door.post("/<course>/edit/<path:path>", may="teach")
def edit_now(course: str, path: str) -> ResponseReturnValue:
    """Save the page into the draft, or only look at it: the button says which."""
    office, who = entrance.office(), entrance.actor()
    draft = draft_of(course)
    page = publishing.page(draft, path)
    text = request.form.get("text", "").replace("\r\n", "\n")
    base = request.form.get("base", "")
    if request.form.get("go") == "preview":
        seen = publishing.check(draft.source.replacing({page.path: text.encode()}))
        return _editor(draft, replace(page, base=base), text, seen)
    try:
        publishing.save(office, who, course, page.path, text, base)
    except Conflict as no:
        now = draft_of(course)
        found = publishing.page(now, path)
        return _editor(now, found, text, now.checked, theirs=found.text, wrong=refusals.words(no), status=409)
    except Refused as no:
        return _editor(draft, page, text, draft.checked, wrong=refusals.words(no), status=422)
    flash(_("Saved in the draft."), "ok")
    return redirect(url_for(".edit", course=course, path=page.path), 303)


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
