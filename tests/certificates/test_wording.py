"""The sentences of the form of 2026, word for word."""

from __future__ import annotations

from datetime import date

import pytest

from certificates import wording
from certificates.wording import compose, long_date
from tests.certificates.cast import completion, participation


def test_completion_in_english() -> None:
    said = compose(completion(), "en")
    assert said.title == "CERTIFICATE OF COMPLETION"
    assert said.certifies == "This certifies that"
    assert said.done == "has completed and passed the regional course"
    assert said.content == (
        "64 hours (40 online, 24 in person), twelve modules, final examination and eleven supervised practical"
        " competencies"
    )
    assert said.dates == (
        "Completed on 3 March 2026  ·  Issued in Ciudad de Panamá on 5 March 2026"
        "  ·  Valid for refresher purposes until 3 March 2029"
    )
    assert said.conditions == (
        "This certificate records training; it grants no rank or legal power.  ·  Course HBS-64, edition 3"
    )
    assert said.number == "No. 7KQ4-M2XD-9TFR-AF"


def test_completion_in_spanish() -> None:
    said = compose(completion(), "es")
    assert said.title == "CERTIFICADO DE APROBACIÓN"
    assert said.certifies == "Se certifica que"
    assert said.done == "completó y aprobó el curso regional"
    assert said.content == (
        "con una duración de 64 horas (40 en línea y 24 presenciales), doce módulos, examen final y once competencias"
        " prácticas supervisadas"
    )
    assert said.dates == (
        "Concluido el 3 de marzo de 2026  ·  Dado en Ciudad de Panamá, el 5 de marzo de 2026"
        "  ·  Vigente, a efectos de actualización, hasta el 3 de marzo de 2029"
    )
    assert said.conditions == (
        "Este certificado acredita formación; no confiere grado ni atribución legal.  ·  Curso HBS-64, edición 3"
    )
    assert said.number == "N.º 7KQ4-M2XD-9TFR-AF"


def test_participation_says_that_nothing_was_assessed() -> None:
    english, spanish = compose(participation(), "en"), compose(participation(), "es")
    assert (english.title, spanish.title) == ("CERTIFICATE OF PARTICIPATION", "CERTIFICADO DE PARTICIPACIÓN")
    assert english.done == "took part in 32 hours of the regional course"
    assert spanish.done == "participó en 32 horas del curso regional"
    assert (english.content, spanish.content) == ("It does not attest to assessment.", "No acredita evaluación.")
    for said in (english, spanish):
        assert "pass" not in said.done
        assert "aprob" not in said.done.lower()
        assert "2029" not in said.dates


@pytest.mark.parametrize(
    ("changes", "english", "spanish"),
    [
        (
            {"hours_online": 64, "hours_in_person": 0, "modules": 1, "practices": 0},
            "64 hours online, one module and final examination",
            "con una duración de 64 horas en línea, un módulo y examen final",
        ),
        (
            {"hours_total": 1.5, "hours_online": 0.5, "hours_in_person": 1, "practices": 1, "final_exam": False},
            "1.5 hours (0.5 online, 1 in person), twelve modules and one supervised practical competency",
            "con una duración de 1.5 horas (0.5 en línea y 1 presencial), doce módulos y una competencia práctica"
            " supervisada",
        ),
        (
            {
                "hours_total": 1,
                "hours_online": 0,
                "hours_in_person": 1,
                "modules": 0,
                "practices": 0,
                "final_exam": False,
            },
            "1 hour in person",
            "con una duración de 1 hora presencial",
        ),
        (
            {"modules": 20, "practices": 21},
            "64 hours (40 online, 24 in person), twenty modules, final examination and 21 supervised practical"
            " competencies",
            "con una duración de 64 horas (40 en línea y 24 presenciales), veinte módulos, examen final y 21"
            " competencias prácticas supervisadas",
        ),
    ],
)
def test_only_what_the_course_had_is_said(changes: dict[str, object], english: str, spanish: str) -> None:
    assert compose(completion(**changes), "en").content == english
    assert compose(completion(**changes), "es").content == spanish


def test_without_a_place_the_date_stands_alone() -> None:
    said = completion(place="", expires=None)
    assert compose(said, "en").dates == "Completed on 3 March 2026  ·  Issued on 5 March 2026"
    assert compose(said, "es").dates == "Concluido el 3 de marzo de 2026  ·  Dado el 5 de marzo de 2026"


def test_months_are_words() -> None:
    assert long_date(date(2026, 3, 5), "en") == "5 March 2026"
    assert long_date(date(2026, 3, 5), "es") == "5 de marzo de 2026"
    assert long_date(date(2027, 1, 31), "en") == "31 January 2027"
    assert long_date(date(2027, 12, 1), "es") == "1 de diciembre de 2027"


def test_every_form_is_in_both_languages() -> None:
    assert all(set(form) == {"en", "es"} for form in wording.FORMS.values())


def test_a_form_year_that_never_was_is_refused() -> None:
    with pytest.raises(wording.FormUnknown):
        compose(completion(form_year=1999), "en")
