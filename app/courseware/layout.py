"""Which file of a course is what: the folder's names, read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.courseware.manuscript import Place, Report
from app.courseware.media import mime_type
from app.courseware.problem import nearest
from app.courseware.settings import FILE

ROOT_PAGES = ("course", "glossary", "exam", "practice")
"""names of a course's own pages"""
MODULE_PAGES = ("module", "scenario", "quiz", "practice")
ROOT_KINDS = {name: name for name in ROOT_PAGES} | {"practice": "exercise"}
"""What each is. The practical sheet of a whole course is another kind of page than that of a module."""

_PAGE = re.compile(r"(?:(\d+)-)?([^/.]+)\.([a-z]{2})\.md")
_FOLDER = re.compile(r"(?:(\d+)-)?([^/]+)")
_IGNORED = ("README.md", "LICENSE", "LICENSE.md")


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page's file. ``name`` has neither number nor language; ``stem`` is the whole path without language."""

    path: str
    kind: str
    folder: str
    number: int
    name: str
    language: str

    @property
    def stem(self) -> str:
        return self.path.rpartition(".md")[0].rpartition(".")[0]


@dataclass(slots=True)
class Layout:
    """The files of a course by what they are."""

    pages: list[PageFile] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    """module folder → the id that its name gives"""


def lay_out(paths: Iterable[str], languages: tuple[str, ...], report: Report) -> Layout:
    """The layout of a course's *paths*; names that mean nothing are reported."""
    layout = Layout()
    for path in paths:
        if path == FILE or path.rpartition("/")[2] in _IGNORED:
            continue
        folder, _, name = path.rpartition("/")
        found = _PAGE.fullmatch(name)
        if found is None:
            if mime_type(path) is not None:
                layout.media.append(path)
            else:
                report.add("file-unknown", Place(path), path=path)
            continue
        number, stem, language = int(found[1] or 0), found[2], found[3]
        kind = _kind(folder, stem, bool(found[1]))
        if kind is None:
            report.add("file-unknown", Place(path), nearest(stem, (*ROOT_PAGES, *MODULE_PAGES)), path=path)
        elif language not in languages:
            report.add("file-language", Place(path), language=language, known=", ".join(languages))
        else:
            layout.pages.append(PageFile(path, kind, folder, number, stem, language))
            if kind in (*MODULE_PAGES, "lesson"):
                parts = _FOLDER.fullmatch(folder)
                layout.folders[folder] = parts[2] if parts else folder
    return layout


def _kind(folder: str, stem: str, numbered: bool) -> str | None:
    if not folder:
        return None if numbered else ROOT_KINDS.get(stem)
    if folder == "countries":
        return "country"
    if "/" in folder:
        return None
    return stem if stem in MODULE_PAGES and not numbered else "lesson"


def page_name(kind: str) -> str:
    """What a page of *kind* is called in its folder: the integrated exercise, as every practical sheet, "practice"."""
    return "practice" if kind == "exercise" else kind
