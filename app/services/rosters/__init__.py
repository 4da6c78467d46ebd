"""The completion roster: who is enrolled in what, how far, and with which certificate.

One statement (:mod:`reading`), one list of columns (:mod:`columns`), one set of filters (:mod:`query`): the page, the
CSV, the XLSX and the JSON are the same rows. The actor's scope is in the statement itself. Downloads stream on a
connection of their own, so that any number of rows costs the same memory.
"""

from app.services.rosters.columns import COLUMNS, Column, Line, Reader, state, title_of
from app.services.rosters.query import RosterQuery
from app.services.rosters.reading import (
    Choices,
    Page,
    choices,
    csv_file,
    headings,
    json_file,
    note_download,
    page,
    reach,
    rows,
    xlsx_file,
)

__all__ = [
    "COLUMNS",
    "Choices",
    "Column",
    "Line",
    "Page",
    "Reader",
    "RosterQuery",
    "choices",
    "csv_file",
    "headings",
    "json_file",
    "note_download",
    "page",
    "reach",
    "rows",
    "state",
    "title_of",
    "xlsx_file",
]
