"""Passkeys in a real browser, with a virtual authenticator: made, used as second step, and instead of the password."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page
from werkzeug.serving import make_server

from app.factory import create_app
from tests.cast import HASHER, PASSWORD
from tests.conftest import config_for

pytestmark = pytest.mark.browser
EMAIL = "nayeli@paso.example"


@pytest.fixture
def named(app: Flask, sqlite_url: str, clock: object) -> Iterator[str]:
    """The application at an address with a name, which browsers bind passkeys to."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://localhost:{server.server_port}"
    config = dataclasses.replace(config_for(sqlite_url), public_url=address)
    server.app = create_app(config, hasher=HASHER, clock=clock)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join(5)


@pytest.fixture
def device(chromium: Browser, named: str) -> Iterator[Callable[..., tuple[Page, CDPSession]]]:
    """``device()``: a page of a browser whose device has a virtual authenticator that its owner answers."""
    contexts = []
    complaints: list[str] = []

    def open_page(verifies: bool = True, locale: str = "es-PA") -> tuple[Page, CDPSession]:
        context = chromium.new_context(base_url=named, viewport={"width": 360, "height": 780}, locale=locale)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        cdp = context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": verifies,
            "isUserVerified": verifies,
            "automaticPresenceSimulation": True,
        }
        cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page, cdp

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page) -> None:
    page.goto("/account/sign-in")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main form:not([data-passkey]) button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


def sign_out(page: Page) -> None:
    page.goto("/account/security")
    page.click("details.account summary")
    page.click("details.account button")
    page.wait_for_url("**/account/sign-in")


def add(page: Page, name: str = "Mi teléfono") -> None:
    page.goto("/account/security")
    page.fill("#passkey-name", name)
    page.click("form[data-passkey] button")
    page.wait_for_selector("main ol code")


def test_a_passkey_is_made_and_then_signs_in_without_a_password(device: Callable[..., tuple[Page, CDPSession]]) -> None:
    page, _cdp = device()
    sign_in(page)
    add(page)
    assert page.locator("main ol code").count() == 10
    page.goto("/account/security")
    assert page.get_by_text("Llave de acceso: Mi teléfono").is_visible()
    sign_out(page)
    page.click("form[data-passkey] button")
    page.wait_for_url("**/learn/")


def test_after_the_password_a_passkey_is_the_second_step(device: Callable[..., tuple[Page, CDPSession]]) -> None:
    page, _cdp = device()
    sign_in(page)
    add(page)
    sign_out(page)
    sign_in(page)
    assert "/account/second" in page.url
    page.click("form[data-passkey] button")
    page.wait_for_url("**/learn/")


def test_a_device_that_does_not_ask_who_holds_it_is_a_second_step_but_no_password(
    device: Callable[..., tuple[Page, CDPSession]],
) -> None:
    page, _cdp = device(verifies=False)
    sign_in(page)
    add(page)
    sign_out(page)
    page.click("form[data-passkey] button")
    page.wait_for_selector("[data-said]:not([hidden])")
    assert "/account/sign-in" in page.url
    sign_in(page)
    page.click("form[data-passkey] button")
    page.wait_for_url("**/learn/")


def test_a_passkey_that_was_removed_opens_nothing(device: Callable[..., tuple[Page, CDPSession]]) -> None:
    page, _cdp = device()
    sign_in(page)
    add(page)
    page.goto("/account/security")
    page.click("form[action$='/remove'] button")
    page.click("dialog button[value=yes]")
    page.wait_for_selector(".flash.ok")
    sign_out(page)
    page.click("form[data-passkey] button")
    page.wait_for_selector(".flash.bad")
    assert "/account/sign-in" in page.url


def test_what_a_browser_answered_once_is_not_taken_twice(device: Callable[..., tuple[Page, CDPSession]]) -> None:
    page, _cdp = device()
    sign_in(page)
    add(page)
    sign_out(page)
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if "sign-in/passkey" in request.url else None
    )
    page.click("form[data-passkey] button")
    page.wait_for_url("**/learn/")
    sign_out(page)
    token = page.locator("form[data-passkey] [name=csrf_token]").get_attribute("value")
    fields = dict(part.split("=", 1) for part in sent[0].split("&"))
    again = page.request.post(
        "/account/sign-in/passkey",
        headers={"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": str(token)},
        data=f"answer={fields['answer']}&next=",
        max_redirects=0,
    )
    assert again.status == 303 and again.headers["location"].endswith("/account/sign-in")
    assert "/account/sign-in" in page.request.get("/learn/").url
