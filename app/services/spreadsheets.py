"""Tables out, as CSV and XLSX that stream and in which text stays text. (Tables that are sent to us: ``tables.py``.)

The only module that imports xlsxwriter. XlsxWriter draws the workbook (styles, widths, frozen head,
filter) with its head alone; the rows are then written into that sheet as they come, so that the first byte leaves at
once and a hundred thousand rows cost no more memory than one (XlsxWriter itself would take ten times as long and send
nothing before the end).
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import math
import re
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol, TypeAlias, cast
from xml.sax.saxutils import escape

import msgspec
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.services.archiving import Sink

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

_SIGNS = "=+\\-@＝＋－＠"
_FORMULA = re.compile(rf"(^|[;|\t\r\n])([\s'\"]*)(?=[{_SIGNS}])")
_GUARDED = re.compile(rf"(^|[;|\t\r\n])([\s'\"]*)'(?=[{_SIGNS}])")
_SUSPECT = re.compile(f"[{_SIGNS}]")
_FIRST = re.compile(rf"\0[\s'\"]*[{_SIGNS}]")
_QUOTE = '"'
_QUOTED = '",\r\n'
_ANYWHERE = re.compile(rf"[\0;|\t\r\n][\s'\"]*[{_SIGNS}]")


def safe(text: str) -> str:
    """*text* so that a spreadsheet program that opens a CSV does not take it, or a part of it, for a formula.

    An apostrophe goes before a leading sign of a formula, and before one that follows what another language's Excel
    would take for the end of a cell: always one more than there was, so that :func:`plain` finds the way back.
    """
    return _FORMULA.sub(r"\1\2'", text) if _SUSPECT.search(text) else text


def plain(text: str) -> str:
    """What :func:`safe` was given: of the apostrophes before such a sign one is taken away.

    For what we wrote ourselves. In a table of somebody else's, "'=x" may mean itself; there too a spreadsheet program
    would not show the apostrophe.
    """
    return _GUARDED.sub(r"\1\2", text) if _SUSPECT.search(text) else text


def quoted(text: str) -> str:
    """*text* as a cell of a CSV: safe, and in quotes where it must be."""
    text = safe(text)
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if any(sign in text for sign in _QUOTED) else text


def quoted_column(values: Sequence[str | None]) -> Iterable[str]:
    """:func:`quoted` for a column of a thousand cells; a look at all of them together tells what none of them needs."""
    texts = [value or "" for value in values] if None in values else values
    together = "\0" + "\0".join(texts)  # type: ignore[arg-type]
    safe_as_is = not any(sign in together for sign in "=+-@＝＋－＠")
    if not safe_as_is:
        parted = any(sign in together for sign in ";|\t\r\n")
        safe_as_is = not (_ANYWHERE if parted else _FIRST).search(together)
    if safe_as_is and not any(sign in together for sign in _QUOTED):
        return texts  # type: ignore[return-value]
    if safe_as_is and not any(sign in together for sign in '"\r\n'):  # commas only: surnames, and given names
        return [f'"{text}"' if "," in text else text for text in cast(Sequence[str], texts)]
    return [quoted(text) if text else "" for text in texts]


class CsvWriter:
    """Rows as CSV in UTF-8 with a byte order mark (without it Excel garbles accents), in parts.

    A row is what the module ``csv`` takes; text in it is :func:`safe` already.
    """

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._rows = csv.writer(self._out).writerows
        self._out.write("\ufeff")

    def head(self, titles: Iterable[str]) -> bytes:
        """The first row, and what stands before it."""
        return self.rows([[safe(title) for title in titles]])

    @staticmethod
    def joined(rows: Iterable[Sequence[str]]) -> bytes:
        """*rows* of cells that are :func:`quoted`, none or many, each of several cells: the same bytes in a fifth of
        the time.
        """
        text = "\r\n".join(map(",".join, rows))
        return f"{text}\r\n".encode("utf-8", "replace") if text else b""

    def rows(self, rows: Iterable[Iterable[object]]) -> bytes:
        """*rows*, to be sent."""
        self._rows(rows)
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text.encode("utf-8", "replace")


def csv_stream(headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV of *rows*, in parts; days and moments as ISO 8601. The head leaves before the first row is asked for."""
    writer = CsvWriter()
    yield writer.head(heading.title for heading in headings)
    part: list[list[object]] = []
    for cells in rows:
        part.append([csv_cell(cell) for cell in cells])
        if len(part) >= AT_ONCE:
            yield writer.rows(part)
            part.clear()
    if part:
        yield writer.rows(part)


def csv_cell(cell: Cell) -> object:
    """*cell* as a CSV holds it: text that is no formula, moments to the minute without their zone; the rest as it is."""
    if isinstance(cell, str):
        return safe(cell)
    return cell.isoformat(" ", "minutes")[:16] if isinstance(cell, dt.datetime) else cell


# XLSX -----------------------------------------------------------------------------------------------------------------

_FORMATS = {"text": "@", "whole": "0", "day": "d mmm yyyy", "moment": "d mmm yyyy hh:mm"}
_LAST_ROW = MOST_ROWS
"""where the filter of the skeleton ends, until the true number of rows is known"""
_EPOCH = dt.date(1899, 12, 30).toordinal()
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_767
"""characters that a cell holds"""


class Second(Protocol):
    """What a workbook says about itself, known only when its rows were written."""

    title: str
    """of the second sheet"""

    def lines(self) -> Sequence[tuple[str, str]]:
        """The second sheet: labels and what they tell."""

    def seal(self, file: bytes) -> str:
        """The seal of a workbook with this :func:`package_digest`; "" for none."""


