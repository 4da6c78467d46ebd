"""Scenarios: scenes, choices and endings, and the proof that every way through one ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from app.courseware.course import Choice, Ending, Scenario, Scene, Words
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Span, Token, render_inline
from app.courseware.problem import nearest
from app.courseware.written import Written

ENDINGS: tuple[Ending, ...] = get_args(Ending)
MAX_EFFECT = 9

_EFFECT = re.compile(r"([a-z][a-z0-9-]*)=([+-]?\d{1,6})")


@dataclass(slots=True)
class WrittenChoice:
    to: str
    place: Place
    text: str
    effects: dict[str, int] = field(default_factory=dict)
    critical: bool = False


@dataclass(slots=True)
class WrittenScene:
    id: str
    place: Place
    html: str = ""
    title: str = ""
    ending: Ending | None = None
    choices: list[WrittenChoice] = field(default_factory=list)


@dataclass(slots=True)
class WrittenScenario:
    """A scenario as written in one language."""

    id: str
    place: Place
    title: str
    intro: str
    dials: tuple[str, ...] = ()
    scenes: dict[str, WrittenScene] = field(default_factory=dict)


def read_scenario(page: Written, dials: Iterable[str], report: Report) -> WrittenScenario | None:
    """The scenario of *page*, which may use *dials*, with every mistake reported; ``None`` if the page holds none."""
    spans = page.spans()
    found = [span for span in spans if span.name == "scenario"]
    if not found:
        report.add("scenario-missing", page.manuscript.place(1))
        return None
    if len(found) > 1:
        report.add("scenario-twice", page.manuscript.find(found[1].line, ":::"), line=found[0].line)
    position = next(number for number, span in enumerate(spans) if span is found[0])
    after = [span for span in spans[position + 1 :] if span.name != "scenario" and span.type != "footnote_block"]
    if after:
        report.add("scenario-text-after", page.manuscript.place(after[0].line))
    argument = str(found[0].meta["argument"])
    place = page.manuscript.find(found[0].line, argument or ":::", "}" if argument else "")
    scenario = WrittenScenario(argument, place, page.front.text("title"), page.html(spans[:position]))
    scenario.dials = _dials(page, found[0], tuple(dials), report)
    for span in found[0].parts():
        if span.name != "scene":
            report.add("scenario-text-outside", page.manuscript.place(span.line or found[0].line))
            continue
        scene = _scene(page, span, scenario.dials, report)
        if scene.id in scenario.scenes:
            report.add("scene-twice", scene.place, scene=scene.id, line=scenario.scenes[scene.id].place.line)
        else:
            scenario.scenes[scene.id] = scene
    _prove(scenario, report)
    return scenario


def _dials(page: Written, span: Span, known: tuple[str, ...], report: Report) -> tuple[str, ...]:
    value, line = span.meta["options"].get("dials", ("", span.line))
    dials: list[str] = []
    for name in value.replace(",", " ").split():
        where = page.manuscript.find(line, name, ": ")
        if name not in known:
            report.add("dial-unknown", where, nearest(name, known), dial=name, known=", ".join(known))
        elif name in dials:
            report.add("dial-twice", where, dial=name)
        else:
            dials.append(name)
    return tuple(dials)


# --- One scene --------------------------------------------------------------------------------------------------------


def _scene(page: Written, span: Span, dials: tuple[str, ...], report: Report) -> WrittenScene:
    argument = str(span.meta["argument"])
    scene = WrittenScene(argument, page.manuscript.find(span.line, argument or ":::", "}" if argument else ""))
    options = span.meta["options"]
    scene.title = options.get("title", ("", 0))[0]
    if "ending" in options:
        scene.ending = _ending(page, options["ending"], report)
    parts = span.parts()
    position = next((at for at in range(len(parts) - 1, -1, -1) if _is_choices(parts[at])), None)
    if position is None:
        scene.html = page.html(parts)
    else:
        scene.html = page.html(parts[:position])
        for part in parts[position + 1 :]:
            report.add("scene-text-after", page.manuscript.place(part.line or span.line))
            break
        for item in parts[position].parts():
            choice = _choice(page, item, dials, report)
            if choice is not None:
                scene.choices.append(choice)
    if not scene.html:
        report.add("scene-empty", scene.place, scene=scene.id)
    if scene.ending and scene.choices:
        report.add("ending-with-choices", scene.choices[0].place, scene=scene.id)
        scene.choices = []
    return scene


def _ending(page: Written, option: tuple[str, int], report: Report) -> Ending | None:
    value, line = option
    if value in ENDINGS:
        return value
    where = page.manuscript.find(line, value, ": ") if value else page.manuscript.place(line)
    report.add("value-unknown", where, nearest(value, ENDINGS), key="ending", value=value, known=", ".join(ENDINGS))
    return None


def _is_choices(part: Span) -> bool:
    """Whether any item of a list begins with a link to a scene."""
    return part.type == "bullet_list" and any(_link_of(item) is not None for item in part.parts())


def _link_of(item: Span) -> tuple[list[Token], int] | None:
    """The text of a list item, if it begins with a link to a place in the page, and the position of the link's end."""
    inline = item.inline()
    children = (inline.children if inline is not None else None) or []
    if not children or children[0].type != "link_open" or not str(children[0].attrs.get("href", "")).startswith("#"):
        return None
    end = next(number for number, child in enumerate(children) if child.type == "link_close")
    return children, end


