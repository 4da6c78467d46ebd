"""A quiz taken from a saved module: one draw, graded by the server, by the rules of attempts, once; on both databases."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
import pytest

from app.records.exams import Attempt, SavedQuiz
from app.records.learning import Enrolment, LearningEvent
from app.rules.errors import NotFound
from app.rules.events import Outcome
from app.rules.progress import Event
from app.services import exams, learning
from tests.cast import Cast, publish
from tests.story import RIGHT, finish_lessons, sit

MODULE = "mission"


def saved(cast: Cast, name: str = "nayeli") -> exams.Paper:
    """Save the module; what lies on the device."""
    study = learning.study(cast.office, cast.actor(name), cast.course.id)
    found = exams.reserve(cast.office, study, MODULE).paper
    assert found is not None
    return found


def hand_in(
    cast: Cast, paper: exams.Paper, name: str = "nayeli", *, wrong: int = 0, at: dt.datetime | None = None, **more: Any
) -> Outcome:
    """Hand in *paper* with *wrong* answers left out, as of *at*; ``event`` is the id of what was pressed."""
    at = at or cast.clock()
    event = Event(more.get("event") or str(uuid.uuid4()), exams.KIND, MODULE, str(paper.id), {}, at)
    answers = {question.id: RIGHT.get(question.id, ["right"]) for question, _order in paper.places[wrong:]}
    return exams.hand_in(cast.office, cast.actor(name), cast.course.id, event, at, answers, "phone")


def attempts(cast: Cast) -> list[Attempt]:
    return cast.office.session.query(Attempt).order_by(Attempt.number).all()


def test_it_is_graded_as_of_its_time_and_moves_the_officer_on(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    paper = saved(cast)
    cast.clock.pass_by(hours=5)
    at = cast.clock()
    cast.clock.pass_by(days=3)
    outcome = hand_in(cast, paper, at=at)
    assert (outcome.status, outcome.result) == ("applied", {"counted": True, "mark": 100, "passed": True, "number": 1})
    (attempt,) = attempts(cast)
    assert (attempt.id, attempt.closed_at, attempt.closed_how) == (paper.id, at, "device")
    study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
    assert study.progress.quizzes[MODULE].passed and study.enrolment.quizzes_passed == 1
    assert learning.refold(cast.office, study.enrolment) == study.progress
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id, MODULE)
    assert exams.review(cast.office, desk, 1).items, "it is explained like any other"


def test_sent_again_it_is_the_same_and_handed_in_from_a_second_device_it_counts_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    paper, pressed = saved(cast), str(uuid.uuid4())
    assert saved(cast).id == paper.id, "two devices hold the same draw"
    first = hand_in(cast, paper, wrong=4, event=pressed)
    again = hand_in(cast, paper, event=pressed)
    assert (again.status, again.result) == ("duplicate", first.result)
    other = hand_in(cast, paper)
    assert (other.status, other.code, other.result["counted"]) == ("applied", "quiz-twice", False)
    assert len(attempts(cast)) == 1
    kept = cast.office.session.query(LearningEvent).filter_by(id=uuid.UUID(other.id)).one()
    assert len(kept.payload["answers"]) == 4, "what does not count is kept all the same"
    assert saved(cast).id != paper.id, "a new saving gets a new draw"


def test_the_hours_between_two_attempts_hold_on_both_sides(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    paper = saved(cast)
    begun = cast.clock()
    cast.clock.pass_by(hours=11)
    assert not sit(cast, "nayeli", MODULE, wrong=4).passed
    cast.clock.pass_by(hours=11)
    for at in (begun, cast.clock()):
        assert hand_in(cast, paper, at=at).code == ("quiz-wait" if at == begun else "quiz-twice")
    paper = saved(cast)
    assert hand_in(cast, paper).code == "quiz-wait"
    cast.clock.pass_by(hours=2)
    paper = saved(cast)
    assert hand_in(cast, paper).result["counted"]
    assert [attempt.closed_how for attempt in attempts(cast)] == ["submitted", "device"]


def test_a_clock_put_back_does_not_go_behind_the_saving(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    assert not sit(cast, "nayeli", MODULE, wrong=4).passed
    paper = saved(cast)
    assert hand_in(cast, paper, at=cast.clock() - dt.timedelta(days=9)).code == "quiz-wait"


def test_no_more_attempts_than_the_course_grants_and_none_after_passing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    papers = [saved(cast)]
    for _attempt in range(3):
        assert not sit(cast, "nayeli", MODULE, wrong=4).passed
        cast.clock.pass_by(hours=13)
    assert hand_in(cast, papers[0]).code == "quiz-attempts"
    study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
    assert exams.reserve(cast.office, study, MODULE).refusal == "no-attempts"
    finish_lessons(cast, "beto", MODULE)
    paper = saved(cast, "beto")
    assert sit(cast, "beto", MODULE).passed
    cast.clock.pass_by(hours=13)
    assert hand_in(cast, paper, "beto").code == "quiz-passed"
    study = learning.study(cast.office, cast.actor("beto"), cast.course.id)
    assert exams.reserve(cast.office, study, MODULE).refusal == "passed"


def test_before_its_lessons_it_is_refused_and_may_be_handed_in_again(cast_on_both: Cast) -> None:
    cast = cast_on_both
    paper = saved(cast)
    assert hand_in(cast, paper).code == "quiz-lessons-first"
    finish_lessons(cast, "nayeli", MODULE)
    assert hand_in(cast, paper).result["counted"]


def test_an_edition_published_meanwhile_grades_by_the_one_on_the_device(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    paper = saved(cast)
    first, *rest = cast.course.modules
    more = msgspec.structs.replace(first.lessons[0], id="three", questions=())
    changed = msgspec.structs.replace(first, lessons=(*first.lessons, more), quiz=first.quiz[:5])
    questions = {
        name: msgspec.structs.replace(question, options=tuple(reversed(question.options)))
        for name, question in cast.course.questions.items()
    }
    course = msgspec.structs.replace(cast.course, modules=(changed, *rest), questions=questions, offline_quizzes=False)
    with cast.office.transaction():
        edition = publish(cast, course)
        old = cast.office.session.query(Enrolment).filter_by(person_id=cast.people["nayeli"].id).one().edition_id
        cast.office.session.query(Enrolment).update({"edition_id": edition.id})
    outcome = hand_in(cast, paper)
    assert outcome.result["mark"] == 100, "a lesson that was not on the device is not asked for"
    assert attempts(cast)[0].edition_id == old


def test_a_quiz_that_the_course_dropped_is_kept_and_counts_for_nothing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    paper = saved(cast)
    modules = tuple(msgspec.structs.replace(module, quiz=()) for module in cast.course.modules)
    with cast.office.transaction():
        edition = publish(cast, msgspec.structs.replace(cast.course, modules=modules))
        cast.office.session.query(Enrolment).update({"edition_id": edition.id})
    assert hand_in(cast, paper).code == "quiz-gone"
    assert cast.office.session.get_one(SavedQuiz, paper.id).handed_in_at is not None
    assert attempts(cast) == []


def test_anothers_quiz_and_the_exam_are_not_found(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    finish_lessons(cast, "beto", MODULE)
    paper = saved(cast)
    assert hand_in(cast, paper, "beto").code == "not-in-course"
    study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
    with pytest.raises(NotFound):
        exams.reserve(cast.office, study, "")
    with pytest.raises(NotFound):
        exams.paper(cast.office, cast.actor("nayeli"), cast.course.id, "no id")


def test_an_open_attempt_online_ends_beside_it(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "nayeli", MODULE)
    paper = saved(cast)
    begun = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, MODULE)
    assert hand_in(cast, paper).result == {"counted": True, "mark": 100, "passed": True, "number": 2}
    exams.submit(cast.office, cast.actor("nayeli"), begun.id)
    assert [attempt.passed for attempt in attempts(cast)] == [False, True]
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id, MODULE)
    assert desk.passed, "the best counts"
