"""The YAML between two lines of ``---`` at the head of a page."""

from __future__ import annotations

from app.courseware.keys import Reader
from app.courseware.manuscript import Manuscript, Report
from app.courseware.yamltext import Mapping, parse

KEYS: dict[str, tuple[str, ...]] = {
    "course": ("title", "summary", "translated-from"),
    "module": ("id", "title", "summary", "objectives", "translated-from"),
    "lesson": ("id", "title", "summary", "objective", "objectives", "minutes", "translated-from"),
    "scenario": ("title", "minutes", "translated-from"),
    "quiz": ("title", "minutes", "translated-from"),
    "practice": ("title", "minutes", "translated-from"),
    "exam": ("title", "minutes", "translated-from"),
    "glossary": ("title", "translated-from"),
    "country": ("country", "title", "reviewed", "source", "translated-from"),
}
"""The keys that each kind of page may have."""


def split(manuscript: Manuscript, kind: str, report: Report) -> tuple[Reader, int]:
    """A reader of the front matter, and the number of lines that it takes with its two rules (0 if there is none)."""
    nothing = Reader(Mapping(manuscript.place(1)), report, KEYS[kind])
    lines = manuscript.lines
    if lines[0].rstrip() != "---":
        return nothing, 0
    for number in range(1, len(lines)):
        if lines[number].rstrip() == "---":
            mapping = parse(manuscript, "\n".join(lines[1:number]), 2, report)
            return (Reader(mapping, report, KEYS[kind]) if mapping is not None else nothing), number + 1
    report.add("front-matter-not-closed", manuscript.place(1))
    return nothing, 0
