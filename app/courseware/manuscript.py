"""A file as its author sees it: its text in lines, places in it, and the report of what is wrong there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.courseware.problem import Problem, problem, sort_key

_NEWLINE = re.compile(r"\r\n?")
_NOT_MEANING = re.compile(r"^translated-from:.*$|\{#[a-z0-9-]+\}|(?<=\{question\} )[a-z0-9-]+$", re.MULTILINE)
FORBIDDEN_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and those that make text read otherwise than it is written. None belongs in a course."""


class Place(NamedTuple):
    """Where something stands. ``line`` and ``column`` count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0
    text: str = ""


class Report:
    """Collects the problems of one run."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, code: str, place: Place, /, hint: str = "", **values: object) -> None:
        """Note a problem of the catalogue at *place*; *values* fill its message."""
        self._problems.append(problem(code, place.file, place.line, place.column, place.text, hint, **values))

    @property
    def count(self) -> int:
        """How many problems have been noted so far."""
        return len(self._problems)

    def since(self, count: int) -> tuple[Problem, ...]:
        """The problems noted after the first *count*."""
        return tuple(self._problems[count:])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems that an earlier run has found."""
        self._problems.extend(problems)

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of files and lines, each once."""
        unique = {sort_key(one): one for one in self._problems}
        return tuple(unique[key] for key in sorted(unique))


@dataclass(slots=True)
class Manuscript:
    """A text file of a course, with every line ending as ``\\n``."""

    path: str
    text: str
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        # Not str.splitlines: it also splits at form feeds and the like, which Markdown and editors do not count.
        self.lines = self.text.split("\n")

    def place(self, line: int = 0, column: int = 1) -> Place:
        """The place at *line* and *column* (from 1), with the text of its line."""
        if not 1 <= line <= len(self.lines):
            return Place(self.path)
        return Place(self.path, line, column, self.lines[line - 1])

    def start(self, line: int) -> Place:
        """The place of the first character in *line* but white space."""
        return self.find(line, "\0")

    def find(self, line: int, needle: str, after: str = "") -> Place:
        """The place of *needle* in *line*, behind *after*; if it is not there, that of :meth:`start`."""
        if not 1 <= line <= len(self.lines):
            return Place(self.path)
        text = self.lines[line - 1]
        position = text.find(needle, text.find(after) + len(after))
        if position < 0:
            position = len(text) - len(text.lstrip())
        return Place(self.path, line, position + 1, text)

    def find_last(self, line: int, needle: str) -> Place:
        """The place of the last *needle* in *line*."""
        text = self.lines[line - 1] if 1 <= line <= len(self.lines) else ""
        return self.place(line, max(text.rfind(needle), 0) + 1)

    def digest(self) -> str:
        """What a translation notes as ``translated-from``: it changes when words do, not when white space or ids do."""
        words = _NOT_MEANING.sub("", self.text).split()
        return hashlib.sha256("".join(words).encode()).hexdigest()[:16]


def decode(data: bytes) -> str:
    """The text of *data* with every line ending as ``\\n`` and no byte order mark.

    Raises ``UnicodeDecodeError`` if it is not UTF-8.
    """
    return _NEWLINE.sub("\n", data.decode("utf-8-sig"))


def read(path: str, data: bytes, report: Report) -> Manuscript:
    """The manuscript of *data*. What is not UTF-8 is reported, and read as far as it can be."""
    try:
        text = decode(data)
    except UnicodeDecodeError as refused:
        before = _NEWLINE.sub("\n", refused.object[: refused.start].decode("utf-8", "replace"))
        text = _NEWLINE.sub("\n", data.decode("utf-8-sig", "replace"))
        manuscript = Manuscript(path, text)
        line = before.count("\n") + 1
        report.add("not-utf8", manuscript.place(line, len(before) - before.rfind("\n")))
        return manuscript
    manuscript = Manuscript(path, text)
    if forbidden := FORBIDDEN_CHARACTERS.search(text):
        start = forbidden.start()
        place = manuscript.place(text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        report.add("control-character", place, character=f"U+{ord(forbidden[0]):04X}")
        manuscript = Manuscript(path, FORBIDDEN_CHARACTERS.sub(" ", text))
    return manuscript
