"""Figures that do not point at anyone: small ones are hidden, and others with them, so that none can be worked out.

Tables of counts with their sums are a network: what flows into a node flows out of it (a sum is the sum of its parts).
Whoever knows the published figures knows of a hidden one only what these balances and the absence of negative counts
leave open: it can be as much larger as further flow finds a way round through hidden figures, and as much smaller as flow
can be sent back. So every small figure is given such ways, by hiding the cheapest others on them: then nothing published
tells that it is not zero, nor that it is not five or more. This is exact for tables with one tree of sums (posts, services,
countries) across another dimension of any kind; what is never published (who is on the way from one month to the next)
takes part too.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping
from typing import NamedTuple

LEAST = 5
"""the fewest people that a figure above none may be about"""
NEVER = -1
"""the price of what is not published at all"""
_ENDLESS = 1 << 60


class Count(NamedTuple):
    """So many enrolments, of at least so many people."""

    number: int = 0
    people: int = 0

    @property
    def small(self) -> bool:
        """Whether it must not be shown. Nobody at all is no secret."""
        return self.number > 0 and self.people < LEAST


class Flow(NamedTuple):
    """A figure between two nodes of the network."""

    tail: Hashable
    head: Hashable
    figure: Count
    price: int = 1
    """how much is lost by hiding it, beside others; :data:`NEVER` if it is not published anyway"""


def hidden(flows: Mapping[Hashable, Flow]) -> frozenset[Hashable] | None:
    """The keys of the *flows* that must not be shown, small ones and others with them; ``None`` if there is no way of
    protecting them all: then nothing of the table may be shown.

    What balances at nodes that only published totals enter or leave is left out of *flows*: such totals are known.
    """
    found = {key for key, flow in flows.items() if flow.figure.small and flow.price != NEVER}
    for key in sorted(found, key=lambda key: (-flows[key].figure.number, str(key))):
        number = flows[key].figure.number
        up, down = max(LEAST, number + 1) - number, number
        if not (_sent(flows, found, key, up, forward=True) and _sent(flows, found, key, down, forward=False)):
            return None
    return frozenset(found)


def _sent(flows: Mapping[Hashable, Flow], found: set[Hashable], key: Hashable, amount: int, forward: bool) -> bool:
    """Find ways round *key* for *amount*, the cheapest first, and add what they use to *found*."""
    ends = (flows[key].head, flows[key].tail)
    start, goal = ends if forward else ends[::-1]
    changed: dict[Hashable, int] = dict.fromkeys(flows, 0)
    beside: dict[Hashable, list[Hashable]] = {}
    for other, flow in flows.items():
        if other != key:
            beside.setdefault(flow.tail, []).append(other)
            beside.setdefault(flow.head, []).append(other)
    while amount > 0:
        way = _way(flows, found, beside, changed, start, goal)
        if way is None:
            return False
        step = min([amount, *(flows[other].figure.number + changed[other] for other, sign in way if sign < 0)])
        for other, sign in way:
            changed[other] += sign * step
            if flows[other].price != NEVER:
                found.add(other)
        amount -= step
    return True


def _way(
    flows: Mapping[Hashable, Flow],
    found: set[Hashable],
    beside: Mapping[Hashable, list[Hashable]],
    changed: Mapping[Hashable, int],
    start: Hashable,
    goal: Hashable,
) -> list[tuple[Hashable, int]] | None:
    """The cheapest way from *start* to *goal*: figures, each with 1 (it grows) or -1 (it shrinks, so far as it can)."""
    best: dict[Hashable, int] = {start: 0}
    came: dict[Hashable, tuple[Hashable, Hashable, int]] = {}
    queue: list[tuple[int, int, Hashable]] = [(0, 0, start)]
    turn = 0
    while queue:
        cost, _turn, at = heapq.heappop(queue)
        if at == goal:
            break
        for key in beside.get(at, ()):
            flow = flows[key]
            sign = 1 if flow.tail == at else -1
            if sign < 0 and flow.figure.number + changed[key] <= 0:
                continue
            there = flow.head if sign > 0 else flow.tail
            total = cost + (0 if key in found or flow.price == NEVER else flow.price)
            if total < best.get(there, _ENDLESS):
                best[there], came[there] = total, (at, key, sign)
                turn += 1
                heapq.heappush(queue, (total, turn, there))
    if goal not in came:
        return None
    way = []
    while goal != start:
        goal, key, sign = came[goal]
        way.append((key, sign))
    return way


# Tables ---------------------------------------------------------------------------------------------------------------

Row = tuple[Count, ...]
Shown = tuple[int | None, ...]
"""a row as it is published: its sum first; ``None`` is hidden"""


class Group(NamedTuple):
    """A line of a table with the lines that it is the sum of, or a line by itself (*parts* empty)."""

    row: Row
    sum: Count
    parts: tuple[tuple[Row, Count], ...] = ()


def table(groups: list[Group]) -> list[tuple[Shown, list[Shown]]] | None:
    """*groups* as they may be published, each with its parts; ``None`` if nothing of them may be.

    The sums of the columns over all groups, and the sum of these, are taken to be known.
    """
    flows: dict[Hashable, Flow] = {}
    for g, group in enumerate(groups):
        for c, count in enumerate(group.row):
            flows[g, None, c] = Flow(("column", c), ("cell", g, c) if group.parts else ("row", g), count, _price(count))
        for p, (row, whole) in enumerate(group.parts):
            for c, count in enumerate(row):
                flows[g, p, c] = Flow(("cell", g, c), ("row", g, p), count, _price(count))
            flows[g, p, "sum"] = Flow(("row", g, p), ("row", g), whole, _price(whole, 3))
        flows[g, None, "sum"] = Flow(("row", g), "all", group.sum, _price(group.sum, 9))
    away = hidden(flows)
    if away is None:
        return None

    def shown(g: int, p: int | None, width: int) -> Shown:
        keys = [(g, p, "sum"), *((g, p, c) for c in range(width))]
        return tuple(None if key in away else flows[key].figure.number for key in keys)

    return [
        (shown(g, None, len(group.row)), [shown(g, p, len(row)) for p, (row, _sum) in enumerate(group.parts)])
        for g, group in enumerate(groups)
    ]


def _price(count: Count, weight: int = 1) -> int:
    """Small figures are hidden rather than large ones, parts rather than sums. Now and then it is a zero: did the platform
    always show them, what it hides would be known not to be one.
    """
    return weight * (20 + min(count.number or 100, 1000))


def months(came: list[Count], left: list[Count]) -> tuple[Shown, Shown] | None:
    """What came and what left in each month, as they may be published; ``None`` if nothing of them may be.

    The sum of each is taken to be known, and that nothing leaves before it came.
    """
    flows: dict[Hashable, Flow] = {}
    inside = 0
    for m, (one, other) in enumerate(zip(came, left, strict=True)):
        flows["came", m] = Flow("in", m, one, _price(one))
        flows["left", m] = Flow(m, "out", other, _price(other))
        inside += one.number - other.number
        if m + 1 < len(came):
            flows["stay", m] = Flow(m, m + 1, Count(max(inside, 0)), NEVER)
    away = hidden(flows)
    if away is None:
        return None
    return (
        tuple(None if ("came", m) in away else one.number for m, one in enumerate(came)),
        tuple(None if ("left", m) in away else one.number for m, one in enumerate(left)),
    )
