"""New courses, modules, lessons and pages from forms, and their order, in the browser."""
# ruff: noqa: F811 - fixtures

from __future__ import annotations

import re

import pytest

from tests.manuscript import COURSE
from tests.web.client import Browser
from tests.web.test_trainer import ada, cast, put, text_of, tomas  # noqa: F401 - fixtures

TITLES = {"title_en": "Returns & removals", "title_es": "Retornos y <b>expulsiones</b>"}
FIRST = {"lesson_en": "The first day", "lesson_es": "El primer día"}
MODULE = f"/teach/{COURSE}/new/module"
LESSON = f"/teach/{COURSE}/new/lesson?in=01-mission"


def test_a_course_is_made_from_the_template_and_can_be_published(ada: Browser) -> None:
    ada.page("/teach/new")
    names = {f"{stem}_{code}": f"{stem} {code}" for stem in ("title", "module", "lesson") for code in ("en", "es")}
    page = ada.submit("/new/template", **names).get_data(as_text=True)
    assert "title-en" in page
    assert (
        "No problems" not in page
        and "warnings" in page
        and " error" not in page.partition('id="pages"')[0].replace("errors keep", "")
    )
    review = ada.page("/teach/title-en/publish")
    assert 'name="digest"' in review


def test_what_was_typed_for_a_new_course_stays_when_something_is_missing(ada: Browser, tomas: Browser) -> None:
    ada.page("/teach/new")
    response = ada.submit("/new/template", title_en="Sea borders", id="sync", lesson_en="One")
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert 'value="Sea borders"' in page and 'value="sync"' in page and 'value="One"' in page
    assert "Fill in “Title in Spanish”." in page and "Fill in “Title of its first module in English”." in page
    names = {f"{stem}_{code}": "Sea" for stem in ("title", "module", "lesson") for code in ("en", "es")}
    reserved = ada.submit("/new/template", **names, id="sync")
    assert reserved.status_code == 422
    assert "sync" in reserved.get_data(as_text=True)
    tomas.get("/teach/new")
    assert tomas.post("/teach/new/template", data=names).status_code in (400, 403)


def test_a_module_is_made_and_stands_in_the_tree(tomas: Browser) -> None:
    page = tomas.page(f"/teach/{COURSE}/")
    assert f'href="{MODULE}"' in page
    tomas.page(MODULE)
    response = tomas.submit("/new/module", **TITLES, **FIRST, place="1", parts=["quiz"])
    assert response.request.path == f"/teach/{COURSE}/edit/02-returns-removals/module.es.md"
    page = response.get_data(as_text=True)
    assert "como plantilla" in page
    assert "1 error más" in page  # the exam of this course draws from two modules only
    page = tomas.page(f"/teach/{COURSE}/")
    assert "02-returns-removals" in page and "03-protection" in page
    assert "Retornos y &lt;b&gt;expulsiones&lt;/b&gt;" in page
    assert "modules: [mission, returns-removals, protection]" in text_of(tomas, f"/teach/{COURSE}/edit/course.yaml")
    tomas.page(f"/teach/{COURSE}/preview/es/returns-removals/the-first-day")


@pytest.mark.parametrize(
    ("id", "words"), [("exam", "propia plataforma"), ("mission", "ya hay"), ("No Es", "minúsculas")]
)
def test_an_id_that_cannot_be_is_said_beside_its_field(tomas: Browser, id: str, words: str) -> None:
    tomas.page(MODULE)
    response = tomas.submit("/new/module", **TITLES, **FIRST, id=id, place="0")
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert re.search(rf'id="id-error">.*{words}', page)
    assert f'value="{id}"' in page and 'value="The first day"' in page


def test_a_lesson_opens_in_the_editor_once_it_is_made(tomas: Browser) -> None:
    tomas.page(LESSON)
    response = tomas.submit("/new/lesson", title_en="Night shift", title_es="Turno de noche", place="0")
    assert response.request.path == f"/teach/{COURSE}/edit/01-mission/1-night-shift.es.md"
    assert "template: yes" in text_of(tomas, response.request.path)


@pytest.mark.parametrize("kind", ["scenario", "practice"])
def test_what_a_module_lacks_is_offered_until_it_is_there(tomas: Browser, kind: str) -> None:
    address = f"/teach/{COURSE}/new/{kind}?in=02-protection"
    assert f'href="{address}"' in tomas.page(f"/teach/{COURSE}/")
    tomas.page(address)
    tomas.submit(f"/new/{kind}")
    assert f'href="{address}"' not in tomas.page(f"/teach/{COURSE}/")
    assert tomas.get(address).location == f"/teach/{COURSE}/"


def test_the_course_lacks_a_glossary_and_gets_one(tomas: Browser) -> None:
    tomas.page(f"/teach/{COURSE}/new/glossary")
    tomas.submit("/new/glossary")
    tomas.page(f"/teach/{COURSE}/preview/es/glossary")


