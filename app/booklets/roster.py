"""A roster on paper, to be signed: heading, a table whose head is repeated, "page x of y", lines for signatures.

Five thousand rows are two hundred sheets: they are set straight onto the page, with what words measure remembered,
because paragraphs would take half a minute.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from babel import Locale
from babel.dates import format_date, format_datetime
from reportlab.lib.pagesizes import landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from app.booklets.hypertext import runs
from app.booklets.printing import PAPERS
from app.booklets.styles import BODY, BOLD, BRAND, INK, LINE, MUTED, OTHER, SUNK, register
from app.booklets.wording import words
from certificates.page import EMBEDDING

MARGIN = 14 * mm
FOOT = 9 * mm
PAD = 3.0
LARGEST, SMALLEST = 9.0, 5.5
"""sizes of the table's letters: as large as the columns allow"""
LETTER = 0.42
"""how wide a letter is on average, of its size"""
MOST_LINES = 4
"""of a cell; a longer text ends in "…" """
LOCALES = {"en": Locale.parse("en"), "es": Locale.parse("es_419")}


class Head(Protocol):
    """The head of a column: its title, what its cells are, its width in letters."""

    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def width(self) -> int: ...


@dataclass(frozen=True)
class _Grid:
    """Where the columns stand, and how large they are set."""

    size: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    right: tuple[bool, ...]
    """whether a column holds numbers"""

    @property
    def leading(self) -> float:
        return self.size * 1.2


@dataclass(frozen=True)
class _Row:
    cells: tuple[tuple[str, ...], ...]
    """lines"""
    height: float


def roster(
    title: str,
    about: Sequence[tuple[str, str]],
    heads: Sequence[Head],
    rows: Sequence[Sequence[Any]],
    language: str,
    paper: str,
    keywords: str = "",
) -> bytes:
    """The PDF of *rows* under *heads*, with *about* (labels and what they tell) above and signatures below.

    *rows* hold text, numbers, days and moments. *keywords* go into the file's description as they are, once. *paper* is
    a key of ``PAPERS``, laid across. The same content gives the same bytes.
    """
    register()
    width, height = landscape(PAPERS[paper])
    grid = _grid(heads, width - 2 * MARGIN)
    head = _row([h.title for h in heads], grid, BOLD, language)
    made = [_row(row, grid, BODY, language) for row in rows]
    top, bottom = height - MARGIN, MARGIN + FOOT
    told = [(label, _lines(text, width - 2 * MARGIN - 38 * mm, BODY, 9)) for label, text in about]
    first = top - 24 - sum(len(lines) * 12 for _label, lines in told) - 8
    pages = _paged(made, first - head.height, top - head.height, bottom)
    left = (first if len(pages) == 1 else top) - head.height - sum(row.height for row in pages[-1])
    apart = left - bottom < _SIGNED
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(width, height),
        pageCompression=1,
        invariant=1,
        lang="es-419" if language == "es" else "en",
        initialFontName=BODY,
    )
    canvas.setTitle(title)
    canvas.setAuthor("Paso Seguro")
    if keywords:
        canvas.setKeywords(keywords)
    total = len(pages) + apart
    with EMBEDDING:
        for number, page in enumerate(pages, 1):
            y = top
            if number == 1:
                y = _heading(canvas, title, told, top)
            y = _table(canvas, head, page, grid, y)
            if number == len(pages) and not apart:
                _signatures(canvas, language, y, width)
            _foot(canvas, title, language, number, total, width)
            canvas.showPage()
        if apart:
            _signatures(canvas, language, top, width)
            _foot(canvas, title, language, total, total, width)
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _grid(heads: Sequence[Head], width: float) -> _Grid:
    wanted = [max(head.width, 7) for head in heads]
    size = min(LARGEST, max(SMALLEST, (width - 2 * PAD * len(heads)) / sum(wanted) / LETTER))
    widths = tuple(width * want / sum(wanted) for want in wanted)
    lefts = tuple(MARGIN + sum(widths[:at]) for at in range(len(widths)))
    return _Grid(size, lefts, widths, tuple(head.kind == "whole" for head in heads))


def _row(cells: Sequence[Any], grid: _Grid, face: str, language: str) -> _Row:
    lines = tuple(
        _lines(_said(cell, language), width - 2 * PAD, face, grid.size)
        for cell, width in zip(cells, grid.widths, strict=True)
    )
    return _Row(lines, max(len(those) for those in lines) * grid.leading + 2 * PAD)


def _said(cell: Any, language: str) -> str:
    """Months are words: 3/4/2026 is two days."""
    if isinstance(cell, dt.datetime):
        return _moment(cell.replace(second=0, microsecond=0), language)
    if isinstance(cell, dt.date):
        return _day(cell, language)
    return "" if cell is None else str(cell)


@lru_cache(maxsize=4096)
def _day(day: dt.date, language: str) -> str:
    return str(format_date(day, "d MMM yyyy", locale=LOCALES[language]))


