"""A list is carried out whole or not at all, once, and a second time it changes nothing."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry, Notice
from app.records.cohorts import Cohort
from app.records.imports import ImportLine, PeopleImport
from app.records.learning import Enrolment
from app.records.people import AccessToken, Person
from app.rules.errors import Conflict, Refused
from app.services import accounts, grants, imports, people
from app.services.imports import carrying, keeping, working
from app.services.people import Nominee
from app.serving import work_once
from tests.cast import PASSWORD, Cast, Clock, office_for
from tests.services.imports.lists import (
    carry_out,
    count,
    decide,
    imported,
    kinds,
    lines,
    person,
    problems,
    row_of,
    send,
    shown,
)
from tests.services.imports.test_comparing import numbered
from tests.services.imports.test_reading import LIST

EVERYTHING = (
    "Nombre,Correo,Rango,Unidad,Cuenta,Cohorte\n"
    "Rosa Elvira Dogirama,rosa@x.example,Cabo,Puesto El Cativo,,guayacán 2026\n"
    "Nayeli Ábrego Quintero,nayeli@paso.example,Sargento,Puesto El Cativo,,\n"
    "Norberto Güiral Peña,beto@paso.example,,,suspendida,\n"
)


def test_a_list_is_carried_out_and_nobody_is_invited_twice(cast_on_both):
    cast = cast_on_both
    before = count(cast)
    list_id = send(cast, LIST, cohort=cast.cohort.id)
    assert carry_out(cast, list_id) == {"create": 2, "enrol": 3, "unchanged": 1}
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
    again = send(cast, LIST, cohort=cast.cohort.id)
    assert kinds(cast, again) == [("unchanged",)] * 4
    assert imports.carried_out_before(cast.office, cast.actor("coralia"), row_of(cast, again)).id == list_id
    with pytest.raises(Refused, match="list-nothing"):
        carry_out(cast, again)
    assert cast.office.session.scalar(invited) == 2


def test_everything_that_a_list_can_do_is_done(cast_on_both):
    cast = cast_on_both
    list_id = imported(cast, EVERYTHING)
    rosa, nayeli, beto = (person(cast, e) for e in ("rosa@x.example", "nayeli@paso.example", "beto@paso.example"))
    place = cast.institutions["/pa/senafront/cativo/"].id
    assert (rosa.rank, rosa.institution_id, rosa.sort_name) == ("Cabo", place, "rosa elvira dogirama")
    assert (nayeli.rank, nayeli.institution_id, beto.active) == ("Sargento", place, False)
    enrolled = select(Enrolment.institution_id).where(Enrolment.person_id.in_([rosa.id, nayeli.id]))
    assert cast.office.session.scalars(enrolled).all() == [place, place]
    assert shown(cast, EVERYTHING) == [("unchanged",)] * 3
    log = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("people.import"))).all()
    assert {entry.action for entry in log} == {"people.import", "people.import-send"}
    assert all("Rosa" not in str(entry.detail) and entry.subject for entry in log)
    entry = next(entry for entry in log if entry.action == "people.import")
    assert entry.subject == str(list_id) and entry.detail["counts"]["create"] == 1


def test_decisions_are_carried_out(cast):
    numbered(cast, "nayeli", "00417")
    text = "Nombre,Correo,Placa\nNayeli Ábrego,n@x.example,417\nNorberto Güiral,b@x.example,\nX,y,z\n"
    list_id = send(cast, text)
    with pytest.raises(Refused, match="list-open"):
        carry_out(cast, list_id)
    decide(cast, list_id, {2: f"same:{cast.people['nayeli'].id}", 3: "other"}, rest="leave-problems")
    assert kinds(cast, list_id) == [("change",), ("create",), ("left",)]
    before = count(cast)
    carry_out(cast, list_id)
    assert person(cast, "n@x.example").id == cast.people["nayeli"].id
    assert count(cast) == before + 1
    assert kinds(cast, send(cast, text))[:2] == [("unchanged",), ("unchanged",)]


def test_a_double_click_carries_out_once(cast):
    list_id = send(cast, LIST)
    version = row_of(cast, list_id).version
    assert imports.ask(cast.office, cast.actor("coralia"), list_id, version)
    assert not imports.ask(cast.office, cast.actor("coralia"), list_id, version)
    assert imports.run(cast.office, list_id)
    assert not imports.run(cast.office, list_id)
    assert not imports.ask(cast.office, cast.actor("coralia"), list_id, version)
    entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "people.import")
    assert cast.office.session.scalar(entries) == 1
    assert row_of(cast, list_id).content == b"", "the file is not kept beyond its purpose"


def test_two_workers_at_once_carry_out_once(any_url, engine_for, cast_on_both):
    cast = cast_on_both
    list_id = send(cast, LIST)
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    cast.office.session.rollback()
    before = count(cast)
    cast.office.session.rollback()
    engine = cast.office.session.get_bind()
    did: list[bool] = []

    def work() -> None:
        with Session(engine, expire_on_commit=False) as session:
            did.append(imports.run(office_for(session, cast.clock), list_id))

    threads = [threading.Thread(target=work) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(did) == [False, False, True]
    assert count(cast) == before + 2


def test_what_was_not_seen_is_not_carried_out(cast):
    list_id = send(cast, LIST)
    stale = row_of(cast, list_id).version
    decide(cast, list_id, {2: "leave"})
    with pytest.raises(Conflict):
        imports.ask(cast.office, cast.actor("coralia"), list_id, stale)
    people.invite(
        cast.office,
        cast.actor("coralia"),
        Nominee("Nelson Guainora Peña", "nelson@paso.example", cast.institutions["/pa/senafront/"].id),
    )
    before = count(cast)
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    imports.run(cast.office, list_id)
    row = row_of(cast, list_id)
    assert (row.state, row.problem["code"], count(cast)) == ("checked", "list-changed", before)
    assert lines(cast, list_id)[3].kinds == ("change",), "the difference was made anew"


def test_a_change_in_the_last_moment_is_noticed_in_the_transaction(cast, monkeypatch):
    list_id = send(cast, "Nombre,Correo,Rango\nNayeli Ábrego,nayeli@paso.example,Cabo\n")
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    compare = working.comparing.compare

    def meanwhile(*given, **more):
        found = compare(*given, **more)
        with cast.office.transaction():
            cast.office.session.execute(
                update(Person).where(Person.email == "nayeli@paso.example").values(rank="Capitana")
            )
        return found

    monkeypatch.setattr(working.comparing, "compare", meanwhile)
    imports.run(cast.office, list_id)
    assert row_of(cast, list_id).state == "checked"
    assert person(cast, "nayeli@paso.example").rank == "Capitana"


class Killed(BaseException):
    """What a process that is killed never catches."""


@pytest.mark.parametrize("where", ["_enrol", "_keep", "_correct"])
def test_a_worker_that_is_killed_leaves_nothing_half_done_and_another_does_it(cast_on_both, monkeypatch, where):
    cast = cast_on_both
    before = count(cast)
    list_id = send(cast, EVERYTHING)
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    with monkeypatch.context() as patch:

        def killed(*_given: object) -> None:
            raise Killed

        patch.setattr(carrying, where, killed)
        with pytest.raises(Killed):
            imports.run(cast.office, list_id)
    cast.office.session.rollback()
    assert (row_of(cast, list_id).state, count(cast)) == ("asked", before)
    assert person(cast, "nayeli@paso.example").rank == ""
    assert not imports.run(cast.office, list_id), "somebody may still be at it"
    cast.clock.pass_by(minutes=3)
    assert work_once(cast.office)["imported"] == 1
    assert (row_of(cast, list_id).state, count(cast)) == ("done", before + 1)


def test_what_breaks_is_told_and_can_be_tried_again(cast, monkeypatch):
    list_id = send(cast, LIST)
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    with monkeypatch.context() as patch:
        patch.setattr(carrying, "_keep", lambda *_given: 1 / 0)
        imports.run(cast.office, list_id)
    row = row_of(cast, list_id)
    assert (row.state, row.problem["code"]) == ("checked", "list-broke")
    carry_out(cast, list_id)


def test_a_coordinator_who_no_longer_is_one_carries_nothing_out(cast):
    list_id = send(cast, LIST)
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    with cast.office.transaction():
        coralia = cast.office.session.get_one(Person, cast.people["coralia"].id)
        coralia.grants.clear()
    before = count(cast)
    imports.run(cast.office, list_id)
    row = row_of(cast, list_id)
    assert (row.state, row.problem["code"], count(cast)) == ("checked", "list-not-yours", before)


def test_large_lists_are_the_workers_and_tell_how_far_they_are(cast, monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 3)
    monkeypatch.setattr(working.comparing, "TICK", 1)
    sent = imports.Sent("a.csv", LIST.encode(), cast.institutions["/pa/senafront/"].id)
    made = imports.send(cast.office, cast.actor("coralia"), sent)
    assert not made.small
    told: list[tuple[int, int]] = []
    compare = working.comparing.compare

    def watched(world, wishes, read, decisions, tick=None):
        def tell(reached: int) -> None:
            tick(reached)
            row = row_of(cast, made.id)
            told.append((row.reached, row.total))

        return compare(world, wishes, read, decisions, tell)

    monkeypatch.setattr(working.comparing, "compare", watched)
    work_once(cast.office)
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert row_of(cast, made.id).state == "checked"


def test_a_large_file_that_is_no_list_says_so_later(cast, monkeypatch):
    monkeypatch.setattr(keeping, "READ_AT_ONCE", 3)
    sent = imports.Sent("a.csv", b"Correo\nx@y.example\n", cast.institutions["/pa/senafront/"].id)
    made = imports.send(cast.office, cast.actor("coralia"), sent)
    imports.run_due(cast.office)
    row = row_of(cast, made.id)
    assert (row.state, row.problem["code"]) == ("failed", "list-no-name")


def test_wrong_letters_are_read_again(cast):
    content = "Nombre,Correo\nBego\x96a Rios,a@x.example\n".encode("latin-1")
    list_id = send(cast, content)
    imports.read_as(cast.office, cast.actor("coralia"), list_id, "mac-roman")
    imports.run(cast.office, list_id)
    assert lines(cast, list_id)[2].fields["name"][1] == "Begoña Rios"
    imports.read_as(cast.office, cast.actor("coralia"), list_id, "cp1252")
    imports.run(cast.office, list_id)
    assert "–" in lines(cast, list_id)[2].fields["name"][1]
    assert row_of(cast, list_id).encoding == "cp1252"


def test_links_are_handed_over_once_and_open_the_accounts(cast):
    list_id = imported(cast, LIST)
    old = set(cast.office.session.scalars(select(AccessToken.token_hash)))
    sheet = b"".join(imports.links(cast.office, cast.actor("coralia"), list_id, str))
    rows = working.reading.tables.read(sheet, 100).rows
    assert [row[1] for row in rows] == ["E-mail address", "nelson@paso.example", "rosa@paso.example"]
    token = rows[1][3].rpartition("/")[2]
    accounts.use_link(cast.office, token, "invitation", PASSWORD)
    assert not old & set(cast.office.session.scalars(select(AccessToken.token_hash)))
    rows = working.reading.tables.read(
        b"".join(imports.links(cast.office, cast.actor("coralia"), list_id, str)), 100
    ).rows
    assert len(rows) == 2


def test_what_nobody_carries_out_is_forgotten_and_so_are_old_lines(cast):
    forgotten, kept = send(cast, LIST), imported(cast, LIST)
    clock: Clock = cast.clock
    clock.pass_by(days=15)
    assert imports.sweep(cast.office) == 1
    assert cast.office.session.scalars(select(PeopleImport.id)).all() == [kept] and forgotten != kept
    clock.pass_by(days=90)
    assert imports.sweep(cast.office) == 1
    assert cast.office.session.scalars(select(ImportLine.row)).all() == []
    with pytest.raises(Refused, match="list-not-done"):
        imports.ask_undo(cast.office, cast.actor("coralia"), kept)
    assert row_of(cast, kept).counts["create"] == 2


def test_a_list_of_another_cast_can_be_thrown_away_until_it_is_carried_out(cast: Cast):
    list_id = send(cast, LIST)
    imports.discard(cast.office, cast.actor("coralia"), list_id)
    assert cast.office.session.get(PeopleImport, list_id, populate_existing=True) is None
    with pytest.raises(Refused, match="list-over"):
        imports.discard(cast.office, cast.actor("coralia"), imported(cast, LIST))


def test_a_list_gives_nobody_a_seat_who_sends_it(cast):
    list_id = send(cast, "Nombre,Correo\nCoralia Mojica de Ríos,coralia@paso.example\n", cohort=cast.cohort.id)
    assert problems(cast, list_id) == [(2, "cohort", "joining-own")]


def test_a_list_enrols_in_no_cohort_that_is_anothers_by_now(cast):
    list_id = send(cast, "Nombre,Correo\nRut Sáenz,rut@paso.example\n", cohort=cast.cohort.id)
    with cast.office.transaction():
        cast.office.session.get_one(Cohort, cast.cohort.id).institution_id = cast.institutions["/cr/ppme/"].id
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    imports.run(cast.office, list_id)
    assert row_of(cast, list_id).problem["code"] == "list-changed"
    assert problems(cast, list_id) == [(2, "cohort", "list-cohort-unknown")]
    assert person(cast, "rut@paso.example") is None


def test_a_decision_about_a_line_that_there_is_not_says_nothing(cast):
    list_id = send(cast, "Nombre,Correo\nRut Sáenz,rut@paso.example\n")
    decide(cast, list_id, {2: "leave", 99: "leave"})
    assert kinds(cast, list_id) == [("left",)]


def test_nobody_gets_the_link_of_an_account_that_holds_a_duty_by_now(cast):
    list_id = imported(cast, "Nombre,Correo\nRut Sáenz,rut@paso.example\n")
    office, coralia, row = cast.office, cast.actor("coralia"), row_of(cast, list_id)
    assert imports.anybody_waits(office, row)
    rut = person(cast, "rut@paso.example")
    grants.give(office, cast.actor("ada"), rut.id, "trainer", course_id=cast.course.id)
    assert not imports.anybody_waits(office, row)
    with pytest.raises(Refused) as no:
        imports.links(office, coralia, list_id, str)
    assert no.value.code == "list-no-links"


def test_a_list_is_not_carried_out_for_somebody_whose_account_is_closed_by_now(cast):
    list_id = send(cast, "Nombre,Correo\nRut Sáenz,rut@paso.example\n")
    imports.ask(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version)
    people.deactivate(cast.office, cast.actor("ada"), cast.people["coralia"].id)
    imports.run(cast.office, list_id)
    assert (row_of(cast, list_id).state, row_of(cast, list_id).problem["code"]) == ("checked", "list-not-yours")
    assert person(cast, "rut@paso.example") is None
