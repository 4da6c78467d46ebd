"""Quizzes and the exam: one sitting an attempt, the server's clock, each answer kept as it is given."""

import datetime as dt
import threading

import pytest
from sqlalchemy.orm import Session

from app.records.exams import Attempt, AttemptAnswer
from app.rules.errors import NotFound, Refused
from app.services import exams, following
from app.services.exams import GRACE
from tests import sample
from tests.cast import Cast, office_for, publish
from tests.story import RIGHT, finish_lessons, play, sit


def desk(cast: Cast, module: str = "mission", name: str = "nayeli") -> exams.Desk:
    return exams.desk(cast.office, cast.actor(name), cast.course.id, module)


def ready_for_exam(cast: Cast, name: str = "nayeli") -> None:
    for module in ("mission", "protection"):
        finish_lessons(cast, name, module)
        play(cast, name, module)
        sit(cast, name, module)


def test_a_quiz_opens_with_the_last_lesson_of_its_module(cast):
    assert desk(cast).refusal == "lessons-first"
    with pytest.raises(Refused, match="attempt-lessons-first"):
        exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    finish_lessons(cast, "nayeli", "mission")
    assert desk(cast).refusal is None


def test_a_double_click_begins_one_attempt(cast):
    finish_lessons(cast, "nayeli", "mission")
    first = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    again = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    assert first.id == again.id


def test_two_tabs_beginning_at_once_begin_one_attempt(any_url, engine_for, cast_on_both):
    cast = cast_on_both
    finish_lessons(cast, "nayeli", "mission")
    actor, engine = cast.actor("nayeli"), cast.office.session.get_bind()
    cast.office.session.rollback()
    started, gate = [], threading.Barrier(4)

    def begin() -> None:
        with Session(engine, expire_on_commit=False) as session:
            gate.wait()
            started.append(exams.start(office_for(session, cast.clock), actor, cast.course.id, "mission").id)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 4 and len(set(started)) == 1


def test_the_last_answer_given_stands(cast):
    finish_lessons(cast, "nayeli", "mission")
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    place = next(n for n, (q, _o) in enumerate(attempt.paper, 1) if q.startswith("mission-quiz"))
    exams.answer(cast.office, cast.actor("nayeli"), attempt.id, place, ["bus"])
    exams.answer(cast.office, cast.actor("nayeli"), attempt.id, place, ["right"])
    assert exams.sheet(cast.office, desk(cast), place).response == ["right"]
    assert cast.office.session.query(AttemptAnswer).count() == 1


def test_a_wrong_critical_item_fails_a_quiz_whatever_the_mark(cast):
    finish_lessons(cast, "nayeli", "mission")
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    critical = next(n for n, (q, _o) in enumerate(attempt.paper, 1) if cast.course.questions[q].critical)
    for place, (question, _order) in enumerate(attempt.paper, 1):
        exams.answer(
            cast.office,
            cast.actor("nayeli"),
            attempt.id,
            place,
            ["bus"] if place == critical else RIGHT.get(question, ["right"]),
        )
    closed = exams.submit(cast.office, cast.actor("nayeli"), attempt.id)
    assert closed.mark == 75 and closed.passed is False and closed.critical_mark < 100


