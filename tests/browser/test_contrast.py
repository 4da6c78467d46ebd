"""In colours that the reader forces upon every page, with more contrast, and without motion: what is told stays told.

Backgrounds and shadows are gone then; borders, outlines, words and drawn lines remain, in the reader's own colours.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.house import House

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
DARK, LIGHT = "dark", "light"


@pytest.fixture(params=[DARK, LIGHT])
def forced(house: House, request: pytest.FixtureRequest) -> Any:
    """``forced("nayeli", "/learn/")``: a page of hers in forced colours, light on dark and dark on light."""

    def look(name: str, address: str) -> Page:
        page = house.page(name, forced_colors="active", color_scheme=request.param)
        page.set_viewport_size({"width": 1000, "height": 900})
        page.goto(address)
        return page

    return look


def style(one: Locator, name: str) -> str:
    return str(one.evaluate("(one, name) => getComputedStyle(one).getPropertyValue(name)", name))


def luminance(colour: tuple[int, ...]) -> float:
    """Of WCAG 2, of red, green and blue from 0 to 255."""
    parts = [c / 255 for c in colour[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(float(part)) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def picture(one: Locator) -> Image.Image:
    one.scroll_into_view_if_needed()
    return Image.open(io.BytesIO(one.screenshot())).convert("RGB")


def test_the_current_place_and_the_chosen_answer_are_told_by_lines_of_their_own(forced: Any) -> None:
    page = forced("coralia", "/coordinate/")
    current, other = page.locator(".main-nav [aria-current]"), page.locator(".main-nav a:not([aria-current])").first
    paper = rgb(style(page.locator("body"), "background-color"))
    assert contrast(rgb(style(current, "border-bottom-color")), paper) >= 3
    assert rgb(style(other, "border-bottom-color")) == paper, "no line where one is not"
    language = page.locator(".lang [aria-current]")
    assert contrast(rgb(style(language, "background-color")), paper) >= 3
    assert contrast(rgb(style(language, "background-color")), rgb(style(language, "color"))) >= 4.5

    page = forced("abel", "/learn/humane-border/exam/1")
    chosen, left = page.locator(".choice").first, page.locator(".choice").nth(1)
    page.locator(".choice input").first.focus()
    page.keyboard.press("Space")
    assert style(chosen, "border-top-color") != style(left, "border-top-color")
    assert style(page.locator(".choice input").first, "appearance") != "none", "the button itself is the system's own"


def test_right_and_wrong_are_told_by_words_and_drawn_in_the_colour_of_words(forced: Any) -> None:
    page = forced("nayeli", "/learn/humane-border/exam/result/1")
    for note in page.locator(".choice .note, .feedback-title, .pill").all():
        assert note.inner_text().strip()
        icon = note.locator(".icon")
        assert style(icon, "stroke") == style(note, "color")
    assert page.locator(".choice .note").count() and page.locator(".feedback-title").count()


@pytest.mark.parametrize(
    ("name", "address"),
    [("nayeli", "/learn/humane-border/mission/"), ("nayeli", "/learn/humane-border/mission/scenario")],
)
def test_bars_of_progress_are_seen_full_and_empty(forced: Any, name: str, address: str) -> None:
    page = forced(name, address)
    paper = rgb(style(page.locator("body"), "background-color"))
    bars = [bar for bar in page.locator("progress, meter").all() if bar.is_visible()]
    assert bars
    for bar in bars:
        assert style(bar, "outline-style") == "solid" and contrast(rgb(style(bar, "outline-color")), paper) >= 3
        seen = picture(bar)
        middle = [seen.getpixel((x, seen.height // 2)) for x in range(4, seen.width - 4)]
        assert max(contrast(one, paper) for one in middle) >= 3, "what is done stands out"


def test_the_parts_of_a_chart_are_told_apart(forced: Any) -> None:
    page = forced("coralia", "/coordinate/")
    paper = rgb(style(page.locator("body"), "background-color"))
    fills = [style(page.locator(f".c{n}").first, "fill") for n in (1, 2, 3)]
    assert len(set(fills)) == 3
    for n, fill in enumerate(fills, 1):
        line = style(page.locator(f".c{n}").first, "stroke")
        assert contrast(rgb(fill), paper) >= 3 or contrast(rgb(line), paper) >= 3


def test_the_focus_is_a_line_and_not_a_shadow(forced: Any) -> None:
    page = forced("coralia", "/coordinate/people/new")
    paper = rgb(style(page.locator("body"), "background-color"))
    for _press in range(14):
        page.keyboard.press("Tab")
        one = page.locator(":focus")
        if one.count():
            assert (
                style(one, "outline-style") not in ("none", "hidden") and float(style(one, "outline-width")[:-2]) >= 2
            )
            assert contrast(rgb(style(one, "outline-color")), paper) >= 3


def test_the_drawing_of_a_simulation_is_lines_and_words_in_the_colour_of_words(forced: Any) -> None:
    page = forced("tomas", "/teach/guard-basics/graph/mission")
    ink = style(page.locator("main p").first, "color")
    for one in page.locator(".graph text").all():
        assert style(one, "fill") == ink
    for one in page.locator(".graph rect, .graph .arrow").all():
        assert style(one, "stroke") == ink
    assert style(page.locator(".graph .arrow.is-critical").first, "stroke-dasharray") != "none"


def test_more_contrast_gives_black_words_and_strong_lines(house: House) -> None:
    page = house.page("coralia", contrast="more")
    page.goto("/coordinate/")
    ink = style(page.locator("h1"), "color")
    assert style(page.locator(".meta").first, "color") == ink
    assert style(page.locator(".card").first, "border-top-color") == ink


def test_nothing_moves(house: House) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
      return transitionDuration !== "0s" || animationName !== "none" || scrollBehavior !== "auto";
    }).map((one) => one.outerHTML.slice(0, 80))"""
    for name, address in (
        ("nayeli", "/learn/humane-border/mission/one"),
        ("tomas", "/teach/"),
        ("coralia", "/coordinate/"),
    ):
        page = house.page(name, reduced_motion="reduce")
        page.goto(address)
        assert page.evaluate(moving) == []
