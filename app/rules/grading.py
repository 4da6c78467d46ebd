"""What an answer is worth. The server grades, whatever a device thought."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, TypeAlias

import msgspec

from app.courseware.course import Question
from app.rules.errors import Refused

Response: TypeAlias = list[str] | dict[str, str] | str
"""``one``, ``several``, ``order``: option ids. ``match``: left id → right id. ``short``, ``number``: text."""


class Grade(msgspec.Struct, frozen=True):
    credit: float
    """0.0 to 1.0"""
    right: bool
    """full credit"""


def read(question: Question, raw: Any) -> Response:
    """*raw* (from a form or a device) as a response to *question*; empty answers stay empty.

    Raises ``Refused("response-malformed")`` for what no page of ours sends: another type, unknown or repeated ids.
    """
    refused = Refused("response-malformed", question=question.id)
    if question.kind in ("short", "number"):
        if not isinstance(raw, str) or len(raw) > 500 or any("\ud800" <= c <= "\udfff" for c in raw):
            raise refused  # half a character, which JSON can write and no database keeps
        return raw.strip()
    if question.kind == "match":
        known = {pair.id for pair in question.pairs}
        if not isinstance(raw, dict) or not all(
            isinstance(k, str) and isinstance(v, str) and k in known and v in known for k, v in raw.items()
        ):
            raise refused
        return {str(k): str(v) for k, v in raw.items()}
    known = {option.id for option in question.options}
    if (
        not isinstance(raw, list)
        or not all(isinstance(i, str) and i in known for i in raw)
        or len(set(raw)) != len(raw)
    ):
        raise refused
    if question.kind == "one" and len(raw) > 1:
        raise refused
    return [str(i) for i in raw]


def is_empty(response: Response) -> bool:
    """Whether nothing was answered."""
    return not response


def grade(question: Question, response: Response) -> Grade:
    """What *response* (from :func:`read`) is worth.

    ``several`` with partial credit gives (right chosen − wrong chosen) ÷ right, never below 0; every other type is all or
    nothing (COURSE_FORMAT, Questions).
    """
    match question.kind:
        case "one" | "several":
            chosen = set(response)
            right = {option.id for option in question.options if option.right}
            if question.kind == "several" and question.partial and right:
                credit = max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))
                return Grade(round(credit, 6), chosen == right)
            return _whole(chosen == right)
        case "order":
            return _whole(list(response) == [option.id for option in question.options])
        case "match":
            wanted = {pair.id: pair.id for pair in question.pairs if any(pair.left.values())}
            return _whole(isinstance(response, dict) and _same_words(question, response, wanted))
        case "short":
            accepted = {plain(text) for texts in question.accepted.values() for text in texts}
            return _whole(isinstance(response, str) and plain(response) in accepted)
        case "number":
            meant = readings(response) if isinstance(response, str) else ()
            # A hair of room: 0.1 + 0.2 must not fail a tolerance of 0.3.
            return _whole(any(abs(value - question.value) <= question.tolerance + 1e-9 for value in meant))


def _whole(right: bool) -> Grade:
    return Grade(1.0 if right else 0.0, right)


def _same_words(question: Question, response: dict[str, str], wanted: dict[str, str]) -> bool:
    """Two rows may have the same right cell: choosing either is the same answer."""
    right = {pair.id: pair.right for pair in question.pairs}
    return response.keys() == wanted.keys() and all(right[response[left]] == right[wanted[left]] for left in wanted)


def plain(text: str) -> str:
    """Without case, accents, outer punctuation and doubled spaces: none of these make an answer wrong."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", folded).strip(" \t.,;:!?¡¿\"'«»“”‘’()[]")


def readings(text: str) -> tuple[float, ...]:
    """The numbers that a person of the region may mean by *text*; none where it is no number.

    Marks of thousands and decimals differ between neighbours, so "1,234" and "1.234" have two readings each and either may
    be right; "1,234.5", "1 234,5", "3,5" and "30 %" have one.
    """
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).removesuffix("%").replace("−", "-")
    found: list[float] = []
    if re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", plain):
        found.append(float(plain.replace(",", ".")))
    for thousands, decimal in ((",", "."), (".", ",")):
        grouped = rf"[+-]?[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+({re.escape(decimal)}[0-9]+)?"
        if re.fullmatch(grouped, plain):
            found.append(float(plain.replace(thousands, "").replace(decimal, ".")))
    return tuple(found)
