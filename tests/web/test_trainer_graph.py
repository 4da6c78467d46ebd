"""The drawn simulation, on its own page and in the editor."""

from __future__ import annotations

from tests.manuscript import COURSE
from tests.web.client import Browser
from tests.web.test_trainer import cast, tomas  # noqa: F401 - fixtures

GRAPH = f"/teach/{COURSE}/graph/mission"
EDIT = f"/teach/{COURSE}/edit/01-mission/scenario.es.md"


def test_scenes_endings_and_choices_are_drawn_and_said(tomas: Browser) -> None:  # noqa: F811
    page = tomas.page(GRAPH)
    assert page.count('height="62"') == 3
    assert 'class="arrow is-critical"' in page
    assert "error crítico</text>" in page
    assert "buen final</text>" in page
    assert '<a href="#scene-taken">Dinero</a>' in page
    assert f'href="{EDIT}"' in page


def test_the_editor_of_a_simulation_shows_it_drawn(tomas: Browser) -> None:  # noqa: F811
    page = tomas.page(EDIT)
    assert page.count('height="62"') == 3
    assert f'href="{GRAPH}"' in page


def test_a_module_without_a_simulation_has_no_drawing(tomas: Browser) -> None:  # noqa: F811
    for module in ("protection", "none"):
        tomas.page(f"/teach/{COURSE}/graph/{module}", 404)


def test_the_drawing_of_another_course_is_not_found(cast: object, signed_in: object) -> None:  # noqa: F811
    signed_in("tina").page(GRAPH, 404)  # type: ignore[operator]
