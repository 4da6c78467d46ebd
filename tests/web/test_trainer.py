"""The trainer's door: courses, the editor, uploads, previews, publishing."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import event, func, select

from app.records.database import db
from app.records.learning import Enrolment, LearningEvent
from app.records.people import Person, RoleGrant
from app.services import learning, publishing
from tests import manuscript
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.web.client import Browser

LESSON = "01-mission/1-first-hour.es.md"
EDIT = f"/teach/{COURSE}/edit/{LESSON}"


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Tomás teaches the course of the manuscripts; Nayeli learns in it."""
    cast: Cast = app.cast  # type: ignore[attr-defined]
    with app.app_context():
        publishing.publish_source(cast.office, manuscript.files())
        with cast.office.transaction():
            cast.office.session.add(
                RoleGrant(
                    person_id=cast.people["tomas"].id, role="trainer", course_id=COURSE, granted_at=cast.office.now()
                )
            )
            nayeli = cast.office.session.get_one(Person, cast.people["nayeli"].id)
            learning.enrol(cast.office, None, nayeli, COURSE)
        db.session.remove()
    return cast


@pytest.fixture
def tomas(cast: Cast, signed_in: object) -> Browser:
    return signed_in("tomas")  # type: ignore[operator, no-any-return]


@pytest.fixture
def ada(cast: Cast, signed_in: object) -> Browser:
    return signed_in("ada")  # type: ignore[operator, no-any-return]


def text_of(browser: Browser, address: str = EDIT) -> str:
    """What stands in the editor."""
    found = re.search(r'<textarea class="source" id="text"[^>]*>\n(.*?)</textarea>', browser.page(address), re.DOTALL)
    assert found is not None
    return unescape(found[1])


def put(browser: Browser, before: str, after: str, address: str = EDIT, go: str = "save") -> str:
    """Change the text in the editor and press a button; the page that follows."""
    text = text_of(browser, address)
    assert before in text
    response = browser.submit(address.rpartition("/")[2], text=text.replace(before, after), go=go)
    return response.get_data(as_text=True)


def send(browser: Browser, *files: tuple[str, bytes], **fields: object) -> str:
    browser.page(f"/teach/{COURSE}/")
    sent = [(io.BytesIO(data), name) for name, data in files]
    return browser.submit("/upload", files=sent, **fields).get_data(as_text=True)


# Who ------------------------------------------------------------------------------------------------------------------


def test_a_trainer_finds_their_courses_and_cohorts(tomas: Browser) -> None:
    page = tomas.page("/teach/")
    assert "Guardia básica" in page
    assert "Frontera Humana" in page
    assert "Guayacán 2026" in page


def test_who_teaches_nothing_is_told_so(cast: Cast, signed_in: object) -> None:
    tina = signed_in("tina")  # type: ignore[operator]
    assert f"/teach/{COURSE}/" not in tina.page("/teach/")
    for address in ("", f"edit/{LESSON}", "publish", "export.zip", "preview/es/", "page?path=x"):
        tina.page(f"/teach/{COURSE}/{address}", 404)


def test_learners_do_not_enter(cast: Cast, signed_in: object) -> None:
    signed_in("nayeli").page(f"/teach/{COURSE}/", 403)  # type: ignore[operator]


# The course -----------------------------------------------------------------------------------------------------------


def test_a_course_shows_both_languages_side_by_side_and_what_is_missing(tomas: Browser) -> None:
    tomas.page(EDIT)
    tomas.submit("/remove/", confirmed="yes")
    page = tomas.page(f"/teach/{COURSE}/")
    assert f'href="{EDIT}" aria-label="Escribir {LESSON}"' in page
    assert EDIT.replace(".es.", ".en.") in page
    assert "errores" in page or "1 error" in page


