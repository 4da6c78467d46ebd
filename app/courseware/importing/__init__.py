"""Banks of questions from elsewhere, turned into our format with an account of every one; and our banks as GIFT.

    imported = import_bank(data, "auto", language="es", prefix="fronteras")
    imported.markdown, imported.entries, imported.counts

Pure: nothing of a source is fetched, run or expanded.
"""

from __future__ import annotations

from app.courseware.importing.bank import import_bank
from app.courseware.importing.entries import OUTCOMES, Entry, Imported, Note, Outcome, Recognised, message, render
from app.courseware.importing.gift_export import Exported, LeftOut, export_gift
from app.courseware.importing.sniffing import KINDS, Kind

__all__ = [
    "KINDS",
    "OUTCOMES",
    "Entry",
    "Exported",
    "Imported",
    "Kind",
    "LeftOut",
    "Note",
    "Outcome",
    "Recognised",
    "export_gift",
    "import_bank",
    "message",
    "render",
]
