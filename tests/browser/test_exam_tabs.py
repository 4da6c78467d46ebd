"""One exam in several tabs, browsers and languages, on lines that break: each answer is kept as it is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.records.database import db
from app.services import exams, learning
from tests.story import finish_lessons, play
from tests.story import sit as sit_quiz

pytestmark = pytest.mark.browser
EXAM = "/learn/humane-border/exam"
RIGHT, WRONG = "Recibir la solicitud.", "Indicar el autobús."


@pytest.fixture
def nayeli(app: Flask, visit: Callable[..., Page]) -> Callable[..., Page]:
    """``nayeli()``: a browser of hers at the first question of her open exam."""
    within(app, lambda cast: [ready(cast, module) for module in ("mission", "protection")])

    def at_the_exam(**more: Any) -> Page:
        page = visit("nayeli", **more)
        page.goto(EXAM)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(re.compile(rf"{EXAM}/\d"))
        return page

    return at_the_exam


def ready(cast: Any, module: str) -> None:
    finish_lessons(cast, "nayeli", module)
    play(cast, "nayeli", module)
    sit_quiz(cast, "nayeli", module)


def within(app: Flask, deed: Callable[[Any], Any]) -> Any:
    """*deed* with the cast, outside the browser."""
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        found = deed(cast)
        db.session.remove()
    return found


def kept(app: Flask) -> list[Any]:
    """What the server has of the open exam, place by place."""

    def look(cast: Any) -> list[Any]:
        desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id)
        return [exams.sheet(cast.office, desk, n).response for n in range(1, 7)]

    found: list[Any] = within(app, look)
    return found


def save(page: Page) -> None:
    with page.expect_navigation():  # the form may be sent a moment later, after what is on its way
        page.get_by_role("button", name="Guardar y seguir").click()


def test_an_answer_is_kept_when_it_is_ticked_even_if_the_browser_is_closed_then(
    app: Flask, nayeli: Callable[..., Page]
) -> None:
    page = nayeli()
    page.get_by_label(RIGHT).check()
    expect(page.locator(".kept")).to_have_text("Su respuesta quedó guardada.")
    page.context.close()
    assert kept(app)[0] == ["right"]


def test_a_tick_on_a_lost_line_says_that_it_is_not_kept_and_is_sent_when_the_line_is_back(
    app: Flask, nayeli: Callable[..., Page]
) -> None:
    page = nayeli()
    page.context.set_offline(True)
    page.get_by_label(RIGHT).check()
    expect(page.locator(".kept")).to_contain_text("Aún sin guardar")
    assert kept(app)[0] is None
    page.context.set_offline(False)
    expect(page.locator(".kept")).to_have_text("Su respuesta quedó guardada.")
    assert kept(app)[0] == ["right"]


def test_the_same_question_in_two_tabs_keeps_what_was_chosen_last(app: Flask, nayeli: Callable[..., Page]) -> None:
    one = nayeli()
    two = one.context.new_page()
    two.goto(f"{EXAM}/1")
    one.get_by_label(WRONG).check()
    save(one)
    two.get_by_label(RIGHT).check()
    save(two)
    one.goto(f"{EXAM}/1")
    expect(one.get_by_label(RIGHT)).to_be_checked()
    one.get_by_label(WRONG).check()
    save(one)
    assert kept(app)[0] == ["bus"]


def test_handed_in_from_one_tab_the_other_takes_nothing_more_and_says_so(
    app: Flask, nayeli: Callable[..., Page]
) -> None:
    one = nayeli()
    one.get_by_label(RIGHT).check()
    save(one)
    two = one.context.new_page()
    two.goto(f"{EXAM}/2")
    one.goto(f"{EXAM}/hand-in")
    one.get_by_role("button", name="Entregar").dblclick()
    expect(one.locator("#result")).to_contain_text("16")
    two.get_by_label(RIGHT).check()
    expect(two.locator(".flash")).to_contain_text("Este intento ya se entregó")
    state = within(app, lambda cast: learning.study(cast.office, cast.actor("nayeli"), cast.course.id).progress.exam)
    assert (state.attempts, state.best) == (1, 16)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_the_language_changes_in_the_middle_and_place_order_and_answers_stay(
    app: Flask, nayeli: Callable[..., Page], scripts: bool
) -> None:
    page = nayeli(java_script_enabled=scripts)
    page.get_by_label(RIGHT).check()
    save(page)
    page.wait_for_url("**/exam/2*")
    order = page.locator(".choice").all_inner_texts()
    page.get_by_label(WRONG).check()  # chosen, and no button pressed
    page.locator(".lang button[lang=en]").click()
    page.wait_for_url(re.compile(r"/exam/2\?lang=en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    in_english = {RIGHT: "Receive the request.", WRONG: "Show the bus.", "Pedir pruebas.": "Ask for proof."}
    assert page.locator(".choice").all_inner_texts() == [in_english[text] for text in order]
    expect(page.get_by_label("Show the bus.")).to_be_checked()
    page.goto(f"{EXAM}/1")
    expect(page.get_by_label("Receive the request.")).to_be_checked()
    assert kept(app)[:3] == [["right"], ["bus"], None]


def test_begun_on_a_computer_it_goes_on_on_a_phone_where_the_first_open_question_waits(
    app: Flask, nayeli: Callable[..., Page]
) -> None:
    computer = nayeli(width=1280)
    for _place in range(2):
        computer.get_by_label(RIGHT).check()
        save(computer)
    paper = within(app, lambda cast: exams.desk(cast.office, cast.actor("nayeli"), cast.course.id).open.paper)
    phone = nayeli()
    phone.wait_for_url("**/exam/3*")
    phone.get_by_label(RIGHT).check()
    save(phone)
    assert kept(app) == [["right"]] * 3 + [None] * 3
    assert within(app, lambda cast: exams.desk(cast.office, cast.actor("nayeli"), cast.course.id).open.paper) == paper


def test_the_clock_runs_out_over_half_an_order_and_the_rest_is_handed_in(
    app: Flask, nayeli: Callable[..., Page]
) -> None:
    def only_order(cast: Any) -> None:
        with cast.office.transaction():
            exams.desk(cast.office, cast.actor("nayeli"), cast.course.id).open.paper = [
                ["order-steps", ["link", "see", "hear"]]
            ]

    page = nayeli()
    within(app, only_order)
    app.cast.clock.pass_by(minutes=29, seconds=57)  # type: ignore[attr-defined]
    page.goto(f"{EXAM}/1")
    page.get_by_label("Mirar").select_option("1")
    page.wait_for_url(re.compile("/exam$"))
    expect(page.locator("main")).to_contain_text("Intento 1")
