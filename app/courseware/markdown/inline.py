"""Text: citations, HTML that is refused, and where links and pictures begin."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.rules_inline import StateInline

_CITATION = re.compile(r"\[@([^\[\]\n]*)\]")
_RAW_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]*(?=[\s/>])[^<>]*>|<!--|<\?|<![A-Za-z\[]")


def cite(state: StateInline, silent: bool) -> bool:
    """``[@source place; @source place]``: one token, whose meaning :mod:`app.courseware.walk` finds out."""
    if not state.src.startswith("[@", state.pos):
        return False
    found = _CITATION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = found[0]
        token.meta = {"cited": found[1], "position": state.pos}
    state.pos = found.end()
    return True


def raw_html(state: StateInline, silent: bool) -> bool:
    """A tag or comment: a token to report, which prints as the text that it is."""
    if state.src[state.pos] != "<":
        return False
    found = _RAW_HTML.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("raw_html", "", 0)
        token.content = found[0]
        token.meta = {"position": state.pos}
    state.pos = found.end()
    return True


def noting(rule: Callable[[StateInline, bool], bool], kind: str) -> Callable[[StateInline, bool], bool]:
    """*rule*, noting in its token of *kind* where in the text it began."""

    def noted(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            for token in state.tokens[before:]:
                if token.type == kind:
                    token.meta["position"] = start
                    break
        return True

    return noted
