"""Scenarios: what is read, and the proof that every way through one ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.courseware.course import Choice, Course
from tests.courseware.conftest import SCENARIO, Desk

Replaced = Callable[[str, str, str], dict[str, str | None]]
FRONT = "---\ntitle: A shift\n---\n"
"""Three lines: the first line of a body is line 4."""


def test_scenes_choices_and_endings_are_read(course: Course) -> None:
    scenario = course.modules[1].scenario
    assert scenario is not None
    assert (scenario.id, scenario.title["es"], scenario.intro["en"]) == (
        "first-shift",
        "Primer turno",
        "<p>You are at the landing.</p>",
    )
    assert scenario.dials == ("safety", "rights", "referral", "trust")
    assert scenario.dial_names["referral"] == {"en": "Referral", "es": "Derivación"}
    assert scenario.dial_names["safety"]["es"] == "Seguridad de las personas"
    assert [(scene.id, scene.ending) for scene in scenario.scenes] == [
        ("landing", None),
        ("waiting", None),
        ("well", "good"),
        ("lost", "bad"),
        ("dismissed", "critical"),
    ]
    landing = scenario.scenes[0]
    assert landing.title == {"en": "The landing, 06:40", "es": "El embarcadero, 06:40"}
    assert landing.html["en"] == "<p>A boatman offers money.</p>"
    assert landing.choices[0] == Choice("dismissed", {"en": "Take it.", "es": "Tomarlo."}, {"rights": -2}, True)
    assert landing.choices[2] == Choice("waiting", {"en": "Ask again.", "es": "Preguntar de nuevo."})


def scenario(*scenes: str, dials: str = ":dials: rights trust\n") -> str:
    return "::::{scenario} shift\n" + dials + "\n" + "\n".join(scenes) + "::::\n"


def scene(name: str, *choices: str, options: str = "", text: str = "Text.\n") -> str:
    return f":::{{scene}} {name}\n{options}{text}\n" + "".join(f"- {choice}\n" for choice in choices) + ":::\n"


END = scene("end", options=":ending: good\n")
CRITICAL = scene("worst", options=":ending: critical\n")

# The scenario opens in line 1, its dials are line 2, the first scene opens in line 4 and its choices begin in line 7.
MISTAKES = [
    pytest.param(
        scenario(scene("a", "[Go.](#nowhere)", "[On.](#end)"), END), ("choice-unknown-scene", 7, 9), id="no such scene"
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), scene("b", "[Go.](#end)"), END),
        ("scene-unreachable", 10, 12),
        id="unreachable",
    ),
    pytest.param(scenario(scene("a"), END), ("scene-dead-end", 4, 12), id="dead end"),
    pytest.param(
        scenario(
            scene("a", "[On.](#b)", "[Go.](#end)"), scene("b", "[Back.](#c)"), scene("c", "[Back.](#b) {trust=-1}"), END
        ),
        ("scene-without-end", 11, 12),
        id="no way out",
    ),
    pytest.param(
        scenario(scene("a", "[On.](#b)", "[Go.](#end)"), scene("b", "[Back.](#a)"), END),
        ("scenario-loop", 4, 12),
        id="loop without change",
    ),
    pytest.param(
        scenario(scene("a", "[Again.](#a)", "[Go.](#end)"), END), ("scenario-loop", 4, 12), id="loop to itself"
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), scene("end", options=":ending: bad\n")),
        ("scenario-without-good", 1, 16),
        id="no good end",
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end) {critical}"), END), ("choice-critical", 7, 9), id="critical to a good end"
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end) {trst=+1}"), END), ("dial-unknown", 7, 16), id="unknown dial in effect"
    ),
    pytest.param(scenario(scene("a", "[Go.](#end) {trust=+1 trust=-1}"), END), ("dial-twice", 7, 25), id="dial twice"),
    pytest.param(scenario(scene("a", "[Go.](#end) {trust=many}"), END), ("effect-malformed", 7, 16), id="no number"),
    pytest.param(scenario(scene("a", "[Go.](#end) {trust=99}"), END), ("effect-too-large", 7, 16), id="too much"),
    pytest.param(
        scenario(scene("a", "[Go.](#end) {critcal}"), END), ("effect-malformed", 7, 16), id="misspelt critical"
    ),
    pytest.param(scenario(scene("a", "[Go.](#end) and more"), END), ("choice-text-after", 7, 1), id="text after link"),
    pytest.param(scenario(scene("a", "[](#end)"), END), ("choice-empty", 7, 1), id="empty choice"),
    pytest.param(scenario(scene("a", "[Go.](#end)", "Stay."), END), ("choice-without-link", 8, 1), id="no link"),
    pytest.param(
        scenario(scene("a", "[Go.](#end)") + "Lost.\n", END), ("scenario-text-outside", 9, 1), id="text between scenes"
    ),
    pytest.param(
        scenario(":::{scene} a\nText.\n\n- [Go.](#end)\n\nLost.\n:::\n", END),
        ("scene-text-after", 9, 1),
        id="text after choices",
    ),
    pytest.param(scenario(scene("a", "[Go.](#end)", text=""), END), ("scene-empty", 4, 12), id="no text"),
    pytest.param(scenario(scene("a", "[Go.](#end)"), scene("a"), END), ("scene-twice", 10, 12), id="scene twice"),
    pytest.param(
        scenario(scene("a", "[Go.](#end)", options=":ending: bad\n"), END),
        ("ending-with-choices", 8, 9),
        id="end with choices",
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), scene("end", options=":ending: god\n")),
        ("value-unknown", 11, 10),
        id="odd ending",
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), END, dials=":dials: rihts\n"), ("dial-unknown", 2, 9), id="unknown dial"
    ),
    pytest.param(scenario(), ("scenario-empty", 1, 16), id="no scene"),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), END, dials=":dials: trust trust\n"),
        ("dial-twice", 2, 9),
        id="dial named twice",
    ),
    pytest.param("Only text.\n", ("scenario-missing", -2, 1), id="no scenario"),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), END) + "\nLost.\n", ("scenario-text-after", 17, 1), id="text after it"
    ),
    pytest.param(
        scenario(scene("a", "[Go.](#end)"), END) + "\n" + scenario(scene("a", "[Go.](#end)"), END),
        ("scenario-twice", 17, 1),
        id="two of them",
    ),
    pytest.param(scene("a", "[Go.](#end)"), ("scene-outside", 1, 1), id="scene outside"),
]


@pytest.mark.parametrize(("body", "expected"), MISTAKES)
def test_a_mistake_is_reported_at_its_place(desk: Desk, body: str, expected: tuple[str, int, int]) -> None:
    compiled = desk.compile({f"{SCENARIO}.{language}.md": FRONT + body for language in ("en", "es")})
    found = [(one.code, one.line - 3, one.column) for one in compiled.problems if one.file == f"{SCENARIO}.en.md"]
    assert expected in found


def test_a_round_on_which_a_dial_changes_is_allowed(desk: Desk) -> None:
    body = scenario(scene("a", "[On.](#b)", "[Go.](#end)"), scene("b", "[Back.](#a) {trust=-1}"), END)
    compiled = desk.compile({f"{SCENARIO}.{language}.md": FRONT + body for language in ("en", "es")})
    assert compiled.problems == ()


def test_the_loop_is_named_scene_by_scene(desk: Desk) -> None:
    body = scenario(
        scene("a", "[On.](#b)", "[Go.](#end)"), scene("b", "[On.](#c)"), scene("c", "[Back.](#b)", "[Go.](#end)"), END
    )
    compiled = desk.compile({f"{SCENARIO}.{language}.md": FRONT + body for language in ("en", "es")})
    told = next(one for one in compiled.problems if one.code == "scenario-loop")
    assert told.values["scenes"] == "b → c → b"


def test_a_course_may_add_dials_of_its_own(desk: Desk, replaced: Replaced) -> None:
    body = scenario(scene("a", "[Go.](#end) {calm=+1}"), END, dials=":dials: calm\n")
    changes = {f"{SCENARIO}.{language}.md": FRONT + body for language in ("en", "es")}
    compiled = desk.compile(
        {**changes, **replaced("course.yaml", "entries:", "dials:\n  calm: {en: Calm, es: Calma}\nentries:")}
    )
    assert compiled.problems == ()
    assert compiled.course is not None
    found = compiled.course.modules[1].scenario
    assert found is not None
    assert found.dial_names == {"calm": {"en": "Calm", "es": "Calma"}}


def test_hundreds_of_scenes_are_proved_quickly(desk: Desk) -> None:
    scenes = [scene(f"s{number}", f"[On.](#s{number + 1})", text="T.\n") for number in range(700)]
    body = scenario(*scenes, scene("s700", options=":ending: good\n"))
    compiled = desk.compile({f"{SCENARIO}.{language}.md": FRONT + body for language in ("en", "es")})
    assert compiled.problems == ()
