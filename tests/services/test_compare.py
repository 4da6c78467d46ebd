"""The tests before and after the course: what a cohort has learned, and nobody's mark."""

from __future__ import annotations

import pytest

from app.rules import draws
from app.rules.errors import NotFound, Refused
from app.services import doctor, exams, learning, people, practice
from tests import sample
from tests.cast import Cast
from tests.story import RIGHT, finish_lessons


def take(cast: Cast, name: str, stage: str, wrong: int = 0) -> exams.Attempt:
    actor = cast.actor(name)
    attempt = exams.start(cast.office, actor, cast.course.id, stage=stage)
    for position, (question, _order) in enumerate(attempt.paper, 1):
        if position > wrong:
            exams.answer(cast.office, actor, attempt.id, position, RIGHT.get(question, ["right"]))
    return exams.submit(cast.office, actor, attempt.id)


def test_both_forms_are_as_long_share_no_question_and_are_about_as_hard() -> None:
    course = sample.course()
    for seed in map(str, range(50)):
        first, second = (draws.parallel(course, 4, seed, "PA", after) for after in (False, True))
        assert len(first) == len(second) == 4
        assert not {item.question for item in first} & {item.question for item in second}
        hard = [sum(course.questions[item.question].critical for item in form) for form in (first, second)]
        assert abs(hard[0] - hard[1]) <= 2


def test_a_small_bank_gives_what_it_has() -> None:
    assert len(draws.parallel(sample.course(), 30, "s", "PA", True)) == 21


def test_the_test_before_is_offered_until_the_first_lesson_and_counts_for_nothing(cast: Cast) -> None:
    study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
    assert study.compare_now == "before"
    attempt = take(cast, "nayeli", "before", wrong=2)
    assert (attempt.mark, attempt.passed) == (50, None)
    study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
    assert study.progress.compared == {"before": 50}
    assert (study.percent, study.progress.quizzes, study.progress.exam.attempts) == (0, {}, 0)
    assert study.compare_now == ""
    assert doctor.examine(cast.office).findings == ()


def test_it_is_taken_once_and_at_its_time(cast: Cast) -> None:
    take(cast, "nayeli", "before")
    with pytest.raises(Refused, match="attempt-compared"):
        take(cast, "nayeli", "before")
    with pytest.raises(Refused, match="attempt-too-early"):
        take(cast, "nayeli", "after")
    finish_lessons(cast, "beto", "mission")
    with pytest.raises(Refused, match="attempt-too-late"):
        take(cast, "beto", "before")


def test_the_test_after_asks_other_questions_and_nothing_of_it_is_explained(cast: Cast) -> None:
    before = take(cast, "nayeli", "before")
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
    assert learning.study(cast.office, cast.actor("nayeli"), cast.course.id).compare_now == "after"
    after = take(cast, "nayeli", "after", wrong=1)
    assert not {q for q, _o in before.paper} & {q for q, _o in after.paper}
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id, stage="after")
    assert exams.review(cast.office, desk, 1).items == ()


def test_a_course_without_such_tests_has_none(cast: Cast) -> None:
    with pytest.raises(NotFound):
        exams.desk(cast.office, cast.actor("nayeli"), "elsewhere", stage="before")


def test_a_coordinator_never_sees_what_one_officer_knew(cast: Cast) -> None:
    take(cast, "nayeli", "before", wrong=4)
    record = people.record(cast.office, cast.actor("coralia"), cast.people["nayeli"].id)
    assert all(attempt.kind in ("quiz", "exam") for course in record.courses for attempt in course.attempts)


def test_a_cohorts_gain_is_told_of_five_and_not_of_four(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cast.cohort is not None
    take(cast, "nayeli", "before", wrong=3)
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
    take(cast, "nayeli", "after")
    with cast.office.transaction():
        learning.study(cast.office, cast.actor("nayeli"), cast.course.id).enrolment.cohort_id = cast.cohort.id
    assert practice.table(cast.office, cast.actor("ada"), cohort_id=cast.cohort.id).gain is None
    monkeypatch.setattr(practice, "LEAST", 1)
    gain = practice.table(cast.office, cast.actor("ada"), cohort_id=cast.cohort.id).gain
    assert gain == practice.Gain(1, 25.0, 100.0)
