"""Pages that would take a parser too long, told by cheap counts before any parsing."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_PAGE_BYTES = 256 * 1024
MAX_LINES = 6_000
MAX_LINE = 20_000
MAX_LIST_ITEMS = 3_000
MAX_DIRECTIVES = 1_500
MAX_COLUMNS = 100
MAX_QUOTE_DEPTH = 15
MAX_LIST_DEPTH_ON_A_LINE = 8
MAX_OPENERS_IN_A_PARAGRAPH = 2_000
MAX_NESTING = 60
"""Levels of blocks or inline elements that the parser follows; nothing readable comes near."""

_LIST_ITEM = re.compile(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
_DEEP_LIST = re.compile(rf"^[ \t>]*(?:(?:[-+*]|\d{{1,9}}[.)])[ \t]+){{{MAX_LIST_DEPTH_ON_A_LINE + 1}}}", re.MULTILINE)
_DEEP_QUOTE = re.compile(rf"^[ \t]*(?:>[ \t]*){{{MAX_QUOTE_DEPTH + 1}}}", re.MULTILINE)
_WIDE_TABLE = re.compile(rf"^(?:[^|\n]*\|){{{MAX_COLUMNS + 2}}}", re.MULTILINE)
_PARAGRAPH_END = re.compile(r"\n[ \t>]*\n")
_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE + 1}}}")
_OPENERS = re.compile(r"[\[\]<`*_~!^&]")


class Excess(NamedTuple):
    """What is too much: a code of the catalogue, the limit, and the position in the text where it shows."""

    code: str
    limit: int
    position: int


def excess(text: str) -> Excess | None:
    """What in *text* is too large or too deep to parse quickly, or ``None``."""
    if len(text) > MAX_PAGE_BYTES or len(text.encode("utf-8", "replace")) > MAX_PAGE_BYTES:
        return Excess("page-too-large", MAX_PAGE_BYTES // 1024, 0)
    if text.count("\n") > MAX_LINES:
        return Excess("page-too-many-lines", MAX_LINES, 0)
    if deep := (text.count(">") > MAX_QUOTE_DEPTH and _DEEP_QUOTE.search(text)) or _DEEP_LIST.search(text):
        return Excess("page-too-deep", MAX_QUOTE_DEPTH, deep.start())
    if wide := _WIDE_TABLE.search(text):
        return Excess("table-too-wide", MAX_COLUMNS, wide.start())
    if text.count("\n:::") >= 2 * MAX_DIRECTIVES:
        return Excess("page-too-many-directives", MAX_DIRECTIVES, 0)
    if text.count("\n") >= MAX_LIST_ITEMS:
        for number, item in enumerate(_LIST_ITEM.finditer(text)):
            if number >= MAX_LIST_ITEMS:
                return Excess("page-too-many-items", MAX_LIST_ITEMS, item.start())
    return _crowded(text)


def _crowded(text: str) -> Excess | None:
    """Markup characters whose pairing can take quadratic time, where one paragraph has too many of them."""
    start = 0
    for paragraph in _PARAGRAPH_END.split(text):
        if len(paragraph) > MAX_OPENERS_IN_A_PARAGRAPH:
            start = text.find(paragraph, start)
            if len(_OPENERS.findall(paragraph)) > MAX_OPENERS_IN_A_PARAGRAPH:
                return Excess("page-too-crowded", MAX_OPENERS_IN_A_PARAGRAPH, start)
            if long := _LONG_LINE.search(paragraph):
                return Excess("line-too-long", MAX_LINE, start + long.start())
            start += len(paragraph)
    return None
