"""The door that is open to everyone: the front page, the answer to a code, and what machines ask."""

import datetime as dt
import io
import re

import pytest
from openbadgeslib.ob3 import OB3VerificationError

from app.factory import create_app
from app.records.certificates import Certificate
from app.records.database import db
from app.services import certifying
from app.services.office import Office
from tests.cast import HASHER
from tests.certificates import judges
from tests.conftest import config_for
from tests.story import complete
from tests.web.client import Browser

NEVER_ISSUED = "7KQ4-M2XD-9TFR-AF"
PERSONAL = ("Nayeli", "Ábrego", "Guayacán", "Subinspectora")


@pytest.fixture
def code(app):
    """The code of Nayeli's certificate."""
    with app.app_context():
        cast = app.cast
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        with cast.office.transaction():
            cast.office.session.merge(cast.people["nayeli"]).rank = "Subinspectora"
        complete(cast, "nayeli")
        found = certifying.mine(cast.office, cast.actor("nayeli"))[0].row.serial
        db.session.remove()
    return str(found)


def touch(app, code, **values):
    with app.app_context():
        db.session.query(Certificate).filter_by(serial=code).update(values)
        db.session.commit()
        db.session.remove()


# The front page -------------------------------------------------------------------------------------------------------


def test_a_visitor_reads_what_this_is_and_where_to_go(browser):
    page = browser.page("/")
    assert "el personal de fronteras y de migración de la región" in page
    assert 'href="/account/sign-in"' in page and 'href="/verify?lang=es"' in page


def test_the_front_page_speaks_the_language_of_its_address(browser):
    assert '<html lang="en">' in browser.page("/?lang=en") and '<html lang="es">' in browser.page("/?lang=es")


@pytest.mark.parametrize(
    ("name", "start"), [("nayeli", "/learn/"), ("coralia", "/coordinate/"), ("tomas", "/teach/"), ("ada", "/admin/")]
)
def test_whoever_is_signed_in_goes_on_to_where_they_begin(signed_in, name, start):
    response = signed_in(name).get("/")
    assert (response.status_code, response.location) == (302, start)


# A code ---------------------------------------------------------------------------------------------------------------


def test_a_typed_code_leads_to_the_address_of_its_answer_in_the_same_language(browser, code):
    browser.page("/verify?lang=en")
    response = browser.submit("verify", follow=False, code=f" {code.lower().replace('-', ' ')} ")
    assert (response.status_code, response.location) == (303, f"/verify/{code}?lang=en")


@pytest.mark.parametrize(
    "typed",
    [
        "http://localhost/verify/{}",
        "https://paso.example/verify/{}?lang=es",
    ],
)
def test_the_address_in_the_square_code_may_be_pasted_whole(browser, code, typed):
    browser.page("/verify")
    assert browser.submit("verify", follow=False, code=typed.format(code)).location.startswith(f"/verify/{code}")


@pytest.mark.parametrize("typed", ["", "   ", "/", "..", "../../account/"])
def test_what_is_no_code_never_becomes_another_address(browser, typed):
    browser.page("/verify")
    response = browser.submit("verify", follow=False, code=typed)
    assert response.status_code == 422 or response.location.startswith("/verify/")
    if response.status_code == 422:
        assert "Escriba el código" in response.get_data(as_text=True)


def test_a_valid_certificate_shows_what_the_paper_does_in_both_languages(browser, code):
    spanish, english = browser.page(f"/verify/{code}?lang=es"), browser.page(f"/verify/{code}?lang=en")
    for told in ("Nayeli Ábrego Quintero", "Subinspectora", "Puesto Paso del Guayacán", code):
        assert told in spanish and told in english
    for told in ("Este certificado es válido", "Panamá", "Frontera Humana", "13 horas", "23 nov 2026", "23 nov 2029"):
        assert told in spanish
    for told in ("This certificate is valid", "Panama", "Humane Border", "13 hours", "23 Nov 2026", "23 Nov 2029"):
        assert told in english
    assert "nayeli@" not in spanish + english