def xlsx_stream(
    sheet: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], second: Second | None = None
) -> Iterator[bytes]:
    """A workbook with one *sheet*: bold frozen head, filter, widths, real dates, text that is never a formula; in
    parts. With a *second* one it tells what it is, and carries a seal there and among the properties of the file.

    Times are shown as they are in their own zone (Excel knows none). *rows* must not be more than :data:`MOST_ROWS`.
    """
    parts, styles = _skeleton(sheet, headings, second.title if second else "")
    body = parts.pop(_SHEET).decode()
    head, tail = body.split("</sheetData>")
    late = {name: parts.pop(name) for name in (_BOOK, _ABOUT, PROPERTIES) if name in parts}
    digests = {name: hashlib.sha256(content).digest() for name, content in parts.items()}
    sink = Sink()
    moment = time.localtime()[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for name, content in parts.items():
            package.writestr(_entry(name, moment), content)
        yield sink.take()
        count = 0
        digest = hashlib.sha256()
        with package.open(_entry(_SHEET, moment), "w") as out:

            def write(text: str) -> None:
                content = text.encode()
                digest.update(content)
                out.write(content)

            write(head)
            part: list[str] = []
            for count, row in enumerate(rows, 1):
                part.append(_row(count + 1, row, styles))
                if count == 1 or count % AT_ONCE == 0:
                    write("".join(part))
                    part.clear()
                    yield sink.take()
            write("".join(part))
            write(_until(count, f"</sheetData>{tail}"))
        digests[_SHEET] = digest.digest()
        book = _until(count, late[_BOOK].decode()).encode()
        digests[_BOOK] = hashlib.sha256(book).digest()
        package.writestr(_entry(_BOOK, moment), book)
        if second:
            lines = list(second.lines())
            blank = _about(late[_ABOUT].decode(), lines, "")
            digests[_ABOUT] = hashlib.sha256(blank).digest()
            seal = second.seal(_together(digests))
            package.writestr(_entry(_ABOUT, moment), _about(late[_ABOUT].decode(), lines, seal))
            package.writestr(_entry(PROPERTIES, moment), _properties(seal))
    yield sink.take()


def package_digest(package: zipfile.ZipFile, seal: str) -> bytes | None:
    """The digest of a workbook that carries *seal*, all of it but the seal; ``None`` where the seal does not stand in
    it as we write it. The caller has made sure that the package is harmless.
    """
    names = package.namelist()
    if len(set(names)) != len(names) or PROPERTIES not in names or _ABOUT not in names:
        return None
    if package.read(PROPERTIES) != _properties(seal):
        return None
    about = package.read(_ABOUT)
    if about.count(seal.encode()) != 1:
        return None
    digests = {_ABOUT: hashlib.sha256(about.replace(seal.encode(), b"")).digest()}
    for name in names:
        if name in (_ABOUT, PROPERTIES):
            continue
        digest = hashlib.sha256()
        with package.open(name) as part:
            while chunk := part.read(1 << 18):
                digest.update(chunk)
        digests[name] = digest.digest()
    return _together(digests)


def _together(digests: dict[str, bytes]) -> bytes:
    found = hashlib.sha256()
    for name in sorted(digests):
        found.update(name.encode() + b"\0" + digests[name])
    return found.digest()


_SHEET, _BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
_ABOUT = "xl/worksheets/sheet2.xml"
PROPERTIES = "docProps/custom.xml"
"""the part that holds what a workbook says of itself"""
_PIECE = 240
"""characters of a property: Excel cuts longer ones at 255"""


def _about(sheet: str, lines: Sequence[tuple[str, str]], seal: str) -> bytes:
    style = re.search(r' s="(\d+)"', sheet[sheet.index("<sheetData>") :])
    number = style[1] if style else "0"
    cells = []
    for row, texts in enumerate([*lines, ("", seal)], 1):
        one, other = (f'<is><t xml:space="preserve">{escape(_clean(text))}</t></is>' for text in texts)
        cells.append(
            f'<row r="{row}"><c r="A{row}" s="{number}" t="inlineStr">{one}</c>'
            f'<c r="B{row}" s="{number}" t="inlineStr">{other}</c></row>'
        )
    before, rest = sheet.split("<sheetData>")
    before = re.sub(r"<dimension [^>]*/>", "", before)
    return f"{before}<sheetData>{''.join(cells)}</sheetData>{rest.split('</sheetData>')[1]}".encode()


def _properties(seal: str) -> bytes:
    pieces = [seal[start : start + _PIECE] for start in range(0, len(seal), _PIECE)]
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        + "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number + 1}" name="Paso Seguro {number}">'
            f"<vt:lpwstr>{piece}</vt:lpwstr></property>"
            for number, piece in enumerate(pieces, 1)
        )
        + "</Properties>"
    ).encode()


def _entry(name: str, moment: Sequence[int]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, tuple(moment))  # type: ignore[arg-type]
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _skeleton(
    sheet: str, headings: Sequence[Heading], about: str = ""
) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """The parts of a workbook with nothing but its head, and each column's letters and number of its style."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "constant_memory": False})
    page = book.add_worksheet(_sheet_name(sheet))
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
    if about:
        second = book.add_worksheet(_sheet_name(about))
        second.set_column(0, 0, 26)
        second.set_column(1, 1, 90)
        second.write_blank(0, 1, None, book.add_format({"text_wrap": True, "valign": "top"}))  # shows its number
        second.set_landscape()
        second.fit_to_pages(1, 0)
        book.set_custom_property("Paso Seguro", "")
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


def _sheet_name(text: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", text)[:31].strip("' ") or "1"


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
