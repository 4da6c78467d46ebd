"""New courses, modules, lessons and pages, each from a form: begun as a template in both languages, or from a zip."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import publishing
from app.services.publishing import Draft, Made, Named
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import Choice, Form, Length, Required, Text, Ticks, Upload
from app.web.kit.i18n import _, language, lazy, ngettext
from app.web.reading import say
from app.web.trainer.door import door, draft_of, sent_files

KINDS = ("module", "lesson", *publishing.PARTS, *publishing.ROOT_PARTS)
PARTS = {"scenario": lazy("Simulation"), "quiz": lazy("Module quiz"), "practice": lazy("Practical sheet")}


class NewCourseForm(Form):
    file = Upload(lazy("Zip of the course folder"), [Required(lazy("Choose the zip of a course."))])


class TitlesForm(Form):
    """The titles of what is made."""

    title_en = Text(lazy("Title in English"), [Length(high=200)])
    title_es = Text(lazy("Title in Spanish"), [Length(high=200)])

    def titles(self, languages: tuple[str, ...], stem: str = "title") -> dict[str, str]:
        """What was entered, by language."""
        return {code: self[f"{stem}_{code}"].data or "" for code in languages}


class NamedForm(TitlesForm):
    """With the id by which addresses know it."""

    id = Text(lazy("Id in its address"), [Length(high=80)])


class WithLessonForm(NamedForm):
    """With the titles of the first lesson."""

    lesson_en = Text(lazy("Title of its first lesson in English"), [Length(high=200)])
    lesson_es = Text(lazy("Title of its first lesson in Spanish"), [Length(high=200)])


class CourseForm(WithLessonForm):
    module_en = Text(lazy("Title of its first module in English"), [Length(high=200)])
    module_es = Text(lazy("Title of its first module in Spanish"), [Length(high=200)])


class LessonForm(NamedForm):
    place = Choice(lazy("Place"))


class ModuleForm(WithLessonForm):
    place = Choice(lazy("Place"))
    parts = Ticks(lazy("What else it has"), choices=list(PARTS.items()))


# A course -------------------------------------------------------------------------------------------------------------


def _new_course(form: Form, template: CourseForm, status: int = 200) -> ResponseReturnValue:
    faulty = template if template.errors else form
    return make_response(render_template("trainer/new.html", zipped=form, template=template, form=faulty), status)


@door.get("/new", may="administer")
def new_course() -> ResponseReturnValue:
    """The forms for a new course: from the template, and from a zip."""
    return _new_course(NewCourseForm(formdata=None), CourseForm(formdata=None))


@door.post("/new", may="administer")
def new_course_now() -> ResponseReturnValue:
    """Make a course from an uploaded zip."""
    form = NewCourseForm()
    sent = sent_files("file")
    if form.validate_on_submit() and sent:
        try:
            row = publishing.create(entrance.office(), entrance.actor(), sent[0][1])
        except Refused as no:
            form.file.errors = [refusals.words(no)]
        else:
            return _made_course(row.id)
    return _new_course(form, CourseForm(formdata=None), 422)


def _made_course(course: str) -> ResponseReturnValue:
    flash(_("The course is there as a draft. Nobody can learn in it before it is published."), "ok")
    return redirect(url_for(".course", course=course), 303)


@door.post("/new/template", may="administer")
def new_course_template() -> ResponseReturnValue:
    """Make a course from the template."""
    form = CourseForm()
    both = ("en", "es")
    if form.validate_on_submit():
        try:
            row = publishing.make_course(
                entrance.office(),
                entrance.actor(),
                form.titles(both),
                form.id.data or "",
                form.titles(both, "module"),
                form.titles(both, "lesson"),
            )
        except Refused as no:
            _blame(form, no, both)
        else:
            return _made_course(row.id)
    return _new_course(NewCourseForm(formdata=None), form, 422)


# What is in a course --------------------------------------------------------------------------------------------------


def _form(kind: str, draft: Draft, folder: str, posted: bool) -> Any:
    """The form for a page of *kind*; filled in with what is usual where nothing was *posted*."""
    sent: dict[str, Any] = {} if posted else {"formdata": None}
    if kind == "module":
        line = publishing.modules_in_order(draft)
        form = ModuleForm(**sent, data={"place": str(len(line)), "parts": list(PARTS)})
        form.place.choices = _places(line)
        return form
    if kind == "lesson":
        line = publishing.lessons_in_order(draft, folder)
        form = LessonForm(**sent, data={"place": str(len(line))})
        form.place.choices = _places(line)
        return form
    usual = publishing.PART_TITLES[kind]
    return TitlesForm(**sent, data={f"title_{code}": usual[code] for code in usual})


def _places(line: tuple[Named, ...]) -> list[tuple[str, str]]:
    first = [("0", _("At the beginning"))] if line else []
    return [
        *first,
        *((str(n), _("After “%(title)s”", title=say(one.titles) or one.bare)) for n, one in enumerate(line, 1)),
    ] or [("0", _("At the beginning"))]


@door.get("/<course>/new/<kind>", may="teach")
def make(course: str, kind: str) -> ResponseReturnValue:
    """The form for a new module, lesson or page: ``?in=04-protection`` names the module's folder."""
    draft, folder = draft_of(course), request.args.get("in", "")
    if not _may_stand(draft, kind, folder):
        flash(_("Choose on this page where the new page belongs."), "warn")
        return redirect(url_for(".course", course=course), 303)
    return _make_page(draft, kind, folder, _form(kind, draft, folder, posted=False))


