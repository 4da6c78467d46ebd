"""New courses, modules, lessons and the other pages of a module, from the templates in both languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.courseware import skeletons
from app.courseware.course import Course
from app.courseware.draft import RESERVED_LESSONS, RESERVED_MODULES
from app.courseware.frontwriting import Unwritable, with_modules
from app.courseware.ids import is_id, slug
from app.courseware.layout import MODULE_PAGES, page_name
from app.courseware.moving import NameTaken, moved
from app.courseware.settings import FILE, LANGUAGES
from app.records.editions import CourseRow
from app.rules.errors import NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing.checking import Finding, check, fresh
from app.services.publishing.drafts import Draft, course_row, draft_of
from app.services.publishing.issuing import new_course
from app.services.publishing.ordering import compiled, folder_names, lessons, modules, order_with, with_one_more
from app.services.publishing.writing import carry_history, put
from app.services.shelf import course_of

PARTS = tuple(kind for kind in MODULE_PAGES if kind != "module")
ROOT_PARTS = ("glossary", "exam", "exercise")
TITLES = {
    "scenario": {"en": "Simulation", "es": "Simulación"},
    "quiz": {"en": "Module quiz", "es": "Cuestionario del módulo"},
    "practice": {"en": "Practical sheet", "es": "Hoja de práctica"},
    "glossary": {"en": "Glossary", "es": "Glosario"},
    "exam": {"en": "Final exam", "es": "Examen final"},
    "exercise": {"en": "Integrated exercise", "es": "Ejercicio integrado"},
}
LONGEST_TITLE = 200
Titles = Mapping[str, str]


@dataclass(frozen=True)
class Made:
    """What was made. ``path`` is its first page in each language, ``findings`` what the compiler finds only since."""

    path: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(1 for one in self.findings if one.is_error)


def proposed_id(titles: Titles) -> str:
    """The id that the titles of a thing suggest, or "" where they have no letters that an id can have."""
    return next((name for title in (titles.get("en", ""), *titles.values()) if (name := slug(title, words=6))), "")


def lacking(now: Draft, folder: str = "") -> tuple[str, ...]:
    """The kinds of pages that a module's folder (or, with "", the course) has in no language."""
    kinds = PARTS if folder else ROOT_PARTS
    stem = f"{folder}/" if folder else ""
    names = {kind: f"{stem}{page_name(kind)}" for kind in kinds}
    return tuple(kind for kind in kinds if not any(f"{names[kind]}.{code}.md" in now.source for code in LANGUAGES))


# A course -------------------------------------------------------------------------------------------------------------


def make_course(
    office: Office, actor: Actor, titles: Titles, course_id: str, module_titles: Titles, lesson_titles: Titles
) -> CourseRow:
    """A new course with one module of every part, as a draft. For administrators.

    An id left out is made of the title. Raises ``Forbidden`` and ``Refused``: ``title-missing``, ``title-long``,
    ``id-malformed``, ``course-id-reserved``, ``course-exists``.
    """
    actor.paths("administer")
    for each in (titles, module_titles, lesson_titles):
        _check_titles(each, LANGUAGES)
    course_id = _id(course_id, titles)
    module, lesson = _id("", module_titles), _id("", lesson_titles)
    module = f"{module}-1" if module in RESERVED_MODULES else module
    lesson = f"{lesson}-1" if lesson in RESERVED_LESSONS else lesson
    texts = _pages("course", "course", titles, "course")
    for kind in ("glossary", "exam"):  # not every course ends in a group exercise: that is added where it does
        texts |= _pages(kind, kind, TITLES[kind], "exam", modules=(module,))
    texts |= _module_pages(f"01-{module}", module, lesson, module_titles, lesson_titles, PARTS, 0, frozenset())
    files = {path: text.encode() for path, text in texts.items()}
    files[FILE] = skeletons.course_file(course_id, _code(course_id), module).encode()
    course = check(files).course
    assert course is not None
    with office.transaction():
        row = new_course(office, actor, course)
        put(office, actor, draft_of(office, row), files, frozenset())
    return row


def _code(course_id: str) -> str:
    parts = course_id.split("-")
    initials = "".join(part[0] for part in parts)
    return (initials if len(initials) > 1 else course_id.replace("-", "")[:4].ljust(2, "0"))[:12].upper()


# A module -------------------------------------------------------------------------------------------------------------


