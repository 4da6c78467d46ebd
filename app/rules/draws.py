"""Which items an attempt asks, and in what order their options stand.

A draw is a function of its seed and nothing else, so it can be replayed and explained. Items are ranked by
SHA-256(seed, id) rather than by ``random``, whose sampling may change between Python versions.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence

import msgspec

from app.courseware.course import Course, ExamRule, Question, QuizRule

QUIZ_CRITICAL_SHARE = 0.25
"""a quarter of a module bank is critical (CURRICULUM C13); a draw keeps that share"""
EXAM_CRITICAL_SHARE = 0.30
"""at least 12 of 40 items of the final exam are critical (CURRICULUM C13)"""


class Item(msgspec.Struct, frozen=True):
    """One place on the paper. ``order`` are option ids as shown; for ``match`` the right cells as offered."""

    question: str
    order: tuple[str, ...] = ()


def rank(seed: str, name: str) -> bytes:
    """The place of *name* in the draw of *seed*: sort by it."""
    return hashlib.sha256(f"{seed}\x00{name}".encode()).digest()


NOTHING: frozenset[str] = frozenset()


def available(course: Course, ids: Iterable[str], country: str, without: frozenset[str] = NOTHING) -> list[Question]:
    """The questions among *ids* that bind a learner of *country* (ISO code), but those of *without* (annulled)."""
    found = (course.questions[i] for i in ids if i in course.questions and i not in without)
    return [q for q in found if not q.countries or country in q.countries]


def shown_order(question: Question, seed: str) -> tuple[str, ...]:
    """The order in which *question* shows its options. A question to be put in order is never shown solved."""
    if question.kind == "match":
        ids = [pair.id for pair in question.pairs]
    else:
        ids = [option.id for option in question.options]
    if not question.shuffle and question.kind not in ("order", "match"):
        return tuple(ids)
    shown = sorted(ids, key=lambda i: rank(seed, f"{question.id}/{i}"))
    if question.kind == "order" and shown == ids and len(ids) > 1:
        shown = [*shown[1:], shown[0]]
    return tuple(shown)


def quiz(
    course: Course, module: str, rule: QuizRule, seed: str, country: str, without: frozenset[str] = NOTHING
) -> tuple[Item, ...]:
    """The paper of a module quiz: ``rule.draw`` items of the bank (all of a smaller bank), a quarter of them critical."""
    found = course.module(module)
    bank = available(course, found.quiz if found else (), country, without)
    return _paper(_stratum(bank, rule.draw, math.ceil(rule.draw * QUIZ_CRITICAL_SHARE), seed), seed)


def exam(
    course: Course, rule: ExamRule, seed: str, country: str, without: frozenset[str] = NOTHING
) -> tuple[Item, ...]:
    """The paper of the final exam: each module within ``rule.per_module``, and enough critical items, or as many as there are."""
    bank = available(course, course.exam, country, without)
    by_module = {m.id: [q for q in bank if q.module == m.id] for m in course.modules}
    shares = _shares({m: len(qs) for m, qs in by_module.items()}, rule, seed)
    drawn: list[Question] = []
    for module, count in shares.items():
        critical = math.ceil(count * EXAM_CRITICAL_SHARE)
        drawn += _stratum(by_module[module], count, critical, seed)
    return _paper(drawn, seed)


def parallel(course: Course, draw: int, seed: str, country: str, second: bool) -> tuple[Item, ...]:
    """One of two parallel forms of *draw* items from the banks of all modules: the test before the course, or, if
    *second*, the one after it.

    Each module gives an even share. Of twice as many items, ranked by *seed*, neighbours in weight (critical, difficulty)
    go to different forms, so that both are about as hard and share no item while the banks last.
    """
    banks = {module.id: available(course, module.quiz, country) for module in course.modules}
    shares = _shares({name: len(bank) for name, bank in banks.items()}, ExamRule(draw=draw), seed)
    drawn: list[Question] = []
    for name, count in shares.items():
        ranked = sorted(banks[name], key=lambda q: rank(seed, q.id))[: 2 * count]
        pairs = sorted(ranked, key=lambda q: (q.critical, q.difficulty, rank(seed, q.id)))
        mine, other = pairs[int(second) :: 2], pairs[int(not second) :: 2]
        drawn += [*mine, *other][:count]
    return _paper(drawn, f"{seed}/{int(second)}")


def _stratum(bank: Sequence[Question], count: int, critical: int, seed: str) -> list[Question]:
    ranked = sorted(bank, key=lambda q: rank(seed, q.id))
    must = [q for q in ranked if q.critical][: min(critical, count)]
    rest = [q for q in ranked if q not in must][: max(0, count - len(must))]
    return must + rest


def _shares(stock: dict[str, int], rule: ExamRule, seed: str) -> dict[str, int]:
    """How many items each module gives: even shares, within the limits and the stock; who gives one more is drawn."""
    fewest, most = rule.per_module
    most = most or rule.draw
    shares = {m: min(fewest, n) for m, n in stock.items()}
    order = sorted(stock, key=lambda m: rank(seed, f"module/{m}"))
    while sum(shares.values()) < rule.draw:
        open_ = [m for m in order if shares[m] < min(most, stock[m])]
        if not open_:
            break
        least = min(shares[m] for m in open_)
        shares[next(m for m in open_ if shares[m] == least)] += 1
    return shares


def _paper(questions: Iterable[Question], seed: str) -> tuple[Item, ...]:
    mixed = sorted(questions, key=lambda q: rank(seed, f"place/{q.id}"))
    return tuple(Item(q.id, shown_order(q, seed)) for q in mixed)


class Stratum(msgspec.Struct, frozen=True):
    """What one module gave to a paper, of what it had to give."""

    module: str
    asked: int
    stock: int
    critical: int
    """of those asked"""
    critical_stock: int


def strata(
    course: Course, ids: Iterable[str], asked: Iterable[str], country: str, without: frozenset[str] = NOTHING
) -> tuple[Stratum, ...]:
    """A draw explained: for each module how many of its items among *ids* were there, and how many of them *asked*."""
    bank, drawn = available(course, ids, country, without), set(asked)
    found = []
    for module in course.modules:
        stock = [question for question in bank if question.module == module.id]
        taken = [question for question in course.questions.values() if question.id in drawn]
        taken = [question for question in taken if question.module == module.id]
        if stock or taken:
            critical = sum(question.critical for question in taken)
            found.append(
                Stratum(module.id, len(taken), len(stock), critical, sum(question.critical for question in stock))
            )
    return tuple(found)
