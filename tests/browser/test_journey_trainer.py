"""A trainer begins a module and imports a bank in a real browser, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.courseware.ids import slug
from app.records.database import db
from app.records.people import RoleGrant
from app.services import publishing
from tests import manuscript
from tests.manuscript import COURSE
from tests.services.test_importing import GIFT

pytestmark = pytest.mark.browser


@pytest.fixture
def bank(app: Flask, tmp_path: Path) -> Path:
    """A file of questions, and a course for Tomás to put them in."""
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        publishing.publish_source(cast.office, manuscript.files())
        with cast.office.transaction():
            who = cast.people["tomas"].id
            grant = RoleGrant(person_id=who, role="trainer", course_id=COURSE, granted_at=cast.office.now())
            cast.office.session.add(grant)
        db.session.remove()
    path = tmp_path / "banco.gift"
    path.write_text(GIFT, encoding="utf-8")
    return path


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_module_is_begun_and_a_bank_imported_into_its_quiz(
    bank: Path, visit: Callable[..., Page], script: bool
) -> None:
    page = visit("tomas", java_script_enabled=script)
    page.goto(f"/teach/{COURSE}/")
    page.click("text=Módulo nuevo")
    for name, words in (
        ("title_en", "Árrival & care"),
        ("title_es", "Llegada"),
        ("lesson_en", "One"),
        ("lesson_es", "Uno"),
    ):
        page.fill(f"[name={name}]", words)
    page.click("text=Comenzar")
    page.wait_for_url(f"**/teach/{COURSE}/edit/03-arrival-care/module.es.md")
    page.goto(f"/teach/{COURSE}/")
    expect(page.locator("h3", has_text="Llegada").locator("text=03-arrival-care")).to_be_visible()

    page.click("text=Importar preguntas")
    page.set_input_files("[name=file]", bank)
    page.select_option("[name=goal]", "quiz:03-arrival-care/quiz")
    page.fill("[name=prefix]", "arrival")
    page.click("text=Mostrar lo que se haría")
    preview = page.locator("#entry-1 summary").first
    preview.click()
    expect(page.locator("#entry-1 fieldset[disabled] .choice")).to_have_count(2)
    page.uncheck("#take-2")
    page.click("text=Poner en el borrador las preguntas marcadas")
    expect(page.locator("text=2 preguntas están en el borrador")).to_be_visible()
    page.click("text=Traducirlas en")
    page.wait_for_url(f"**/teach/{COURSE}/edit/03-arrival-care/quiz.en.md")


@pytest.mark.parametrize(
    "title",
    ["Árrival & care", "¿Qué hacer primero, y después?", "  One two three four five six seven eight", "Straße 9", "…"],
)
def test_the_browser_proposes_the_id_that_the_server_makes(bank: Path, visit: Callable[..., Page], title: str) -> None:
    page = visit("tomas")
    page.goto(f"/teach/{COURSE}/new/module")
    page.fill("[name=title_en]", title)
    assert page.locator("[name=id]").get_attribute("placeholder") == slug(title, words=6)


def test_nothing_of_these_pages_is_cut_off_on_a_telephone(bank: Path, visit: Callable[..., Page]) -> None:
    page = visit("tomas", width=320)
    for address in ("", "import", "bank/", "new/module", "new/lesson?in=01-mission", "arrange/01-mission"):
        page.goto(f"/teach/{COURSE}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
