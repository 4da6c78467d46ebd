"""The completion roster: who is enrolled in what, how far, and with which certificate.

One statement (:mod:`reading`), one list of columns (:mod:`columns`), one set of filters (:mod:`query`), now or as of a day
that is over (:mod:`standing`): the page, the CSV, the XLSX, the PDF and the JSON are the same rows (:mod:`faces`) under
the same heading (:mod:`about`), with a seal (:mod:`sealing`) by which anyone can tell whether a file is as it was
downloaded (:mod:`checking`). The actor's scope is in the statement itself. Downloads stream on a connection of their
own, so that any number of rows costs the same memory.
"""

from app.services.rosters.about import About, about
from app.services.rosters.asking import ask, forget, keep_columns, note_download, sealed_note
from app.services.rosters.checking import LARGEST, Finding, check
from app.services.rosters.columns import COLUMNS, Column, Line, Reader, state, title_of
from app.services.rosters.faces import MOST_ON_PAPER, PAPERS, csv_file, json_file, pdf_file, xlsx_file
from app.services.rosters.query import RosterQuery
from app.services.rosters.reading import Choices, Page, choices, headings, page, reach, read_as, rows

__all__ = [
    "COLUMNS",
    "LARGEST",
    "MOST_ON_PAPER",
    "PAPERS",
    "About",
    "Choices",
    "Column",
    "Finding",
    "Line",
    "Page",
    "Reader",
    "RosterQuery",
    "about",
    "ask",
    "check",
    "choices",
    "csv_file",
    "forget",
    "headings",
    "json_file",
    "keep_columns",
    "note_download",
    "page",
    "pdf_file",
    "reach",
    "read_as",
    "rows",
    "sealed_note",
    "state",
    "title_of",
    "xlsx_file",
]
