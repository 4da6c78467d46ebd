"""Figures that do not point at anyone: small cells of a table are hidden, and others with them, so that none can be
worked out.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

LEAST = 5
"""the smallest figure above none that may be shown"""

Table = Sequence[Sequence[int]]
At = tuple[int, int]


def protected(rows: Table, columns: int, least: int = LEAST) -> list[list[int | None]]:
    """*rows* of counts with their sums: a last column, and a last row. What must not be known is ``None``.

    Hidden are figures from 1 to *least* - 1. What the sums would give away is hidden with others: a hidden figure can
    be worked out exactly when no ring of hidden figures, turning from row to column and back, leads through it (rows
    and columns are the corners of a graph, hidden figures its edges; sums are figures like any other). So each gets the
    cheapest ring there is: small figures rather than large ones, sums last.
    """
    table = [[*row, sum(row)] for row in rows]
    table.append([sum(row[at] for row in table) for at in range(columns + 1)])
    hidden = {(r, c) for r, row in enumerate(table) for c, figure in enumerate(row) if 0 < figure < least}
    for cell in sorted(hidden):
        hidden |= _ring(table, cell, hidden)
    return [[None if (r, c) in hidden else figure for c, figure in enumerate(row)] for r, row in enumerate(table)]


def _ring(table: Table, cell: At, hidden: set[At]) -> set[At]:
    """The cells of the cheapest way from the row of *cell* to its column that does not use *cell*; hidden ones cost
    nothing.
    """
    height, width = len(table), len(table[0])
    goal = ("column", cell[1])
    best: dict[tuple[str, int], int] = {("row", cell[0]): 0}
    came: dict[tuple[str, int], tuple[tuple[str, int], At]] = {}
    queue = [(0, "row", cell[0])]
    while queue:
        cost, side, at = heapq.heappop(queue)
        if (side, at) == goal:
            break
        for other in range(width if side == "row" else height):
            step = (at, other) if side == "row" else (other, at)
            there = ("column" if side == "row" else "row", other)
            total = cost + (0 if step in hidden else _cost(table, step))
            if step != cell and total < best.get(there, total + 1):
                best[there] = total
                came[there] = ((side, at), step)
                heapq.heappush(queue, (total, *there))
    found: set[At] = set()
    corner: tuple[str, int] = goal
    while corner in came:
        corner, step = came[corner]
        found.add(step)
    return found


def _cost(table: Table, cell: At) -> int:
    figure = table[cell[0]][cell[1]]
    is_sum = cell[0] == len(table) - 1 or cell[1] == len(table[0]) - 1
    return 1 + figure + (100 if figure == 0 else 0) + (1_000_000 if is_sum else 0)