def test_the_page_of_a_course_asks_the_database_a_fixed_number_of_questions(tomas: Browser, app: Flask) -> None:
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    tomas.page(f"/teach/{COURSE}/")
    few = len(asked)
    more = {f"0{n}-extra/1-x.es.md": b"---\ntitle: X\n---\nTexto.\n" for n in range(3, 9)}
    send(tomas, ("m.zip", manuscript.zipped(more)))
    asked.clear()
    tomas.page(f"/teach/{COURSE}/")
    assert len(asked) <= few


def test_throwing_the_draft_away_asks_first(tomas: Browser) -> None:
    put(tomas, "escucha", "oye")
    tomas.page(f"/teach/{COURSE}/")
    asked = tomas.submit("/discard").get_data(as_text=True)
    assert "¿Descartar este borrador?" in asked
    tomas.submit("^$")
    assert "escucha" in text_of(tomas)


# The editor -----------------------------------------------------------------------------------------------------------


def test_a_page_is_changed_in_the_browser_and_stays_a_draft(tomas: Browser, signed_in: object) -> None:
    page = put(tomas, "escucha", "atiende")
    assert "Guardado en el borrador." in page
    assert "atiende" in page
    lesson = signed_in("nayeli").page(f"/learn/{COURSE}/mission/first-hour")  # type: ignore[operator]
    assert "escucha" in lesson
    assert "atiende" not in lesson


def test_looking_at_a_text_does_not_save_it(tomas: Browser) -> None:
    page = put(tomas, "escucha", "**atiende**", go="preview")
    assert "<strong>atiende</strong>" in page
    assert "escucha" in text_of(tomas)


def test_a_text_looked_at_can_then_be_saved(tomas: Browser) -> None:
    put(tomas, "escucha", "atiende", go="preview")
    assert tomas.last is not None
    text = text_of(tomas).replace("escucha", "atiende")
    tomas.submit(LESSON.rpartition("/")[2], text=text, go="save")
    assert "atiende" in text_of(tomas)


def test_problems_of_a_page_lead_to_their_lines(tomas: Browser) -> None:
    page = put(tomas, "- (x) Recibir", "- ( ) Recibir")
    places = re.findall(r'href="#L(\d+)" data-line="\1" data-column="(\d+)">\1:\2<', page)
    assert places
    assert f'id="L{places[0][0]}"' in page
    course = tomas.page(f"/teach/{COURSE}/")
    assert f'href="{EDIT}#L{places[0][0]}">{LESSON}:{places[0][0]}:{places[0][1]}</a>' in course


def test_two_trainers_save_the_same_page_and_both_texts_are_shown(tomas: Browser, ada: Browser) -> None:
    mine = text_of(tomas)
    put(ada, "escucha", "atiende a todas")
    assert tomas.last is not None
    tomas.last = None
    browser_page = tomas.page(EDIT)  # a token for the form; the text is the one opened before
    base = re.search(r'name="base" value="(\w+)"', browser_page)
    assert base is not None
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser_page)
    assert token is not None
    old = publishing.drafts.token(manuscript.files()[LESSON])  # type: ignore[attr-defined]
    fields = {"csrf_token": token[1], "base": old, "text": mine.replace("escucha", "oye bien"), "go": "save"}
    response = tomas.post(EDIT, data=fields)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "atiende a todas" in page
    assert "oye bien" in page
    assert f'name="base" value="{base[1]}"' in page
    assert "oye bien" not in text_of(ada)
    tomas.post(EDIT, data={**fields, "base": base[1]})
    assert "oye bien" in text_of(ada)


def test_what_is_written_is_shown_as_text_and_never_as_html(tomas: Browser) -> None:
    page = put(tomas, "escucha", '</textarea><script>alert(1)</script> "/learn/guard-basics/mission/"')
    assert "<script>alert" not in page
    assert '"/learn/guard-basics/mission/"' in text_of(tomas)


def test_every_kind_of_page_can_be_opened(tomas: Browser) -> None:
    for path in manuscript.files():
        tomas.page(f"/teach/{COURSE}/edit/{path}")


