"""Practice days: planned and told, held and marked by several, signed for those who came."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry, Notice
from app.records.learning import Enrolment, PracticeSheet
from app.records.people import Person
from app.records.practicedays import PracticeDay
from app.rules.errors import NotFound, Refused
from app.services import learning, practice, practicedays
from app.services.office import Actor
from app.services.practicedays import Said
from tests.cast import Cast, assemble, office_for
from tests.days import day_plan

TRAINER = "sign practice"


def refused(code: str, deed, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        deed(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def planned(cast: Cast, by: str = "tomas", may: str = TRAINER, **changes: object) -> PracticeDay:
    assert cast.cohort is not None
    return practicedays.plan(cast.office, cast.actor(by), cast.cohort.id, day_plan(**changes), may)


def join(cast: Cast, *names: str) -> None:
    with cast.office.transaction():
        for name in names:
            learning.enrol(cast.office, None, cast.people[name], cast.course.id, cast.cohort.id)


def on_the_day(cast: Cast) -> None:
    cast.clock.at = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)


def enrolment(cast: Cast, name: str) -> uuid.UUID:
    return cast.office.session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast.people[name].id)).one()


def roll(cast: Cast, day: PracticeDay, by: str = "tomas") -> practicedays.Roll:
    return practicedays.roll(cast.office, cast.actor(by), cast.cohort.id, day.id, TRAINER)


def row(cast: Cast, day: PracticeDay, name: str) -> practicedays.Row:
    return next(one for one in roll(cast, day).rows if one.enrolment.person_id == cast.people[name].id)


def mark(cast: Cast, day: PracticeDay, by: str = "tomas", reason: str = "", **said: tuple[str, str, int]):
    wishes = {enrolment(cast, name): Said(*wish) for name, wish in said.items()}
    return practicedays.mark(cast.office, cast.actor(by), cast.cohort.id, day.id, wishes, reason)


def told(cast: Cast, day: PracticeDay) -> list[tuple[str, str]]:
    rows = cast.office.session.scalars(
        select(Notice).where(Notice.dedup_key.startswith(f"practice-day/{day.id}/")).order_by(Notice.id)
    )
    return [(one.person.email.partition("@")[0], one.subject) for one in rows]


# Planning -------------------------------------------------------------------------------------------------------------


def test_a_day_is_planned_by_trainer_or_coordinator_and_its_officers_are_told(cast_on_both):
    cast = cast_on_both
    join(cast, "beto")
    for by, may in (("tomas", TRAINER), ("coralia", "enrol")):
        day = planned(cast, by, may)
        assert sorted(name for name, _subject in told(cast, day)) == ["beto", "nayeli"]
        assert day.starts_at == dt.datetime(2026, 11, 30, 13, tzinfo=dt.UTC)
    body = cast.office.session.scalars(select(Notice.body).order_by(Notice.id.desc())).first()
    for words in ("lun, 30 nov 2026, 08:00–16:00 (hora de Panamá)", "Paso del Guayacán", "Chaleco", "practice-days"):
        assert words in body
    for by, may in (("tina", TRAINER), ("carlos", "enrol")):
        with pytest.raises(NotFound):
            planned(cast, by, may)


def test_each_officer_is_told_in_their_own_language_and_once_per_change(cast):
    join(cast, "beto")
    with cast.office.transaction():
        cast.office.session.execute(update(Person).where(Person.id == cast.people["beto"].id).values(language="en"))
    cast.office.session.expire_all()
    day = planned(cast)
    coralia = cast.actor("coralia")
    moved = day_plan(starts=dt.time(9))
    assert practicedays.change(cast.office, coralia, cast.cohort.id, day.id, moved, "enrol")
    assert not practicedays.change(cast.office, coralia, cast.cohort.id, day.id, moved, "enrol")
    assert practicedays.change(cast.office, coralia, cast.cohort.id, day.id, replace(moved, most=40), "enrol")
    practicedays.cancel(cast.office, coralia, cast.cohort.id, day.id, "Crecida del río", "enrol")
    practicedays.cancel(cast.office, coralia, cast.cohort.id, day.id, "Crecida del río", "enrol")
    subjects = sorted(told(cast, day))
    assert sorted(subject.partition(":")[0] for name, subject in subjects if name == "beto") == [
        "Practice day", "Practice day cancelled", "Practice day changed",
    ]  # fmt: skip
    assert [subject for name, subject in subjects if name == "nayeli" and subject.startswith("Cambió")]
    assert len(subjects) == 6, "room for more officers is no news to them"
    assert day.sequence == 2
    refused("day-cancelled", practicedays.change, cast.office, coralia, cast.cohort.id, day.id, moved, "enrol")


def test_who_comes_to_a_day_is_told_and_who_no_longer_does_as_well(cast):
    join(cast, "beto")
    both = (enrolment(cast, "nayeli"), enrolment(cast, "beto"))
    day = planned(cast, expected=both[:1], most=1)
    assert [name for name, _subject in told(cast, day)] == ["nayeli"]
    tomas = cast.actor("tomas")
    swapped = day_plan(expected=both[1:], most=1)
    assert practicedays.change(cast.office, tomas, cast.cohort.id, day.id, swapped, TRAINER)
    later = told(cast, day)[1:]
    assert {name for name, _subject in later} == {"nayeli", "beto"}
    assert any("ya no tiene que asistir" in subject for name, subject in later if name == "nayeli")
    assert not practicedays.change(cast.office, tomas, cast.cohort.id, day.id, swapped, TRAINER)
    assert practicedays.mine(cast.office, cast.actor("nayeli")) == []
    assert [one.day.id for one in practicedays.mine(cast.office, cast.actor("beto"))] == [day.id]
    refused("day-many", planned, cast, expected=both, most=1)
    refused("day-many", planned, cast, most=1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends": dt.time(8)}, "day-hours"),
        ({"zone": "Mars/Base"}, "zone-unknown"),
        ({"place": " "}, "day-place"),
        ({"place": "x" * 121}, "day-long"),
        ({"directions": "x" * 501}, "day-long"),
        ({"sheets": ()}, "day-sheets"),
        ({"sheets": ("protection",)}, "day-sheets"),
        ({"on": dt.date(2026, 6, 1)}, "day-date"),
        ({"on": dt.date(2031, 6, 1)}, "day-date"),
        ({"most": 0}, "day-most"),
        ({"expected": ()}, "day-nobody"),
        ({"expected": (uuid.uuid4(),)}, "day-officer"),
        ({"trainers": (uuid.uuid4(),)}, "day-trainer"),
        ({"on": dt.date(2027, 3, 14), "starts": dt.time(2, 30), "zone": "America/New_York"}, "day-hour-none"),
    ],
)
def test_what_cannot_be_a_day_is_refused_and_nobody_is_told(cast, changes, code):
    refused(code, planned, cast, **changes)
    assert cast.office.session.scalars(select(PracticeDay)).all() == []
    assert cast.office.session.scalars(select(Notice).where(Notice.dedup_key.startswith("practice-day"))).all() == []


def test_a_day_entered_afterwards_tells_nobody(cast):
    assert told(cast, planned(cast, on=dt.date(2026, 11, 20))) == []


# Calendar files -------------------------------------------------------------------------------------------------------


def read_strictly(content: bytes) -> dict[str, str]:
    """The properties of the one event of *content*, read as RFC 5545 (3.1 and 3.3.11) says and no more leniently."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert all(b"\r" not in line and b"\n" not in line and len(line) <= 75 for line in lines)
    whole: list[bytes] = []
    for line in lines:
        if line.startswith((b" ", b"\t")):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    texts = [line.decode() for line in whole]
    assert texts[0] == "BEGIN:VCALENDAR" and texts[-1] == "END:VCALENDAR"
    assert texts.count("BEGIN:VEVENT") == texts.count("END:VEVENT") == 1
    assert {"VERSION:2.0", "METHOD:PUBLISH"} <= set(texts)
    found: dict[str, str] = {}
    for text in texts[texts.index("BEGIN:VEVENT") + 1 : texts.index("END:VEVENT")]:
        name, _colon, value = text.partition(":")
        name = name.partition(";")[0]
        assert name not in found, f"{name} stands twice"
        assert re.fullmatch(r"[A-Z-]+", name)
        if name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
            assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
            value = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
        found[name] = value
    assert {"UID", "DTSTAMP", "DTSTART"} <= found.keys()
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        assert re.fullmatch(r"\d{8}T\d{6}Z", found[name])
    return found


