"""Signing in with an institution's own service: a real provider, real HTTP, and a provider or somebody else who cheats."""

import base64
import dataclasses
import json
import re
import threading
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select
from werkzeug.serving import make_server

from app.config import Config, ConfigRefused
from app.factory import create_app
from app.records.audit import Notice
from app.records.database import db
from app.records.people import Person
from app.records.secondstep import Challenge, Identity
from app.services import federated
from app.services import office as offices
from tests.cast import HASHER
from tests.conftest import config_for
from tests.provider import CLIENT, SECRET, Provider
from tests.web.client import Browser

BACK = "http://localhost/account/provider/back"


@pytest.fixture
def provider(clock):
    federated._known.clear()
    made = Provider(BACK, clock)
    yield made
    made.close()


@pytest.fixture
def linked(sqlite_url, app, clock, provider):
    """The application that knows the provider."""
    service = offices.Provider(provider.issuer, CLIENT, SECRET, {"en": "SENAFRONT sign-in", "es": "Ingreso SENAFRONT"})
    made = create_app(dataclasses.replace(config_for(sqlite_url), provider=service), hasher=HASHER, clock=clock)
    made.testing = True
    made.test_client_class = Browser
    made.cast = app.cast
    return made


def go(browser, **fields):
    """Press the button, go to the provider as a browser does; returns the address it sends back to."""
    page = browser.page("/account/sign-in")
    assert 'formaction="/account/provider"' in page and "Ingreso SENAFRONT" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return through(browser.post("/account/provider", data={"csrf_token": token, **fields}).get_data(as_text=True))


def through(page):
    address = re.search(r'rel="noreferrer" href="([^"]+)"', page)[1].replace("&amp;", "&")
    there = requests.get(address, allow_redirects=False, timeout=5)
    assert there.status_code == 302, there.text
    return there.headers["Location"].replace("http://localhost", "")


def comes_in(browser, back):
    response = browser.get(back)
    assert response.status_code == 303
    return browser.get("/learn/").status_code == 200


def said(browser):
    return browser.page("/account/sign-in")


def test_by_a_verified_address_once_and_then_by_the_identity(linked, provider):
    browser = linked.test_client()
    assert comes_in(browser, go(browser))
    with linked.app_context():
        row = db.session.scalars(select(Identity)).one()
        assert (row.issuer, row.subject) == (provider.issuer, "n-1")
        assert db.session.scalar(select(Notice).where(Notice.dedup_key.startswith("account/identity-linked")))
    provider.claims = {"sub": "n-1", "email": "another@paso.example", "email_verified": False}
    again = linked.test_client()
    assert comes_in(again, go(again)), "the identity is the subject, not the address"


def test_with_elliptic_keys_and_a_new_key_since_we_looked(linked, provider):
    browser = linked.test_client()
    assert comes_in(browser, go(browser))
    provider.keys["ES256"] = type(provider.keys["ES256"]).generate_key("P-256", {"kid": "newer"})
    provider.algorithm = "ES256"
    again = linked.test_client()
    assert comes_in(again, go(again))


def test_one_goes_on_to_the_page_one_wanted_and_nowhere_else(linked):
    for wanted, got in (("/learn/certificates/", "/learn/certificates/"), ("//evil.example/", "/learn/")):
        browser = linked.test_client()
        assert browser.get(go(browser, next=wanted)).location == got


def test_what_was_verified_by_nobody_opens_nothing(linked, provider):
    for claims in (
        {"email": "nayeli@paso.example", "email_verified": False},
        {"email": "nayeli@paso.example", "email_verified": "true"},
        {"email": "nayeli@paso.example"},
        {"email": "nobody@paso.example", "email_verified": True},
        {"email": ["nayeli@paso.example"], "email_verified": True},
        {},
    ):
        provider.claims = {"sub": "x-1", **claims}
        browser = linked.test_client()
        assert not comes_in(browser, go(browser)), claims
        assert "Nadie con una cuenta aquí" in said(browser)


def test_an_address_given_to_somebody_else_there_does_not_open_the_old_account(linked, provider):
    browser = linked.test_client()
    assert comes_in(browser, go(browser))
    provider.claims = {**provider.claims, "sub": "newcomer"}
    other = linked.test_client()
    assert not comes_in(other, go(other))


