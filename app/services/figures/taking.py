"""The region's figures to take away: the tables of the page under one another, in one sheet."""

from __future__ import annotations

from collections.abc import Iterator

from app.services.figures.region import Line, Regional
from app.services.rosters import Reader
from app.services.spreadsheets import Cell, Heading, csv_stream, xlsx_stream


def _(text: str) -> str:
    """Marks words for the catalogue; they are translated when somebody reads them."""
    return text


SEX_WORDS = {"f": _("Women"), "m": _("Men"), "x": _("Other"), "": _("Not stated")}
HIDDEN = _("hidden")
"""what stands for a hidden figure: of "fewer than five" and "hidden because of it" nothing tells which it is"""


def headings(reader: Reader) -> list[Heading]:
    """What the columns are."""
    say = reader.say
    return [
        Heading(say(_("Table")), width=18),
        Heading(say(_("Country")), width=18),
        Heading(say(_("Line")), width=48),
        Heading(say(_("Enrolled")), "whole"),
        Heading(say(_("Not started")), "whole"),
        Heading(say(_("In progress")), "whole"),
        Heading(say(_("Completed")), "whole"),
    ]


def rows(found: Regional, reader: Reader) -> Iterator[list[Cell]]:
    """The lines of every table, hidden figures as a word."""
    say, tables, together = reader.say, found.published, reader.say(_("Together"))

    def line(table: str, country: str, name: str, one: Line) -> list[Cell]:
        cells: list[Cell] = [say(HIDDEN) if figure is None else figure for figure in one.figures]
        if one in tables.months and len(cells) > 1:  # they tell completions alone
            cells[1:1] = [None, None]
        return [say(table), country, name, *cells, *[None] * (4 - len(cells))]

    yield line(_("The region"), "", together, tables.whole)
    country = ""
    for one in tables.places:
        country = country if one.part else reader.country(one.code)
        yield line(_("By country"), country, one.names[reader.language] if one.part else together, one)
    for one in tables.courses:
        yield line(_("By course"), "", one.names.get(reader.language) or one.names["es"] or one.names["en"], one)
    for one in tables.sexes:
        yield line(_("By sex"), "", say(SEX_WORDS[one.code]), one)
    for one in tables.months:
        yield line(_("By month"), "", one.code[:7] or say(_("Earlier")), one)


def csv_file(found: Regional, reader: Reader) -> Iterator[bytes]:
    """As CSV."""
    return csv_stream(headings(reader), rows(found, reader))


def xlsx_file(found: Regional, reader: Reader, sheet: str) -> Iterator[bytes]:
    """As a workbook with one *sheet*."""
    return xlsx_stream(sheet, headings(reader), rows(found, reader))
