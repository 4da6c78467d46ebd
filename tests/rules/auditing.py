"""An observer with a pencil and all the time in the world: what published figures leave open, exactly.

Every published figure is a linear equation over counts that nobody may see and none of which is negative. The least and
the most that a sum of them can be are found by the simplex method on fractions (Bland's rule: it ends). Nothing here knows
how figures come to be hidden.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from fractions import Fraction


class Contradiction(AssertionError):
    """No counts at all agree with what was published."""


class Observer:
    """Reads figures (:meth:`read`), then says what a sum of counts can be (:meth:`bounds`)."""

    def __init__(self) -> None:
        self.at: dict[Hashable, int] = {}
        self.equations: list[tuple[dict[int, int], int]] = []
        self.tableau: list[list[Fraction]] | None = None
        self.basis: list[int] = []

    def read(self, parts: Iterable[Hashable], value: int, minus: Iterable[Hashable] = ()) -> None:
        """The counts *parts*, less those of *minus*, are *value* together."""
        found: dict[int, int] = {}
        for sign, names in ((1, parts), (-1, minus)):
            for name in names:
                at = self.at.setdefault(name, len(self.at))
                found[at] = found.get(at, 0) + sign
        self.equations.append((found, value))

    def bounds(self, parts: Iterable[Hashable]) -> tuple[Fraction, Fraction | None]:
        """The least and the most (``None``: no end) that *parts* can be together. Raises :class:`Contradiction`."""
        if self.tableau is None:
            self._begin()
        cost = [Fraction(0)] * len(self.at)
        for name in parts:
            cost[self.at[name]] += 1
        least = self._least(cost)
        most = self._least([-one for one in cost])
        assert least is not None
        return least, None if most is None else -most

    def _begin(self) -> None:
        """Find some counts that agree with everything, by driving out what is made up."""
        width, height = len(self.at), len(self.equations)
        rows = []
        for n, (equation, value) in enumerate(self.equations):
            sign = -1 if value < 0 else 1
            row = [Fraction(sign * equation.get(at, 0)) for at in range(width)]
            row += [Fraction(int(at == n)) for at in range(height)]
            rows.append([*row, Fraction(sign * value)])
        self.tableau, self.basis = rows, list(range(width, width + height))
        short = self._least([Fraction(0)] * width + [Fraction(1)] * height)
        if short != 0:
            raise Contradiction(short)
        for n, at in enumerate(self.basis):
            if (
                at >= width
            ):  # a made-up count that is zero: put a true one in its place, or the equation says nothing new
                column = next((c for c in range(width) if self.tableau[n][c]), None)
                if column is not None:
                    self._pivot(n, column)
        kept = [n for n, at in enumerate(self.basis) if at < width]
        self.tableau = [[*self.tableau[n][:width], self.tableau[n][-1]] for n in kept]
        self.basis = [self.basis[n] for n in kept]

    def _least(self, cost: list[Fraction]) -> Fraction | None:
        """The least that *cost* can be; the tableau stays at where it is."""
        assert self.tableau is not None
        line = [*cost, Fraction(0)]
        for row, at in zip(self.tableau, self.basis, strict=True):
            if line[at]:
                factor = line[at]
                line = [a - factor * b for a, b in zip(line, row, strict=True)]
        while True:
            column = next((c for c in range(len(cost)) if line[c] < 0), None)
            if column is None:
                return -line[-1]
            ratios = [
                (row[-1] / row[column], self.basis[n], n) for n, row in enumerate(self.tableau) if row[column] > 0
            ]
            if not ratios:
                return None
            n = min(ratios)[2]
            self._pivot(n, column)
            factor = line[column]
            line = [a - factor * b if b else a for a, b in zip(line, self.tableau[n], strict=True)]

    def _pivot(self, n: int, column: int) -> None:
        assert self.tableau is not None
        pivot = self.tableau[n][column]
        chosen = self.tableau[n] = [value / pivot if value else value for value in self.tableau[n]]
        for other, row in enumerate(self.tableau):
            if other != n and row[column]:
                factor = row[column]
                self.tableau[other] = [a - factor * b if b else a for a, b in zip(row, chosen, strict=True)]
        self.basis[n] = column
