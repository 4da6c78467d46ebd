"""QR codes as forms."""

from __future__ import annotations

from typing import Any

import segno

from certificates.pen import BLACK, Form, Pen

_MASK = 3
"""Any of the eight is valid; trying all of them to pick the best takes most of the time and no reader needs it."""


def square(text: str, digits: str = "") -> tuple[Form, int]:
    """*text*, and *digits* after it, as black squares of one unit each, and how many of them make a side.

    Digits take less than half the room of other text. The quiet zone is the caller's.
    """
    parts: Any = [text, digits] if digits else text  # its types do not say that it takes parts, its documents do
    code = segno.make(parts, error="m", boost_error=False, micro=False, mask=_MASK)
    rows = [bytes(row) for row in code.matrix]
    side = len(rows)
    pen = Pen()
    pen.fill_with(BLACK)
    pen.mask(side, rows)
    return pen.form("QR", (0, 0, side, side)), side


def outline(text: str) -> tuple[str, int]:
    """*text* as the path of an SVG drawing, black squares of one unit each, and how many of them make a side."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = next((n for n in range(x, len(row)) if not row[n]), len(row)) - x
            if run:
                path.append(f"M{x} {y}h{run}v1h-{run}z")
            x += run or 1
    return "".join(path), len(rows)
