"""Ready pieces put into a text that is being written: questions, simulations and scenes, with ids nobody has used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.courseware import pieces as ready
from app.courseware.manuscript import Report, read
from app.courseware.settings import FILE, Settings, read_settings
from app.rules.errors import Refused
from app.services.publishing.drafts import Draft, PageText
from app.services.publishing.places import Where

QUESTIONS = ready.QUESTIONS
_NAMED = re.compile(r"^:{3,}\{(?:question|scene|scenario)\}[ \t]+([a-z0-9-]+)", re.MULTILINE)
_OPENER = re.compile(r"^(:{3,})\{")
_SCENARIO = re.compile(r"^:{3,}\{scenario\}")
_SCENE = re.compile(r"^(:{3,})\{scene\}")
_FENCE = re.compile(r"^(:{3,})[ \t]*$")
_CHOICE = re.compile(r"^- \[.*\]\(#")


@dataclass(frozen=True)
class Piece:
    """Lines to put into a text. ``after`` counts from 1; 0 is before the first line."""

    after: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Inserted:
    """A text with something put in."""

    text: str
    pieces: tuple[Piece, ...]
    """what was put in, from top to bottom; lines as they were before"""
    line: int
    """where the new part begins, in the new text"""


def insertable(page: PageText) -> tuple[str, ...]:
    """What may be put into *page*: types of question, "scenario", "scene"."""
    kind = page.where.kind if page.where else ""
    if kind in ("lesson", "quiz", "exam"):
        return QUESTIONS
    return ("scenario", "scene") if kind == "scenario" else ()


def insert(draft: Draft, page: PageText, text: str, kind: str, after: int | None = None) -> Inserted:
    """*text*, that of *page* as it is being written, with a *kind* put in after line *after* (at its end: ``None``).

    Nothing is saved. A scene is put behind the one that *after* stands in, which gets a choice that leads to it. Raises
    ``Refused``: ``insert-kind`` for what such a page cannot hold, ``insert-scenario-there``, ``insert-scenario-first``.
    """
    if kind not in insertable(page) or page.where is None:
        raise Refused("insert-kind")
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    head: list[str] = []
    if not lines:
        head = ready.head(page.where.kind, page.where.language).rstrip("\n").split("\n")
    at = len(lines) if after is None else max(0, min(after, len(lines)))
    if kind != "scene":
        at = _free_place(lines, at)
    if kind == "scene":
        pieces = _scene(draft, page.where, text, lines, at)
    else:
        made = _made(draft, page.where, text, kind).rstrip("\n").split("\n")
        before = [*head, ""] if head else [""] if at and lines[at - 1].strip() else []
        behind = [""] if at < len(lines) and lines[at].strip() else []
        pieces = (Piece(at, (*before, *made, *behind)),)
    return _put(lines, pieces)


def _made(draft: Draft, where: Where, text: str, kind: str) -> str:
    settings = _settings(draft)
    taken = _taken(draft, text)
    if kind == "scenario":
        if any(_SCENARIO.match(line) for line in text.split("\n")):
            raise Refused("insert-scenario-there")
        name = _free(f"{where.module}-story", taken)
        return ready.scenario(name, where.language, tuple(settings.dials)[:2])
    if where.kind == "exam":
        module = settings.modules[0] if settings.modules else ""
        return ready.question(kind, _free("exam", taken, 1), where.language, module=module, objective=1)
    stem = where.item if where.kind == "lesson" else f"{where.module}-quiz"
    return ready.question(kind, _free(stem, taken, 1), where.language, objective=1)


def _free_place(lines: list[str], at: int) -> int:
    """The first place from *at* on where a block of its own may stand: behind the head of the page, and behind the
    directive and the paragraph that the line before *at* is part of.
    """
    if lines and lines[0].rstrip() == "---":
        closed = next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), 0)
        at = max(at, closed)
    open_: list[int] = []
    for number, line in enumerate(lines, 1):
        if found := _OPENER.match(line):
            open_.append(len(found[1]))
        elif (end := _FENCE.match(line)) and open_:
            while open_ and open_.pop() > len(end[1]):
                pass
            if number > at and not open_:
                return number
        if number >= at and not open_:
            break
    while 0 < at < len(lines) and lines[at - 1].strip() and lines[at].strip() and not _OPENER.match(lines[at]):
        at += 1
    return at


def _scene(draft: Draft, where: Where, text: str, lines: list[str], at: int) -> tuple[Piece, ...]:
    """A new scene, and the choice that leads to it from the scene at line *at*, else from the last before it that can
    have choices, else from the first that can.
    """
    scenes = list(_scenes(lines))
    opened = next((number for number, line in enumerate(lines) if _SCENARIO.match(line)), None)
    if opened is None:
        raise Refused("insert-scenario-first")
    name = _free("scene", _taken(draft, text), 1)
    made = ready.scene(name, where.language).rstrip("\n").split("\n")
    going_on = [(first, last) for first, last in scenes if not _ends(lines[first:last])]
    from_one = next((one for one in reversed(going_on) if one[0] < max(at, 1)), next(iter(going_on), None))
    if from_one is None:  # nothing but endings, or nothing at all: the new scene comes first, and last
        return (Piece(_head_end(lines, opened), ("", *made)),)
    first, last = from_one
    choices = [number for number in range(first, last) if _CHOICE.match(lines[number])]
    link = ready.choice(name, where.language).rstrip("\n")
    above = choices[-1] + 1 if choices else last
    while choices and above < last and lines[above].startswith((" ", "\t")):  # a choice may run on
        above += 1
    link_lines = (link,) if choices else ("", link)
    return (Piece(above, link_lines), Piece(last + 1, ("", *made)))


def _scenes(lines: list[str]) -> Iterable[tuple[int, int]]:
    """The scenes of a text: the index of the line that opens each and of the one that closes it."""
    opened, colons = -1, 0
    for number, line in enumerate(lines):
        found = _SCENE.match(line)
        if found and opened < 0:
            opened, colons = number, len(found[1])
        elif opened >= 0 and (end := _FENCE.match(line)) and len(end[1]) >= colons:
            yield opened, number
            opened = -1


def _ends(scene: list[str]) -> bool:
    return any(line.startswith(":ending:") for line in scene)


def _head_end(lines: list[str], opened: int) -> int:
    """The line after the options of a scenario that opens at index *opened*."""
    end = opened + 1
    while end < len(lines) and re.match(r":[a-z]", lines[end]):
        end += 1
    return end


def _put(lines: list[str], pieces: tuple[Piece, ...]) -> Inserted:
    new = list(lines)
    for piece in reversed(pieces):
        new[piece.after : piece.after] = piece.lines
    last = pieces[-1]
    moved = sum(len(piece.lines) for piece in pieces[:-1])
    blank = next((number for number, line in enumerate(last.lines) if line.startswith(":::")), 0)
    return Inserted("\n".join(new) + "\n", pieces, last.after + moved + blank + 1)


def _settings(draft: Draft) -> Settings:
    report = Report()
    found = read_settings(read(FILE, draft.source[FILE], report), report) if FILE in draft.source else None
    return found or Settings()


def _taken(draft: Draft, text: str) -> set[str]:
    """Every id that the draft, the published edition or *text* gives a question, a scenario or a scene."""
    taken = set(_NAMED.findall(text))
    for files in (draft.source, draft.published):
        for path, data in files.items():
            if path.endswith(".md"):
                taken.update(_NAMED.findall(data.decode("utf-8", "replace")))
    return taken


def _free(stem: str, taken: set[str], first: int = 0) -> str:
    """An id of *stem* that is not *taken*: "returns-3"."""
    stem = stem[:70].strip("-") or "new"
    number = first
    name = f"{stem}-{number}" if number else stem
    while name in taken:
        number = max(number + 1, 2 if not first else 1)
        name = f"{stem}-{number}"
    return name
