"""What a list would do is told line by line, and nothing happens."""

from __future__ import annotations

import pytest

from app.records.people import Institution, Person
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import imports, people
from app.services.imports import Sent
from app.services.people import Nominee
from tests.cast import Cast
from tests.services.imports.lists import PLACE, count, decide, kinds, lines, problems, send, shown
from tests.services.imports.test_reading import LIST


def numbered(cast: Cast, name: str, number: str, **more: object) -> Person:
    """Give somebody a service number."""
    with cast.office.transaction():
        row = cast.office.session.get_one(Person, cast.people[name].id)
        row.service_number = number
        for key, value in more.items():
            setattr(row, key, value)
    return row


def test_what_will_happen_is_told_line_by_line_and_nothing_happens(cast):
    before = count(cast)
    list_id = send(cast, LIST, cohort=cast.cohort.id)
    assert kinds(cast, list_id) == [("create", "enrol"), ("create", "enrol"), ("unchanged",), ("enrol",)]
    first = lines(cast, list_id)[2]
    assert first.fields["sex"] == ("", "f") and first.home == cast.institutions["/pa/senafront/cativo/"].id
    assert lines(cast, list_id)[3].fields["language"] == ("", "en")
    assert count(cast) == before


def test_names_and_surnames_in_two_columns_are_one_name(cast):
    list_id = send(cast, "Apellidos,Nombres,Correo\nDogirama Peña,Rosa Elvira,r@x.example\n")
    assert lines(cast, list_id)[2].fields["name"] == ("", "Rosa Elvira Dogirama Peña")


def test_every_problem_names_its_row_and_its_cell(cast):
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
        "Ana,,Q,francés,PPME\n"
    )
    list_id = send(cast, text, course=cast.course.id)
    assert problems(cast, list_id) == [
        (3, "name", "person-name-missing"),
        (4, "email", "person-email-wrong"),
        (5, "sex", "person-sex-unknown"),
        (6, "language", "language-unknown"),
        (7, "email", "list-email-twice"),
        (8, "email", "person-elsewhere"),
        (9, "institution", "list-institution-unknown"),
        (10, "name", "person-long"),
        (11, "sex", "person-sex-unknown"),
        (11, "language", "language-unknown"),
        (11, "institution", "list-institution-unknown"),
        (11, "email", "list-email-missing"),
    ]
    assert lines(cast, list_id)[7].problems[0].values == {"row": 2}


def test_a_national_identity_number_is_refused_beside_its_cell(cast):
    list_id = send(cast, "Nombre,Correo,Placa\nRosa,rosa@x.example,8-123-4567\nBeto,beto@paso.example,8-123-4567\n")
    wrong = [(2, "service_number", "person-national-id"), (3, "service_number", "person-national-id")]
    assert problems(cast, list_id) == wrong


def test_a_closed_account_on_the_list_is_a_problem_unless_the_list_opens_it(cast):
    people.deactivate(cast.office, cast.actor("coralia"), cast.people["beto"].id)
    assert problems(cast, send(cast, "Nombre,Correo\nNorberto Güiral,beto@paso.example\n")) == [
        (2, "email", "person-disabled")
    ]
    text = "Nombre,Correo,Cuenta\nNorberto Güiral,beto@paso.example,{}\n"
    assert shown(cast, text.format("activa")) == [("reopen",)]
    assert shown(cast, text.format("suspendida")) == [("unchanged",)]
    assert problems(cast, send(cast, text.format("quizás"))) == [
        (2, "status", "list-status-unknown"),
        (2, "email", "person-disabled"),
    ]


@pytest.mark.parametrize("called", ["SENAFRONT", "Senafront (PA)", "servicio nacional de fronteras", "/pa/senafront/"])
def test_an_institution_is_known_by_name_acronym_or_address(cast, called):
    text = f"Nombre,Correo,Institución\nRosa,rosa@x.example,{called}\n"
    list_id = send(cast, text, path="/pa/senafront/cativo/")
    assert lines(cast, list_id)[2].home == cast.institutions["/pa/senafront/"].id


def test_a_name_that_several_institutions_share_means_the_one_below_the_one_chosen(cast):
    with cast.office.transaction():
        for path in ("/pa/senafront/cativo/norte/", "/pa/senafront/guayacan/norte/"):
            cast.office.session.add(Institution(path=path, name="Norte", country="PA", kind="post"))
    text = "Nombre,Correo,Puesto\nRosa,rosa@x.example,Norte\n"
    assert problems(cast, send(cast, text)) == [(2, "institution", "list-institution-several")]
    home = lines(cast, send(cast, text, path="/pa/senafront/cativo/"))[2].home
    assert cast.office.session.get_one(Institution, home).path == "/pa/senafront/cativo/norte/"


