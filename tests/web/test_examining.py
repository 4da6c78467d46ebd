"""An officer's exam as those see it who accompany the officer, and as the officer sees what they decided."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.services import learning
from tests.cast import Cast, publish
from tests.services.test_remedial import thrice
from tests.story import finish_lessons, play, sit
from tests.web.client import Browser
from tests.web.test_learner import done


def ready(cast: Cast, name: str = "nayeli") -> None:
    for module in ("mission", "protection"):
        finish_lessons(cast, name, module)
        play(cast, name, module)
        sit(cast, name, module)


def enrolment(app: Flask, name: str = "nayeli") -> str:
    found = done(app, lambda cast: str(learning.study(cast.office, cast.actor(name), cast.course.id).enrolment.id))
    return str(found)


@pytest.fixture
def grant(app: Flask, signed_in: Callable[[str], Browser]) -> Callable[..., Browser]:
    """``grant()``: Tomás grants Nayeli time, beginning at the table of his cohort."""

    def by(amount: str = "25", unit: str = "percent", name: str = "tomas") -> Browser:
        browser = signed_in(name)
        base = "/teach" if name == "tomas" else "/coordinate"
        browser.page(f"{base}/exams/{enrolment(app)}/time")
        browser.submit("/time", amount=amount, unit=unit, reason="Lee despacio.")
        return browser

    return by


def text_of(browser: Browser) -> str:
    assert browser.last is not None
    return browser.last.get_data(as_text=True)


def test_a_trainer_comes_from_the_cohort_to_the_exam_of_an_officer_and_grants_time(
    app: Flask, signed_in: Callable[[str], Browser], grant: Callable[..., Browser]
) -> None:
    file = f"/teach/exams/{enrolment(app)}/"
    tomas = signed_in("tomas")
    cohort = done(app, lambda cast: cast.cohort.id)
    assert f'href="{file}"' in tomas.page(f"/teach/cohorts/{cohort}/")
    assert "Conceder tiempo adicional" in tomas.page(file)
    page = text_of(grant())
    assert "Se concedió tiempo adicional a Nayeli" in page
    assert "25% del tiempo del examen" in page and "concedido por Tomás Ñurinda Sáenz" in page


def test_the_officer_sees_the_time_who_granted_it_and_the_timer_says_so(
    app: Flask, signed_in: Callable[[str], Browser], grant: Callable[..., Browser]
) -> None:
    done(app, ready)
    grant()
    nayeli = signed_in("nayeli")
    page = nayeli.page("/learn/humane-border/exam")
    assert "38 minutos" in page
    assert "con 8 minutos más, que le concedió Tomás Ñurinda Sáenz" in page
    question = nayeli.submit("/exam").get_data(as_text=True)
    assert 'data-deadline="2026-11-23T15:38:00+00:00"' in question
    assert "<small>con 8 minutos más</small>" in question
    assert "Incluye los 8 minutos más" in nayeli.page("/learn/humane-border/exam")


def test_a_coordinator_finds_the_same_page_from_the_officers_record(
    app: Flask, signed_in: Callable[[str], Browser], grant: Callable[..., Browser]
) -> None:
    coralia = signed_in("coralia")
    person = done(app, lambda cast: cast.people["nayeli"].id)
    assert f'href="/coordinate/exams/{enrolment(app)}/"' in coralia.page(f"/coordinate/people/{person}")
    page = text_of(grant("15", "minutes", "coralia"))
    assert "15 minutos" in page and "concedido por Coralia Mojica de Ríos" in page
    assert "Tiempo adicional para exámenes concedido" in coralia.page(f"/coordinate/people/{person}")


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_granted(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    tomas = signed_in("tomas")
    here = f"/teach/exams/{enrolment(app)}/time"
    for fields, words in (
        ({"amount": "", "unit": "percent", "reason": "x"}, "Escriba un número entero"),
        ({"amount": "25", "unit": "percent", "reason": " "}, "Escriba el motivo"),
        ({"amount": "500", "unit": "minutes", "reason": "x"}, "de 1 a 240 minutos"),
        ({"amount": "25", "unit": "hours", "reason": "x"}, "Elija una de las opciones"),
    ):
        tomas.page(here)
        response = tomas.submit("/time", **fields)
        assert response.status_code == 422
        assert words in response.get_data(as_text=True), fields
    assert "Vale</span>" not in tomas.page(f"/teach/exams/{enrolment(app)}/")


def test_a_grant_is_withdrawn_with_a_reason_and_stays_to_be_read(
    app: Flask, signed_in: Callable[[str], Browser], grant: Callable[..., Browser]
) -> None:
    tomas = grant()
    back = re.findall(r'href="(/teach/exams/[^"]+/time/[^"]+)"', text_of(tomas))[0]
    tomas.page(back)
    assert tomas.submit(back, reason="").status_code == 422
    page = tomas.submit(back, reason="Fue un error.").get_data(as_text=True)
    assert "retirado por Tomás Ñurinda Sáenz" in page and "Fue un error." in page
    assert "ya se había retirado" in tomas.page(back, 302) + tomas.page(f"/teach/exams/{enrolment(app)}/")


def test_every_page_about_an_exam_speaks_english_too(
    app: Flask, signed_in: Callable[[str], Browser], grant: Callable[..., Browser]
) -> None:
    page = text_of(grant())
    back = re.findall(r'href="(/teach/exams/[^"]+/time/[^"]+)"', page)[0]
    tomas = signed_in("tomas")
    for path in (f"/teach/exams/{enrolment(app)}/", f"/teach/exams/{enrolment(app)}/time", back):
        assert '<html lang="en">' in tomas.page(f"{path}?lang=en")


# Before the last attempt ----------------------------------------------------------------------------------------------


def failed_twice(cast: Cast) -> None:
    """Nayeli's course asks for three attempts, and two have failed."""
    with cast.office.transaction():
        cast.course = thrice()
        edition = publish(cast, cast.course)
        learning.lock(cast.office, study(cast).enrolment.id).edition_id = edition.id
    ready(cast)
    for _time in range(2):
        sit(cast, "nayeli", wrong=6)
        cast.clock.pass_by(hours=25)


