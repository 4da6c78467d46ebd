"""What those who run a cohort do: deadlines, reminders, announcements, and seeing how far its officers are."""

from __future__ import annotations

import datetime as dt
import io
import threading
import uuid
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.records.audit import Notice
from app.records.cohorts import Cohort
from app.records.people import Person
from app.records.telling import OfficerMessage
from app.rules.errors import NotFound
from app.services import cohorts, learning, notices, people
from app.services.cohorts import announcing, deadlines, reminding, tracking
from app.services.cohorts.announcing import Text
from app.services.rosters import Reader
from tests.cast import Cast, office_for
from tests.services.test_cohorts import enrolment, refused
from tests.services.test_joining import crowd, terms
from tests.story import complete, finish_lessons, play, sign_practice, sit

NEWS = Text({"es": "Cambio de sala"}, {"es": "Mañana en la sala 2."})


def due(cast: Cast, **days: dt.date | None) -> None:
    deadlines.put(cast.office, cast.actor("coralia"), cast.cohort.id, days)


def at(cast: Cast, *moment: int) -> None:
    """Set the clock, in the time of Panama (five hours behind UTC)."""
    cast.clock.at = dt.datetime(*moment, tzinfo=dt.timezone(dt.timedelta(hours=-5))).astimezone(dt.UTC)


def sent(cast: Cast, name: str = "nayeli") -> list[str]:
    rows = select(OfficerMessage.reason).where(OfficerMessage.person_id == cast.people[name].id)
    return list(cast.office.session.scalars(rows.order_by(OfficerMessage.sent_at)))


def on_schedule(cast: Cast) -> None:
    """Let the cohort begin today, so that nobody is behind."""
    today = cast.office.now().date()
    terms(cast, starts_on=today, ends_on=today + dt.timedelta(60))


# Deadlines ------------------------------------------------------------------------------------------------------------


def test_an_officer_sees_their_deadlines_and_is_done_by_what_they_do(cast_on_both):
    cast = cast_on_both
    due(cast, mission=dt.date(2026, 11, 20), exam=dt.date(2026, 12, 14))
    studies = learning.my_courses(cast.office, cast.actor("nayeli"))
    found = deadlines.mine(cast.office, studies)[studies[0].enrolment.id]
    assert [(one.target, one.done, one.late(dt.date(2026, 11, 23))) for one in found] == [
        ("mission", False, True),
        ("exam", False, False),
    ]
    finish_lessons(cast, "nayeli", "mission")
    play(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission")
    studies = learning.my_courses(cast.office, cast.actor("nayeli"))
    assert [one.done for one in deadlines.mine(cast.office, studies)[studies[0].enrolment.id]] == [True, False]


def test_without_a_cohort_there_is_no_deadline(cast):
    due(cast, mission=dt.date(2026, 11, 20))
    studies = learning.my_courses(cast.office, cast.actor("beto"))
    assert deadlines.mine(cast.office, studies) == {}


def test_a_deadline_lies_within_the_cohort_and_names_something_of_the_course(cast):
    for day in (dt.date(2026, 9, 30), dt.date(2026, 12, 16)):
        no = refused(
            "deadline-outside", deadlines.put, cast.office, cast.actor("tomas"), cast.cohort.id, {"mission": day}
        )
        assert no.values["field"] == "due-mission"
    with pytest.raises(NotFound):
        due(cast, juggling=dt.date(2026, 11, 20))
    due(cast, mission=dt.date(2026, 11, 20), exam=dt.date(2026, 12, 1))
    due(cast, mission=None)
    assert deadlines.plan(cast.office, cast.actor("coralia"), cast.cohort.id).days == {"exam": dt.date(2026, 12, 1)}


def test_one_officer_gets_a_later_day_with_a_reason(cast_on_both):
    cast = cast_on_both
    due(cast, mission=dt.date(2026, 11, 20))
    tomas, row = cast.actor("tomas"), enrolment(cast, "nayeli").id
    place = (cast.office, tomas, cast.cohort.id, row, "mission")
    refused("deadline-reason", deadlines.extend, *place, dt.date(2026, 12, 1), " ")
    refused("deadline-earlier", deadlines.extend, *place, dt.date(2026, 11, 19), "x")
    refused("deadline-far", deadlines.extend, *place, dt.date(2028, 1, 1), "x")
    deadlines.extend(*place, dt.date(2026, 12, 1), "Sin conexión en el puesto")
    own = deadlines.of_officer(cast.office, tomas, cast.cohort.id, row)
    assert [(one.on, one.extended) for one in own.dues] == [(dt.date(2026, 12, 1), True)]
    assert own.reasons == {"mission": "Sin conexión en el puesto"}
    assert tracking.table(cast.office, tomas, cast.cohort.id).late == 0
    deadlines.extend(*place, dt.date(2026, 11, 20), "")
    assert tracking.table(cast.office, tomas, cast.cohort.id).late == 1


def test_a_missed_deadline_locks_nothing(cast):
    due(cast, mission=dt.date(2026, 11, 20))
    finish_lessons(cast, "nayeli", "mission")
    assert learning.study(cast.office, cast.actor("nayeli"), cast.course.id).percent > 0


# How far --------------------------------------------------------------------------------------------------------------


def test_the_table_says_lessons_quiz_and_practice_of_each_module(cast_on_both):
    cast = cast_on_both
    finish_lessons(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    sign_practice(cast, "nayeli", "mission", "not yet")
    (line,) = tracking.table(cast.office, cast.actor("tomas"), cast.cohort.id).lines
    cell = line.cell("mission")
    assert (cell.lessons, cell.total, cell.quiz, cell.practice) == (cell.total, cell.total, "tried", "tried")
    assert (cell.begun, cell.done) == (True, False)
    other = line.cell("protection")
    assert (other.lessons, other.quiz, other.begun) == (0, "open", False)
    assert line.row.exam == "open"
    assert not line.row.ready


def test_who_is_behind_is_counted_filtered_and_silent_for_days(cast):
    names = crowd(cast, 2)
    coralia = cast.actor("coralia")
    cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people[name].id for name in names])
    complete(cast, names[0])
    with cast.office.transaction():
        enrolment(cast, "nayeli").enrolled_at = cast.office.now() - dt.timedelta(days=12)
    table = tracking.table(cast.office, coralia, cast.cohort.id, pace="behind", sort="-silence")
    assert (table.all, table.behind, table.total) == (3, 2, 2)
    assert [(line.name.split()[0], line.silent) for line in table.lines] == [("Nayeli", 12), ("Agente1", 0)]
    by_progress = tracking.table(cast.office, coralia, cast.cohort.id, sort="-progress").lines
    assert [line.percent for line in by_progress] == [100, 0, 0]
    assert tracking.table(cast.office, coralia, cast.cohort.id, sort="nonsense").sort == "name"


