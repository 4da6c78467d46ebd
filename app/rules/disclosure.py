"""Figures that do not point at anyone: small cells of a table are hidden, and others with them, so that none can be worked out."""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 5
"""the smallest figure above none that may be shown"""


def protected(rows: Sequence[Sequence[int]], columns: int, least: int = LEAST) -> list[list[int | None]]:
    """*rows* of counts with their sums: a last column, and a last row. What must not be known is ``None``.

    Hidden are figures from 1 to *least* - 1, and as many others as it takes that no row and no column, its sum included,
    has exactly one hidden figure: that one would be the difference of the rest. The smallest goes first, sums last.
    """
    table = [[*row, sum(row)] for row in rows]
    table.append([sum(row[at] for row in table) for at in range(columns + 1)])
    hidden = {(r, c) for r, row in enumerate(table) for c, figure in enumerate(row) if 0 < figure < least}
    lines = [[(r, c) for c in range(columns + 1)] for r in range(len(table))]
    lines += [[(r, c) for r in range(len(table))] for c in range(columns + 1)]
    changed = True
    while changed:
        changed = False
        for line in lines:
            shown = [cell for cell in line if cell not in hidden]
            if len(line) - len(shown) == 1 and shown:
                hidden.add(min(shown, key=lambda cell: _worth(table, cell, columns)))
                changed = True
    return [[None if (r, c) in hidden else figure for c, figure in enumerate(row)] for r, row in enumerate(table)]


def _worth(table: Sequence[Sequence[int]], cell: tuple[int, int], columns: int) -> tuple[bool, bool, int]:
    row, column = cell
    figure = table[row][column]
    is_sum = row == len(table) - 1 or column == columns
    return figure == 0, is_sum, figure
