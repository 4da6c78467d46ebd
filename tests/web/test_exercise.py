"""The integrated exercise and the trainers' key, at every door. That no key reaches an officer's device is checked by the
client at every address that it opens (tests/web/client.py).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from pypdf import PdfReader

from app.records.database import db
from app.services import following
from tests import sample
from tests.cast import Cast, publish
from tests.sample import KEY_WORDS
from tests.web.client import Browser

COURSE = "humane-border"
TITLE = "Ejercicio integrado: Noche en el embarcadero"


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, in whose course an edition has been published that ends in an exercise."""
    cast: Cast = app.cast  # type: ignore[attr-defined]
    with app.app_context():
        newer = sample.course(exercise=sample.EXERCISE)
        with cast.office.transaction():
            edition = publish(cast, newer)
            following.follow(cast.office, newer.id, edition.id, newer)
        db.session.remove()
    return app


@pytest.fixture
def tomas(app: Flask, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("tomas")


@pytest.fixture
def nayeli(app: Flask, signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("nayeli")


def cohort(tomas: Browser, app: Flask) -> str:
    cast: Cast = app.cast  # type: ignore[attr-defined]
    assert cast.cohort is not None
    return tomas.page(f"/teach/cohorts/{cast.cohort.id}/")


def sheet(tomas: Browser, app: Flask, of: str = "exercise") -> str:
    found = re.search(rf'href="(/teach/practice/[^"]+/{of})"', cohort(tomas, app))
    assert found is not None
    return found[1]


def sign(tomas: Browser, app: Flask, **met: str) -> str:
    tomas.page(sheet(tomas, app))
    criteria = {"criterion-five-of-six": "yes", "criterion-nothing-unsafe": "yes", **met}
    return tomas.submit("/exercise", held_on="2026-11-20", place="El Cativo", **criteria).get_data(as_text=True)


def test_it_is_the_last_column_of_a_cohort_and_its_sheet_is_signed_there(
    tomas: Browser, nayeli: Browser, app: Flask
) -> None:
    heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)</th>", cohort(tomas, app))
    assert heads[-1] == TITLE
    page = tomas.page(sheet(tomas, app))
    assert "Noche en el embarcadero" in page and "Frontera Humana" in page
    assert "todavía no" in sign(tomas, app, **{"criterion-five-of-six": "no"})
    assert "Aún no competente" in nayeli.page(f"/learn/{COURSE}/exercise")
    assert "es competente" in sign(tomas, app)
    assert "Competente" in nayeli.page(f"/learn/{COURSE}/exercise")


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_officer_finds_it_on_the_page_of_the_course_and_among_what_is_missing(
    nayeli: Browser, language: str
) -> None:
    page = nayeli.page(f"/learn/{COURSE}/?lang={language}")
    title = {"es": TITLE, "en": "Integrated exercise: Night at the landing"}[language]
    why = page.partition('id="why"')[2]
    assert title in page.partition('id="why"')[0] and title in why
    assert f'href="/learn/{COURSE}/exercise"' in why
    read = nayeli.page(f"/learn/{COURSE}/exercise")
    assert {"es": "Cinco estaciones de seis.", "en": "Five stations of six."}[language] in read
    assert "1 h 30 min" in read


def test_a_course_without_one_has_no_such_page(
    browser: Browser, signed_in: Callable[[str], Browser], app: Flask
) -> None:
    cast: Cast = app.cast  # type: ignore[attr-defined]
    with app.app_context():
        older = sample.course()
        with cast.office.transaction():
            edition = publish(cast, older)
            following.follow(cast.office, older.id, edition.id, older)
        db.session.remove()
    nayeli = signed_in("nayeli")
    nayeli.page(f"/learn/{COURSE}/exercise", 404)
    assert "Ejercicio integrado" not in nayeli.page(f"/learn/{COURSE}/")
    tomas = signed_in("tomas")
    assert "Ejercicio integrado" not in cohort(tomas, app)


def test_the_coordinator_reads_it_in_the_record_and_in_the_roster(
    tomas: Browser, app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    sign(tomas, app)
    cast: Cast = app.cast  # type: ignore[attr-defined]
    desk = signed_in("coralia")
    record = desk.page(f"/coordinate/people/{cast.people['nayeli'].id}")
    assert record.count(TITLE) == 2  # the criterion, and the sheet that was signed
    roster = desk.page("/coordinate/roster")
    assert "Ejercicio integrado" in roster and "Competente" in roster
    assert "Ejercicio integrado" in desk.get("/coordinate/roster.csv").get_data(as_text=True)
    assert '"exercise":"competent"' in desk.get("/coordinate/roster.json").get_data(as_text=True)


# The trainers' key ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["mission", "exercise"])
def test_trainers_read_the_key_on_the_sheet_that_they_sign(tomas: Browser, app: Flask, of: str) -> None:
    page = tomas.page(sheet(tomas, app, of))
    assert KEY_WORDS[1] in page
    assert "Clave para quien capacita" in page


def test_officers_read_the_sheets_without_the_key(nayeli: Browser, tomas: Browser, app: Flask) -> None:
    """The client asserts it at each of these; a look at the words themselves for the two that show a sheet."""
    sign(tomas, app)
    for address in ("", "exercise", "mission/", "mission/practice", "mission/one", "mission/scenario", "glossary"):
        for language in ("en", "es"):
            page = nayeli.page(f"/learn/{COURSE}/{address}?lang={language}")
            assert not any(word in page for word in KEY_WORDS)
            assert "Clave para quien capacita" not in page


def test_officers_cannot_ask_for_the_booklet_with_the_key(nayeli: Browser) -> None:
    for wish in ("", "&key=yes", "&for_trainers=1"):
        pdf = nayeli.get(f"/learn/{COURSE}/mission/booklet.pdf?lang=es{wish}")
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
        assert "Embarcadero" in text.title() and not any(word in text for word in KEY_WORDS)