def test_a_page_without_its_translation_begins_with_the_other_language(tomas: Browser) -> None:
    tomas.page(EDIT)
    tomas.submit("/remove/", confirmed="yes")
    page = tomas.page(EDIT)
    assert "todavía no está escrita en este idioma" in page
    assert "You stand at the landing" in text_of(tomas)


def test_a_new_page_is_begun_by_its_path(tomas: Browser) -> None:
    response = tomas.get(f"/teach/{COURSE}/page?path=01-mission/3-third-hour.es.md")
    assert response.location.endswith(f"/teach/{COURSE}/edit/01-mission/3-third-hour.es.md")
    assert text_of(tomas, f"/teach/{COURSE}/edit/01-mission/3-third-hour.es.md") == ""
    for path in ("../../etc/passwd", "x.docx", ""):
        assert tomas.get(f"/teach/{COURSE}/page?path={path}").location.endswith(f"/teach/{COURSE}/")


# Uploads --------------------------------------------------------------------------------------------------------------


def test_a_broken_module_is_uploaded_mended_and_published_and_learners_follow(
    tomas: Browser, signed_in: object
) -> None:
    module = manuscript.module_of(manuscript.files(), "02-protection")
    for language in ("en", "es"):
        lesson = module[f"1-hearing-fear.{language}.md"].replace(b"hearing-fear-check", b"referral-check")
        module[f"2-referral.{language}.md"] = lesson
    broken = "02-protection/2-referral.es.md"
    module["2-referral.es.md"] = module["2-referral.es.md"].replace(b"- (x)", b"- ( )")
    page = send(tomas, ("modulo.zip", manuscript.zipped(module, "02-protection")))
    assert "Se pusieron 2 páginas o archivos en el borrador." in page
    assert re.search(rf"{re.escape(broken)}:\d+:\d+</a>", page)
    refused = tomas.page(f"/teach/{COURSE}/publish")
    assert "Corrija primero los errores" in refused
    assert 'name="digest"' not in refused

    put(tomas, "- ( ) Recibir", "- (x) Recibir", f"/teach/{COURSE}/edit/{broken}")
    review = tomas.page(f"/teach/{COURSE}/publish")
    assert "referral" in review
    assert "1 persona" in review
    done = tomas.submit("/publish", note="Una lección más.").get_data(as_text=True)
    assert "La edición 2 está publicada." in done
    assert "Una lección más." in done
    nayeli = signed_in("nayeli")  # type: ignore[operator]
    assert "Lección 2" in nayeli.page(f"/learn/{COURSE}/mission/")
    nayeli.page(f"/learn/{COURSE}/protection/referral")


def test_a_corrected_key_asks_the_trainer_what_earlier_answers_are_worth(tomas: Browser, signed_in: object) -> None:
    check = "first-hour-check"
    nayeli = signed_in("nayeli")  # type: ignore[operator]
    nayeli.page(f"/learn/{COURSE}/mission/first-hour")
    nayeli.submit("/first-hour", check=check, a="proof")
    for language, right, wrong in (("es", "Recibir una", "Pedirle"), ("en", "Receive a", "Ask for")):
        address = f"/teach/{COURSE}/edit/01-mission/1-first-hour.{language}.md"
        put(tomas, f"- (x) {right}", f"- ( ) {right}", address)
        put(tomas, f"- ( ) {wrong}", f"- (x) {wrong}", address)
    review = tomas.page(f"/teach/{COURSE}/publish")
    assert "Preguntas cuya respuesta correcta cambió" in review
    assert "1 persona en curso la respondió en una lección." in review
    refused = tomas.submit("/publish", **{f"treat-question:{check}": "forget"})
    assert refused.status_code == 422
    assert "Revise de nuevo lo que se publicaría." in refused.get_data(as_text=True)
    tomas.page(f"/teach/{COURSE}/publish")
    tomas.submit("/publish", **{f"treat-question:{check}": "regrade"})
    lesson = nayeli.page(f"/learn/{COURSE}/mission/first-hour")
    assert "Su respuesta, correcta" in lesson


