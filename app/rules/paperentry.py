"""Answers on paper: the letters that stand on a sheet, as a typist enters them, and the responses that they are.

A sheet names the answers of a question by letters in the order in which its copy shows them. What is typed is the same for
every question: letters for ``one``, ``several`` and ``order`` (first to last); a letter or a dash for each number of
``match``; the words or the figure themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import msgspec

from app.courseware.course import Pair, Question
from app.rules import grading
from app.rules.errors import Refused
from app.rules.grading import Response
from app.rules.rulings import same

NONE = "-"
"""a number of ``match`` without a letter"""
_BETWEEN = re.compile(r"[\s,;./]+")
_NUMBERED = re.compile(r"(?:(\d{1,2})([a-z-]))+")


def letter(at: int) -> str:
    """The letter of the answer at *at* (from 0)."""
    return ascii_lowercase[at] if at < len(ascii_lowercase) else str(at + 1)


def numbered(question: Question) -> tuple[Pair, ...]:
    """The rows of a ``match`` question that ask for something, which a sheet numbers from 1."""
    return tuple(pair for pair in question.pairs if any(pair.left.values()))


def parse(question: Question, order: Sequence[str], typed: str) -> Response:
    """What *typed* says to *question*, whose copy shows its answers in *order*; empty where nothing is typed.

    Raises ``Refused("entry-malformed")``: a letter that is not there, one given twice, two where one is asked.
    """
    if question.kind in ("short", "number"):
        return grading.read(question, typed)
    text = _BETWEEN.sub("", typed.casefold())
    letters = {letter(at): name for at, name in enumerate(order)}
    if question.kind == "match":
        return _matched(question, letters, text)
    names = [letters.get(sign) for sign in text]
    known = [name for name in names if name is not None]
    if len(known) < len(names) or len(set(known)) < len(known) or (question.kind == "one" and len(known) > 1):
        raise Refused("entry-malformed")
    return known


def _matched(question: Question, letters: Mapping[str, str], text: str) -> Response:
    lefts = numbered(question)
    if text and text[0].isdecimal():
        if not _NUMBERED.fullmatch(text):
            raise Refused("entry-malformed")
        pairs = [(int(number), sign) for number, sign in re.findall(r"(\d{1,2})([a-z-])", text)]
        if len({number for number, _sign in pairs}) < len(pairs):
            raise Refused("entry-malformed")
    else:
        pairs = list(enumerate(text, 1))
        if pairs and len(pairs) != len(lefts):
            raise Refused("entry-malformed")
    found = {}
    for number, sign in pairs:
        if not 1 <= number <= len(lefts) or (sign != NONE and sign not in letters):
            raise Refused("entry-malformed")
        if sign != NONE:
            found[lefts[number - 1].id] = letters[sign]
    return found


def written(question: Question, order: Sequence[str], response: Response | None) -> str:
    """*response* as it is typed: what :func:`parse` reads back."""
    if response is None or grading.is_empty(response):
        return ""
    if isinstance(response, str):
        return response
    signs = {name: letter(at) for at, name in enumerate(order)}
    if isinstance(response, dict):
        return " ".join(signs.get(response.get(pair.id, ""), NONE) for pair in numbered(question))
    chosen = response if question.kind == "order" else sorted(response, key=list(order).index)
    return " ".join(signs[name] for name in chosen)


class Difference(msgspec.Struct, frozen=True):
    """A place of a copy that two people entered differently."""

    position: int
    question: str
    first: Any
    second: Any


def differences(
    questions: Mapping[str, Question],
    paper: Sequence[Sequence[Any]],
    first: Mapping[str, Any],
    second: Mapping[str, Any],
) -> tuple[Difference, ...]:
    """Where two entries of one copy are not the same answer; *first* and *second* map questions to responses."""
    found = []
    for position, (name, _order) in enumerate(paper, 1):
        one, two = first.get(name), second.get(name)
        both_empty = (one is None or grading.is_empty(one)) and (two is None or grading.is_empty(two))
        if not both_empty and (one is None or two is None or not same(questions[name], one, two)):
            found.append(Difference(position, name, one, two))
    return tuple(found)
