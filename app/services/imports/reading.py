"""Reading a list: which row names the columns, what each holds, and the lines below it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from app.rules.errors import Refused
from app.services import tables
from app.services.imports.headings import heading_key

MOST = 25_000
"""people in one list: with this many ids one statement still takes them all"""
MOST_ABOVE = 20
"""rows among which that with the headings is looked for: a roster begins with what it was filtered by"""


class Line(msgspec.Struct, frozen=True):
    """A line of a list as it was written; ``row`` is its number in the file."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """What was read of a file."""

    lines: tuple[Line, ...]
    columns: tuple[tuple[str, str], ...]
    """those understood, in the order of the file: what they hold, and how they are headed"""
    ignored: tuple[str, ...]
    """headings of those that are left aside"""
    encoding: str = ""
    separator: str = ""


def read(content: bytes, encoding: str = "") -> Sheet:
    """The lines of a CSV or XLSX file; the row that names the columns need not be the first.

    Raises ``Refused`` as :func:`tables.read`, or ``list-no-name``, ``list-no-email`` (neither an address nor a service
    number), ``list-twice`` (two columns for one thing), ``list-empty``.
    """
    try:
        table = tables.read(content, MOST + MOST_ABOVE, encoding=encoding)
    except Refused as no:
        raise Refused(no.code, most=MOST) if no.code == "table-long" else no from None
    head = _head(table.rows)
    columns: dict[int, str] = {}
    ignored = []
    for at, heading in enumerate(table.rows[head]):
        key = heading_key(heading)
        if key and key in columns.values():
            raise Refused("list-twice", heading=heading)
        if key:
            columns[at] = key
        elif heading:
            ignored.append(heading[:80])
    known = set(columns.values())
    if "name" not in known:
        raise Refused("list-no-name")
    if not known & {"email", "service_number"}:
        raise Refused("list-no-email")
    lines = tuple(
        Line(number, {key: row[at] for at, key in columns.items() if at < len(row) and row[at]})
        for number, row in enumerate(table.rows[head + 1 :], head + 2)
        if any(row)
    )
    if not lines:
        raise Refused("list-empty")
    if len(lines) > MOST:
        raise Refused("table-long", most=MOST)
    named = tuple((key, table.rows[head][at][:80]) for at, key in columns.items())
    return Sheet(lines, named, tuple(ignored), table.encoding, table.separator)


def _head(rows: list[list[str]]) -> int:
    """The row that understands most; the first that says anything, if none names two columns."""
    found = [len({heading_key(cell) for cell in row} - {""}) for row in rows[:MOST_ABOVE]]
    most = max(found)
    if most >= 2:
        return found.index(most)
    return next(at for at, row in enumerate(rows) if row)
