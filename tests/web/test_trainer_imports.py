"""The import in the browser: a file, its report, a choice, a summary; and the banks as GIFT."""
# ruff: noqa: F811 - fixtures

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from flask import Flask

from tests import manuscript
from tests.manuscript import COURSE
from tests.services.test_importing import GIFT
from tests.web.client import Browser
from tests.web.test_trainer import LESSON, ada, cast, put, send, text_of, tomas  # noqa: F401 - fixtures

IMPORT = f"/teach/{COURSE}/import"
QUIZ = "01-mission/quiz.es.md"


def choose(browser: Browser, data: str | bytes = GIFT, name: str = "banco.gift", **fields: object) -> str:
    """Send a file; the page that follows."""
    browser.page(IMPORT)
    content = data.encode() if isinstance(data, str) else data
    wishes = {"language": "es", "goal": "quiz:01-mission/quiz", "prefix": "mis", "kind": "auto", **fields}
    return browser.submit("/import$", file=(io.BytesIO(content), name), **wishes).get_data(as_text=True)


def answer(browser: Browser, **fields: object) -> str:
    assert browser.last is not None
    address = browser.last.request.path
    token = re.search(r'name="token" value="(\w+)"', browser.last.get_data(as_text=True))
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.last.get_data(as_text=True))
    assert csrf is not None
    data = {"csrf_token": csrf[1], "token": token[1] if token else "", **fields}
    return browser.post(address, data=data, follow_redirects=True).get_data(as_text=True)


def test_the_report_comes_first_and_says_what_becomes_of_every_question(tomas: Browser) -> None:
    page = choose(tomas)
    assert "Todavía no hay nada en el borrador." in page
    figures = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    assert figures == [
        ("Preguntas en el archivo", "4"),
        ("Convertidas", "2"),
        ("Convertidas con cambios", "1"),
        ("Rechazadas", "1"),
    ]
    assert "Formato: Moodle GIFT. Codificación: UTF-8." in page
    assert "línea 9" in page
    assert "ensayo" in page
    assert page.count('name="take"') == 3
    assert "Llega una lancha." in page
    assert "mis-turno" not in text_of(tomas, f"/teach/{COURSE}/edit/{QUIZ}")


def test_a_question_is_shown_as_learners_see_it_and_cannot_be_answered_there(tomas: Browser) -> None:
    page = choose(tomas)
    shown = re.search(r'<fieldset class="shown" disabled.*?</fieldset></fieldset>', page, re.DOTALL)
    assert shown is not None
    assert "Mirar quién necesita ayuda" in shown[0]
    assert "La respuesta correcta" not in shown[0]
    assert "Primero la vida." in page


def test_a_question_in_the_other_language_is_shown_with_the_words_of_its_own(tomas: Browser) -> None:
    page = choose(tomas, "::A::Who waits?{=A child#Yes. ~Nobody}", language="en", goal="quiz:01-mission/quiz")
    assert '<div lang="en"><fieldset class="shown" disabled aria-label="As it is asked">' in page


def test_the_ticked_questions_go_into_the_draft_and_a_summary_says_so(tomas: Browser) -> None:
    choose(tomas)
    page = answer(tomas, go="ticked", take=["1", "4"])
    assert "2 preguntas están en el borrador" in page
    assert QUIZ.replace(".es.", ".en.") in page
    assert f'href="/teach/{COURSE}/edit/{QUIZ.replace(".es.", ".en.")}"' in page
    assert f'href="/teach/{COURSE}/history/{QUIZ}"' in page
    now = text_of(tomas, f"/teach/{COURSE}/edit/{QUIZ}")
    assert "mis-turno" in now and "mis-palabra" in now and "mis-peso" not in now


def test_all_questions_go_in_with_one_button_and_sending_it_again_changes_nothing(tomas: Browser) -> None:
    choose(tomas)
    assert tomas.last is not None
    report = tomas.last
    assert "3 preguntas están en el borrador" in answer(tomas, go="all")
    before = text_of(tomas, f"/teach/{COURSE}/edit/{QUIZ}")
    tomas.last = report
    assert "3 preguntas están en el borrador" in answer(tomas, go="all")
    assert text_of(tomas, f"/teach/{COURSE}/edit/{QUIZ}") == before


def test_an_empty_choice_is_told_and_the_report_stays(tomas: Browser) -> None:
    choose(tomas)
    page = answer(tomas, go="ticked")
    assert tomas.last is not None
    assert tomas.last.status_code == 422
    assert "Marque al menos una pregunta." in page
    assert page.count('name="take"') == 3
    assert "checked" not in "".join(re.findall(r'<input[^>]*name="take"[^>]*>', page))


def test_nothing_that_the_browser_sends_back_is_believed(tomas: Browser) -> None:
    choose(tomas)
    page = answer(tomas, go="all", token="0" * 64)
    assert "cambió después" in page
    answer(tomas, go="ticked", take=["3", "-1", "x", "9999999", "1"], markdown="evil", path="course.yaml")
    now = text_of(tomas, f"/teach/{COURSE}/edit/{QUIZ}")
    assert "mis-turno" in now and "evil" not in now


