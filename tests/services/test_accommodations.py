"""Extra time: granted by name and with a reason, told to the officer, never less than an exam was begun with."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry, Notice
from app.records.learning import Enrolment
from app.rules.errors import NotFound, Refused
from app.rules.invigilation import extra_minutes
from app.services import accommodations, exams, learning, people
from tests.cast import Cast
from tests.story import finish_lessons, play, sit


def enrolment(cast: Cast, name: str = "nayeli") -> uuid.UUID:
    return learning.study(cast.office, cast.actor(name), cast.course.id).enrolment.id


def ready(cast: Cast, name: str = "nayeli") -> None:
    for module in ("mission", "protection"):
        finish_lessons(cast, name, module)
        play(cast, name, module)
        sit(cast, name, module)


def grant(cast: Cast, who: str = "tomas", percent: int | None = 25, minutes: int | None = None, of: str = "nayeli"):  # type: ignore[no-untyped-def]
    return accommodations.grant(
        cast.office, cast.actor(who), enrolment(cast, of), percent, minutes, "Lee despacio en español."
    )


def length(cast: Cast, attempt: exams.Attempt) -> dt.timedelta:
    assert attempt.deadline_at is not None
    return attempt.deadline_at - attempt.opened_at


def test_a_part_of_a_minute_is_a_minute() -> None:
    assert [extra_minutes(75, p, None) for p in (1, 25, 33, 100)] == [1, 19, 25, 75]
    assert extra_minutes(75, None, 20) == 20


def test_granted_time_is_in_the_deadline_and_shown_before_the_exam_begins(cast: Cast) -> None:
    ready(cast)
    grant(cast)
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id)
    assert (desk.extra_minutes, desk.granted.granter.name) == (8, "Tomás Ñurinda Sáenz")  # type: ignore[union-attr]
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    assert length(cast, attempt) == dt.timedelta(minutes=38)
    assert attempt.extra_minutes == 8


def test_an_officer_without_a_grant_has_the_exams_own_time(cast: Cast) -> None:
    ready(cast, "beto")
    grant(cast)
    attempt = exams.start(cast.office, cast.actor("beto"), cast.course.id)
    assert (length(cast, attempt), attempt.extra_minutes) == (dt.timedelta(minutes=30), 0)


def test_time_granted_while_an_exam_runs_lengthens_it_and_the_answers_in_it_count(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ready(cast)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    grant(cast, minutes=10, percent=None)
    cast.clock.pass_by(minutes=39)
    exams.answer(cast.office, cast.actor("nayeli"), attempt.id, 1, ["right"])
    assert exams.close_due(cast.office) == 0
    cast.clock.pass_by(minutes=4)
    assert exams.close_due(cast.office) == 1


def test_neither_a_smaller_grant_nor_its_withdrawal_shortens_an_exam_that_is_running(cast: Cast) -> None:
    ready(cast)
    grant(cast, minutes=20, percent=None)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    before = attempt.deadline_at
    smaller = grant(cast, minutes=5, percent=None)
    cast.office.session.refresh(attempt)
    assert attempt.deadline_at == before
    accommodations.withdraw(cast.office, cast.actor("tomas"), enrolment(cast), smaller.id, "Ya no la necesita.")
    cast.office.session.refresh(attempt)
    assert (attempt.deadline_at, attempt.extra_minutes) == (before, 20)
    exams.submit(cast.office, cast.actor("nayeli"), attempt.id)
    cast.clock.pass_by(hours=25)
    again = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    assert length(cast, again) == dt.timedelta(minutes=30)


def test_one_grant_counts_at_a_time_and_every_one_is_kept_with_who_and_when(cast: Cast) -> None:
    first = grant(cast)
    cast.clock.pass_by(hours=1)
    second = grant(cast, who="coralia", percent=50)
    rows = accommodations.history(cast.office, enrolment(cast))
    assert [(row.percent, row.granter.name, row.withdrawn_at is None) for row in rows] == [
        (50, "Coralia Mojica de Ríos", True),
        (25, "Tomás Ñurinda Sáenz", False),
    ]
    assert accommodations.active(cast.office, enrolment(cast)).id == second.id != first.id  # type: ignore[union-attr]


def test_a_double_click_grants_once(cast: Cast) -> None:
    assert grant(cast).id == grant(cast).id
    assert len(accommodations.history(cast.office, enrolment(cast))) == 1


def test_grant_and_withdrawal_stand_in_the_log_and_are_told_to_the_officer(cast: Cast) -> None:
    row = grant(cast)
    accommodations.withdraw(cast.office, cast.actor("coralia"), enrolment(cast), row.id, "Fue un error.")
    accommodations.withdraw(cast.office, cast.actor("coralia"), enrolment(cast), row.id, "Fue un error.")
    session = cast.office.session
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("exam.")).order_by(AuditEntry.id)
    ).all()
    assert [(e.action, e.actor_id, e.told["reason"]) for e in entries] == [
        ("exam.time-grant", cast.people["tomas"].id, "Lee despacio en español."),
        ("exam.time-withdraw", cast.people["coralia"].id, "Fue un error."),
    ]
    notices = session.scalars(select(Notice).where(Notice.dedup_key.startswith("exam-time/"))).all()
    assert {n.person_id for n in notices} == {cast.people["nayeli"].id}
    assert "25% del tiempo del examen" in notices[0].body
    shown = {act.action for act in people.record(cast.office, cast.actor("coralia"), cast.people["nayeli"].id).acts}
    assert {"exam.time-grant", "exam.time-withdraw"} <= shown


@pytest.mark.parametrize("who", ["tina", "carlos", "beto", "oscar", "nayeli"])
def test_only_those_who_accompany_the_officer_find_the_officer(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        grant(cast, who=who)


def test_a_trainer_finds_the_officers_of_their_own_cohorts_only(cast: Cast) -> None:
    with pytest.raises(NotFound):
        grant(cast, of="ximena")
    assert grant(cast, who="carlos", of="ximena")
    assert grant(cast, who="ada", of="ximena", percent=10)


def test_nobody_grants_themselves_time(cast: Cast) -> None:
    cast.enrol("tomas")
    with pytest.raises(Refused, match="exam-own"):
        grant(cast, of="tomas")
    assert grant(cast, who="coralia", of="tomas")


@pytest.mark.parametrize(
    ("percent", "minutes"), [(None, None), (10, 10), (0, None), (101, None), (-5, None), (None, 0), (None, 241)]
)
def test_the_amount_is_one_of_two_and_within_bounds(cast: Cast, percent: int | None, minutes: int | None) -> None:
    with pytest.raises(Refused, match="accommodation-amount"):
        grant(cast, percent=percent, minutes=minutes)


def test_without_a_reason_nothing_is_granted(cast: Cast) -> None:
    for reason, code in ((" \n", "reason-missing"), ("x" * 1001, "reason-long")):
        with pytest.raises(Refused, match=code):
            accommodations.grant(cast.office, cast.actor("tomas"), enrolment(cast), 25, None, reason)


def test_who_has_left_the_course_is_not_found(cast: Cast) -> None:
    with cast.office.transaction():
        cast.office.session.get_one(Enrolment, enrolment(cast)).status = "withdrawn"
    row = cast.office.session.query(Enrolment).filter_by(person_id=cast.people["nayeli"].id).one()
    for who in ("tomas", "coralia", "ada"):
        with pytest.raises(NotFound):
            accommodations.grant(cast.office, cast.actor(who), row.id, 25, None, "x")