def test_a_calendar_file_says_when_and_where_and_follows_the_day(cast):
    day = planned(cast, place="Río Tuira; muelle, norte", directions="Línea uno\nLínea dos \\ fin")
    nayeli, url = cast.actor("nayeli"), "https://paso.example/learn/humane-border/"
    first = read_strictly(practicedays.calendar_file(cast.office, day, "es", url))
    assert (first["DTSTART"], first["DTEND"]) == ("20261130T130000Z", "20261130T210000Z")
    assert first["LOCATION"] == "Río Tuira; muelle, norte. Línea uno\nLínea dos \\ fin"
    assert "08:00–16:00 (hora de Panamá)" in first["DESCRIPTION"] and "Chaleco, agua" in first["DESCRIPTION"]
    assert (first["STATUS"], first["SEQUENCE"], first["URL"]) == ("CONFIRMED", "0", url)
    tomas = cast.actor("tomas")
    practicedays.change(cast.office, tomas, cast.cohort.id, day.id, day_plan(on=dt.date(2026, 12, 1)), TRAINER)
    moved = read_strictly(practicedays.calendar_file(cast.office, day, "en", url))
    practicedays.cancel(cast.office, tomas, cast.cohort.id, day.id, "Crecida", TRAINER)
    mine = practicedays.my_day(cast.office, nayeli, cast.course.id, day.id)
    gone = read_strictly(practicedays.calendar_file(cast.office, mine.day, "es", url))
    assert first["UID"] == moved["UID"] == gone["UID"]
    assert (moved["SEQUENCE"], gone["SEQUENCE"]) == ("1", "2")
    assert moved["DTSTART"].startswith("20261201") and "Panama time" in moved["DESCRIPTION"]
    assert gone["STATUS"] == "CANCELLED" and "Crecida" in gone["DESCRIPTION"]