def test_roles_are_never_taken_from_the_provider(linked, provider):
    provider.claims |= {"roles": ["administrator"], "groups": ["admin"], "role": "administrator"}
    browser = linked.test_client()
    assert comes_in(browser, go(browser))
    assert browser.get("/admin/").status_code == 403


def test_a_closed_account_stays_closed(linked):
    with linked.app_context():
        person = db.session.scalars(select(Person).where(Person.email == "nayeli@paso.example")).one()
        person.active = False
        db.session.commit()
    browser = linked.test_client()
    assert not comes_in(browser, go(browser))


def test_a_second_step_is_asked_for_here_too(linked):
    with linked.app_context():
        person = db.session.scalars(select(Person).where(Person.email == "nayeli@paso.example")).one()
        person.two_steps = True
        db.session.commit()
    browser = linked.test_client()
    response = browser.get(go(browser))
    assert "/account/second" in response.location and browser.get("/learn/").status_code == 302


def unsigned(payload):
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()  # noqa: E731
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(payload)}."


def by_the_shared_secret(payload):
    key = OctKey.import_key(SECRET * 2)
    return jwt.encode({"alg": "HS256"}, payload, key, algorithms=["HS256"])


def by_a_strangers_key(payload):
    return jwt.encode(
        {"alg": "RS256", "kid": "r"}, payload, RSAKey.generate_key(2048, {"kid": "r"}), algorithms=["RS256"]
    )


def by_the_public_key_as_secret(provider):
    pem = provider.keys["RS256"].as_pem(private=False)
    key = OctKey.import_key(base64.urlsafe_b64encode(pem).decode())
    return lambda payload: jwt.encode({"alg": "HS256", "kid": "r"}, payload, key, algorithms=["HS256"])


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": "somebody-else", "azp": CLIENT},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 0},
        {"exp": None},
        {"exp": "never"},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"sub": ""},
        {"sub": None},
        {"sub": ["n-1"]},
        {"at_hash": "bm90IGl0"},
    ],
)
def test_a_token_that_was_not_meant_for_this_sign_in_is_refused(linked, provider, change):
    def spoil(payload):
        for name, value in change.items():
            payload.pop(name, None)
            if value is not None:
                payload[name] = value

    provider.spoil = spoil
    browser = linked.test_client()
    assert not comes_in(browser, go(browser))
    assert "no se pudo comprobar" in said(browser)


@pytest.mark.parametrize("forge", ["unsigned", "shared", "stranger", "confused", "nonsense", "nothing"])
def test_a_token_that_the_provider_did_not_sign_is_refused(linked, provider, forge):
    provider.encode = {
        "unsigned": unsigned,
        "shared": by_the_shared_secret,
        "stranger": by_a_strangers_key,
        "confused": by_the_public_key_as_secret(provider),
        "nonsense": lambda payload: "a.b.c",
        "nothing": lambda payload: "",
    }[forge]
    browser = linked.test_client()
    assert not comes_in(browser, go(browser))


def test_a_way_back_is_taken_once_and_by_the_browser_that_asked(linked):
    mine = linked.test_client()
    back = go(mine)
    thief = linked.test_client()
    thief.page("/account/sign-in")
    assert not comes_in(thief, back), "it was asked of another browser"
    assert not comes_in(mine, back), "and is used up by that"
    other = go(mine)
    assert comes_in(mine, other)
    mine.page("/account/")
    mine.submit("sign-out")
    assert not comes_in(mine, other), "replayed"


def test_a_code_of_somebody_elses_sign_in_is_worth_nothing(linked):
    """Code injection: PKCE ties the code to the browser that asked."""
    victim, thief = linked.test_client(), linked.test_client()
    stolen = dict(parse_qsl(urlsplit(go(victim)).query))
    own = dict(parse_qsl(urlsplit(go(thief)).query))
    mixed = "/account/provider/back?" + urlencode({**own, "code": stolen["code"]})
    assert not comes_in(thief, mixed)


@pytest.mark.parametrize(
    "query", ["", "?state=", "?state=x&code=y", "?code=y", "?error=access_denied", "?state=%00&code=%ff"]
)
def test_a_way_back_that_was_never_asked_for_is_refused(linked, query):
    browser = linked.test_client()
    assert browser.get("/account/provider/back" + query).location == "/account/sign-in"
    assert browser.get("/learn/").status_code == 302


