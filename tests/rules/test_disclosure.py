"""Small cells stay hidden, whatever one adds and subtracts."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from app.rules.disclosure import LEAST, protected

tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.one_of(st.integers(0, 8), st.integers(0, 300)), min_size=width, max_size=width))
)


def determined(table: list[list[int | None]]) -> set[tuple[int, int]]:
    """The hidden cells that follow from what is shown and from the sums, by exact elimination."""
    hidden = [(r, c) for r, row in enumerate(table) for c, figure in enumerate(row) if figure is None]
    at = {cell: n for n, cell in enumerate(hidden)}
    last_row, last_column = len(table) - 1, len(table[0]) - 1
    lines = [[((r, c), -1 if c == last_column else 1) for c in range(last_column + 1)] for r in range(last_row + 1)]
    lines += [[((r, c), -1 if r == last_row else 1) for r in range(last_row + 1)] for c in range(last_column + 1)]
    matrix = []
    for line in lines:
        row = [Fraction(0)] * len(hidden)
        for cell, sign in line:
            if cell in at:
                row[at[cell]] += sign
        matrix.append(row)
    pivots: list[tuple[int, list[Fraction]]] = []
    for column in range(len(hidden)):
        pivot = next((row for row in matrix if row[column]), None)
        if pivot is None:
            continue
        matrix.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        matrix = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in matrix]
        pivots = [(n, [a - row[column] * b for a, b in zip(row, pivot, strict=True)]) for n, row in pivots]
        pivots.append((column, pivot))
    return {hidden[n] for n, row in pivots if sum(bool(value) for value in row) == 1}


@given(tables)
@example([[3, 0, 0]])
@example([[10, 12, 3], [20, 8, 9], [30, 40, 50]])
@example([[7, 9, 3, 6], [8, 6, 7, 9], [6, 2, 8, 7]])
@example([[1, 1, 9, 9], [1, 1, 9, 1], [9, 9, 1, 1], [9, 9, 1, 1]])
def test_no_small_figure_is_shown_or_can_be_worked_out(rows):
    width = len(rows[0]) if rows else 3
    table = protected(rows, width)
    assert all(figure is None or figure == 0 or figure >= LEAST for row in table for figure in row)
    assert determined(table) == set()


@given(tables)
def test_what_is_shown_is_true(rows):
    width = len(rows[0]) if rows else 3
    table = protected(rows, width)
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(row[c] for row in full) for c in range(width + 1)])
    assert all(
        shown in (None, true) for a, b in zip(table, full, strict=True) for shown, true in zip(a, b, strict=True)
    )


def test_a_table_without_small_figures_is_shown_whole():
    assert protected([[10, 20], [30, 0]], 2) == [[10, 20, 30], [30, 0, 30], [40, 20, 60]]


def test_large_figures_and_sums_stay_where_small_ones_will_do():
    assert protected([[10, 12, 3], [20, 8, 9], [30, 40, 50]], 3) == [
        [10, None, None, 25],
        [20, None, None, 37],
        [30, 40, 50, 120],
        [60, 60, 62, 182],
    ]
