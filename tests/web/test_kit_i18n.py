"""Which language is spoken to whom, and how dates and figures read in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Response

from app.web.kit import i18n
from tests.web.tiny import page, tiny

EVENING = datetime(2026, 9, 24, 2, 30, tzinfo=UTC)
"""still the day before in Panama"""


def spoken() -> str:
    return i18n.language()


@pytest.mark.parametrize(
    ("query", "account", "cookie", "browser", "language"),
    [
        ("", None, "", "", "es"),
        ("", None, "", "fr-FR, fr;q=0.9", "es"),
        ("", None, "", "en-US,en;q=0.9,es;q=0.5", "en"),
        ("", None, "", "es-PA", "es"),
        ("", None, "", "fr, en;q=0.5", "en"),
        ("", None, "en", "es", "en"),
        ("", None, "fr", "es", "es"),
        ("", "es", "en", "en", "es"),
        ("?lang=en", "es", "es", "es", "en"),
        ("?lang=fr", "en", "es", "es", "en"),
        ("?lang=both", None, "", "", "es"),
    ],
)
def test_language_is_that_asked_for_then_account_cookie_browser_spanish(
    tmp_path: Path, query: str, account: str | None, cookie: str, browser: str, language: str
) -> None:
    app, somebody = tiny(tmp_path, spoken=spoken)
    somebody.language = account
    client = app.test_client()
    if cookie:
        client.set_cookie("lang", cookie)
    response = client.get(f"/spoken{query}", headers={"Accept-Language": browser})
    assert response.text == language
    assert response.headers["Content-Language"] == language
    assert {"Cookie", "Accept-Language"} <= set(response.headers["Vary"].split(", "))


def test_a_page_asked_for_in_a_language_is_remembered(tmp_path: Path) -> None:
    app, somebody = tiny(tmp_path, spoken=spoken)
    client = app.test_client()
    assert client.get("/spoken?lang=en").text == "en"
    assert client.get("/spoken").text == "en", "by the cookie"
    assert somebody.remembered == [], "a visitor has no account"
    somebody.language = "es"
    assert client.get("/spoken").text == "es", "the account is stronger than the cookie"
    assert client.get("/spoken?lang=en").text == "en"
    assert somebody.remembered == ["en"]
    client.get("/spoken?lang=en")
    assert somebody.remembered == ["en"], "nothing to remember twice"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_in_a_language_but_not_change_an_account(tmp_path: Path, site: str) -> None:
    app, somebody = tiny(tmp_path, spoken=spoken)
    somebody.language = "es"
    assert app.test_client().get("/spoken?lang=en", headers={"Sec-Fetch-Site": site}).text == "en"
    assert somebody.remembered == []


def test_the_language_of_a_file_is_not_that_of_the_reader(tmp_path: Path) -> None:
    app, somebody = tiny(tmp_path, spoken=spoken, paper=lambda: Response(b"%PDF", mimetype="application/pdf"))
    somebody.language = "es"
    client = app.test_client()
    client.get("/paper?lang=en")
    assert somebody.remembered == []
    assert client.get_cookie("lang") is None


def test_nothing_is_remembered_of_what_was_posted_or_failed(tmp_path: Path) -> None:
    app, somebody = tiny(tmp_path, spoken=spoken)
    somebody.language = "es"
    client = app.test_client()
    client.post("/spoken?lang=en")
    client.get("/nowhere?lang=en")
    assert somebody.remembered == []
    assert client.get_cookie("lang") is None


def test_an_application_context_that_lives_on_does_not_keep_a_language(tmp_path: Path) -> None:
    app, somebody = tiny(tmp_path, spoken=spoken)
    with app.app_context():
        client = app.test_client()
        somebody.language = "en"
        assert client.get("/spoken").text == "en"
        somebody.language = "es"
        assert client.get("/spoken").text == "es"


def test_the_interface_is_translated(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, spoken=lambda: i18n.gettext("Sign out"))
    client = app.test_client()
    assert client.get("/spoken?lang=es").text == "Cerrar sesión"
    assert client.get("/spoken?lang=en").text == "Sign out"


def test_words_written_down_early_are_spoken_late(tmp_path: Path) -> None:
    label = i18n.lazy("Sign out")
    app, _ = tiny(tmp_path, spoken=lambda: str(label))
    client = app.test_client()
    assert [client.get(f"/spoken?lang={code}").text for code in ("es", "en")] == ["Cerrar sesión", "Sign out"]


def test_a_letter_is_written_in_the_language_of_who_gets_it(tmp_path: Path) -> None:
    def letter() -> str:
        with i18n.in_language("en"):
            inside = i18n.gettext("Sign out") + i18n.show_date(date(2026, 11, 23))
        return inside + "|" + i18n.gettext("Sign out")

    app, _ = tiny(tmp_path, letter=letter)
    assert app.test_client().get("/letter?lang=es").text == "Sign out23 Nov 2026|Cerrar sesión"


def test_without_a_request_spanish_is_spoken(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    with app.app_context():
        assert i18n.language() == "es"
        assert i18n.show_number(12345.6) == "12,345.6", "es_419, not the 12.345,6 of Spain"
        assert i18n.timezone().key == "America/Panama"


def test_how_things_read(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    shown = {
        "es": [
            ("23 sept 2026", i18n.show_date, EVENING),
            ("23 nov 2026", i18n.show_date, date(2026, 11, 23)),
            ("23 sept 2026, 21:30 (hora de Panamá)", i18n.show_datetime, EVENING),
            ("12,345.6", i18n.show_number, 12345.6),
            ("79%", i18n.show_percent, 79.99),
            ("80%", i18n.show_percent, 80),
            ("1 hora", i18n.show_hours, 1),
            ("2.5 horas", i18n.show_hours, 2.5),
            ("0 horas", i18n.show_hours, 0),
            ("1 minuto", i18n.show_minutes, 1),
            ("1 h 15 min", i18n.show_minutes, 75),
            ("2 h", i18n.show_minutes, 120),
            ("República Dominicana", i18n.show_country, "DO"),
            ("XX", i18n.show_country, "XX"),
            ("1.4 MB", i18n.show_filesize, 1_400_000),
            ("1 MB", i18n.show_filesize, 999_999),
            ("12 B", i18n.show_filesize, 12),
        ],
        "en": [
            ("23 Sep 2026", i18n.show_date, EVENING),
            ("23 Sep 2026, 21:30 (Panama time)", i18n.show_datetime, EVENING),
            ("1 hour", i18n.show_hours, 1),
            ("64 hours", i18n.show_hours, 64.0),
            ("Dominican Republic", i18n.show_country, "DO"),
        ],
    }
    for code, cases in shown.items():
        with app.test_request_context(f"/?lang={code}"):
            for expected, show, value in cases:
                assert show(value) == expected  # type: ignore[operator]
            assert {show(None) for show in i18n.FILTERS.values()} == {"–"}


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/Costa_Rica", "23 sept 2026, 20:30 (hora de Costa Rica)"),
        ("America/Santo_Domingo", "23 sept 2026, 22:30 (hora de Santo Domingo)"),
        ("America/Mexico_City", "23 sept 2026, 20:30 (hora de Ciudad de México)"),
        ("UTC", "24 sept 2026, 02:30 (UTC)"),
        ("Nowhere/Land", "23 sept 2026, 21:30 (hora de Panamá)"),
        ("../../etc/passwd", "23 sept 2026, 21:30 (hora de Panamá)"),
    ],
)
def test_times_are_those_of_the_reader(tmp_path: Path, zone: str, expected: str) -> None:
    app, somebody = tiny(tmp_path)
    somebody.timezone = zone
    with app.test_request_context("/?lang=es"):
        assert i18n.show_datetime(EVENING) == expected
        assert i18n.show_datetime(EVENING.replace(tzinfo=None)) == expected, "the records keep UTC"


def test_filters_of_constants_are_not_worked_out_for_the_first_reader(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, facts=lambda: page("<p>{{ 64|hours }}, {{ 'PA'|country }}</p>"))
    client = app.test_client()
    assert "64 horas, Panamá" in client.get("/facts?lang=es").text
    assert "64 hours, Panama<" in client.get("/facts?lang=en").text


def test_countries_stand_where_a_reader_looks_for_them(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    with app.test_request_context("/?lang=es"):
        names = [name for _, name in i18n.countries(["US", "SV", "PA", "MX", "CA", "CR", "CU"])]
    assert names == ["Canadá", "Costa Rica", "Cuba", "El Salvador", "Estados Unidos", "México", "Panamá"]
