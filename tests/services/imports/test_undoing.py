"""A list is undone as a whole; what somebody has touched since stays, and says why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry, Notice
from app.records.learning import Enrolment
from app.records.people import AccessToken, Person, RoleGrant
from app.rules.errors import Refused
from app.services import accounts, audit, cohorts, imports, institutions, people
from app.services.office import actor_of
from app.services.people import Nominee, several
from tests.cast import PASSWORD, Cast
from tests.services.imports.lists import carry_out, count, decide, imported, person, row_of, send, undo
from tests.services.imports.test_carrying import EVERYTHING
from tests.services.imports.test_comparing import numbered
from tests.services.test_cohorts import enrolment, plan
from tests.story import finish_lessons


def everything(cast: Cast) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold about people, their rights, their courses."""
    session = cast.office.session
    session.expire_all()
    return {
        "people": sorted(
            (p.email, p.name, p.sort_name, p.rank, p.service_number, p.sex, p.language, p.institution_id, p.active)
            for p in session.scalars(select(Person))
        ),
        "grants": sorted((str(g.person_id), g.role) for g in session.scalars(select(RoleGrant))),
        "enrolments": sorted(
            (str(e.id), str(e.person_id), e.status, str(e.cohort_id), str(e.institution_id))
            for e in session.scalars(select(Enrolment))
        ),
    }


def test_undoing_leaves_everything_as_it_was(cast_on_both):
    cast = cast_on_both
    finish_lessons(cast, "nayeli", "mission")
    before = everything(cast)
    list_id = imported(cast, EVERYTHING)
    assert everything(cast) != before
    plan = imports.plan(cast.office, cast.actor("coralia"), list_id)
    assert (plan.counts, plan.left) == ({"removed": 1, "undone": 2}, ())
    assert undo(cast, list_id) == {"removed": 1, "undone": 2}
    assert everything(cast) == before
    session = cast.office.session
    assert not session.scalars(select(Notice).where(Notice.dedup_key.startswith("link/"))).all()
    assert not session.scalars(select(AccessToken)).all()
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "people.import-undo")).one().detail == {
        "counts": {"removed": 1, "undone": 2}
    }
    assert imports.ask_undo(cast.office, cast.actor("coralia"), list_id) is False, "twice is once"
    again = send(cast, EVERYTHING)
    assert carry_out(cast, again)["create"] == 1, "it can be imported again"


def test_withdrawn_enrolments_and_cohorts_go_back_too(cast):
    enrolment = cast.office.session.scalars(
        select(Enrolment).where(Enrolment.person_id == cast.people["beto"].id)
    ).one()
    people.withdraw(cast.office, cast.actor("coralia"), enrolment.id)
    people.deactivate(cast.office, cast.actor("coralia"), cast.people["beto"].id)
    before = everything(cast)
    text = "Nombre,Correo,Cuenta\nNorberto Güiral,beto@paso.example,activa\nTomás Ñurinda,tomas@paso.example,\n"
    list_id = imported(cast, text, cohort=cast.cohort.id)
    assert row_of(cast, list_id).counts == {"reopen": 1, "enrol": 2}
    assert undo(cast, list_id) == {"undone": 2}
    assert everything(cast) == before


def test_an_address_goes_back_unless_somebody_else_has_it_now(cast):
    numbered(cast, "nayeli", "7")

    def moved() -> object:
        list_id = send(cast, "Nombre,Correo,Placa\nNayeli Ábrego,n@x.example,7\n")
        decide(cast, list_id, {2: f"same:{cast.people['nayeli'].id}"})
        carry_out(cast, list_id)
        return list_id

    assert undo(cast, moved()) == {"undone": 1}
    list_id = moved()
    place = cast.institutions["/pa/senafront/"].id
    people.invite(cast.office, cast.actor("coralia"), Nominee("Otra Persona", "nayeli@paso.example", place))
    assert undo(cast, list_id) == {"left-address": 1}


def accept(cast: Cast, email: str) -> None:
    """Accept an invitation, as its owner."""
    with cast.office.transaction():
        who = person(cast, email)
        [link] = several.send_links(
            cast.office, [several.Addressee(who.id, who.name, who.language, who.institution_id)]
        ).values()
    accounts.use_link(cast.office, link.rpartition("/")[2], "invitation", PASSWORD)