def _choice(page: Written, item: Span, dials: tuple[str, ...], report: Report) -> WrittenChoice | None:
    link = _link_of(item)
    line = page.manuscript.lines[item.line - 1]
    place = page.manuscript.place(item.line, len(line) - len(line.lstrip()) + 1)
    if link is None:
        report.add("choice-without-link", place)
        return None
    children, end = link
    to = str(children[0].attrs["href"])[1:]
    choice = WrittenChoice(to, page.manuscript.find(item.line, f"#{to}"), "")
    rest = "".join(child.content for child in children[end + 1 :]).strip()
    if rest or len(item.parts()) > 1:
        report.add("choice-text-after", place)
    choice.text = render_inline(children[1:end], page.env)
    if not choice.text:
        report.add("choice-empty", place)
    last = item.parts()[0].last_line
    for word in str(item.meta.get("attributes", "")).split():
        _effect(choice, word, page.manuscript.find(last, word), dials, report)
    return choice


def _effect(choice: WrittenChoice, word: str, where: Place, dials: tuple[str, ...], report: Report) -> None:
    if word == "critical":
        choice.critical = True
        return
    found = _EFFECT.fullmatch(word)
    if found is None:
        report.add("effect-malformed", where, nearest(word, ("critical",)), effect=word)
    elif found[1] not in dials:
        report.add("dial-unknown", where, nearest(found[1], dials), dial=found[1], known=", ".join(dials) or "—")
    elif found[1] in choice.effects:
        report.add("dial-twice", where, dial=found[1])
    elif abs(int(found[2])) > MAX_EFFECT:
        report.add("effect-too-large", where, effect=word, most=MAX_EFFECT)
    else:
        choice.effects[found[1]] = int(found[2])


# --- The whole --------------------------------------------------------------------------------------------------------


def _prove(scenario: WrittenScenario, report: Report) -> None:
    """Report what keeps a learner from a way that ends."""
    scenes = scenario.scenes
    if not scenes:
        report.add("scenario-empty", scenario.place)
        return
    for scene in scenes.values():
        for choice in scene.choices:
            target = scenes.get(choice.to)
            if target is None:
                report.add("choice-unknown-scene", choice.place, nearest(choice.to, scenes), scene=choice.to)
            elif choice.critical and target.ending != "critical":
                report.add("choice-critical", choice.place, scene=choice.to)
        if not scene.choices and scene.ending is None:
            report.add("scene-dead-end", scene.place, scene=scene.id)
    onward = {scene.id: [choice.to for choice in scene.choices if choice.to in scenes] for scene in scenes.values()}
    first = next(iter(scenes))
    reached = _reached(onward, [first])
    for name, scene in scenes.items():
        if name not in reached:
            report.add("scene-unreachable", scene.place, scene=name)
    back: dict[str, list[str]] = {name: [] for name in scenes}
    for origin, targets in onward.items():
        for to in targets:
            back[to].append(origin)
    ending = _reached(back, [name for name, scene in scenes.items() if scene.ending])
    for name, scene in scenes.items():
        if name not in ending and scene.choices:
            report.add("scene-without-end", scene.place, scene=name)
    if not any(scene.ending == "good" for name, scene in scenes.items() if name in reached):
        report.add("scenario-without-good", scenario.place)
    _prove_loops(scenes, report)


def _reached(onward: Mapping[str, list[str]], start: Iterable[str]) -> set[str]:
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for target in onward[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _prove_loops(scenes: Mapping[str, WrittenScene], report: Report) -> None:
    """A round on which no dial changes uses only choices without effect: look for one among those choices alone."""
    still = {
        name: [choice.to for choice in scene.choices if choice.to in scenes and not any(choice.effects.values())]
        for name, scene in scenes.items()
    }
    back: dict[str, list[str]] = {name: [] for name in still}
    for name, targets in still.items():
        for target in targets:
            back[target].append(name)
    onward = {name: len(targets) for name, targets in still.items()}
    waiting = [name for name, count in onward.items() if not count]
    left = set(still)
    while waiting:
        name = waiting.pop()
        left.discard(name)
        for before in back[name]:
            onward[before] -= 1
            if not onward[before]:
                waiting.append(before)
    if not left:
        return
    # Every scene that is left leads to another that is left: following them must come round.
    way: dict[str, None] = {}
    name = next(name for name in scenes if name in left)
    while name not in way:
        way[name] = None
        name = next(target for target in still[name] if target in left)
    whole = list(way)
    loop = whole[whole.index(name) :]
    report.add("scenario-loop", scenes[loop[0]].place, scenes=" → ".join([*loop[:8], loop[0]]))


def merge(written: Mapping[str, WrittenScenario], dial_names: Mapping[str, Words]) -> Scenario:
    """The scenario that its languages make together. *written* is not empty; the first decides the structure."""
    first = next(iter(written.values()))
    scenes = []
    for name, scene in first.scenes.items():
        each = {language: one.scenes[name] for language, one in written.items() if name in one.scenes}
        choices = tuple(
            Choice(
                to=choice.to,
                text={
                    language: one.choices[number].text for language, one in each.items() if number < len(one.choices)
                },
                effects=choice.effects,
                critical=choice.critical,
            )
            for number, choice in enumerate(scene.choices)
        )
        scenes.append(
            Scene(
                id=name,
                html={language: one.html for language, one in each.items()},
                title={language: one.title for language, one in each.items() if one.title},
                choices=choices,
                ending=scene.ending,
            )
        )
    return Scenario(
        id=first.id,
        title={language: one.title for language, one in written.items()},
        intro={language: one.intro for language, one in written.items() if one.intro},
        dials=first.dials,
        dial_names={dial: dial_names[dial] for dial in first.dials},
        scenes=tuple(scenes),
    )
