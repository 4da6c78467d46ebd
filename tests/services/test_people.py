"""People below a coordinator: found, invited, corrected, enrolled; those of others are not found."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, update

from app.records.audit import AuditEntry, Notice
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import AccessToken, Person, RoleGrant, SignIn
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import accounts, people, signins
from app.services.people import Invitation, Nominee, PeopleQuery, inviting
from tests.cast import PASSWORD, Cast
from tests.story import complete, finish_lessons, sign_practice, sit


def nominee(cast: Cast, path: str = "/pa/senafront/guayacan/", **more: object) -> Nominee:
    fields = {
        "name": "Rosa Elvira Dogirama",
        "email": "Rosa@Paso.Example ",
        "rank": "Cabo",
        "sex": "f",
        "language": "es",
    }
    return Nominee(**{**fields, "institution": cast.institutions[path].id, **more})  # type: ignore[arg-type]


def invite(
    cast: Cast, who: str = "coralia", /, course: str = "", cohort: uuid.UUID | None = None, **more: object
) -> Invitation:
    return people.invite(cast.office, cast.actor(who), nominee(cast, **more), course, cohort)  # type: ignore[arg-type]


def person(cast: Cast, person_id: uuid.UUID) -> Person:
    return cast.office.session.get_one(Person, person_id, populate_existing=True)


def acts(cast: Cast) -> list[str]:
    return list(cast.office.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def refused(code: str, deed, *args, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        deed(*args, **more)
    assert caught.value.code == code
    return caught.value


# Finding --------------------------------------------------------------------------------------------------------------


def found(cast: Cast, who: str = "coralia", /, **asked: str) -> list[str]:
    page = people.find(cast.office, cast.actor(who), PeopleQuery.parse(asked))
    return [row.person.name.partition(" ")[0] for row in page.rows]


def test_a_coordinator_finds_people_of_their_institutions_only(cast_on_both):
    assert found(cast_on_both) == ["Coralia", "Nayeli", "Norberto", "Tomás"]
    assert found(cast_on_both, "carlos") == ["Carlos", "Tina", "Ximena"]
    assert found(cast_on_both, name="ximena") == []
    assert len(found(cast_on_both, "ada")) == 9


@pytest.mark.parametrize("typed", ["ábrego", "NAYELI quintero", "nayeli@", "paso.example nayeli"])
def test_a_person_is_found_by_name_or_address(cast, typed):
    assert found(cast, name=typed) == (["Nayeli"] if " n" not in typed else [])


def test_people_are_listed_by_the_state_of_their_account(cast):
    made = invite(cast)
    people.deactivate(cast.office, cast.actor("coralia"), cast.people["beto"].id)
    assert found(cast, status="invited") == ["Rosa"]
    assert found(cast, status="disabled") == ["Norberto"]
    assert found(cast, status="active") == ["Coralia", "Nayeli", "Tomás"]
    people.deactivate(cast.office, cast.actor("coralia"), made.person_id)
    assert found(cast, status="invited") == []


def test_the_list_counts_courses_not_withdrawn(cast):
    complete(cast, "nayeli")
    rows = people.find(cast.office, cast.actor("coralia"), PeopleQuery()).rows
    assert [(row.courses, row.completed) for row in rows] == [(0, 0), (1, 1), (1, 0), (0, 0)]


@pytest.mark.parametrize("who", ["nayeli", "tomas", "oscar"])
def test_nobody_else_lists_people(cast, who):
    with pytest.raises(Forbidden):
        found(cast, who)
    with pytest.raises(Forbidden):
        invite(cast, who)


def test_a_page_of_people_costs_the_same_queries_for_four_and_for_forty(cast):
    actor = cast.actor("coralia")

    def count() -> int:
        cast.office.session.rollback()
        seen = []
        engine = cast.office.session.get_bind()
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        people.find(cast.office, actor, PeopleQuery())
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    before = count()
    for n in range(40):
        invite(cast, email=f"n{n}@paso.example")
    assert count() == before


# Inviting -------------------------------------------------------------------------------------------------------------


def test_an_invited_officer_chooses_a_password_through_the_link_and_signs_in(cast):
    made = invite(cast, course=cast.course.id)
    row = person(cast, made.person_id)
    assert (row.email, row.sort_name, row.rank, row.sex) == ("rosa@paso.example", "rosa elvira dogirama", "Cabo", "f")
    assert row.time_zone == "America/Panama"
    assert cast.actor("nayeli").may("learn")
    token = made.url.rpartition("/")[2]
    assert made.url == f"http://127.0.0.1:8000/account/accept/{token}"
    accounts.use_link(cast.office, token, "invitation", PASSWORD)
    assert accounts.sign_in(cast.office, "rosa@paso.example", PASSWORD, address="x")
    who = accounts.actor_for(cast.office, made.person_id)
    assert who.may("learn") and not who.may("read roster")
    assert cast.office.session.scalar(select(Enrolment.course_id).where(Enrolment.person_id == made.person_id))


def test_the_invitation_goes_out_in_the_persons_own_language_with_the_same_link(cast):
    made = invite(cast, language="en")
    notice = cast.office.session.scalars(select(Notice).where(Notice.person_id == made.person_id)).one()
    assert made.url in notice.body
    assert "Rosa Elvira Dogirama" in notice.body and "Puesto Paso del Guayacán" in notice.body


def test_the_account_begins_in_the_time_of_its_country(cast):
    made = invite(cast, "carlos", path="/cr/ppme/")
    assert person(cast, made.person_id).time_zone == "America/Costa_Rica"


def test_nobody_is_invited_into_another_institution(cast):
    for who, path in (("coralia", "/cr/ppme/"), ("coralia", "/pa/"), ("carlos", "/pa/senafront/cativo/")):
        with pytest.raises(NotFound):
            invite(cast, who, path=path)
    assert "person.invite" not in acts(cast)


def test_an_address_opens_one_account_only(cast):
    refused("person-known", invite, cast, email="NAYELI@paso.example")
    refused("person-elsewhere", invite, cast, email="ximena@paso.example")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "  ", "person-name-missing"),
        ("name", "X", "person-name-missing"),
        ("name", "x" * 93, "person-long"),
        ("email", "rosa", "person-email-wrong"),
        ("email", "", "person-email-wrong"),
        ("email", "rosa@paso.example\nbcc: x@y.example", "person-email-wrong"),
        ("rank", "x" * 61, "person-long"),
        ("service_number", "9" * 41, "person-long"),
        ("name", "Rosa 😀 Dogirama", "person-unprintable"),
        ("sex", "q", "person-sex-unknown"),
        ("language", "fr", "language-unknown"),
    ],
)
def test_a_record_that_cannot_be_kept_names_its_field(cast, field, value, code):
    assert refused(code, invite, cast, **{field: value}).values["field"] == field


def test_a_national_identity_number_is_not_kept_for_a_service_number(cast):
    fault = refused("person-national-id", invite, cast, service_number="8-123-4567")
    assert fault.values["field"] == "service_number"
    refused("person-national-id", correct, cast, "nayeli", service_number="PE-12-345")
    assert invite(cast, "carlos", path="/cr/ppme/", service_number="8-123-4567"), "it is no such number there"


def test_everything_wrong_with_a_record_is_told_at_once_and_each_field_once(cast):
    said = nominee(cast, name="", email="x" * 255, rank="😀", sex="q", language="fr")
    assert [(fault.code, fault.values["field"]) for fault in inviting.faults(said)] == [
        ("person-name-missing", "name"),
        ("person-long", "email"),
        ("person-unprintable", "rank"),
        ("person-sex-unknown", "sex"),
        ("language-unknown", "language"),
    ]


def test_signs_that_nobody_types_leave_a_name(cast):
    made = invite(cast, name="  Rosa\u202e \t Elvira\u0000  Dogirama\n")
    assert made.name == "Rosa Elvira Dogirama"


def test_an_officer_is_invited_into_a_cohort_and_its_course(cast):
    made = invite(cast, cohort=cast.cohort.id)
    row = cast.office.session.scalars(select(Enrolment).where(Enrolment.person_id == made.person_id)).one()
    assert (row.course_id, row.cohort_id) == (cast.course.id, cast.cohort.id)
    refused("cohort-other-course", invite, cast, course="another", cohort=cast.cohort.id, email="b@x.example")
    with pytest.raises(NotFound):
        invite(cast, "carlos", path="/cr/ppme/", cohort=cast.cohort.id, email="c@x.example")
    with pytest.raises(NotFound):
        invite(cast, course="no-such-course", email="d@x.example")
    assert cast.office.session.scalar(select(func.count()).where(Person.email.in_(["b@x.example", "d@x.example"]))) == 0


def test_a_new_invitation_ends_the_one_before(cast):
    first = invite(cast)
    second = people.invite_again(cast.office, cast.actor("coralia"), first.person_id)
    assert first.url != second.url
    with pytest.raises(NotFound):
        accounts.person_of_link(cast.office, first.url.rpartition("/")[2], "invitation")
    assert accounts.person_of_link(cast.office, second.url.rpartition("/")[2], "invitation").name == first.name


def test_who_has_a_password_is_not_invited_again(cast):
    again = people.invite_again
    refused("person-accepted", again, cast.office, cast.actor("coralia"), cast.people["nayeli"].id)
    refused("person-duties", again, cast.office, cast.actor("coralia"), cast.people["tomas"].id)
    with pytest.raises(NotFound):
        again(cast.office, cast.actor("coralia"), cast.people["ximena"].id)


# Correcting -----------------------------------------------------------------------------------------------------------


def as_is(cast: Cast, name: str, /, **changes: object) -> Nominee:
    row = cast.people[name]
    said = Nominee(row.name, row.email, row.institution_id, row.rank, row.service_number, row.sex, row.language)
    return replace(said, **changes)  # type: ignore[arg-type]


def correct(cast: Cast, name: str, who: str = "coralia", /, **changes: object) -> set[str]:
    return people.correct(cast.office, cast.actor(who), cast.people[name].id, as_is(cast, name, **changes))


def test_a_record_is_corrected_and_the_log_says_what_not_what_to(cast):
    assert correct(cast, "nayeli", name="Nayeli Ábrego de Quintero", rank="Sargento") == {"name", "rank"}
    row = person(cast, cast.people["nayeli"].id)
    assert (row.name, row.sort_name, row.rank) == ("Nayeli Ábrego de Quintero", "nayeli abrego de quintero", "Sargento")
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.correct")).one()
    assert entry.detail == {"fields": ["name", "rank"]}


def test_nothing_changed_is_nothing_done(cast):
    assert correct(cast, "nayeli") == set()
    assert "person.correct" not in acts(cast)


def test_with_the_address_every_link_sent_to_the_old_one_ends(cast):
    made = invite(cast)
    cast.people["rosa"] = person(cast, made.person_id)
    assert correct(cast, "rosa", email="rosa.elvira@paso.example") == {"email"}
    with pytest.raises(NotFound):
        accounts.person_of_link(cast.office, made.url.rpartition("/")[2], "invitation")
    assert cast.office.session.scalar(select(func.count()).select_from(AccessToken)) == 0
    assert cast.office.session.scalar(select(func.count()).select_from(Notice)) == 0


def test_another_persons_address_cannot_be_taken(cast):
    refused("person-known", correct, cast, "nayeli", email="beto@paso.example")
    refused("person-elsewhere", correct, cast, "nayeli", email="carlos@paso.example")


def test_only_courses_not_completed_move_with_an_officer(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    finish_lessons(cast, "beto", "mission")
    place = cast.institutions["/pa/senafront/"].id
    for name in ("nayeli", "beto"):
        assert correct(cast, name, institution=place) == {"institution"}
    rows = dict(
        cast.office.session.execute(
            select(Enrolment.person_id, Enrolment.institution_id).where(Enrolment.course_id == cast.course.id)
        ).all()
    )
    assert rows[cast.people["beto"].id] == place
    assert rows[cast.people["nayeli"].id] == cast.institutions["/pa/senafront/guayacan/"].id


def test_nobody_is_moved_out_of_ones_institutions_or_taken_from_anothers(cast):
    with pytest.raises(NotFound):
        correct(cast, "nayeli", institution=cast.institutions["/cr/ppme/"].id)
    with pytest.raises(NotFound):
        correct(cast, "nayeli", "carlos")


@pytest.mark.parametrize("name", ["tomas", "coralia"])
def test_the_account_of_someone_with_duties_is_an_administrators_to_change(cast, name):
    refused("person-duties", correct, cast, name, email="mine@paso.example")
    refused("person-duties", people.deactivate, cast.office, cast.actor("coralia"), cast.people[name].id)
    assert correct(cast, name, "ada", rank="Capitán") == {"rank"}


# Closing and opening --------------------------------------------------------------------------------------------------


def test_a_closed_account_is_signed_out_and_cannot_sign_in_until_it_is_opened(cast):
    token = accounts.sign_in(cast.office, "nayeli@paso.example", PASSWORD, address="x")
    who = cast.people["nayeli"].id
    people.deactivate(cast.office, cast.actor("coralia"), who)
    people.deactivate(cast.office, cast.actor("coralia"), who)
    assert signins.signed_in(cast.office, token) is None
    assert cast.office.session.scalar(select(func.count()).select_from(SignIn)) == 0
    refused("sign-in-wrong", accounts.sign_in, cast.office, "nayeli@paso.example", PASSWORD, address="x")
    people.reactivate(cast.office, cast.actor("coralia"), who)
    assert accounts.sign_in(cast.office, "nayeli@paso.example", PASSWORD, address="x")
    assert [act for act in acts(cast) if act.startswith("person.")] == ["person.deactivate", "person.reactivate"]


def test_a_closed_account_keeps_no_invitation_open(cast):
    made = invite(cast)
    people.deactivate(cast.office, cast.actor("coralia"), made.person_id)
    people.reactivate(cast.office, cast.actor("coralia"), made.person_id)
    with pytest.raises(NotFound):
        accounts.person_of_link(cast.office, made.url.rpartition("/")[2], "invitation")


def test_administrators_do_not_close_their_own_account(cast):
    refused("person-self", people.deactivate, cast.office, cast.actor("ada"), cast.people["ada"].id)


# Enrolling ------------------------------------------------------------------------------------------------------------


def enrolment(cast: Cast, name: str) -> Enrolment:
    return cast.office.session.scalars(
        select(Enrolment).where(Enrolment.person_id == cast.people[name].id).execution_options(populate_existing=True)
    ).one()


def test_an_officer_is_enrolled_once_and_told_once(cast):
    for _ in range(2):
        people.enrol(cast.office, cast.actor("coralia"), cast.people["tomas"].id, cast.course.id)
    assert enrolment(cast, "tomas").status == "not-started"
    notice = cast.office.session.scalars(select(Notice)).one()
    assert "/learn/humane-border/" in notice.body


def test_an_officer_comes_back_with_all_their_progress(cast):
    finish_lessons(cast, "beto", "mission")
    before = enrolment(cast, "beto").percent
    row = people.withdraw(cast.office, cast.actor("coralia"), enrolment(cast, "beto").id)
    people.withdraw(cast.office, cast.actor("coralia"), row.id)
    assert enrolment(cast, "beto").status == "withdrawn"
    people.enrol(cast.office, cast.actor("coralia"), cast.people["beto"].id, cohort=cast.cohort.id)
    again = enrolment(cast, "beto")
    assert (again.status, again.percent, again.cohort_id) == ("active", before, cast.cohort.id)
    assert [a for a in acts(cast) if a.startswith("enrolment.")][-2:] == ["enrolment.withdraw", "enrolment.change"]


def test_what_is_completed_cannot_be_withdrawn(cast):
    complete(cast, "nayeli")
    withdraw = people.withdraw
    refused("enrolment-completed", withdraw, cast.office, cast.actor("coralia"), enrolment(cast, "nayeli").id)


def test_nobody_enrols_or_withdraws_anothers_officers(cast):
    with pytest.raises(NotFound):
        people.enrol(cast.office, cast.actor("coralia"), cast.people["ximena"].id, cast.course.id)
    with pytest.raises(NotFound):
        people.withdraw(cast.office, cast.actor("coralia"), enrolment(cast, "ximena").id)
    refused("enrolment-course-missing", people.enrol, cast.office, cast.actor("coralia"), cast.people["beto"].id)


def test_a_closed_account_is_enrolled_in_nothing(cast):
    people.deactivate(cast.office, cast.actor("coralia"), cast.people["beto"].id)
    who = cast.people["beto"].id
    refused("person-disabled", people.enrol, cast.office, cast.actor("coralia"), who, cast.course.id)


# The record -----------------------------------------------------------------------------------------------------------


def record(cast: Cast, name: str, who: str = "coralia") -> people.Record:
    return people.record(cast.office, cast.actor(who), cast.people[name].id)


def test_a_record_shows_criteria_marks_sheets_and_certificates(cast_on_both):
    cast = cast_on_both
    finish_lessons(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    sign_practice(cast, "nayeli", "mission", "not yet")
    found = record(cast, "nayeli")
    course = found.courses[0]
    assert [s.kind for s in course.study.standings if s.met] == ["lessons"]
    assert [(a.kind, a.module, a.passed) for a in course.attempts] == [("quiz", "mission", False)]
    assert [(s.result, s.signer.name) for s in course.sheets] == [("not yet", "Tomás Ñurinda Sáenz")]
    assert (found.own, found.editable, found.status, course.mine) == (True, True, "active", True)


def test_a_record_of_a_completed_course_names_its_certificate(cast):
    complete(cast, "nayeli")
    found = record(cast, "nayeli")
    assert [(c.kind, state) for c, state in found.courses[0].certificates] == [("completion", "valid")]
    assert {"certificate.issue", "enrolment.complete"} <= {act.action for act in found.acts}


def test_another_institutions_officer_is_not_found(cast):
    for who, name in (("coralia", "ximena"), ("coralia", "ada"), ("carlos", "nayeli")):
        with pytest.raises(NotFound):
            record(cast, name, who)
    with pytest.raises(NotFound):
        people.record(cast.office, cast.actor("coralia"), uuid.uuid4())
    with pytest.raises(Forbidden):
        record(cast, "beto", "nayeli")


def test_of_an_officer_who_left_only_the_courses_taught_here_are_shown(cast):
    complete(cast, "nayeli")
    with cast.office.transaction():
        cast.office.session.execute(
            update(Person)
            .where(Person.id == cast.people["nayeli"].id)
            .values(institution_id=cast.institutions["/cr/ppme/"].id)
        )
    cast.office.session.expire_all()
    here, there = record(cast, "nayeli", "coralia"), record(cast, "nayeli", "carlos")
    assert (here.own, here.editable, here.courses[0].mine) == (False, False, True)
    assert (there.own, there.editable, there.courses[0].mine) == (True, True, False)


def test_a_record_costs_a_handful_of_queries(cast):
    complete(cast, "nayeli")
    actor = cast.actor("coralia")
    cast.office.session.rollback()
    seen: list[str] = []
    engine = cast.office.session.get_bind()
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    people.record(cast.office, actor, cast.people["nayeli"].id)
    event.remove(engine, "before_cursor_execute", listener)
    assert len(seen) <= 9, seen


def test_cohorts_of_others_are_no_place_to_enrol(cast):
    with cast.office.transaction():
        other = Cohort(
            course_id=cast.course.id,
            institution_id=cast.institutions["/cr/ppme/"].id,
            name="Peñas Blancas",
            starts_on=cast.cohort.starts_on,
            ends_on=cast.cohort.ends_on,
            created_at=cast.clock(),
        )
        cast.office.session.add(other)
    with pytest.raises(NotFound):
        people.enrol(cast.office, cast.actor("coralia"), cast.people["beto"].id, cohort=other.id)


def test_two_administrators_cannot_close_each_others_accounts_at_once(cast):
    first = cast.actor("ada")
    with cast.office.transaction():  # a second administrator, who is being closed at this very moment
        other = cast.office.session.get_one(Person, cast.people["oscar"].id)
        other.grants.append(RoleGrant(role="administrator", granted_at=cast.office.now()))
    second = cast.actor("oscar")
    people.deactivate(cast.office, first, cast.people["oscar"].id)
    refused("role-last-administrator", people.deactivate, cast.office, second, cast.people["ada"].id)
