"""Roles are given and taken back by administrators, at once, in the log, and one administrator always remains."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry
from app.records.people import Person, RoleGrant
from app.rules.errors import Forbidden, NotFound, Refused
from app.rules.permissions import Role
from app.services import grants
from tests.cast import Cast, office_for


def give(cast: Cast, name: str, role: str, path: str = "", course: str = "") -> None:
    institution = cast.institutions[path].id if path else None
    grants.give(
        cast.office, cast.actor("ada"), cast.people[name].id, role, institution_id=institution, course_id=course
    )


def held(cast: Cast, name: str, role: str) -> list[RoleGrant]:
    query = select(RoleGrant).where(RoleGrant.person_id == cast.people[name].id, RoleGrant.role == role)
    return list(cast.office.session.scalars(query))


def test_a_coordinator_is_one_over_the_institution_named(cast: Cast) -> None:
    give(cast, "tomas", "coordinator", "/pa/senafront/guayacan/")
    assert cast.actor("tomas").paths("read roster") == ("/pa/senafront/guayacan/",)


def test_a_trainer_is_one_for_the_course_named(cast: Cast) -> None:
    give(cast, "coralia", "trainer", course=cast.course.id)
    assert [grant.course for grant in cast.actor("coralia").grants if grant.role is Role.TRAINER] == [cast.course.id]


@pytest.mark.parametrize("role", ["learner", "observer", "administrator"])
def test_the_other_roles_are_over_nothing_in_particular(cast: Cast, role: str) -> None:
    give(cast, "carlos", role, "/pa/", cast.course.id)
    [grant] = held(cast, "carlos", role)
    assert grant.institution_id is None and grant.course_id is None


@pytest.mark.parametrize(
    ("role", "code"), [("coordinator", "role-institution"), ("trainer", "role-course"), ("emperor", "role-unknown")]
)
def test_a_role_that_lacks_what_it_is_over_is_refused(cast: Cast, role: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        give(cast, "beto", role)


def test_an_unknown_person_institution_or_course_is_not_found(cast: Cast) -> None:
    office, ada, nobody = cast.office, cast.actor("ada"), uuid.uuid4()
    with pytest.raises(NotFound):
        grants.give(office, ada, nobody, "learner")
    with pytest.raises(NotFound):
        grants.give(office, ada, cast.people["beto"].id, "coordinator", institution_id=nobody)
    with pytest.raises(NotFound):
        grants.give(office, ada, cast.people["beto"].id, "trainer", course_id="no-such-course")


def test_the_same_role_given_twice_is_one_role_and_one_entry(cast: Cast) -> None:
    for _ in range(2):
        give(cast, "beto", "observer")
    assert len(held(cast, "beto", "observer")) == 1
    entries = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "role.give")).all()
    assert [entry.detail for entry in entries] == [{"role": "observer"}]
    assert entries[0].actor_id == cast.people["ada"].id and entries[0].subject == str(cast.people["beto"].id)


def test_a_role_taken_back_opens_nothing_any_more(cast: Cast) -> None:
    [grant] = held(cast, "coralia", "coordinator")
    grants.revoke(cast.office, cast.actor("ada"), cast.people["coralia"].id, grant.id)
    assert not cast.actor("coralia").may("read roster")
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "role.revoke")).one()
    assert entry.detail == {"role": "coordinator", "institution": "/pa/senafront/"}


def test_somebody_elses_role_is_not_found_under_this_person(cast: Cast) -> None:
    [grant] = held(cast, "coralia", "coordinator")
    with pytest.raises(NotFound):
        grants.revoke(cast.office, cast.actor("ada"), cast.people["nayeli"].id, grant.id)
    assert cast.actor("coralia").may("read roster")


def test_the_last_administrator_stays(cast: Cast) -> None:
    [grant] = held(cast, "ada", "administrator")
    with pytest.raises(Refused, match="role-last-administrator"):
        grants.revoke(cast.office, cast.actor("ada"), cast.people["ada"].id, grant.id)
    assert cast.actor("ada").may("administer")


@pytest.mark.parametrize("change", [{"active": False}, {"password_hash": ""}])
def test_an_administrator_who_cannot_sign_in_does_not_count_as_another(cast: Cast, change: dict[str, object]) -> None:
    give(cast, "oscar", "administrator")
    with cast.office.transaction():
        for key, value in change.items():
            setattr(cast.office.session.get_one(Person, cast.people["oscar"].id), key, value)
    [grant] = held(cast, "ada", "administrator")
    with pytest.raises(Refused, match="role-last-administrator"):
        grants.revoke(cast.office, cast.actor("ada"), cast.people["ada"].id, grant.id)


def test_an_administrator_steps_down_when_another_remains(cast: Cast) -> None:
    give(cast, "oscar", "administrator")
    [grant] = held(cast, "ada", "administrator")
    grants.revoke(cast.office, cast.actor("ada"), cast.people["ada"].id, grant.id)
    assert not cast.actor("ada").may("administer") and cast.actor("oscar").may("administer")


def test_two_administrators_cannot_remove_each_other_at_once(
    cast_on_both: Cast, engine_for: Callable[[str], Engine]
) -> None:
    cast = cast_on_both
    give(cast, "oscar", "administrator")
    pairs = [
        (cast.actor(by), cast.people[of].id, held(cast, of, "administrator")[0].id)
        for by, of in (("ada", "oscar"), ("oscar", "ada"))
    ]
    engine = cast.office.session.get_bind().engine
    cast.office.session.rollback()
    together, answers = threading.Barrier(2), []

    def remove(pair: tuple) -> None:  # type: ignore[type-arg]
        with Session(engine, expire_on_commit=False) as session:
            together.wait()
            try:
                grants.revoke(office_for(session, cast.clock), *pair)
                answers.append("removed")
            except Refused as no:
                answers.append(no.code)

    threads = [threading.Thread(target=remove, args=(pair,)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["removed", "role-last-administrator"]


def test_people_are_found_by_name_without_accents_by_address_by_role_and_by_institution(cast: Cast) -> None:
    def found(text: str = "", **more: object) -> set[str]:
        rows = grants.search(cast.office, cast.actor("ada"), text, **more).people  # type: ignore[arg-type]
        return {row.email.partition("@")[0] for row in rows}

    assert found("abrego nayeli") == {"nayeli"}
    assert found("TOMÁS ñur") == {"tomas"}
    assert found("ximena@paso") == {"ximena"}
    assert found("%") == found("no such person") == set()
    assert found(role="coordinator") == {"coralia", "carlos"}
    assert found(institution_id=cast.institutions["/pa/senafront/"].id) == {"nayeli", "beto", "tomas", "coralia"}
    assert len(found()) == 9


def test_pages_of_people_follow_each_other_at_the_same_cost(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    asked: list[str] = []
    event.listen(office.session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    pages = []
    for number in (1, 2, 3):
        office.session.expire_all()
        asked.clear()
        found = grants.search(office, ada, page=number, size=4)
        pages.append([(row.name, row.institution.name, [g.role for g in row.grants]) for row in found.people])
        assert (found.total, found.pages, found.number) == (9, 3, number)
        assert len(asked) <= 4
    names = [name for page in pages for name, *_rest in page]
    assert len(set(names)) == 9 and grants.search(office, ada, page=99, size=4).number == 3


@pytest.mark.parametrize("name", ["nayeli", "coralia", "tomas", "oscar"])
def test_only_administrators_see_and_give_roles(cast: Cast, name: str) -> None:
    actor, person_id = cast.actor(name), cast.people[name].id
    with pytest.raises(Forbidden):
        grants.search(cast.office, actor)
    with pytest.raises(Forbidden):
        grants.person(cast.office, actor, person_id)
    with pytest.raises(Forbidden):
        grants.give(cast.office, actor, person_id, "administrator")
    with pytest.raises(Forbidden):
        grants.revoke(cast.office, actor, person_id, uuid.uuid4())
