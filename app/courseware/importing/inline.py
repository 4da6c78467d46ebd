"""Runs of text with emphasis, code and links, put together so that Markdown reads them as they were meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Literal, NamedTuple

from app.courseware.importing.escaping import escape, guard

Kind = Literal["text", "open", "close", "break"]

_SPACES = re.compile(r"\s{2,}|[^\S\u00a0\u202f]")
_LEADING = re.compile(r"(?:\\[^\w\s]|[^\w\s])+")
_TRAILING = re.compile(r"(?:\\[^\w\s]|[^\w\s\\])+$")


class Piece(NamedTuple):
    """A stretch of inline Markdown and the words of it that a reader sees. ``raw`` is not to be cut."""

    kind: Kind
    markdown: str = ""
    plain: str = ""
    raw: bool = False


BREAK = Piece("break")


def text(words: str) -> Piece:
    """*words* as they are, with white space made one space."""
    line = _SPACES.sub(" ", words)
    return Piece("text", escape(line), line)


class Line(NamedTuple):
    """One line of inline Markdown, and its words."""

    markdown: str
    plain: str


def lines(pieces: Iterable[Piece]) -> list[Line]:
    """The lines that *pieces* make, parted at breaks; empty ones are left out. Each may begin a line of a page."""
    found: list[Line] = []
    for run in _runs(list(pieces)):
        markdown = _SPACES.sub(" ", _joined(run)).strip()
        plain = " ".join("".join(piece.plain for piece in run).split())
        # A lone backslash at the end would be a line break.
        if plain:
            found.append(Line(guard(markdown), plain))
    return found


def _runs(pieces: list[Piece]) -> Iterable[list[Piece]]:
    """The pieces of each line. Emphasis that runs over a break is closed before it and opened again after it."""
    run: list[Piece] = []
    opened: list[Piece] = []
    for piece in pieces:
        if piece.kind == "break":
            yield run + [Piece("close", one.markdown) for one in reversed(opened)]
            run = list(opened)
            continue
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close" and opened:
            opened.pop()
        run.append(piece)
    yield run


def _joined(run: list[Piece]) -> str:
    texts = _outside(
        [(piece.kind, piece.markdown, piece.raw) for piece in run if piece.kind != "text" or piece.markdown]
    )
    return "".join(markdown for _, markdown, _ in texts)


_Bit = tuple[str, str, bool]


def _outside(bits: list[_Bit]) -> list[_Bit]:
    """*bits* with white space, and punctuation next to a word, moved out of emphasis, which would not be read else."""
    bits = _without_empty(_merged(bits))
    for index in range(len(bits)):
        if bits[index][0] == "open":
            _move_leading(bits, index)
    for index in range(len(bits) - 1, -1, -1):
        if bits[index][0] == "close":
            _move_trailing(bits, index)
    return _without_empty([bit for bit in bits if bit[1]])


def _merged(bits: list[_Bit]) -> list[_Bit]:
    """*bits* with neighbouring texts made one, so that white space is at the end of one only."""
    found: list[_Bit] = []
    for is_text, group in groupby(bits, key=lambda bit: bit[0] == "text" and not bit[2]):
        if is_text:
            found.append(("text", _SPACES.sub(" ", "".join(markdown for _, markdown, _ in group)), False))
        else:
            found += group
    return found


def _move_leading(bits: list[_Bit], index: int) -> None:
    after = index + 1
    while after < len(bits) and bits[after][0] == "open":
        after += 1
    if after >= len(bits) or bits[after][0] != "text" or bits[after][2]:
        return
    words = bits[after][1]
    bare = words.lstrip()
    moved = words[: len(words) - len(bare)]
    before = _last(bits, index) if not moved else " "
    if _is_letter(before) and (found := _LEADING.match(bare)):
        moved += found[0]
        bare = bare[found.end() :]
        spaces = len(bare) - len(bare.lstrip())
        moved, bare = moved + bare[:spaces], bare[spaces:]
    if moved:
        bits[after] = ("text", bare, False)
        bits.insert(index, ("text", moved, False))


def _move_trailing(bits: list[_Bit], index: int) -> None:
    before = index - 1
    while before >= 0 and bits[before][0] == "close":
        before -= 1
    if before < 0 or bits[before][0] != "text" or bits[before][2]:
        return
    words = bits[before][1]
    bare = words.rstrip()
    # An escaped space is none, but a backslash may be what stands before the white space.
    moved = words[len(bare) :]
    after = _first(bits, index) if not moved else " "
    if _is_letter(after) and (found := _TRAILING.search(bare)):
        moved = found[0] + moved
        bare = bare[: found.start()]
        kept = bare.rstrip()
        moved, bare = bare[len(kept) :] + moved, kept
    if moved:
        bits[before] = ("text", bare, False)
        bits.insert(index + 1, ("text", moved, False))


def _is_letter(character: str) -> bool:
    """Whether Markdown takes *character* for a part of a word: neither white space nor punctuation."""
    return bool(character) and not character.isspace() and unicodedata.category(character)[0] not in "PS"


def _last(bits: list[_Bit], index: int) -> str:
    for kind, markdown, _ in reversed(bits[:index]):
        if kind != "text":
            return ""
        if markdown:
            return markdown[-1]
    return ""


def _first(bits: list[_Bit], index: int) -> str:
    for kind, markdown, _ in bits[index + 1 :]:
        if kind != "text":
            return ""
        if markdown:
            return markdown[0]
    return ""


def _without_empty(bits: list[_Bit]) -> list[_Bit]:
    """*bits* without emphasis of nothing, and with emphasis that ends where the same begins again made one."""
    found: list[_Bit] = []
    for bit in bits:
        before = found[-1] if found else None
        pair = before is not None and before[1] == bit[1] and {before[0], bit[0]} == {"open", "close"}
        if before is not None and pair:
            found.pop()
        else:
            found.append(bit)
    return found
