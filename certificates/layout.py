"""Words into widths and heights: the largest type that fits, in at most two balanced lines, and a column of them.

Pure measuring; nothing is drawn here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from certificates import fonts
from certificates.fonts import Face
from certificates.pen import INK, Colour

LEADING = 1.1
"""from baseline to baseline, in type sizes"""

_STEP = 0.25
"""how finely type is made smaller"""


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set. ``tracking`` is the space added between letters, in type sizes."""

    face: Face
    size: float
    colour: Colour = INK
    tracking: float = 0.0

    def width(self, text: str) -> float:
        return fonts.width(text, self.face, self.size, self.tracking * self.size)

    def smaller(self, factor: float) -> Type:
        return replace(self, size=self.size * factor)


@dataclass(frozen=True, slots=True)
class Lines:
    """A text as it is set: its lines, top to bottom."""

    text: str
    lines: tuple[str, ...]
    type: Type

    @property
    def ascent(self) -> float:
        """from the first baseline to the top of the letters"""
        return 0.68 * self.type.size

    @property
    def reads_back(self) -> bool:
        """Whether software that reads the page finds the text as it is: it takes wide spacing for words, and may part a
        letter from its accent or join the words at the end of a line."""
        return len(self.lines) == 1 and not self.type.tracking and not any(map(unicodedata.combining, self.text))

    @property
    def height(self) -> float:
        """from the top of the letters to the lowest descender"""
        return self.ascent + (len(self.lines) - 1) * LEADING * self.type.size + 0.24 * self.type.size


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column. ``gap`` is its share of the white space, taken above it; ``draw`` gets the y of its top."""

    gap: float
    height: float
    draw: Callable[[float], None]


def fit(text: str, type: Type, width: float, smallest_line: float = 0.0) -> Lines:
    """*text* in *width*: in one line as large as *type* or smaller, down to *smallest_line*; else in two.

    A text without a space stays in one line, however small.
    """
    floor = min(smallest_line, type.size) if " " in text else 0.0
    single = _shrunk([text], type, width, floor)
    if single:
        return Lines(text, (text,), single)
    halves = _halves(text, type)
    double = _shrunk(halves, replace(type, size=max(floor, type.size * 0.75)), width, 0.0)
    return Lines(text, halves, double or type)


def flow(
    column: Callable[[float], Sequence[Block]], top: float, bottom: float, scales: Sequence[float]
) -> list[tuple[Block, float]]:
    """The blocks of *column* at the largest of *scales* that fits from *top* to *bottom*, each with the y of its top.

    White space is shared out by the gaps of the blocks, up to a generous measure; what is left after that goes around
    the whole, a little more of it below. Smaller type asks for less white. If no scale fits, the smallest is taken.
    """
    least, most = 9.5, 14.0
    for scale in scales:
        blocks = column(scale)
        gaps = sum(block.gap for block in blocks[1:])
        spare = top - bottom - sum(block.height for block in blocks)
        if spare >= least * scale**2 * gaps:
            break
    unit = min(most, spare / gaps) if gaps else 0.0
    y = top - 0.45 * (spare - unit * gaps)
    placed = []
    for place, block in enumerate(blocks):
        y -= unit * block.gap if place else 0.0
        placed.append((block, y))
        y -= block.height
    return placed


def _shrunk(lines: Sequence[str], type: Type, width: float, floor: float) -> Type | None:
    """*type*, made smaller until every line fits; None if that goes below *floor*."""
    widest = max(type.width(line) for line in lines)
    if widest <= width:
        return type
    size = int(type.size * width / widest / _STEP) * _STEP  # width is proportional to size
    return replace(type, size=size) if size >= max(floor, _STEP) else None


def _halves(text: str, type: Type) -> tuple[str, str]:
    """*text* broken at the space that leaves the shortest longer line."""
    words = text.split(" ")
    breaks = ((" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words)))
    return min(breaks, key=lambda pair: max(type.width(half) for half in pair))
