"""The editor's promises without a browser: previews as one types, what is kept, pictures and ready pieces."""

from __future__ import annotations

import io
import re
import uuid
from html import unescape
from typing import Any

import pytest
from flask import Flask

from app.records.database import db
from app.records.people import RoleGrant
from app.services import publishing
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_illustrating import photo
from tests.web.client import Browser
from tests.web.test_trainer import EDIT, LESSON, ada, cast, text_of, tomas

__all__ = ["ada", "cast", "tomas"]
LIVE = f"/teach/{COURSE}/live/{LESSON}"
WORKING = f"/teach/{COURSE}/working/{LESSON}"
SCENARIO = f"/teach/{COURSE}/edit/01-mission/scenario.es.md"
JSON = {"Accept": "application/json"}


class Writer:
    """Somebody with the editor open, as static/editor.js is."""

    def __init__(self, browser: Browser, address: str = EDIT) -> None:
        self.browser, self.address = browser, address
        self.open(address)

    def open(self, address: str) -> str:
        page = self.browser.page(address)
        self.fields = {
            name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
            for name in ("csrf_token", "base", "sitting")
        }
        found = re.search(r'<textarea class="source" id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        assert found is not None
        self.text = unescape(found[1])
        return page

    def post(self, address: str, status: int = 200, **more: Any) -> Any:
        data = {**self.fields, "text": self.text, **more}
        response = self.browser.post(address, data=data, headers=JSON)
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()

    def live(self, status: int = 200, **more: Any) -> Any:
        return self.post(self.address.replace("/edit/", "/live/"), status, **more)


@pytest.fixture
def writer(tomas: Browser) -> Writer:
    return Writer(tomas)


def test_a_practical_sheet_is_shown_with_its_key_while_it_is_written(tomas: Browser) -> None:
    writer = Writer(tomas, f"/teach/{COURSE}/edit/01-mission/practice.es.md")
    assert "Clave para quien capacita" not in writer.live(look="1")["panel"]
    writer.text += "\n:::{trainer}\nLa tarjeta 3 es trata.\n:::\n"
    panel = writer.live(look="1")["panel"]
    assert "La tarjeta 3 es trata." in panel.partition("Clave para quien capacita")[2]
    assert 'data-tool="trainer"' in tomas.page(writer.address)
    assert 'data-tool="trainer"' not in tomas.page(EDIT)


# Live -----------------------------------------------------------------------------------------------------------------


def test_a_look_shows_the_page_its_problems_and_their_lines_and_keeps_nothing(writer: Writer, tomas: Browser) -> None:
    writer.text = writer.text.replace("escucha", "**atiende**").replace("convention-1951 art", "convention-1915 art")
    told = writer.live(look="1")
    assert "<strong>atiende</strong>" in told["panel"]
    assert "source-unknown" in told["problems"]
    assert told["said"] == "En esta página: 1 error."
    line = writer.text.split("\n").index(next(x for x in writer.text.split("\n") if "1915" in x)) + 1
    assert [(mark["line"], mark["error"]) for mark in told["marks"]] == [(line, True)]
    assert f'data-line="{line}"' in told["problems"]
    assert (told["theirs"], "kept" in told) == ("", False)
    assert "escucha" in text_of(tomas)
    assert tomas.get(WORKING).status_code == 303


def test_a_lesson_is_shown_as_officers_find_it_with_the_answers_folded(writer: Writer) -> None:
    panel = writer.live(look="1")["panel"]
    question, _, key = panel.partition("<details")
    assert 'type="radio" name="a-1"' in question
    assert "disabled" not in question
    assert "Nadie tiene que probar" not in question
    assert "Nadie tiene que probar" in key
    assert "/teach/guard-basics/preview/es/" in panel or "/learn/" not in panel


def test_a_look_never_fails_whatever_is_typed(writer: Writer) -> None:
    for text in ("", "---\n", ":::{question}", "\x00\ud7ff<script>", "x" * 300_000, "[@" * 5000, "---\ntitle: [\n---"):
        writer.text = text
        told = writer.live(look="1")
        assert "<script>" not in told["panel"] + told["problems"]


def test_what_is_written_is_kept_and_offered_when_the_page_is_opened_again(writer: Writer, tomas: Browser) -> None:
    writer.text += "Una <b>idea</b> sin guardar.\n"
    assert re.fullmatch(r"\d\d:\d\d", writer.live(keep="1")["kept"])
    page = tomas.page(EDIT)
    assert "Usted escribió aquí y no lo guardó" in page
    assert "Una &lt;b&gt;idea&lt;/b&gt; sin guardar." in page, "the difference is shown"
    assert "sin guardar" not in text_of(tomas), "the editor holds what the draft says until one chooses"
    assert f'href="{EDIT}">{LESSON}</a>' in tomas.page(f"/teach/{COURSE}/").partition("no guardó:")[2]
    assert "sin guardar" in tomas.page(WORKING)


def test_going_on_takes_the_text_and_throwing_it_away_asks_first(writer: Writer, tomas: Browser) -> None:
    writer.text += "Sin guardar.\n"
    writer.live(keep="1")
    tomas.page(EDIT)
    page = tomas.submit("/working/", go="on").get_data(as_text=True)
    assert "Sin guardar." in page.partition('id="text"')[2]
    assert "Usted escribió aquí" not in page
    tomas.page(EDIT)
    asked = tomas.submit("/working/", go="away").get_data(as_text=True)
    assert "¿Descartar su texto?" in asked
    tomas.submit("^$")
    assert "Usted escribió aquí" not in tomas.page(EDIT)
    assert tomas.post(WORKING, data={**writer.fields, "go": "on"}).status_code == 404


def test_saving_lets_go_of_what_was_kept(writer: Writer, tomas: Browser) -> None:
    writer.text += "Guardada.\n"
    writer.live(keep="1")
    told = writer.post(EDIT, go="save")
    assert told["text"].endswith("Guardada.\n")
    assert told["base"] != writer.fields["base"]
    assert "panel" in told
    assert "Usted escribió aquí" not in tomas.page(EDIT)
    assert writer.live(keep="1")["kept"] == "", "as in the draft: nothing to keep"


def test_ids_left_out_come_back_with_what_was_saved(writer: Writer) -> None:
    writer.text = writer.text.replace(" {#proof}", "")
    assert "{#" in writer.post(EDIT, go="save")["text"].partition("Pedirle pruebas.")[2].partition("\n")[0]


def test_another_window_is_told_and_writes_nothing_over(writer: Writer, tomas: Browser) -> None:
    writer.text += "Una.\n"
    writer.live(keep="1")
    other = Writer(tomas)
    other.text += "Otra.\n"
    told = other.live(keep="1", look="1")
    assert told["elsewhere"]
    assert "en otra ventana" in told["unkept"]
    assert "kept" not in told
    assert "panel" in told, "the preview goes on"
    assert "Una." in tomas.page(WORKING)
    other.post(EDIT, go="save")
    page = tomas.page(EDIT)
    assert "Usted escribió aquí" in page, "saving in one window does not take the other's text"
    assert "mientras usted escribía" in page, "and it is said that the page is another one now"


def test_who_saved_meanwhile_is_told_at_once_with_a_way_to_compare(
    writer: Writer, ada: Browser, tomas: Browser
) -> None:
    writer.text = writer.text.replace("escucha", "oye")
    assert writer.live(keep="1")["theirs"] == ""
    hers = Writer(ada)
    hers.text = hers.text.replace("escucha", "atiende")
    hers.post(EDIT, go="save")
    told = writer.live(keep="1")
    assert re.search(r"Ada Wright guardó esta página el \d+ \w+ 2026", told["theirs"])
    assert told["kept"], "what I type is kept all the same"
    page = tomas.page(WORKING)
    assert "Ada Wright" in page
    assert "<del>atiende</del>" in page
    assert "<ins>oye</ins>" in page


def test_a_conflict_overwrites_nobody_and_both_texts_are_shown_when_one_goes_on(
    writer: Writer, ada: Browser, tomas: Browser
) -> None:
    writer.text = writer.text.replace("escucha", "oye")
    writer.live(keep="1")
    hers = Writer(ada)
    hers.text = hers.text.replace("escucha", "atiende")
    hers.post(EDIT, go="save")
    assert writer.post(EDIT, 409, go="save")["code"] == "page-changed"
    tomas.page(EDIT)
    page = tomas.submit("/working/", go="on").get_data(as_text=True)
    assert 'id="both-title"' in page
    assert "<del>atiende</del>" in page
    assert "oye" in page.partition('id="text"')[2]
    assert "atiende" in text_of(ada)


def test_a_text_too_long_to_keep_is_said_and_the_preview_goes_on(writer: Writer) -> None:
    writer.text = "ñ" * 200_000
    told = writer.live(keep="1", look="1")
    assert "demasiado largo" in told["unkept"]
    assert "page-too-large" in told["problems"]


def test_only_who_teaches_the_course_gets_an_answer_and_each_only_their_own(
    writer: Writer, cast: Cast, app: Flask, signed_in: object, ada: Browser
) -> None:
    writer.text += "Mío.\n"
    writer.live(keep="1")
    tina = signed_in("tina")  # type: ignore[operator]
    token = Writer(ada).fields["csrf_token"]
    for address in (LIVE, WORKING, EDIT):
        assert tina.post(address, data={"csrf_token": token}, headers=JSON).status_code in (400, 404)
        assert tina.get(address.replace("/live/", "/working/")).status_code == 404
    assert "Mío." not in ada.page(EDIT)
    assert ada.get(WORKING).status_code == 303
    nobody = app.test_client()
    assert nobody.post(LIVE, headers=JSON).status_code in (400, 401)


def test_without_its_token_nothing_is_kept(writer: Writer, tomas: Browser) -> None:
    response = tomas.post(LIVE, data={"text": "x", "keep": "1", "sitting": str(uuid.uuid4())}, headers=JSON)
    assert response.status_code == 400
    assert tomas.get(WORKING).status_code == 303


@pytest.mark.parametrize("sitting", ["", "x", "00000000-0000-0000-0000-000000000000'", "9" * 300])
def test_a_sitting_that_is_none_does_no_harm(writer: Writer, tomas: Browser, sitting: str) -> None:
    writer.fields["sitting"] = sitting
    writer.text += "Más.\n"
    assert writer.live(keep="1")["kept"]
    tomas.page(f"{EDIT}?sitting={sitting}")
    writer.post(EDIT, go="save")


# Ready pieces ---------------------------------------------------------------------------------------------------------


def test_without_javascript_a_question_is_put_in_and_nothing_is_saved(tomas: Browser) -> None:
    text = text_of(tomas)
    assert tomas.last is not None
    page = tomas.submit(LESSON.rpartition("/")[2], text=text + "Sin guardar.\n", kind="match", go="insert").get_data(
        as_text=True
    )
    put = unescape(page.partition('id="text"')[2].partition("</textarea>")[0])
    assert "Sin guardar.\n\n:::{question} first-hour-1\n:type: match" in put
    assert "todavía sin guardar" in page
    assert text_of(tomas) == text


def test_after_a_line_and_a_wrong_line_loses_nothing(tomas: Browser) -> None:
    text = text_of(tomas)
    page = tomas.submit(LESSON.rpartition("/")[2], text=text, kind="one", after="6", go="insert").get_data(as_text=True)
    put = unescape(page.partition('id="text"')[2])
    assert put.index(":::{question} first-hour-1") < put.index(":::{question} first-hour-check")
    for after in ("x", "-1", "²", "9" * 9):
        text_of(tomas)
        response = tomas.submit(LESSON.rpartition("/")[2], text="Lo mío.", kind="one", after=after, go="insert")
        assert response.status_code == 422
        page = response.get_data(as_text=True)
        assert "Lo mío." in page.partition('id="text"')[2]
        assert 'href="#after"' in page


def test_a_scene_is_put_in_where_the_caret_stands(tomas: Browser) -> None:
    writer = Writer(tomas, SCENARIO)
    told = writer.post(SCENARIO, go="insert", kind="scene", after="12")
    assert [len(piece["lines"]) > 0 for piece in told["pieces"]] == [True, True]
    assert writer.post(SCENARIO, 422, go="insert", kind="scenario")["code"] == "insert-scenario-there"
    assert writer.post(SCENARIO, 422, go="insert", kind="one")["code"] == "insert-kind"


# Pictures -------------------------------------------------------------------------------------------------------------

ALT = {"alt-en": "A bench in the shade.", "alt-es": "Un banco a la sombra."}


def chosen(data: bytes = b"", name: str = "Mi banco.JPG") -> dict[str, Any]:
    return {"picture": (io.BytesIO(data or photo((90, 60))), name)}


def test_without_javascript_a_picture_is_put_into_the_draft_and_its_markdown_shown(tomas: Browser) -> None:
    text = text_of(tomas)
    response = tomas.submit(LESSON.rpartition("/")[2], text=text + "Mío.\n", go="picture", **ALT, **chosen())
    page = unescape(response.get_data(as_text=True))
    assert "Mío." in page.partition('id="text"')[2]
    assert 'value="![Un banco a la sombra.](media/mi-banco.jpg)"' in page
    assert 'value="![A bench in the shade.](media/mi-banco.jpg)"' in page
    assert "Mío." not in text_of(tomas)
    for kind, mime in (("jpg", "image/jpeg"), ("webp", "image/webp")):
        shown = tomas.get(f"/teach/{COURSE}/preview/es/media/01-mission/media/mi-banco.{kind}")
        assert shown.mimetype == mime


def test_a_picture_put_in_is_shown_by_both_its_files_in_the_preview(writer: Writer) -> None:
    told = writer.post(EDIT, go="picture", **ALT, **chosen())
    assert told["markdown"] == "![Un banco a la sombra.](media/mi-banco.jpg)"
    writer.text += f"\n{told['markdown']}\n"
    panel = writer.live(look="1")["panel"]
    root = f"/teach/{COURSE}/preview/es/media/01-mission/media/mi-banco"
    assert f'<source type="image/webp" srcset="{root}.webp"><img src="{root}.jpg"' in panel
    writer.text += "Y se guarda.\n"
    writer.fields["base"] = writer.post(EDIT, go="save")["base"]


def test_a_picture_goes_with_the_edition_and_officers_see_it(
    writer: Writer, app: Flask, cast: Cast, signed_in: object
) -> None:
    told = writer.post(EDIT, go="picture", **ALT, **chosen())
    for code, words in (("es", told["markdown"]), ("en", told["other"])):
        other = Writer(writer.browser, EDIT.replace(".es.", f".{code}."))
        other.text += f"\n{words}\n"
        other.post(other.address, go="save")
    with app.app_context():
        tomas = cast.actor("tomas")
        digest = publishing.draft(cast.office, tomas, COURSE).checked.digest
        publishing.publish(cast.office, tomas, COURSE, digest)
        db.session.remove()
    nayeli = signed_in("nayeli")  # type: ignore[operator]
    page = nayeli.page(f"/learn/{COURSE}/mission/first-hour")
    address = re.search(r'srcset="([^"]+)"', page)
    assert address is not None
    shown = nayeli.get(address[1])
    assert (shown.mimetype, shown.data[:4]) == ("image/webp", b"RIFF")


@pytest.mark.parametrize(
    ("sent", "alt", "place"),
    [
        ({}, ALT, "picture"),
        (chosen(b"not a picture"), ALT, "picture"),
        (chosen(b"<svg onload='x'></svg>", "x.svg"), ALT, "picture"),
        (chosen(), {"alt-en": "A bench."}, "alt-es"),
        (chosen(), {"alt-es": "Un banco."}, "alt-en"),
        (chosen(), {"alt-en": "x" * 400, "alt-es": "y"}, "alt-en"),
    ],
)
def test_a_picture_without_words_or_that_is_none_is_refused_at_its_field(
    tomas: Browser, sent: dict[str, Any], alt: dict[str, str], place: str
) -> None:
    text_of(tomas)
    response = tomas.submit(LESSON.rpartition("/")[2], text="Mío.", go="picture", **alt, **sent)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert f'href="#{place}"' in page
    assert f'id="{place}-error"' in page
    assert "Mío." in page.partition('id="text"')[2]
    assert all(unescape(value) in unescape(page) for value in alt.values()), "the words are not to be typed again"
    assert "media" not in tomas.page(f"/teach/{COURSE}/")


def test_pictures_belong_to_pages_of_one_s_own_courses(cast: Cast, app: Flask, tomas: Browser, ada: Browser) -> None:
    writer = Writer(tomas, f"/teach/{COURSE}/edit/course.yaml")
    assert 'name="picture"' not in tomas.page(writer.address)
    writer.post(writer.address, 404, go="picture", **ALT, **chosen())
    with app.app_context():
        grant = db.session.query(RoleGrant).filter_by(person_id=cast.people["tomas"].id, course_id=COURSE).one()
        db.session.delete(grant)
        db.session.commit()
    Writer(ada)
    assert tomas.post(EDIT, data={**writer.fields, "go": "picture", **ALT, **chosen()}).status_code == 404
