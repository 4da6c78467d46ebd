"""Tables that are sent to us, from files that nobody vouches for. The only module that imports openpyxl.

A workbook is read through twice: once by a parser that keeps nothing and counts, so that whatever is made to fill the
memory of the second reading is refused; then by openpyxl. Nothing in a file runs, and nothing is looked up elsewhere.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from xml.parsers import expat

import openpyxl

from app.rules.errors import Refused
from app.services import encodings

MOST_BYTES = 15_000_000
SEPARATORS = (",", ";", "\t")
_LONGEST_CELL = 1000
_MOST_SCANNED = 100_000
"""rows looked through for the last that says something; a few bytes of a file can stand for a hundred million"""
_FIRST_LINES = 30
"""by which it is told what parts the cells of a text file"""
_OUR_LAST_LINE = re.compile(r"# .*· paso1\.")
"""heading and seal of a roster of ours: no row of it"""
_MOST_SEPARATORS = 2_000
"""in a line of a text file"""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Table:
    """The rows of a file, every cell as text without space around it, and how the file was read."""

    rows: list[list[str]]
    encoding: str = ""
    """a key of :data:`encodings.NAMES`; "" for a workbook"""
    separator: str = ""


def read(content: bytes, most_rows: int, most_columns: int = 40, encoding: str = "") -> Table:
    """The table in a CSV or XLSX file (its first sheet that is shown). What the file is is told by its bytes.

    *encoding* (a key of :data:`encodings.NAMES`) is for a text file that was read wrongly before. Raises ``Refused``:
    ``table-empty``, ``table-large``, ``table-long`` (more than *most_rows*), ``table-old`` (.xls, or a password),
    ``table-unreadable``.
    """
    if len(content) > MOST_BYTES:
        raise Refused("table-large", most=MOST_BYTES // 1_000_000)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("table-old")
    rows: Iterable[Sequence[object]]
    if content.startswith(b"PK"):
        rows, read_as, separator = _xlsx_rows(content, most_rows, most_columns), "", ""
    else:
        rows, read_as, separator = _csv_rows(content, most_rows, encoding)
    found = [_trimmed([_text(cell) for cell in row[:most_columns]]) for row in rows]
    while found and not found[-1]:
        found.pop()
    if found and len(found[-1]) == 1 and _OUR_LAST_LINE.match(found[-1][0]):
        found.pop()
    while found and not found[-1]:
        found.pop()
    if not found:
        raise Refused("table-empty")
    if len(found) > most_rows:
        raise Refused("table-long", most=most_rows)
    return Table(found, read_as, separator)


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():  # a service number that Excel took for a number
        cell = int(cell)
    if isinstance(cell, dt.datetime):
        cell = cell.date() if cell.time() == dt.time() else cell
    return " ".join(_CONTROLS.sub("", str(cell)[:_LONGEST_CELL]).split())


def _kept(rows: Iterable[Sequence[object]], most_rows: int) -> list[Sequence[object]]:
    """*rows* to one more than may be; beyond, those that say nothing are passed over."""
    said = (row for number, row in enumerate(_scanned(rows, most_rows)) if number < most_rows or any(row))
    return list(islice(said, most_rows + 1))


def _scanned(rows: Iterable[Sequence[object]], most_rows: int) -> Iterator[Sequence[object]]:
    for number, row in enumerate(rows):
        if number >= _MOST_SCANNED:
            raise Refused("table-long", most=most_rows)
        yield row


# Text -----------------------------------------------------------------------------------------------------------------


def _csv_rows(content: bytes, most_rows: int, encoding: str) -> tuple[list[Sequence[object]], str, str]:
    try:
        text, read_as = encodings.decode(content, encoding)
    except encodings.Undecodable:
        raise Refused("table-unreadable") from None
    text = text.rstrip("\r\n")
    said = re.match(r"sep=(.)(\r\n|\r|\n)", text)  # Excel's own word for it
    separator = said[1] if said else _separator(text)
    if said:
        text = text[said.end() - len(said[2]) :]  # the line stays, empty, so that rows keep their numbers
    if any(line.count(separator) > _MOST_SEPARATORS for line in text.splitlines()):
        raise Refused("table-unreadable")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return _kept(reader, most_rows), read_as, separator
    except (csv.Error, TypeError, ValueError):  # the latter two: a separator that none can be
        raise Refused("table-unreadable") from None


def _separator(text: str) -> str:
    """What parts the cells: what stands in each of the first lines, outside quotes; else what stands equally often in
    most of them, for a title above a table has none, or commas of its own.
    """
    bare = re.sub(r'"[^"]*"', "", text[:20_000])
    lines = [line for line in bare.splitlines() if line.strip()][:_FIRST_LINES] or [""]

    def regular(sign: str) -> tuple[int, int, int]:
        counts = [line.count(sign) for line in lines]
        often, times = max(((counts.count(count), count) for count in counts if count), default=(0, 0))
        return min(counts), often, times

    return max(SEPARATORS, key=regular)


# Workbooks ------------------------------------------------------------------------------------------------------------

_MOST_PARTS = 500
_MOST_UNPACKED = 60_000_000
"""characters of XML in sheets and their strings"""
_MOST_IN_ALL = 150_000_000
"""bytes of everything in the package, pictures too: others (seals) look at every part"""
_MOST_BESIDE = 1_500_000
"""of them in other parts (styles above all), which openpyxl takes whole"""
_CELLS = re.compile(r"xl/(worksheets/[^/]+\.xml|sharedStrings\.xml)", re.IGNORECASE)
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<")
"""how XML begins, in any encoding; what begins otherwise (a picture) no parser of XML goes on reading"""
_MOST_WITHIN = {"row": 20_000, "si": 2_000}
"""elements in a row, in a string: openpyxl makes objects of all of them at once"""
_MOST_OF = {"row": 200_000, "si": 600_000}
_MOST_LOOSE = 50_000
"""elements outside rows and strings"""
_MOST_ELEMENTS = 3_000_000
"""of a part, because they take time; twenty thousand people with twenty cells each are half as many"""
_DEEPEST = 40


class _TooMuch(Exception):
    """More than any list needs."""


class _Counter:
    """Counts the elements of one part, and stops at what no list has."""

    def __init__(self) -> None:
        self.depth = self.loose = self.within = self.all = 0
        self.holder = ""
        self.holder_depth = 0
        self.seen = dict.fromkeys(_MOST_OF, 0)

    def start(self, name: str, _attributes: object) -> None:
        name = name.rpartition(":")[2]
        self.depth += 1
        self.all += 1
        if self.depth > _DEEPEST or self.all > _MOST_ELEMENTS:
            raise _TooMuch
        if self.holder:
            self.within += 1
            if self.within > _MOST_WITHIN[self.holder]:
                raise _TooMuch
        elif name in _MOST_OF:
            self.holder, self.holder_depth, self.within = name, self.depth, 0
            self.seen[name] += 1
            if self.seen[name] > _MOST_OF[name]:
                raise _TooMuch
        else:
            self.loose += 1
            if self.loose > _MOST_LOOSE:
                raise _TooMuch

    def end(self, _name: str) -> None:
        if self.holder and self.depth == self.holder_depth:
            self.holder = ""
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        raise Refused("table-unreadable")  # the format has none; entities that grow are declared in one


def _count(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raises ``_TooMuch``, ``Refused`` or expat's error for a part that would not be read safely, or at all."""
    counter = _Counter()
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.StartDoctypeDeclHandler = counter.doctype
    with package.open(part) as stream:  # hands out no more than the part says that it holds
        while chunk := stream.read(1 << 18):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def must_be_harmless(content: bytes) -> None:
    """Raises something for a package that cannot be read safely, or at all."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        every = package.infolist()
        if len(every) > _MOST_PARTS or sum(one.file_size for one in every) > _MOST_IN_ALL:
            raise _TooMuch
        parts = [one for one in every if _is_xml(package, one)]
        beside = sum(one.file_size for one in parts if not _CELLS.fullmatch(one.filename))
        if beside > _MOST_BESIDE or sum(one.file_size for one in parts) > _MOST_UNPACKED:
            raise _TooMuch
        for part in parts:
            _count(package, part)


def _is_xml(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """By its first bytes: a sheet can lie under any name."""
    with package.open(part) as stream:
        return stream.read(4096).lstrip().startswith(_XML)


def _xlsx_rows(content: bytes, most_rows: int, most_columns: int) -> list[Sequence[object]]:
    try:
        must_be_harmless(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), book.worksheets[0])
            sheet.reset_dimensions()  # what the file says about its own size need not be true
            return _kept(sheet.iter_rows(max_col=most_columns, values_only=True), most_rows)
        finally:
            book.close()
    except _TooMuch:
        raise Refused("table-large", most=MOST_BYTES // 1_000_000) from None
    except Refused:
        raise
    except Exception:  # a file made to break its reader breaks it in any way
        raise Refused("table-unreadable") from None


def first_sheet(content: bytes, rows: int, columns: int) -> list[list[object]]:
    """The first sheet of a workbook that is shown, as it is: numbers, days and moments as such, and one row and column
    more than asked for. Raises something for what cannot be read safely, or at all.
    """
    must_be_harmless(content)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        sheet.reset_dimensions()
        found = [list(row) for row in islice(sheet.iter_rows(max_col=columns + 1, values_only=True), rows + 1)]
    finally:
        book.close()
    while found and not any(cell not in (None, "") for cell in found[-1]):
        found.pop()
    return found
