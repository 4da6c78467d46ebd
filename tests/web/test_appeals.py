"""Appeals as the officer writes them and the council answers them, and what item analysis says of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.records.examining import Appeal, ItemRuling
from app.services import learning
from tests.cast import Cast
from tests.services.test_appeals import appeal
from tests.services.test_rulings import exam, ready
from tests.story import sign_practice
from tests.web.client import Browser
from tests.web.test_learner import done

RESULT = "/learn/humane-border/exam/result/1"


@pytest.fixture
def failed(app: Flask) -> list[str]:
    """Nayeli has all but the exam, which failed by two items: their ids."""

    def sat(cast: Cast) -> list[str]:
        ready(cast)
        sign_practice(cast, "nayeli", "mission")
        return exam(cast, "nayeli")[1]

    found: list[str] = done(app, sat)
    return found


def lodged(app: Flask, question: str = "", name: str = "nayeli") -> str:
    """The address of an appeal that an officer has made against their first exam."""

    def make(cast: Cast) -> str:
        from app.services import exams

        attempt = exams.desk(cast.office, cast.actor(name), cast.course.id).closed[0]
        return f"/teach/exams/appeals/{appeal(cast, attempt, question, name).id}"

    return str(done(app, make))


def first(app: Flask, model: Any) -> Any:
    return done(app, lambda cast: cast.office.session.query(model).first())


def test_an_officer_appeals_from_the_result_and_reads_there_how_it_stands(
    app: Flask, failed: list[str], signed_in: Callable[[str], Browser]
) -> None:
    nayeli = signed_in("nayeli")
    assert f'href="{RESULT}/appeal"' in nayeli.page(RESULT)
    page = nayeli.page(f"{RESULT}/appeal")
    options = re.findall(r'<option value="(\d)">([^<]+)', page)
    assert options[0] == ("0", "El examen en su conjunto") and len(options) == 7
    assert any(failed[0] in text for _n, text in options)
    assert "Usted recibe; la autoridad decide." not in page
    assert nayeli.submit("/appeal", about="", reason="").status_code == 422
    place = next(n for n, text in options if failed[0] in text)
    after = nayeli.submit("/appeal", about=place, reason="Admite dos lecturas.").get_data(as_text=True)
    assert "Su apelación está en manos de quienes capacitan" in after
    assert "Admite dos lecturas." in after and "Abierto" in after
    assert f'value="{place}"' not in nayeli.page(f"{RESULT}/appeal")
    for path in (RESULT, f"{RESULT}/appeal"):
        nayeli.page(f"{path}?lang=en")


def test_after_ten_days_the_door_is_shut_and_says_so(
    app: Flask, failed: list[str], signed_in: Callable[[str], Browser]
) -> None:
    nayeli = signed_in("nayeli")
    nayeli.page(f"{RESULT}/appeal")
    app.cast.clock.pass_by(days=11)  # type: ignore[attr-defined]
    nayeli = signed_in("nayeli")
    assert "El plazo venció" in nayeli.page(f"{RESULT}/appeal")
    assert "/appeal" not in nayeli.page(RESULT)


def test_another_officers_exam_has_no_door_to_appeal(signed_in: Callable[[str], Browser], failed: list[str]) -> None:
    signed_in("beto").page(f"{RESULT}/appeal", 404)
    signed_in("nayeli").page("/learn/humane-border/exam/result/2/appeal", 404)


def test_the_council_reads_the_case_annuls_the_item_and_the_certificate_follows(
    app: Flask, failed: list[str], signed_in: Callable[[str], Browser]
) -> None:
    here = lodged(app, failed[0])
    tomas = signed_in("tomas")
    assert "Exámenes: qué espera por usted (1)" in tomas.page("/teach/")
    assert f'href="{here}"' in tomas.page("/teach/exams/")
    page = tomas.page(here)
    for words in ("Nayeli Ábrego Quintero", "Indicar el autobús.", "Contó como incorrecta", "La respuesta correcta"):
        assert words in page
    assert tomas.submit(here, reason="").status_code == 422
    after = tomas.submit(here, decision="annul", reason="Es cierto: admite dos lecturas.").get_data(as_text=True)
    assert "La apelación quedó respondida" in after and "la pregunta se anuló" in after
    assert "No hay apelaciones abiertas" in tomas.page("/teach/exams/")
    nayeli = signed_in("nayeli")
    result = nayeli.page(RESULT)
    assert (
        "su certificado está listo" in result and "Aceptada" in result and "Es cierto: admite dos lecturas." in result
    )
    assert "Esta pregunta fue anulada" in result
    assert done(app, lambda cast: learning.study(cast.office, cast.actor("nayeli"), cast.course.id).complete)
    for path in ("/teach/exams/", here):
        tomas.page(f"{path}?lang=en")
    nayeli.page(f"{RESULT}?lang=en")


def test_item_analysis_shows_what_was_decided_and_the_item_can_be_ruled_about_there(
    app: Flask, failed: list[str], signed_in: Callable[[str], Browser]
) -> None:
    tomas = signed_in("tomas")
    item = f"/teach/humane-border/items/{failed[0]}"
    assert f'href="{item}/ruling"' in tomas.page(item)
    page = tomas.page(f"{item}/ruling")
    assert "1 intento cerrado la incluyó" in page
    kept = tomas.submit("/ruling", kind="accept", reason="También vale.", a="right")
    assert kept.status_code == 422 and "ya cuenta como correcta" in kept.get_data(as_text=True)
    assert tomas.submit("/ruling", kind="accept", reason="", a="bus").status_code == 422
    after = tomas.submit("/ruling", kind="accept", reason="También vale.", a="bus").get_data(as_text=True)
    assert "Otra respuesta aceptada en la edición 1" in after and "Indicar el autobús." in after
    assert "subió 1 nota, 1 persona aprobó por ello" in after
    assert "Con decisión" in tomas.page("/teach/humane-border/items")
    tomas.page(f"{item}/ruling")
    annulled = tomas.submit("/ruling", kind="annul", reason="Mejor se anula.").get_data(as_text=True)
    assert "Anulada en la edición 1" in annulled
    assert "Ya está anulada" in tomas.page(f"{item}/ruling")
    assert "Annulled already" in tomas.page(f"{item}/ruling?lang=en")
    assert first(app, ItemRuling).kind in ("accept", "annul")


@pytest.mark.parametrize("question", ["several-signs", "order-steps", "match-words", "short-port", "number-members"])
def test_another_answer_to_every_kind_of_question_can_be_accepted(
    app: Flask, signed_in: Callable[[str], Browser], question: str
) -> None:
    tomas = signed_in("tomas")
    here = f"/teach/humane-border/items/{question}/ruling"
    page = tomas.page(here)
    fields: dict[str, Any] = {
        "several-signs": {"a": "c"},
        "order-steps": {"a-see": "3", "a-hear": "2", "a-link": "1"},
        "match-words": {"a-1": "2", "a-2": "1"},
        "short-port": {"a": "asilo"},
        "number-members": {"a": "12"},
    }[question]
    assert "Anularla" not in page
    after = tomas.submit("/ruling", kind="accept", reason="También vale.", **fields)
    assert after.status_code == 200, after.get_data(as_text=True)
    assert "Otra respuesta aceptada" in after.get_data(as_text=True)


def test_half_an_answer_is_not_accepted_and_is_shown_again(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    tomas = signed_in("tomas")
    tomas.page("/teach/humane-border/items/order-steps/ruling")
    kept = tomas.submit("/ruling", kind="accept", reason="x", **{"a-see": "1"})
    assert kept.status_code == 422
    assert "Asigne a cada línea un lugar distinto" in kept.get_data(as_text=True)


def test_a_trainer_of_another_course_finds_neither_appeal_nor_item(
    app: Flask, failed: list[str], signed_in: Callable[[str], Browser]
) -> None:
    here = lodged(app, failed[0])
    for name in ("tina", "coralia", "nayeli"):
        browser = signed_in(name)
        status = 404 if name == "tina" else 403
        browser.page(here, status)
        browser.page(f"/teach/humane-border/items/{failed[0]}/ruling", status)


def test_answered_twice_it_is_answered_once(app: Flask, failed: list[str], signed_in: Callable[[str], Browser]) -> None:
    here = lodged(app, failed[0])
    one, two = signed_in("tomas"), signed_in("tomas")
    for browser in (one, two):
        browser.page(here)
    one.submit(here, decision="dismiss", reason="La clave es correcta.")
    after = two.submit(here, decision="annul", reason="Se anula.").get_data(as_text=True)
    assert "ya fue respondida" in after and "La clave es correcta." in after
    assert first(app, Appeal).outcome == "dismissed" and first(app, ItemRuling) is None


def test_how_a_paper_was_drawn_is_told_and_replayed(
    app: Flask, failed: list[str], signed_in: Callable[[str], Browser]
) -> None:
    row = done(app, lambda cast: str(learning.study(cast.office, cast.actor("nayeli"), cast.course.id).enrolment.id))
    for name, base in (("tomas", "/teach"), ("coralia", "/coordinate")):
        browser = signed_in(name)
        file = browser.page(f"{base}/exams/{row}/")
        assert f'href="{base}/exams/{row}/draw/1"' in file
        page = browser.page(f"{base}/exams/{row}/draw/1")
        assert "Repetido: el mismo examen" in page
        for secret in (*failed, "Recibir la solicitud."):
            assert secret not in page
        browser.page(f"{base}/exams/{row}/draw/2", 404)
        browser.page(f"{base}/exams/{row}/draw/1?lang=en")
