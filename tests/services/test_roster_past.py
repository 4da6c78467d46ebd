"""A roster of a day that is over comes out the same for ever, whatever changes afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, func, select, update

from app.records.certificates import Certificate
from app.records.cohorts import Cohort, CohortTrainer
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.past import BEGINNING, PAST
from app.records.people import Institution, Person
from app.rules.errors import Refused
from app.rules.past import slot
from app.services import institutions, people, rosters
from app.services.people import Nominee
from app.services.rosters import Reader, RosterQuery
from tests.cast import Cast
from tests.story import complete, finish_lessons

DAY = dt.date(2026, 11, 23)


def table(cast: Cast, who: str = "coralia", /, **asked: str) -> bytes:
    query = RosterQuery.parse(asked)
    reader = Reader.of(cast.office, cast.actor(who), "es")
    return b"".join(rosters.csv_file(cast.office, cast.actor(who), query, reader, bare=True))


def names(cast: Cast, who: str = "coralia", /, **asked: str) -> list[object]:
    query = RosterQuery.parse(asked)
    reader = Reader.of(cast.office, cast.actor(who), "es")
    return [row[0] for row in rosters.rows(cast.office, cast.actor(who), query, reader)]


def enrolment(cast: Cast, name: str) -> Enrolment:
    found = select(Enrolment).where(Enrolment.person_id == cast.people[name].id)
    return cast.office.session.scalars(found.execution_options(populate_existing=True)).one()


def change_everything(cast: Cast) -> None:
    """By the services where there is one, and behind their backs."""
    office, actor, ada = cast.office, cast.actor("coralia"), cast.actor("ada")
    nayeli = cast.people["nayeli"]
    place = cast.institutions["/pa/senafront/"]
    said = Nominee("Nayeli Solano Otra", "n@x.example", place.id, "Teniente", "SN-1", "f", "es")
    assert people.correct(office, actor, nayeli.id, said)
    institutions.change(office, ada, cast.institutions["/pa/senafront/cativo/"].id, "Puesto Nuevo", kind="post")
    people.withdraw(office, actor, enrolment(cast, "beto").id)
    with office.transaction():
        session = office.session
        serial = session.scalar(select(Certificate.serial))
        session.execute(update(Certificate).where(Certificate.serial == serial).values(revoked_at=office.now()))
        session.execute(update(Enrolment).values(exam_mark=1, percent=3, cohort_id=None))
        row = session.get_one(Cohort, cast.cohort.id)
        row.name = "Otro nombre"
        row.starts_on = row.starts_on + dt.timedelta(days=90)
        row.ends_on = row.ends_on + dt.timedelta(days=90)
        session.execute(update(CourseRow).values(title_es="Otro título"))
    with office.transaction():
        office.session.execute(delete(CohortTrainer))
        office.session.execute(delete(Cohort).where(Cohort.id == cast.cohort.id))


def test_whatever_changes_afterwards_last_quarters_roster_is_the_same(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    finish_lessons(cast, "beto", "mission")
    kept = table(cast)
    cast.clock.pass_by(days=1)
    asked = {"as_of": DAY.isoformat()}
    assert table(cast, **asked) == kept
    searched = table(cast, name="abrego", status="completed", certificate="valid", **asked)
    behind = table(cast, pace="behind", **asked)
    cast.clock.pass_by(days=100)
    change_everything(cast)
    assert table(cast) != kept
    assert table(cast, **asked) == kept
    assert table(cast, name="abrego", status="completed", certificate="valid", **asked) == searched
    assert table(cast, pace="behind", **asked) == behind
    assert searched.count(b"\n") == 2
    assert "Guayacán 2026" in kept.decode()
    cast.clock.pass_by(days=1)
    change_back = {"as_of": (DAY + dt.timedelta(days=101)).isoformat()}
    assert table(cast, **change_back) == table(cast)


def test_who_came_later_was_not_there(cast_on_both):
    cast = cast_on_both
    cast.clock.pass_by(days=2)
    cast.enrol("tomas")
    assert len(names(cast)) == 3
    cast.clock.pass_by(days=1)
    assert len(names(cast, as_of="2026-11-23")) == 2
    assert len(names(cast, as_of="2026-11-25")) == 3
    assert len(names(cast, as_of="2026-11-22")) == 0


def test_an_officer_who_moved_is_on_the_roster_of_those_who_had_them_then(cast_on_both):
    cast = cast_on_both
    cast.clock.pass_by(days=2)
    with cast.office.transaction():
        moved = update(Enrolment).where(Enrolment.person_id == cast.people["nayeli"].id)
        cast.office.session.execute(moved.values(institution_id=cast.institutions["/cr/ppme/"].id))
    cast.clock.pass_by(days=1)
    assert len(names(cast)) == 1 and len(names(cast, "carlos")) == 2
    assert len(names(cast, as_of="2026-11-23")) == 2
    assert len(names(cast, "carlos", as_of="2026-11-23")) == 1


def test_a_replaced_certificate_is_the_old_one_on_the_old_day(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    session = cast.office.session
    old = session.scalars(select(Certificate.serial)).one()
    cast.clock.pass_by(days=30)
    with cast.office.transaction():
        first = session.scalars(select(Certificate)).one()
        first.superseded_at = cast.clock()
        copy = {c.key: getattr(first, c.key) for c in Certificate.__table__.columns}
        own = {"id": None, "serial": "X", "issue": 2, "superseded_at": None, "issued_at": cast.clock()}
        session.add(Certificate(**{**copy, **own, "status_index": first.status_index ^ 1}))
    cast.clock.pass_by(days=1)
    then, now = table(cast, as_of="2026-11-23").decode(), table(cast, as_of="2026-12-23").decode()
    assert f",{old},Válido," in then and ",X," not in then
    assert ",X,Válido," in now and old not in now


def test_a_certificate_is_worth_what_it_was_worth_that_day(cast):
    complete(cast, "nayeli")
    cast.clock.pass_by(days=365 * 4)
    assert ",Vencido," in table(cast).decode()
    assert ",Válido," in table(cast, as_of="2026-11-23").decode()
    assert len(names(cast, certificate="expired")) == 1
    assert len(names(cast, certificate="expired", as_of="2026-11-23")) == 0


def test_a_busy_day_is_one_row_of_the_past(cast_on_both):
    cast = cast_on_both
    past = PAST[Enrolment]

    def kept() -> int:
        return cast.office.session.scalar(select(func.count()).select_from(past)) or 0

    finish_lessons(cast, "nayeli", "mission")
    assert kept() == 1, "what was before the first deed of the day"
    for _hour in range(6):
        cast.clock.pass_by(hours=1)
        with cast.office.transaction():
            row = enrolment(cast, "nayeli")
            row.percent += 1
    assert kept() == 1
    cast.clock.pass_by(days=1)
    with cast.office.transaction():
        enrolment(cast, "nayeli").percent += 1
    assert kept() == 2


def test_what_no_roster_shows_leaves_no_trace(cast_on_both):
    cast = cast_on_both
    with cast.office.transaction():
        cast.office.session.execute(update(Person).values(password_hash="x", language="en"))
        cast.office.session.execute(update(Enrolment).values(progress=""))
    for past in PAST.values():
        assert cast.office.session.scalar(select(func.count()).select_from(past)) == 0


def test_a_day_that_is_not_over_has_no_roster_yet(cast):
    with pytest.raises(Refused, match="roster-as-of-future"):
        table(cast, as_of="2026-11-23")


def test_before_the_past_was_kept_nobody_can_tell(cast):
    with cast.office.transaction():
        cast.office.session.execute(update(BEGINNING).values(slot=slot(cast.clock())))
    cast.clock.pass_by(days=3)
    with pytest.raises(Refused, match="roster-as-of-early"):
        table(cast, as_of="2026-11-20")
    assert table(cast, as_of="2026-11-24")


def test_the_end_of_a_day_is_the_readers(cast_on_both):
    cast = cast_on_both
    cast.clock.at = dt.datetime(2026, 12, 1, 4, 30, tzinfo=dt.UTC)  # 23:30 of 30 November in Panama
    finish_lessons(cast, "nayeli", "mission")
    cast.clock.pass_by(hours=1)
    finish_lessons(cast, "beto", "mission")
    cast.clock.pass_by(days=2)

    def begun(who: str) -> list[object]:
        reader = Reader.of(cast.office, cast.actor(who), "es", plain=True)
        at = [column.key for column in rosters.COLUMNS].index("status")
        query = RosterQuery.parse({"as_of": "2026-11-30"})
        return [row[at] for row in rosters.rows(cast.office, cast.actor(who), query, reader)]

    assert begun("coralia") == ["active", "not-started"]
    with cast.office.transaction():
        cast.office.session.execute(update(Person).values(time_zone="UTC"))
    assert begun("coralia") == ["not-started", "not-started"]


def test_erased_names_can_be_taken_out_of_the_past(cast_on_both):
    cast = cast_on_both
    cast.clock.pass_by(days=5)
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).name = "Nayeli Otra Mujer"
    cast.clock.pass_by(days=5)
    assert "ÁBREGO QUINTERO" in table(cast, as_of="2026-11-25").decode()
    with cast.office.transaction():
        rosters.forget(cast.office, cast.people["nayeli"].id, "Persona 7F3A")
    assert "ÁBREGO" not in table(cast, as_of="2026-11-25").decode()
    assert "Persona 7F3A" in table(cast, as_of="2026-11-25").decode()


def test_an_institution_keeps_its_old_name_on_the_old_day(cast_on_both):
    cast = cast_on_both
    cast.clock.pass_by(days=5)
    with cast.office.transaction():
        cast.office.session.execute(update(Institution).values(name="Renombrada", country="CR"))
    cast.clock.pass_by(days=1)
    assert b"Renombrada" not in table(cast, as_of="2026-11-25")
    assert b"Renombrada" in table(cast, as_of="2026-11-28")
    assert len(names(cast, country="PA", as_of="2026-11-25")) == 2
    assert names(cast, country="PA", as_of="2026-11-28") == []


def test_a_branch_that_moved_is_on_the_roster_of_those_it_was_below(cast_on_both):
    cast = cast_on_both
    cast.clock.pass_by(days=5)
    with cast.office.transaction():
        moved = update(Institution).where(Institution.path == "/pa/senafront/guayacan/")
        cast.office.session.execute(moved.values(path="/cr/ppme/guayacan/"))
    cast.clock.pass_by(days=1)
    asked = {"institution": str(cast.institutions["/pa/senafront/"].id)}
    assert len(names(cast, **asked)) == len(names(cast)) == 1
    assert len(names(cast, as_of="2026-11-25", **asked)) == len(names(cast, as_of="2026-11-25")) == 2
    assert len(names(cast, "carlos")) == 2
    assert len(names(cast, "carlos", as_of="2026-11-25")) == 1
