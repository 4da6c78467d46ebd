"""On PostgreSQL the database itself writes the rows of a CSV: ``COPY … TO STDOUT`` of cells that are worded, dated and
quoted there. Python looks at each thousand rows for what only it can make safe, and mends those alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func
from sqlalchemy import cast as sql_cast
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app.services.rosters.columns import Asking, Column
from app.services.spreadsheets import CsvWriter, quoted

AT_ONCE = 1000
"""rows sent together"""
_ID = 36
"""characters of the identifier that stands before each row"""
_SIGNS = "=+@＝＋－＠"
"""what begins a formula, but for the hyphen, which stands in every day"""


def knows_zone(connection: Connection, name: str) -> bool:
    """Whether PostgreSQL has a time zone *name*: its list is its own."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("SELECT timezone(%s, now())", (name,))
    except DBAPIError:
        return False
    return True


def written(column: Column, asking: Asking, countries: Iterable[str]) -> ColumnElement[Any]:
    """What fills *column* as a CSV of ours holds it, but for quoting; nothing where the cell is empty. *countries*
    are the codes that may come.
    """
    reader = asking.reader
    source = column.source(replace(asking, written=True))
    if column.words == "country":
        names = {code: reader.country(code) for code in countries}
        source = case(names, value=source, else_=source) if names else source
    elif column.words:
        source = case(getattr(reader, column.words), value=source, else_=None)
    return source if column.kind == "whole" else func.nullif(sql_cast(source, String), "")


def lines(connection: Connection, statement: Select[Any], seen: set[str]) -> Iterator[list[memoryview]]:
    """The rows of *statement* as CSV, a thousand at a time. Its first column is an identifier; those met are added
    to *seen*, and are not in the rows.

    Raises as the database does.
    """
    compiled = statement.compile(connection, compile_kwargs={"render_postcompile": True})
    cursor = connection.connection.cursor()
    part: list[memoryview] = []
    with cursor.copy(f"COPY ({compiled}) TO STDOUT (FORMAT csv)", compiled.params) as copy:  # type: ignore[attr-defined]
        for row in copy:
            seen.add(str(row[:_ID], "ascii"))
            part.append(row[_ID + 1 :])
            if len(part) == AT_ONCE:
                yield part
                part = []
    if part:
        yield part


def safe_lines(part: list[memoryview]) -> bytes:
    """*part* as our CSV: lines end as Excel expects, and no cell is taken for a formula."""
    text = b"".join(part).decode()
    if text.count("\n") == len(part) and "\r" not in text and not _suspect(text):
        return text.replace("\n", "\r\n").encode()
    return CsvWriter.joined([list(map(quoted, row)) for row in csv.reader(io.StringIO(text, newline=""))])


def _suspect(text: str) -> bool:
    """Whether a formula might begin somewhere: looked at coarsely, so that a thousand rows take a glance."""
    if any(sign in text for sign in _SIGNS):
        return True
    before = {piece[-1:] for piece in text.split("-")[:-1]}
    return not all(sign.isalnum() for sign in before)
