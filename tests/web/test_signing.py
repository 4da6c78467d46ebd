"""Signing in at the door: the second step, roles that must have one, proving anew who one is, where one is signed in."""

import dataclasses
import re

import pyotp
import pytest

from app.factory import create_app
from app.services import signins
from tests.cast import HASHER, PASSWORD
from tests.conftest import config_for
from tests.web.client import Browser


def secret_on(page):
    return re.search(r"<code>([A-Z2-7 ]{39})</code>", page)[1].replace(" ", "")


def set_up(app, browser):
    """Set up an app in *browser*; returns what makes its codes, and the recovery codes."""
    browser.page("/account/security")
    page = browser.submit("/security/authenticator").get_data(as_text=True)
    totp = pyotp.TOTP(secret_on(page))
    shown = browser.submit("/confirm", code=totp.at(app.cast.clock.at)).get_data(as_text=True)
    app.cast.clock.pass_by(seconds=90)
    return totp, re.findall(r"<li><code>([A-Z0-9-]{34})</code>", shown)


def begin(app, name="nayeli", path="/account/sign-in"):
    browser = app.test_client()
    browser.page(path)
    response = browser.submit("sign-in", follow=False, email=f"{name}@paso.example", password=PASSWORD)
    assert response.status_code == 303
    return browser, response


def test_setting_up_and_signing_in_with_a_code(app, signed_in):
    totp, codes = set_up(app, signed_in("nayeli"))
    assert len(codes) == 10
    browser, response = begin(app, path="/account/sign-in?next=/learn/certificates/")
    assert "/account/second" in response.location
    assert browser.get("/learn/").status_code == 302, "the password alone opens nothing"
    assert "/account/second" in browser.get("/account/sign-in").location
    page = browser.page(response.location)
    assert "Segundo paso" in page
    wrong = browser.submit("/account/second", code="000000")
    assert wrong.status_code == 422 and "no es correcto" in wrong.get_data(as_text=True)
    went = browser.submit("/account/second", code=totp.at(app.cast.clock.at), follow=False)
    assert went.location == "/learn/certificates/"
    assert browser.get("/learn/").status_code == 200


def test_a_recovery_code_opens_and_says_how_many_are_left(app, signed_in):
    _totp, codes = set_up(app, signed_in("nayeli"))
    browser, response = begin(app)
    browser.page(response.location)
    page = browser.submit("/account/second", code=codes[0]).get_data(as_text=True)
    assert "quedan 9" in page


def test_secrets_are_never_kept_by_a_browser(app, signed_in):
    browser = signed_in("nayeli")
    browser.page("/account/security")
    shown = browser.submit("/security/authenticator")
    assert shown.headers["Cache-Control"] == "private, no-store"
    totp = pyotp.TOTP(secret_on(shown.get_data(as_text=True)))
    codes = browser.submit("/confirm", code=totp.at(app.cast.clock.at))
    assert codes.headers["Cache-Control"] == "private, no-store"
    browser.page("/account/security")
    assert browser.get("/account/security/authenticator").status_code == 303, "once confirmed it is shown no more"


def test_where_the_second_step_waits_one_can_leave(app, signed_in):
    set_up(app, signed_in("nayeli"))
    browser, response = begin(app)
    browser.page(response.location)
    browser.submit("/account/sign-out")
    assert browser.get("/account/second").location.startswith("/account/sign-in")


def test_nobody_is_led_elsewhere_after_the_second_step(app, signed_in):
    totp, _codes = set_up(app, signed_in("nayeli"))
    browser, _response = begin(app)
    browser.page("/account/second?next=//evil.example/")
    went = browser.submit("/account/second", code=totp.at(app.cast.clock.at), follow=False)
    assert went.location == "/learn/"


