"""A page as its author wrote it in one language, and what it may point at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.courseware import markdown
from app.courseware.course import Block, Citation
from app.courseware.glossary import TermIndex
from app.courseware.keys import Reader
from app.courseware.manuscript import Manuscript, Place
from app.courseware.markdown import Span, Token
from app.courseware.pictures import Twin
from app.courseware.settings import Settings


@dataclass(slots=True)
class Library:
    """What pages may point at: sources, other pages (path without language → address), files, glossary terms."""

    settings: Settings
    addresses: dict[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    pictures: dict[str, Twin] = field(default_factory=dict)
    """those with a WebP beside them"""
    spoken: dict[str, str] = field(default_factory=dict)
    """files with the words of a sound → the words"""
    terms: dict[str, TermIndex] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return f"/learn/{self.settings.id}"


class Mark(NamedTuple):
    """Something of a page that its translations should have too, and where it stands."""

    kind: str
    value: str
    place: Place


@dataclass(slots=True)
class Written:
    """A page as its author wrote it in one language."""

    manuscript: Manuscript
    kind: str
    language: str
    front: Reader
    front_lines: int
    tokens: list[Token] = field(default_factory=list)
    env: dict[str, Any] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    """structure, in order: directives and headings"""
    targets: list[Mark] = field(default_factory=list)
    """links, pictures and citations"""
    texts: list[tuple[str, str, int]] = field(default_factory=list)
    """runs of text: the question or scene each belongs to ("" for the rest of the page), text, line"""
    terms: Counter[str] = field(default_factory=Counter)
    """in how many of its paragraphs it uses each glossary term"""
    cited: dict[str, list[str]] = field(default_factory=dict)
    """source → places, in order of appearance"""
    words: int = 0
    refused: bool = False
    """too large or too deep to be read"""
    blocks: tuple[Block, ...] = ()
    """what it shows, once closed"""
    trainer: str = ""
    """and what of a practical sheet is for trainers alone"""
    outermost: list[Span] | None = None
    """kept by :meth:`spans`"""

    @property
    def path(self) -> str:
        return self.manuscript.path

    def spans(self) -> list[Span]:
        """Its outermost blocks."""
        if self.outermost is None:
            self.outermost = markdown.spans(self.tokens, 0, len(self.tokens))
        return self.outermost

    def html(self, spans: list[Span]) -> str:
        """Safe HTML of *spans*, one after the other."""
        tokens = [token for span in spans for token in span.tokens[span.start : span.end]]
        return markdown.render(tokens, self.env) if tokens else ""

    def citations(self) -> tuple[Citation, ...]:
        return tuple(Citation(source, tuple(places)) for source, places in self.cited.items())
