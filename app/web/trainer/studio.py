"""The courses a trainer teaches: what is in them, what is wrong, uploads, publishing."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Conflict, NotFound, Refused
from app.services import appeals, booklets, practice, publishing, remedial
from app.services.publishing import Draft, Replacing
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Form, LongText, Tick, Upload, ask, confirmed
from app.web.kit.forms import Length as AtMost
from app.web.kit.i18n import _, language, lazy, ngettext
from app.web.trainer.door import door, draft_of, sent_files

SHOWN = 30
"""problems on a course's page before the rest is folded"""


class UploadForm(Form):
    files = Upload(lazy("Zip, or Markdown files and pictures"))
    over = Tick(lazy("Replace pages that have changes in the draft"))


class PublishForm(Form):
    note = LongText(lazy("What is new, in a sentence or two"), [AtMost(high=500)])


@door.get("/", may="teach")
def home() -> str:
    """The courses I teach, my cohorts, and, for administrators, a new course."""
    office, who = entrance.office(), entrance.actor()
    return render_template(
        "trainer/home.html",
        courses=publishing.taught(office, who),
        groups=practice.groups(office, who),
        today=office.now().date(),
        may_administer=who.may("administer"),
        waiting=appeals.waiting(office, who) + len(remedial.waiting(office, who)),
    )


# One course -----------------------------------------------------------------------------------------------------------


@door.get("/<course>/", may="teach")
def course(course: str) -> ResponseReturnValue:
    """A course: its pages in both languages side by side, problems, draft, upload, editions."""
    return _course_page(draft_of(course), UploadForm(formdata=None))


