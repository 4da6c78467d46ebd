"""Nomination lists: read however they are written, shown line by line, carried out whole or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.records.audit import AuditEntry, Notice
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import nominations, people
from app.services.nominations import Preview, Wishes
from tests.cast import Cast

LIST = """Nombre completo;Correo electrónico;Rango;N.º de placa;Sexo;Idioma;Unidad;Teléfono
Rosa Elvira Dogirama;Rosa@Paso.Example;Cabo;00417;Femenino;español;Puesto El Cativo;6000-0000
Nelson Guainora Peña;nelson@paso.example;;;M;inglés;;
Nayeli Ábrego;nayeli@paso.example;;;;;;

Norberto Güiral;beto@paso.example;;;;;;
"""


def wishes(cast: Cast, path: str = "/pa/senafront/", **more: object) -> Wishes:
    return Wishes(cast.institutions[path].id, **more)  # type: ignore[arg-type]


def shown(cast: Cast, text: str, who: str = "coralia", /, **more: object) -> Preview:
    lines = nominations.read(text.encode()).lines
    return nominations.preview(cast.office, cast.actor(who), lines, wishes(cast, **more))  # type: ignore[arg-type]


def carried_out(cast: Cast, text: str, **more: object) -> Preview:
    lines = nominations.read(text.encode()).lines
    return nominations.carry_out(cast.office, cast.actor("coralia"), lines, wishes(cast, **more))  # type: ignore[arg-type]


def problems(found: Preview) -> list[tuple[int, str]]:
    return [(line.line.row, line.problem.code) for line in found.problems if line.problem]


def count(cast: Cast) -> int:
    return cast.office.session.scalar(select(func.count()).select_from(Person)) or 0


def test_columns_are_known_by_their_heads_in_both_languages(cast):
    sheet = nominations.read(LIST.encode())
    assert sheet.ignored == ("Teléfono",)
    assert sheet.lines[0].cells == {
        "name": "Rosa Elvira Dogirama",
        "email": "Rosa@Paso.Example",
        "rank": "Cabo",
        "service_number": "00417",
        "sex": "Femenino",
        "language": "español",
        "institution": "Puesto El Cativo",
    }
    assert [line.row for line in sheet.lines] == [2, 3, 4, 6]
    english = nominations.read(b"E-mail address,FULL NAME,Badge number\nx@y.example,Ada Wright,7\n")
    assert english.lines[0].cells == {"email": "x@y.example", "name": "Ada Wright", "service_number": "7"}


def test_names_and_surnames_in_two_columns_are_one_name(cast):
    found = shown(cast, "Apellidos,Nombres,Correo\nDogirama Peña,Rosa Elvira,r@x.example\n")
    assert found.lines[0].nominee.name == "Rosa Elvira Dogirama Peña"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Correo\nx@y.example\n", "list-no-name"),
        ("Nombre\nAna\n", "list-no-email"),
        ("Nombre,Correo,Mail\nAna,a@x.example,b@x.example\n", "list-twice"),
        ("Nombre,Correo\n", "list-empty"),
        ("", "table-empty"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(text, code):
    with pytest.raises(Refused, match=code):
        nominations.read(text.encode())


def test_what_will_happen_is_told_line_by_line_and_nothing_happens(cast):
    before = count(cast)
    found = shown(cast, LIST, cohort=cast.cohort.id)
    assert [line.deed for line in found.lines] == ["invite", "invite", "nothing", "enrol"]
    assert found.counts == {"invite": 2, "nothing": 1, "enrol": 1}
    first = found.lines[0]
    assert (first.nominee.sex, first.nominee.language, first.institution.path) == ("f", "es", "/pa/senafront/cativo/")
    assert found.lines[1].nominee.language == "en"
    assert count(cast) == before


def test_a_list_is_carried_out_and_nobody_is_invited_twice(cast_on_both):
    cast = cast_on_both
    before = count(cast)
    done = carried_out(cast, LIST, cohort=cast.cohort.id)
    assert done.problems == ()
    assert count(cast) == before + 2
    inside = select(Person.email).join(Enrolment, Enrolment.person_id == Person.id)
    inside = inside.where(Enrolment.cohort_id == cast.cohort.id).order_by(Person.email)
    assert cast.office.session.scalars(inside).all() == [
        "beto@paso.example",
        "nayeli@paso.example",
        "nelson@paso.example",
        "rosa@paso.example",
    ]
    invited = select(func.count()).select_from(Notice).where(Notice.dedup_key.startswith("link/"))
    assert cast.office.session.scalar(invited) == 2
    again = carried_out(cast, LIST, cohort=cast.cohort.id)
    assert again.counts == {"nothing": 4}
    assert cast.office.session.scalar(invited) == 2


def test_the_log_holds_how_many_and_no_names(cast):
    carried_out(cast, LIST)
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.import")).one()
    assert entry.detail == {"counts": {"invite": 2, "nothing": 2}, "course": ""}


def test_every_problem_names_its_row_and_one_keeps_all_from_being_done(cast):
    text = (
        "Nombre,Correo,Sexo,Idioma,Unidad\n"
        "Rosa,rosa@x.example,,,\n"
        ",anon@x.example,,,\n"
        "Ana,not-an-address,,,\n"
        "Eva,eva@x.example,Q,,\n"
        "Eva,eva2@x.example,,francés,\n"
        "Otra Rosa,ROSA@x.example,,,\n"
        "Ximena,ximena@paso.example,,,\n"
        "Iris,iris@x.example,,,PPME\n"
        f"{'x' * 93},long@x.example,,,\n"
    )
    before = count(cast)
    done = carried_out(cast, text, course=cast.course.id)
    assert problems(done) == [
        (3, "person-name-missing"),
        (4, "person-email-wrong"),
        (5, "person-sex-unknown"),
        (6, "language-unknown"),
        (7, "list-email-twice"),
        (8, "person-elsewhere"),
        (9, "list-institution-unknown"),
        (10, "person-long"),
    ]
    assert done.problems[4].problem.values["row"] == 2
    assert count(cast) == before
    assert cast.office.session.scalars(select(Notice)).all() == []


def test_a_closed_account_on_the_list_is_a_problem(cast):
    people.deactivate(cast.office, cast.actor("coralia"), cast.people["beto"].id)
    assert problems(shown(cast, "Nombre,Correo\nBeto,beto@paso.example\n")) == [(2, "person-disabled")]


@pytest.mark.parametrize("called", ["SENAFRONT", "Senafront (PA)", "servicio nacional de fronteras", "/pa/senafront/"])
def test_an_institution_is_known_by_name_acronym_or_address(cast, called):
    found = shown(cast, f"Nombre,Correo,Institución\nRosa,rosa@x.example,{called}\n", path="/pa/senafront/cativo/")
    assert found.lines[0].institution.path == "/pa/senafront/"


def test_a_name_that_several_institutions_share_means_the_one_below_the_one_chosen(cast):
    with cast.office.transaction():
        for path in ("/pa/senafront/cativo/norte/", "/pa/senafront/guayacan/norte/"):
            cast.office.session.add(Institution(path=path, name="Norte", country="PA", kind="post"))
    text = "Nombre,Correo,Puesto\nRosa,rosa@x.example,Norte\n"
    assert problems(shown(cast, text)) == [(2, "list-institution-several")]
    found = shown(cast, text, path="/pa/senafront/cativo/")
    assert found.lines[0].institution.path == "/pa/senafront/cativo/norte/"


def test_nobody_sends_a_list_for_anothers_institution_or_cohort(cast):
    with pytest.raises(NotFound):
        shown(cast, LIST, path="/cr/ppme/")
    with pytest.raises(NotFound):
        shown(cast, LIST, "carlos", path="/cr/ppme/", cohort=cast.cohort.id)
    with pytest.raises(Forbidden):
        shown(cast, LIST, "nayeli")


def test_what_a_form_brings_back_is_the_list_or_nothing(cast):
    lines = nominations.read(LIST.encode()).lines
    assert nominations.from_text(nominations.to_text(lines)) == lines
    for text in ("", "[]", "{}", '[{"row": 1}]', '[{"row":"x","cells":{}}]', "\ud800"):
        with pytest.raises(Refused, match="list-empty"):
            nominations.from_text(text)


def test_a_list_is_no_longer_than_may_be(cast):
    text = "Nombre,Correo\n" + "".join(f"Ana,a{n}@x.example\n" for n in range(nominations.MOST + 1))
    with pytest.raises(Refused, match="table-long"):
        nominations.read(text.encode())
