"""The history of a page in the browser."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.manuscript import COURSE
from tests.web.client import Browser
from tests.web.test_trainer import EDIT, LESSON, cast, put, text_of, tomas  # noqa: F401 - fixtures

HISTORY = f"/teach/{COURSE}/history/{LESSON}"


@pytest.fixture(autouse=True)
def later(cast: Cast) -> None:  # noqa: F811
    """What is done in the browser comes after the edition."""
    cast.clock.pass_by(minutes=5)


def test_two_texts_of_a_page_are_compared_with_their_words_marked(tomas: Browser) -> None:  # noqa: F811
    put(tomas, "embarcadero", "muelle")
    page = tomas.page(HISTORY)
    assert "<del>embarcadero</del>" in page
    assert "<ins>muelle</ins>" in page
    assert "quitado:" in page
    assert "Edición 1" in page
    assert "Ambos textos son iguales" in tomas.page(HISTORY + "?from=e1&to=e1")
    for unknown in ("?from=r9", "?to=e9", "?from=%00", "?to=r1'"):
        tomas.page(HISTORY + unknown, 404)


def test_a_text_is_restored_after_asking(tomas: Browser) -> None:  # noqa: F811
    first = text_of(tomas)
    put(tomas, "embarcadero", "muelle")
    tomas.page(HISTORY)
    asked = tomas.submit("/history/", revision="e1")
    assert "¿Restaurar este texto?" in asked.get_data(as_text=True)
    tomas.page(HISTORY)
    done = tomas.submit("/history/", confirmed="yes", revision="e1").get_data(as_text=True)
    assert "Restaurado" in done
    assert "Guardado 2" in done
    assert text_of(tomas) == first


def test_restoring_over_a_newer_save_is_told_and_not_done(tomas: Browser) -> None:  # noqa: F811
    put(tomas, "embarcadero", "muelle")
    tomas.page(HISTORY)
    told = tomas.submit("/history/", confirmed="yes", revision="e1", base="0" * 32).get_data(as_text=True)
    assert "Alguien guardó esta página" in told
    assert "muelle" in text_of(tomas)


def test_the_editor_leads_to_the_history(tomas: Browser) -> None:  # noqa: F811
    assert f'href="{HISTORY}"' in tomas.page(EDIT)


def test_the_history_of_another_course_is_not_found(cast: object, signed_in: object) -> None:  # noqa: F811
    signed_in("tina").page(HISTORY, 404)  # type: ignore[operator]
