"""How a booklet looks: faces, sizes, spaces and the few colours that also read in grey."""

from __future__ import annotations

from functools import lru_cache

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics

from certificates.fonts import Face
from certificates.page import register_fonts

BODY, BOLD, ITALIC, OTHER = (face.value for face in (Face.REGULAR, Face.SEMIBOLD, Face.ITALIC, Face.OTHER_REGULAR))
INK, MUTED, BRAND, LINE, SUNK = (HexColor(value) for value in ("#14212b", "#4b5b68", "#0b3c5d", "#9aa7b1", "#f1f4f6"))
TONES = {
    "note": HexColor("#0b5a8c"),
    "tip": HexColor("#0b5a8c"),
    "important": HexColor("#8a5a00"),
    "warning": HexColor("#8a5a00"),
    "danger": HexColor("#a32a22"),
    "do": HexColor("#1b6b43"),
    "never": HexColor("#a32a22"),
    "case": BRAND,
}
"""the rule at the left of a box, by the name of its directive"""


@lru_cache(maxsize=1)
def register() -> None:
    """Make the faces known to ReportLab, once in a process."""
    register_fonts()
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


@lru_cache(maxsize=1)
def letters() -> frozenset[int]:
    """The letters that the body face has."""
    register()
    return frozenset(pdfmetrics.getFont(BODY).face.charToGlyph)


@lru_cache(maxsize=1)
def other_letters() -> frozenset[int]:
    """The letters that the other face has."""
    register()
    return frozenset(pdfmetrics.getFont(OTHER).face.charToGlyph)


def _style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
    usual: dict[str, object] = {
        "fontName": BODY,
        "fontSize": size,
        "leading": leading,
        "textColor": INK,
        "alignment": TA_LEFT,
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    return ParagraphStyle(name, **(usual | more))


STYLES: dict[str, ParagraphStyle] = {
    "title": _style("title", 27, 31, fontName=BOLD, textColor=BRAND, spaceAfter=10),
    "eyebrow": _style("eyebrow", 10.5, 14, textColor=MUTED, spaceAfter=4),
    "lead": _style("lead", 13.5, 18, textColor=MUTED, spaceAfter=10),
    "h1": _style("h1", 20, 24, fontName=BOLD, textColor=BRAND, spaceAfter=6, keepWithNext=1),
    "h2": _style("h2", 14.5, 18, fontName=BOLD, spaceBefore=10, spaceAfter=4, keepWithNext=1),
    "h3": _style("h3", 12.5, 16, fontName=BOLD, spaceBefore=7, spaceAfter=3, keepWithNext=1),
    "p": _style("p", 11.5, 15.5, spaceAfter=6),
    "cell": _style("cell", 10.5, 13.5),
    "head": _style("head", 10.5, 13.5, fontName=BOLD),
    "item": _style("item", 11.5, 15.5, spaceAfter=2),
    "meta": _style("meta", 10, 13, textColor=MUTED, spaceAfter=4),
    "box": _style("box", 11.5, 15.5, spaceAfter=4),
    "box-title": _style("box-title", 11.5, 15, fontName=BOLD, spaceAfter=3, keepWithNext=1),
    "foot": _style("foot", 9, 11, textColor=MUTED),
}
