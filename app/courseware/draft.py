"""A course as written: every page in each of its languages, read and put side by side, before it is one course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.courseware import parts
from app.courseware.answers import WrittenQuestion
from app.courseware.course import EXERCISE
from app.courseware.glossary import TermIndex
from app.courseware.ids import agree_on_ids, is_id, slug
from app.courseware.layout import Layout, PageFile, lay_out
from app.courseware.manuscript import Place, Report, read
from app.courseware.media import words_of
from app.courseware.memory import Memory, fingerprint
from app.courseware.pages import close_page, open_page, read_page
from app.courseware.pictures import with_twins
from app.courseware.problem import nearest
from app.courseware.questions import QuestionContext, read_questions, settle
from app.courseware.scenarios import WrittenScenario, read_scenario
from app.courseware.settings import FILE, Settings
from app.courseware.written import Library, Written

_TITLED = ("course", "module", "lesson", "scenario", "quiz", "practice", "exam", "exercise", "glossary")
RESERVED_MODULES = frozenset(
    ("certificates", "compare", "exam", EXERCISE, "glossary", "media", "participation", "practice-days", "survey")
)
"""Addresses of a course in the site that a module of that id would hide, or be hidden by."""
RESERVED_LESSONS = frozenset(("practice", "quiz", "scenario"))
"""The same, of a module and its lessons."""
_ADDRESSES = {
    "course": "/",
    "module": "/",
    "scenario": "/scenario",
    "quiz": "/quiz",
    "exam": "/exam",
    "exercise": "/exercise",
}


@dataclass(slots=True)
class Group:
    """One page in all its languages, with what it holds in each."""

    kind: str
    module: str
    id: str
    number: int
    stem: str
    pages: dict[str, Written] = field(default_factory=dict)
    written: dict[str, list[WrittenQuestion]] = field(default_factory=dict)
    """every question in it"""
    questions: dict[str, list[WrittenQuestion]] = field(default_factory=dict)
    """those that can be asked"""
    scenarios: dict[str, WrittenScenario] = field(default_factory=dict)
    terms: dict[str, list[parts.WrittenTerm]] = field(default_factory=dict)
    criteria: dict[str, list[parts.WrittenCriterion]] = field(default_factory=dict)
    entries: dict[str, dict[str, parts.WrittenEntry]] = field(default_factory=dict)

    def first(self) -> Written:
        """The page in the first language it is written in."""
        return next(iter(self.pages.values()))


@dataclass(slots=True)
class Draft:
    """All groups of a course, in the order of modules, lessons and the rest."""

    settings: Settings
    layout: Layout
    groups: list[Group] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    """module folder → module id"""

    def of(self, kind: str, module: str = "") -> list[Group]:
        """The groups of *kind* in *module*."""
        return [group for group in self.groups if group.kind == kind and group.module == module]

    def objectives(self, module: str) -> int:
        """How many objectives *module* has."""
        pages = [page for group in self.of("module", module) for page in group.pages.values()]
        return max((len(page.front.scalars("objectives")) for page in pages), default=0)


def read_draft(source: Mapping[str, bytes], settings: Settings, report: Report, memory: Memory | None = None) -> Draft:
    """The draft in *source*, with every problem of a single page reported. What *memory* knows is not read again."""
    layout = lay_out(source, settings.languages, report)
    draft = Draft(settings, layout)
    opened = [(file, _open(file, source[file.path], report)) for file in layout.pages]
    draft.folders = _folders(layout, opened, report)
    _check_modules(draft, report)
    draft.groups = _groups(draft, opened, report)
    library = Library(settings, _addresses(draft), frozenset(source), with_twins(source), words_of(source))
    if memory is None:
        for group in _glossary_first(draft.groups):
            _read_group(draft, group, library, report)
    else:
        _read_or_recall(draft, library, report, source, memory)
    return draft


def _open(file: PageFile, data: bytes, report: Report) -> Written:
    page = open_page(read(file.path, data, report), file.kind, file.language, report)
    if file.kind in _TITLED:
        page.front.text("title", required=True)
    return page


def _folders(layout: Layout, opened: list[tuple[PageFile, Written]], report: Report) -> dict[str, str]:
    """The id of each module folder: its name's, unless its module page says otherwise."""
    folders = dict(layout.folders)
    own_places: dict[str, Place] = {}
    for file, page in opened:
        if file.kind == "module" and (own := page.front.id("id")):
            folders[file.folder] = own
            own_places.setdefault(file.folder, page.front.place("id"))
    seen: dict[str, str] = {}
    for folder, module in folders.items():
        if not is_id(module):
            report.add("id-malformed", Place(folder), id=module)
        elif module in RESERVED_MODULES:
            report.add("page-id-reserved", own_places.get(folder, Place(folder)), id=module)
        elif seen.setdefault(module, folder) != folder:
            report.add("module-twice", Place(folder), module=module, other=seen[module])
    return folders


def _check_modules(draft: Draft, report: Report) -> None:
    found = set(draft.folders.values())
    for module, place in draft.settings.module_places.items():
        if module not in found:
            report.add("module-missing", place, nearest(module, found), module=module)
    for folder, module in draft.folders.items():
        if module not in draft.settings.modules:
            report.add("module-not-listed", Place(folder), nearest(module, draft.settings.modules), module=module)