def test_the_course_lacks_an_integrated_exercise_and_gets_one(tomas: Browser) -> None:
    address = f"/teach/{COURSE}/new/exercise"
    assert f'href="{address}"' in tomas.page(f"/teach/{COURSE}/")
    page = tomas.page(address)
    assert "Página nueva: Ejercicio integrado" in page and 'value="Ejercicio integrado"' in page
    made = tomas.submit("/new/exercise", title_en="A night at the post", title_es="Una noche en el puesto")
    assert made.request.path == f"/teach/{COURSE}/edit/practice.es.md"
    assert "template: yes" in text_of(tomas, made.request.path)
    assert f'/teach/{COURSE}/preview/es/exercise"' in tomas.page(made.request.path)
    page = tomas.page(f"/teach/{COURSE}/")
    assert f'href="{address}"' not in page
    assert re.search(r'<th scope="row">Ejercicio integrado</th>', page)
    for where, words in (("es", "Una noche en el puesto"), ("en-CR", "A night at the post")):
        shown = tomas.page(f"/teach/{COURSE}/preview/{where}/exercise")
        assert words in shown
        assert f"/teach/{COURSE}/edit/practice.{where[:2]}.md" in shown
    assert "Ejercicio integrado: Una noche en el puesto" in tomas.page(f"/teach/{COURSE}/preview/es/")
    # what publishing it changes for officers is said by its name
    assert "Hojas de práctica nuevas" in tomas.page(f"/teach/{COURSE}/publish")
    assert re.search(r'<p class="meta">Ejercicio integrado\s*</p>', tomas.page(f"/teach/{COURSE}/publish"))


def test_nonsense_makes_nothing(tomas: Browser) -> None:
    tomas.page(f"/teach/{COURSE}/new/course", 404)
    tomas.page(f"/teach/{COURSE}/new/evil", 404)
    for where in ("", "?in=../x", "?in=01-mission"):
        assert tomas.get(f"/teach/{COURSE}/new/quiz{where}").status_code == 303
    tomas.page(f"/teach/{COURSE}/arrange/99-nothing", 404)
    tomas.page(LESSON)
    response = tomas.submit("/new/lesson", **TITLES, place="77")
    assert response.status_code == 422


def test_a_course_that_cannot_be_read_offers_nothing_that_needs_it(tomas: Browser) -> None:
    tomas.page(f"/teach/{COURSE}/edit/course.yaml")
    tomas.submit("course.yaml", text="[", go="save")
    page = tomas.page(f"/teach/{COURSE}/")
    assert "/new/" not in page and "/arrange/" not in page
    for address in (MODULE, LESSON, f"/teach/{COURSE}/arrange/01-mission"):
        assert tomas.get(address).status_code == 303


# Order and names --------------------------------------------------------------------------------------------------------

ARRANGE = f"/teach/{COURSE}/arrange/01-mission"


def test_lessons_change_places_and_titles_in_one_form(tomas: Browser) -> None:
    tomas.page(ARRANGE)
    page = tomas.submit(
        "/arrange/", **{"place:second-hour": "1", "title-es:first-hour": "Otra hora", "name:first-hour": "arrival"}
    ).get_data(as_text=True)
    assert "Las páginas quedaron como usted quería." in page
    assert "1-second-hour · id: second-hour" in page
    assert "2-arrival · id: first-hour" in page
    tree = tomas.page(f"/teach/{COURSE}/")
    assert "Otra hora" in tree
    assert "01-mission/2-arrival.es.md" in tree
    tomas.page(f"/teach/{COURSE}/preview/es/mission/first-hour")


def test_a_module_moves_and_its_form_moves_with_it(tomas: Browser) -> None:
    tomas.page(ARRANGE)
    response = tomas.submit("/arrange/", **{"place:": "2"})
    assert response.request.path == f"/teach/{COURSE}/arrange/02-mission"


def test_what_cannot_stand_is_told_and_what_was_typed_stays(tomas: Browser) -> None:
    tomas.page(ARRANGE)
    response = tomas.submit("/arrange/", **{"name:first-hour": "No Es", "title-es:second-hour": "Lo escrito"})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert 'value="No Es"' in page and 'value="Lo escrito"' in page
    assert "lleva minúsculas sin acento" in page


def test_two_trainers_who_arrange_at_once_are_told(tomas: Browser, ada: Browser) -> None:
    tomas.page(ARRANGE)
    ada.page(ARRANGE)
    ada.submit("/arrange/", **{"title-es:first-hour": "De Ada"})
    response = tomas.submit("/arrange/", **{"title-es:second-hour": "De Tomás"})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert 'value="De Tomás"' in page
    assert 'value="De Ada"' in page
    assert tomas.submit("/arrange/").status_code == 200
    tree = tomas.page(f"/teach/{COURSE}/")
    assert "De Ada" in tree and "De Tomás" in tree
