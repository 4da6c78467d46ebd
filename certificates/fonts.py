"""Letters: which can be printed, from which face, and where each of them sits.

EB Garamond carries the page. A letter it lacks, or an accent it does not know where to put, comes from Noto Serif,
and with it everything that belongs to the letter: a base and its combining marks are never torn apart. HarfBuzz
places kerning and marks; ligatures and contextual forms stay off, so that one glyph is one letter and the text of the
PDF reads back as it was written. (That is also what makes the bytes the same in every process.)

Measures are thousandths of the type size, as both families are drawn on 1,000 units.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import uharfbuzz  # type: ignore[import-untyped, unused-ignore]

ASSETS = Path(__file__).parent / "assets"


class Face(StrEnum):
    """A font file in ``assets``, by its PostScript name."""

    REGULAR = "EBGaramond-Regular"
    ITALIC = "EBGaramond-Italic"
    SEMIBOLD = "EBGaramond-SemiBold"
    OTHER_REGULAR = "NotoSerif-Regular"
    OTHER_SEMIBOLD = "NotoSerif-SemiBold"

    @property
    def path(self) -> Path:
        return ASSETS / f"{self.value}.ttf"


FALLBACK = {
    Face.REGULAR: Face.OTHER_REGULAR,
    Face.ITALIC: Face.OTHER_REGULAR,
    Face.SEMIBOLD: Face.OTHER_SEMIBOLD,
}
"""each face of the text, and who helps it out"""

FALLBACK_SCALE = 0.92
"""Noto Serif is drawn larger on its body; so reduced, its capitals stand as high as Garamond's."""

SOFT_DOTTED = {"i": "ı", "j": "ȷ", "į": "ı\u0328", "ị": "ı\u0323"}
ABOVE = 230
"""Unicode's combining class of marks above a letter"""

_FEATURES = {"kern": True, "mark": True, "mkmk": True} | dict.fromkeys(
    ("ccmp", "locl", "liga", "clig", "dlig", "rlig", "calt", "rclt"), False
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter in place: how far the next one is, how far it is shifted itself, and the width the font declares."""

    letter: str
    advance: float
    width: float
    right: float = 0.0
    up: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring letters from one face. ``scale`` multiplies the type size."""

    face: Face
    scale: float
    glyphs: tuple[Glyph, ...]

    @property
    def width(self) -> float:
        return self.scale * sum(glyph.advance for glyph in self.glyphs)


@lru_cache(maxsize=4096)
def shape(text: str, face: Face) -> tuple[Run, ...]:
    """*text* as runs of placed glyphs. Spaces stay in the run they follow."""
    pieces: list[tuple[Face, str]] = []
    for cluster in map(_dotless, clusters(text)):
        wanted = pieces[-1][0] if cluster == " " and pieces else _face_for(cluster, face)
        if pieces and pieces[-1][0] is wanted:
            pieces[-1] = (wanted, pieces[-1][1] + cluster)
        else:
            pieces.append((wanted, cluster))
    return tuple(
        Run(chosen, 1.0 if chosen is face else FALLBACK_SCALE, _placed(piece, chosen)) for chosen, piece in pieces
    )


def width(text: str, face: Face, size: float, tracking: float = 0.0) -> float:
    """How wide *text* is in points; ``tracking`` points are added between letters."""
    return sum(run.width for run in shape(text, face)) * size / 1000 + tracking * max(0, len(text) - 1)


def clusters(text: str) -> list[str]:
    """Each letter with the combining marks that follow it."""
    found: list[str] = []
    for letter in text:
        if found and unicodedata.category(letter).startswith("M"):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def missing(text: str) -> tuple[str, ...]:
    """The characters of *text* that cannot be printed, each once, in order.

    Invisible characters (controls, direction overrides, zero-width joints) count among them: two names that look the
    same on paper must be the same.
    """
    return tuple(dict.fromkeys(letter for letter in text if not _printable(letter)))


def letter_name(letter: str) -> str:
    """For people: ``U+0416 CYRILLIC CAPITAL LETTER ZHE (Ж)``, without the letter itself if it is invisible."""
    label = f"U+{ord(letter):04X} {unicodedata.name(letter, 'unnamed')}"
    return label if unicodedata.category(letter).startswith("C") else f"{label} ({letter})"


@lru_cache(maxsize=len(Face))
def harfbuzz(face: Face) -> uharfbuzz.Font:
    """The face as HarfBuzz reads it."""
    return uharfbuzz.Font(uharfbuzz.Face(face.path.read_bytes()))


@lru_cache(maxsize=len(Face))
def letters(face: Face) -> frozenset[str]:
    """Every character the face has a glyph for."""
    return frozenset(chr(point) for point in harfbuzz(face).face.unicodes)


def _dotless(cluster: str) -> str:
    """An i or j that carries an accent, without its dot: į́ would show both. The page says what it is read as."""
    if any(unicodedata.combining(mark) == ABOVE for mark in cluster[1:]):
        return SOFT_DOTTED.get(cluster[0], cluster[0]) + cluster[1:]
    return cluster


def _printable(letter: str) -> bool:
    if letter == " ":
        return True
    if unicodedata.category(letter).startswith(("C", "Z")):
        return False
    return all(letter in letters(face) or letter in letters(other) for face, other in FALLBACK.items())


@lru_cache(maxsize=4096)
def _face_for(cluster: str, face: Face) -> Face:
    covered = letters(face).issuperset(cluster)
    if covered and _marks_placed(cluster, face):
        return face
    other = FALLBACK[face]
    if letters(other).issuperset(cluster) and (not covered or _marks_placed(cluster, other)):
        return other
    return face


def _marks_placed(cluster: str, face: Face) -> bool:
    """Whether the face says where the marks go: one it has no anchor for is left at its origin, beside the letter."""
    return all(glyph.right or glyph.up for glyph in _placed(cluster, face)[1:])


def _placed(text: str, face: Face) -> tuple[Glyph, ...]:
    font = harfbuzz(face)
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, _FEATURES)
    if len(buffer.glyph_infos) != len(text):
        raise ValueError(f"{face} does not set {text!r} letter by letter")
    return tuple(
        Glyph(
            letter=text[info.cluster],
            advance=place.x_advance,
            width=font.get_glyph_h_advance(info.codepoint),
            right=place.x_offset,
            up=place.y_offset,
        )
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
