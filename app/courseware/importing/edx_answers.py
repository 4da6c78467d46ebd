"""Answers that are typed, as both formats of Open edX write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.courseware.importing.draft import Draft, Refusal
from app.courseware.importing.marks import accept, between, number

_TOLERANCE = re.compile(r"(.*?)\+-\s*(.*)")
_RANGE = re.compile(r"([\[(])\s*([^,]*),([^,]*)([\])])")
_LOOKS_NUMERIC = re.compile(r"[-+]?[\d.(][-+*/^()\d\s.eE%]*")


def number_range(draft: Draft, text: str) -> tuple[Decimal, Decimal] | None:
    """The value and tolerance that *text* (``5 +- 2``, ``5 +- 3%``, ``[1, 4)``) means; ``None`` if it is no number.

    Raises :class:`Refusal` for what would have to be computed.
    """
    if found := _RANGE.fullmatch(text):
        low, high = number(found[2]), number(found[3])
        if found[1] == "(" or found[4] == ")":
            draft.notes.add("range-open")
        return between(low, high)
    if found := _TOLERANCE.fullmatch(text):
        value = number(found[1])
        return value, tolerance(value, found[2])
    balanced = text.count("(") == text.count(")")
    if not balanced or not _LOOKS_NUMERIC.fullmatch(text) or not any(character.isdigit() for character in text):
        return None
    return number(text), Decimal(0)


def tolerance(value: Decimal, text: str) -> Decimal:
    """The tolerance that *text* means for *value*: a number, or a part of the value in percent."""
    bare = text.strip()
    if bare.endswith("%"):
        return abs(value * number(bare[:-1]) / 100)
    return abs(number(bare)) if bare else Decimal(0)


def set_answers(draft: Draft, answers: Sequence[str], pattern: bool = False) -> None:
    """Make *draft* a question of short answers.

    Raises :class:`Refusal` if they are patterns: *pattern*, or the first begins with ``|``.
    """
    if answers and (pattern or answers[0].startswith("|")):
        raise Refusal("regexp", answer=answers[0].lstrip("| "))
    draft.kind = "short"
    for answer in answers:
        accept(draft, answer)