def study(cast: Cast) -> learning.Study:
    return learning.study(cast.office, cast.actor("nayeli"), cast.course.id)


def test_an_officer_reads_why_the_last_attempt_is_shut_and_a_trainer_opens_it(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    done(app, failed_twice)
    nayeli, tomas = signed_in("nayeli"), signed_in("tomas")
    shut = nayeli.page("/learn/humane-border/exam")
    assert "Antes de su último intento" in shut and "Converse con: Tomás Ñurinda Sáenz." in shut
    assert "Comenzar el examen" not in shut
    assert "Cómo seguir" in nayeli.page("/learn/humane-border/exam/result/2")
    assert "Exámenes: qué espera por usted" in tomas.page("/teach/")
    assert "Nayeli Ábrego Quintero" in tomas.page("/teach/exams/")
    plan = f"/teach/exams/{enrolment(app)}/plan"
    tomas.page(plan)
    assert tomas.submit("/plan", agreed=" ").status_code == 422
    page = tomas.submit("/plan", agreed="Volver a leer el módulo 2.\nEl jueves.").get_data(as_text=True)
    assert "El plan quedó registrado" in page and "registrado por Tomás Ñurinda Sáenz" in page
    assert "Nadie espera un plan" in tomas.page("/teach/exams/")
    open_ = nayeli.page("/learn/humane-border/exam")
    assert "Volver a leer el módulo 2." in open_ and "Comenzar el examen" in open_
    for path in ("/learn/humane-border/exam", "/learn/humane-border/exam/result/2"):
        nayeli.page(f"{path}?lang=en")
    for path in ("/teach/exams/", plan, f"/teach/exams/{enrolment(app)}/"):
        tomas.page(f"{path}?lang=en")


def test_a_coordinator_sees_that_a_plan_is_due_and_leaves_it_to_the_trainer(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    done(app, failed_twice)
    page = signed_in("coralia").page(f"/coordinate/exams/{enrolment(app)}/")
    assert "El último intento espera un plan" in page
    assert "/plan" not in page