def make_module(
    office: Office,
    actor: Actor,
    course_id: str,
    titles: Titles,
    module_id: str,
    place: int,
    lesson_titles: Titles,
    parts: Collection[str],
) -> Made:
    """A new module in a draft, with its first lesson and those *parts*, at *place* (from 0) among the modules.

    It is put into the list of course.yaml, of which nothing else changes. Raises ``NotFound`` and ``Refused``:
    ``title-missing``, ``title-long``, ``id-malformed``, ``id-reserved``, ``id-taken``, ``course-file-unreadable``,
    ``course-file-unwritable``, ``name-taken``, ``upload-refused``.
    """
    with office.transaction():
        now = draft_of(office, course_row(office, actor, course_id, lock=True))
        course = compiled(now)
        _check_titles(titles, course.languages)
        _check_titles(lesson_titles, course.languages)
        module = _id(module_id, titles)
        lesson = _id("", lesson_titles)
        lesson = f"{lesson}-1" if lesson in RESERVED_LESSONS else lesson
        line = modules(now)
        if module in RESERVED_MODULES:
            raise Refused("id-reserved", id=module)
        if module in {one.id for one in line} | {one.bare for one in line} | {one.id for one in course.modules}:
            raise Refused("id-taken", id=module)
        place = min(max(place, 0), len(line))
        folder, others = with_one_more(line, place, module, 2)
        paths: dict[str, str] = {}
        for one, name in others:
            paths |= folder_names(one.name, name, now.source) if one.name != name else {}
        ids = [one.id for one in line]
        order = order_with([one.id for one in course.modules], [*ids[:place], module, *ids[place:]], module)
        made = _module_pages(
            folder, module, lesson, titles, lesson_titles, parts, _needed(course), _taken(office, now, course)
        )
        files = {path: text.encode() for path, text in made.items() if _language(path) in course.languages}
        try:
            listed = with_modules(now.source[FILE], order)
        except Unwritable as no:
            raise Refused("course-file-unwritable") from no
        after = change_names(now, paths)
        result = _put(office, actor, now, {**after, FILE: listed, **files}, paths, "module", folder)
    return Made({code: f"{folder}/module.{code}.md" for code in course.languages}, result)


def _module_pages(
    folder: str,
    module: str,
    lesson: str,
    titles: Titles,
    lesson_titles: Titles,
    parts: Collection[str],
    questions: int,
    taken: Collection[str],
) -> dict[str, str]:
    texts = _pages(f"{folder}/module", "module", titles, module)
    texts |= _pages(f"{folder}/1-{lesson}", "lesson", lesson_titles, _free(lesson, taken))
    for kind in PARTS:
        if kind in parts:
            prefix = _free(f"{module}-quiz", taken) if kind == "quiz" else module
            texts |= _pages(f"{folder}/{kind}", kind, TITLES[kind], prefix, questions=questions)
    return texts


def _needed(course: Course) -> int:
    """How many questions a quiz must have, for its own draw and for the exam's."""
    rule, exam = course.completion.quizzes, course.completion.exam
    return max(rule.draw if rule else 0, exam.per_module[0] if exam else 0)


# A lesson, and the other pages ----------------------------------------------------------------------------------------


def make_lesson(
    office: Office, actor: Actor, course_id: str, folder: str, titles: Titles, lesson_id: str, place: int
) -> Made:
    """A new lesson in a module's folder, at *place* (from 0) among its lessons.

    Raises ``NotFound`` and ``Refused`` as :func:`make_module`.
    """
    with office.transaction():
        now = draft_of(office, course_row(office, actor, course_id, lock=True))
        course = compiled(now)
        module = _module_of(now, folder)
        _check_titles(titles, course.languages)
        lesson = _id(lesson_id, titles)
        line = lessons(now, folder)
        if lesson in RESERVED_LESSONS:
            raise Refused("id-reserved", id=lesson)
        if lesson in {one.id for one in line} | {one.bare for one in line}:
            raise Refused("id-taken", id=lesson)
        place = min(max(place, 0), len(line))
        name, others = with_one_more(line, place, lesson, 1)
        stem = f"{folder}/{name}"
        paths = {
            path: f"{folder}/{new}.{code}.md"
            for one, new in others
            for code, path in one.paths.items()
            if one.name != new
        }
        found = course.module(module)
        objectives = min(max((len(each) for each in found.objectives.values()), default=0), 1) if found else 0
        made = _pages(stem, "lesson", titles, _free(lesson, _taken(office, now, course)), objectives=objectives)
        files = {path: text.encode() for path, text in made.items() if _language(path) in course.languages}
        result = _put(office, actor, now, {**change_names(now, paths), **files}, paths, "lesson", stem)
    return Made({code: f"{stem}.{code}.md" for code in course.languages}, result)


