"""The translator's page: both texts passage by passage."""

from __future__ import annotations

from tests.manuscript import COURSE
from tests.web.client import Browser
from tests.web.test_trainer import cast, tomas

__all__ = ["cast", "tomas"]

PAGE = f"/teach/{COURSE}/translate/01-mission/1-first-hour.es.md"


def passage(page: str, words: str) -> str:
    """The name of the field in which *words* stand."""
    before = page[: page.index(words, page.index('name="p0"'))]
    return before[before.rindex('name="p') :].split('"')[1]


def test_a_translator_sees_both_texts_and_saves_one_passage(tomas: Browser) -> None:
    page = tomas.page(PAGE)
    assert "You stand at the landing" in page
    assert "del inglés al español" in page
    field = passage(page, "Usted está en el embarcadero")
    saved = tomas.submit("/1-first-hour.es.md", **{field: "Usted escucha en el muelle [@convention-1951 art. 33]."})
    html = saved.get_data(as_text=True)
    assert "Guardado en el borrador." in html
    assert "Usted escucha en el muelle" in html


def test_what_was_written_beside_an_older_text_is_shown_and_not_saved(tomas: Browser) -> None:
    page = tomas.page(PAGE)
    field = passage(page, "Usted está en el embarcadero")
    forms = tomas.last
    tomas.submit("/1-first-hour.es.md", **{field: "Primera versión [@convention-1951 art. 33]."})
    tomas.last = forms
    late = tomas.submit("/1-first-hour.es.md", **{field: "Segunda versión [@convention-1951 art. 33]."})
    assert late.status_code == 409
    html = late.get_data(as_text=True)
    assert "Segunda versión" in html
    assert "Primera versión" in html


def test_the_list_of_translations_says_how_each_page_stands(tomas: Browser) -> None:
    for into in ("es", "en"):
        page = tomas.page(f"/teach/{COURSE}/translate/?into={into}")
        assert "1-first-hour" in page
        assert "Escrita por su cuenta" in page