def test_nobody_joins_a_closed_institution(cast):
    with cast.office.transaction():
        row = cast.office.session.get_one(Institution, cast.institutions["/pa/senafront/cativo/"].id)
        row.closed_at = cast.office.now()
    text = (
        "Nombre,Correo,Unidad\nRosa,rosa@x.example,Puesto El Cativo\n"
        "Nayeli Ábrego,nayeli@paso.example,Puesto El Cativo\nNorberto Güiral,beto@paso.example,Puesto El Cativo\n"
    )
    list_id = send(cast, text)
    assert problems(cast, list_id) == [
        (2, "institution", "institution-closed"),
        (3, "institution", "institution-closed"),
    ]
    assert kinds(cast, list_id)[2] == ("unchanged",)
    with pytest.raises(Refused, match="institution-closed"):
        send(cast, text, path="/pa/senafront/cativo/")


def test_nobody_sends_a_list_for_anothers_institution_or_cohort(cast):
    with pytest.raises(NotFound):
        send(cast, LIST, path="/cr/ppme/")
    with pytest.raises(NotFound):
        send(cast, LIST, "carlos", path="/cr/ppme/", cohort=cast.cohort.id)
    with pytest.raises(Forbidden):
        send(cast, LIST, "nayeli")


def test_anothers_list_is_not_found(cast):
    list_id = send(cast, LIST)
    office, carlos = cast.office, cast.actor("carlos")
    with pytest.raises(NotFound):
        imports.get(office, carlos, list_id)
    for deed in (imports.discard, imports.plan, imports.ask_undo):
        with pytest.raises(NotFound):
            deed(office, carlos, list_id)
    with pytest.raises(NotFound):
        imports.ask(office, carlos, list_id, 1)
    with pytest.raises(NotFound):
        imports.decide(office, carlos, list_id, 1, {2: "leave"})
    assert imports.listing(office, carlos).rows == ()
    assert imports.get(office, cast.actor("ada"), list_id).id == list_id


def test_of_people_elsewhere_a_list_tells_nothing_but_that_the_address_is_taken(cast):
    list_id = send(
        cast, "Name,E-mail,Rank,Institution\nNobody,ximena@paso.example,X,\nXimena Solís Brenes,x@x.example,,\n"
    )
    elsewhere, namesake = lines(cast, list_id).values()
    assert elsewhere.person is None and elsewhere.candidates == () and elsewhere.fields == {}
    assert namesake.kinds == ("create",)


# Changes ---------------------------------------------------------------------------------------------------------------


def test_an_empty_cell_and_a_name_written_with_less_say_nothing(cast):
    numbered(cast, "nayeli", "00417", rank="Cabo")
    text = "Nombre,Correo,Rango,Placa\nNAYELI ABREGO,nayeli@paso.example,,417\n"
    assert shown(cast, text) == [("unchanged",)]


def test_changes_are_told_field_by_field(cast):
    numbered(cast, "nayeli", "417", rank="Cabo")
    text = (
        "Nombre,Correo,Rango,Placa,Idioma,Unidad\n"
        "Nayeli Ábrego Quintero,nayeli@paso.example,Sargento,00417,inglés,El Cativo\n"
        "Nayeli Ábrego Quintero,nayeli@paso.example,Sargento,00417,inglés,Puesto El Cativo\n"
    )
    list_id = send(cast, text.replace("El Cativo\nN", "SENAFRONT\nN", 1))
    first = lines(cast, list_id)[2]
    assert first.kinds == ("change", "move")
    assert first.fields == {"rank": ("Cabo", "Sargento"), "language": ("es", "en"), "service_number": ("417", "00417")}
    assert first.was == cast.institutions["/pa/senafront/guayacan/"].id
    assert problems(cast, list_id) == [(3, "email", "list-email-twice")]


def test_another_address_for_a_service_number_is_never_changed_silently(cast):
    numbered(cast, "nayeli", "00417")
    text = "Nombre,Correo,Placa\nNayeli Ábrego,nayeli.abrego@x.example,417\n"
    list_id = send(cast, text)
    asked = lines(cast, list_id)[2]
    assert (asked.kinds, asked.question) == (("duplicate",), "address")
    assert asked.candidates[0].email == "nayeli@paso.example"
    decide(cast, list_id, {2: f"same:{cast.people['nayeli'].id}"})
    assert lines(cast, list_id)[2].fields == {"email": ("nayeli@paso.example", "nayeli.abrego@x.example")}
    decide(cast, list_id, {2: "other"})
    assert kinds(cast, list_id) == [("create",)]
    decide(cast, list_id, {2: "leave"})
    assert kinds(cast, list_id) == [("left",)]
    decide(cast, list_id, {2: ""})
    assert kinds(cast, list_id) == [("duplicate",)]


def test_a_service_number_is_of_its_service_only(cast):
    numbered(cast, "ximena", "00417")
    assert shown(cast, "Nombre,Correo,Placa\nRosa,r@x.example,417\n") == [("create",)]
    assert shown(cast, "Nombre,Correo,Placa\nRosa,r@x.example,417\n", "ada", path="/pa/senafront/") == [("create",)]


def test_without_an_address_the_service_number_tells_who_it_is(cast):
    numbered(cast, "nayeli", "00417")
    list_id = send(cast, "Nombre,Placa,Rango\nNayeli Ábrego,417,Cabo\nAlguien Distinto,417,Cabo\n")
    assert lines(cast, list_id)[2].fields == {"rank": ("", "Cabo")}
    assert lines(cast, list_id)[3].question == "name"


