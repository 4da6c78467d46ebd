"""What the page needs to verify without us: public, the same for everyone, and in no cache for longer than it may."""

import base64
import datetime as dt
import hashlib
import json
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.factory import create_app
from app.records.certificates import Certificate
from app.records.database import db
from app.services.office import Office
from app.web import takeaway, verifier
from certificates import revocations, serial
from tests.cast import HASHER, signing_keys
from tests.conftest import config_for
from tests.story import complete
from tests.web.client import Browser
from tests.web.pages import check_page

SHARED = ("/verify/keys.json", "/verify/root.pem", "/verify/revoked.cbor")
NEVER_ISSUED = "7KQ4-M2XD-9TFR-AF"


def office_of(app):
    cast = app.cast
    cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
    return cast.office


@pytest.mark.parametrize("address", SHARED)
def test_keys_and_list_are_the_same_for_everyone(app, browser, signed_in, address):
    stranger = browser.get(address, headers={"Accept-Language": "en"})
    officer = signed_in("nayeli").get(address, headers={"Accept-Language": "es"})
    assert stranger.status_code == 200 and stranger.data == officer.data
    told = {name: value for name, value in stranger.headers if name not in ("Date",)}
    assert told == {name: value for name, value in officer.headers if name not in ("Date",)}
    assert "Set-Cookie" not in told and "Cookie" not in told.get("Vary", "") and "Language" not in told.get("Vary", "")
    assert told["Cache-Control"] == "public, max-age=300" and told["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("address", SHARED)
def test_what_did_not_change_is_not_sent_again(browser, address):
    first = browser.get(address)
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_list_changes_when_a_certificate_ends(app, browser):
    with app.app_context():
        office_of(app)
        complete(app.cast, "nayeli")
        db.session.commit()
        db.session.remove()
    first = browser.get("/verify/revoked.cbor")
    with app.app_context():
        code = db.session.query(Certificate.serial).scalar()
        db.session.query(Certificate).update({"revoked_at": app.cast.clock.at, "revoked_reason": "Un motivo interno"})
        db.session.commit()
        db.session.remove()
    second = browser.get("/verify/revoked.cbor", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200 and second.mimetype == "application/cbor"
    read = revocations.decode(second.data, signing_keys().public)
    assert read.of(serial.Serial(code)) is not None and b"motivo" not in second.data


def test_the_root_is_a_certificate_with_the_fingerprint_that_the_page_shows(browser):
    root = x509.load_pem_x509_certificate(browser.get("/verify/root.pem").data)
    fingerprint = hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest().upper()
    told = json.loads(browser.get("/verify/keys.json").data)
    assert told["root"].replace(":", "") == fingerprint
    for language in ("es", "en"):
        assert told["root"] in browser.page(f"/verify?lang={language}")


@pytest.mark.parametrize("address", ["/verify", f"/verify/{NEVER_ISSUED}", "/verify/abc", "/verify?lang=en"])
def test_no_page_of_checking_tells_the_next_site_where_the_reader_was(browser, address):
    assert browser.get(address).headers["Referrer-Policy"] == "no-referrer"


def test_unknown_codes_get_the_same_page_letter_by_letter(app, browser):
    def page(code):
        response = browser.get(f"/verify/{code}")
        text = re.sub(r'name="csrf_token" value="[^"]*"', "", response.get_data(as_text=True)).replace(code, "CODE")
        return response.status_code, {n: v for n, v in response.headers if n not in ("Set-Cookie", "Date")}, text

    assert page("0000-0000-0000-00") == page(serial.new()) == page(serial.new())


def test_a_platform_without_keys_takes_typed_codes_all_the_same(sqlite_url, clock, monkeypatch):
    monkeypatch.setattr("app.factory.settings_of", lambda config: None)
    app = create_app(config_for(sqlite_url), hasher=HASHER, clock=clock)
    app.test_client_class = Browser
    from app.services.office import Settings

    app.extensions["paso.office"] = None
    monkeypatch.setattr("app.web.entrance.office", lambda: Office(db.session(), clock, Settings(), HASHER))
    browser = app.test_client()
    page = browser.page("/verify")
    assert 'name="code"' in page and "data-checker" not in page
    assert browser.get("/verify/keys.json").status_code == browser.get("/verify/revoked.cbor").status_code == 404
    with app.app_context():
        db.engine.dispose()


# What is kept for where there is no connection ----------------------------------------------------------------------------


def test_the_worker_keeps_the_page_and_no_more_of_the_platform(browser):
    response = browser.get("/verify/worker.js")
    assert response.mimetype == "text/javascript" and response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Service-Worker-Allowed"] == "/verify"
    kept = json.loads(re.search(r"self\.KEPT = (\{.*\});", response.get_data(as_text=True))[1])
    assert kept["scope"] == "/verify"
    assert kept["pages"] == {"en": "/verify?lang=en", "es": "/verify?lang=es"}
    assert kept["shared"] == ["/verify/keys.json", "/verify/revoked.cbor"]
    for address in (*kept["pages"].values(), *kept["files"], *kept["shared"]):
        assert browser.get(address).status_code == 200, address


def test_everything_that_the_page_needs_is_kept(browser):
    response = browser.get("/verify/worker.js").get_data(as_text=True)
    kept = set(json.loads(re.search(r"self\.KEPT = (\{.*\});", response)[1])["files"])
    page = browser.page("/verify")
    needed = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert needed <= kept
    for address in sorted(kept):
        text = browser.get(address).get_data()
        for found in re.findall(rb'(?:from "\./|url\("?)([\w./-]+\.(?:js|woff2))', text):
            folder = address.rpartition("/")[0]
            assert f"{folder}/{found.decode()}" in kept, (address, found)
            kept_too = f"{folder}/{found.decode()}"
            needed.add(kept_too)
    assert needed == kept


def test_a_change_of_words_or_files_makes_devices_keep_the_page_anew(app, monkeypatch):
    with app.app_context():
        first = verifier._version(app)
        assert verifier._version(app) == first
        monkeypatch.setattr(verifier, "_written", lambda: "other words")
        assert verifier._version(app) != first
        monkeypatch.undo()
        monkeypatch.setitem(app.extensions["paso.assets"].names, "verify/page.js", "verify/page.00000000.js")
        assert verifier._version(app) != first


# What is taken along ------------------------------------------------------------------------------------------------------


@pytest.fixture
def taken(app):
    with app.app_context():
        files = takeaway.files(app, office_of(app))
        db.session.remove()
    return files


def test_the_file_holds_everything_and_its_policy_allows_nothing_else(taken):
    page = taken["verify.html"].decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1].replace("&#39;", "'")
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'none'" and "unsafe" not in policy and "http" not in policy
    assert "connect-src" not in allowed, "what may be asked of a network is what default-src says: nothing"
    for kind, tag in (("script-src", 'script type="module"'), ("style-src", "style")):
        text = re.search(rf"<{tag}>(.*?)</{tag.split()[0]}>", page, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert allowed[kind] == f"'sha256-{digest}'"
    assert not re.findall(r'(?:src|href)="(?!data:,"|\?lang=)[^"]*"', page)
    assert page.count("<script") == 2 and len(taken["verify.html"]) < 120_000


def test_the_file_is_a_good_page_in_both_languages(taken):
    page = taken["verify.html"].decode()
    page = re.sub(
        r"<style>.*?</style>|<script type=\"module\">.*?</script>|<noscript>.*?</noscript>", "", page, flags=re.S
    )
    page = page.replace('href="data:,"', 'href=""')
    for language in ("es", "en"):  # one h1 and title in each
        other = "en" if language == "es" else "es"
        shown = re.sub(rf'<div class="narrow" lang="{other}".*?</template>\s*</div>\s*</div>', "", page, flags=re.S)
        shown = shown.replace('<html lang="es">', f'<html lang="{language}">')
        if language == "en":
            shown = re.sub(r"<title>.*?</title>", "<title>Check a certificate – Paso Seguro</title>", shown)
        check_page(shown, language)


def test_the_list_and_the_keys_in_the_file_are_those_of_the_day(app, taken):
    kept = json.loads(re.search(r'id="kept">(.*?)</script>', taken["verify.html"].decode())[1])
    assert bytes.fromhex(kept["revoked"]) == taken["revoked.cbor"]
    read = revocations.decode(taken["revoked.cbor"], signing_keys().public)
    assert read.issued <= app.cast.clock.at < read.issued + dt.timedelta(hours=1)
    assert set(kept["keys"]["keys"]) == {name.hex() for name in signing_keys().public.facts}
    x509.load_pem_x509_certificate(taken["root.pem"])
    assert b"PRIVATE" not in b"".join(taken.values())