@pytest.fixture
def strict(sqlite_url, app, clock):
    """The application where coordinators must have a second step."""
    made = create_app(
        dataclasses.replace(config_for(sqlite_url), two_steps=frozenset({"coordinator"})), hasher=HASHER, clock=clock
    )
    made.testing = True
    made.test_client_class = Browser
    made.cast = app.cast
    return made


def test_who_must_have_a_second_step_can_do_nothing_before_it_is_set_up(strict):
    browser, _response = begin(strict, "coralia")
    assert browser.get("/coordinate/").location == "/account/security"
    for path in ("/coordinate/roster", "/coordinate/roster.csv", "/account/", "/account/privacy"):
        assert browser.get(path).location == "/account/security", path
    told = browser.get("/coordinate/roster.json", headers={"Accept": "application/json"})
    assert told.status_code == 401
    page = browser.page("/account/security")
    assert "Configure un segundo paso para seguir" in page and 'href="/coordinate/"' not in page
    set_up(strict, browser)
    assert browser.get("/coordinate/").status_code == 200
    officer, _response = begin(strict, "nayeli")
    assert officer.get("/learn/").status_code == 200, "officers are not asked"


def test_who_left_the_device_open_long_ago_is_asked_again_before_a_change(app, signed_in):
    browser = signed_in("nayeli")
    app.cast.clock.pass_by(minutes=16)
    browser.page("/account/security")
    asked = browser.submit("/security/authenticator")
    assert asked.request.path == "/account/confirm"
    wrong = browser.submit("/account/confirm", password="not this one")
    assert wrong.status_code == 422
    back = browser.submit("/account/confirm", password=PASSWORD)
    assert back.request.path == "/account/security"
    assert browser.submit("/security/authenticator").request.path == "/account/security/authenticator"


def test_one_device_signs_out_another(app, signed_in):
    phone, desk = signed_in("nayeli"), signed_in("nayeli")
    page = desk.page("/account/security")
    assert page.count("sign_in") == 1, "this device has no such button"
    desk.submit("/sign-out-one")
    assert phone.get("/learn/").status_code == 302
    assert desk.get("/learn/").status_code == 200
    other = signed_in("beto")
    with app.app_context():
        found = signins.sign_ins(app.extensions["paso.office"](), app.cast.actor("nayeli"))[0]
    other.page("/account/security")
    token = re.search(r'name="csrf_token" value="([^"]+)"', other.last.get_data(as_text=True))[1]
    sent = {"csrf_token": token, "sign_in": found.token_hash}
    assert other.post("/account/security/sign-out-one", data=sent).status_code == 404
    assert desk.get("/learn/").status_code == 200


def test_an_administrator_signs_somebody_out_and_resets_their_second_step(app, signed_in):
    officer = signed_in("nayeli")
    set_up(app, officer)
    ada = signed_in("ada")
    person = app.cast.people["nayeli"].id
    ada.page(f"/admin/people/{person}")
    asked = ada.submit("/two-steps").get_data(as_text=True)
    assert "Be sure that it is" in asked
    done = ada.submit("^$").get_data(as_text=True)
    assert "The second step was removed" in done
    assert officer.get("/learn/").status_code == 302
    assert signed_in("nayeli").get("/learn/").status_code == 200
    ada.page(f"/admin/people/{person}")
    ada.submit(f"{person}/sign-out$")
    assert "has ended" in ada.submit("^$").get_data(as_text=True)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "7", '{"response":{}}', '{"response":[]}', "[" * 30_000, "\ud800"]
)
@pytest.mark.parametrize("path", ["/account/sign-in/passkey", "/account/security/passkeys", "/account/confirm/passkey"])
def test_nonsense_for_a_passkey_is_a_refusal(app, signed_in, path, answer):
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client() if "sign-in" in path else signed_in("nayeli")
    data = {"answer": answer.encode("utf-8", "surrogatepass"), "name": "x"}
    response = browser.post(path, data=data, content_type="multipart/form-data")
    assert response.status_code == 303
    assert "no se aceptó" in browser.page(response.location)
