"""Drawing as PDF operators: what a page and an ornament are made of, below any library.

A :class:`Pen` writes operators; :meth:`Pen.form` closes them into a :class:`Form`, a drawing that is compressed once
and placed many times, on one sheet or on ten thousand.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""left, bottom, right, top"""

Step: TypeAlias = Literal["move", "line", "curve", "close"]

_STEPS: dict[Step, str] = {"move": "m", "line": "l", "curve": "c", "close": "h"}

_ROUND = 0.5522847498
"""how far a quarter circle's control points are from its ends, for radius 1"""


@dataclass(frozen=True, slots=True)
class Colour:
    red: float
    green: float
    blue: float


BLACK = Colour(0, 0, 0)
WHITE = Colour(1, 1, 1)
NAVY = Colour(0.075, 0.157, 0.29)
GOLD = Colour(0.60, 0.46, 0.20)
INK = Colour(0.10, 0.11, 0.13)
GREY = Colour(0.32, 0.35, 0.39)
PALE_GOLD = Colour(0.93, 0.905, 0.845)


@dataclass(frozen=True, slots=True)
class Form:
    """A finished drawing (a PDF form XObject): its operators, compressed, and the forms they place in turn."""

    name: str
    box: Box
    operators: bytes
    parts: tuple[Form, ...] = ()


def number(value: float, decimals: int = 2) -> str:
    """*value* as PDF writes numbers: no exponent, no trailing zeros, no negative zero."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def resource_name(form: Form) -> str:
    """What a content stream calls the form. ReportLab names the resources of a page so; ours follow."""
    return f"FormXob.{form.name}"


class Pen:
    """Writes operators in the order of the calls. Coordinates are points, from the lower left corner."""

    def __init__(self) -> None:
        self.operators: list[str] = []
        self.parts: dict[str, Form] = {}

    def form(self, name: str, box: Box) -> Form:
        """Everything drawn so far, as a form."""
        return Form(name, box, zlib.compress("\n".join(self.operators).encode("ascii"), 9), tuple(self.parts.values()))

    def stroke_with(self, colour: Colour, width: float) -> None:
        self._write(*_numbers(colour.red, colour.green, colour.blue), "RG", number(width), "w")

    def fill_with(self, colour: Colour) -> None:
        self._write(*_numbers(colour.red, colour.green, colour.blue), "rg")

    def step(self, kind: Step, *points: complex) -> None:
        """One step of a path: ``move`` or ``line`` to a point, ``curve`` by two controls to a third, ``close``."""
        self._write(*_numbers(*(part for point in points for part in (point.real, point.imag))), _STEPS[kind])

    def stroke(self) -> None:
        self._write("S")

    def fill(self) -> None:
        self._write("f")

    def fill_and_stroke(self) -> None:
        self._write("B")

    def rectangle(self, x: float, y: float, width: float, height: float) -> None:
        self._write(*_numbers(x, y, width, height), "re")

    def circle(self, x: float, y: float, radius: float) -> None:
        middle = complex(x, y)
        self.step("move", middle + radius)
        for turn in (1, 1j, -1, -1j):
            bends = (complex(1, _ROUND), complex(_ROUND, 1), 1j)
            self.step("curve", *(middle + radius * turn * bend for bend in bends))
        self.step("close")

    def mask(self, side: float, rows: Sequence[bytes]) -> None:
        """Fills a square of *side*: a byte of *rows* is one point of it, 1 painted and 0 left as it is.

        Points instead of rectangles: a dense square code takes a fifth of the bytes, and no seams can show.
        """
        width = len(rows[0])
        size = -(-width // 8)
        lines = ("".join(map(str, row)).ljust(size * 8, "0") for row in rows)
        bits = "".join(int(line, 2).to_bytes(size, "big").hex() for line in lines)
        self._write("q", *_numbers(side, 0, 0, side, 0, 0), "cm")
        self._write(f"BI /IM true /W {width} /H {len(rows)} /D [1 0] /F /AHx ID {bits}> EI")
        self._write("Q")

    @contextmanager
    def at(self, x: float, y: float, cosine: float = 1.0, sine: float = 0.0) -> Iterator[None]:
        """Draws what follows with its origin at (x, y), turned and scaled by cosine and sine."""
        turn = (number(value, 5) for value in (cosine, sine, -sine, cosine))
        self._write("q", *turn, *_numbers(x, y), "cm")
        yield
        self._write("Q")

    def place(self, form: Form, x: float, y: float, cosine: float = 1.0, sine: float = 0.0) -> None:
        """Puts *form* with its origin at (x, y), turned and scaled by cosine and sine."""
        with self.at(x, y, cosine, sine):
            self._write(f"/{resource_name(form)}", "Do")
        self.parts[form.name] = form

    def _write(self, *words: str) -> None:
        self.operators.append(" ".join(words))


def _numbers(*values: float) -> list[str]:
    return [number(value) for value in values]