@lru_cache(maxsize=4096)
def _moment(moment: dt.datetime, language: str) -> str:
    return str(format_datetime(moment, "d MMM yyyy HH:mm", tzinfo=moment.tzinfo, locale=LOCALES[language]))


@lru_cache(maxsize=20_000)
def _wide(text: str, face: str, size: float) -> float:
    return float(sum(stringWidth(run, OTHER if other else face, size) for other, run in runs(text)))


@lru_cache(maxsize=20_000)
def _lines(text: str, width: float, face: str, size: float) -> tuple[str, ...]:
    """*text* in lines no wider than *width*; a word that is wider is cut."""
    if _wide(text, face, size) <= width:
        return (text,)
    found: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if _wide(longer, face, size) <= width:
            line = longer
            continue
        if line:
            found.append(line)
        while _wide(word, face, size) > width and len(word) > 1:
            cut = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or _wide(word[:n], face, size) <= width)
            found.append(word[:cut])
            word = word[cut:]
        line = word
    if line:
        found.append(line)
    if len(found) > MOST_LINES:
        found = [*found[: MOST_LINES - 1], found[MOST_LINES - 1].rstrip()[:-1] + "…"]
    return tuple(found) or ("",)


def _paged(rows: Sequence[_Row], first: float, others: float, bottom: float) -> list[list[_Row]]:
    """*rows* by page: how far down the first page's begin, and the others'."""
    pages: list[list[_Row]] = [[]]
    y = first
    for row in rows:
        if y - row.height < bottom and pages[-1]:
            pages.append([])
            y = others
        pages[-1].append(row)
        y -= row.height
    return pages


# Drawing ----------------------------------------------------------------------------------------------------------------


def _write(canvas: Any, x: float, y: float, text: str, face: str, size: float, right: bool = False) -> None:
    if right:
        x -= _wide(text, face, size)
    for other, run in runs(text):
        name = OTHER if other else face
        canvas.setFont(name, size)
        canvas.drawString(x, y, run)
        x += stringWidth(run, name, size)


def _heading(canvas: Any, title: str, told: Sequence[tuple[str, Sequence[str]]], y: float) -> float:
    canvas.setFillColor(BRAND)
    _write(canvas, MARGIN, y - 15, title, BOLD, 17)
    y -= 24
    for label, lines in told:
        canvas.setFillColor(MUTED)
        _write(canvas, MARGIN, y - 9, label, BODY, 9)
        canvas.setFillColor(INK)
        for line in lines:
            _write(canvas, MARGIN + 38 * mm, y - 9, line, BODY, 9)
            y -= 12
    return y - 8


def _table(canvas: Any, head: _Row, rows: Sequence[_Row], grid: _Grid, y: float) -> float:
    """The rows below their head; returns how far down they reach."""
    edge = grid.lefts[-1] + grid.widths[-1]
    canvas.setFillColor(SUNK)
    canvas.rect(MARGIN, y - head.height, edge - MARGIN, head.height, stroke=0, fill=1)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, y, edge, y)
    for row, face in [(head, BOLD), *((row, BODY) for row in rows)]:
        canvas.setFillColor(INK)
        for lines, left, width, right in zip(row.cells, grid.lefts, grid.widths, grid.right, strict=True):
            for number, line in enumerate(lines):
                at = y - PAD - grid.size - number * grid.leading
                _write(canvas, left + width - PAD if right else left + PAD, at, line, face, grid.size, right)
        y -= row.height
        canvas.line(MARGIN, y, edge, y)
    return y


_SIGNED = 46 * mm
"""the room that signatures take"""


def _signatures(canvas: Any, language: str, y: float, width: float) -> None:
    """Two people sign, each with name, post and date; beside them room for the stamp."""
    column = (width - 2 * MARGIN) / 3
    for place, who in enumerate(("made-by", "seen-by")):
        x, line = MARGIN + place * column, y - 14 * mm
        canvas.setFillColor(INK)
        _write(canvas, x, line + 6 * mm, words(language, who), BOLD, 10)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.5)
        for key in ("signature", "name", "post", "date"):
            canvas.line(x + 24 * mm, line - 1.5, x + column - 10 * mm, line - 1.5)
            _write(canvas, x, line, words(language, key), BODY, 9)
            line -= 8 * mm
    x = MARGIN + 2 * column
    canvas.setStrokeColor(LINE)
    canvas.rect(x, y - _SIGNED + 4 * mm, column, _SIGNED - 12 * mm, stroke=1, fill=0)
    canvas.setFillColor(MUTED)
    _write(canvas, x + PAD, y - 13 * mm, words(language, "stamp"), BODY, 9)


def _foot(canvas: Any, title: str, language: str, number: int, total: int, width: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, MARGIN + 4, width - MARGIN, MARGIN + 4)
    canvas.setFillColor(MUTED)
    _write(canvas, MARGIN, MARGIN - 7, f"Paso Seguro · {title}", BODY, 8)
    _write(canvas, width - MARGIN, MARGIN - 7, words(language, "page", page=number, total=total), BODY, 8, right=True)