def _may_stand(draft: Draft, kind: str, folder: str) -> bool:
    """Whether a page of *kind* can be begun there. Raises ``NotFound`` for what is no kind of page."""
    if kind not in KINDS:
        raise NotFound("page")
    if kind == "module" or (kind in publishing.ROOT_PARTS and not folder):
        return draft.checked.course is not None and (kind == "module" or kind in publishing.lacking(draft))
    known = any(one.name == folder for one in publishing.modules_in_order(draft))
    return (
        known and draft.checked.course is not None and (kind == "lesson" or kind in publishing.lacking(draft, folder))
    )


def _make_page(draft: Draft, kind: str, folder: str, form: Any, status: int = 200) -> ResponseReturnValue:
    module = next((one for one in publishing.modules_in_order(draft) if one.name == folder), None)
    course = draft.checked.course
    page = render_template(
        "trainer/make.html",
        row=draft.row,
        kind=kind,
        folder=folder,
        module=module,
        form=form,
        languages=course.languages if course else (),
    )
    return make_response(page, status)


@door.post("/<course>/new/<kind>", may="teach")
def make_now(course: str, kind: str) -> ResponseReturnValue:
    """Begin the page in every language of the course."""
    office, who = entrance.office(), entrance.actor()
    draft, folder = draft_of(course), request.args.get("in", "")
    if not _may_stand(draft, kind, folder):
        flash(_("Choose on this page where the new page belongs."), "warn")
        return redirect(url_for(".course", course=course), 303)
    assert draft.checked.course is not None
    languages = draft.checked.course.languages
    form = _form(kind, draft, folder, posted=True)
    if not form.validate_on_submit():
        return _make_page(draft, kind, folder, form, 422)
    titles = form.titles(languages)
    try:
        if kind == "module":
            first = form.titles(languages, "lesson")
            parts = form.parts.data or ()
            made = publishing.make_module(
                office, who, course, titles, form.id.data or "", int(form.place.data or 0), first, parts
            )
        elif kind == "lesson":
            made = publishing.make_lesson(
                office, who, course, folder, titles, form.id.data or "", int(form.place.data or 0)
            )
        else:
            made = publishing.make_part(office, who, course, folder, kind, titles)
    except Refused as no:
        _blame(form, no, languages)
        return _make_page(draft, kind, folder, form, 422)
    return _made(course, made)


def _made(course: str, made: Made) -> ResponseReturnValue:
    flash(
        _("It is in the draft, as a template that shows the format. Put your own text in its place."),
        "ok",
    )
    if made.errors:
        flash(
            ngettext(
                "The course has %(num)s error more now. Its page lists it.",
                "The course has %(num)s errors more now. Its page lists them.",
                made.errors,
            ),
            "warn",
        )
    path = made.path.get(language()) or next(iter(made.path.values()))
    return redirect(url_for(".edit", course=course, path=path), 303)


def _blame(form: Any, no: Refused, languages: tuple[str, ...]) -> None:
    """Say a refusal beside the field that it is about."""
    words = refusals.words(no)
    if no.code in ("title-missing", "title-long"):
        stems = [stem for stem in ("title", "module", "lesson") if f"{stem}_en" in form]
        for name in (f"{stem}_{code}" for stem in stems for code in languages):
            field = form[name]
            if not field.data:
                field.errors = [_("Fill in “%(label)s”.", label=field.label.text)]
        return
    about = form.id if no.code in _ABOUT_ID and "id" in form else form[f"title_{languages[0]}"]
    about.errors = [words]


_ABOUT_ID = ("id-malformed", "id-reserved", "id-taken", "course-exists", "course-id-reserved")