@pytest.mark.parametrize(
    "name", ["Abrego Quintero Nayeli", "NAYELI ABREGO", "Nayeli Ábrego de Quintero", "Nayeli María Ábrego Quintero"]
)
def test_somebody_new_with_a_name_like_one_on_record_needs_a_decision(cast, name):
    list_id = send(cast, f"Nombre,Correo\n{name},n@x.example\n")
    asked = lines(cast, list_id)[2]
    assert (asked.question, [one.person for one in asked.candidates]) == ("namesake", [cast.people["nayeli"].id])
    decide(cast, list_id, {2: f"same:{cast.people['nayeli'].id}"})
    assert "email" in lines(cast, list_id)[2].fields
    decide(cast, list_id, {}, rest="leave")
    assert "email" in lines(cast, list_id)[2].fields, "what is decided already is not decided again"


def test_two_new_people_of_one_name_in_the_list_need_a_decision(cast):
    list_id = send(cast, "Nombre,Correo\nRosa Dogirama,r@x.example\nDogirama Rosa,r2@x.example\n")
    assert kinds(cast, list_id) == [("create",), ("duplicate",)]
    assert lines(cast, list_id)[3].candidates[0].row == 2
    decide(cast, list_id, {}, rest="other")
    assert kinds(cast, list_id) == [("create",), ("create",)]


def test_service_numbers_tell_namesakes_apart(cast):
    numbered(cast, "nayeli", "1")
    text = "Nombre,Correo,Placa\nNayeli Ábrego,n@x.example,2\nNayeli Ábrego,m@x.example,3\n"
    assert shown(cast, text) == [("create",), ("create",)]
    assert shown(cast, text.replace(",3", ",2")) == [("create",), ("duplicate",)]
    other = text.replace("Nayeli Ábrego,m@x.example,3", "Rosa Dogirama,m@x.example,02")
    assert problems(cast, send(cast, other)) == [(3, "service_number", "list-number-twice")]


def test_an_address_with_quite_another_name_needs_a_decision(cast):
    list_id = send(cast, "Nombre,Correo\nRosa Dogirama,beto@paso.example\n")
    assert lines(cast, list_id)[2].question == "name"
    decide(cast, list_id, {2: f"same:{cast.people['beto'].id}"})
    assert lines(cast, list_id)[2].fields == {"name": ("Norberto Güiral Peña", "Rosa Dogirama")}


def test_an_account_with_duties_is_not_changed_by_a_list(cast):
    text = "Nombre,Correo,Rango,Cuenta\nTomás Ñurinda Sáenz,tomas@paso.example,{},{}\n"
    assert shown(cast, text.format("", "")) == [("unchanged",)]
    assert problems(cast, send(cast, text.format("Cabo", ""))) == [(2, "email", "list-duties")]
    assert problems(cast, send(cast, text.format("", "suspendida"), "ada")) == [(2, "email", "list-duties")]
    own = send(cast, "Nombre,Correo,Cuenta\nCoralia Mojica,coralia@paso.example,suspendida\n")
    assert (2, "status", "person-self") in problems(cast, own)


def test_suspending_and_those_who_are_not_there(cast):
    text = "Nombre,Correo,Estado\nNorberto Güiral,beto@paso.example,Suspendido\nNadie Aquí,nadie@x.example,baja\n"
    assert shown(cast, text, course=cast.course.id) == [("suspend",), ("unchanged",)]


# Courses ---------------------------------------------------------------------------------------------------------------


def test_columns_name_the_course_and_the_cohort(cast):
    title = cast.course.title("es")
    text = f"Nombre,Correo,Curso,Cohorte\nRosa,r@x.example,{title},\nBeto G,beto@paso.example,,guayacan 2026\n"
    list_id = send(cast, text)
    first, second = lines(cast, list_id).values()
    assert (first.kinds, first.course, first.cohort) == (("create", "enrol"), cast.course.id, None)
    assert second.cohort == cast.cohort.id
    wrong = "Nombre,Correo,Curso,Cohorte\nRosa,r@x.example,Cocina,\nEva,e@x.example,,Otra\n"
    assert problems(cast, send(cast, wrong)) == [
        (2, "course", "list-course-unknown"),
        (3, "cohort", "list-cohort-unknown"),
    ]


def test_one_person_in_two_courses_takes_two_rows(cast):
    text = "Nombre,Correo,Curso\nRosa,r@x.example,{0}\nRosa,r@x.example,{0}\n".format(cast.course.title("es"))
    assert problems(cast, send(cast, text)) == [(3, "email", "list-email-twice")]


def test_a_list_of_the_whole_platform_may_name_every_institution(cast):
    text = "Name,E-mail,Institution\nXimena Solís,ximena@paso.example,SENAFRONT\n"
    assert shown(cast, text, "ada") == [("move",)]
    place = cast.institutions[PLACE].id
    with pytest.raises(Forbidden):
        imports.send(cast.office, cast.actor("oscar"), Sent("a.csv", text.encode(), place))
    people.invite(cast.office, cast.actor("ada"), Nominee("Ana Luz", "ana@x.example", place))