def _groups(draft: Draft, opened: list[tuple[PageFile, Written]], report: Report) -> list[Group]:
    groups: dict[tuple[str, str, str], Group] = {}
    for file, page in opened:
        module = draft.folders.get(file.folder, "")
        name = (page.front.id("id") or file.name) if file.kind == "lesson" else file.name
        if file.kind == "lesson" and not is_id(name):
            report.add("id-malformed", Place(file.path), id=name)
        elif file.kind == "lesson" and name in RESERVED_LESSONS:
            place = page.front.place("id") if "id" in page.front else Place(file.path)
            report.add("page-id-reserved", place, id=name)
        group = groups.setdefault((file.kind, module, name), Group(file.kind, module, name, file.number, file.stem))
        if file.language in group.pages:
            report.add("page-twice", Place(file.path), id=name, other=group.pages[file.language].path)
        else:
            group.pages[file.language] = page
    languages = draft.settings.languages
    for group in groups.values():
        group.pages = {language: group.pages[language] for language in languages if language in group.pages}
    order = {module: number for number, module in enumerate(draft.settings.modules)}
    kinds = ("course", "glossary", "module", "lesson", "scenario", "quiz", "practice", "exam", "exercise", "country")
    return sorted(
        groups.values(),
        key=lambda group: (
            order.get(group.module, len(order)) if group.module else -1,
            kinds.index(group.kind),
            group.number or 10_000,
            group.id,
        ),
    )


def _addresses(draft: Draft) -> dict[str, str]:
    """Where the site shows each page, by its path without language."""
    root = f"/learn/{draft.settings.id}"
    found = {}
    for group in draft.groups:
        base = f"{root}/{group.module}" if group.module else root
        for page in group.pages.values():
            stem = page.path.rpartition(".md")[0].rpartition(".")[0]
            if group.kind == "lesson":
                found[stem] = f"{base}/{group.id}"
            elif group.kind == "glossary":
                found[stem] = f"{root}/glossary"
            elif group.kind in _ADDRESSES:
                found[stem] = base + _ADDRESSES[group.kind]
    return found


def _glossary_first(groups: list[Group]) -> list[Group]:
    """In the order of reading: the lessons link to the terms of the glossary."""
    return sorted(groups, key=lambda group: group.kind != "glossary")


def _read_or_recall(
    draft: Draft, library: Library, report: Report, source: Mapping[str, bytes], memory: Memory
) -> None:
    objectives = [(module, draft.objectives(module)) for module in draft.settings.modules]
    shown = sorted(library.pictures.items()), sorted(library.spoken.items())
    around = fingerprint(source[FILE], sorted(library.addresses.items()), sorted(library.files), shown, objectives)
    read_already: dict[int, Group] = {}
    for group in _glossary_first(draft.groups):
        files = [(language, page.path, source[page.path]) for language, page in group.pages.items()]
        key = fingerprint(around, group.kind, group.module, group.id, group.number, group.stem, files)
        recalled = memory.recall(key, group)
        if recalled is None:
            before = report.count
            _read_group(draft, group, library, report)
            memory.keep(key, group, report.since(before))
        else:
            read_already[id(group)], problems = recalled
            report.extend(problems)
        if group.kind == "glossary":
            known = read_already.get(id(group), group)
            _index_terms(known, library)
            around = fingerprint(around, files)
    draft.groups = [read_already.get(id(group), group) for group in draft.groups]


def _read_group(draft: Draft, group: Group, library: Library, report: Report) -> None:
    for language, page in group.pages.items():
        read_page(page, library, report)
        if not page.refused:
            _read_parts(draft, group, language, page, report)
    group.questions = settle(group.written, f"{group.module}-{group.id}".strip("-"), report)
    agree_on_ids(group.criteria.values(), lambda number, one: slug(one.plain) or f"c{number}")
    if group.kind == "glossary":
        agree_on_ids(group.terms.values(), lambda number, one: slug(" ".join(one.names[:1])) or f"term-{number}")
        _index_terms(group, library)
    for page in group.pages.values():
        close_page(page)


def _index_terms(glossary: Group, library: Library) -> None:
    for language, terms in glossary.terms.items():
        library.terms[language] = TermIndex(language, ((term.id, term.names) for term in terms))


def _read_parts(draft: Draft, group: Group, language: str, page: Written, report: Report) -> None:
    settings = draft.settings
    if group.kind in ("lesson", "quiz", "exam"):
        context = QuestionContext(
            module=group.module,
            sources=tuple(settings.sources),
            modules=settings.modules,
            objectives={module: draft.objectives(module) for module in settings.modules},
        )
        group.written[language] = read_questions(page, context, report)
        if group.kind != "lesson":
            parts.refuse_text(page, ("question",), "text-outside-questions", report)
    elif group.kind == "scenario":
        scenario = read_scenario(page, settings.dials, report)
        if scenario is not None:
            group.scenarios[language] = scenario
    elif group.kind == "glossary":
        group.terms[language] = parts.read_terms(page, report)
    elif group.kind in ("practice", "exercise"):
        group.criteria[language] = parts.read_criteria(page, report)
        parts.check_keys(page, report)
    elif group.kind == "country":
        group.entries[language] = parts.read_entries(page, group.id, settings, report)