def test_after_a_failed_attempt_the_next_one_waits(cast):
    finish_lessons(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    assert desk(cast).refusal == "wait"
    assert desk(cast).next_at == cast.clock() + dt.timedelta(hours=12)
    cast.clock.pass_by(hours=12)
    assert desk(cast).refusal is None
    assert sit(cast, "nayeli", "mission").passed


def test_attempts_run_out(cast):
    finish_lessons(cast, "nayeli", "mission")
    for _attempt in range(3):
        sit(cast, "nayeli", "mission", wrong=4)
        cast.clock.pass_by(hours=13)
    assert desk(cast).refusal == "no-attempts"
    with pytest.raises(Refused, match="attempt-no-attempts"):
        exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")


def test_passed_is_passed_and_there_is_nothing_to_repeat(cast):
    finish_lessons(cast, "nayeli", "mission")
    assert sit(cast, "nayeli", "mission").passed
    assert desk(cast).refusal == "passed"


def test_the_exam_opens_when_all_that_is_online_is_done(cast):
    finish_lessons(cast, "nayeli", "mission")
    assert desk(cast, "").refusal == "course-first"
    play(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission")
    finish_lessons(cast, "nayeli", "protection")
    play(cast, "nayeli", "protection")
    sit(cast, "nayeli", "protection")
    assert desk(cast, "").refusal is None


def test_an_answer_in_the_grace_after_the_deadline_still_counts(cast):
    ready_for_exam(cast)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    cast.clock.at = attempt.deadline_at + GRACE - dt.timedelta(seconds=1)
    exams.answer(cast.office, cast.actor("nayeli"), attempt.id, 1, ["right"])
    assert exams.sheet(cast.office, desk(cast, ""), 1).response == ["right"]


def test_after_the_grace_the_attempt_is_handed_in_as_it_was(cast):
    ready_for_exam(cast)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    exams.answer(cast.office, cast.actor("nayeli"), attempt.id, 1, ["right"])
    cast.clock.at = attempt.deadline_at + GRACE + dt.timedelta(seconds=1)
    with pytest.raises(Refused, match="attempt-over"):
        exams.answer(cast.office, cast.actor("nayeli"), attempt.id, 2, ["right"])
    closed = desk(cast, "").closed[-1]
    assert closed.closed_how == "deadline" and closed.closed_at == closed.deadline_at
    assert closed.mark == 16  # one of six


def test_the_worker_closes_what_its_officer_never_came_back_to(cast_on_both):
    cast = cast_on_both
    ready_for_exam(cast)
    exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    assert exams.close_due(cast.office) == 0
    cast.clock.pass_by(hours=1)
    assert exams.close_due(cast.office) == 1
    assert exams.close_due(cast.office) == 0
    assert desk(cast, "").study.progress.exam.attempts == 1


def test_handing_in_twice_is_handing_in_once(cast):
    finish_lessons(cast, "nayeli", "mission")
    attempt = sit(cast, "nayeli", "mission")
    again = exams.submit(cast.office, cast.actor("nayeli"), attempt.id)
    assert again.closed_at == attempt.closed_at
    assert desk(cast).study.progress.quizzes["mission"].attempts == 1


def test_a_closed_attempt_takes_no_more_answers(cast):
    finish_lessons(cast, "nayeli", "mission")
    attempt = sit(cast, "nayeli", "mission", wrong=1)
    with pytest.raises(Refused, match="attempt-closed"):
        exams.answer(cast.office, cast.actor("nayeli"), attempt.id, 1, ["right"])


def test_anothers_attempt_is_not_found(cast):
    finish_lessons(cast, "nayeli", "mission")
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    for verb in (
        lambda who: exams.answer(cast.office, who, attempt.id, 1, ["right"]),
        lambda who: exams.submit(cast.office, who, attempt.id),
    ):
        with pytest.raises(NotFound):
            verb(cast.actor("beto"))


def test_an_attempt_ends_on_the_edition_it_began_on(cast):
    finish_lessons(cast, "nayeli", "mission")
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    began = attempt.edition_id
    newer = sample.course(code="HB2")
    with cast.office.transaction():
        edition = publish(cast, newer)
        following.follow(cast.office, newer.id, edition.id, newer)
    assert exams.sheet(cast.office, desk(cast), 1).attempt.edition_id == began
    assert sit(cast, "nayeli", "mission").passed


def test_the_exams_answers_are_shown_only_when_no_honest_attempt_is_spoilt(cast):
    ready_for_exam(cast)
    sit(cast, "nayeli", wrong=6)
    assert exams.review(cast.office, desk(cast, ""), 1).items == ()
    cast.clock.pass_by(hours=25)
    sit(cast, "nayeli")
    assert len(exams.review(cast.office, desk(cast, ""), 1).items) == 6


def test_a_failed_quiz_names_the_lessons_to_read_again(cast):
    finish_lessons(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    review = exams.review(cast.office, desk(cast), 1)
    assert ("mission", "one") in review.reread
    assert len(review.items) == 4


def test_every_attempt_is_kept(cast):
    finish_lessons(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    cast.clock.pass_by(hours=13)
    sit(cast, "nayeli", "mission")
    rows = cast.office.session.query(Attempt).order_by(Attempt.number).all()
    assert [(row.number, row.passed) for row in rows] == [(1, False), (2, True)]
