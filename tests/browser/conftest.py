"""A real server and a real browser: the machine's own Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from app.records.database import db
from tests.browser.house import House, serving
from tests.web.inventory import Stocked


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address at which the whole application is served, threads and all."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def house(chromium: Browser, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The furnished house, made once per worker: for tests that look and change nothing."""
    stocked = Stocked.of(migrated_file, tmp_path_factory.getbasetemp())
    app = stocked.open(tmp_path_factory.mktemp("house") / "paso.db")
    with serving(app) as address:
        found = House(app, address, chromium, stocked.values[""][0])
        yield found
        found.close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visit(chromium: Browser, live: str) -> Iterator[Callable[..., Page]]:
    """``visit("nayeli")``: a page of a browser of her own, signed in; ``visit()``: a stranger's.

    Any message on a console, and so any breach of the content security policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "ERR_INTERNET_DISCONNECTED" in message.text:  # only where a test takes the network away
            return
        if message.type in ("error", "warning") and "status of" not in message.text:
            complaints.append(message.text)

    def open_page(name: str = "", *, width: int = 360, locale: str = "es-PA", **more: Any) -> Page:
        context = chromium.new_context(
            base_url=live, viewport={"width": width, "height": 780}, locale=locale, accept_downloads=True, **more
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            page.goto("/account/sign-in")
            page.fill("[name=email]", f"{name}@paso.example")
            page.fill("[name=password]", "cuatro palabras bien distintas")
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