_day = PracticeDay(
    id=uuid.uuid4(),
    starts_at=dt.datetime(2026, 11, 30, 13, tzinfo=dt.UTC),
    ends_at=dt.datetime(2026, 11, 30, 21, tzinfo=dt.UTC),
    zone="America/Panama",
    sheets=["mission"],
    sequence=3,
    state="planned",
    reason="",
    trainers=[],
    created_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    changed_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC),
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@settings(max_examples=60, deadline=None)
@given(place=TEXT, directions=TEXT, bring=TEXT)
def test_whatever_is_written_of_a_day_its_calendar_file_can_be_read(place, directions, bring):
    from app.services.practicedays import calendar
    from tests import sample

    class Row:
        pass

    day, cohort = Row(), Row()
    day.__dict__.update({k: v for k, v in vars(_day).items() if not k.startswith("_")})
    cohort.course_id, day.cohort = "c", cohort
    day.place, day.directions, day.bring = place, directions, bring
    calendar.current, kept = (lambda _office, _id: (None, sample.course())), calendar.current
    try:
        read = read_strictly(practicedays.calendar_file(None, day, "es", "https://paso.example/"))
    finally:
        calendar.current = kept
    assert read["LOCATION"] == (f"{place}. {directions}" if directions else place)


# Attendance -----------------------------------------------------------------------------------------------------------


def test_attendance_is_marked_on_the_day_and_seen_by_officer_and_coordinator(cast_on_both):
    cast = cast_on_both
    join(cast, "beto")
    day = planned(cast)
    refused("attendance-early", mark, cast, day, nayeli=("present", "", 0))
    on_the_day(cast)
    assert mark(cast, day, nayeli=("late", "Lancha demorada", 0), beto=("", "", 0)).kept == 1
    assert mark(cast, day, nayeli=("late", "Lancha demorada", 0)).kept == 0, "the same form twice is one mark"
    assert (row(cast, day, "nayeli").state, row(cast, day, "beto").state) == ("late", "")
    (line,) = practicedays.of_cohort(cast.office, cast.actor("coralia"), cast.cohort.id, "read roster")
    assert (line.expected, line.came, line.marked) == (2, 1, 1)
    assert practicedays.mine(cast.office, cast.actor("nayeli"))[0].state == "late"
    with pytest.raises(NotFound):
        mark(cast, day, "tina", nayeli=("absent", "", 1))
    with pytest.raises(NotFound):
        mark(cast, day, ximena=("present", "", 0))
    refused("attendance-state", mark, cast, day, nayeli=("perhaps", "", 1))


def test_two_trainers_who_mark_at_once_do_not_overwrite_each_other(cast_on_both):
    cast = cast_on_both
    join(cast, "beto")
    day = planned(cast)
    on_the_day(cast)
    # both opened the page before anything was marked; Ada marks Nayeli, then Tomás sends his form
    mark(cast, day, "ada", nayeli=("present", "", 0), beto=("", "", 0))
    done = mark(cast, day, nayeli=("", "", 0), beto=("excused", "", 0))
    assert done.kept == 1 and not done.clashes
    assert row(cast, day, "nayeli").state == "present", "what Tomás did not touch stays"
    # now he says something else of her, from the page that he opened first
    done = mark(cast, day, nayeli=("absent", "", 0), beto=("excused", "llamó", 1))
    assert done.clashes == {enrolment(cast, "nayeli"): "attendance-changed"} and done.kept == 1
    assert row(cast, day, "nayeli").state == "present"
    # he has seen Ada's mark and insists
    assert mark(cast, day, nayeli=("absent", "", 1)).kept == 1
    assert [one.state for one in row(cast, day, "nayeli").marks] == ["present", "absent"]


