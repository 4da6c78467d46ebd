"""A simulation as a drawn graph, and the same in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import render_template

from app.rules.errors import NotFound
from app.services import publishing
from app.services.publishing import Checked, Graph, Where
from app.web.kit.i18n import language
from app.web.reading import say
from app.web.trainer.door import door, draft_of


class Titled(NamedTuple):
    """A scene's box with its title in lines."""

    id: str
    x: float
    y: float
    lines: tuple[str, ...]
    ending: str


class Drawing(NamedTuple):
    """A graph with the words of one language in it."""

    graph: Graph
    boxes: tuple[Titled, ...]
    title: str


def drawing(checked: Checked, where: Where) -> Drawing | None:
    """The drawing of the simulation that the page *where* holds; ``None`` if it is none, or not readable yet."""
    module = checked.course.module(where.module) if checked.course is not None and where.kind == "scenario" else None
    return _drawn(module.scenario, where.language) if module is not None and module.scenario is not None else None


def _drawn(scenario: Any, code: str) -> Drawing:
    found = publishing.graph(scenario)
    scenes = {scene.id: scene for scene in scenario.scenes}
    boxes = []
    for box in found.boxes:
        scene = scenes[box.scene]
        lines = publishing.in_lines(say(scene.title, code) or scene.id)
        boxes.append(Titled(scene.id, box.x, box.y, lines, scene.ending or ""))
    return Drawing(found, tuple(boxes), say(scenario.title, code))


@door.get("/<course>/graph/<module>", may="teach")
def graph(course: str, module: str) -> str:
    """The simulation of a module: scenes as boxes, choices as arrows, and every way in words."""
    draft = draft_of(course)
    found = draft.checked.course.module(module) if draft.checked.course is not None else None
    if found is None or found.scenario is None:
        raise NotFound("scenario")
    return render_template(
        "trainer/graph.html",
        row=draft.row,
        module=found,
        scenario=found.scenario,
        titles={scene.id: say(scene.title, language()) or scene.id for scene in found.scenario.scenes},
        drawn=_drawn(found.scenario, language()),
        path=next((w.path for w in draft.places.values() if _is_page(w, module)), ""),
    )


def _is_page(where: Where, module: str) -> bool:
    return (where.kind, where.module, where.language) == ("scenario", module, language())
