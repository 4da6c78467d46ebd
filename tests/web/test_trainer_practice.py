"""The trainer's door: cohorts and practical sheets."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import event

from app.records.database import db
from app.records.people import Person
from app.services import learning, practice
from app.services.office import fold_name
from tests.cast import Cast
from tests.web.client import Browser


@pytest.fixture
def tomas(app: Flask, signed_in: object) -> Browser:
    return signed_in("tomas")  # type: ignore[operator, no-any-return]


def sheet_of(browser: Browser, app: Flask) -> str:
    """The address of Nayeli's sheet, reached as a trainer reaches it."""
    cast: Cast = app.cast  # type: ignore[attr-defined]
    assert cast.cohort is not None
    page = browser.page(f"/teach/cohorts/{cast.cohort.id}/")
    assert "Nayeli Ábrego Quintero" in page
    found = re.search(r'href="(/teach/practice/[^"]+)"', page)
    assert found is not None
    return found[1]


def fill(browser: Browser, **fields: str) -> str:
    given = {
        "held_on": "2026-11-20",
        "place": "El Cativo",
        "remarks": "",
        "criterion-tasks": "yes",
        "criterion-limits": "yes",
    }
    return browser.submit("/mission", **{**given, **fields}).get_data(as_text=True)


def test_a_sheet_is_signed_and_the_officer_reads_it(tomas: Browser, app: Flask, signed_in: object) -> None:
    tomas.page("/teach/cohorts/")
    tomas.page(sheet_of(tomas, app))
    page = fill(tomas, **{"criterion-limits": "no", "remarks": "Practique la respuesta breve."})
    assert "todavía no" in page
    assert "20 nov 2026, El Cativo" in page
    nayeli = signed_in("nayeli")  # type: ignore[operator]
    read = nayeli.page("/learn/humane-border/mission/practice")
    assert "Practique la respuesta breve." in read
    tomas.page(sheet_of(tomas, app))
    assert "es competente" in fill(tomas)
    assert "Competente" in nayeli.page("/learn/humane-border/mission/practice")


def test_a_sheet_with_faults_comes_back_with_what_was_chosen(tomas: Browser, app: Flask) -> None:
    tomas.page(sheet_of(tomas, app))
    page = fill(tomas, **{"criterion-limits": "", "place": "El Cativo"})
    assert "Diga de cada criterio" in page
    assert re.search(r'value="yes" checked', page)
    assert 'value="El Cativo"' in page
    for faults, words in (
        ({"held_on": "2026-11-24"}, "todavía no ha llegado"),
        ({"held_on": ""}, "fecha"),
        ({"place": " "}, "lugar"),
        ({"place": "x" * 121}, "Acorte"),
    ):
        tomas.page(sheet_of(tomas, app))
        assert words in fill(tomas, **faults)
        assert tomas.last is not None
        assert tomas.last.status_code == 422


def test_a_double_click_signs_once(tomas: Browser, app: Flask) -> None:
    address = sheet_of(tomas, app)
    tomas.page(address)
    form = tomas.last
    fill(tomas)
    tomas.last = form
    tomas.here = address
    page = fill(tomas)
    assert len(re.findall(r"<h3>20 nov 2026", page)) == 1


def test_officers_without_a_cohort_have_a_list_of_their_own(tomas: Browser) -> None:
    page = tomas.page("/teach/cohorts/without/humane-border/")
    assert "Norberto Güiral Peña" in page
    assert "Ximena" not in page
    assert "Norberto" in tomas.page("/teach/cohorts/without/humane-border/?q=guiral")
    assert "Norberto" not in tomas.page("/teach/cohorts/without/humane-border/?q=zzz")


def test_what_is_not_theirs_is_not_found(tomas: Browser, app: Flask, signed_in: object) -> None:
    address = sheet_of(tomas, app)
    tina = signed_in("tina")  # type: ignore[operator]
    tina.page(address, 404)
    cast: Cast = app.cast  # type: ignore[attr-defined]
    assert cast.cohort is not None
    tina.page(f"/teach/cohorts/{cast.cohort.id}/", 404)
    tina.page("/teach/cohorts/without/humane-border/", 404)
    tomas.page("/teach/cohorts/00000000-0000-0000-0000-000000000000/", 404)
    tomas.page(address.replace("mission", "protection"), 404)
    signed_in("nayeli").page(address, 403)  # type: ignore[operator]


def test_the_list_of_a_cohort_asks_a_fixed_number_of_questions(tomas: Browser, app: Flask) -> None:
    cast: Cast = app.cast  # type: ignore[attr-defined]
    assert cast.cohort is not None
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    tomas.page(f"/teach/cohorts/{cast.cohort.id}/")
    few = len(asked)
    with app.app_context():
        with cast.office.transaction():
            for n in range(practice.PAGE_SIZE):
                person = Person(
                    institution_id=cast.institutions["/pa/senafront/cativo/"].id,
                    email=f"o{n}@paso.example",
                    name=f"Oficial {n:02}",
                    sort_name=fold_name(f"Oficial {n:02}"),
                    created_at=cast.clock(),
                )
                cast.office.session.add(person)
                cast.office.session.flush()
                learning.enrol(cast.office, None, person, cast.course.id, cast.cohort.id)
        db.session.remove()
    asked.clear()
    tomas.page(f"/teach/cohorts/{cast.cohort.id}/")
    assert len(asked) <= few
