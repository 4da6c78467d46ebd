"""How the questions of a course have served: figures of items, never of people.

Counted are the closed attempts of each officer's *first* sitting of a quiz or exam (Moodle's default: who sits again has
seen the review); ``asked`` counts all sittings. An attempt keeps no language, so the officer's own (``Person.language``,
as it is today) stands for the one they answered in. Papers differ in length and are drawn, so the score in the rest is
the mean credit of the other items of the paper. A place left empty earns nothing, as in the mark.
"""

from __future__ import annotations

import sys
import uuid
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.courseware.course import Course, Question
from app.records.editions import CourseRow, Edition
from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules import statistics
from app.rules.disclosure import LEAST
from app.rules.errors import NotFound
from app.rules.grading import Response, grade
from app.rules.statistics import Difference, ItemFigures
from app.services.office import Actor, Office
from app.services.publishing.drafts import course_row
from app.services.shelf import course_of
from app.services.spreadsheets import Cell, Heading, csv_stream

AT_ONCE = 2000
"""answers fetched together"""
WRITTEN = 8
"""written answers shown"""
FLAGS = ("key", "translation", "easy", "unused")
SORTS = ("question", "module", "uses", "facility", "deviation", "discrimination", "efficiency")


@dataclass
class _Cell:
    """What one question earned in one edition and language: arrays of numbers, so that many answers take little room."""

    credits: array[float] = field(default_factory=lambda: array("d"))
    rests: array[float] = field(default_factory=lambda: array("d"))


