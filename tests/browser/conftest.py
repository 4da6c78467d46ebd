"""A real server and a real browser: the machine's own Chromium, driven by Playwright."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address at which the whole application is served, threads and all."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


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