def test_the_table_pages_by_fifty_and_costs_the_same_queries(cast):
    tomas = cast.actor("tomas")
    seen: list[str] = []
    engine = cast.office.session.get_bind()

    def cost() -> int:
        cohort_id = cast.cohort.id
        cast.office.session.rollback()
        seen.clear()
        with Session(engine) as session:
            for line in tracking.table(office_for(session, cast.clock), tomas, cohort_id).lines:
                assert line.name
        return len(seen)

    tracking.table(cast.office, tomas, cast.cohort.id)  # the edition is read once per process
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    before = cost()
    names = crowd(cast, 60)
    cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people[name].id for name in names])
    assert cost() == before
    table = tracking.table(cast.office, tomas, cast.cohort.id, page=2)
    assert (table.pages, len(table.lines), table.total) == (2, 11, 61)


def test_what_is_taken_away_is_no_formula_and_holds_everyone(cast):
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).name = "=1+1"
    who = cast.actor("tomas")
    reader = Reader.of(cast.office, who, "es")
    _cohort, body = tracking.file(cast.office, who, cast.cohort.id, "csv", reader)
    text = b"".join(body).decode()
    assert "'=1+1" in text
    assert "Proyecto" not in text
    _cohort, body = tracking.file(cast.office, who, cast.cohort.id, "xlsx", reader)
    with zipfile.ZipFile(io.BytesIO(b"".join(body))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet


# Reminders ------------------------------------------------------------------------------------------------------------


def test_a_deadline_is_reminded_of_seven_and_two_days_before_each_once(cast_on_both):
    cast = cast_on_both
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    at(cast, 2026, 11, 30, 7, 59)
    assert reminding.send_due(cast.office) == 0
    at(cast, 2026, 11, 30, 8, 15)
    assert reminding.send_due(cast.office) == 1
    for hour in (9, 12, 19):
        at(cast, 2026, 11, 30, hour)
        assert reminding.send_due(cast.office) == 0
    at(cast, 2026, 12, 5, 8, 30)
    assert reminding.send_due(cast.office) == 1
    assert sent(cast) == ["deadline/mission/7", "deadline/mission/2"]
    (message, _first) = announcing.messages(cast.office, cast.actor("nayeli"))
    assert message.subject.startswith("Vence el 7 de diciembre: módulo 1")


def test_nobody_is_reminded_of_what_they_have_done_meanwhile(cast):
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    finish_lessons(cast, "nayeli", "mission")
    play(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission")
    at(cast, 2026, 11, 30, 8, 15)
    assert reminding.send_due(cast.office) == 0


def test_a_deadline_that_is_moved_is_reminded_of_anew(cast):
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    at(cast, 2026, 11, 30, 8, 15)
    reminding.send_due(cast.office)
    due(cast, mission=dt.date(2026, 12, 20))
    at(cast, 2026, 12, 1, 9)
    assert reminding.send_due(cast.office) == 0
    at(cast, 2026, 12, 13, 9)
    reminding.send_due(cast.office)
    assert sent(cast).count("deadline/mission/7") == 2


def test_who_is_behind_hears_of_it_at_most_every_fourteen_days(cast_on_both):
    cast = cast_on_both
    for day in range(1, 16):
        at(cast, 2026, 11, day, 9)
        reminding.send_due(cast.office)
    assert sent(cast) == ["behind", "behind"]


def test_the_beginning_and_the_end_are_told_to_those_whom_it_concerns(cast):
    terms(cast, starts_on=dt.date(2026, 12, 1), ends_on=dt.date(2026, 12, 20))
    cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people["beto"].id])
    finish_lessons(cast, "beto", "mission")
    at(cast, 2026, 11, 28, 9)
    assert reminding.send_due(cast.office) == 1
    assert (sent(cast), sent(cast, "beto")) == (["starts"], [])
    complete(cast, "nayeli")
    at(cast, 2026, 12, 13, 9)
    reminding.send_due(cast.office)
    assert "ends" in sent(cast, "beto")
    assert sent(cast) == ["starts"]