def test_an_expired_certificate_says_until_when(app, browser, clock, code):
    clock.at = dt.datetime(2029, 11, 24, 12, tzinfo=dt.UTC)
    page = browser.page(f"/verify/{code}")
    assert "Este certificado venció" in page and "23 nov 2029" in page and "Nayeli" in page


def test_a_replaced_certificate_says_so_and_nothing_of_the_person(app, browser, code):
    touch(app, code, superseded_at=dt.datetime(2027, 1, 5, 17, tzinfo=dt.UTC))
    page = browser.page(f"/verify/{code}")
    assert "fue reemplazado" in page and "5 ene 2027" in page
    assert not [word for word in PERSONAL if word in page]


def test_a_revoked_certificate_says_so_and_nothing_of_the_person_nor_why(app, browser, code):
    touch(app, code, revoked_at=dt.datetime(2027, 1, 5, 17, tzinfo=dt.UTC), revoked_reason="Un motivo interno")
    page = browser.page(f"/verify/{code}")
    assert "fue revocado" in page and "5 ene 2027" in page
    assert not [word for word in (*PERSONAL, "motivo interno") if word in page]


def test_a_code_that_was_never_issued_is_answered_like_any_other(browser, code):
    unknown, known = browser.get(f"/verify/{NEVER_ISSUED}"), browser.get(f"/verify/{code}")
    assert "Ningún certificado tiene este código" in unknown.get_data(as_text=True)
    assert unknown.status_code == known.status_code == 200
    ours = {"Referrer-Policy", "X-Robots-Tag", "Cache-Control", "Content-Type"}
    assert {n: unknown.headers[n] for n in ours} == {n: known.headers[n] for n in ours}


def test_a_slip_is_pointed_out_with_the_likely_code_as_a_link(browser, code):
    wrong = ("2" if code[0] != "2" else "3") + code[1:]
    page = browser.page(f"/verify/{wrong}?lang=en")
    assert "There is a slip in this code" in page
    assert f'href="/verify/{code}?lang=en"' in page
    assert not [word for word in PERSONAL if word in page]


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "a'\"&b", "x" * 900, "%00", "ñandú"])
def test_whatever_stands_in_the_address_is_only_ever_text(browser, text):
    page = browser.page(f"/verify/{text}")
    assert "<img" not in page and "x" * 61 not in page


def test_an_answer_leaves_no_trace_at_the_next_site_nor_in_search_engines(browser, code):
    response = browser.get(f"/verify/{code}")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "no-cache" in response.headers["Cache-Control"] or "no-store" in response.headers["Cache-Control"]


def test_the_next_code_can_be_asked_from_an_answer_over_https(sqlite_url, clock, code):
    """The answer hides its address, also from us: the next form must not be refused for that."""
    app = create_app(config_for(sqlite_url), hasher=HASHER, clock=clock)
    app.test_client_class = Browser
    browser = app.test_client()
    browser.page(f"/verify/{code}", base_url="https://localhost")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.last.get_data(as_text=True))[1]
    response = browser.post("/verify", base_url="https://localhost", data={"csrf_token": token, "code": NEVER_ISSUED})
    assert response.status_code == 303
    with app.app_context():
        db.engine.dispose()