def test_what_was_touched_since_stays_and_says_why(cast):
    names = ("Ana Uno", "Eva Dos", "Iris Tres", "Olga Cuatro", "Rita Cinco", "Zoe Seis")
    rows = "".join(f"{name},{name.split()[0].lower()}@x.example\n" for name in names)
    more = "Nayeli Ábrego,nayeli@paso.example\nNorberto Güiral,beto@paso.example\n"
    text = "Nombre,Correo,Rango\n" + (rows + more).replace("\n", ",Cabo\n")
    list_id = imported(cast, text, course=cast.course.id)
    coralia = cast.actor("coralia")
    accept(cast, "ana@x.example")  # closed
    accept(cast, "eva@x.example")
    cast.people["eva"] = person(cast, "eva@x.example")
    finish_lessons(cast, "eva", "mission")  # learning has begun
    iris = person(cast, "iris@x.example")
    place = cast.institutions["/pa/senafront/"].id
    people.correct(cast.office, coralia, iris.id, Nominee("Iris Tres", iris.email, place, "Sargento", language="es"))
    with cast.office.transaction():
        olga = person(cast, "olga@x.example")
        grant = RoleGrant(person_id=olga.id, role="trainer", course_id=cast.course.id, granted_at=cast.office.now())
        cast.office.session.add(grant)
    people.deactivate(cast.office, coralia, person(cast, "rita@x.example").id)
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).rank = "Sargento"
    plan = imports.plan(cast.office, coralia, list_id)
    outcomes = dict(zip((*names, "Nayeli", "Beto"), plan.outcomes.values(), strict=True))
    assert outcomes == {
        "Ana Uno": "closed",
        "Eva Dos": "left-learning",
        "Iris Tres": "left-changed",
        "Olga Cuatro": "left-changed",
        "Rita Cinco": "left-changed",
        "Zoe Seis": "removed",
        "Nayeli": "left-changed",
        "Beto": "undone",
    }
    assert [(line.row, line.name) for line in plan.left][:2] == [(3, "Eva Dos"), (4, "Iris Tres")]
    before = count(cast)
    assert undo(cast, list_id) == {"closed": 1, "left-learning": 1, "left-changed": 4, "removed": 1, "undone": 1}
    assert count(cast) == before - 1
    assert not person(cast, "ana@x.example").active
    assert person(cast, "eva@x.example").active
    assert person(cast, "nayeli@paso.example").rank == "Sargento"
    assert person(cast, "beto@paso.example").rank == ""
    enrolled = select(Person.email).join(Enrolment, Enrolment.person_id == Person.id)
    inside = set(cast.office.session.scalars(enrolled))
    assert "ana@x.example" not in inside and "eva@x.example" in inside


def test_somebody_of_whom_anything_else_speaks_is_closed_and_not_removed(cast):
    list_id = imported(cast, "Nombre,Correo\nAna Uno,ana@x.example\n")
    ana = person(cast, "ana@x.example")
    with cast.office.transaction():
        audit.note(cast.office, actor_of(ana), "x", "x")
    assert undo(cast, list_id) == {"closed": 1}


def test_a_list_that_was_not_carried_out_cannot_be_undone(cast):
    list_id = send(cast, EVERYTHING)
    with pytest.raises(Refused, match="list-not-done"):
        imports.ask_undo(cast.office, cast.actor("coralia"), list_id)
    assert cohorts.listing(cast.office, cast.actor("coralia"))


def test_a_seat_that_is_somebody_elses_by_now_is_not_given_back(cast):
    """Beto is moved from one cohort to another; his seat is taken meanwhile; the list is undone."""
    office, coralia = cast.office, cast.actor("coralia")
    first = cohorts.create(office, coralia, plan(cast, seats=1))
    cohorts.add(office, coralia, first.id, [cast.people["beto"].id])
    list_id = imported(cast, "Nombre,Correo\nNorberto Güiral,beto@paso.example\n", cohort=cast.cohort.id)
    assert enrolment(cast, "beto").cohort_id == cast.cohort.id
    cohorts.add(office, coralia, first.id, [cast.people["tomas"].id])
    undo(cast, list_id)
    assert enrolment(cast, "beto").cohort_id is None
    assert cohorts.get(office, coralia, first.id).officers == 1


def test_a_list_for_more_officers_than_there_are_seats_is_not_carried_out_and_says_why(cast):
    office, coralia = cast.office, cast.actor("coralia")
    first = cohorts.create(office, coralia, plan(cast, seats=1))
    text = "Nombre,Correo\nNorberto Güiral,beto@paso.example\nTomás Ñurinda,tomas@paso.example\n"
    list_id = send(cast, text, cohort=first.id)
    imports.ask(office, coralia, list_id, row_of(cast, list_id).version)
    imports.run(office, list_id)
    row = row_of(cast, list_id)
    assert (row.state, row.problem["code"]) == ("checked", "cohort-full")
    assert cohorts.get(office, coralia, first.id).officers == 0


def test_nobody_goes_back_to_an_institution_that_is_anothers_by_now(cast):
    office, ada = cast.office, cast.actor("ada")
    list_id = imported(cast, "Nombre,Correo,Unidad\nNayeli Ábrego Quintero,nayeli@paso.example,Puesto El Cativo\n")
    navy = institutions.add(office, ada, cast.institutions["/pa/"].id, "Servicio Marítimo", kind="service")
    institutions.move(office, ada, cast.institutions["/pa/senafront/guayacan/"].id, navy.id)
    assert undo(cast, list_id) == {"left-gone": 1}
    assert person(cast, "nayeli@paso.example").institution_id == cast.institutions["/pa/senafront/cativo/"].id