def test_signed_attendance_is_corrected_with_a_reason_and_every_mark_is_kept(cast):
    join(cast, "beto")
    day = planned(cast)
    on_the_day(cast)
    tomas = cast.actor("tomas")
    mark(cast, day, nayeli=("present", "", 0))
    assert refused("attendance-open", practicedays.close, cast.office, tomas, cast.cohort.id, day.id).values == {
        "count": 1
    }
    mark(cast, day, beto=("absent", "", 0))
    assert practicedays.close(cast.office, tomas, cast.cohort.id, day.id)
    assert not practicedays.close(cast.office, tomas, cast.cohort.id, day.id)
    assert roll(cast, day).day.closer.name == "Tomás Ñurinda Sáenz"
    refused("attendance-reason", mark, cast, day, beto=("late", "", 1))
    assert mark(cast, day, reason="Llegó con la segunda lancha", beto=("late", "", 1)).kept == 1
    marks = row(cast, day, "beto").marks
    assert [(one.state, one.reason) for one in marks] == [("absent", ""), ("late", "Llegó con la segunda lancha")]
    entries = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.correct")).all()
    assert [entry.subject for entry in entries] == [str(enrolment(cast, "beto"))]
    refused("day-closed", practicedays.change, cast.office, tomas, cast.cohort.id, day.id, day_plan(), TRAINER)
    refused("day-over", practicedays.cancel, cast.office, tomas, cast.cohort.id, day.id, "x", TRAINER)


def test_whoever_comes_unexpected_is_added_as_present(cast):
    join(cast, "beto")
    day = planned(cast, expected=(enrolment(cast, "nayeli"),), most=1)
    on_the_day(cast)
    assert [one.person_id for one in roll(cast, day).others] == [cast.people["beto"].id]
    who = (cast.office, cast.actor("tomas"), cast.cohort.id, day.id)
    assert practicedays.add_walk_ins(*who, [enrolment(cast, "beto")]) == 1
    assert practicedays.add_walk_ins(*who, [enrolment(cast, "beto")]) == 0
    added = row(cast, day, "beto")
    assert added.walk_in and added.state == "present"
    with pytest.raises(NotFound):
        practicedays.add_walk_ins(*who, [enrolment(cast, "ximena")])


def test_a_withdrawn_officer_leaves_the_list_unless_they_were_marked(cast):
    join(cast, "beto")
    day = planned(cast)
    on_the_day(cast)
    mark(cast, day, nayeli=("present", "", 0))
    with cast.office.transaction():
        cast.office.session.execute(update(Enrolment).values(status="withdrawn"))
    cast.office.session.expire_all()
    assert [one.enrolment.person_id for one in roll(cast, day).rows] == [cast.people["nayeli"].id]


# Signing --------------------------------------------------------------------------------------------------------------


def sign(cast: Cast, name: str, held_on: dt.date = dt.date(2026, 11, 30)) -> PracticeSheet:
    met = {"tasks": True, "limits": True}
    tomas = cast.actor("tomas")
    return practice.sign(cast.office, tomas, enrolment(cast, name), "mission", met, held_on, "Paso del Guayacán")


def test_nobody_is_signed_for_a_day_on_which_they_are_marked_absent(cast_on_both):
    cast = cast_on_both
    join(cast, "beto")
    day = planned(cast)
    on_the_day(cast)
    mark(cast, day, nayeli=("absent", "", 0))
    refused("practice-absent", sign, cast, "nayeli")
    where = (cast.office, cast.actor("tomas"), cast.cohort.id, day.id)
    refused("practice-absent", practicedays.present, *where, enrolment(cast, "nayeli"))
    refused("practice-unmarked", practicedays.present, *where, enrolment(cast, "beto"))
    assert sign(cast, "nayeli", dt.date(2026, 11, 29)).result == "competent", "another day is another day"
    mark(cast, day, nayeli=("late", "", 1))
    assert sign(cast, "nayeli").result == "competent"
    assert roll(cast, day).signed("mission") == 1
    done = mark(cast, day, nayeli=("absent", "", 2))
    assert done.clashes == {enrolment(cast, "nayeli"): "attendance-signed"}, "the sheet says that she was there"


