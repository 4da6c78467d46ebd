"""A simulation as a drawn graph: scenes in layers from the first one down, choices as arrows that never cross a box.

The usual steps, small: arrows that lead back are turned round, every scene stands one layer below its lowest
predecessor, arrows over several layers get a place in each, and every layer is sorted by where its neighbours stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from app.courseware.course import Scenario

WIDE, HIGH = 176, 62
"""a scene's box"""
APART, BELOW = 28, 58
"""between boxes, and between layers"""
THIN = 30
"""an arrow that passes a layer"""
LETTERS = 20
"""of a title in a line of its box"""
SWEEPS = 8


@dataclass(frozen=True)
class Box:
    """A scene: its middle at ``x``, its top at ``y``."""

    scene: str
    x: float
    y: float


@dataclass(frozen=True)
class Arrow:
    """Choices that lead from one scene to another, all critical or none. ``numbers`` count a scene's choices from 1."""

    start: str
    end: str
    critical: bool
    numbers: tuple[int, ...]
    path: str
    """of the line, as SVG writes it"""
    tip: str
    """of the arrow's head"""
    x: float
    y: float
    """where its numbers stand"""


@dataclass(frozen=True)
class Graph:
    """A drawing in a room of ``width`` × ``height``."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


Key = tuple[str, str, bool]


def graph(scenario: Scenario) -> Graph:
    """Draw *scenario*. Choices that lead to no scene are left out: they are problems that the compiler tells."""
    known = list(dict.fromkeys(scene.id for scene in scenario.scenes))
    choices: dict[Key, list[int]] = {}
    for scene in scenario.scenes:
        for number, choice in enumerate(scene.choices, 1):
            if choice.to in known:
                choices.setdefault((scene.id, choice.to, choice.critical), []).append(number)
    back = _leading_back(known, choices)
    layer = _layers(known, choices, back)
    rows, chains = _rows(known, choices, back, layer)
    links = [(a, b) for chain in chains.values() for a, b in pairwise(chain)]
    _sort(rows, links)
    x, width = _across(rows)
    down = {node: index * (HIGH + BELOW) + 10.0 for index, row in enumerate(rows) for node in row}
    boxes = tuple(Box(scene, x[scene], down[scene]) for scene in known)
    arrows = _arrows(choices, chains, back, x, down)
    return Graph(boxes, arrows, width, max(len(rows), 1) * (HIGH + BELOW) - BELOW + 20)


def _leading_back(known: list[str], choices: dict[Key, list[int]]) -> set[Key]:
    """The arrows that lead back to a scene above: without them there is no circle."""
    leaving: dict[str, list[Key]] = {scene: [] for scene in known}
    for key in choices:
        leaving[key[0]].append(key)
    back: set[Key] = set()
    done: set[str] = set()
    for root in known:  # without recursion: a scenario may be longer than the stack is deep
        if root in done:
            continue
        open_: dict[str, None] = {root: None}
        stack = [(root, iter(leaving[root]))]
        while stack:
            scene, rest = stack[-1]
            way = next(rest, None)
            if way is None:
                stack.pop()
                done.add(scene)
                del open_[scene]
            elif way[1] in open_:
                back.add(way)
            elif way[1] not in done:
                open_[way[1]] = None
                stack.append((way[1], iter(leaving[way[1]])))
    return back


def _ends(key: Key, back: set[Key]) -> tuple[str, str]:
    """The upper and the lower scene of an arrow."""
    return (key[1], key[0]) if key in back else (key[0], key[1])


def _layers(known: list[str], choices: dict[Key, list[int]], back: set[Key]) -> dict[str, int]:
    """The longest way from a beginning to each scene."""
    downward = {_ends(key, back) for key in choices if key[0] != key[1]}
    layer = dict.fromkeys(known, 0)
    above = {scene: sum(1 for _upper, lower in downward if lower == scene) for scene in known}
    ready = [scene for scene in known if not above[scene]]
    below: dict[str, list[str]] = {scene: [] for scene in known}
    for upper, lower in sorted(downward):
        below[upper].append(lower)
    while ready:
        scene = ready.pop(0)
        for lower in below[scene]:
            layer[lower] = max(layer[lower], layer[scene] + 1)
            above[lower] -= 1
            if not above[lower]:
                ready.append(lower)
    return layer


def _rows(
    known: list[str], choices: dict[Key, list[int]], back: set[Key], layer: dict[str, int]
) -> tuple[list[list[str]], dict[Key, list[str]]]:
    """The nodes of each layer, and for each arrow the nodes it passes from top to bottom. A passing place begins with
    a space, which no scene's id does.
    """
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for scene in known:
        rows[layer[scene]].append(scene)
    chains: dict[Key, list[str]] = {}
    for number, key in enumerate(choices):
        upper, lower = _ends(key, back)
        chain = [upper]
        for between in range(layer[upper] + 1, layer[lower]):
            chain.append(f" {number}.{between}")
            rows[between].append(chain[-1])
        chains[key] = [*chain, lower]
    return rows, chains


def _sort(rows: list[list[str]], links: list[tuple[str, str]]) -> None:
    """Put every node where its neighbours in the next layer stand on average, down and up again."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in links:
        if upper != lower:
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    for sweep in range(SWEEPS):
        near = below if sweep % 2 else above
        for row in reversed(rows) if sweep % 2 else rows:
            place = {node: index / max(len(each), 1) for each in rows for index, node in enumerate(each, 1)}
            mean = {n: sum(place[m] for m in near[n]) / len(near[n]) if n in near else place[n] for n in row}
            row.sort(key=lambda node: mean[node])


