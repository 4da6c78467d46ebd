"""Many people at once: what is left behind is what doing it one by one leaves behind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, inspect, select

from app.records.audit import AuditEntry, Notice
from app.records.learning import Enrolment
from app.records.people import AccessToken, Person, RoleGrant
from app.services import accounts, people
from app.services.people import Nominee, several
from app.services.people.several import Addressee, Correction
from tests.cast import PASSWORD, Cast
from tests.story import finish_lessons

OWN = {
    "id",
    "token_hash",
    "dedup_key",
    "body",
    "subject",
    "person_id",
    "email",
    "name",
    "sort_name",
    "file_name",
    "file_key",
    "changed",  # nayeli moved before the comparison begins, beto did not
}
"""what differs between any two people"""


def left(cast: Cast, person: Person) -> dict[str, Any]:
    """Everything the tables hold about a person, without what is theirs alone."""
    session = cast.office.session
    session.expire_all()
    enrolments = [row.id for row in session.scalars(select(Enrolment).where(Enrolment.person_id == person.id))]
    subjects = [str(person.id), *map(str, enrolments)]

    def plain(row: Any) -> dict[str, Any]:
        return {
            column.key: getattr(row, column.key)
            for column in inspect(type(row)).column_attrs
            if column.key not in OWN and not column.deferred
        }

    found: dict[str, Any] = {"person": plain(session.get_one(Person, person.id, populate_existing=True))}
    for table in (RoleGrant, AccessToken, Notice, Enrolment):
        rows = session.scalars(select(table).where(table.person_id == person.id))  # type: ignore[attr-defined]
        found[table.__name__] = sorted((plain(row) for row in rows), key=str)
    log = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(subjects), AuditEntry.number > session.info.get("log begins", 0))
        .order_by(AuditEntry.number)
    )
    found["log"] = sorted(
        ((entry.action, str(entry.detail), entry.institution_id, entry.actor_id) for entry in log), key=str
    )
    found["mail"] = sorted(row.subject for row in session.scalars(select(Notice).where(Notice.person_id == person.id)))
    return found


def person(cast: Cast, email: str) -> Person:
    return cast.office.session.scalars(select(Person).where(Person.email == email)).one()


def addressee(one: Person) -> Addressee:
    return Addressee(one.id, one.name, one.language, one.institution_id, one.institution.name)


def nominee(cast: Cast, email: str) -> Nominee:
    place = cast.institutions["/pa/senafront/cativo/"].id
    return Nominee("Rosa Elvira Dogirama", email, place, "Cabo", "00417", "f", "en")


def test_inviting_and_enrolling(cast_on_both):
    cast = cast_on_both
    actor = cast.actor("coralia")
    people.invite(cast.office, actor, nominee(cast, "one@x.example"), cohort=cast.cohort.id)
    place = cast.institutions["/pa/senafront/cativo/"]
    with cast.office.transaction():
        [made] = several.create_many(cast.office, actor, [(nominee(cast, "many@x.example"), place)], {})
        who = Addressee(made, "Rosa Elvira Dogirama", "en", place.id, place.name)
        several.enrol_many(cast.office, actor, [who], cast.course.id, cast.cohort.id, frozenset(), {})
        links = several.send_links(cast.office, [who])
    assert left(cast, person(cast, "many@x.example")) == left(cast, person(cast, "one@x.example"))
    token = links[made].rpartition("/")[2]
    accounts.use_link(cast.office, token, "invitation", PASSWORD)
    assert accounts.sign_in(cast.office, "many@x.example", PASSWORD, address="x")
    bodies = [
        cast.office.session.scalar(select(Notice.body).where(Notice.person_id == person(cast, f"{who}@x.example").id))
        for who in ("one", "many")
    ]
    assert bodies[0].partition("http")[0] == bodies[1].partition("http")[0]


def twins(cast: Cast) -> tuple[Person, Person]:
    """Two people who differ in nothing but their names, enrolled and at work."""
    for name in ("nayeli", "beto"):
        finish_lessons(cast, name, "mission")
    with cast.office.transaction():
        for name in ("nayeli", "beto"):
            row = cast.office.session.get_one(Person, cast.people[name].id)
            row.institution_id = cast.institutions["/pa/senafront/cativo/"].id
            for enrolment in cast.office.session.scalars(select(Enrolment).where(Enrolment.person_id == row.id)):
                enrolment.cohort_id, enrolment.institution_id = None, row.institution_id
    # what was done to them before differs, and the log forgets nothing
    cast.office.session.info["log begins"] = cast.office.session.scalar(select(func.max(AuditEntry.number)))
    cast.office.session.expire_all()
    for name in ("nayeli", "beto"):
        accounts.sign_in(cast.office, cast.email(name), PASSWORD, address="x")
        accounts.ask_new_password(cast.office, cast.email(name), address="x")
    return person(cast, cast.email("nayeli")), person(cast, cast.email("beto"))


def test_correcting_and_moving(cast_on_both):
    cast = cast_on_both
    one, other = twins(cast)
    actor, place = cast.actor("coralia"), cast.institutions["/pa/senafront/"]
    said = Nominee("Nayeli Ábrego", "n@x.example", place.id, "Sargento", "7", "f", "en")
    assert people.correct(cast.office, actor, one.id, said)
    fields = {"rank": "Sargento", "service_number": "7", "sex": "f", "language": "en"}
    with cast.office.transaction():
        fields |= {"name": "Norberto Güiral", "email": "b@x.example"}
        moved = several.correct_many(cast.office, actor, [Correction(other.id, place.id, fields, place)], {})
    assert left(cast, one) == left(cast, other)
    assert list(moved) == [other.id]
    assert set(moved[other.id].values()) == {cast.institutions["/pa/senafront/cativo/"].id}
    assert (other.name, other.sort_name, other.email) == ("Norberto Güiral", "norberto guiral", "b@x.example")


def test_closing_and_opening(cast_on_both):
    cast = cast_on_both
    one, other = twins(cast)
    actor = cast.actor("coralia")
    people.deactivate(cast.office, actor, one.id)
    with cast.office.transaction():
        several.deactivate_many(cast.office, actor, {other.id: other.institution_id}, {})
    assert left(cast, one) == left(cast, other)
    people.reactivate(cast.office, actor, one.id)
    with cast.office.transaction():
        several.reactivate_many(cast.office, actor, {other.id: other.institution_id}, {})
    assert left(cast, one) == left(cast, other)
    assert other.active


def test_coming_back_to_a_course_and_changing_cohort(cast_on_both):
    cast = cast_on_both
    one, other = twins(cast)
    actor = cast.actor("coralia")
    for who in (one, other):
        enrolment = cast.office.session.scalars(select(Enrolment).where(Enrolment.person_id == who.id)).one()
        people.withdraw(cast.office, actor, enrolment.id)

    def both(cohort: Any) -> None:
        people.enrol(cast.office, actor, one.id, cast.course.id, cohort)
        with cast.office.transaction():
            who = [addressee(other)]
            several.enrol_many(cast.office, actor, who, cast.course.id, cohort, frozenset({other.id}), {})
        assert left(cast, one) == left(cast, other)

    both(None)
    both(cast.cohort.id)
    both(cast.cohort.id)