def make_part(office: Office, actor: Actor, course_id: str, folder: str, kind: str, titles: Titles) -> Made:
    """A simulation, quiz or practical sheet that a module lacks; with "" for the folder, a glossary, exam or integrated
    exercise that the course lacks.

    Raises ``NotFound`` and ``Refused``: ``page-exists`` and as :func:`make_module`.
    """
    with office.transaction():
        now = draft_of(office, course_row(office, actor, course_id, lock=True))
        course = compiled(now)
        if kind not in (PARTS if folder else ROOT_PARTS):
            raise NotFound("page")
        module = _module_of(now, folder) if folder else ""
        _check_titles(titles, course.languages)
        stem = f"{folder}/{page_name(kind)}" if folder else page_name(kind)
        if kind not in lacking(now, folder):
            raise Refused("page-exists", path=f"{stem}.{course.languages[0]}.md")
        found = course.module(module)
        objectives = max((len(each) for each in found.objectives.values()), default=0) if found else 0
        base = {"quiz": f"{module}-quiz", "exam": "exam"}.get(kind, module or kind)
        prefix = _free(base, _taken(office, now, course)) if kind in ("quiz", "exam") else base
        listed = tuple(one.id for one in course.modules)
        made = _pages(stem, kind, titles, prefix, objectives, _needed(course), listed)
        files = {path: text.encode() for path, text in made.items() if _language(path) in course.languages}
        result = _put(office, actor, now, {**now.source, **files}, {}, kind, stem)
    return Made({code: f"{stem}.{code}.md" for code in course.languages}, result)


# What they share ------------------------------------------------------------------------------------------------------


def change_names(now: Draft, paths: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a draft under new names. Raises ``Refused("name-taken")``."""
    try:
        return moved(now.source, paths) if paths else dict(now.source)
    except NameTaken as no:
        raise Refused("name-taken", path=no.path) from no


def _put(
    office: Office, actor: Actor, now: Draft, after: Mapping[str, bytes], paths: Mapping[str, str], kind: str, stem: str
) -> tuple[Finding, ...]:
    written = {path: data for path, data in after.items() if now.source.get(path) != data}
    carry_history(office, now.row.id, paths)
    put(office, actor, now, written, frozenset(now.source) - after.keys())
    audit.note(office, actor, "draft.make", now.row.id, {"kind": kind, "path": stem})
    return fresh(now.checked, check(draft_of(office, now.row).source), paths)


def _pages(
    stem: str,
    kind: str,
    titles: Titles,
    prefix: str,
    objectives: int = 2,
    questions: int = 0,
    modules: Sequence[str] = (),
) -> dict[str, str]:
    both = {code: titles.get(code) or next(iter(titles.values())) for code in LANGUAGES}
    made = skeletons.pages(kind, both, prefix, objectives, max(questions, skeletons.QUESTIONS), modules)
    return {f"{stem}.{code}.md": text for code, text in made.items()}


def _check_titles(titles: Titles, languages: Sequence[str]) -> None:
    if not all(titles.get(code, "").strip() for code in languages):
        raise Refused("title-missing")
    if any(len(title) > LONGEST_TITLE for title in titles.values()):
        raise Refused("title-long", most=LONGEST_TITLE)


def _id(wanted: str, titles: Titles) -> str:
    name = wanted or proposed_id(titles)
    if not is_id(name):
        raise Refused("id-malformed")
    return name


def _language(path: str) -> str:
    return path.removesuffix(".md").rpartition(".")[2]


def _module_of(now: Draft, folder: str) -> str:
    """The id of the module in *folder*. Raises ``NotFound``."""
    found = next((one.id for one in modules(now) if one.name == folder), None)
    if found is None:
        raise NotFound("module")
    return found


def _taken(office: Office, now: Draft, course: Course) -> set[str]:
    """The ids of questions that are, or were published, in a course."""
    found = set(course.questions)
    if now.row.current_edition_id is not None:
        found |= set(course_of(office, now.row.current_edition_id).questions)
    return found


def _free(base: str, taken: Collection[str]) -> str:
    """A beginning for ids that none of *taken* has."""
    name, number = base[:40].rstrip("-"), 2
    while any(one == name or one.startswith(name + "-") for one in taken):
        name, number = f"{base[:40].rstrip('-')}-{number}", number + 1
    return name
