"""Axe finds nothing on any page, whoever reads it; every target has room for a thumb; nothing hangs over the edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.judging import judge
from tests.web.inventory import ROLES, Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_good_on_a_phone_and_a_desk_by_day_and_by_night(
    chromium: Browser, every_page: dict[str, list[Page]], role: str, language: str
) -> None:
    """Of pages that are built alike, words aside, one is looked at in each language."""
    built: dict[tuple[str, ...], Page] = {}
    for page in every_page[language]:
        built.setdefault(page.shape, page)
    mine = [page for page in built.values() if page.name in ROLES[role]]
    assert mine
    found = judge(chromium, mine, thorough=language == "es")
    assert found == [], "\n".join(found[:40])


BROKEN = {
    "image-alt": '<img src="/static/x.png">',
    "color-contrast": '<p><span style="color:#999;background:#fff">Palabras grises sobre blanco</span></p>',
    "small target": '<p><button type="button">x</button></p>',
    "over the edge": '<p style="width:900px">Ancho</p>',
    "label": '<input type="text">',
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_judge_sees_what_is_wrong(chromium: Browser, fault: str) -> None:
    html = f"""<!DOCTYPE html><html lang="es"><head><title>Paso</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Paso</h1>{BROKEN[fault]}</main></body></html>"""
    found = judge(chromium, [Page("visitor", "es", "x", "/x", 200, html)])
    assert any(fault in line for line in found), found
