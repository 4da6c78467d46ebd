"""Who looked at a record: written once a day, told to the officer, lists told of by what they covered."""

import threading

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry, Sighting
from app.records.learning import Enrolment
from app.records.people import Institution
from app.services import audit, auditchain, institutions, machines, practicedays, rosters, sightings
from app.services.cohorts import tracking
from app.services.rosters import Reader, RosterQuery
from tests.cast import Cast, office_for


def look(cast: Cast, who: str, whose: str, action: str = "record.view") -> None:
    sightings.saw(cast.office, cast.actor(who), cast.people[whose].id, action)


def told(cast: Cast, name: str, **more: object) -> list[tuple[str, str, str, int | None]]:
    found = sightings.of_person(cast.office, cast.people[name].id, **more).looks
    return [(one.action, one.viewer.name, one.role, one.rows) for one in found]


def entries(cast: Cast, action: str) -> list[AuditEntry]:
    return list(cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_look_is_told_once_a_day_to_whose_record_it_was_and_to_nobody_else(cast_on_both):
    cast = cast_on_both
    for _again in range(3):
        look(cast, "coralia", "nayeli")
    cast.clock.pass_by(days=1)
    look(cast, "coralia", "nayeli")
    cast.clock.pass_by(minutes=1)
    look(cast, "tomas", "nayeli", "sheet.view")
    name = cast.people["coralia"].name
    assert told(cast, "nayeli") == [
        ("sheet.view", cast.people["tomas"].name, "trainer", None),
        ("record.view", name, "coordinator", None),
        ("record.view", name, "coordinator", None),
    ]
    assert told(cast, "beto") == told(cast, "ximena") == []
    assert auditchain.check(cast.office).findings == ()


def test_a_look_at_ones_own_record_is_no_matter(cast):
    look(cast, "coralia", "coralia")
    assert entries(cast, "record.view") == []


def test_the_chain_itself_does_not_say_whose_record_it_was(cast):
    look(cast, "coralia", "nayeli")
    (entry,) = entries(cast, "record.view")
    assert (entry.subject, entry.detail, entry.private) == (
        "",
        {"role": "coordinator"},
        {"person": str(cast.people["nayeli"].id)},
    )


def test_two_tabs_at_once_are_one_look(any_url, engine_for, cast_on_both):
    engine = cast_on_both.office.session.get_bind()
    actor, person = cast_on_both.actor("coralia"), cast_on_both.people["nayeli"].id
    cast_on_both.office.session.rollback()

    def tab() -> None:
        with Session(engine) as session:
            sightings.saw(office_for(session), actor, person, "record.view")

    threads = [threading.Thread(target=tab) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(entries(cast_on_both, "record.view")) == 1
    assert len(told(cast_on_both, "nayeli")) == 1


def test_looking_again_costs_one_query_and_no_write(cast_on_both):
    look(cast_on_both, "coralia", "nayeli")
    actor, person_id = cast_on_both.actor("coralia"), cast_on_both.people["nayeli"].id
    said: list[str] = []
    engine = cast_on_both.office.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda c, cur, sql, *rest: said.append(sql))
    sightings.saw(cast_on_both.office, actor, person_id, "record.view")
    assert len(said) == 1 and said[0].startswith("SELECT")


def download(cast: Cast, who: str, **asked: str) -> None:
    rosters.note_download(cast.office, cast.actor(who), RosterQuery.parse(asked), "csv")


def test_a_roster_taken_away_is_told_to_those_whom_it_covered(cast_on_both):
    cast = cast_on_both
    post = str(cast.institutions["/pa/senafront/cativo/"].id)
    download(cast, "coralia")
    assert [one[0] for one in told(cast, "nayeli")] == ["roster.download"]
    assert told(cast, "ximena") == [], "of another country"
    cast.clock.pass_by(minutes=1)
    download(cast, "coralia", institution=post)
    assert len(told(cast, "nayeli")) == 1, "she is at another post"
    cast.clock.pass_by(minutes=1)
    download(cast, "ada")
    assert len(told(cast, "nayeli")) == 2 and len(told(cast, "ximena")) == 1
    assert len(entries(cast, "roster.download")) == 3, "each is one entry, however many were in it"


def test_a_roster_of_a_course_or_cohort_covers_those_who_are_in_it(cast):
    assert cast.cohort is not None
    cast.enrol("beto")
    download(cast, "coralia", course="humane-border")
    download(cast, "coralia", cohort=str(cast.cohort.id))
    members = told(cast, "nayeli")
    assert members and {one[0] for one in members} == {"roster.download"}
    assert len(told(cast, "beto")) >= 1
    assert told(cast, "tomas") == [], "Tomás learns nothing here"


def test_the_same_list_on_the_screen_is_told_once_a_day_and_a_file_each_time(cast):
    for _again in range(2):
        sightings.listed(
            cast.office, cast.actor("coralia"), "roster.view", ("/pa/senafront/",), {"status": "active"}, 7
        )
        download(cast, "coralia")
    assert sorted(one[0] for one in told(cast, "nayeli")) == ["roster.download", "roster.download", "roster.view"]


def test_pages_tell_every_look_once(cast_on_both):
    for number in range(7):
        download(cast_on_both, "coralia")
        if number % 3 == 0:
            cast_on_both.clock.pass_by(minutes=1)  # else several at one moment
    before, all_of_them = "", []
    while True:
        page = sightings.of_person(cast_on_both.office, cast_on_both.people["nayeli"].id, before, size=2)
        all_of_them += [one.at for one in page.looks]
        before = page.older
        if not before:
            break
    assert len(all_of_them) == 7 and all_of_them == sorted(all_of_them, reverse=True)


@pytest.mark.parametrize(
    "mark", ["x", "2026-01-01~", "2026-01-01T00:00:00~y", "~", "2026-01-01T00:00:00+00:00~" + "f" * 40]
)
def test_what_marks_no_page_is_the_first(cast, mark):
    look(cast, "coralia", "nayeli")
    assert len(sightings.of_person(cast.office, cast.people["nayeli"].id, mark).looks) == 1


def test_an_administrator_finds_looks_by_whose_record_it_was(cast):
    look(cast, "coralia", "nayeli")
    found = audit.entries(cast.office, cast.actor("ada"), audit.LogQuery(text=cast.email("nayeli")))
    assert "record.view" in [entry.action for entry in found.entries]
    assert found.names[str(cast.people["nayeli"].id)] == cast.people["nayeli"].name
    assert cast.office.session.scalars(select(Sighting)).one().action == "record.view"


def test_a_roster_read_by_a_program_is_told_with_who_answers_for_its_key(cast):
    place = cast.institutions["/pa/senafront/"].id
    _row, token = machines.issue(cast.office, cast.actor("coralia"), place, "Personnel", 30)
    program = machines.find(cast.office, token)
    assert program is not None
    for _again in range(2):
        machines.note_read(cast.office, program, "roster", {})
        machines.note_read(cast.office, program, "institutions", {})
    assert told(cast, "nayeli") == [("key.read", cast.people["coralia"].name, "", None)]
    assert told(cast, "ximena") == []


def test_a_branch_that_moves_keeps_what_is_told_of_its_lists(cast):
    with cast.office.transaction():
        other = Institution(
            path="/pa/other/",
            name="Otro servicio",
            country="PA",
            kind="service",
            parent_id=cast.institutions["/pa/"].id,
        )
        cast.office.session.add(other)
    post = cast.institutions["/pa/senafront/guayacan/"]
    download(cast, "coralia", institution=str(post.id))
    institutions.move(cast.office, cast.actor("ada"), post.id, other.id)
    assert [one[0] for one in told(cast, "nayeli")] == ["roster.download"]


@pytest.mark.parametrize("way", ["progress", "attendance"])
def test_officers_of_invited_institutions_are_told_of_files_of_their_cohort(cast_on_both, way):
    cast = cast_on_both
    office, coralia, cohort_id = cast.office, cast.actor("coralia"), cast.cohort.id
    row = office.session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["ximena"].id)).one()
    with office.transaction():
        row.cohort_id = cohort_id
    if way == "progress":
        tracking.file(office, coralia, cohort_id, "csv", Reader.of(office, coralia, "es", str))
    else:
        practicedays.attendance_csv(office, coralia, cohort_id, "read roster", str)
    for name, times in (("ximena", 1), ("nayeli", 1), ("beto", 0)):
        looks = sightings.of_person(office, cast.people[name].id).looks
        assert [look.action.partition(".")[2] for look in looks] == ["download"] * times
