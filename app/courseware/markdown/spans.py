"""Blocks of a parsed page: a view of its tokens as a tree."""

from __future__ import annotations

from typing import Any

from markdown_it.token import Token


class Span:
    """A block of a parsed page with all it holds: tokens from ``start`` up to, not including, ``end``."""

    __slots__ = ("end", "start", "tokens")

    def __init__(self, tokens: list[Token], start: int, end: int) -> None:
        self.tokens = tokens
        self.start = start
        self.end = end

    @property
    def token(self) -> Token:
        return self.tokens[self.start]

    @property
    def type(self) -> str:
        """Such as ``paragraph``, ``bullet_list``, ``list_item``, ``directive``, ``inline``."""
        return self.token.type.removesuffix("_open")

    @property
    def meta(self) -> dict[str, Any]:
        return self.token.meta

    @property
    def name(self) -> str:
        """The name of a directive, else ""."""
        return str(self.meta.get("name", "")) if self.type == "directive" else ""

    @property
    def line(self) -> int:
        """The line of the file that it begins in, from 1."""
        return self.token.map[0] + 1 if self.token.map else 0

    @property
    def last_line(self) -> int:
        return self.token.map[1] if self.token.map else 0

    def parts(self) -> list[Span]:
        """The blocks directly inside."""
        return spans(self.tokens, self.start + 1, self.end - 1)

    def inline(self) -> Token | None:
        """The first run of text inside, which holds its own tokens as children."""
        return next((token for token in self.tokens[self.start : self.end] if token.type == "inline"), None)


def spans(tokens: list[Token], start: int, end: int) -> list[Span]:
    """The outermost blocks among ``tokens[start:end]``."""
    found = []
    while start < end:
        after = start + 1
        depth: int = tokens[start].nesting
        while depth > 0 and after < end:
            depth += tokens[after].nesting
            after += 1
        found.append(Span(tokens, start, after))
        start = after
    return found
