"""The dashboards: every number leads to a list of that length; on paper too; the region without anybody in it."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.factory import create_app
from app.records.database import db
from app.records.learning import Enrolment
from app.services import figures, rosters
from app.services.rosters import RosterQuery
from tests.cast import HASHER, Clock, assemble, office_for
from tests.conftest import config_for
from tests.crowd import enrol_many, scatter
from tests.web.client import Browser
from tests.web.test_weight import REPEAT, Queries, Raw

NUMBER = re.compile(r'<a href="([^"]*/coordinate/roster\?[^"]*)">([\d,]+)</a>')


@pytest.fixture
def apps(any_url: str, clock: Clock) -> Iterator[Flask]:
    """The application on either database, with a crowd in it."""
    app = create_app(config_for(any_url), hasher=HASHER, clock=clock)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        app.cast = assemble(office_for(db.session(), clock, public_url="http://localhost"), clock)
        app.cohort_id = app.cast.cohort.id
        scatter(app.cast, 260)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def sign_in(app: Flask, name: str) -> Browser:
    browser: Browser = app.test_client()
    browser.sign_in(f"{name}@paso.example")
    return browser


def in_app(app: Flask, deed, *arguments):
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        found = deed(cast, *arguments)
        db.session.remove()
    return found


def scopes(app: Flask) -> list[tuple[str, str]]:
    cast = app.cast
    post, state = (cast.institutions[path].id for path in ("/pa/senafront/guayacan/", "/pa/"))
    return [
        ("coralia", ""),
        ("coralia", f"institution={post}"),
        ("coralia", f"cohort={app.cohort_id}"),
        ("carlos", ""),
        ("ada", ""),
        ("ada", "country=PA"),
        ("ada", f"institution={state}&course=humane-border"),
    ]


def test_every_number_is_the_length_of_the_list_it_leads_to(apps):
    lists = []
    for name, asked in scopes(apps):
        page = sign_in(apps, name).page(f"/coordinate/?{asked}&lang=en")
        found = NUMBER.findall(page)
        assert len(found) > 20, (name, asked)
        lists += [(name, html.unescape(address), int(number.replace(",", ""))) for address, number in found]

    def lengths(cast):
        actors = {name: cast.actor(name) for name, _asked in scopes(apps)}
        return [
            rosters.page(
                cast.office,
                actors[name],
                RosterQuery.parse({key: one for key, (one,) in parse_qs(urlsplit(address).query).items()}),
            ).total
            for name, address, _number in lists
        ]

    wrong = [(*one, length) for one, length in zip(lists, in_app(apps, lengths), strict=True) if one[2] != length]
    assert wrong == []


def test_no_number_above_none_stands_there_without_its_list(apps):
    """But rates, and figures by sex: sex is kept for figures alone."""
    for name, asked in scopes(apps):
        page = sign_in(apps, name).page(f"/coordinate/?{asked}&lang=en")
        tables = page[: page.index('id="sexes-title"')]
        cells = re.findall(r'<td class="num">(.*?)</td>', tables) + re.findall(r"</dt><dd>(.*?)</dd>", tables)
        assert [cell for cell in cells if re.fullmatch(r"[\d,]+", cell) and cell != "0"] == []


def test_the_lists_say_what_they_are_filtered_by(apps):
    browser = sign_in(apps, "coralia")
    page = browser.page("/coordinate/?lang=en")
    for address, _number in dict.fromkeys(NUMBER.findall(page)):
        query = {key: one for key, (one,) in parse_qs(urlsplit(html.unescape(address)).query).items()}
        if "own" in query or "issued_from" in query or "pace" in query:
            there = browser.page(html.unescape(address))
            for key, value in query.items():
                assert re.search(rf'name="{key}"[^>]*value="{value}"|<option value="{value}" selected>', there), key


def test_figures_by_sex_make_no_list_of_persons(apps):
    page = sign_in(apps, "coralia").page("/coordinate/?lang=en")
    assert "there are no lists by sex" in page
    assert "roster?" not in page[page.index('id="sexes-title"') :]


def test_a_bar_is_as_long_as_the_figures_of_its_line(apps):
    page = sign_in(apps, "coralia").page("/coordinate/?lang=en")
    line = page[page.index("Puesto El Cativo", page.index('id="lines-title"')) :].partition("</tr>")[0]
    bar = {int(kind): float(width) for kind, width in re.findall(r'class="c(\d)" x="[\d.]+" width="([\d.]+)"', line)}
    enrolled, _lately, behind, done, *_more = [int(text) for text in re.findall(r">(\d+)</a></td>", line)]
    for kind, number in ((1, done), (2, enrolled - done - behind), (3, behind)):
        assert bar.get(kind, 0) == pytest.approx(104 * number / enrolled - 1, abs=1.1)


def test_the_page_says_of_whom_when_and_for_whom_it_counts(apps):
    page = sign_in(apps, "coralia").page(f"/coordinate/?cohort={apps.cohort_id}&lang=en")
    assert "Servicio Nacional de Fronteras · Panama" in page
    assert '<p class="lead">Guayacán 2026</p>' in page
    assert "Counted on 23 Nov 2026, 10:00 (Panama time), for Coralia Mojica de Ríos." in page


def test_dashboards_cost_the_same_for_a_few_and_for_many_and_stay_light(apps):
    browser = sign_in(apps, "coralia")
    queries = Queries(apps)
    many = queries.of(browser, "/coordinate/")
    assert many <= 14
    in_app(apps, scatter_more)
    assert queries.of(browser, "/coordinate/") == many
    for name, path in (("coralia", "/coordinate/"), ("ada", "/coordinate/")):
        assert len(Raw(apps, sign_in(apps, name))(path)) <= REPEAT
    in_app(apps, month_over)
    observer = sign_in(apps, "oscar")
    assert queries.of(observer, "/coordinate/figures") <= 6
    assert len(Raw(apps, observer)("/coordinate/figures")) <= REPEAT


def scatter_more(cast):
    for path in ("/pa/senafront/guayacan/", "/pa/senafront/cativo/"):
        enrol_many(cast, path, {"active": 40, "completed": 30})


def month_over(cast):
    cast.clock.pass_by(days=10)
    assert figures.freeze(cast.office)


def test_a_post_without_officers_is_no_dead_end(app, signed_in):
    in_app(app, enrol_many, "/pa/senafront/guayacan/", {"active": 1})
    state = app.cast.institutions["/cr/"].id
    page = signed_in("ada").page(f"/coordinate/?institution={state}&country=PA&lang=en")
    assert "Nothing fits these filters" in page and 'href="/coordinate/"' in page


def test_an_institution_in_which_nobody_is_enrolled_says_what_to_do(app, signed_in):
    def nobody(cast):
        with cast.office.transaction():
            cast.office.session.execute(delete(Enrolment))

    in_app(app, nobody)
    assert "/coordinate/people/new" in signed_in("coralia").page("/coordinate/")


def test_officers_who_were_all_withdrawn_are_still_listed_somewhere(app, signed_in):
    def withdraw(cast):
        with cast.office.transaction():
            cast.office.session.execute(update(Enrolment).values(status="withdrawn"))

    in_app(app, withdraw)
    assert "/coordinate/roster?status=withdrawn" in signed_in("coralia").page("/coordinate/")


# The region -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_observers_read_the_month_that_is_over_and_take_it_away(apps, language):
    browser = sign_in(apps, "oscar")
    assert "/coordinate/figures.csv" not in browser.page(f"/coordinate/figures?lang={language}")
    browser.page("/coordinate/figures.csv", 404)
    in_app(apps, month_over)
    browser = sign_in(apps, "oscar")
    page = browser.page(f"/coordinate/figures?lang={language}")
    hidden = {"es": "oculto", "en": "hidden"}[language]
    assert f'<span class="sr">{hidden}</span>' in page
    assert {"es": "30 nov 2026", "en": "30 Nov 2026"}[language] in page
    assert "Oficial" not in page and "roster" not in page
    taken = browser.get("/coordinate/figures.csv")
    assert "paso-seguro-region-2026-11-30.csv" in taken.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(taken.data.decode("utf-8-sig"))))
    assert {len(line) for line in lines} == {7}
    assert any(hidden in line for line in lines)
    assert all(cell in ("", "0", hidden) or int(cell) >= 5 for line in lines[1:] for cell in line[3:])
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get("/coordinate/figures.xlsx").data)).active
    assert [["" if cell is None else str(cell) for cell in row] for row in sheet.values] == lines


@pytest.mark.parametrize("name", ["coralia", "tomas", "nayeli"])
def test_what_observers_take_away_is_theirs_alone(app, signed_in, name):
    for path in ("figures", "figures.csv", "figures.xlsx"):
        signed_in(name).page(f"/coordinate/{path}", 403)


def test_administrators_look_at_both(app, signed_in):
    in_app(app, enrol_many, "/pa/senafront/guayacan/", {"active": 40})
    in_app(app, month_over)
    browser = signed_in("ada")
    assert "/coordinate/figures" in browser.page("/coordinate/")
    browser.page("/coordinate/figures")


def test_a_region_of_few_has_no_figures(app, signed_in):
    in_app(app, month_over)  # three officers
    assert "Aún no hay cifras" in signed_in("oscar").page("/coordinate/figures?lang=es")


def test_where_few_are_in_one_state_none_is_told(app, signed_in):
    in_app(app, enrol_many, "/pa/senafront/guayacan/", {"active": 40, "completed": 2})
    in_app(app, month_over)
    page = signed_in("oscar").page("/coordinate/figures?lang=en")
    assert "So few are in one of the states" in page
    assert "Completed" not in page[page.index("<main") :].replace("(not started, in progress, completed)", "")