def _across(rows: list[list[str]]) -> tuple[dict[str, float], float]:
    """The middle of every node, each layer in the middle of the drawing, and the drawing's width."""
    room = {node: THIN if node.startswith(" ") else WIDE for row in rows for node in row}
    wide = [sum(room[node] for node in row) + APART * max(len(row) - 1, 0) for row in rows]
    most = max(wide, default=WIDE) + 40
    x: dict[str, float] = {}
    for row, width in zip(rows, wide, strict=True):
        at = (most - width) / 2
        for node in row:
            x[node] = at + room[node] / 2
            at += room[node] + APART
    return x, most


def _arrows(
    choices: dict[Key, list[int]],
    chains: dict[Key, list[str]],
    back: set[Key],
    x: dict[str, float],
    down: dict[str, float],
) -> tuple[Arrow, ...]:
    leaving = _ports({key: chains[key][0] for key in choices}, {key: x[chains[key][1]] for key in choices}, x)
    coming = _ports({key: chains[key][-1] for key in choices}, {key: x[chains[key][-2]] for key in choices}, x)
    found = []
    for key, numbers in choices.items():
        chain = chains[key]
        if key[0] == key[1]:  # a scene that leads to itself: a loop at its side
            right, top = x[key[0]] + WIDE / 2, down[key[0]]
            line = f"M{right:.1f} {top + 46:.1f}c16 0 16 -28 4 -28"
            found.append(Arrow(*key, tuple(numbers), line, _tip(right, top + 18, -1, 0), right + 12, top + 60))
            continue
        points = [(leaving[key], down[chain[0]] + HIGH)]
        for node in chain[1:-1]:
            points += [(x[node], down[node]), (x[node], down[node] + HIGH)]
        points.append((coming[key], down[chain[-1]]))
        # The numbers stand close to the scene that is left, where the arrows lie furthest apart.
        first, second = (points[-1], points[-2]) if key in back else (points[0], points[1])
        spot = (first[0] + (second[0] - first[0]) * 0.2, first[1] + (second[1] - first[1]) * 0.34 + 4)
        if key in back:
            points.reverse()
        sign = -1 if key in back else 1
        points[-1] = (points[-1][0], points[-1][1] - sign * 7)
        line = _line(points)
        tip = _tip(points[-1][0], points[-1][1] + sign * 7, 0, sign)
        found.append(Arrow(*key, tuple(numbers), line, tip, round(spot[0], 1), round(spot[1], 1)))
    return tuple(found)


def _ports(node: dict[Key, str], towards: dict[Key, float], x: dict[str, float]) -> dict[Key, float]:
    """Where along a box's edge each of its arrows begins or ends: in the order in which they go away."""
    at: dict[str, list[Key]] = {}
    for key, one in node.items():
        at.setdefault(one, []).append(key)
    ports: dict[Key, float] = {}
    for one, keys in at.items():
        keys.sort(key=lambda key: (towards[key], key))
        for index, key in enumerate(keys, 1):
            ports[key] = x[one] - WIDE / 2 + WIDE * index / (len(keys) + 1)
    return ports


def _line(points: list[tuple[float, float]]) -> str:
    (x, y), *rest = points
    line = f"M{x:.1f} {y:.1f}"
    for to_x, to_y in rest:
        half = (y + to_y) / 2
        line += f"C{x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    return line


def _tip(x: float, y: float, along: int, down: int) -> str:
    """A small head whose point is at *x*, *y*."""
    if along:
        return f"M{x:.1f} {y:.1f}l9 -5v10z"
    return f"M{x:.1f} {y:.1f}l-5 {-9 * down}h10z"


def in_lines(title: str) -> tuple[str, ...]:
    """A title in at most two lines that fit a box; what is longer ends in "…"."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], lines[1][: LETTERS - 1].rstrip() + "…"]
    return tuple(line if len(line) <= LETTERS else line[: LETTERS - 1] + "…" for line in lines)
