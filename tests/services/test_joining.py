"""Seats in a cohort: asked for, nominated for, decided, waited for; and nobody sees what is not theirs."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.records.audit import Notice
from app.records.cohorts import Cohort
from app.records.joining import CohortApplication
from app.records.learning import Enrolment
from app.records.people import Person, RoleGrant
from app.rules.errors import NotFound, Refused
from app.services import cohorts, learning, people, rosters
from app.services.cohorts import access, guests, joining, tracking
from app.services.office import fold_name
from app.services.people import several
from app.services.rosters import RosterQuery
from tests.cast import Cast, office_for
from tests.services.test_cohorts import enrolment, plan, refused


def terms(cast: Cast, **changes: object) -> Cohort:
    """The cohort of the cast with other terms."""
    with cast.office.transaction():
        row = cast.office.session.get_one(Cohort, cast.cohort.id)
        for name, value in changes.items():
            setattr(row, name, value)
    return row


def crowd(cast: Cast, count: int, path: str = "/pa/senafront/guayacan/") -> list[str]:
    """*count* more officers, in the cast by their names."""
    office = cast.office
    names = [f"agente{n}" for n in range(count)]
    with office.transaction():
        for name in names:
            person = Person(
                institution_id=cast.institutions[path].id,
                email=cast.email(name),
                name=name.title(),
                sort_name=fold_name(name),
                created_at=office.now(),
            )
            office.session.add(person)
            office.session.flush()
            cast.people[name] = person
    return names


def state(cast: Cast, name: str) -> str:
    row = cast.office.session.scalar(
        select(CohortApplication)
        .where(CohortApplication.person_id == cast.people[name].id)
        .execution_options(populate_existing=True)
    )
    return row.state if row else ""


def line(cast: Cast, *names: str) -> list[CohortApplication]:
    """Let each ask, one after the other."""
    found = []
    for name in names:
        found.append(joining.ask(cast.office, cast.actor(name), cast.cohort.id))
        cast.clock.pass_by(minutes=1)
    return found


def inside(cast: Cast) -> set[str]:
    rows = cast.office.session.scalars(
        select(Person.name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cast.cohort.id, Enrolment.status != "withdrawn")
    )
    return {name.split()[0] for name in rows}


def subjects(cast: Cast, name: str) -> list[str]:
    rows = select(Notice.dedup_key).where(Notice.person_id == cast.people[name].id).order_by(Notice.created_at)
    return [key.split("/")[1] for key in cast.office.session.scalars(rows) if key.startswith("seat/")]


def test_an_officer_asks_is_approved_and_told(cast_on_both):
    cast = cast_on_both
    terms(cast, entry="self", seats=5)
    (asked,) = line(cast, "beto")
    assert [offer.state for offer in joining.offers(cast.office, cast.actor("beto"))] == ["asked"]
    done = joining.approve(cast.office, cast.actor("coralia"), cast.cohort.id, [asked.id])
    assert (done.seated, done.waiting) == (1, 0)
    assert inside(cast) == {"Nayeli", "Norberto"}
    assert subjects(cast, "beto") == ["approved"]
    assert joining.offers(cast.office, cast.actor("beto")) == []


def test_asking_twice_is_asking_once(cast):
    terms(cast, entry="self")
    first, again = line(cast, "beto", "beto")
    assert first.id == again.id
    assert joining.waiting_for(cast.office, access.place(cast.office, cast.actor("coralia"), cast.cohort.id)) == 1


def test_the_coordinators_of_the_host_hear_of_it_once_a_day(cast):
    terms(cast, entry="self")
    line(cast, "beto", "tomas")
    mails = cast.office.session.scalars(select(Notice).where(Notice.dedup_key.startswith("applications/"))).all()
    assert [mail.person_id for mail in mails] == [cast.people["coralia"].id]


@pytest.mark.parametrize(
    "changes",
    [
        {"entry": "coordinators"},
        {"entry": "nomination"},
        {"opens_on": dt.date(2026, 11, 24)},
        {"closes_on": dt.date(2026, 11, 22)},
        {"ends_on": dt.date(2026, 11, 22)},
    ],
)
def test_a_cohort_that_takes_no_wishes_today_is_offered_to_nobody(cast, changes):
    terms(cast, **{"entry": "self", **changes})
    assert joining.offers(cast.office, cast.actor("beto")) == []
    with pytest.raises(NotFound):
        joining.ask(cast.office, cast.actor("beto"), cast.cohort.id)


def test_applications_that_closed_after_somebody_was_there_are_closed(cast):
    terms(cast, entry="self")
    line(cast, "beto")
    joining.withdraw(cast.office, cast.actor("beto"), cast.cohort.id)
    terms(cast, closes_on=dt.date(2026, 11, 22))
    refused("joining-closed", joining.ask, cast.office, cast.actor("beto"), cast.cohort.id)


def test_officers_of_institutions_that_are_not_invited_find_nothing(cast):
    terms(cast, entry="self")
    assert joining.offers(cast.office, cast.actor("ximena")) == []
    with pytest.raises(NotFound):
        joining.ask(cast.office, cast.actor("ximena"), cast.cohort.id)
    guests.invite(cast.office, cast.actor("coralia"), cast.cohort.id, cast.institutions["/cr/"].id)
    assert [offer.cohort.name for offer in joining.offers(cast.office, cast.actor("ximena"))] == ["Guayacán 2026"]


def test_whoever_completed_the_course_is_not_offered_it(cast):
    terms(cast, entry="self")
    with cast.office.transaction():
        row = enrolment(cast, "beto")
        row.completed_at, row.status = cast.office.now(), "completed"
    assert joining.offers(cast.office, cast.actor("beto")) == []
    refused("joining-completed", joining.ask, cast.office, cast.actor("beto"), cast.cohort.id)
    refused("joining-inside", joining.ask, cast.office, cast.actor("nayeli"), cast.cohort.id)


def test_without_a_seat_officers_wait_in_the_order_in_which_they_asked(cast_on_both):
    cast = cast_on_both
    terms(cast, entry="self", seats=2)
    names = crowd(cast, 3)
    asked = line(cast, *names)
    coralia = cast.actor("coralia")
    done = joining.approve(cast.office, coralia, cast.cohort.id, [one.id for one in reversed(asked)])
    assert (done.seated, done.waiting) == (1, 2)
    assert [state(cast, name) for name in names] == ["approved", "waiting", "waiting"]
    cohorts.remove(cast.office, coralia, cast.cohort.id, enrolment(cast, "nayeli").id)
    assert joining.promote_due(cast.office) == 1
    assert [state(cast, name) for name in names] == ["approved", "approved", "waiting"]
    assert subjects(cast, names[1]) == ["waiting", "promoted"]
    people.withdraw(cast.office, coralia, enrolment(cast, names[0]).id)
    assert joining.promote_due(cast.office) == 1
    assert joining.promote_due(cast.office) == 0
    assert inside(cast) == {"Agente1", "Agente2"}


def test_a_closed_account_waits_on_and_keeps_nobody_from_a_seat(cast):
    terms(cast, entry="self", seats=1)
    names = crowd(cast, 2)
    asked = line(cast, *names)
    coralia = cast.actor("coralia")
    joining.approve(cast.office, coralia, cast.cohort.id, [one.id for one in asked])
    people.deactivate(cast.office, coralia, cast.people[names[0]].id)
    terms(cast, seats=2)
    joining.promote_due(cast.office)
    assert [state(cast, name) for name in names] == ["waiting", "approved"]


def test_after_the_last_day_nobody_is_moved_up(cast):
    terms(cast, entry="self", seats=1)
    (asked,) = line(cast, "beto")
    joining.approve(cast.office, cast.actor("coralia"), cast.cohort.id, [asked.id])
    terms(cast, seats=None, ends_on=dt.date(2026, 11, 20))
    assert joining.promote_due(cast.office) == 0


def test_declining_says_why_and_the_officer_may_ask_again(cast):
    terms(cast, entry="self")
    (asked,) = line(cast, "beto")
    coralia = cast.actor("coralia")
    refused("joining-reason", joining.decline, cast.office, coralia, cast.cohort.id, [asked.id], "  ")
    refused("cohort-long", joining.decline, cast.office, coralia, cast.cohort.id, [asked.id], "x" * 301)
    refused("cohort-nobody", joining.decline, cast.office, coralia, cast.cohort.id, [], "x")
    assert joining.decline(cast.office, coralia, cast.cohort.id, [asked.id], "La próxima vez.") == 1
    assert joining.decline(cast.office, coralia, cast.cohort.id, [asked.id], "Otra vez.") == 0
    offer = joining.offer(cast.office, cast.actor("beto"), cast.cohort.id)
    assert (offer.state, offer.application.reason) == ("declined", "La próxima vez.")
    line(cast, "beto")
    assert state(cast, "beto") == "asked"


def test_whoever_is_put_in_by_hand_no_longer_stands_in_line(cast):
    terms(cast, entry="self")
    line(cast, "beto")
    cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people["beto"].id])
    assert state(cast, "beto") == "approved"


@pytest.mark.parametrize("way", ["add", "enrol", "invite"])
def test_no_way_into_a_cohort_leads_past_its_seats(cast, way):
    terms(cast, seats=1)
    coralia, office = cast.actor("coralia"), cast.office
    nominee = people.Nominee("Rut Sáenz", "rut@paso.example", cast.institutions["/pa/senafront/"].id)
    deeds = {
        "add": lambda: cohorts.add(office, coralia, cast.cohort.id, [cast.people["beto"].id]),
        "enrol": lambda: people.enrol(office, coralia, cast.people["beto"].id, "", cast.cohort.id),
        "invite": lambda: people.invite(office, coralia, nominee, cohort=cast.cohort.id),
    }
    refused("cohort-full", deeds[way])
    assert inside(cast) == {"Nayeli"}


def test_whoever_comes_back_to_a_full_cohort_comes_back_without_it(cast):
    terms(cast, seats=1)
    coralia = cast.actor("coralia")
    people.withdraw(cast.office, coralia, enrolment(cast, "nayeli").id)
    cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people["beto"].id])
    people.enrol(cast.office, coralia, cast.people["nayeli"].id, cast.course.id)
    assert enrolment(cast, "nayeli").cohort_id is None
    assert enrolment(cast, "nayeli").status == "not-started"


def test_fewer_seats_than_are_taken_are_refused(cast):
    cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people["beto"].id])
    wanted = plan(cast, seats=1)
    refused("cohort-seats-taken", cohorts.edit, cast.office, cast.actor("coralia"), cast.cohort.id, wanted)


def test_however_many_approve_at_once_no_cohort_is_overbooked(cast_on_both):
    cast = cast_on_both
    terms(cast, entry="self", seats=4)
    names = crowd(cast, 8)
    asked = line(cast, *names)
    engine, coralia, faults = cast.office.session.get_bind(), cast.actor("coralia"), []
    ready = threading.Barrier(4)

    def approve(part: list) -> None:
        with Session(engine, expire_on_commit=False) as session:
            ready.wait()
            for one in part:
                try:
                    joining.approve(office_for(session, cast.clock), coralia, cohort_id, [one])
                except Exception as fault:
                    faults.append(fault)

    ids, cohort_id = [one.id for one in asked], cast.cohort.id
    threads = [threading.Thread(target=approve, args=(ids[at::4],)) for at in range(4)]
    cast.office.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(inside(cast)) == 4
    counts = cast.office.session.execute(
        select(CohortApplication.state, func.count()).group_by(CohortApplication.state)
    )
    assert dict(counts.all()) == {"approved": 3, "waiting": 5}


# Invited institutions -------------------------------------------------------------------------------------------------


def invited(cast: Cast, quota: int | None = None, **changes: object) -> None:
    terms(cast, **{"entry": "nomination", **changes})
    guests.invite(cast.office, cast.actor("coralia"), cast.cohort.id, cast.institutions["/cr/ppme/"].id, quota)


def test_an_invited_institution_nominates_and_the_host_approves(cast_on_both):
    cast = cast_on_both
    invited(cast, 1)
    carlos, coralia = cast.actor("carlos"), cast.actor("coralia")
    assert [row.side for row in cohorts.listing(cast.office, carlos, invited=True)] == ["guest"]
    assert cohorts.listing(cast.office, carlos) == []
    assert joining.nominate(cast.office, carlos, cast.cohort.id, [cast.people["ximena"].id]) == 1
    (row,) = joining.applications(cast.office, carlos, cast.cohort.id).rows
    with pytest.raises(NotFound):
        joining.approve(cast.office, carlos, cast.cohort.id, [row.id])
    joining.approve(cast.office, coralia, cast.cohort.id, [row.id])
    assert subjects(cast, "ximena") == ["nominated", "approved"]
    assert enrolment(cast, "ximena").institution_id == cast.institutions["/cr/ppme/"].id
    no = refused("guest-quota", joining.nominate, cast.office, carlos, cast.cohort.id, [cast.people["tina"].id])
    assert no.values["left"] == 0


def test_an_invited_institution_sees_its_own_officers_alone(cast):
    invited(cast)
    carlos, coralia = cast.actor("carlos"), cast.actor("coralia")
    joining.nominate(cast.office, carlos, cast.cohort.id, [cast.people["ximena"].id])
    terms(cast, entry="self")
    line(cast, "beto")
    (theirs,) = joining.applications(cast.office, carlos, cast.cohort.id).rows
    assert theirs.person.name.startswith("Ximena")
    joining.approve(cast.office, coralia, cast.cohort.id, [theirs.id])
    table = tracking.table(cast.office, carlos, cast.cohort.id)
    assert [one.name for one in table.lines] == ["Ximena Solís Brenes"]
    assert table.all == cohorts.get(cast.office, carlos, cast.cohort.id).officers == 1
    everyone = tracking.table(cast.office, coralia, cast.cohort.id).lines
    assert {one.name.split()[0] for one in everyone} == {"Nayeli", "Ximena"}
    page = rosters.page(cast.office, carlos, RosterQuery.parse({"cohort": str(cast.cohort.id)}))
    assert [row.name for row in page.rows] == ["Ximena Solís Brenes"]
    found, _more = cohorts.candidates(cast.office, carlos, cast.cohort.id, "")
    assert {one.person.name.split()[0] for one in found} == {"Carlos", "Tina"}


def test_an_invited_institution_changes_nothing_of_the_cohort(cast):
    invited(cast)
    carlos = cast.actor("carlos")
    nayeli = enrolment(cast, "nayeli").id
    for deed in (
        lambda: cohorts.edit(cast.office, carlos, cast.cohort.id, plan(cast)),
        lambda: cohorts.add(cast.office, carlos, cast.cohort.id, [cast.people["ximena"].id]),
        lambda: cohorts.remove(cast.office, carlos, cast.cohort.id, nayeli),
        lambda: cohorts.delete_empty(cast.office, carlos, cast.cohort.id),
        lambda: guests.invite(cast.office, carlos, cast.cohort.id, cast.institutions["/cr/"].id),
        lambda: access.running(cast.office, carlos, cast.cohort.id),
        lambda: joining.nominate(cast.office, carlos, cast.cohort.id, [cast.people["beto"].id]),
        lambda: people.enrol(cast.office, carlos, cast.people["ximena"].id, "", cast.cohort.id),
    ):
        with pytest.raises(NotFound):
            deed()


def test_an_officers_own_coordinator_may_approve_what_the_officer_asked_for(cast):
    invited(cast, 1, entry="self")
    carlos = cast.actor("carlos")
    asked = line(cast, "ximena", "tina")
    joining.approve(cast.office, carlos, cast.cohort.id, [asked[0].id])
    assert inside(cast) == {"Nayeli", "Ximena"}
    refused("guest-quota", joining.approve, cast.office, carlos, cast.cohort.id, [asked[1].id])
    (host,) = line(cast, "beto")
    with pytest.raises(NotFound):
        joining.approve(cast.office, carlos, cast.cohort.id, [host.id])


def test_a_coordinator_below_an_invited_country_sees_those_of_their_service(cast):
    terms(cast, entry="nomination")
    guests.invite(cast.office, cast.actor("coralia"), cast.cohort.id, cast.institutions["/cr/"].id)
    assert access.place(cast.office, cast.actor("carlos"), cast.cohort.id).paths == ("/cr/ppme/",)


def test_a_nomination_is_taken_back_by_whoever_may_make_it(cast):
    invited(cast)
    carlos = cast.actor("carlos")
    joining.nominate(cast.office, carlos, cast.cohort.id, [cast.people["ximena"].id])
    (row,) = joining.applications(cast.office, carlos, cast.cohort.id).rows
    with pytest.raises(NotFound):
        joining.take_back(cast.office, cast.actor("coralia"), cast.cohort.id, row.id)
    refused("guest-in-line", guests.uninvite, cast.office, cast.actor("coralia"), cast.cohort.id, row.institution_id)
    joining.take_back(cast.office, carlos, cast.cohort.id, row.id)
    assert state(cast, "ximena") == "withdrawn"
    guests.uninvite(cast.office, cast.actor("coralia"), cast.cohort.id, cast.institutions["/cr/ppme/"].id)
    with pytest.raises(NotFound):
        cohorts.get(cast.office, carlos, cast.cohort.id)


def test_the_host_and_what_stands_above_it_is_not_invited(cast):
    coralia = cast.actor("coralia")
    for path in ("/pa/", "/pa/senafront/"):
        refused("guest-host", guests.invite, cast.office, coralia, cast.cohort.id, cast.institutions[path].id)
    refused("guest-quota-number", guests.invite, cast.office, coralia, cast.cohort.id, cast.institutions["/cr/"].id, 0)
    offered = [row.path for row, _depth in guests.invitable(cast.office, cast.cohort)]
    assert "/pa/" not in offered
    assert {"/pa/senafront/cativo/", "/cr/ppme/"} <= set(offered)


def test_a_trainer_decides_about_nobody(cast):
    terms(cast, entry="self")
    with pytest.raises(NotFound):
        joining.applications(cast.office, cast.actor("tomas"), cast.cohort.id)


def test_a_trainer_whose_course_was_taken_from_them_no_longer_runs_the_cohort(cast):
    assert access.running(cast.office, cast.actor("tomas"), cast.cohort.id).side == "trainer"
    with cast.office.transaction():
        for grant in cast.office.session.scalars(
            select(RoleGrant).where(RoleGrant.person_id == cast.people["tomas"].id)
        ):
            cast.office.session.delete(grant)
    cast.office.session.expire_all()
    with pytest.raises(NotFound):
        access.running(cast.office, cast.actor("tomas"), cast.cohort.id)


def test_enrolling_beside_the_line_never_overbooks(cast):
    """The seat is counted where the enrolment is made: whoever calls it."""
    terms(cast, seats=1)
    with pytest.raises(Refused), cast.office.transaction():
        learning.enrol(cast.office, None, cast.people["beto"], cast.course.id, cast.cohort.id)


# Nobody decides about themselves, nor about whom they have left behind ------------------------------------------------


def learns_too(cast: Cast, name: str) -> None:
    with cast.office.transaction():
        cast.office.session.add(RoleGrant(person_id=cast.people[name].id, role="learner", granted_at=cast.office.now()))


def test_nobody_decides_about_their_own_seat(cast):
    terms(cast, entry="self")
    learns_too(cast, "coralia")
    (own,) = line(cast, "coralia")
    office, coralia, cohort_id = cast.office, cast.actor("coralia"), cast.cohort.id
    assert not joining.applications(office, coralia, cohort_id).may_decide(own)
    refused("joining-own", joining.approve, office, coralia, cohort_id, [own.id])
    refused("joining-own", joining.decline, office, coralia, cohort_id, [own.id], "no")
    refused("joining-own", cohorts.add, office, coralia, cohort_id, [coralia.person_id])
    refused("joining-own", people.enrol, office, coralia, coralia.person_id, "", cohort_id)
    offered, _more = cohorts.candidates(office, coralia, cohort_id, "coralia")
    assert offered == []
    assert inside(cast) == {"Nayeli"}
    assert joining.approve(office, cast.actor("ada"), cohort_id, [own.id]).seated == 1


@pytest.mark.parametrize("way", ["record", "list"])
def test_whom_officers_left_no_longer_decides_about_them(cast_on_both, way):
    cast = cast_on_both
    office, there = cast.office, cast.institutions["/pa/"].id
    terms(cast, entry="self", institution_id=cast.institutions["/cr/ppme/"].id)
    guests.invite(office, cast.actor("carlos"), cast.cohort.id, cast.institutions["/pa/"].id)
    (asked,) = line(cast, "beto")
    coralia = cast.actor("coralia")
    assert [row.id for row in joining.applications(office, coralia, cast.cohort.id).rows] == [asked.id]
    beto = cast.people["beto"]
    if way == "record":
        people.correct(office, cast.actor("ada"), beto.id, people.Nominee(beto.name, beto.email, there))
    else:
        with office.transaction():
            several.correct_many(
                office,
                cast.actor("ada"),
                [several.Correction(beto.id, there, {}, cast.institutions["/pa/"])],
                {},
            )
    assert joining.applications(office, coralia, cast.cohort.id).rows == ()
    with pytest.raises(NotFound):
        joining.approve(office, coralia, cast.cohort.id, [asked.id])
    assert joining.approve(office, cast.actor("carlos"), cast.cohort.id, [asked.id]).seated == 1


def test_officers_whose_institution_is_invited_no_more_do_not_ask_again(cast):
    terms(cast, entry="self")
    office, cohort_id = cast.office, cast.cohort.id
    guests.invite(office, cast.actor("coralia"), cohort_id, cast.institutions["/cr/ppme/"].id)
    with office.transaction():
        office.session.execute(delete(Enrolment).where(Enrolment.person_id == cast.people["ximena"].id))
    (asked,) = line(cast, "ximena")
    joining.decline(office, cast.actor("coralia"), cohort_id, [asked.id], "Sin cupo.")
    guests.uninvite(office, cast.actor("coralia"), cohort_id, cast.institutions["/cr/ppme/"].id)
    ximena = cast.actor("ximena")
    assert [offer.open for offer in joining.offers(office, ximena)] == [False]
    refused("joining-closed", joining.ask, office, ximena, cohort_id)