def test_several_who_are_present_are_signed_at_once_all_or_none(cast_on_both):
    cast = cast_on_both
    join(cast, "beto", "ximena")
    day = planned(cast)
    on_the_day(cast)
    mark(cast, day, nayeli=("present", "", 0), beto=("late", "", 0), ximena=("absent", "", 0))
    where = (cast.office, cast.actor("tomas"), cast.cohort.id, day.id, "mission")
    assert len(practicedays.several(*where).free) == 2
    both = [enrolment(cast, name) for name in ("nayeli", "beto")]
    batch = uuid.uuid4()
    no = refused("practice-absent", practicedays.sign_several, *where, [*both, enrolment(cast, "ximena")], batch)
    assert no.values["officer"] == "Ximena Solís Brenes"
    assert cast.office.session.scalars(select(PracticeSheet)).all() == []
    assert practicedays.sign_several(*where, both, batch) == 2
    assert practicedays.sign_several(*where, both, batch) == 2
    sheets = cast.office.session.scalars(select(PracticeSheet)).all()
    assert {(one.held_on, one.place, one.result) for one in sheets} == {
        (dt.date(2026, 11, 30), "Paso del Guayacán", "competent")
    }
    assert len(sheets) == 2, "the same form twice signs once"
    assert practicedays.several(*where).free == ()


# To take away ---------------------------------------------------------------------------------------------------------


def test_the_attendance_of_a_cohort_as_a_table_that_holds_no_formula(cast):
    join(cast, "beto")
    day = planned(cast, place="=HYPERLINK(1)")
    on_the_day(cast)
    mark(cast, day, nayeli=("present", "", 0), beto=("excused", "", 0))
    coralia = cast.actor("coralia")
    made = practicedays.attendance_csv(cast.office, coralia, cast.cohort.id, "read roster", lambda word: f"-{word}")
    lines = b"".join(made).decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[2] == "2026-11-30 =HYPERLINK(1)"
    assert "Nayeli Ábrego Quintero,Puesto Paso del Guayacán,'-present,1,1" in lines
    assert "Norberto Güiral Peña,Puesto El Cativo,'-excused,0,1" in lines
    workbook = practicedays.attendance_xlsx(cast.office, coralia, cast.cohort.id, "read roster", str)
    assert b"".join(workbook).startswith(b"PK")
    with pytest.raises(NotFound):
        practicedays.attendance_csv(cast.office, cast.actor("carlos"), cast.cohort.id, "read roster", str)


def test_of_two_marks_sent_at_the_same_moment_one_is_kept_and_the_other_told(any_url, engine_for, clock):
    clock.at = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)
    with Session(engine_for(any_url), expire_on_commit=False) as session:
        cast = assemble(office_for(session, clock), clock)
        day = planned(cast).id
        cohort, who = cast.cohort.id, enrolment(cast, "nayeli")
        actors = [cast.actor("tomas"), cast.actor("ada")]
        session.rollback()
    gate = threading.Barrier(2)
    done: list[practicedays.Marked] = []

    def send(actor: Actor, state: str) -> None:
        with Session(engine_for(any_url), expire_on_commit=False) as session:
            gate.wait()
            wish = {who: Said(state, "", 0)}
            done.append(practicedays.mark(office_for(session, clock), actor, cohort, day, wish))

    threads = [threading.Thread(target=send, args=pair) for pair in zip(actors, ("absent", "excused"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.kept for one in done) == [0, 1]
    assert [one.clashes for one in done if not one.kept] == [{who: "attendance-changed"}]


def test_nobody_puts_themselves_on_the_list_of_those_who_came(cast):
    join(cast, "tomas")
    day = planned(cast, expected=(enrolment(cast, "nayeli"),))
    on_the_day(cast)
    assert roll(cast, day).others == ()
    with pytest.raises(NotFound):
        practicedays.add_walk_ins(cast.office, cast.actor("tomas"), cast.cohort.id, day.id, [enrolment(cast, "tomas")])


@pytest.mark.parametrize("field", ["directions", "bring"])
def test_a_bare_carriage_return_opens_no_line_in_a_calendar_file(cast, field):
    day = planned(cast, **{field: "Muelle\rEND:VEVENT\r\nBEGIN:VEVENT\x0bX\x85Y"})
    content = practicedays.calendar_file(cast.office, day, "es", "https://paso.example/")
    read_strictly(content)
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85]", content.decode())
