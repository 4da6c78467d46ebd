"""How well items measure: classical item statistics, and whether an item is harder in one language than in the other.

Formulas: Moodle, "Quiz statistics calculations" (docs.moodle.org/dev/Quiz_statistics_calculations) and "Quiz report
statistics" (docs.moodle.org/en/Quiz_statistics_report), with credits from 0 to 1. Differential functioning: N. Mantel
and W. Haenszel (1959), on the scale of the Educational Testing Service (P. W. Holland and D. T. Thayer, "Differential
item performance and the Mantel-Haenszel procedure", 1988; the classes A, B, C of R. Zwick, 2012, ETS RR-12-08).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

LEAST_USES = 20
"""uses below which spread, discrimination and efficiency say more about chance than about the item"""
LEAST_EACH = 30
"""answers in each language below which the two are not compared"""
TOO_EASY = 95.0
"""facility, in percent, from which Moodle calls an item extremely easy"""
ONE_SIDED = 2.326
"""standard errors below zero from which a negative discrimination is hardly chance (1 in 100: courses have many items)"""
LARGE_DELTA = 1.5
"""size on the ETS scale from which a difference is large (class C)"""
CHI_SQUARE = 3.841
"""of one degree of freedom: a difference this large or larger is chance in 5 of 100"""
BAND = 10
"""percents of the total score that are one stratum"""


class ItemFigures(msgspec.Struct, frozen=True):
    """Of one item, all in percent. ``None``: it cannot be said (too few uses, or nobody's marks differ)."""

    uses: int
    facility: float | None = None
    deviation: float | None = None
    discrimination: float | None = None
    efficiency: float | None = None


class Difference(msgspec.Struct, frozen=True):
    """An item in two languages at equal total score."""

    delta: float
    """ETS delta: below 0 it is harder in the focal language, above 0 in the reference language"""
    chi_square: float

    @property
    def large(self) -> bool:
        """Class C: large, and hardly chance."""
        return abs(self.delta) >= LARGE_DELTA and self.chi_square > CHI_SQUARE

    @property
    def times(self) -> float:
        """How many times higher the odds of a right answer are in the easier language."""
        return math.exp(abs(self.delta) / 2.35)


def mean(values: Sequence[float]) -> float:
    """The mean; of no values it raises ``ZeroDivisionError``."""
    return math.fsum(values) / len(values)


def covariance(xs: Sequence[float], ys: Sequence[float]) -> float:
    """The sample covariance, with n − 1 (Moodle's C(x, y))."""
    mx, my = mean(xs), mean(ys)
    return math.fsum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / (len(xs) - 1)


def facility(credits: Sequence[float]) -> float | None:
    """Moodle's facility index: the mean credit, in percent of the most that there is. ``None`` of no uses."""
    return 100 * mean(credits) if credits else None


def deviation(credits: Sequence[float]) -> float | None:
    """Moodle's standard deviation of the credit, in percent: 100 · √V(x). ``None`` of fewer than two uses."""
    return 100 * math.sqrt(max(0.0, covariance(credits, credits))) if len(credits) > 1 else None


def discrimination(credits: Sequence[float], rests: Sequence[float]) -> float | None:
    """Moodle's discrimination index: 100 · C(x, X) ÷ √(V(x) · V(X)), x the credit and X the score in the rest.

    From −100 to 100. ``None`` where either does not vary.
    """
    if len(credits) < 2:
        return None
    spread = math.sqrt(max(0.0, covariance(credits, credits))) * math.sqrt(max(0.0, covariance(rests, rests)))
    if spread < 1e-9:
        return None
    return max(-100.0, min(100.0, 100 * covariance(credits, rests) / spread))


def efficiency(credits: Sequence[float], rests: Sequence[float]) -> float | None:
    """Moodle's discriminative efficiency: 100 · C(x, X) ÷ C_max(x, X).

    C_max is the covariance were the best credits those of the best in the rest: both sorted. It tells an item that does
    not discriminate from one so easy or so hard that it cannot. ``None`` where nothing varies.
    """
    if len(credits) < 2:
        return None
    most = covariance(sorted(credits), sorted(rests))
    if most < 1e-9:
        return None
    return min(100.0, 100 * covariance(credits, rests) / most)


def figures(credits: Sequence[float], rests: Sequence[float]) -> ItemFigures:
    """All figures of an item; with fewer than :data:`LEAST_USES` uses only its facility."""
    if len(credits) < LEAST_USES:
        return ItemFigures(len(credits), facility(credits))
    return ItemFigures(
        len(credits),
        facility(credits),
        deviation(credits),
        discrimination(credits, rests),
        efficiency(credits, rests),
    )


def difference(strata: Mapping[object, Sequence[Sequence[int]]]) -> Difference | None:
    """Mantel-Haenszel over strata of equal total score: for each ((right, wrong) reference, (right, wrong) focal).

    α = Σ(Ar·Bf ÷ n) ÷ Σ(Br·Af ÷ n), Δ = −2.35 · ln α, and χ² with the correction for continuity. Where one sum is 0, half
    an answer is added to both, so that the size stays finite. ``None`` with fewer than :data:`LEAST_EACH` answers in
    either language, or where no stratum compares anything.
    """
    tables = [(a, b, c, d) for (a, b), (c, d) in strata.values()]
    if sum(a + b for a, b, _c, _d in tables) < LEAST_EACH or sum(c + d for _a, _b, c, d in tables) < LEAST_EACH:
        return None
    upper = lower = observed = expected = variance = 0.0
    for a, b, c, d in tables:
        n = a + b + c + d
        if not (a + b) or not (c + d):
            continue
        upper += a * d / n
        lower += b * c / n
        observed += a
        expected += (a + b) * (a + c) / n
        variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))
    if not variance:
        return None
    if not upper or not lower:
        upper, lower = upper + 0.5, lower + 0.5
    delta = -2.35 * math.log(upper / lower)
    return Difference(delta, max(0.0, abs(observed - expected) - 0.5) ** 2 / variance)


def stratum(share: float) -> int:
    """The stratum of a total score: *share*, from 0 to 1, in tenths."""
    return int(share * 100 + 1e-9) // BAND


def looks_wrongly_keyed(
    found: ItemFigures, key: float | None = None, others: Iterable[tuple[int, float]] = (), key_count: int = 0
) -> bool:
    """Whether the better officers fail an item: its discrimination is below zero by more than chance.

    Or, for one answer of several: some other answer was chosen more often than the key, by officers who did better in
    the rest. *key* and *others* are mean scores in the rest of those who chose them, with how many did. Never with
    fewer than :data:`LEAST_USES` uses, nor where nearly everyone hits the key.
    """
    if found.uses < LEAST_USES or found.facility is None or found.facility >= TOO_EASY:
        return False
    if found.discrimination is not None and found.discrimination / 100 * math.sqrt(found.uses - 1) < -ONE_SIDED:
        return True
    return any(count > key_count and (key is None or rest > key) for count, rest in others)


def flags(found: ItemFigures, across: Difference | None, wrong_key: bool) -> tuple[str, ...]:
    """What is the matter with an item: "unused", "easy", "key", "translation"; often nothing."""
    every = (
        ("unused", not found.uses),
        ("key", wrong_key),
        ("translation", across is not None and across.large),
        ("easy", found.uses >= LEAST_USES and found.facility is not None and found.facility >= TOO_EASY),
    )
    return tuple(name for name, holds in every if holds)
