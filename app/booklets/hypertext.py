"""The HTML of a compiled course as flowables: it is ours and sanitised, so only the tags of its list occur."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any

from lxml import html as lxml_html
from PIL import Image as Pictures
from reportlab.lib.colors import white
from reportlab.platypus import (
    Flowable,
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from svglib.svglib import svg2rlg

from app.booklets.styles import INK, LINE, OTHER, STYLES, SUNK, TONES, letters, other_letters
from app.booklets.wording import words

Element = Any
Files = Callable[[str], bytes | None]
"""the bytes of a file of the course by its path, or ``None``"""

_INLINE = {"em": "i", "strong": "b", "s": "strike"}
_HIGHEST = 420.0
"""points a picture may be high: a page holds it with its heading"""
logging.getLogger("svglib").setLevel(logging.ERROR)  # fonts of a drawing that this machine lacks are not news


class Setter:
    """Turns HTML into flowables for a column of *width* points."""

    def __init__(self, language: str, width: float, files: Files) -> None:
        self.language, self.width, self.files = language, width, files

    def flow(self, html: str, style: str = "p") -> list[Flowable]:
        """The flowables of *html*."""
        if not html.strip():
            return []
        root = lxml_html.fragment_fromstring(html, create_parent="div")
        return list(self._blocks(root, style, self.width))

    def paragraph(self, html: str, style: str = "p", before: str = "") -> Paragraph:
        """All of *html* as one paragraph, behind *before* (plain text)."""
        root = lxml_html.fragment_fromstring(html or "", create_parent="div")
        return Paragraph(letter_by_letter(before) + inline(root), STYLES[style])

    def _blocks(self, parent: Element, style: str, width: float) -> Iterator[Flowable]:
        if parent.text and parent.text.strip():
            yield Paragraph(letter_by_letter(parent.text), STYLES[style])
        loose: list[Element] = []
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            if child.tag in _BLOCK:
                yield from self._loose(loose, style)
                loose = []
                yield from self._block(child, style, width)
            else:
                loose.append(child)
        yield from self._loose(loose, style)

    def _loose(self, elements: list[Element], style: str) -> Iterator[Flowable]:
        text = "".join(_element(one) + letter_by_letter(one.tail or "") for one in elements)
        if text.strip():
            yield Paragraph(text, STYLES[style])

    def _block(self, element: Element, style: str, width: float) -> Iterator[Flowable]:
        tag, classes = element.tag, (element.get("class") or "").split()
        if tag == "p":
            for picture in element.iter("img"):
                yield from self._picture(picture, width)
            text = inline(element)
            if text.strip():
                name = "box-title" if "callout-title" in classes else style
                yield Paragraph(text, STYLES[name])
        elif tag in ("h2", "h3", "h4", "h5", "h6"):
            yield Paragraph(inline(element), STYLES["h2" if tag == "h2" and style == "p" else "h3"])
        elif tag in ("ul", "ol"):
            yield self._list(element, width)
        elif tag == "table":
            yield from self._table(element, width)
        elif tag == "hr":
            yield Spacer(1, 6)
        elif tag == "blockquote":
            yield boxed(list(self._blocks(element, "box", width - 16)), width, LINE)
        elif tag == "dl":
            for child in element:
                if isinstance(child.tag, str):
                    yield Paragraph(inline(child), STYLES["head" if child.tag == "dt" else "item"])
        elif tag in ("div", "section"):
            names = [name.removeprefix("callout-") for name in classes]
            tone = next((TONES[name] for name in names if name in TONES), None)
            if tone is None:
                yield from self._blocks(element, style, width)
            else:
                yield boxed(list(self._blocks(element, "box", width - 16)), width, tone)
        elif tag == "pre":
            yield Paragraph(letter_by_letter(element.text_content()).replace("\n", "<br/>"), STYLES["meta"])

    def _list(self, element: Element, width: float) -> Flowable:
        items = []
        for child in element:
            if child.tag == "li":
                items.append(ListItem(list(self._blocks_of_item(child, width - 18)), spaceAfter=2))
        numbered = element.tag == "ol"
        return ListFlowable(
            items,
            bulletType="1" if numbered else "bullet",
            start=element.get("start") if numbered else "•",
            bulletFontName=STYLES["item"].fontName,
            bulletFontSize=11,
            bulletColor=INK,
            leftIndent=18,
            spaceAfter=6,
        )

    def _blocks_of_item(self, item: Element, width: float) -> Iterator[Flowable]:
        """An item's text with what is inline in it as one paragraph, then the blocks inside it."""
        text = letter_by_letter(item.text or "")
        for child in item:
            if isinstance(child.tag, str) and child.tag not in _BLOCK:
                text += _element(child) + letter_by_letter(child.tail or "")
        if text.strip():
            yield Paragraph(text, STYLES["item"])
        for child in item:
            if isinstance(child.tag, str) and child.tag in _BLOCK:
                yield from self._block(child, "item", width)

    def _table(self, element: Element, width: float) -> Iterator[Flowable]:
        rows: list[list[Paragraph]] = []
        lengths: list[list[int]] = []
        heads = 0
        for row in element.iter("tr"):
            cells = [cell for cell in row if cell.tag in ("th", "td")]
            head = bool(cells) and all(cell.tag == "th" for cell in cells)
            heads += head and len(rows) == heads
            rows.append([Paragraph(inline(cell), STYLES["head" if head else "cell"]) for cell in cells])
            lengths.append([len(cell.text_content()) for cell in cells])
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        rows = [[*row, *[Paragraph("", STYLES["cell"])] * (columns - len(row))] for row in rows]
        # a column is as wide as its longest cell asks for, within reason
        wants = [min(max((row[n] for row in lengths if n < len(row)), default=1), 60) + 8 for n in range(columns)]
        widths = [width * want / sum(wants) for want in wants]
        grid = TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, heads - 1), SUNK) if heads else ("VALIGN", (0, 0), (0, 0), "TOP"),
            ]
        )
        yield Table(rows, colWidths=widths, repeatRows=heads, style=grid, spaceBefore=4, spaceAfter=8)

    def _picture(self, element: Element, width: float) -> Iterator[Flowable]:
        path = (element.get("src") or "").partition("/media/")[2]
        data = self.files(path)
        drawn = picture(path, data, width) if data is not None else None
        if drawn is not None:
            yield drawn
            yield Spacer(1, 6)
        elif element.get("alt"):  # told where it cannot be shown
            yield Paragraph(letter_by_letter(words(self.language, "picture", alt=element.get("alt"))), STYLES["meta"])


