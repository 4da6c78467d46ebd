"""What a trainer's ruling about an item makes of the answers to it. A ruling lifts marks and lowers none.

An annulled item counts as right for everybody who was asked it. To leave it out of the paper instead would lower the mark
of those who had it right (32 of 40 is 80 %, 31 of 39 is 79), so it is not done.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from app.courseware.course import Question
from app.rules import grading
from app.rules.grading import Grade, Response

Kind = Literal["annul", "accept"]
FULL = Grade(1.0, True)


class Ruling(msgspec.Struct, frozen=True):
    """``annul``: the item counts as right for all. ``accept``: *accepted* is a right answer too."""

    kind: Kind
    accepted: Any = None


def graded(question: Question, response: Response, rulings: Iterable[Ruling] = ()) -> Grade:
    """What *response* itself is worth: by the key, or because it is an answer that was accepted."""
    for ruling in rulings:
        if ruling.kind == "accept" and same(question, response, ruling.accepted):
            return FULL
    return grading.grade(question, response)


def annulled(rulings: Iterable[Ruling]) -> bool:
    """Whether the item counts as right for all, whatever was answered."""
    return any(ruling.kind == "annul" for ruling in rulings)


def counted(grade: Grade, rulings: Iterable[Ruling]) -> Grade:
    """What a place with *grade* counts in the mark."""
    return FULL if annulled(rulings) else grade


def same(question: Question, one: Response, other: Response) -> bool:
    """Whether two responses to *question* are the same answer, as grading sees them: without case, accents or order."""
    if grading.is_empty(one) or grading.is_empty(other):
        return False
    match question.kind:
        case "one" | "several":
            return set(one) == set(other)
        case "order":
            return list(one) == list(other)
        case "match":
            right = {pair.id: pair.right for pair in question.pairs}
            return (
                isinstance(one, dict)
                and isinstance(other, dict)
                and one.keys() == other.keys()
                and all(right.get(one[left]) == right.get(other[left]) for left in one)
            )
        case "short":
            return isinstance(one, str) and isinstance(other, str) and grading.plain(one) == grading.plain(other)
        case "number":
            mine = grading.readings(one) if isinstance(one, str) else ()
            theirs = grading.readings(other) if isinstance(other, str) else ()
            return any(abs(a - b) <= 1e-9 for a in mine for b in theirs)
