"""site.js in a real browser: what pages gain with it, and that they do without."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import request
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app.web.kit import forms
from tests.web.tiny import page, tiny

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def site(tmp_path: Path, done: list[str]) -> Iterator[str]:
    def withdraw() -> str:
        if request.method == "GET":
            button = '{{ ui.post("/withdraw", "Aa", {"code": "X"}, confirm=("Bb?", "Cc."), cancel="Dd") }}'
            return page(button + '<button type="button" data-js hidden>Ee</button>')
        if not forms.confirmed():
            return forms.ask("Bb?", "Cc.", "Aa", "/withdraw")
        done.append(request.form["code"])
        return page("<p>–</p>")

    def exam() -> str:
        return page('{{ ui.timer(end, now, "Aa") }}', now=NOW, end=NOW + timedelta(minutes=11))

    app, somebody = tiny(tmp_path, csrf=True, withdraw=withdraw, exam=exam)
    somebody.name = "Ana"
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:
    """A page whose console stays empty: no fault, and nothing the content security policy blocks."""
    said: list[str] = []
    tab = browser.new_page(locale="en")
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab
    tab.close()
    assert said == []


def test_what_cannot_be_undone_is_asked_in_a_dialog(site: str, opened: Page, done: list[str]) -> None:
    opened.goto(f"{site}/withdraw")
    assert opened.get_by_role("button", name="Ee").is_visible(), "controls for JavaScript are shown"
    opened.get_by_role("button", name="Aa").click()
    dialog = opened.get_by_role("dialog", name="Bb?")
    assert dialog.get_by_role("button", name="Dd").evaluate("button => button === document.activeElement")
    opened.keyboard.press("Escape")
    assert dialog.count() == 0
    opened.get_by_role("button", name="Aa").click()
    dialog.get_by_role("button", name="Dd").click()
    assert dialog.count() == 0
    assert done == []
    opened.get_by_role("button", name="Aa").click()
    with opened.expect_navigation():
        dialog.get_by_role("button", name="Aa").click()
    assert done == ["X"], "once, with its token"


def test_without_javascript_a_page_asks(site: str, browser: Browser, done: list[str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{site}/withdraw")
    assert not tab.get_by_role("button", name="Ee").is_visible()
    tab.get_by_role("button", name="Aa").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Bb?"
    assert done == []
    tab.get_by_role("button", name="Aa").click()
    assert done == ["X"]
    context.close()


def test_the_menu_closes(site: str, opened: Page) -> None:
    opened.goto(site)
    menu = opened.locator("details.account")
    menu.locator("summary").click()
    opened.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    opened.get_by_role("heading", level=1).click()
    assert menu.get_attribute("open") is None


def test_the_time_left_is_shown_and_said_at_ten_five_and_one_minutes(site: str, opened: Page) -> None:
    opened.clock.install(time=NOW - timedelta(days=3))  # the clock of this computer is wrong
    opened.goto(f"{site}/exam?lang=en")
    strip = opened.locator(".timer")
    words, voice = strip.locator("span").first, strip.locator("[aria-live]")
    heard: list[str] = []

    def after(seconds: int) -> str:
        opened.clock.run_for(seconds * 1000)
        heard.append(voice.inner_text())
        return words.inner_text()

    assert after(0) in ("Time left: 11:00", "Time left: 10:59")
    assert heard == [""]
    assert after(56).startswith("Time left: 10:0")
    assert after(8).startswith("Time left: 9:5")
    assert heard[-1] == "10 minutes left."
    assert "is-late" not in (strip.get_attribute("class") or "")
    after(5 * 60)
    assert heard[-1] == "5 minutes left."
    assert "is-late" in (strip.get_attribute("class") or "")
    after(4 * 60)
    assert heard[-1] == "1 minute left."
    assert after(60) == "The time is over."
    assert heard[-1] == "The time is over."
