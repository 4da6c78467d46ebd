"""What a reader would see wrong on a page, found by a browser's own measures: :func:`faults`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.judging import served
from tests.web import inventory

PHONE: ViewportSize = {"width": 360, "height": 780}

FAULTS = (Path(__file__).parent / "faults.js").read_text(encoding="utf-8")

SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
"""WCAG 1.4.12: what a reader's own style sheet may ask of every text"""
DOUBLED = ":root { font-size: 200% !important; }"
"""WCAG 1.4.4, as the text of a browser that enlarges nothing else"""


def faults(page: Page, style: str = "") -> list[str]:
    """What is cut off, overlaps, goes beyond the edge or cannot be reached on *page*, with *style* laid over it."""
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        style,
    )
    # media queries ask for the browser's own size of letters, which a style sheet over the page does not change
    return list(page.evaluate(FAULTS, style != DOUBLED))


def one_of_each(pages: Sequence[inventory.Page]) -> list[inventory.Page]:
    """Of *pages* that are built alike, words aside, the one with the most words: it has the least room."""
    built: dict[tuple[str, ...], inventory.Page] = {}
    for page in sorted(pages, key=lambda page: -len(page.html)):
        built.setdefault(page.shape, page)
    return list(built.values())


def looked_at(chromium: Browser, pages: Sequence[inventory.Page]) -> Iterator[tuple[inventory.Page, Page]]:
    """Each of the saved *pages*, and the tab of a browser in which it stands."""
    with served(pages) as address:
        context = chromium.new_context(base_url=address, service_workers="block", viewport=PHONE)
        tab = context.new_page()
        for number, page in enumerate(pages):
            tab.goto(f"/{number}", wait_until="domcontentloaded")
            yield page, tab
        context.close()