def test_a_hostile_source_reaches_no_page(tomas: Browser) -> None:
    evil = (
        "::<script>alert(1)</script>::[html]<script>alert(2)</script><img src\\=http\\://evil.example/a.png>¿Qué ve?"
        "{=agua#<b onclick\\=x()>sí</b> ~nada}"
    )
    page = choose(tomas, evil, name="<script>alert(3)</script>.gift")
    assert "<script>alert" not in page
    assert "onclick" not in page
    assert "evil.example" not in re.sub(r"\[[^\]]*\]|«[^»]*»", "", "".join(re.findall(r'src="[^"]*"', page)))


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", manuscript.zipped({"../x.gift": "y"}), b""])
def test_a_file_that_cannot_be_read_is_refused_with_words_and_what_was_typed_stays(tomas: Browser, data: bytes) -> None:
    page = choose(tomas, data, prefix="mision-2")
    assert tomas.last is not None
    assert tomas.last.status_code == 422
    assert 'value="mision-2"' in page
    assert '<option selected value="quiz:01-mission/quiz">' in page


def test_a_picture_has_no_questions_and_the_report_says_so(tomas: Browser) -> None:
    page = choose(tomas, b"\x89PNG\r\n\x1a\n", name="foto.png")
    assert "Esto no es un archivo de texto." in page
    assert "Nada de este archivo se puede poner en el borrador." in page


def test_the_file_is_read_otherwise_or_thrown_away(tomas: Browser) -> None:
    choose(tomas)
    page = answer(tomas, go="read", language="es", goal="exam:protection", prefix="fx", kind="gift")
    assert "exam.es.md" in page and "fx-turno" in page
    refused = answer(tomas, go="read", language="es", goal="exam:protection", prefix="No Es", kind="gift")
    assert "Comience los ids" in refused and 'value="No Es"' in refused
    listed = tomas.page(IMPORT)
    assert "banco.gift" in listed
    tomas.submit("/import/", go="forget")
    assert "Enviados y sin decidir" not in tomas.page(IMPORT)


def test_a_report_is_its_senders_alone(tomas: Browser, ada: Browser) -> None:
    choose(tomas)
    assert tomas.last is not None
    ada.page(tomas.last.request.path, 404)
    assert ada.get(IMPORT).status_code == 200


def test_a_report_whose_place_is_gone_asks_for_another(tomas: Browser) -> None:
    choose(tomas, goal="lesson:01-mission/2-second-hour")
    assert tomas.last is not None
    here = tomas.last.request.path
    for language in ("en", "es"):
        tomas.page(f"/teach/{COURSE}/edit/01-mission/2-second-hour.{language}.md")
        tomas.submit("/remove/", confirmed="yes")
    page = tomas.page(here)
    assert "Elija a dónde van las preguntas." in page
    assert "mis-turno" in answer(tomas, go="read", language="es", goal="exam:mission", prefix="mis", kind="auto")


def test_a_course_that_cannot_be_read_is_mended_first(tomas: Browser) -> None:
    tomas.page(f"/teach/{COURSE}/edit/course.yaml")
    tomas.submit("course.yaml", text="[", go="save")
    assert "Corrija primero course.yaml" in tomas.page(IMPORT)


# The other way ----------------------------------------------------------------------------------------------------------


def test_banks_are_taken_away_in_each_language(tomas: Browser) -> None:
    page = tomas.page(f"/teach/{COURSE}/bank/")
    addresses = [unescape(one) for one in re.findall(r'href="([^"]+\.gift)"', page)]
    assert len(addresses) == 6
    for address in addresses:
        response = tomas.get(address)
        assert response.status_code == 200
        assert "::" in response.get_data(as_text=True)
        assert "attachment" in response.headers["Content-Disposition"]
    tomas.page(f"/teach/{COURSE}/bank/fr/mission.gift", 404)
    tomas.page(f"/teach/{COURSE}/bank/es/nothing.gift", 404)
    assert "no admite" in page


# Uploads over changes ---------------------------------------------------------------------------------------------------


def test_an_upload_over_changes_shows_what_it_replaces_and_is_not_sent_twice(tomas: Browser) -> None:
    put(tomas, "escucha", "oye")
    page = send(tomas, ("curso.zip", manuscript.zipped(manuscript.files())))
    assert "1 archivo con cambios que no están publicados" in page
    assert LESSON in page
    assert "Tomás Ñurinda Sáenz" in page
    tomas.submit("/upload/")
    assert "escucha" in text_of(tomas)


def test_a_draft_that_changed_after_the_question_is_asked_about_again(tomas: Browser, ada: Browser) -> None:
    put(tomas, "escucha", "oye")
    send(tomas, ("curso.zip", manuscript.zipped(manuscript.files())))
    held = tomas.last
    put(ada, "oye", "atiende")
    tomas.last = held
    again = tomas.submit("/upload/")
    assert again.status_code == 409
    assert "Ada Wright" in again.get_data(as_text=True)
    assert "atiende" in text_of(tomas)


def test_what_is_held_is_found_by_its_sender_only(app: Flask, tomas: Browser, ada: Browser) -> None:
    put(tomas, "escucha", "oye")
    page = send(tomas, ("curso.zip", manuscript.zipped(manuscript.files())))
    address = re.search(rf'action="(/teach/{COURSE}/upload/[\w-]+)"', page)
    assert address is not None
    tomas.page(address[1])
    ada.page(address[1], 404)
