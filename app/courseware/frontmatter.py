"""The YAML between two lines of ``---`` at the head of a page."""

from __future__ import annotations

from app.courseware.keys import Reader
from app.courseware.manuscript import Manuscript, Report
from app.courseware.yamltext import Mapping, parse

KEYS: dict[str, tuple[str, ...]] = {
    "course": ("title", "summary", "translated-from", "template"),
    "module": ("id", "title", "summary", "objectives", "translated-from", "template"),
    "lesson": ("id", "title", "summary", "objective", "objectives", "minutes", "translated-from", "template"),
    "scenario": ("title", "minutes", "translated-from", "template"),
    "quiz": ("title", "minutes", "translated-from", "template"),
    "practice": ("title", "minutes", "translated-from", "template"),
    "exercise": ("title", "minutes", "translated-from", "template"),
    "exam": ("title", "minutes", "translated-from", "template"),
    "glossary": ("title", "translated-from", "template"),
    "country": ("country", "title", "reviewed", "source", "translated-from", "template"),
}
"""The keys that each kind of page may have. ``template: yes`` marks a page whose text is still that of a template."""


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
