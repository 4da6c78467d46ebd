"""What an import hands back: the page that it wrote, and an account of every question of the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from app.courseware.importing.messages import MESSAGES

Outcome = Literal["converted", "changed", "refused"]

OUTCOMES: dict[Outcome, dict[str, str]] = {
    "converted": {"en": "converted", "es": "convertida"},
    "changed": {"en": "converted with changes", "es": "convertida con cambios"},
    "refused": {"en": "refused", "es": "rechazada"},
}

_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Note:
    """A change, a refusal or a remark: a code of :mod:`app.courseware.importing.messages` and its values."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


def note(code: str, /, **values: object) -> Note:
    """The note of *code*, with *values* as text of a length that fits a line. Raises ``KeyError`` for an unknown code."""
    assert MESSAGES[code]
    return Note(code, tuple((name, _short(str(value))) for name, value in values.items()))


def message(one: Note, language: str) -> str:
    """The sentence of *one* note in *language* (English where there is no translation)."""
    return MESSAGES[one.code].template(language).format_map(dict(one.values))


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of the source, or one file that could not be read, and what became of it."""

    number: int
    """from 1, in the order of the source"""
    path: str
    """the file, or "" if only its bytes were given"""
    line: int
    """where it begins, from 1"""
    title: str
    outcome: Outcome
    notes: tuple[Note, ...] = ()
    """the changes, or the one reason of a refusal"""
    id: str = ""
    """of the question written; "" if refused"""
    category: str = ""
    """such as ``Borders/Documents``, where the source sorts its questions"""
    markdown: str = ""
    """the question in our format; "" if refused"""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file of the source, and what it was taken for."""

    path: str
    kind: str
    """one of :data:`app.courseware.importing.sniffing.KINDS`"""
    encoding: str
    """such as ``UTF-8``"""
    assumed: bool
    """whether nothing in the file says so"""


@dataclass(frozen=True, slots=True)
class Imported:
    """``markdown`` is the body of a quiz page, without front matter; ``notes`` concern whole files, and ``files`` are
    those in which questions were looked for.
    """

    markdown: str
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...] = ()
    files: tuple[Recognised, ...] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many questions there are of each outcome. They add up to ``len(entries)``."""
        found = Counter(entry.outcome for entry in self.entries)
        return {outcome: found[outcome] for outcome in OUTCOMES}


def render(entry: Entry, language: str) -> str:
    """``file:line: outcome: title``, and a line for each change or reason, in *language*."""
    where = f"{entry.path}:{entry.line}" if entry.path else str(entry.line)
    outcome = OUTCOMES[entry.outcome].get(language) or OUTCOMES[entry.outcome]["en"]
    head = f"{where}: {outcome}: {entry.title}".rstrip(" :")
    return "\n".join([head, *(f"    {one.code}: {message(one, language)}" for one in entry.notes)])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


@dataclass(slots=True)
class Notes:
    """Collects the notes of one question, each once."""

    found: list[Note] = field(default_factory=list)

    def add(self, code: str, /, **values: object) -> None:
        """Note *code* with its *values*, if it is not noted yet."""
        one = note(code, **values)
        if one not in self.found:
            self.found.append(one)