def test_the_open_exam_is_told_once(cast):
    on_schedule(cast)
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
        play(cast, "nayeli", module)
        sit(cast, "nayeli", module)
    for day in (24, 25, 26):
        at(cast, 2026, 11, day, 9)
        reminding.send_due(cast.office)
    assert sent(cast) == ["exam-open"]


def test_everybody_is_written_to_in_the_morning_where_they_live(cast):
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).time_zone = "America/Tijuana"
    at(cast, 2026, 11, 30, 10, 30)  # 7:30 there
    assert reminding.send_due(cast.office) == 0
    at(cast, 2026, 11, 30, 11, 5)
    assert reminding.send_due(cast.office) == 1


def test_a_reminder_is_in_the_officers_language_and_by_mail_where_there_is_mail(cast):
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).language = "en"
    at(cast, 2026, 11, 30, 9)
    office = replace(cast.office, settings=replace(cast.office.settings, mail=True))
    reminding.send_due(office)
    mails = cast.office.session.scalars(select(Notice).where(Notice.dedup_key.startswith("remind/"))).all()
    assert [mail.subject for mail in mails] == ["Due on December 7: module 1, Mission"]
    assert "/learn/humane-border/" in mails[0].body


def test_without_mail_nothing_waits_to_be_mailed(cast):
    at(cast, 2026, 11, 24, 9)
    assert reminding.send_due(cast.office) == 1
    assert cast.office.session.scalar(select(Notice).where(Notice.dedup_key.startswith("remind/"))) is None


def test_a_mail_that_waited_for_days_is_thrown_away(cast):
    class Kept:
        def __init__(self) -> None:
            self.sent: list[str] = []

        def send(self, to: str, subject: str, body: str, message_id: str) -> None:
            self.sent.append(subject)

        def close(self) -> None:
            pass

    mailer = Kept()
    office = replace(cast.office, settings=replace(cast.office.settings, mail=True), mailer=mailer)
    at(cast, 2026, 11, 24, 9)
    reminding.send_due(office)
    cast.clock.pass_by(days=3)
    assert (notices.deliver(office).lapsed, mailer.sent) == (1, [])


def test_a_cancelled_reminder_is_not_sent_until_it_is_restored(cast_on_both):
    cast = cast_on_both
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    tomas = cast.actor("tomas")
    for _again in range(2):
        reminding.cancel(cast.office, tomas, cast.cohort.id, "deadline/mission/7")
    at(cast, 2026, 11, 30, 9)
    assert reminding.send_due(cast.office) == 0
    found = reminding.listed(cast.office, tomas, cast.cohort.id)
    assert [one.key for one in found.those("cancelled")] == ["deadline/mission/7"]
    reminding.restore(cast.office, tomas, cast.cohort.id, "deadline/mission/7")
    at(cast, 2026, 11, 30, 10)
    assert reminding.send_due(cast.office) == 1
    with pytest.raises(NotFound):
        reminding.cancel(cast.office, tomas, cast.cohort.id, "nothing")


