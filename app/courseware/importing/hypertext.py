"""HTML as people paste it, read into a small tree. Nothing is fetched, run or trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

MAX_DEPTH = 60
"""Elements nested more deeply lie flat in the deepest one."""

BLOCKS = frozenset(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary"
    " table tbody td tfoot th thead tr ul".split()
)
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
SCRIPTS = frozenset("script noscript template".split())
STYLES = frozenset("style link".split())
MEDIA = frozenset("audio video iframe object embed applet canvas svg frame".split())
HIDDEN = frozenset("head title meta base param source track area map col colgroup datalist".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br button cite code data del dfn em font i img input ins kbd label mark math meter nobr"
    " optgroup option output picture progress q rp rt ruby s samp select small span strike strong sub sup textarea time tt"
    " u var wbr".split()
)
KNOWN = BLOCKS | VOID | SCRIPTS | STYLES | MEDIA | HIDDEN | _INLINE
"""Anything else between < and > is text: a text about <name> loses nothing."""

_LONGEST_TAG = 4_000
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*+)((?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_DECLARATION = re.compile(r"<[!?][A-Za-z][^<>]{0,400}>")
_RAW = {tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in ("script", "style", "textarea", "title")}
_CLOSES_P = BLOCKS - frozenset("body caption col colgroup html legend li td th tr tbody tfoot thead".split())
_CLOSED_BY = {
    "li": (("li",), ("ul", "ol", "menu", "dir")),
    "dt": (("dt", "dd"), ("dl",)),
    "dd": (("dt", "dd"), ("dl",)),
    "td": (("td", "th"), ("tr", "table")),
    "th": (("td", "th"), ("tr", "table")),
    "tr": (("tr",), ("table",)),
    "tbody": (("tbody", "thead", "tfoot"), ("table",)),
    "tfoot": (("tbody", "thead", "tfoot"), ("table",)),
    "thead": (("tbody", "thead", "tfoot"), ("table",)),
    "option": (("option",), ("select",)),
}
_P_STAYS_IN = ("td", "th", "li", "dd", "blockquote", "table", "caption")


@dataclass(slots=True)
class Element:
    """An element with what it holds; ``has_block`` says that there is a block somewhere inside."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    has_block: bool = False

    def text(self) -> str:
        """All text inside."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def read(html: str) -> Element:
    """The tree of *html*; its root has no tag.

    This is a reader of its own because html.parser takes minutes for some short texts; it takes time in proportion.
    """
    builder = _Builder()
    text = _without_comments(html)
    position = 0
    while (opening := text.find("<", position)) >= 0:
        found = _TAG.match(text, opening, opening + _LONGEST_TAG)
        if found is None:
            builder.data(text[position : opening + 1])
            position = opening + 1
            continue
        builder.data(text[position:opening])
        position = found.end()
        tag = found[2].lower()
        if tag not in KNOWN and ":" not in tag:
            builder.data(found[0])
        elif found[1]:
            builder.end(tag)
        else:
            builder.start(tag, _attributes(found[3]), empty=found[3].endswith("/"))
            if tag in _RAW and (closing := _RAW[tag].search(text, position)) is not None:
                builder.data(text[position : closing.start()])
                position = closing.start()
    builder.data(text[position:])
    return builder.stack[0]


def _without_comments(html: str) -> str:
    """*html* without comments and declarations."""
    kept: list[str] = []
    start = 0
    while (opening := html.find("<!--", start)) >= 0 and (closing := html.find("-->", opening + 4)) >= 0:
        kept.append(html[start:opening])
        start = closing + 3
    kept.append(html[start:])
    return _DECLARATION.sub("", "".join(kept))


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


class _Builder:
    def __init__(self) -> None:
        self.stack = [Element("")]

    def start(self, tag: str, attributes: dict[str, str], empty: bool) -> None:
        """An element begins; *empty*: it ends at once, as <a name="x"/> is meant."""
        self._close_before(tag)
        element = Element(tag, attributes)
        self.stack[-1].children.append(element)
        if tag in BLOCKS:
            for holder in self.stack:
                holder.has_block = True
        if tag not in VOID and not empty and len(self.stack) < MAX_DEPTH:
            self.stack.append(element)

    def end(self, tag: str) -> None:
        """An element ends. What never began is passed over."""
        for position in range(len(self.stack) - 1, 0, -1):
            if self.stack[position].tag == tag:
                del self.stack[position:]
                return
            if self.stack[position].tag in ("td", "th", "table") and tag not in ("tr", "table", "td", "th"):
                return

    def data(self, text: str) -> None:
        """Text, with entities as they are written."""
        if text:
            self.stack[-1].children.append(unescape(text))

    def _close_before(self, tag: str) -> None:
        if tag in _CLOSED_BY:
            closed, within = _CLOSED_BY[tag]
            self._close(closed, within)
        elif tag in _CLOSES_P:
            self._close(("p",), _P_STAYS_IN)

    def _close(self, tags: tuple[str, ...], within: tuple[str, ...]) -> None:
        for position in range(len(self.stack) - 1, 0, -1):
            if self.stack[position].tag in tags:
                del self.stack[position:]
                return
            if self.stack[position].tag in within:
                return
