"""A question on its way from a source into our format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from app.courseware.course import QuestionKind
from app.courseware.importing.entries import Note, Notes, note

_FORMULA = re.compile(r"\$\$.{1,999}?\$\$|\\\(.{1,999}?\\\)|\\\[.{1,999}?\\\]|\[/?mathjax(?:inline)?\]", re.DOTALL)


class Refusal(Exception):
    """A question cannot be taken over. ``note`` says why."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.note = note(code, **values)
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text: our Markdown for it, and the words that a reader must see."""

    markdown: str = ""
    plain: str = ""

    def __bool__(self) -> bool:
        return bool(self.markdown.strip())


NOTHING = Passage()


@dataclass(slots=True)
class Answer:
    """An option, an item to order, or a row to match (``left`` is then its first cell)."""

    text: Passage
    right: bool = False
    feedback: Passage = NOTHING
    left: Passage = NOTHING
    id: str = ""


@dataclass(slots=True)
class Draft:
    """A question as far as it is read. One with a ``refusal`` is not written."""

    path: str
    line: int
    title: str = ""
    category: str = ""
    name: str = ""
    """what its id should be made of, if not of its title"""
    kind: QuestionKind | Literal[""] = ""
    prompt: Passage = NOTHING
    answers: list[Answer] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    value: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    explanation: Passage = NOTHING
    partial: bool = False
    shuffle: bool = True
    options: dict[str, str] = field(default_factory=dict)
    """further option lines, such as ``critical``"""
    verbatim: list[str] = field(default_factory=list)
    """a question that is already in our format: all between its option lines and its end"""
    colons: str = ":::"
    """what it begins with, if it holds something in colons itself"""
    notes: Notes = field(default_factory=Notes)
    pending: Callable[[], None] | None = None
    """what reads the rest of it; a bank that is full needs no more than to know that it is there"""
    refusal: Note | None = None

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Within this, a :class:`Refusal` ends the reading of this question and of no other."""
        try:
            yield
        except Refusal as refused:
            self.refusal = refused.note

    def finish(self) -> None:
        """Read what is still unread, and refuse what lacks something."""
        with self.refusing():
            if self.pending is not None and self.refusal is None:
                self.pending()
                self.check()
        self.pending = None

    def explain(self, *more: Passage) -> None:
        """Add *more* to the explanation."""
        parts = [part for part in (self.explanation, *more) if part]
        self.explanation = Passage("\n\n".join(p.markdown for p in parts), "\n".join(p.plain for p in parts))

    def check(self) -> None:
        """Refuse a question that lacks something, and note what a reader of its text will miss."""
        if not self.prompt:
            raise Refusal("prompt-missing")
        if self.kind in ("one", "several", "order"):
            if any(not answer.text for answer in self.answers):
                raise Refusal("answer-empty")
            if len(self.answers) < 2:
                raise Refusal("answers-few" if self.answers else "answers-missing")
        if self.kind in ("one", "several") and not any(answer.right for answer in self.answers):
            raise Refusal("right-missing")
        if self.kind == "match":
            self._check_pairs()
        if self.kind == "short" and not self.accepted:
            raise Refusal("accepted-missing")
        texts = [self.prompt, self.explanation]
        texts += [text for answer in self.answers for text in (answer.text, answer.left, answer.feedback)]
        if any(_FORMULA.search(text.plain) for text in texts):
            self.notes.add("formula")

    def _check_pairs(self) -> None:
        if any(not answer.text for answer in self.answers):
            raise Refusal("answer-empty")
        if sum(1 for answer in self.answers if answer.left) < 2:
            raise Refusal("match-few")
        for side in ([answer.left for answer in self.answers], [answer.text for answer in self.answers]):
            seen: set[str] = set()
            for text in side:
                if text and text.markdown in seen:
                    raise Refusal("match-twice", answer=text.plain)
                seen.add(text.markdown)