def test_another_providers_answer_is_not_taken_for_this_ones(linked, provider):
    """Mix-up (RFC 9207)."""
    browser = linked.test_client()
    assert not comes_in(browser, go(browser) + "&iss=https://evil.example")
    provider.told = {"authorization_response_iss_parameter_supported": True}
    federated._known.clear()
    browser = linked.test_client()
    assert not comes_in(browser, go(browser)), "it says that it names itself, and did not"
    browser = linked.test_client()
    assert comes_in(browser, go(browser) + "&" + urlencode({"iss": provider.issuer}))


def test_who_declines_there_is_told_so(linked):
    browser = linked.test_client()
    state = dict(parse_qsl(urlsplit(go(browser)).query))["state"]
    browser.get(f"/account/provider/back?error=access_denied&error_description=<script>&state={state}")
    page = said(browser)
    assert "no le permitió" in page and "<script>" not in page.replace("<script src", "")


@pytest.mark.parametrize(
    "told", [{"issuer": "https://evil.example"}, {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": None}]
)
def test_a_provider_that_says_other_things_of_itself_is_not_trusted(linked, provider, told):
    provider.told = told
    browser = linked.test_client()
    browser.page("/account/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.last.get_data(as_text=True))[1]
    assert browser.post("/account/provider", data={"csrf_token": token}).location == "/account/sign-in"
    assert "no responde" in said(browser)


def test_a_provider_that_is_down_leaves_the_password(linked, provider):
    provider.close()
    browser = linked.test_client()
    browser.page("/account/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.last.get_data(as_text=True))[1]
    browser.post("/account/provider", data={"csrf_token": token})
    assert "no responde" in said(browser)
    browser.sign_in("nayeli@paso.example")


def test_who_is_signed_in_connects_and_disconnects_their_account(linked, provider):
    provider.claims = {"sub": "t-7", "email": "private@else.example", "email_verified": False}
    browser = linked.test_client()
    browser.sign_in("tomas@paso.example")
    browser.page("/account/security")
    back = through(browser.submit("/security/provider").get_data(as_text=True))
    assert browser.get(back).location == "/account/security"
    assert "quedó conectada" in browser.page("/account/security")
    fresh = linked.test_client()
    assert fresh.get(go(fresh)).location == "/teach/"
    other = linked.test_client()
    other.sign_in("coralia@paso.example")
    other.page("/account/security")
    other.get(through(other.submit("/security/provider").get_data(as_text=True)))
    assert "otra persona" in other.page("/account/security")
    browser.page("/account/security")
    browser.submit("/provider/remove")
    browser.submit("^$")
    again = linked.test_client()
    assert again.get(go(again)).location == "/account/sign-in"


def test_nobody_connects_an_account_with_a_way_back_that_was_to_sign_in(linked):
    """Else a link with somebody else's code could connect their identity with one's account."""
    browser = linked.test_client()
    back = go(browser)
    browser.sign_in("tomas@paso.example")
    assert browser.get(back).location == "/account/security"
    with linked.app_context():
        assert not db.session.scalars(select(Identity)).all()


def test_nothing_is_left_of_a_way_there_that_nobody_came_back_from(linked, clock):
    browser = linked.test_client()
    go(browser)
    clock.pass_by(minutes=11)
    with linked.app_context():
        federated.challenges.sweep(linked.extensions["paso.office"]())
        assert not db.session.scalars(select(Challenge)).all()


def test_an_endless_answer_of_the_provider_is_not_read_to_its_end(clock):
    def endless(_environ, start):
        start("200 OK", [("Content-Type", "application/json")])
        return (b" " * 65_536 for _ in range(2_000))

    server = make_server("127.0.0.1", 0, endless, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.raises(federated._Down):
        federated._get(f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()


def test_the_settings_of_a_provider_come_whole_and_over_https():
    env = {"PASO_OIDC_ISSUER": "https://id.example", "PASO_OIDC_CLIENT_ID": "x", "PASO_OIDC_CLIENT_SECRET": "y"}
    assert Config.from_env({**env, "PASO_SECRET_KEY": "k" * 40}).provider.name["es"] == "id.example"
    for wrong in ({"PASO_OIDC_CLIENT_SECRET": ""}, {"PASO_OIDC_ISSUER": "ftp://id.example"}):
        with pytest.raises(ConfigRefused):
            Config.from_env({**env, "PASO_SECRET_KEY": "k" * 40, **wrong})
