"""Every page there is, at 400 % zoom, with letters twice as large, with the spacing that a reader may ask for, and in a
language whose words are two fifths longer.

WCAG 2.2: 1.4.10 (1280 × 1024 at 400 % is 320 × 256), 1.4.4, 1.4.12, and 2.4.11 where it asks what stays in the window.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from app.records.database import db
from tests.browser.looking import DOUBLED, PHONE, SPACED, faults, looked_at, one_of_each
from tests.browser.pseudo import PIECES, Known, spoken
from tests.web.inventory import Page, Stocked

pytestmark = pytest.mark.browser
ZOOMED: ViewportSize = {"width": 320, "height": 256}
TABLET: ViewportSize = {"width": 640, "height": 900}


def test_every_page_can_be_read_at_four_hundred_percent_with_wide_spacing_and_with_large_letters(
    chromium: Browser, every_page: dict[str, list[Page]]
) -> None:
    wrong = []
    pages = one_of_each(every_page["es"])
    assert len(pages) > 140
    for page, tab in looked_at(chromium, pages):
        tab.set_viewport_size(ZOOMED)
        wrong += [f"{page} at 400 %, widely spaced: {fault}" for fault in faults(tab, SPACED)]
        tab.set_viewport_size(TABLET)
        wrong += [f"{page} with large letters: {fault}" for fault in faults(tab, DOUBLED)]
        tab.set_viewport_size(PHONE)
    assert not wrong, "\n".join(wrong)


def test_words_two_fifths_longer_fit_everywhere_and_all_words_come_from_the_catalogue(
    chromium: Browser, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("longer")
    stocked = Stocked.of(migrated_file, tmp_path_factory.getbasetemp())
    app = stocked.open(folder / "known.db")
    known = Known(app)
    with app.app_context():
        db.engine.dispose()
    with spoken():
        pages = stocked.read_all(folder, "es")
    wrong = []
    for page, tab in looked_at(chromium, one_of_each(pages)):
        wrong += [f"{page}: {fault}" for fault in faults(tab)]
        pieces = [(piece, known.left(piece)) for piece in tab.evaluate(PIECES)]
        wrong += [f"{page}: not from the catalogue: {left!r} in {piece!r}" for piece, left in pieces if left]
    assert not wrong, "\n".join(wrong)
