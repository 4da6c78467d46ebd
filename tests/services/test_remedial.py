"""The last attempt at an exam opens when a trainer has agreed with the officer what to work on before it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.courseware.course import Course
from app.records.audit import AuditEntry, Notice
from app.rules.errors import NotFound, Refused
from app.rules.invigilation import needs_plan
from app.services import doctor, exams, learning, remedial
from tests import sample
from tests.cast import Cast, Clock, assemble, office_for
from tests.story import finish_lessons, play, sit

AGREED = "Volver a leer las lecciones 1 y 2 del módulo 2.\nEl jueves, con Tomás."


def thrice(attempts: int = 3) -> Course:
    """The sample course with an exam of three attempts."""
    course = sample.course()
    exam = msgspec.structs.replace(course.completion.exam, attempts=attempts)  # type: ignore[type-var]
    return sample.course(completion=msgspec.structs.replace(course.completion, exam=exam))


@pytest.fixture
def cast(any_url: str, engine_for: Callable[[str], Engine], clock: Clock) -> Iterator[Cast]:
    with Session(engine_for(any_url), expire_on_commit=False) as session:
        yield assemble(office_for(session, clock), clock, thrice())


def enrolment(cast: Cast, name: str = "nayeli") -> uuid.UUID:
    return learning.study(cast.office, cast.actor(name), cast.course.id).enrolment.id


def desk(cast: Cast, name: str = "nayeli") -> exams.Desk:
    return exams.desk(cast.office, cast.actor(name), cast.course.id)


def fail_twice(cast: Cast, name: str = "nayeli", times: int = 2) -> None:
    for module in ("mission", "protection"):
        finish_lessons(cast, name, module)
        play(cast, name, module)
        sit(cast, name, module)
    for _time in range(times):
        sit(cast, name, wrong=6)
        cast.clock.pass_by(hours=25)


def record(cast: Cast, who: str = "tomas", of: str = "nayeli", agreed: str = AGREED):  # type: ignore[no-untyped-def]
    return remedial.record(cast.office, cast.actor(who), enrolment(cast, of), agreed)


def test_only_the_last_of_three_or_more_attempts_asks_for_a_plan() -> None:
    assert [needs_plan(3, used) for used in range(4)] == [False, False, True, False]
    assert not any(needs_plan(2, used) for used in range(3))
    assert not any(needs_plan(0, used) for used in range(9))
    assert needs_plan(4, 3)


def test_the_third_attempt_waits_for_a_plan_and_opens_with_it(cast: Cast) -> None:
    fail_twice(cast)
    assert desk(cast).refusal == "plan"
    with pytest.raises(Refused, match="attempt-plan"):
        exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    record(cast)
    found = desk(cast)
    assert found.refusal is None
    assert (found.plan.agreed, found.plan.recorder.name) == (AGREED, "Tomás Ñurinda Sáenz")  # type: ignore[union-attr]
    assert sit(cast, "nayeli").passed
    assert doctor.examine(cast.office).findings == ()


def test_with_a_plan_the_hours_between_two_attempts_still_count(cast: Cast) -> None:
    fail_twice(cast, times=1)
    sit(cast, "nayeli", wrong=6)
    assert desk(cast).refusal == "plan"
    record(cast)
    assert desk(cast).refusal == "wait"
    cast.clock.pass_by(hours=24)
    assert desk(cast).refusal is None


def test_the_second_attempt_needs_none_and_none_is_taken_early(cast: Cast) -> None:
    fail_twice(cast, times=1)
    assert desk(cast).refusal is None
    with pytest.raises(Refused, match="plan-not-due"):
        record(cast)


def test_after_the_last_attempt_there_is_nothing_left_to_plan(cast: Cast) -> None:
    fail_twice(cast)
    record(cast)
    sit(cast, "nayeli", wrong=6)
    assert desk(cast).refusal == "no-attempts"
    with pytest.raises(Refused, match="plan-not-due"):
        record(cast, agreed="Otra vez.")


def test_an_exam_of_two_attempts_has_no_such_rule(sqlite_url: str, engine_for: Callable[[str], Engine]) -> None:
    clock = Clock()
    with Session(engine_for(sqlite_url), expire_on_commit=False) as session:
        cast = assemble(office_for(session, clock), clock)
        fail_twice(cast, times=1)
        assert desk(cast).refusal is None


def test_a_trainer_sees_who_waits_and_no_longer_once_it_is_recorded(cast: Cast) -> None:
    assert remedial.waiting(cast.office, cast.actor("tomas")) == []
    fail_twice(cast)
    fail_twice(cast, "beto", times=1)
    fail_twice(cast, "ximena")
    names = [one.enrolment.person.name for one in remedial.waiting(cast.office, cast.actor("tomas"))]
    assert names == ["Nayeli Ábrego Quintero"]
    assert len(remedial.waiting(cast.office, cast.actor("ada"))) == 2
    for who in ("tina", "coralia", "nayeli"):
        assert remedial.waiting(cast.office, cast.actor(who)) == []
    record(cast)
    assert remedial.waiting(cast.office, cast.actor("tomas")) == []


def test_a_newer_plan_counts_the_older_is_kept_and_the_same_one_is_one(cast: Cast) -> None:
    fail_twice(cast)
    first = record(cast)
    assert record(cast).id == first.id
    cast.clock.pass_by(hours=1)
    record(cast, agreed="Además, el módulo 1.")
    assert desk(cast).plan.agreed == "Además, el módulo 1."  # type: ignore[union-attr]


def test_a_plan_stands_in_the_log_and_the_officer_is_told_what_was_agreed(cast: Cast) -> None:
    fail_twice(cast)
    record(cast)
    session = cast.office.session
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "exam.plan")).one()
    assert (entry.actor_id, entry.subject) == (cast.people["tomas"].id, str(enrolment(cast)))
    notice = session.scalars(select(Notice).where(Notice.dedup_key.startswith("exam-plan/"))).one()
    assert notice.person_id == cast.people["nayeli"].id
    assert AGREED in notice.body


@pytest.mark.parametrize("who", ["coralia", "tina", "beto", "nayeli"])
def test_nobody_but_a_trainer_of_the_officer_records_it(cast: Cast, who: str) -> None:
    fail_twice(cast)
    with pytest.raises(NotFound):
        record(cast, who=who)


def test_nobody_opens_their_own_last_attempt(cast: Cast) -> None:
    cast.enrol("tomas")
    fail_twice(cast, "tomas")
    with pytest.raises(Refused, match="exam-own"):
        record(cast, of="tomas")
    assert record(cast, who="ada", of="tomas")


def test_an_empty_plan_is_none(cast: Cast) -> None:
    fail_twice(cast)
    for agreed, code in ((" \n ", "reason-missing"), ("x" * 4001, "reason-long")):
        with pytest.raises(Refused, match=code):
            record(cast, agreed=agreed)