@dataclass
class _Tally:
    """Everything kept of one question while attempts go by."""

    asked: int = 0
    empty: int = 0
    cells: dict[tuple[int, str], _Cell] = field(default_factory=dict)
    chosen: Counter[str] = field(default_factory=Counter)
    rest_of: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    strata: dict[object, list[list[int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Slice:
    """An item in one edition and language; its figures are ``None`` where so few answered that they would tell of
    persons.
    """

    edition: int
    language: str
    figures: ItemFigures | None


@dataclass(frozen=True)
class Picked:
    """How many chose an answer. ``text``: what was written, of a short answer or number."""

    option: str
    count: int
    right: bool
    text: str = ""


@dataclass(frozen=True)
class Item:
    """A question of the course and how it has served."""

    question: Question
    place: str
    """"quiz" or "exam" """
    number: int
    """of its module"""
    asked: int
    """closed attempts that asked it, first sittings and later ones"""
    figures: ItemFigures
    across: Difference | None
    """English against Spanish: delta below 0 means harder in English"""
    flags: tuple[str, ...]
    slices: tuple[Slice, ...]
    picked: tuple[Picked, ...]
    empty: int
    """places left empty in first sittings"""

    @property
    def harder_in(self) -> str:
        """The language in which it is harder at equal score, where they differ."""
        return "" if self.across is None else "en" if self.across.delta < 0 else "es"


@dataclass(frozen=True)
class Analysis:
    """The items of a course, and from how many attempts their figures come."""

    row: CourseRow
    course: Course
    items: tuple[Item, ...]
    attempts: int
    """first sittings"""

    def count(self, flag: str) -> int:
        return sum(flag in item.flags for item in self.items)

    def item(self, question: str) -> Item:
        """Raises ``NotFound``."""
        found = next((item for item in self.items if item.question.id == question), None)
        if found is None:
            raise NotFound("question")
        return found

    def chosen(self, module: str = "", place: str = "", flag: str = "", sort: str = "") -> list[Item]:
        """The items that fit (an empty condition fits all) in the order of *sort*: one of ``SORTS``, "-" before it turns
        it. What cannot be said stands last.
        """
        fit = [
            item
            for item in self.items
            if module in ("", item.question.module)
            and place in ("", item.place)
            and (not flag or flag in item.flags or (flag == "any" and item.flags))
        ]
        key = sort.removeprefix("-")
        if key not in SORTS:
            return fit
        known = [item for item in fit if _value(item, key) is not None]
        known.sort(key=lambda item: _value(item, key), reverse=sort.startswith("-"))
        return known + [item for item in fit if _value(item, key) is None]


def _value(item: Item, key: str) -> Any:
    if key == "question":
        return item.question.id
    return item.number if key == "module" else getattr(item.figures, key)


def analysis(office: Office, actor: Actor, course_id: str) -> Analysis:
    """The items of a course that *actor* teaches, from a constant number of queries (and one for each edition that this
    process has not yet read).

    In it are the questions of the current edition's banks, and those of older editions that were asked. Raises
    ``NotFound`` for another's course.
    """
    row = course_row(office, actor, course_id)
    published = office.session.execute(select(Edition.id, Edition.number).where(Edition.course_id == row.id))
    numbers: dict[uuid.UUID, int] = {edition.id: edition.number for edition in published}
    if row.current_edition_id is None:
        raise NotFound("edition")
    course = course_of(office, row.current_edition_id)
    tallies, attempts, asked_in = _read(office, row.id, numbers)
    questions: dict[str, tuple[Question, str]] = dict(_bank(course))
    for edition in sorted(asked_in, key=lambda one: numbers[one], reverse=True):
        for question, found in _bank(course_of(office, edition)):
            if question in tallies:
                questions.setdefault(question, found)
    order = {module.id: module.number for module in course.modules}
    items = (
        _item(question, place, order.get(question.module, 0), tallies.get(question.id, _Tally()))
        for question, place in questions.values()
    )
    return Analysis(row, course, tuple(sorted(items, key=lambda one: (one.place == "exam", one.number))), attempts)


def _bank(course: Course) -> Iterator[tuple[str, tuple[Question, str]]]:
    for module in course.modules:
        for question in module.quiz:
            yield question, (course.questions[question], "quiz")
    for question in course.exam:
        yield question, (course.questions[question], "exam")


# Reading --------------------------------------------------------------------------------------------------------------


def _read(
    office: Office, course_id: str, numbers: dict[uuid.UUID, int]
) -> tuple[dict[str, _Tally], int, set[uuid.UUID]]:
    """What each question earned. Papers are kept by name only; answers go by, one attempt at a time."""
    # the tests that compare are taken before there was anything to learn: they say nothing of an item
    closed = (
        Enrolment.course_id == course_id,
        Attempt.closed_at.is_not(None),
        Attempt.kind.in_(("quiz", "exam")),
    )
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    first: dict[uuid.UUID, tuple[uuid.UUID, str, str, list[str]]] = {}
    editions: set[uuid.UUID] = set()
    attempts = office.session.execute(
        select(Attempt.id, Attempt.edition_id, Attempt.kind, Attempt.number, Attempt.paper, Person.language)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(*closed)
        .execution_options(yield_per=AT_ONCE)
    )
    for attempt, edition, kind, number, paper, spoken in attempts:
        names = [sys.intern(place[0]) for place in paper]
        editions.add(edition)
        for name in names:
            tallies[name].asked += 1
        if number == 1:
            first[attempt] = edition, kind, spoken, names
    answers = office.session.execute(
        select(AttemptAnswer.attempt_id, AttemptAnswer.question, AttemptAnswer.response, AttemptAnswer.credit)
        .join(Attempt, Attempt.id == AttemptAnswer.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(*closed, Attempt.number == 1)
        .order_by(AttemptAnswer.attempt_id)
        .execution_options(yield_per=AT_ONCE)
    )
    total = len(first)
    for attempt, rows in groupby(answers, key=lambda row: row.attempt_id):
        sitting = first.pop(attempt, None)
        if sitting is not None:  # else it was closed since the attempts were read
            given = {row.question: (row.credit or 0.0, row.response["value"]) for row in rows}
            _add(tallies, numbers[sitting[0]], *sitting[1:], given)
    for edition, kind, spoken, names in first.values():  # nothing was answered at all
        _add(tallies, numbers[edition], kind, spoken, names, {})
    return dict(tallies), total, editions


def _add(
    tallies: dict[str, _Tally],
    edition: int,
    kind: str,
    spoken: str,
    names: list[str],
    given: dict[str, tuple[float, Response]],
) -> None:
    total = sum(given[name][0] for name in names if name in given)
    for name in names:
        tally = tallies[name]
        credit, response = given.get(name, (0.0, ""))
        rest = (total - credit) / (len(names) - 1) if len(names) > 1 else 0.0
        cell = tally.cells.setdefault((edition, spoken), _Cell())
        cell.credits.append(credit)
        cell.rests.append(rest)
        table = tally.strata.setdefault((kind, statistics.stratum(total / len(names))), [[0, 0], [0, 0]])
        table[spoken == "en"][credit < 1] += 1
        tally.empty += not response
        for option in _choices(response):
            tally.chosen[option] += 1
            tally.rest_of[option] += rest


def _choices(response: Response) -> Iterable[str]:
    if isinstance(response, dict):
        return [f"{left}={right}" for left, right in response.items()]
    if isinstance(response, str):
        return [" ".join(response.casefold().split())] if response else []
    return response


# Figures --------------------------------------------------------------------------------------------------------------


def _item(question: Question, place: str, number: int, tally: _Tally) -> Item:
    credits = [x for cell in tally.cells.values() for x in cell.credits]
    rests = [x for cell in tally.cells.values() for x in cell.rests]
    found = statistics.figures(credits, rests)
    across = statistics.difference(tally.strata)
    wrong_key = statistics.looks_wrongly_keyed(found, *_key_and_others(question, tally))
    flags = statistics.flags(found, across, wrong_key)
    if tally.asked:
        flags = tuple(flag for flag in flags if flag != "unused")
    enough = len(credits) >= LEAST
    return Item(
        question,
        place,
        number,
        tally.asked,
        found if enough or not credits else ItemFigures(len(credits)),
        across,
        flags,
        _slices(tally),
        _picked(question, tally) if enough else (),
        tally.empty,
    )


def _key_and_others(question: Question, tally: _Tally) -> tuple[float | None, list[tuple[int, float]], int]:
    if question.kind != "one":
        return None, [], 0
    key = next((option.id for option in question.options if option.right), "")
    count = tally.chosen[key]
    mean = {option: tally.rest_of[option] / n for option, n in tally.chosen.items() if n}
    others = [(n, mean[option]) for option, n in tally.chosen.items() if option != key and n]
    return mean.get(key), others, count


def _slices(tally: _Tally) -> tuple[Slice, ...]:
    """By edition and language. A slice of fewer than ``LEAST`` answers is hidden, and the next smallest with it where it
    could be worked out from the sum.
    """
    keys = sorted(tally.cells)
    sizes = {key: len(tally.cells[key].credits) for key in keys}
    hidden = {key for key in keys if sizes[key] < LEAST}
    while hidden and sum(sizes[key] for key in hidden) < LEAST and len(hidden) < len(keys):
        hidden.add(min((key for key in keys if key not in hidden), key=lambda key: sizes[key]))
    return tuple(
        Slice(*key, None if key in hidden else statistics.figures(tally.cells[key].credits, tally.cells[key].rests))
        for key in keys
    )


def _picked(question: Question, tally: _Tally) -> tuple[Picked, ...]:
    """Who chose what: every option; the pairs and the written answers that at least ``LEAST`` officers gave."""
    if question.kind in ("one", "several"):
        return tuple(Picked(option.id, tally.chosen[option.id], option.right) for option in question.options)
    if question.kind == "match":
        # a pair is not known by its choice alone: which left cell it was is part of it
        return tuple(
            Picked(choice, count, left == right)
            for choice, count in tally.chosen.most_common()
            for left, _sign, right in [choice.partition("=")]
            if count >= LEAST
        )
    if question.kind == "order":
        return ()
    return tuple(
        Picked("", count, grade(question, text).right, text)
        for text, count in tally.chosen.most_common(WRITTEN)
        if count >= LEAST
    )


# CSV ------------------------------------------------------------------------------------------------------------------


def csv_file(found: Analysis, headings: Sequence[str], words: dict[str, str]) -> Iterator[bytes]:
    """One line for an item as a whole, and one for each edition and language in which it was answered.

    *headings*: question, module, bank, critical, edition, language, asked, uses, and the four figures and flags.
    *words*: of the banks, of the flags and "yes".
    """
    kinds = ("text",) * 4 + ("whole", "text") + ("whole",) * 6 + ("text",)
    return csv_stream(
        [Heading(title, kind) for title, kind in zip(headings, kinds, strict=True)],  # type: ignore[arg-type]
        (line for item in found.items for line in _lines(item, words)),
    )


def _lines(item: Item, words: dict[str, str]) -> Iterator[Sequence[Cell]]:
    head = (
        item.question.id,
        item.question.module,
        words[item.place],
        words["yes"] if item.question.critical else "",
    )
    flags = ", ".join(words[flag] for flag in item.flags)
    yield (*head, None, "", item.asked, *_numbers(item.figures), flags)
    for part in item.slices:
        if part.figures is not None:
            yield (*head, part.edition, part.language, None, *_numbers(part.figures), "")


def _numbers(found: ItemFigures) -> tuple[Cell, ...]:
    """Percents with two places, as text that is written as it is: a number with a sign must not become a text."""
    every = (found.facility, found.deviation, found.discrimination, found.efficiency)
    return (found.uses, *(None if value is None else f"{value:.2f}" for value in every))
