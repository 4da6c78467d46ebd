"""Border, rosettes and seal: engraved line work, drawn from formulas.

One short period of each pattern is a form, placed again and again; that keeps the whole ornament near 5 kB. A sheet's
ornament depends on its size alone, so it is drawn once in a process and then only placed.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from certificates import fonts
from certificates.fonts import Face
from certificates.pen import GOLD, NAVY, PALE_GOLD, WHITE, Box, Colour, Form, Pen

Curve: TypeAlias = Callable[[float], complex]

MARGIN = 20.0
"""from the edge of the sheet to the band of the border"""
BAND = 22.0
CLEAR = MARGIN + BAND + 4.0
"""from the edge of the sheet to the border's innermost line: nothing else may be drawn outside it"""

SEAL_BODY = 43.0
SEAL_RADIUS = SEAL_BODY * 1.06
SEAL_FACE = Face.SEMIBOLD


@lru_cache(maxsize=8)
def sheet(width: float, height: float) -> Form:
    """The ornament of a whole sheet: a pale rosette behind the text, and the border."""
    pen = Pen()
    _spin(pen, _rosette(150), 37, width / 2, height / 2 + 8)
    _border(pen, width, height)
    return pen.form(f"Sheet{width:.0f}x{height:.0f}", (0, 0, width, height))


@lru_cache(maxsize=1)
def seal() -> Form:
    """The seal around (0, 0), without its words. No emblem: a compass, which belongs to nobody."""
    radius = SEAL_BODY
    pen = Pen()
    pen.fill_with(WHITE)
    pen.circle(0, 0, SEAL_RADIUS)
    pen.fill()
    _spin(pen, _ring("SealRim", radius * 0.965, radius * 0.05, 48, 4, GOLD, 0.35), 48, 0, 0)
    _circle(pen, radius * 0.88, 0.8)
    _circle(pen, radius * 0.85, 0.35)
    _circle(pen, radius * 0.62, 0.35)
    _spin(pen, _ring("SealRing", radius * 0.50, radius * 0.10, 24, 5, NAVY, 0.28), 24, 0, 0)
    _compass(pen, radius)
    return pen.form("Seal", _around(SEAL_RADIUS))


@dataclass(frozen=True, slots=True)
class RingLetter:
    """A letter of the seal's words: where it stands about the seal's centre, which way it is turned, and its size."""

    text: str
    x: float
    y: float
    cosine: float
    sine: float
    size: float


@lru_cache(maxsize=64)
def seal_words(issuer: str, year: int) -> tuple[RingLetter, ...]:
    """The issuer's name along the top of the seal and the year along its bottom."""
    return (
        *_on_ring(issuer.upper(), SEAL_BODY * 0.69, SEAL_BODY * 0.155, most_degrees=262),
        *_on_ring(f"· {year} ·", SEAL_BODY * 0.80, SEAL_BODY * 0.125, most_degrees=70, below=True),
    )


def _border(pen: Pen, width: float, height: float) -> None:
    period = 18.0
    tile = _tile(period)
    middle = MARGIN + BAND / 2
    across, up = width - 2 * middle, height - 2 * middle
    for x, y, length, turn in (
        (middle, middle, across, 0.0),
        (middle, height - middle, across, 0.0),
        (middle, middle, up, math.pi / 2),
        (width - middle, middle, up, math.pi / 2),
    ):
        count = round(length / period)
        stretch = length / (count * period)
        step = cmath.rect(period * stretch, turn)
        scaled = cmath.rect(stretch, turn)
        for place in range(count):
            spot = complex(x, y) + place * step
            pen.place(tile, spot.real, spot.imag, scaled.real, scaled.imag)
    inner = MARGIN + BAND
    pen.stroke_with(NAVY, 0.9)
    _frame(pen, MARGIN, width, height)
    pen.stroke_with(NAVY, 0.5)
    _frame(pen, inner, width, height)
    pen.stroke_with(GOLD, 0.5)
    _frame(pen, MARGIN - 3, width, height)
    _frame(pen, inner + 3, width, height)
    for x in (middle, width - middle):
        for y in (middle, height - middle):
            _corner(pen, x, y)


def _frame(pen: Pen, inset: float, width: float, height: float) -> None:
    pen.rectangle(inset, inset, width - 2 * inset, height - 2 * inset)
    pen.stroke()


def _corner(pen: Pen, x: float, y: float) -> None:
    pen.fill_with(WHITE)
    pen.stroke_with(NAVY, 0.6)
    pen.circle(x, y, 16.6)
    pen.fill_and_stroke()
    pen.stroke_with(GOLD, 0.4)
    pen.circle(x, y, 15.4)
    pen.stroke()
    _spin(pen, _ring("CornerOuter", 11.4, 3.0, 16, 4, NAVY, 0.3), 16, x, y)
    _spin(pen, _ring("CornerInner", 6.2, 2.3, 10, 4, GOLD, 0.3), 10, x, y)
    pen.fill_with(GOLD)
    pen.circle(x, y, 1.6)
    pen.fill()


