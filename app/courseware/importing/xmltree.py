"""XML read by a parser that refuses every DOCTYPE and entity: there is nothing to expand and nothing to fetch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import NoReturn
from xml.parsers import expat

from app.courseware.importing.decoding import without_declaration
from app.courseware.importing.draft import Refusal

MAX_DEPTH = 100
MAX_ELEMENTS = 300_000


@dataclass(slots=True)
class Node:
    """An element: what stands before its first child is ``text``, what stands behind its own end is ``tail``."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    tail: str = ""
    children: list[Node] = field(default_factory=list)

    def first(self, tag: str) -> Node | None:
        """The first child of that *tag*."""
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, *tags: str) -> list[Node]:
        """The children of one of *tags*."""
        return [child for child in self.children if child.tag in tags]

    def walk(self) -> Iterator[Node]:
        """This element and all inside, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def words(self, tag: str = "") -> str:
        """The text of the first child of that *tag*, or of this element, without white space around it."""
        node = self.first(tag) if tag else self
        return "".join(_texts(node)).strip() if node is not None else ""

    def inner(self, without: tuple[str, ...] = ()) -> str:
        """What is inside, as HTML, but for elements *without*."""
        parts = [escape(self.text, quote=False)]
        for child in self.children:
            if child.tag not in without:
                parts.append(child.html(without))
            parts.append(escape(child.tail, quote=False))
        return "".join(parts)

    def html(self, without: tuple[str, ...] = ()) -> str:
        """This element as HTML."""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        if self.tag in ("br", "img", "hr", "input", "col", "source", "track"):
            return f"<{self.tag}{attributes}>"
        return f"<{self.tag}{attributes}>{self.inner(without)}</{self.tag}>"


def parse(text: str) -> Node:
    """The root element of the XML in *text*.

    Raises :class:`Refusal` for what is malformed, declares a document type or entities, or is too deep or too large.
    """
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 1024 * 1024
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _forbidden
    parser.EntityDeclHandler = _forbidden
    parser.ExternalEntityRefHandler = _forbidden
    parser.StartElementHandler = lambda tag, attributes: builder.start(tag, attributes, parser.CurrentLineNumber)
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(without_declaration(text).encode("utf-8", "replace"), True)
    except expat.ExpatError as broken:
        raise Refusal("xml-malformed", line=broken.lineno, column=broken.offset + 1) from None
    assert builder.root is not None  # the parser accepts no document without an element
    return builder.root


def _forbidden(*_: object) -> NoReturn:
    raise Refusal("xml-doctype")


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.last: Node | None = None
        """the element that ended last, whose tail the next text is"""
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise Refusal("xml-too-large", limit=MAX_ELEMENTS)
        if len(self.stack) >= MAX_DEPTH:
            raise Refusal("xml-too-deep")
        node = Node(tag, attributes, line)
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node
        self.stack.append(node)
        self.last = None

    def end(self, _: str) -> None:
        self.last = self.stack.pop()

    def data(self, text: str) -> None:
        if self.last is not None:
            self.last.tail += text
        elif self.stack:
            self.stack[-1].text += text


def _texts(node: Node) -> Iterator[str]:
    yield node.text
    for child in node.children:
        yield from _texts(child)
        yield child.tail