def test_what_is_to_be_sent_is_listed_with_its_day_its_number_and_its_text(cast):
    on_schedule(cast)
    due(cast, mission=dt.date(2026, 12, 7))
    found = reminding.listed(cast.office, cast.actor("coralia"), cast.cohort.id, "en")
    week = next(one for one in found.those("planned") if one.key == "deadline/mission/7")
    assert (week.planned.on, week.concerned, week.sent) == (dt.date(2026, 11, 30), 1, 0)
    assert week.subject == "Due on December 7: module 1, Mission"
    assert {one.key for one in found.those("standing")} == {"exam-open", "behind"}
    at(cast, 2026, 11, 30, 9)
    reminding.send_due(cast.office)
    found = reminding.listed(cast.office, cast.actor("coralia"), cast.cohort.id, "en")
    assert next(one for one in found.items if one.key == "deadline/mission/7").sent == 1


def test_a_reminder_written_by_hand_goes_out_on_its_day(cast):
    on_schedule(cast)
    tomas = cast.actor("tomas")
    refused("reminder-day", reminding.write, cast.office, tomas, cast.cohort.id, dt.date(2026, 11, 22), NEWS)
    reminding.write(cast.office, tomas, cast.cohort.id, dt.date(2026, 11, 25), NEWS)
    at(cast, 2026, 11, 24, 9)
    assert reminding.send_due(cast.office) == 0
    for hour in (9, 10):
        at(cast, 2026, 11, 25, hour)
        reminding.send_due(cast.office)
    assert len(sent(cast)) == 1
    (message,) = announcing.messages(cast.office, cast.actor("nayeli"))
    assert (message.subject, message.body) == ("Cambio de sala", "Mañana en la sala 2.")


def test_several_workers_at_once_remind_once(cast_on_both):
    cast = cast_on_both
    names = crowd(cast, 6)
    cohorts.add(cast.office, cast.actor("coralia"), cast.cohort.id, [cast.people[name].id for name in names])
    at(cast, 2026, 11, 24, 9)
    engine, counts, faults = cast.office.session.get_bind(), [], []
    cast.office.session.rollback()
    ready = threading.Barrier(4)

    def work() -> None:
        with Session(engine, expire_on_commit=False) as session:
            ready.wait()
            try:
                counts.append(reminding.send_due(office_for(session, cast.clock)))
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sum(counts) == 7
    rows = cast.office.session.scalars(select(OfficerMessage.key)).all()
    assert len(rows) == len(set(rows)) == 7


def test_whoever_left_or_is_closed_out_is_not_reminded(cast):
    coralia = cast.actor("coralia")
    cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people["beto"].id])
    people.withdraw(cast.office, coralia, enrolment(cast, "nayeli").id)
    people.deactivate(cast.office, coralia, cast.people["beto"].id)
    at(cast, 2026, 11, 24, 9)
    assert reminding.send_due(cast.office) == 0


# Announcements --------------------------------------------------------------------------------------------------------


def test_an_announcement_stands_on_the_officers_page_until_it_is_closed(cast_on_both):
    cast = cast_on_both
    row = announcing.write(cast.office, cast.actor("tomas"), cast.cohort.id, NEWS)
    (message,) = announcing.messages(cast.office, cast.actor("nayeli"), "en")
    assert (message.subject, message.language) == ("Cambio de sala", "es")
    assert announcing.messages(cast.office, cast.actor("beto")) == []
    with pytest.raises(NotFound):
        announcing.close(cast.office, cast.actor("beto"), message.id)
    announcing.close(cast.office, cast.actor("nayeli"), message.id)
    announcing.close(cast.office, cast.actor("nayeli"), message.id)
    assert announcing.messages(cast.office, cast.actor("nayeli")) == []
    _place, (told,) = announcing.listed(cast.office, cast.actor("coralia"), cast.cohort.id)
    assert (told.row.id, told.told, told.read) == (row.id, 1, 1)


def test_a_double_click_announces_once(cast):
    minted = uuid.uuid4()
    for _click in range(2):
        announcing.write(cast.office, cast.actor("tomas"), cast.cohort.id, NEWS, minted=minted)
    assert len(announcing.messages(cast.office, cast.actor("nayeli"))) == 1


