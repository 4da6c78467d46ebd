"""Cohorts: planned, filled and changed by those who run them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import event, select, update

from app.records.audit import AuditEntry
from app.records.cohorts import Cohort, CohortTrainer
from app.records.learning import Enrolment
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import cohorts, people
from app.services.cohorts import Plan
from tests.cast import Cast
from tests.story import complete, finish_lessons


def plan(cast: Cast, **changes: object) -> Plan:
    said = Plan(
        "Darién 2027",
        cast.course.id,
        cast.institutions["/pa/senafront/"].id,
        dt.date(2027, 1, 11),
        dt.date(2027, 4, 30),
        (cast.people["tomas"].id,),
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def refused(code: str, deed, *args) -> Refused:
    with pytest.raises(Refused) as caught:
        deed(*args)
    assert caught.value.code == code
    return caught.value


def enrolment(cast: Cast, name: str) -> Enrolment:
    return cast.office.session.scalars(
        select(Enrolment).where(Enrolment.person_id == cast.people[name].id).execution_options(populate_existing=True)
    ).one()


def test_a_coordinator_plans_a_cohort_with_dates_and_trainers(cast_on_both):
    cast = cast_on_both
    made = cohorts.create(cast.office, cast.actor("coralia"), plan(cast, name="  Darién   2027 "))
    line = cohorts.get(cast.office, cast.actor("coralia"), made.id)
    assert (line.cohort.name, line.state, line.officers) == ("Darién 2027", "planned", 0)
    assert [person.name for person in line.cohort.trainers] == ["Tomás Ñurinda Sáenz"]


@pytest.mark.parametrize(
    ("day", "state"),
    [((2026, 9, 30), "planned"), ((2026, 10, 1), "open"), ((2026, 12, 15), "open"), ((2026, 12, 16), "closed")],
)
def test_a_cohort_is_open_from_its_first_day_to_its_last(cast, day, state):
    assert cohorts.state_of(cast.cohort, dt.date(*day)) == state


def test_the_day_turns_where_the_reader_lives(cast):
    cast.clock.at = dt.datetime(2026, 12, 16, 4, 0, tzinfo=dt.UTC)  # still the 15th in Panama
    assert cohorts.get(cast.office, cast.actor("coralia"), cast.cohort.id).state == "open"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "  "}, "cohort-name-missing", "name"),
        ({"name": "x" * 121}, "cohort-long", "name"),
        ({"ends_on": dt.date(2027, 1, 10)}, "cohort-dates-crossed", "ends_on"),
        ({"trainers": (uuid.uuid4(),)}, "cohort-trainer", "trainers"),
    ],
)
def test_a_plan_that_cannot_be_names_its_field(cast, changes, code, field):
    no = refused(code, cohorts.create, cast.office, cast.actor("coralia"), plan(cast, **changes))
    assert no.values["field"] == field


def test_only_those_who_may_teach_the_course_are_its_trainers(cast):
    for name in ("tina", "nayeli", "ada"):
        wrong = plan(cast, trainers=(cast.people[name].id,))
        refused("cohort-trainer", cohorts.create, cast.office, cast.actor("coralia"), wrong)
    assert [person.name for person, _courses in cohorts.trainers(cast.office)] == ["Tomás Ñurinda Sáenz"]


def test_a_trainer_who_no_longer_may_teach_stays_in_the_cohorts_they_had(cast):
    with cast.office.transaction():
        cast.office.session.delete(cast.people["tomas"].grants[0])
    kept = plan(cast, name="Guayacán", starts_on=cast.cohort.starts_on)
    cohorts.edit(cast.office, cast.actor("coralia"), cast.cohort.id, kept)
    assert cast.office.session.scalars(select(CohortTrainer.person_id)).all() == [cast.people["tomas"].id]


def test_anothers_cohort_is_not_found(cast):
    carlos, cohort_id = cast.actor("carlos"), cast.cohort.id
    for deed in (
        lambda: cohorts.get(cast.office, carlos, cohort_id),
        lambda: cohorts.edit(cast.office, carlos, cohort_id, plan(cast)),
        lambda: cohorts.candidates(cast.office, carlos, cohort_id, ""),
        lambda: cohorts.add(cast.office, carlos, cohort_id, [cast.people["ximena"].id]),
        lambda: cohorts.remove(cast.office, carlos, cohort_id, enrolment(cast, "nayeli").id),
        lambda: cohorts.delete_empty(cast.office, carlos, cohort_id),
        lambda: cohorts.create(cast.office, carlos, plan(cast)),
        lambda: cohorts.create(cast.office, cast.actor("coralia"), plan(cast, course="no-such-course")),
        lambda: cohorts.edit(
            cast.office, cast.actor("coralia"), cohort_id, plan(cast, institution=cast.institutions["/cr/"].id)
        ),
    ):
        with pytest.raises(NotFound):
            deed()
    assert cohorts.listing(cast.office, carlos) == []
    with pytest.raises(Forbidden):
        cohorts.listing(cast.office, cast.actor("nayeli"))


def test_the_list_tells_how_far_each_cohort_is(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people["beto"].id])
    finish_lessons(cast, "beto", "mission")
    line = cohorts.listing(cast.office, cast.actor("coralia"))[0]
    assert (line.officers, line.started, line.completed) == (2, 2, 1)


def test_the_list_costs_the_same_queries_for_one_cohort_and_for_ten(cast):
    actor = cast.actor("coralia")

    def count() -> int:
        cast.office.session.rollback()
        seen: list[str] = []
        engine = cast.office.session.get_bind()
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        for line in cohorts.listing(cast.office, actor):
            assert [t.name for t in line.cohort.trainers] and line.cohort.course.title("es")
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    before = count()
    for n in range(9):
        cohorts.create(cast.office, actor, plan(cast, name=f"Cohort {n}"))
    assert count() == before


def test_officers_come_in_all_or_none(cast):
    coralia = cast.actor("coralia")
    with pytest.raises(NotFound):
        cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people["beto"].id, cast.people["ximena"].id])
    assert enrolment(cast, "beto").cohort_id is None
    assert cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people["beto"].id] * 2) == 1
    assert enrolment(cast, "beto").cohort_id == cast.cohort.id
    refused("cohort-nobody", cohorts.add, cast.office, coralia, cast.cohort.id, [])
    people.deactivate(cast.office, coralia, cast.people["beto"].id)
    refused("person-disabled", cohorts.add, cast.office, coralia, cast.cohort.id, [cast.people["beto"].id])


def test_only_active_people_of_ones_own_who_are_not_in_it_are_offered(cast):
    def offered(name: str = "") -> list[tuple[str, str]]:
        found, more = cohorts.candidates(cast.office, cast.actor("coralia"), cast.cohort.id, name)
        assert not more
        return [(c.person.name.partition(" ")[0], c.status) for c in found]

    assert offered() == [("Norberto", "not-started"), ("Tomás", "")], "and nobody themselves"
    assert offered("guiral") == [("Norberto", "not-started")]
    people.withdraw(cast.office, cast.actor("coralia"), enrolment(cast, "nayeli").id)
    assert ("Nayeli", "withdrawn") in offered()
    people.deactivate(cast.office, cast.actor("coralia"), cast.people["beto"].id)
    assert ("Norberto", "not-started") not in offered()


def test_whoever_leaves_a_cohort_stays_in_the_course(cast):
    coralia, row = cast.actor("coralia"), enrolment(cast, "nayeli")
    cohorts.remove(cast.office, coralia, cast.cohort.id, row.id)
    assert (enrolment(cast, "nayeli").cohort_id, enrolment(cast, "nayeli").status) == (None, "not-started")
    with pytest.raises(NotFound):
        cohorts.remove(cast.office, coralia, cast.cohort.id, row.id)


def test_the_course_of_a_cohort_with_officers_is_fixed(cast):
    no = refused(
        "cohort-course-fixed", cohorts.edit, cast.office, cast.actor("coralia"), cast.cohort.id, plan(cast, course="x")
    )
    assert no.values["field"] == "course"


def test_only_a_cohort_in_which_nobody_ever_was_can_be_deleted(cast):
    coralia = cast.actor("coralia")
    refused("cohort-not-empty", cohorts.delete_empty, cast.office, coralia, cast.cohort.id)
    with cast.office.transaction():
        cast.office.session.execute(update(Enrolment).values(cohort_id=None))
    cohorts.delete_empty(cast.office, coralia, cast.cohort.id)
    assert cast.office.session.scalars(select(Cohort.id)).all() == []
    assert cast.office.session.scalars(select(CohortTrainer.cohort_id)).all() == []
    assert (
        cast.office.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "cohort.delete"
    )
