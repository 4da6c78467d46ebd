"""What stands in the text of blocks and is not text: taken out between the parsing of blocks and of text."""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.courseware.directives import CARDS

_MARKER = re.compile(r"(?:\(([ xX]?)\)|\[([ xX]?)\])(?:\s+|$)")
_TRAILING_ATTRIBUTES = re.compile(r"(?:^|(?<=\s))\{([^{}\n]*)\}$")
_ANSWER_LINE = re.compile(r"=\s+\S|=\S")
_HOLDS_ITEMS = ("question", "criteria", "scene")


def take_markers(state: StateCore) -> None:
    """Lift what is not text out of the text before it is parsed: ``(x)``, ``{#id}``, lines of accepted answers.

    ``[x]`` and ``[ ]`` could otherwise be read as links.
    """
    holders: list[tuple[str, int]] = []
    tokens = state.tokens
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "directive_open":
            holders.append((token.meta["name"], token.level))
        elif kind == "directive_close":
            holders.pop()
        elif kind == "dt_open" and not holders and state.env["kind"] == "glossary":
            _take_attributes(token, tokens[index + 1])
        elif holders and holders[-1][0] in _HOLDS_ITEMS:
            name, level = holders[-1]
            if kind == "list_item_open" and token.level == level + 2 and tokens[index + 1].type == "paragraph_open":
                _take_attributes(token, tokens[index + 2])
                if name == "question":
                    _take_marker(token, tokens[index + 2])
            elif name == "question" and kind == "td_open" and token.level == level + 4:
                _take_attributes(token, tokens[index + 1])
            elif name == "question" and kind == "paragraph_open" and token.level == level + 1:
                _take_answers(token, tokens[index + 1])


def _take_attributes(holder: Token, inline: Token) -> None:
    if inline.content.endswith("}") and (found := _TRAILING_ATTRIBUTES.search(inline.content)):
        holder.meta["attributes"] = found[1]
        inline.content = inline.content[: found.start()].rstrip()


def _take_marker(holder: Token, inline: Token) -> None:
    if found := _MARKER.match(inline.content):
        mark = found[1] if found[1] is not None else found[2]
        holder.meta["marker"] = "one" if found[1] is not None else "several"
        holder.meta["right"] = mark in ("x", "X")
        inline.content = inline.content[found.end() :]


def _take_answers(holder: Token, inline: Token) -> None:
    lines = inline.content.split("\n")
    kept = len(lines)
    while kept and _ANSWER_LINE.match(lines[kept - 1].lstrip()):
        kept -= 1
    if kept < len(lines):
        first = (inline.map or [0])[0] + 1
        answers = [(line.strip().removeprefix("=").strip(), first + kept + n) for n, line in enumerate(lines[kept:])]
        holder.meta["answers"] = answers
        inline.content = "\n".join(lines[:kept]).rstrip()


def join_cards(state: StateCore) -> None:
    """Give each card of "what I do" and "what I never do" its frame, and two that meet a common one."""
    before: Token | None = None
    for token in state.tokens:
        if token.type == "directive_open" and token.meta["name"] in CARDS:
            follows = before is not None and before.type == "directive_close" and before.meta["name"] == "do"
            if before is not None and follows and token.meta["name"] == "never":
                before.meta["last"] = False
            else:
                token.meta["first"] = True
        elif token.type == "directive_close" and token.meta["name"] in CARDS:
            token.meta["last"] = True
        before = token
