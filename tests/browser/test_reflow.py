"""Every page there is, at 400 % zoom, with letters twice as large, with the spacing that a reader may ask for, and in a
language whose words are two fifths longer.

WCAG 2.2: 1.4.10 (1280 × 1024 at 400 % is 320 × 256), 1.4.4, 1.4.12, and 2.4.11 where it asks what stays in the window.
"""

from __future__ import annotations

import pytest

from tests.browser.house import House
from tests.browser.looking import DOUBLED, SPACED, faults
from tests.browser.pseudo import PIECES, Known, spoken

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
ZOOMED = {"width": 320, "height": 256}
TABLET = {"width": 640, "height": 900}
PHONE = {"width": 360, "height": 780}


def test_every_page_can_be_read_at_four_hundred_percent_with_wide_spacing_and_with_large_letters(house: House) -> None:
    assert len(house.pages) > 140
    wrong = []
    for name, address in house.pages:
        page = house.page(name)
        page.set_viewport_size(ZOOMED)
        page.goto(address)
        wrong += [f"{address} at 400 %, widely spaced: {fault}" for fault in faults(page, SPACED)]
        page.set_viewport_size(TABLET)
        wrong += [f"{address} with large letters: {fault}" for fault in faults(page, DOUBLED)]
    assert not wrong, "\n".join(wrong)


def test_words_two_fifths_longer_fit_everywhere_and_all_words_come_from_the_catalogue(house: House) -> None:
    known = Known(house.app)
    wrong = []
    with spoken():
        for name, address in house.pages:
            page = house.page(name)
            page.set_viewport_size(PHONE)
            page.goto(address)
            wrong += [f"{address}: {fault}" for fault in faults(page)]
            pieces = [(piece, known.left(piece)) for piece in page.evaluate(PIECES)]
            wrong += [f"{address}: not from the catalogue: {left!r} in {piece!r}" for piece, left in pieces if left]
    assert not wrong, "\n".join(wrong)
