"""A tree of HTML as Markdown of our format: paragraphs, lists, tables, code, emphasis and links. All else is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from app.courseware.importing import hypertext, inline
from app.courseware.importing.draft import Passage
from app.courseware.importing.entries import Notes
from app.courseware.importing.escaping import cell, code
from app.courseware.importing.hypertext import Element
from app.courseware.importing.inline import BREAK, Line, Piece

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*", "dfn": "*", "var": "*"}
_STRUCK = ("s", "del", "strike")
_MEANT = ("u", "mark", "ins")
"""Elements without a form in Markdown that a question may speak of: "the underlined word"."""
_CODE = ("code", "tt", "kbd", "samp")
_LISTS = ("ul", "ol", "menu", "dir")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_MAX_LIST_DEPTH = 4
_MAX_COLUMNS = 30
_PICTURE = {"en": "picture left out", "es": "imagen omitida"}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PLUGINFILE = re.compile(r"@@PLUGINFILE@@/?")
_SAFE_IN_ADDRESS = "/:?#@!$&'+,;=%~-._"


class Renderer:
    """Makes passages of trees in *language*, and notes in *notes* what is not as it was.

    ``tables`` and ``ordered`` say whether tables and numbered lists may stand in it: in some questions they are answers.
    """

    def __init__(self, language: str, notes: Notes, tables: bool = True, ordered: bool = True) -> None:
        self.language = language
        self.notes = notes
        self.tables = tables
        self.ordered = ordered

    def blocks(self, root: Element) -> Passage:
        """*root* as paragraphs, lists, tables and the like."""
        found = self._blocks(root.children, 0)
        return Passage("\n\n".join("\n".join(b.rows) for b in found), "\n".join(b.plain for b in found))

    def line(self, root: Element) -> Passage:
        """*root* as one paragraph; what stood in several blocks is parted by line breaks."""
        found = self._flat(root)
        return Passage("\\\n".join(line.markdown for line in found), "\n".join(line.plain for line in found))

    def cell(self, root: Element) -> Passage:
        """*root* as one line for a cell of a table."""
        found = self._flat(root)
        if len(found) > 1:
            self.notes.add("formatting-lost")
        return Passage(cell(" / ".join(line.markdown for line in found)), " / ".join(line.plain for line in found))

    # Blocks

    def _blocks(self, children: Iterable[Element | str], depth: int) -> list[_Block]:
        found: list[_Block] = []
        run: list[Element | str] = []
        for child in children:
            if isinstance(child, str) or not (child.tag in hypertext.BLOCKS or child.has_block):
                run.append(child)
                continue
            found += self._paragraph(run)
            run = []
            found += self._block(child, depth)
        return found + self._paragraph(run)

    def _block(self, element: Element, depth: int) -> list[_Block]:
        tag = element.tag
        if self._dropped(element):
            return []
        if tag in _LISTS and depth <= _MAX_LIST_DEPTH:
            return self._list(element, depth)
        if tag == "pre":
            return self._code(element, depth)
        if tag in _HEADINGS and not element.has_block:
            return self._paragraph([Element("strong", {}, element.children)])
        if tag == "hr":
            return [_Block(["---"], "")] if depth == 0 else []
        if tag == "blockquote" and depth <= _MAX_LIST_DEPTH:
            inner = self._blocks(element.children, depth + 1)
            rows = [f"> {row}".rstrip() for row in _apart(inner)]
            return [_Block(rows, "\n".join(block.plain for block in inner))] if inner else []
        if tag == "table":
            return self._table(element, depth)
        if tag == "dt" and not element.has_block:
            return self._paragraph([Element("strong", {}, element.children)])
        self._scripted(element)
        return self._blocks(element.children, depth)

    def _paragraph(self, run: list[Element | str]) -> list[_Block]:
        found = inline.lines(self._pieces(run, ()))
        if not found:
            return []
        rows = [line.markdown + "\\" for line in found[:-1]] + [found[-1].markdown]
        return [_Block(rows, "\n".join(line.plain for line in found))]

    def _list(self, element: Element, depth: int) -> list[_Block]:
        numbered = element.tag == "ol" and self.ordered
        number = int(start) if (start := element.attributes.get("start", "")).isdecimal() and len(start) < 5 else 1
        rows: list[str] = []
        plain: list[str] = []
        loose = any(
            isinstance(part, Element) and part.tag == "p" for item in _elements(element) for part in item.children
        )
        for item in element.children:
            children = item.children if isinstance(item, Element) and item.tag == "li" else [item]
            label = f"{number}) " if element.tag == "ol" and not numbered else ""
            inner = self._blocks([label, *children] if label and _words(children) else children, depth + 1)
            if not inner:
                continue
            marker = f"{number}. " if numbered else "* "
            number += 1
            body = _apart(inner) if loose else _close(inner)
            if rows and loose:
                rows.append("")
            rows.append(marker + body[0])
            rows += [(" " * len(marker) + row).rstrip() for row in body[1:]]
            plain += [block.plain for block in inner]
        return [_Block(rows, "\n".join(plain))] if rows else []

    def _code(self, element: Element, depth: int) -> list[_Block]:
        text = element.text().replace("\r", "").strip("\n").expandtabs(4)
        rows = [row.rstrip() for row in text.split("\n")]
        if not text.strip():
            return []
        if depth > 0 or any(row.lstrip().startswith((":::", "```", "~~~")) for row in rows):
            # A fence inside a fence or a list, or what looks like the end of the question, would be misread.
            spans = [(code(row), " ".join(row.split())) for row in rows if row.strip()]
            rows = [markdown + "\\" for markdown, _ in spans[:-1]] + [spans[-1][0]]
            return [_Block(rows, "\n".join(plain for _, plain in spans))]
        return [_Block(["```", *rows, "```"], text)]

    def _table(self, element: Element, depth: int) -> list[_Block]:
        captions = [child for child in element.children if isinstance(child, Element) and child.tag == "caption"]
        found = [block for caption in captions for block in self._blocks(caption.children, depth)]
        table = [_cells(row) for row in _rows(element)]
        table = [row for row in table if row]
        width = max((len(row) for row in table), default=0)
        if width == 1 or (table and len(table) == 1):
            # A frame around a text rather than a table.
            return found + [b for row in table for one in row for b in self._blocks(one.children, depth)]
        if not self.tables or depth > 0 or not 0 < width <= _MAX_COLUMNS:
            if table:
                self.notes.add("formatting-lost")
            return found + [block for row in table for block in self._row_as_text(row)]
        has_head = all(one.tag == "th" for one in table[0])
        texts = [[self.cell(one) for one in row] for row in table]
        head = texts.pop(0) if has_head else []
        rows = [_row(head, width), "|" + " --- |" * width, *(_row(row, width) for row in texts)]
        plain = "\n".join(text.plain for row in [head, *texts] for text in row)
        return [*found, _Block(rows, plain)]

    def _row_as_text(self, row: list[Element]) -> list[_Block]:
        run: list[Element | str] = []
        for one in row:
            run += [" — " if run else "", *self._leaves(one)]
        return self._paragraph(run)

    def _leaves(self, element: Element) -> list[Element | str]:
        """What *element* holds without blocks, to stand in one line."""
        if not element.has_block:
            return list(element.children)
        found: list[Element | str] = []
        for child in element.children:
            if isinstance(child, Element) and (child.has_block or child.tag in hypertext.BLOCKS):
                if not self._dropped(child):
                    found += [" ", *self._leaves(child), " "]
            else:
                found.append(child)
        return found

    def _flat(self, root: Element) -> list[Line]:
        """The lines of all blocks inside *root*."""
        found: list[Line] = []
        run: list[Element | str] = []
        for child in root.children:
            if isinstance(child, str) or not (child.tag in hypertext.BLOCKS or child.has_block):
                run.append(child)
                continue
            found += inline.lines(self._pieces(run, ()))
            run = []
            if not self._dropped(child):
                found += self._flat_block(child)
        return found + inline.lines(self._pieces(run, ()))

    def _flat_block(self, element: Element) -> list[Line]:
        if element.tag == "pre":
            rows = [row for row in element.text().split("\n") if row.strip()]
            return [Line(code(row), " ".join(row.split())) for row in rows]
        if element.tag in _LISTS or element.tag in ("table", "blockquote"):
            self.notes.add("formatting-lost")
        return self._flat(element)

    # Text

    def _pieces(self, children: Iterable[Element | str], inside: tuple[str, ...]) -> list[Piece]:
        found: list[Piece] = []
        for child in children:
            if isinstance(child, str):
                found.append(inline.text(child))
            elif child.tag == "br":
                found.append(BREAK)
            elif not self._dropped(child):
                found += self._element(child, inside)
        return found

    def _element(self, element: Element, inside: tuple[str, ...]) -> list[Piece]:
        tag = element.tag
        if tag == "img":
            return self._picture(element)
        if tag in _CODE:
            words = " ".join(element.text().split())
            return [Piece("text", code(words), words, raw=True)] if words else []
        if tag in ("sup", "sub"):
            return self._raised(element, inside)
        if tag == "a" and "a" not in inside:
            return self._link(element, inside)
        self._scripted(element)
        if tag in _MEANT:
            self.notes.add("formatting-lost")
        mark = "~~" if tag in _STRUCK else _MARKS.get(tag, "")
        if mark and mark not in inside:
            inner = self._pieces(element.children, (*inside, mark))
            return [Piece("open", mark), *inner, Piece("close", mark)]
        return self._pieces(element.children, inside)

    def _raised(self, element: Element, inside: tuple[str, ...]) -> list[Piece]:
        words = element.text().strip()
        table = _RAISED if element.tag == "sup" else _LOWERED
        if words and all(ord(character) in table for character in words):
            return [inline.text(words.translate(table))]
        self.notes.add("formatting-lost")
        return self._pieces(element.children, inside)

    def _link(self, element: Element, inside: tuple[str, ...]) -> list[Piece]:
        self._scripted(element)
        address = "".join(element.attributes.get("href", "").split())
        inner = self._pieces(element.children, (*inside, "a"))
        if not address:
            return inner
        safe = safe_address(address)
        if safe is None:
            self._unsafe_link(address)
            return inner
        joined = inline.lines(piece for piece in inner if piece.kind != "break")
        if not joined:
            # A link around a picture that is gone, or around nothing.
            return inner
        # A link may begin or end with white space, which the words next to it need.
        words = "".join(piece.plain for piece in inner)
        before, after = words[:1].isspace(), words[-1:].isspace()
        # A citation begins like this.
        markdown = re.sub(r"\A@", r"\\@", joined[0].markdown)
        whole = Piece("text", f"[{markdown}]({safe})", joined[0].plain, raw=True)
        space = inline.text(" ")
        return [*([space] if before else []), whole, *([space] if after else [])]

    def _unsafe_link(self, address: str) -> None:
        if address.lower().startswith(("javascript:", "vbscript:", "data:")):
            self.notes.add("script-dropped")
        if not address.startswith("#"):
            self.notes.add("link-dropped", address=_PLUGINFILE.sub("", address))

    def _picture(self, element: Element) -> list[Piece]:
        address = element.attributes.get("src", "").strip()
        alternative = " ".join(element.attributes.get("alt", "").split())
        self._scripted(element)
        remote = safe_address("https:" + address if address.startswith("//") else address)
        if remote is not None and not remote.startswith("mailto:"):
            self.notes.add("picture-remote", address=address)
            words = inline.text(picture_words(self.language, alternative))
            return [Piece("text", f"[{words.markdown}]({remote})", words.plain, raw=True)]
        pasted = address.lower().startswith("data:")
        name = "" if pasted else unquote(_PLUGINFILE.sub("", address).partition("?")[0])
        self.notes.add("picture-missing", name=name or alternative or "data:")
        shown = alternative or name.rpartition("/")[2]
        return [inline.text(f"[{picture_words(self.language, shown)}]")]

    # What is left out

    def _dropped(self, element: Element) -> bool:
        """Whether *element* is left out with all it holds; noted if it meant something."""
        tag = element.tag
        if tag in hypertext.SCRIPTS:
            self.notes.add("script-dropped")
        elif tag in hypertext.STYLES:
            self.notes.add("style-dropped")
        elif tag in hypertext.MEDIA:
            name = element.attributes.get("src") or element.attributes.get("data") or ""
            inner = (child.attributes.get("src", "") for child in _elements(element))
            name = name or next((source for source in inner if source), "")
            self._scripted(element)
            self.notes.add("media-dropped", name=f"{tag} {_PLUGINFILE.sub('', name)}".strip())
        elif tag in ("input", "textarea", "select"):
            self.notes.add("media-dropped", name=tag)
        else:
            return tag in hypertext.HIDDEN
        return True

    def _scripted(self, element: Element) -> None:
        if any(name.startswith("on") for name in element.attributes):
            self.notes.add("script-dropped")


class _Block:
    """Lines of Markdown that belong together, and their words."""

    __slots__ = ("plain", "rows")

    def __init__(self, rows: list[str], plain: str) -> None:
        self.rows = rows
        self.plain = plain


def safe_address(address: str) -> str | None:
    """*address* as a link of our format may hold it, or ``None`` if it is not of the web or mail."""
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[0].lower() not in ("http:", "https:", "mailto:"):
        return None
    rest = address[scheme.end() :]
    if not rest.strip("/"):
        return None
    # What is not UTF-8 at all, such as half a surrogate pair, is nobody's address.
    quoted = quote(rest.encode("utf-8", "replace"), safe=_SAFE_IN_ADDRESS)
    # Markdown reads entities in addresses too.
    return scheme[0].lower() + quoted.replace("&", "&amp;")


def picture_words(language: str, alternative: str) -> str:
    """What stands in place of a picture that is left out."""
    what = _PICTURE.get(language, _PICTURE["en"])
    return f"{what}: {alternative}" if alternative else what


def _apart(blocks: list[_Block]) -> list[str]:
    rows: list[str] = []
    for block in blocks:
        rows += [*([""] if rows else []), *block.rows]
    return rows


def _close(blocks: list[_Block]) -> list[str]:
    """The rows of *blocks* with a list right under what it belongs to, as in a list without paragraphs."""
    rows: list[str] = []
    for block in blocks:
        follows = block.rows[0].startswith(("* ", "1. "))
        rows += [*([""] if rows and not follows else []), *block.rows]
    return rows


def _elements(element: Element) -> Iterable[Element]:
    return (child for child in element.children if isinstance(child, Element))


def _words(children: Iterable[Element | str]) -> bool:
    return any(child.strip() if isinstance(child, str) else True for child in children)


def _rows(element: Element) -> Iterable[Element]:
    for child in _elements(element):
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from _rows(child)


def _cells(row: Element) -> list[Element]:
    return [child for child in _elements(row) if child.tag in ("td", "th")]


def _row(texts: list[Passage], width: int) -> str:
    filled = [text.markdown for text in texts] + [""] * (width - len(texts))
    return "| " + " | ".join(filled) + " |"