@pytest.mark.parametrize(
    "data",
    [b"nothing", manuscript.zipped({"../../evil.es.md": "x"}), manuscript.zipped({"01-m/x.es.md": "0" * 5_000_000})],
)
def test_a_hostile_zip_is_refused_with_words(tomas: Browser, data: bytes) -> None:
    page = send(tomas, ("x.zip", data))
    assert tomas.last is not None
    assert tomas.last.status_code == 422
    assert "No se tomó nada de esta carga." in page


def test_an_upload_over_unpublished_changes_asks_for_a_tick(tomas: Browser) -> None:
    put(tomas, "escucha", "oye")
    whole = ("curso.zip", manuscript.zipped(manuscript.files()))
    assert LESSON in send(tomas, whole)
    assert tomas.last is not None
    assert tomas.last.status_code == 422
    send(tomas, whole, over="y")
    assert "escucha" in text_of(tomas)


def test_the_draft_goes_out_as_a_zip_and_comes_back_the_same(tomas: Browser) -> None:
    put(tomas, "escucha", "oye")
    response = tomas.get(f"/teach/{COURSE}/export.zip")
    assert response.mimetype == "application/zip"
    assert "nada cambió" in send(tomas, ("x.zip", response.data))
    tomas.get(f"/teach/{COURSE}/export.zip?edition=1")
    tomas.page(f"/teach/{COURSE}/export.zip?edition=7", 404)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_a_draft_changed_meanwhile_is_read_again_before_publishing(tomas: Browser, ada: Browser) -> None:
    put(tomas, "escucha", "oye")
    tomas.page(f"/teach/{COURSE}/publish")
    put(ada, "oye", "atiende")
    tomas.last = tomas.get(f"/teach/{COURSE}/publish") if tomas.last is None else tomas.last
    response = tomas.submit("/publish", note="")
    assert response.status_code == 409
    assert "cambió después" in response.get_data(as_text=True)


def test_there_is_nothing_to_publish_without_a_change(tomas: Browser) -> None:
    assert "no hay nada que publicar" in tomas.page(f"/teach/{COURSE}/publish")


def test_an_administrator_makes_a_course_from_a_zip_and_a_trainer_cannot(ada: Browser, tomas: Browser) -> None:
    files = manuscript.files()
    files["course.yaml"] = files["course.yaml"].replace(b"id: guard-basics", b"id: guard-advanced")
    tomas.page("/teach/new", 403)
    ada.page("/teach/new")
    page = ada.submit("/new$", file=(io.BytesIO(manuscript.zipped(files)), "curso.zip")).get_data(as_text=True)
    assert "guard-advanced" in page
    ada.page("/teach/new")
    again = ada.submit("/new$", file=(io.BytesIO(manuscript.zipped(files)), "curso.zip"))
    assert again.status_code == 422
    tomas.page("/teach/guard-advanced/", 404)


# Previews -------------------------------------------------------------------------------------------------------------


def test_a_preview_is_the_learners_page_in_either_language_under_another_root(tomas: Browser) -> None:
    put(tomas, "escucha", "atiende")
    spanish = tomas.page(f"/teach/{COURSE}/preview/es/mission/first-hour")
    assert "atiende" in spanish
    assert "Comprobar mi respuesta" in spanish
    assert '"/learn/guard-basics/' not in spanish
    english = tomas.page(f"/teach/{COURSE}/preview/en/mission/first-hour")
    assert '<html lang="en">' in english
    assert "Check my answer" in english
    for address in ("", "mission/", "mission/quiz", "mission/practice", "mission/scenario", "glossary", "exam"):
        for where in ("es", "en-CR"):
            tomas.page(f"/teach/{COURSE}/preview/{where}/{address}")
    for address in ("fr/", "es-xx/", "es/nothing/", "es/mission/nothing", "es/protection/scenario", "es/x/quiz"):
        tomas.page(f"/teach/{COURSE}/preview/{address}", 404)


