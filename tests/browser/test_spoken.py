"""What a screen reader is given: Chromium's own accessibility tree of every page, on a telephone.

That a table is drawn in another way on a small screen must not take away its rows, its heads and its name.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.browser.looking import looked_at, one_of_each
from tests.web import inventory

pytestmark = pytest.mark.browser

NAMED = ("button", "link", "textbox", "combobox", "checkbox", "radio", "navigation", "region")
TABLES = """() => [...document.querySelectorAll("table")].filter((one) => one.checkVisibility()).map((table) => ({
  words: table.textContent.trim().slice(0, 40),
  named: Boolean(table.caption || table.closest("[aria-label], [aria-labelledby]")?.matches("table, [role=region]")),
  plain: table.matches(".diff"),
  rows: [...table.rows].filter((row) => row.checkVisibility()).length,
  bare: [...table.querySelectorAll("th")].filter((th) => !th.scope || !th.textContent.trim()).length,
  heads: table.querySelectorAll("th").length,
}))"""


def tree(page: Page) -> list[dict[str, Any]]:
    """The nodes of the accessibility tree that are not ignored."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [node for node in nodes if not node.get("ignored")]


def role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def test_every_table_is_a_table_with_a_name_rows_and_heads_and_every_page_has_its_landmarks(
    chromium: Browser, every_page: dict[str, list[inventory.Page]]
) -> None:
    wrong = []
    seen = 0
    for address, page in looked_at(chromium, one_of_each(every_page["es"])):
        nodes = tree(page)
        roles = Counter(role(node) for node in nodes)
        for landmark in ("banner", "main", "contentinfo"):
            if roles[landmark] != 1:
                wrong.append(f"{address}: {roles[landmark]} × {landmark}")
        if roles["heading"] < 1 or sum(role(n) == "heading" and level(n) == 1 for n in nodes) != 1:
            wrong.append(f"{address}: not one first heading")
        for node in nodes:
            alone = role(node) == "navigation" and roles["navigation"] == 1
            if role(node) in NAMED and not name(node) and not alone:
                wrong.append(f"{address}: a {role(node)} without a name")
        shown = page.evaluate(TABLES)
        seen += len(shown)
        tables = [node for node in nodes if role(node) in ("table", "grid", "treegrid")]
        if len(tables) != len(shown) or roles["LayoutTable"]:
            wrong.append(f"{address}: {len(shown)} tables are shown and {len(tables)} told")
        if roles["row"] < sum(table["rows"] for table in shown):
            wrong.append(f"{address}: {roles['row']} rows are told of {sum(table['rows'] for table in shown)}")
        for table in shown:
            if not table["named"]:
                wrong.append(f"{address}: a table without a name: {table['words']!r}")
            if table["bare"]:
                wrong.append(f"{address}: heads without words or scope in {table['words']!r}")
            if not table["heads"] and not table["plain"]:
                wrong.append(f"{address}: a table without heads: {table['words']!r}")
        told = roles["columnheader"] + roles["rowheader"]
        if told < sum(table["heads"] for table in shown):
            wrong.append(f"{address}: {told} heads are told of {sum(table['heads'] for table in shown)}")
    assert seen > 30
    assert not wrong, "\n".join(wrong)


def level(node: dict[str, Any]) -> int:
    return next((one["value"]["value"] for one in node.get("properties", ()) if one["name"] == "level"), 0)


@pytest.mark.xdist_group("house")
def test_what_is_in_the_other_language_says_so(house: House) -> None:
    page = house.page("ada")
    page.goto("/teach/guard-basics/edit/01-mission/1-first-hour.es.md?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for place in ("#text", "h1 > span", ".preview"):
        expect(page.locator(place).first).to_have_attribute("lang", "es")
    page.goto("/teach/guard-basics/translate/01-mission/1-first-hour.es.md")
    assert {one.get_attribute("lang") for one in page.locator("[lang]").all()} >= {"en", "es"}
    for reader in ("nayeli", "ada"):
        page = house.page(reader)
        page.goto("/account/")
        assert [one.get_attribute("lang") for one in page.locator(".lang > *").all()] == ["en", "es"]


@pytest.mark.xdist_group("house")
@pytest.mark.parametrize(
    ("who", "address", "places"),
    [
        ("abel", "/learn/humane-border/exam/1", (".kept", ".timer [aria-live]")),
        ("nayeli", "/learn/humane-border/mission/one?again=mission-check-1", ("[data-state]",)),
        ("tomas", "/teach/guard-basics/edit/01-mission/1-first-hour.es.md", ("#said", "#line-problem")),
        ("", "/verify", ("[data-told]",)),
    ],
)
def test_what_changes_without_a_new_page_is_said_aloud_or_gets_the_focus(
    house: House, who: str, address: str, places: tuple[str, ...]
) -> None:
    page = house.page(who)
    page.goto(address)
    for place in places:
        one = page.locator(place).first
        aloud = one.evaluate("one => one.closest('[aria-live], [role=status], [role=alert], [role=log]') !== null")
        assert aloud or one.get_attribute("tabindex") == "-1", f"{place} of {address}"
