"""The editor in a real browser: it shows while one types, loses nothing, and is written in with the keyboard."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.records.database import db
from app.records.people import RoleGrant
from app.services import publishing
from app.web.trainer import live
from app.web.trainer.desk import Desk, seen
from tests import manuscript
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_illustrating import photo

pytestmark = pytest.mark.browser
LESSON = "01-mission/1-first-hour.es.md"
EDIT = f"/teach/{COURSE}/edit/{LESSON}"


@pytest.fixture
def cast(app: Flask) -> Cast:
    cast: Cast = app.cast  # type: ignore[attr-defined]
    with app.app_context():
        publishing.publish_source(cast.office, manuscript.files())
        with cast.office.transaction():
            cast.office.session.add(
                RoleGrant(
                    person_id=cast.people["tomas"].id, role="trainer", course_id=COURSE, granted_at=cast.office.now()
                )
            )
        db.session.remove()
    return cast


@pytest.fixture
def editor(cast: Cast, visit: Callable[..., Page]) -> Page:
    page = visit("tomas", width=1280)
    opened(page)
    return page


def opened(page: Page, address: str = EDIT) -> None:
    """Open the editor and wait until it is alive."""
    with page.expect_response(re.compile("/live/")):
        page.goto(address)
    page.locator("#text").focus()


def at_end(page: Page, words: str = "") -> None:
    page.locator("#text").focus()
    page.keyboard.press("Control+End")
    if words:
        page.keyboard.type(words)


def text(page: Page) -> str:
    return page.locator("#text").input_value()


def select(page: Page, words: str) -> None:
    """Select *words* in the text."""
    page.locator("#text").evaluate(
        "(area, words) => { area.focus(); const at = area.value.indexOf(words);"
        " if (at < 0) throw words; area.setSelectionRange(at, at + words.length); }",
        words,
    )


# Live -----------------------------------------------------------------------------------------------------------------


def test_the_page_is_shown_as_it_is_typed_and_neither_focus_nor_scroll_is_lost(editor: Page) -> None:
    at_end(editor, "\n" * 60 + "Algo **nuevo** con [@convention-1915 art. 1].")
    area = editor.locator("#text")
    before = area.evaluate("area => [area.scrollTop, area.selectionStart]")
    assert before[0] > 0
    expect(editor.locator("#panel strong", has_text="nuevo")).to_be_visible()
    expect(editor.locator("#problems")).to_contain_text("convention-1915")
    expect(editor.locator("#said")).to_have_text("En esta página: 1 error.")
    assert area.evaluate("area => [area.scrollTop, area.selectionStart]") == before
    assert area.evaluate("area => area === document.activeElement")
    editor.keyboard.type(" Y más.")
    expect(editor.locator("#panel")).to_contain_text("Y más.")


def test_a_problem_is_marked_at_its_line_however_lines_wrap_and_leads_there(editor: Page) -> None:
    long = "Una línea larga que se parte en varias. " * 12
    at_end(editor)
    editor.keyboard.insert_text(f"\n{long}\n\n" + "palabra " * 70 + "\n\nMal [@convention-1915 art. 1].\n")
    mark = editor.locator(".lines .is-error")
    expect(mark).to_have_count(1)
    heights = editor.evaluate(
        "() => [document.querySelector('.lines > div').offsetHeight, document.getElementById('text').scrollHeight]"
    )
    assert heights[0] == heights[1], "the numbers stand beside their lines to the last"
    line = text(editor).split("\n").index("Mal [@convention-1915 art. 1].") + 1
    assert mark.evaluate("row => [...row.parentElement.children].indexOf(row) + 1") == line
    editor.keyboard.press("Control+Home")
    expect(editor.locator("#line-problem")).to_have_text("")
    editor.keyboard.press("F8")
    expect(editor.locator("#line-problem")).to_contain_text(f"Línea {line}: Error")
    assert "[@convention-1915" in editor.evaluate("() => getSelection().toString()")
    box, area = mark.bounding_box(), editor.locator("#text").bounding_box()
    assert box and area and area["y"] <= box["y"] <= area["y"] + area["height"]
    editor.keyboard.press("Control+Home")
    editor.locator("#problems a[data-line]").first.click()
    expect(editor.locator("#line-problem")).to_contain_text("Error")


def test_one_request_at_a_time_and_the_newest_text_is_shown_in_the_end(
    editor: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way: list[int] = []
    most: list[int] = []

    def slow(desk: Desk) -> dict[str, object]:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(2)
        under_way.pop()
        return seen(desk)

    monkeypatch.setattr(live, "seen", slow)
    at_end(editor, "\n\n")
    for number in range(30):
        editor.keyboard.type(f"n{number} ")
        editor.wait_for_timeout(100)
    expect(editor.locator("#panel")).to_contain_text("n29", timeout=10_000)
    assert max(most) == 1
    assert 2 <= len(most) <= 8, "it is shown while one types, and not at every key"


def test_without_a_connection_it_says_so_once_and_goes_on_when_it_is_back(
    editor: Page, visit: Callable[..., Page]
) -> None:
    editor.context.set_offline(True)
    editor.evaluate(
        "() => { window.heard = []; new MutationObserver(() => heard.push(document.getElementById('said').textContent))"
        ".observe(document.getElementById('said'), {childList: true, characterData: true, subtree: true}); }"
    )
    at_end(editor, "\n\nSin red.")
    expect(editor.locator("#said")).to_contain_text("Sin conexión")
    editor.keyboard.type(" Sigo.")
    editor.wait_for_timeout(3500)
    assert len([one for one in editor.evaluate("() => heard") if "Sin conexión" in one]) == 1
    editor.context.set_offline(False)
    expect(editor.locator("#panel")).to_contain_text("Sin red. Sigo.")
    expect(editor.locator("#kept")).to_contain_text("Conservado para usted a las")


def test_a_fold_that_was_opened_and_an_answer_that_was_chosen_stay(editor: Page) -> None:
    editor.locator("#panel summary").first.click()
    editor.locator("#panel fieldset input").first.check()
    at_end(editor, "\n\nMás texto.")
    expect(editor.locator("#panel")).to_contain_text("Más texto.")
    expect(editor.locator("#panel details").first).to_have_attribute("open", "")
    expect(editor.locator("#panel fieldset input").first).to_be_checked()


# Kept -----------------------------------------------------------------------------------------------------------------


def test_what_was_typed_survives_a_killed_tab(editor: Page, visit: Callable[..., Page]) -> None:
    at_end(editor, "\n\nLo que no se guardó.")
    expect(editor.locator("#kept")).to_contain_text("Conservado para usted", timeout=10_000)
    context = editor.context
    editor.close(run_before_unload=False)
    again = context.new_page()
    opened(again)
    expect(again.locator("#offered")).to_contain_text("Lo que no se guardó.")
    assert "Lo que no se guardó." not in text(again)
    again.get_by_role("button", name="Seguir con él").click()
    expect(again.locator("#offered")).to_have_count(0)
    assert text(again).rstrip().endswith("Lo que no se guardó.")
    at_end(again, " Y sigo.")
    again.keyboard.press("Control+s")
    expect(again.locator("#said")).to_have_text("Guardado en el borrador.")
    opened(again)
    expect(again.locator("#offered")).to_have_count(0)
    assert "Y sigo." in text(again)


def test_leaving_the_page_keeps_what_was_typed_a_moment_before(editor: Page) -> None:
    at_end(editor, "\n\nUn momento antes.")
    editor.goto("/teach/")
    for _ in range(5):  # what was sent in parting may arrive after the next page was asked for
        opened(editor)
        if editor.locator("#offered").count():
            break
        editor.wait_for_timeout(500)
    expect(editor.locator("#offered")).to_contain_text("Un momento antes.")


def test_another_who_saves_is_told_while_typing(editor: Page, visit: Callable[..., Page]) -> None:
    ada = visit("ada", width=1280)
    opened(ada)
    select(ada, "escucha")
    ada.keyboard.type("atiende")
    ada.keyboard.press("Control+s")
    expect(ada.locator("#said")).to_have_text("Saved in the draft.")
    at_end(editor, "\n\nLo mío.")
    expect(editor.locator("#theirs-now")).to_contain_text("Ada Wright guardó esta página")
    expect(editor.locator("#kept")).to_contain_text("Conservado para usted", timeout=10_000)
    with editor.context.expect_page() as other:
        editor.get_by_role("link", name="Comparar su texto").click()
    expect(other.value.locator("del", has_text="atiende")).to_be_visible()
    other.value.close()
    editor.keyboard.press("Control+s")
    expect(editor.locator("#both-title")).to_be_visible()
    assert "Lo mío." in text(editor)
    opened(ada)
    assert "Lo mío." not in text(ada)


# Writing --------------------------------------------------------------------------------------------------------------


def test_keys_write_markdown_and_every_step_can_be_undone(editor: Page) -> None:
    first = text(editor)
    for key, words in (
        ("Control+b", "**escucha**"),
        ("Control+i", "*escucha*"),
        ("Control+k", "[escucha](dirección)"),
    ):
        select(editor, "escucha")
        editor.keyboard.press(key)
        assert words in text(editor)
        editor.keyboard.press("Control+z")
        assert text(editor) == first
    select(editor, "escucha")
    editor.keyboard.press("Control+b")
    editor.keyboard.press("Control+b")
    assert text(editor) == first, "twice is once back"
    select(editor, "escucha")
    editor.keyboard.press("Control+Alt+b")  # AltGr
    assert "**" not in text(editor)


def test_saving_by_key_stays_in_place_writes_the_ids_in_and_can_be_undone(editor: Page) -> None:
    select(editor, " {#proof}")
    editor.keyboard.press("Delete")
    typed = text(editor)
    before = editor.locator("#text").evaluate("area => [area.scrollTop, area.selectionStart]")
    editor.keyboard.press("Control+s")
    expect(editor.locator("#said")).to_have_text("Guardado en el borrador.")
    line = next(line for line in text(editor).split("\n") if "Pedirle pruebas" in line)
    assert re.search(r"\{#[a-z-]+\}$", line)
    assert editor.locator("#text").evaluate("area => [area.scrollTop, area.selectionStart]") == before
    assert editor.url.endswith(LESSON)
    editor.keyboard.press("Control+z")
    assert text(editor) == typed


def test_tab_never_stays_in_the_text_and_the_tools_are_one_stop(editor: Page) -> None:
    before = text(editor)
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("button", name="Guardar en el borrador")).to_be_focused()
    editor.keyboard.press("Shift+Tab")
    expect(editor.locator("#text")).to_be_focused()
    editor.keyboard.press("Shift+Tab")
    expect(editor.get_by_role("button", name="Negrita")).to_be_focused()
    editor.keyboard.press("ArrowRight")
    expect(editor.get_by_role("button", name="Cursiva")).to_be_focused()
    editor.keyboard.press("Tab")
    expect(editor.locator("#text")).to_be_focused()
    assert text(editor) == before


def test_the_tools_put_blocks_in_by_themselves_and_what_they_put_in_compiles(editor: Page) -> None:
    at_end(editor)
    for menu, item in (("Aviso", "Peligro"), ("Tarjeta", "Lo que hago, lo que nunca hago"), ("Tarjeta", "Un caso")):
        editor.locator(".tools summary", has_text=menu).click()
        editor.locator(".tools").get_by_role("button", name=item, exact=True).click()
        expect(editor.locator("#text")).to_be_focused()
        editor.keyboard.press("Control+End")
    for wanted in (":::{danger}\ntexto\n:::\n", ":::{do}\n- Yo …\n:::\n\n:::{never}\n", ":::{case} Título del caso\n"):
        assert "\n\n" + wanted in text(editor)
    at_end(editor, "Dice la ley")
    editor.locator(".tools").get_by_role("button", name="Fuente").click()
    dialog = editor.get_by_role("dialog", name="Citar una fuente")
    dialog.get_by_label("Lugar en ella").fill("art. 33")
    dialog.get_by_role("button", name="Agregarlo al texto").click()
    twice = re.compile(r"(\[@convention-1951 art\. 33\][\s\S]*){2}")
    expect(editor.locator("#text")).to_have_value(twice)
    editor.keyboard.press("Control+z")
    assert text(editor).count("[@convention-1951 art. 33]") == 1
    expect(editor.locator("#panel .callout-danger")).to_be_visible()
    expect(editor.locator(".lines .is-error")).to_have_count(0)


def test_a_question_is_put_in_below_the_caret_and_undone(editor: Page) -> None:
    first = text(editor)
    select(editor, "Usted está")
    editor.locator(".tools summary", has_text="Pregunta").click()
    editor.locator(".tools").get_by_role("button", name="ordenar").click()
    expect(editor.locator("#panel fieldset .order")).to_be_visible()
    assert text(editor).index("{question} first-hour-1") < text(editor).index("{question} first-hour-check")
    expect(editor.locator("#problems code")).to_have_text(["question-not-translated"])
    editor.keyboard.press("Control+z")
    assert text(editor) == first


def test_a_scene_is_put_in_with_the_choice_that_leads_to_it(editor: Page) -> None:
    opened(editor, f"/teach/{COURSE}/edit/01-mission/scenario.es.md")
    select(editor, "Rechazarlo")
    editor.locator(".tools summary", has_text="Simulación").click()
    editor.locator(".tools").get_by_role("button", name="una escena").click()
    expect(editor.locator("#scene-scene-1")).to_be_visible()
    expect(editor.locator("#text")).to_have_value(re.compile(r"\]\(#scene-1\)"))


def test_enter_goes_on_with_a_list_and_ends_it(editor: Page) -> None:
    at_end(editor, "\n\n- uno\ndos\n\ntres")
    assert text(editor).endswith("\n\n- uno\n- dos\ntres")


# Pictures -------------------------------------------------------------------------------------------------------------

PASTE = """(area, [data, how]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const more = how === "paste" ? { clipboardData: files } : { dataTransfer: files };
  const Kind = how === "paste" ? ClipboardEvent : DragEvent;
  area.dispatchEvent(new Kind(how, { bubbles: true, cancelable: true, ...more }));
}"""


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped_described_and_put_in_where_the_caret_stands(editor: Page, how: str) -> None:
    at_end(editor, "\n\nMire:")
    picture = base64.b64encode(photo((300, 200), "PNG")).decode()
    editor.locator("#text").evaluate(PASTE, [picture, how])
    spanish = editor.get_by_label("Qué muestra, en español")
    expect(spanish).to_be_focused()
    spanish.fill("Un banco a la sombra.")
    editor.keyboard.press("Enter")
    english = editor.get_by_label("Qué muestra, en inglés")
    expect(english).to_be_focused()
    expect(editor.locator("#alt-en-error")).to_be_visible()
    english.fill("A bench in the shade.")
    editor.keyboard.press("Enter")
    expect(editor.locator("#panel picture img")).to_be_visible()
    assert re.search(r"Mire:\n\n!\[Un banco a la sombra\.\]\(media/a-bench-in-the-shade\.\w+\)", text(editor))
    shown = editor.locator("#panel picture img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => [image.naturalWidth, image.currentSrc.endsWith('.webp')]") == [300, True]
    expect(editor.get_by_label("Lo mismo para la página en inglés")).to_have_value(re.compile("A bench in the shade"))
    editor.keyboard.press("Control+z")
    assert text(editor).rstrip().endswith("Mire:")


def test_what_is_put_in_before_anything_was_clicked_does_not_fall_into_the_head(editor: Page) -> None:
    opened(editor)
    for menu, item, put_in in (("Aviso", "Nota", ":::{note}"), ("Pregunta", "ordenar", "{question} first-hour-1")):
        editor.locator("#text").evaluate("area => area.setSelectionRange(2, 2)")
        editor.locator(".tools summary", has_text=menu).click()
        editor.locator(".tools").get_by_role("button", name=item, exact=True).click()
        expect(editor.locator("#text")).to_have_value(re.compile(re.escape(put_in)))
    assert text(editor).startswith("---\ntitle: Lección 1\n")
    assert text(editor).index("minutes: 20\n---\n") < text(editor).index(":::{note}")
    assert text(editor).index("minutes: 20\n---\n") < text(editor).index("{question} first-hour-1")


def test_text_that_is_pasted_stays_text(editor: Page) -> None:
    before = text(editor)
    editor.locator("#text").evaluate(
        "area => { const both = new DataTransfer(); both.setData('text/plain', 'x');"
        " both.items.add(new File([new Uint8Array(9)], 'image.png', { type: 'image/png' }));"
        " area.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: both })); }"
    )
    expect(editor.locator("#pictures")).not_to_have_attribute("open", "")
    assert text(editor) == before


def test_without_javascript_nothing_of_it_is_missed(cast: Cast, visit: Callable[..., Page]) -> None:
    page = visit("tomas", width=360, java_script_enabled=False)
    page.goto(EDIT)
    assert not page.locator(".tools").is_visible()
    assert not page.get_by_text("Teclas").is_visible()
    page.locator("#text").fill(page.locator("#text").input_value() + "\nSin guion.\n")
    page.get_by_text("Agregar una pregunta").click()
    page.get_by_role("button", name="Agregarlo al texto").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"\{question\} first-hour-1"))
    page.get_by_role("button", name="Guardar en el borrador").click()
    expect(page.locator(".flash.ok")).to_contain_text("Guardado en el borrador.")
    assert "Sin guion." in page.locator("#text").input_value()
