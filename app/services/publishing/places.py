"""Which file of a draft is what, told by names and front matter alone: the tree a trainer sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.courseware.layout import lay_out
from app.courseware.manuscript import Report
from app.courseware.settings import FILE, LANGUAGES

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"\d+-")


@dataclass(frozen=True)
class Where:
    """What a page's file is: ``kind`` as the compiler calls it; ``module`` and ``item`` are ids."""

    path: str
    kind: str
    folder: str
    module: str
    item: str
    language: str
    stem: str
    number: int = 0


@dataclass(frozen=True)
class Stem:
    """One page in all its languages: a row of the tree."""

    stem: str
    kind: str
    paths: dict[str, str]
    """language → path, for the languages it is written in"""
    titles: dict[str, str]
    number: int = 0

    def path(self, language: str) -> str:
        """The file in *language*, whether it exists or not."""
        return self.paths.get(language, f"{self.stem}.{language}.md")


@dataclass(frozen=True)
class Folder:
    """A folder of the tree: "" is the course itself."""

    name: str
    module: str
    titles: dict[str, str]
    stems: tuple[Stem, ...]
    files: tuple[str, ...] = field(default=())
    """files without languages: course.yaml, pictures"""


def folder_id(name: str) -> str:
    """The id that a folder's name gives: a number in front orders it and is no part of it."""
    return _NUMBER.sub("", name, count=1)


def front(data: bytes, key: str) -> str:
    """A plain value of a page's front matter, or "". Good enough to name a page; the compiler reads it properly."""
    found = _FRONT.search(data.decode("utf-8", "replace"))
    if found is None:
        return ""
    line = re.search(rf"^{re.escape(key)}:[ \t]*(.+?)[ \t]*\r?$", found[1], re.MULTILINE)
    return line[1].strip("\"'") if line else ""


def places(source: Mapping[str, bytes]) -> dict[str, Where]:
    """What each page of *source* is, by path; files that are no pages are left out."""
    layout = lay_out(source, LANGUAGES, Report())
    modules = dict(layout.folders)
    for page in layout.pages:
        if page.kind == "module" and (own := front(source[page.path], "id")):
            modules[page.folder] = own
    found = {}
    for page in layout.pages:
        item = page.name
        if page.kind == "lesson":
            item = front(source[page.path], "id") or page.name
        module = modules.get(page.folder, "")
        found[page.path] = Where(page.path, page.kind, page.folder, module, item, page.language, page.stem, page.number)
    return found


_ORDER = ("course", "glossary", "exam", "exercise", "module", "lesson", "scenario", "quiz", "practice", "country")


def tree(source: Mapping[str, bytes]) -> tuple[Folder, ...]:
    """The pages of *source* by folder, both languages side by side: the course, its modules, countries, other files."""
    known = places(source)
    stems: dict[str, list[Where]] = {}
    for where in known.values():
        stems.setdefault(where.stem, []).append(where)
    folders: dict[str, list[Stem]] = {}
    for stem, wheres in stems.items():
        first = wheres[0]
        row = Stem(
            stem,
            first.kind,
            {w.language: w.path for w in wheres},
            {w.language: title for w in wheres if (title := front(source[w.path], "title"))},
            first.number,
        )
        folders.setdefault(first.folder, []).append(row)
    loose: dict[str, list[str]] = {}
    for path in source:
        if path not in known:
            loose.setdefault(path.partition("/")[0] if "/" in path else "", []).append(path)
    modules = {where.folder: where.module for where in known.values()}
    names = sorted(folders.keys() | loose.keys(), key=lambda name: (name != "", name == "countries", name))
    return tuple(
        Folder(
            name,
            modules.get(name, ""),
            next((stem.titles for stem in folders.get(name, []) if stem.kind == "module"), {}),
            tuple(sorted(folders.get(name, []), key=lambda s: (_ORDER.index(s.kind), s.number, s.stem))),
            tuple(sorted(loose.get(name, []), key=lambda path: (path != FILE, path))),
        )
        for name in names
    )