_BLOCK = frozenset("p h2 h3 h4 h5 h6 ul ol table hr blockquote dl div section pre audio".split())


def picture(path: str, data: bytes, width: float) -> Flowable | None:
    """A drawing or photograph, at most *width* points wide; ``None`` for what cannot be drawn."""
    try:
        if path.endswith(".svg"):
            drawing = svg2rlg(io.BytesIO(data))
            if drawing is None:
                return None
            scale = min(width * 0.75 / drawing.width, _HIGHEST / drawing.height)
            drawing.scale(scale, scale)
            drawing.width, drawing.height = drawing.width * scale, drawing.height * scale
            drawing.hAlign = "CENTER"
            return drawing  # type: ignore[no-any-return]
        with Pictures.open(io.BytesIO(data)) as found:
            wide, high = found.size
        scale = min(width / wide, _HIGHEST / high, 0.75)
        return Image(io.BytesIO(data), width=wide * scale, height=high * scale, hAlign="CENTER")
    except Exception:  # a broken picture must not keep a post from its booklet
        logging.getLogger(__name__).warning("a picture could not be printed: %s", path)
        return None


def boxed(inside: list[Flowable], width: float, tone: Any) -> Flowable:
    """*inside* behind a rule of *tone*, on one page where it fits; a row each, so that a longer box may break."""
    look = TableStyle(
        [
            ("LINEBEFORE", (0, 0), (0, -1), 3, tone),
            ("BACKGROUND", (0, 0), (-1, -1), SUNK if tone is not LINE else white),
            ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("TOPPADDING", (0, 0), (-1, 0), 6),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
        ]
    )
    rows = [[one] for one in inside] or [[Spacer(1, 1)]]
    return KeepTogether([Table(rows, colWidths=[width], style=look, spaceBefore=4, spaceAfter=8)])


def inline(element: Element) -> str:
    """What is inside *element* as ReportLab's paragraph markup; pictures are left out."""
    return letter_by_letter(element.text or "") + "".join(
        _element(child) + letter_by_letter(child.tail or "") for child in element if isinstance(child.tag, str)
    )


def _element(element: Element) -> str:
    tag = element.tag
    if tag == "br":
        return "<br/>"
    if tag == "img":
        return ""
    inside = inline(element)
    if tag in _INLINE:
        return f"<{_INLINE[tag]}>{inside}</{_INLINE[tag]}>"
    if tag == "sup":
        return f"<super>{inside}</super>"
    return inside


def letter_by_letter(text: str) -> str:
    """*text* as markup: what the body face lacks is set from the other one, and what neither has is told as "?"."""
    pieces: list[str] = []
    for other, run in runs(text):
        pieces.append(f'<font name="{OTHER}">{escape(run, quote=False)}</font>' if other else escape(run, quote=False))
    return "".join(pieces)


def runs(text: str) -> Iterable[tuple[bool, str]]:
    """*text* in pieces of one face each: whether it is the other one, and the letters; "?" for what neither has."""
    known, others = letters(), other_letters()
    run, where = "", False
    for letter in text.replace("\n", " "):
        code = ord(letter)
        other = code not in known and letter != " "
        if other and code not in others:
            letter, other = "?", False
        if other != where and run:
            yield where, run
            run = ""
        where = other
        run += letter
    if run:
        yield where, run