def test_whoever_comes_later_reads_it_too_and_whoever_left_does_not(cast):
    coralia = cast.actor("coralia")
    announcing.write(cast.office, coralia, cast.cohort.id, NEWS)
    cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people["beto"].id])
    people.withdraw(cast.office, coralia, enrolment(cast, "nayeli").id)
    reminding.send_due(cast.office)
    assert len([one for one in announcing.messages(cast.office, cast.actor("beto")) if one.kind == "news"]) == 1
    assert announcing.messages(cast.office, cast.actor("nayeli")) == []
    _place, (told,) = announcing.listed(cast.office, coralia, cast.cohort.id)
    assert told.told == 1


def test_one_may_write_to_those_who_are_behind(cast):
    names = crowd(cast, 1)
    coralia = cast.actor("coralia")
    cohorts.add(cast.office, coralia, cast.cohort.id, [cast.people[names[0]].id])
    complete(cast, "nayeli")
    announcing.write(cast.office, coralia, cast.cohort.id, NEWS, "behind", by_mail=True)
    assert announcing.messages(cast.office, cast.actor("nayeli")) == []
    assert len(announcing.messages(cast.office, cast.actor(names[0]))) == 1
    mails = cast.office.session.scalars(select(Notice).where(Notice.dedup_key.startswith("news/"))).all()
    assert [mail.person_id for mail in mails] == [cast.people[names[0]].id]
    complete(cast, names[0])
    refused("announcement-nobody", announcing.write, cast.office, coralia, cast.cohort.id, NEWS, "behind")


def test_an_announcement_is_changed_and_withdrawn_everywhere(cast):
    tomas = cast.actor("tomas")
    row = announcing.write(cast.office, tomas, cast.cohort.id, NEWS, by_mail=True)
    better = Text({"en": "Room 3"}, {"en": "Now in room 3."})
    announcing.edit(cast.office, tomas, cast.cohort.id, row.id, better)
    assert [one.subject for one in announcing.messages(cast.office, cast.actor("nayeli"))] == ["Room 3"]
    announcing.withdraw(cast.office, tomas, cast.cohort.id, row.id)
    assert announcing.messages(cast.office, cast.actor("nayeli")) == []
    assert cast.office.session.scalar(select(Notice).where(Notice.dedup_key.startswith("news/"))) is None
    refused("announcement-withdrawn", announcing.edit, cast.office, tomas, cast.cohort.id, row.id, better)


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        (Text(), "message-missing", "subject_es"),
        (Text({"en": "x"}), "message-half", "body_en"),
        (Text({}, {"es": "x"}), "message-half", "subject_es"),
        (Text({"en": "x" * 121}, {"en": "y"}), "message-long", "subject_en"),
        (Text({"en": "x"}, {"en": "y" * 4001}), "message-long", "body_en"),
    ],
)
def test_a_message_says_something_in_at_least_one_language(cast, text, code, field):
    no = refused(code, announcing.write, cast.office, cast.actor("tomas"), cast.cohort.id, text)
    assert no.values["field"] == field


def test_who_does_not_run_the_cohort_finds_none_of_it(cast):
    row = announcing.write(cast.office, cast.actor("tomas"), cast.cohort.id, NEWS)
    for name in ("carlos", "tina", "nayeli", "oscar"):
        who, run = cast.actor(name), cast.cohort.id
        for deed in (
            lambda who=who, run=run: announcing.listed(cast.office, who, run),
            lambda who=who, run=run: announcing.withdraw(cast.office, who, run, row.id),
            lambda who=who, run=run: reminding.listed(cast.office, who, run),
            lambda who=who, run=run: deadlines.plan(cast.office, who, run),
            lambda who=who, run=run: tracking.table(cast.office, who, run),
        ):
            with pytest.raises(NotFound):
                deed()


def test_a_cohort_is_looked_at_every_quarter_of_an_hour(cast):
    at(cast, 2026, 11, 24, 7, 50)
    reminding.send_due(cast.office)
    at(cast, 2026, 11, 24, 8, 4)
    assert reminding.send_due(cast.office) == 0
    at(cast, 2026, 11, 24, 8, 5)
    assert reminding.send_due(cast.office) == 1
    assert cast.office.session.get_one(Cohort, cast.cohort.id).look_again_at > cast.office.now()


def test_nobody_gives_themselves_a_later_day(cast):
    due(cast, mission=dt.date(2026, 11, 20))
    with cast.office.transaction():
        learning.enrol(cast.office, None, cast.people["tomas"], cast.course.id, cast.cohort.id)
    own = enrolment(cast, "tomas").id
    day = dt.date(2026, 12, 1)
    refused(
        "deadline-own", deadlines.extend, cast.office, cast.actor("tomas"), cast.cohort.id, own, "mission", day, "x"
    )
    deadlines.extend(cast.office, cast.actor("coralia"), cast.cohort.id, own, "mission", day, "x")
