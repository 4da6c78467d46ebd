"""Tables out, as CSV and XLSX that stream and in which text stays text. (Tables that are sent to us: ``tables.py``.)

The only module that imports xlsxwriter. XlsxWriter draws the workbook (styles, widths, frozen head,
filter) with its head alone; the rows are then written into that sheet as they come, so that the first byte leaves at
once and a hundred thousand rows cost no more memory than one (XlsxWriter itself would take ten times as long and send
nothing before the end).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

import msgspec
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

Kind = Literal["text", "whole", "day", "moment"]
Cell: TypeAlias = str | int | dt.datetime | dt.date | None
MOST_ROWS = 1_048_575
"""that a sheet of Excel holds below its head"""
AT_ONCE = 500
"""rows sent together"""


class Heading(msgspec.Struct, frozen=True):
    """The head of a column, what its cells are, and how wide it is in characters."""

    title: str
    kind: Kind = "text"
    width: int = 16


# CSV ------------------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"(^|[;|\t\r\n])([\s'\"]*)(?=[=+\-@＝＋－＠])")
_SUSPECT = frozenset("=+-@＝＋－＠")


def safe(text: str) -> str:
    """*text* so that a spreadsheet program that opens a CSV does not take it, or a part of it, for a formula.

    An apostrophe goes before a leading sign of a formula, and before one that follows what another language's Excel
    would take for the end of a cell.
    """
    return _FORMULA.sub(r"\1\2'", text) if not _SUSPECT.isdisjoint(text) else text


def csv_stream(headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV in UTF-8 with a byte order mark (without it Excel garbles accents), in parts; days and moments as ISO 8601.

    The head leaves before the first row is asked for.
    """
    out = io.StringIO()
    write = csv.writer(out).writerow
    out.write("\ufeff")
    write([safe(heading.title) for heading in headings])
    yield _taken(out)
    texts = [at for at, heading in enumerate(headings) if heading.kind == "text"]
    moments = [at for at, heading in enumerate(headings) if heading.kind == "moment"]
    for number, cells in enumerate(rows, 1):
        row: list[object] = list(cells)  # numbers, days (as ISO 8601) and nothing at all are written as they are
        for at in texts:
            if not _SUSPECT.isdisjoint(row[at] or ""):  # type: ignore[arg-type]
                row[at] = safe(str(row[at]))
        for at in moments:
            moment = row[at]
            if isinstance(moment, dt.datetime):
                row[at] = moment.isoformat(" ", "minutes")[:16]
        write(row)
        if number % AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


# XLSX -----------------------------------------------------------------------------------------------------------------

_FORMATS = {"text": "@", "whole": "0", "day": "d mmm yyyy", "moment": "d mmm yyyy hh:mm"}
_LAST_ROW = MOST_ROWS
"""where the filter of the skeleton ends, until the true number of rows is known"""
_EPOCH = dt.date(1899, 12, 30).toordinal()
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_767
"""characters that a cell holds"""


class _Tube(io.RawIOBase):
    """Takes what the zip writes and hands it on; it cannot be wound back, so the zip does not try."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found = b"".join(self.parts)
        self.parts.clear()
        return found


def xlsx_stream(sheet: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A workbook with one *sheet*: bold frozen head, filter, widths, real dates, text that is never a formula; in
    parts.

    Times are shown as they are in their own zone (Excel knows none). *rows* must not be more than :data:`MOST_ROWS`.
    """
    parts, styles = _skeleton(sheet, headings)
    body = parts.pop(_SHEET).decode()
    head, tail = body.split("</sheetData>")
    tube = _Tube()
    moment = time.localtime()[:6]
    with zipfile.ZipFile(tube, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for name in [name for name in parts if name != _BOOK]:
            package.writestr(_entry(name, moment), parts[name])
        yield tube.taken()
        count = 0
        with package.open(_entry(_SHEET, moment), "w") as out:
            out.write(head.encode())
            part: list[str] = []
            for count, row in enumerate(rows, 1):
                part.append(_row(count + 1, row, styles))
                if count == 1 or count % AT_ONCE == 0:
                    out.write("".join(part).encode())
                    part.clear()
                    yield tube.taken()
            out.write("".join(part).encode())
            out.write(_until(count, f"</sheetData>{tail}").encode())
        package.writestr(_entry(_BOOK, moment), _until(count, parts[_BOOK].decode()))
    yield tube.taken()


_SHEET, _BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def _entry(name: str, moment: Sequence[int]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, tuple(moment))  # type: ignore[arg-type]
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _skeleton(sheet: str, headings: Sequence[Heading]) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """The parts of a workbook with nothing but its head, and each column's letters and number of its style."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "constant_memory": False})
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31].strip("' ") or "1")
    head = {"bold": True, "bg_color": "#0B3C5D", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
    bold = book.add_format(head)
    formats = {kind: book.add_format({"num_format": look}) for kind, look in _FORMATS.items()}
    for at, heading in enumerate(headings):
        page.set_column(at, at, heading.width, formats[heading.kind])
        page.write_string(0, at, _clean(heading.title), bold)
        page.write_blank(1, at, None, formats[heading.kind])  # shows the number that its style got
    page.set_row(0, 32)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, _LAST_ROW - 1, len(headings) - 1)
    page.repeat_rows(0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    book.close()
    with zipfile.ZipFile(made) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts[_SHEET].decode()
    second = body.index('<row r="2"')
    numbers = re.findall(r' s="(\d+)"', body[second : body.index("</row>", second)])
    end = body.index("</sheetData>")
    body = re.sub(r"<dimension [^>]*/>", "", body[:second] + body[end:])
    parts[_SHEET] = body.encode()
    return parts, [(xl_col_to_name(at), number) for at, number in enumerate(numbers)]


def _until(count: int, text: str) -> str:
    """*text* with the filter ending at the last of *count* rows."""
    last = max(2, count + 1)
    return re.sub(rf"(:\$?[A-Z]+\$?){_LAST_ROW}\b", rf"\g<1>{last}", text)


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)[:_LONGEST]


def _row(number: int, row: Sequence[Cell], styles: Sequence[tuple[str, str]]) -> str:
    cells = []
    for (letters, style), cell in zip(styles, row, strict=True):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            text = escape(_clean(cell))
            text = f'<is><t xml:space="preserve">{text}</t></is>'
            cells.append(f'<c r="{letters}{number}" s="{style}" t="inlineStr">{text}</c>')
            continue
        value: float
        if isinstance(cell, dt.datetime):
            # rounded up, by less than a millisecond: rounded down, LibreOffice shows the minute before
            value = cell.toordinal() - _EPOCH + math.ceil((cell.hour * 60 + cell.minute) / 1440 * 1e9) / 1e9
        elif isinstance(cell, dt.date):
            value = cell.toordinal() - _EPOCH
        else:
            value = cell
        cells.append(f'<c r="{letters}{number}" s="{style}"><v>{value}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'
