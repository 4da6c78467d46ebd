"""A simulation as a drawing: every scene once, every choice an arrow, and no box over another."""

from __future__ import annotations

import itertools
import random
import re

from app.courseware.course import Choice, Scenario, Scene
from app.services import publishing
from app.services.publishing.graphing import HIGH, LETTERS, WIDE


def scenario(ways: dict[str, list[str]]) -> Scenario:
    """Scenes and where their choices lead; "x!" is a critical choice."""
    scenes = tuple(
        Scene(
            id=name,
            html={"en": ""},
            choices=tuple(Choice(to=to.rstrip("!"), text={"en": to}, critical=to.endswith("!")) for to in leads),
        )
        for name, leads in ways.items()
    )
    return Scenario(id="s", title={}, intro={}, dials=(), dial_names={}, scenes=scenes)


def test_a_scene_stands_below_those_that_lead_to_it() -> None:
    drawn = publishing.graph(scenario({"a": ["b", "c"], "b": ["c"], "c": []}))
    down = {box.scene: box.y for box in drawn.boxes}
    assert down["a"] < down["b"] < down["c"]


def test_choices_to_one_scene_are_one_arrow_with_their_numbers_and_critical_ones_another() -> None:
    drawn = publishing.graph(scenario({"a": ["b", "c!", "b", "b!"], "b": [], "c": []}))
    found = {(one.end, one.critical): one.numbers for one in drawn.arrows}
    assert found == {("b", False): (1, 3), ("c", True): (2,), ("b", True): (4,)}


def test_ways_back_and_to_oneself_and_to_nowhere_are_drawn_as_far_as_they_can_be() -> None:
    drawn = publishing.graph(scenario({"a": ["a", "b", "lost"], "b": ["a"], "alone": []}))
    assert {(one.start, one.end) for one in drawn.arrows} == {("a", "a"), ("a", "b"), ("b", "a")}
    assert len(drawn.boxes) == 3


def test_no_box_lies_over_another_or_outside_whatever_the_story() -> None:
    chance = random.Random(7)
    for size in (1, 2, 9, 40):
        names = [f"s{n}" for n in range(size)]
        drawn = publishing.graph(scenario({name: chance.choices(names, k=4) for name in names}))
        for box in drawn.boxes:
            assert WIDE / 2 <= box.x <= drawn.width - WIDE / 2
            assert 0 <= box.y <= drawn.height - HIGH
        for one, other in itertools.combinations(drawn.boxes, 2):
            assert abs(one.x - other.x) >= WIDE or abs(one.y - other.y) >= HIGH


def test_a_story_of_a_thousand_scenes_is_drawn() -> None:
    ways = {f"s{n}": [f"s{n + 1}"] for n in range(1000)} | {"s1000": []}
    assert len(publishing.graph(scenario(ways)).arrows) == 1000


def test_lines_are_made_of_numbers_alone() -> None:
    drawn = publishing.graph(scenario({"a": ["b", "a"], "b": ["c", "a"], "c": ["d"], "d": [], "e": ["d", "a"]}))
    for arrow in drawn.arrows:
        assert re.fullmatch(r"[MCchvlz0-9. -]+", arrow.path + arrow.tip)


def test_a_long_title_is_cut_to_two_lines_of_its_box() -> None:
    lines = publishing.in_lines("The one about a very long and winding evening at the landing by the river")
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(len(line) <= LETTERS for line in (*lines, *publishing.in_lines("x" * 90)))
    assert publishing.in_lines("Money") == ("Money",)
