"""A lesson on 400 kbit/s with 600 ms there and back: what it waits for, counted, so that no machine's speed matters.

``python -m benchmarks slowlink`` measures the same.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.courseware.course import Course
from app.records.database import db
from app.services.office import Office
from benchmarks.slowlink import lessons
from tests.browser.house import serving
from tests.cast import PASSWORD, publish

pytestmark = pytest.mark.browser
ROUND_TRIP, BYTES = 0.6, 50_000
HANDSHAKES = 3
"""round trips before the first request: the name, TCP, TLS 1.3"""
LOADED = """() => performance.getEntriesByType("resource").map((one) => ({
  name: one.name, sent: one.transferSize, blocking: one.renderBlockingStatus === "blocking",
}))"""


def waits(page: Page, path: str) -> tuple[list[Any], int]:
    """What keeps the words of *path* from being painted, and the bytes that have to come for it."""
    answer = page.goto(path)
    assert answer is not None and answer.status == 200 and answer.request.redirected_from is None, (
        "no round trip is lost"
    )
    page.wait_for_load_state("networkidle")
    head = page.evaluate("performance.getEntriesByType('navigation')[0].transferSize")
    blocking = [one for one in page.evaluate(LOADED) if one["blocking"] and one["sent"]]
    return blocking, head + sum(one["sent"] for one in blocking)


def test_a_lesson_is_read_within_five_seconds_and_the_next_within_one_and_a_half(
    app: Flask, chromium: Browser, shipped_course: Course
) -> None:
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        cast.course = shipped_course
        with cast.office.transaction():
            publish(cast, shipped_course)
        cast.enrol("nayeli")
        db.session.remove()
    with serving(app) as address:
        context = chromium.new_context(base_url=address, locale="es-PA")
        page = context.new_page()
        page.goto("/account/sign-in")
        page.fill("[name=email]", "nayeli@paso.example")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "sign-in" not in url)
        fresh = chromium.new_context(base_url=address, locale="es-PA", storage_state=context.storage_state())
        page = fresh.new_page()
        one, two = lessons(shipped_course)
        blocking, size = waits(page, one)
        assert [entry["name"].rpartition("/")[2].partition(".")[0] for entry in blocking] == ["site"]
        first = (HANDSHAKES + 1 + len(blocking)) * ROUND_TRIP + size / BYTES
        blocking, size = waits(page, two)
        assert blocking == [], "what every page is made of is asked for once"
        after = ROUND_TRIP + size / BYTES
        context.close()
        fresh.close()
    assert first <= 5, f"{first:.1f} s"
    assert after <= 1.5, f"{after:.1f} s"
