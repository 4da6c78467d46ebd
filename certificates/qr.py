"""QR codes as vector forms."""

from __future__ import annotations

import segno

from certificates.pen import BLACK, Form, Pen

_MASK = 3
"""Any of the eight is valid; trying all of them to pick the best takes most of the time and no reader needs it."""


def square(payload: str) -> tuple[Form, int]:
    """*payload* as black squares of one unit each, and how many of them make a side. The quiet zone is the caller's."""
    code = segno.make(payload, error="m", boost_error=False, micro=False, mask=_MASK)
    rows = [bytes(row) for row in code.matrix]
    side = len(rows)
    pen = Pen()
    pen.fill_with(BLACK)
    for place, row in enumerate(rows):
        for start, length in _dark(row):
            pen.rectangle(start, side - 1 - place, length, 1)
    pen.fill()
    return pen.form("QR", (0, 0, side, side)), side


def _dark(row: bytes) -> list[tuple[int, int]]:
    """Start and length of each unbroken stretch of dark squares: one rectangle each, so no seams show."""
    stretches: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if stretches and sum(stretches[-1]) == place:
            start, length = stretches[-1]
            stretches[-1] = (start, length + 1)
        else:
            stretches.append((place, 1))
    return stretches