def test_one_address_asks_so_often_and_then_waits(browser, code, clock):
    for _ in range(60):
        assert browser.get(f"/verify/{NEVER_ISSUED}").status_code == 200
    refused = browser.get(f"/verify/{code}")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert not [word for word in PERSONAL if word in refused.get_data(as_text=True)]
    assert browser.get(f"/verify/{code}", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
    clock.pass_by(minutes=16)
    assert browser.get(f"/verify/{code}").status_code == 200


# Badges ---------------------------------------------------------------------------------------------------------------


def badge_of(app, code):
    with app.app_context():
        made = certifying.credential(app.cast.office, app.cast.actor("nayeli"), code)[0]
        db.session.remove()
    return made


def test_other_peoples_software_finds_the_keys_and_the_list_by_what_the_badge_says(
    app, browser, code, clock, monkeypatch
):
    """From the badge alone, as a stranger's software would: the issuer's address, its key, the list, its bit."""
    judges.stop_clock(monkeypatch, clock.at + dt.timedelta(hours=1))
    made = badge_of(app, code)
    asked = []

    def download(url):
        asked.append(url)
        response = browser.get(url.partition("localhost")[2])
        assert response.status_code == 200
        return response.data

    assert (
        judges.judged(made, download=download, ask_status=True).identifiers[0].identity_hash == "Nayeli Ábrego Quintero"
    )
    assert asked == ["https://localhost/.well-known/did.json", "http://localhost/verify/status/1"]
    touch(app, code, revoked_at=clock.at)
    with pytest.raises(OB3VerificationError, match="status 'revocation' is set"):
        judges.judged(made, download=download, ask_status=True)


@pytest.mark.parametrize(
    ("address", "media_type", "seconds"),
    [
        ("/.well-known/did.json", "application/did+ld+json", 3600),
        ("/did.json", "application/did+ld+json", 3600),
        ("/verify/status/1", "application/ld+json", 300),
    ],
)
def test_what_badges_point_at_is_the_same_for_everyone_and_may_be_kept(
    app, browser, signed_in, code, address, media_type, seconds
):
    response = browser.get(address)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert response.headers["Cache-Control"] == f"public, max-age={seconds}"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not {"Set-Cookie", "Content-Language"} & set(response.headers.keys())
    assert response.headers["Vary"] == "Accept-Encoding"
    assert signed_in("nayeli").get(address, headers={"Accept-Language": "en"}).data == response.data
    again = browser.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_list_that_is_not_there_is_no_page(browser, code):
    for address in ("/verify/status/0", "/verify/status/2", "/verify/status/x", "/verify/status/"):
        assert browser.get(address).status_code == 404


# Machines -------------------------------------------------------------------------------------------------------------


def test_health_and_readiness_answer_without_a_cookie(browser):
    for address, text in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        response = browser.get(address)
        assert (response.status_code, response.get_data(as_text=True)) == (200, text)
        assert "Set-Cookie" not in response.headers and response.headers["Cache-Control"] == "no-store"


def test_an_old_schema_is_not_ready_though_the_process_is_well(app, browser):
    with app.app_context():
        db.session.execute(db.text("UPDATE alembic_version SET version_num = 'older'"))
        db.session.commit()
        db.session.remove()
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200


def test_a_database_that_cannot_be_reached_is_not_ready(tmp_path, clock):
    app = create_app(config_for(f"sqlite:///{tmp_path}/no-such-folder/paso.db"), hasher=HASHER, clock=clock)
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/healthz").status_code == 200


def test_robots_stay_out_of_every_door_but_this(browser):
    text = browser.get("/robots.txt").get_data(as_text=True)
    assert all(f"Disallow: /{door}/\n" in text for door in ("account", "learn", "teach", "coordinate", "admin", "api"))
    assert "Disallow: /\n" not in text and "Disallow: /verify" not in text


def test_browsers_that_look_for_an_icon_find_the_mark(browser):
    response = browser.get("/favicon.ico", follow_redirects=True)
    assert response.status_code == 200 and response.mimetype == "image/svg+xml"


def test_a_pdf_that_is_shown_is_judged_to_the_last_byte_and_not_kept(app, browser, signed_in):
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        complete(cast, "nayeli")
        code = certifying.mine(cast.office, cast.actor("nayeli"))[0].row.serial
        db.session.remove()
    content = signed_in("nayeli").get(f"/learn/certificates/{code}.pdf?lang=es&paper=letter").data

    def show(data: bytes, name: str = "certificado.pdf") -> str:
        browser.page("/verify/file")
        return browser.submit("verify/file", file=(io.BytesIO(data), name)).get_data(as_text=True)

    whole = show(content)
    assert "Este certificado es válido" in whole and "Nayeli Ábrego Quintero" in whole and code in whole
    assert "Este archivo fue alterado" in show(content + b"\n")
    assert "Este archivo fue alterado" in show(content.replace(b"/Title", b"/Titel", 1))
    assert "Paso Seguro no firmó este archivo" in show(b"%PDF-1.7\n%%EOF\n")
    assert "Este archivo no tiene sello" in show(b"PK\x03\x04")
    assert "Elija" in show(content, "certificado.docx")
    assert "Check a certificate" in browser.page("/verify/file?lang=en")