def _course_page(draft: Draft, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    folders = publishing.tree(draft.source)
    page = render_template(
        "trainer/course.html",
        draft=draft,
        row=draft.row,
        checked=draft.checked,
        folders=folders,
        lacking={one.name: publishing.lacking(draft, one.name) for one in folders if one.module or not one.name},
        unsaved=publishing.unsaved(entrance.office(), entrance.actor(), draft.row.id),
        editions=publishing.history(entrance.office(), entrance.actor(), draft.row.id),
        form=form,
        folder=request.form.get("folder", ""),
        shown=SHOWN,
        code=language(),
    )
    return make_response(page, status)


@door.post("/<course>/upload", may="teach")
def upload(course: str) -> ResponseReturnValue:
    """Put uploaded files into the draft; where they would overwrite changes, keep them and show which first."""
    office, who = entrance.office(), entrance.actor()
    form = UploadForm()
    if form.validate_on_submit():
        sent, folder = sent_files("files"), request.form.get("folder", "")
        try:
            done = publishing.upload(office, who, course, sent, folder, bool(form.over.data))
        except Refused as no:
            if no.code == "upload-over-changes":
                return _replace_page(publishing.hold_files(office, who, course, sent, folder), 422)
            form.files.errors = [refusals.words(no)]
        else:
            _tell(len(done.put), len(done.gone))
            return redirect(url_for(".course", course=course), 303)
    return _course_page(draft_of(course), form, 422)


@door.get("/<course>/upload/<uuid:upload_id>", may="teach")
def upload_held(course: str, upload_id: uuid.UUID) -> ResponseReturnValue:
    """What a held upload would overwrite."""
    return _replace_page(publishing.replacing(entrance.office(), entrance.actor(), course, upload_id))


def _replace_page(found: Replacing, status: int = 200, wrong: str = "") -> ResponseReturnValue:
    page = render_template("trainer/replace.html", found=found, draft=found.draft, row=found.draft.row, wrong=wrong)
    return make_response(page, status)


@door.post("/<course>/upload/<uuid:upload_id>", may="teach")
def upload_held_now(course: str, upload_id: uuid.UUID) -> ResponseReturnValue:
    """Put a held upload into the draft, over what was shown."""
    office, who = entrance.office(), entrance.actor()
    try:
        done = publishing.replace(office, who, course, upload_id, request.form.get("seen", ""))
    except Conflict as no:
        return _replace_page(publishing.replacing(office, who, course, upload_id), 409, refusals.words(no))
    _tell(len(done.put), len(done.gone))
    return redirect(url_for(".course", course=course), 303)


def _tell(put: int, gone: int) -> None:
    if not put and not gone:
        flash(_("Everything in it was in the draft already: nothing changed."), "info")
        return
    text = ngettext(
        "%(num)s page or file was put into the draft.", "%(num)s pages or files were put into the draft.", put
    )
    if gone:
        text += " " + ngettext("%(num)s was taken out.", "%(num)s were taken out.", gone)
    flash(text, "ok")


@door.get("/<course>/export.zip", may="teach")
def export(course: str) -> ResponseReturnValue:
    """The draft's files as a zip, or those of an edition: ``?edition=3``."""
    office, who = entrance.office(), entrance.actor()
    number = request.args.get("edition", type=int)
    if number is None:
        return download(publishing.export(office, who, course), f"{course}.zip", "application/zip")
    if not 0 < number < 1_000_000:  # more than a database can count
        raise NotFound("edition")
    content = publishing.source_of(office, who, course, number)
    return download(content, f"{course}-{number}.zip", "application/zip")


@door.get("/<course>/booklet/<module>.pdf", may="teach")
def booklet(course: str, module: str) -> ResponseReturnValue:
    """A module of the draft on paper: ``?lang=en|es&paper=letter|a4``; ``&key=yes`` adds the trainers' key."""
    spoken, paper = request.args.get("lang", language()), request.args.get("paper", "letter")
    with_key = request.args.get("key") == "yes"
    content, name = booklets.of_draft(entrance.office(), entrance.actor(), course, module, spoken, paper, with_key)
    return download(content, name, "application/pdf")


@door.post("/<course>/discard", may="teach")
def discard(course: str) -> ResponseReturnValue:
    """Throw the draft away."""
    draft = draft_of(course)
    if not confirmed():
        return ask(
            _("Throw this draft away?"),
            _(
                "Every change since the published edition is lost, whoever made it. "
                "Download the draft first to keep a copy."
            ),
            _("Throw the draft away"),
            url_for(".course", course=course),
        )
    publishing.discard(entrance.office(), entrance.actor(), draft.row.id)
    flash(_("The draft is gone: the course reads as published."), "ok")
    return redirect(url_for(".course", course=course), 303)


# Publishing -----------------------------------------------------------------------------------------------------------


@door.get("/<course>/publish", may="teach")
def publish(course: str) -> ResponseReturnValue:
    """What publishing would change, and the button that does it."""
    return _publish_page(course, PublishForm(formdata=None))


def _publish_page(
    course: str, form: PublishForm, wrong: Refused | None = None, status: int = 200
) -> ResponseReturnValue:
    found = publishing.impact(entrance.office(), entrance.actor(), course)
    page = render_template(
        "trainer/publish.html",
        impact=found,
        draft=found.draft,
        row=found.draft.row,
        checked=found.draft.checked,
        form=form,
        treatments=_treatments(),
        wrong=refusals.words(wrong) if wrong else "",
        refusal=refusals.words(Refused(found.refusal, count=len(found.draft.checked.errors))) if found.refusal else "",
        code=language(),
    )
    return make_response(page, status)


def _treatments() -> dict[str, str]:
    """What the trainer chose for each changed lesson and question."""
    named = "treat-"
    return {name.removeprefix(named): value for name, value in request.form.items() if name.startswith(named)}


@door.post("/<course>/publish", may="teach")
def publish_now(course: str) -> ResponseReturnValue:
    """Publish the draft that was shown."""
    form = PublishForm()
    if not form.validate_on_submit():
        return _publish_page(course, form, status=422)
    try:
        edition, followed = publishing.publish(
            entrance.office(),
            entrance.actor(),
            course,
            request.form.get("digest", ""),
            form.note.data or "",
            _treatments(),
        )
    except Refused as no:
        return _publish_page(course, form, no, 409 if isinstance(no, Conflict) else 422)
    text = _("Edition %(number)s is published.", number=edition.number)
    if followed.officers:
        going = ngettext("%(num)s officer goes on in it.", "%(num)s officers go on in it.", followed.officers)
        text += f" {going}"
    if followed.risen:
        risen = ngettext("%(num)s attempt got a better mark", "%(num)s attempts got a better mark", followed.risen)
        passed = ngettext("%(num)s passes now.", "%(num)s pass now.", followed.passed)
        text += f" {risen}; {passed}"
    if followed.forgiven:
        text += " " + ngettext(
            "%(num)s failed attempt no longer counts.", "%(num)s failed attempts no longer count.", followed.forgiven
        )
    flash(text, "ok")
    return redirect(url_for(".course", course=course), 303)
