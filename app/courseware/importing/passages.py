"""Text in the formats that sources use, as passages of ours."""

from __future__ import annotations

import re
from html import unescape
from typing import Literal

from markdown_it import MarkdownIt

from app.courseware.importing import hypertext
from app.courseware.importing.draft import NOTHING, Passage, Refusal
from app.courseware.importing.entries import Notes
from app.courseware.importing.hypertext import Element
from app.courseware.importing.rendering import Renderer
from app.courseware.limits import MAX_NESTING, excess

Format = Literal["html", "moodle", "plain", "markdown"]
Shape = Literal["blocks", "line", "cell"]

MAX_TEXT = 60_000
"""Characters of one text; more is no question."""

MAX_TEXTS = 500
"""of one question: answers, feedback and the rest"""

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>|<!--")
# A picture pasted into a text is as long as a book, and left out anyway.
_DATA = re.compile(r"(data:[a-z]+/[a-z0-9.+-]{1,40};base64,)[A-Za-z0-9+/=\s]{200,}", re.IGNORECASE)
_LINE_ENDS = (
    (re.compile(r">\s+<"), "> <"),
    (re.compile(r"\n<"), " <"),
    (re.compile(r">\n"), "> "),
    (re.compile(r"\n"), "<br>"),
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")

# The Markdown of other programs; what comes of it is read as HTML and written anew.
_FOREIGN = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])


class Writer:
    """Makes passages of the texts of one question."""

    def __init__(self, language: str, notes: Notes) -> None:
        self.language = language
        self.notes = notes
        self.count = 0

    def passage(
        self, text: str, form: Format, shape: Shape = "blocks", tables: bool = True, ordered: bool = True
    ) -> Passage:
        """*text*, written in *form*, as a passage of *shape*.

        ``tables`` and ``ordered`` say whether tables and numbered lists may stand in it. Raises :class:`Refusal` for a
        text that is too long.
        """
        self.count += 1
        if self.count > MAX_TEXTS:
            raise Refusal("question-too-large", limit=MAX_TEXTS)
        text = _DATA.sub(r"\1", text)
        if len(text) > MAX_TEXT:
            raise Refusal("question-too-long", limit=MAX_TEXT)
        if not text.strip():
            return NOTHING
        renderer = Renderer(self.language, self.notes, tables, ordered)
        root = _tree(text, form)
        if shape == "line":
            return renderer.line(root)
        return renderer.cell(root) if shape == "cell" else renderer.blocks(root)


def _tree(text: str, form: Format) -> Element:
    if form == "html":
        return hypertext.read(text)
    if form == "markdown" and excess(text) is None:
        return hypertext.read(_FOREIGN.render(text))
    if form == "moodle" and has_tags(text):
        return hypertext.read(_with_breaks(text))
    return _paragraphs(unescape(text) if form == "moodle" else text)


def has_tags(text: str) -> bool:
    """Whether *text* holds elements of HTML."""
    return any(found[1] is None or found[1].lower() in hypertext.KNOWN for found in _TAG.finditer(text))


def _with_breaks(text: str) -> str:
    """*text* with a break for each line end, but for those next to tags, as Moodle shows its own format."""
    for pattern, replacement in _LINE_ENDS:
        text = pattern.sub(replacement, text)
    return text


def _paragraphs(text: str) -> Element:
    """The tree of a text without markup, each line of which stays a line."""
    root = Element("", has_block=True)
    for paragraph in _PARAGRAPHS.split(text.strip()):
        element = Element("p")
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                element.children.append(Element("br"))
            element.children.append(line)
        root.children.append(element)
    return root