KEY = "\n:::{trainer}\nLa tarjeta 3 es trata.\n:::\n"


def test_a_trainers_key_is_shown_to_trainers_and_printed_for_them_when_they_ask(tomas: Browser) -> None:
    path = "01-mission/practice.es.md"
    text = text_of(tomas, f"/teach/{COURSE}/edit/{path}")
    tomas.submit("/edit/" + path, text=text + KEY)
    shown = tomas.page(f"/teach/{COURSE}/preview/es/mission/practice")
    assert "La tarjeta 3 es trata." in shown.partition("Clave para quien capacita")[2]
    assert "La tarjeta 3 es trata." not in shown.partition("Clave para quien capacita")[0]
    assert 'key=yes"' in tomas.page(f"/teach/{COURSE}/").replace("&amp;", "&")
    for address, printed in (("", False), ("&key=yes", True)):
        pdf = tomas.get(f"/teach/{COURSE}/booklet/mission.pdf?lang=es{address}")
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
        assert ("La tarjeta 3 es trata." in words) is printed


def test_the_language_links_of_a_preview_lead_to_its_twin(tomas: Browser) -> None:
    response = tomas.get(f"/teach/{COURSE}/preview/es-CR/mission/first-hour?lang=en")
    assert response.location == f"/teach/{COURSE}/preview/en-CR/mission/first-hour"


def test_self_checks_are_answered_in_a_preview_and_nothing_is_recorded(tomas: Browser) -> None:
    tomas.page(f"/teach/{COURSE}/preview/es/mission/first-hour")
    page = tomas.submit("/first-hour", check="first-hour-check", a="proof").get_data(as_text=True)
    assert "Nadie tiene que probar" in page
    assert "No es correcta" in page or "is-wrong" in page
    tomas.page(f"/teach/{COURSE}/preview/es/mission/first-hour")
    assert tomas.submit("/first-hour", check="first-hour-check").status_code == 422


def test_every_answer_of_a_bank_is_shown_to_trainers(tomas: Browser) -> None:
    page = tomas.page(f"/teach/{COURSE}/preview/es/mission/quiz")
    assert page.count("is-right") == 2
    assert "Nadie tiene que probar" in page


def test_a_simulation_is_played_in_a_preview(tomas: Browser) -> None:
    address = f"/teach/{COURSE}/preview/es/mission/scenario"
    assert "Un lanchero ofrece dinero." in tomas.page(address)
    page = tomas.submit("/scenario", choice="0").get_data(as_text=True)
    assert "Lo denuncian." in page
    assert "Error crítico" in page
    tomas.page(address)
    assert "Usted lo anota." in tomas.submit("/scenario", choice="1").get_data(as_text=True)
    for nowhere in ("7", "0-0", "x", "-1", "0-" * 300 + "0"):
        tomas.page(f"{address}?run={nowhere}", 404)


def test_nothing_of_a_preview_reaches_the_records(tomas: Browser, app: Flask) -> None:
    tomas.page(f"/teach/{COURSE}/preview/es/mission/scenario")
    tomas.submit("/scenario", choice="0")
    tomas.page(f"/teach/{COURSE}/preview/es/mission/first-hour")
    tomas.submit("/first-hour", check="first-hour-check", a="receive")
    tomas.post(f"/teach/{COURSE}/preview/es/mission/first-hour", data={"csrf_token": _token(tomas)})
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LearningEvent)) == 0
        assert db.session.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.course_id == COURSE)) == 1
        db.session.remove()


def _token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.page(EDIT))
    assert found is not None
    return found[1]


def test_a_draft_without_a_course_file_is_shown_with_its_problem(tomas: Browser) -> None:
    page = tomas.page("/teach/humane-border/")
    assert "course.yaml" in page
    tomas.page("/teach/humane-border/preview/es/", 404)
