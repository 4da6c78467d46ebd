"""The exam on paper, from the cohort's page to the result: printed, entered by two people, differences decided."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from pypdf import PdfReader

from app.records.examining import PaperCopy
from app.records.exams import Attempt
from app.rules.paperentry import written
from app.services import learning
from tests.cast import Cast
from tests.services.test_papercopies import print_for
from tests.services.test_rulings import ready
from tests.story import RIGHT
from tests.web.client import Browser
from tests.web.test_learner import done


@pytest.fixture
def printed(app: Flask) -> str:
    """The code of a copy that Tomás has printed for Nayeli."""

    def make(cast: Cast) -> str:
        ready(cast)
        return print_for(cast)[0].code

    return str(done(app, make))


def typed(app: Flask, code: str, wrong: int = 0) -> dict[str, str]:
    """What a typist enters of a sheet that has all but *wrong* answers right."""

    def read(cast: Cast) -> dict[str, str]:
        copy = cast.office.session.query(PaperCopy).filter_by(code=code).one()
        attempt = cast.office.session.get_one(Attempt, copy.attempt_id)
        fields = {}
        for place, (name, order) in enumerate(attempt.paper, 1):
            response = ["bus"] if place <= wrong else RIGHT.get(name, ["right"])
            fields[f"q-{place}"] = written(cast.course.questions[name], order, response)  # type: ignore[arg-type]
        return fields

    found: dict[str, str] = done(app, read)
    return found


def test_a_trainer_prints_copies_for_officers_of_a_cohort(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    done(app, ready)
    tomas = signed_in("tomas")
    cohort = done(app, lambda cast: cast.cohort.id)
    row = done(app, lambda cast: str(learning.study(cast.office, cast.actor("nayeli"), cast.course.id).enrolment.id))
    assert f'href="/teach/exams/paper/{cohort}/"' in tomas.page(f"/teach/cohorts/{cohort}/")
    page = tomas.page(f"/teach/exams/paper/{cohort}/")
    assert "Personas con el examen abierto" in page and "Nayeli Ábrego Quintero" in page
    assert tomas.submit("/exams/paper/", language="", sheet="letter").status_code == 422
    page = tomas.submit("/exams/paper/", officer=row, language="es", sheet="a4").get_data(as_text=True)
    code = re.search(r"<code>([2-9A-Z]{4}-[2-9A-Z]{4})</code>", page)[1]  # type: ignore[index]
    batch = tomas.here
    pdf = tomas.get(f"{batch[:-1]}.pdf")
    assert pdf.mimetype == "application/pdf" and "no-store" in pdf.headers["Cache-Control"]
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf.data)).pages)
    assert code in text and "Nayeli Ábrego Quintero" in text
    assert tomas.get(f"/teach/exams/copies/{code}/copy.pdf").data.startswith(b"%PDF-")
    assert "Nadie tiene abierto el examen" in tomas.page(f"/teach/exams/paper/{cohort}/")
    nayeli = signed_in("nayeli")
    desk = nayeli.page("/learn/humane-border/exam")
    assert "Usted tiene el examen en papel" in desk and code in desk and "Comenzar el examen" not in desk
    for path in (f"/teach/exams/paper/{cohort}/", batch, "/teach/exams/copies/", f"/teach/exams/copies/{code}/"):
        tomas.page(f"{path}?lang=en")
    nayeli.page("/learn/humane-border/exam?lang=en")


def test_officers_without_a_cohort_get_copies_too(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    done(app, ready, "beto")
    tomas = signed_in("tomas")
    page = tomas.page("/teach/exams/paper/without/humane-border/")
    row = re.search(r'name="officer" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert "1 ejemplar del examen" in tomas.submit("/without/", officer=row, language="", sheet="letter").get_data(
        as_text=True
    )
    tomas.page("/teach/exams/paper/without/nowhere/", 404)


def test_two_people_enter_a_sheet_and_the_officer_reads_the_result(
    app: Flask, printed: str, signed_in: Callable[[str], Browser]
) -> None:
    here = f"/exams/copies/{printed}/"
    tomas, coralia = signed_in("tomas"), signed_in("coralia")
    assert printed in tomas.page("/teach/exams/copies/")
    found = tomas.get(f"/teach/exams/copies/?code={printed.lower().replace('-', '+')}")
    assert found.location == f"/teach{here}"
    fields = typed(app, printed)
    tomas.page(f"/teach{here}")
    page = tomas.submit(here, sat_on="2026-11-23", **fields).get_data(as_text=True)
    assert "Las respuestas quedaron guardadas" in page and "Corregir lo que ingresó" in page
    assert f'value="{fields["q-1"]}"' in page

    assert "Espera a una segunda persona" in coralia.page("/coordinate/exams/copies/")
    blind = coralia.page(f"/coordinate{here}")
    form = blind[blind.index('class="grid-cards plain') : blind.index("</ol>", blind.index('class="grid-cards plain'))]
    assert re.findall(r'value="([^"]*)"', form) == [""] * 6, "the second person types without seeing the first"
    page = coralia.submit(here, **fields).get_data(as_text=True)
    assert "Ambos ingresos coinciden" in page and "Calificado" in page
    result = signed_in("nayeli").page("/learn/humane-border/exam/result/1")
    assert "Aprobado" in result and "100" in result
    for browser, base in ((tomas, "/teach"), (coralia, "/coordinate")):
        browser.page(f"{base}{here}?lang=en")


def test_where_entries_differ_the_sheet_is_looked_at_again(
    app: Flask, printed: str, signed_in: Callable[[str], Browser]
) -> None:
    here = f"/exams/copies/{printed}/"
    tomas, coralia = signed_in("tomas"), signed_in("coralia")
    tomas.page(f"/teach{here}")
    tomas.submit(here, sat_on="2026-11-23", **typed(app, printed))
    coralia.page(f"/coordinate{here}")
    page = coralia.submit(here, **typed(app, printed, wrong=2)).get_data(as_text=True)
    assert "Coinciden en todas las preguntas menos 2" in page
    assert page.count("<fieldset") == 2
    again = coralia.submit("/resolve", **{"d-1": "first"})
    assert again.status_code == 422 and "Indique qué dice la hoja en cada pregunta" in again.get_data(as_text=True)
    assert 'name="d-1" value="first" checked' in again.get_data(as_text=True)
    wrong = coralia.submit("/resolve", **{"d-1": "first", "d-2": "other", "q-2": "z"})
    assert wrong.status_code == 422 and "no corresponde a la pregunta" in wrong.get_data(as_text=True)
    page = coralia.submit("/resolve", **{"d-1": "first", "d-2": "second"}).get_data(as_text=True)
    assert "Diferencias decididas" in page and "83" in page
    coralia.page(f"/coordinate{here}?lang=en")


def test_a_second_person_may_compare_and_confirm(app: Flask, printed: str, signed_in: Callable[[str], Browser]) -> None:
    here = f"/exams/copies/{printed}/"
    tomas, coralia = signed_in("tomas"), signed_in("coralia")
    tomas.page(f"/teach{here}")
    tomas.submit(here, sat_on="2026-11-23", **typed(app, printed))
    assert "/confirm" not in tomas.page(f"/teach{here}"), "nobody confirms their own entry"
    coralia.page(f"/coordinate{here}")
    assert coralia.submit("/confirm").status_code == 422
    page = coralia.submit("/confirm", compared="y").get_data(as_text=True)
    assert "el examen quedó calificado" in page and "Confirmado" in page


def test_what_does_not_fit_is_marked_beside_its_question_and_nothing_typed_is_lost(
    app: Flask, printed: str, signed_in: Callable[[str], Browser]
) -> None:
    here = f"/exams/copies/{printed}/"
    tomas = signed_in("tomas")
    tomas.page(f"/teach{here}")
    kept = tomas.submit(here, sat_on="2026-11-23", **{**typed(app, printed), "q-3": "ab", "q-4": "z"})
    page = kept.get_data(as_text=True)
    assert kept.status_code == 422 and page.count('aria-invalid="true"') == 2
    assert 'value="ab"' in page and 'value="z"' in page
    for day, words in (
        ("", "Escriba la fecha"),
        ("2026-01-01", "Escriba la fecha"),
        ("2026-13-01", "fecha que exista"),
    ):
        tomas.page(f"/teach{here}")
        again = tomas.submit(here, sat_on=day, **typed(app, printed))
        assert again.status_code == 422 and words in again.get_data(as_text=True), day


def test_a_lost_copy_is_cancelled_with_a_reason_and_the_officer_may_sit_the_exam_here(
    app: Flask, printed: str, signed_in: Callable[[str], Browser]
) -> None:
    tomas = signed_in("tomas")
    tomas.page(f"/teach/exams/copies/{printed}/cancel")
    assert tomas.submit("/cancel", reason="").status_code == 422
    page = tomas.submit("/cancel", reason="Se mojó en la lancha.").get_data(as_text=True)
    assert "no cuenta como intento" in page and "Se mojó en la lancha." in page
    assert "Comenzar el examen" in signed_in("nayeli").page("/learn/humane-border/exam")
    assert "No hay ejemplares pendientes" in tomas.page("/teach/exams/copies/")
    assert tomas.get(f"/teach/exams/copies/{printed}/copy.pdf").status_code == 422
    assert "no se puede anular" in tomas.page(f"/teach/exams/copies/{printed}/cancel?lang=es")
    tomas.page(f"/teach/exams/copies/{printed}/?lang=en")


def test_a_code_that_is_none_is_said_in_words(app: Flask, printed: str, signed_in: Callable[[str], Browser]) -> None:
    tomas = signed_in("tomas")
    for code, words in (("", "Escriba el código"), ("ABC", "no es el código"), ("2222-2222", "No hay tal ejemplar")):
        page = tomas.page(f"/teach/exams/copies/?code={code}", 422)
        assert words in page


@pytest.mark.parametrize(
    ("name", "base", "status"),
    [("tina", "/teach", 404), ("carlos", "/coordinate", 404), ("nayeli", "/teach", 403), ("beto", "/coordinate", 403)],
)
def test_strangers_find_no_copy(
    printed: str, signed_in: Callable[[str], Browser], name: str, base: str, status: int
) -> None:
    browser = signed_in(name)
    browser.page(f"{base}/exams/copies/{printed}/", status)
    assert browser.get(f"{base}/exams/copies/{printed}/copy.pdf").status_code in (403, 404)


def test_a_coordinator_enters_but_neither_prints_nor_cancels(
    app: Flask, printed: str, signed_in: Callable[[str], Browser]
) -> None:
    coralia = signed_in("coralia")
    page = coralia.page(f"/coordinate/exams/copies/{printed}/")
    assert "/cancel" not in page and "copy.pdf" not in page
    assert coralia.get(f"/teach/exams/copies/{printed}/cancel").status_code == 403
    assert "Exámenes en papel" in coralia.page("/coordinate/cohorts")
