"""Item analysis as trainers see it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.records.database import db
from tests.cast import Cast
from tests.services.test_itemanalysis import able, sittings
from tests.web.client import Browser

ITEMS = "/teach/humane-border/items"


@pytest.fixture
def tomas(app: Flask, signed_in: object) -> Browser:
    """Tomás teaches the sample course; eighty officers sat a quiz of it, in two languages."""
    with app.app_context():
        cast: Cast = app.cast  # type: ignore[attr-defined]
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        sittings(
            cast,
            80,
            lambda n, q, s: (["proof"] if s == "en" else ["right"]) if q == "mission-quiz-1" else able(n, q, s),
            lambda n: "en" if n // 10 % 2 else "es",
        )
        db.session.remove()
    return signed_in("tomas")  # type: ignore[operator, no-any-return]


def test_a_trainer_finds_the_analysis_from_the_course_and_an_item_from_the_list(tomas: Browser) -> None:
    assert f'href="{ITEMS}"' in tomas.page("/teach/humane-border/")
    assert f'href="{ITEMS}/mission-quiz-1"' in tomas.page(ITEMS)
    page = tomas.page(f"{ITEMS}/mission-quiz-1")
    assert "¿Qué hace primero? (mission-quiz-1)" in page and "Pedir pruebas." in page
    assert "más bajas en inglés que en español" in page
    assert "Oficial" not in page


def test_filters_and_order_are_kept_in_the_address(tomas: Browser) -> None:
    rows = re.compile(r'<th scope="row"><a href="[^"]*/items/([^"]+)"')
    every = rows.findall(tomas.page(ITEMS))
    faults = rows.findall(tomas.page(f"{ITEMS}?flag=translation"))
    assert "mission-quiz-1" in faults and len(faults) < len(every)
    assert set(rows.findall(tomas.page(f"{ITEMS}?module=protection&place=exam"))) == {
        one for one in every if one.startswith("protection-exam-")
    }
    turned = rows.findall(tomas.page(f"{ITEMS}?sort=-question"))
    assert turned == sorted(every, reverse=True)
    assert "Ninguna pregunta" in tomas.page(f"{ITEMS}?module=none&flag=x&sort=y")


def test_every_kind_of_question_has_its_page(tomas: Browser) -> None:
    for question in set(re.findall(rf'href="{ITEMS}/([^"]+)"', tomas.page(ITEMS))):
        assert question in tomas.page(f"{ITEMS}/{question}?lang=en")


def test_the_csv_is_a_file_with_the_words_of_the_reader(tomas: Browser) -> None:
    response = tomas.get(f"{ITEMS}.csv")
    assert response.mimetype == "text/csv" and "attachment" in response.headers["Content-Disposition"]
    text = response.get_data(as_text=True)
    assert text.startswith("\ufeffPregunta,") and "¿Falla de traducción?" in text


def test_who_teaches_it_not_finds_nothing(tomas: Browser, signed_in: object) -> None:
    tina = signed_in("tina")  # type: ignore[operator]
    for address in (ITEMS, f"{ITEMS}.csv", f"{ITEMS}/mission-quiz-1"):
        tina.page(address, 404)
    tomas.page(f"{ITEMS}/nothing", 404)