def _compass(pen: Pen, radius: float) -> None:
    pen.fill_with(WHITE)
    pen.stroke_with(NAVY, 0.35)
    pen.circle(0, 0, radius * 0.40)
    pen.fill_and_stroke()
    for reach, waist, colour, turn in ((0.28, 0.09, GOLD, math.pi / 4), (0.38, 0.10, NAVY, 0.0)):
        pen.stroke_with(colour, 0.35)
        for quarter in range(4):
            angle = quarter * math.pi / 2 + turn
            tip = cmath.rect(reach * radius, angle)
            for side, shade in ((1, colour), (-1, WHITE)):
                corner = cmath.rect(waist * radius, angle + side * math.pi / 4)
                pen.fill_with(shade)
                pen.step("move", 0)
                pen.step("line", tip)
                pen.step("line", corner)
                pen.step("close")
                pen.fill_and_stroke()


def _circle(pen: Pen, radius: float, width: float) -> None:
    pen.stroke_with(NAVY, width)
    pen.circle(0, 0, radius)
    pen.stroke()


def _spin(pen: Pen, form: Form, times: int, x: float, y: float) -> None:
    """Places one sector of a rosette all around."""
    for place in range(times):
        turn = cmath.rect(1, 2 * math.pi * place / times)
        pen.place(form, x, y, turn.real, turn.imag)


def _tile(period: float) -> Form:
    """One period of the border: navy strands, and narrower gold ones inside them."""
    pen = Pen()
    for colour, strands, swing in ((NAVY, 6, BAND * 0.40), (GOLD, 4, BAND * 0.20)):
        pen.stroke_with(colour, 0.32)
        for strand in range(strands):
            _trace(pen, *_wave(period * strand / strands, period, swing), period, pieces=4)
    return pen.form("BorderTile", (-period, -BAND, 2 * period, BAND))


def _rosette(radius: float) -> Form:
    """One sector of the rosette behind the text: an epicycle of 37 loops, four times, each a little smaller."""
    loops = 37
    pen = Pen()
    pen.stroke_with(PALE_GOLD, 0.35)
    for shrink in (1.0, 0.93, 0.86, 0.79):
        _trace(pen, *_epicycle(radius * shrink, loops), 2 * math.pi / loops, pieces=12)
    return pen.form("Rosette", _around(radius * 1.2))


def _ring(name: str, radius: float, swing: float, waves: int, strands: int, colour: Colour, width: float) -> Form:
    """One wave of a ring of strands that swing about *radius*, each a part of a wave later than the one before."""
    pen = Pen()
    pen.stroke_with(colour, width)
    for strand in range(strands):
        _trace(pen, *_ripple(radius, swing, waves, 2 * math.pi * strand / strands), 2 * math.pi / waves, pieces=6)
    return pen.form(name, _around(radius * 1.3))


# Curves: where a strand is, and which way and how fast it goes, by a parameter that runs from 0.


def _wave(start: float, period: float, swing: float) -> tuple[Curve, Curve]:
    turn = 2 * math.pi / period

    def spot(x: float) -> complex:
        return complex(start + x, swing * math.sin(turn * x))

    def speed(x: float) -> complex:
        return complex(1, swing * turn * math.cos(turn * x))

    return spot, speed


def _epicycle(radius: float, loops: int) -> tuple[Curve, Curve]:
    big, small, against = radius * 0.62, radius * 0.38, loops - 1

    def spot(t: float) -> complex:
        return big * cmath.exp(1j * t) + small * cmath.exp(-1j * against * t)

    def speed(t: float) -> complex:
        return 1j * (big * cmath.exp(1j * t) - against * small * cmath.exp(-1j * against * t))

    return spot, speed


def _ripple(radius: float, swing: float, waves: int, lag: float) -> tuple[Curve, Curve]:
    def spot(t: float) -> complex:
        return (radius + swing * math.sin(waves * t + lag)) * cmath.exp(1j * t)

    def speed(t: float) -> complex:
        return swing * waves * math.cos(waves * t + lag) * cmath.exp(1j * t) + 1j * spot(t)

    return spot, speed


def _trace(pen: Pen, spot: Curve, speed: Curve, end: float, pieces: int) -> None:
    """Strokes the curve from 0 to *end* as Bézier pieces that share its direction at every joint."""
    step = end / pieces
    pen.step("move", spot(0))
    for piece in range(pieces):
        begins, ends = piece * step, (piece + 1) * step
        leave = spot(begins) + speed(begins) * step / 3
        arrive = spot(ends) - speed(ends) * step / 3
        pen.step("curve", leave, arrive, spot(ends))
    pen.stroke()


def _on_ring(text: str, radius: float, size: float, most_degrees: float, below: bool = False) -> list[RingLetter]:
    """Letters along a circle, centred at its top, or at its bottom with heads inward. Long words are set smaller."""
    letters = [(letter, fonts.width(letter, SEAL_FACE, 1)) for letter in fonts.clusters(text)]
    air = 0.22  # letters on a curve want air: this much of the type size between two
    natural = sum(width for _, width in letters) + air * (len(letters) - 1)
    size = min(size, math.radians(most_degrees) * radius / natural)
    forward = 1 if below else -1
    angle = (-forward * math.pi - forward * natural * size / radius) / 2
    placed = []
    for letter, width in letters:
        angle += forward * width / 2 * size / radius
        upright = cmath.rect(1, angle + forward * math.pi / 2)
        spot = cmath.rect(radius, angle) - upright * width / 2 * size
        placed.append(RingLetter(letter, spot.real, spot.imag, upright.real, upright.imag, size))
        angle += forward * (width / 2 + air) * size / radius
    return placed


def _around(radius: float) -> Box:
    return (-radius, -radius, radius, radius)
