"""Draws: fair, replayable, within the limits."""

from hypothesis import given
from hypothesis import strategies as st

from app.courseware.course import ExamRule, QuizRule
from app.rules import draws
from tests import sample

COURSE = sample.course()


@given(st.text(max_size=20))
def test_a_draw_can_be_replayed_from_its_seed(seed):
    rule = QuizRule(draw=6)
    assert draws.quiz(COURSE, "mission", rule, seed, "PA") == draws.quiz(COURSE, "mission", rule, seed, "PA")


@given(st.text(max_size=20), st.integers(1, 20))
def test_a_quiz_asks_each_item_once_and_enough_critical_ones(seed, wanted):
    paper = draws.quiz(COURSE, "mission", QuizRule(draw=wanted), seed, "PA")
    ids = [item.question for item in paper]
    assert len(ids) == len(set(ids)) == min(wanted, 13)
    critical = sum(COURSE.questions[i].critical for i in ids)
    assert critical >= min(3, -(-wanted // 4))


@given(st.text(max_size=20))
def test_the_exam_takes_from_every_module_within_its_limits(seed):
    rule = ExamRule(draw=6, per_module=(2, 4))
    paper = draws.exam(COURSE, rule, seed, "PA")
    by_module = {m: sum(COURSE.questions[i.question].module == m for i in paper) for m in ("mission", "protection")}
    assert len(paper) == 6
    assert all(2 <= n <= 4 for n in by_module.values())
    assert sum(COURSE.questions[i.question].critical for i in paper) >= 2


def test_an_exam_that_its_bank_cannot_fill_asks_what_there_is():
    paper = draws.exam(COURSE, ExamRule(draw=40, per_module=(2, 40)), "s", "PA")
    assert len(paper) == 12


def test_different_seeds_give_different_papers():
    papers = {draws.quiz(COURSE, "mission", QuizRule(draw=4), str(seed), "PA") for seed in range(30)}
    assert len(papers) > 20


def test_every_place_is_fair_for_the_right_answer():
    """Over many seeds the right option of a shuffled question stands in each place about as often."""
    question = COURSE.questions["mission-quiz-1"]
    counts = [0, 0, 0]
    for seed in range(600):
        counts[draws.shown_order(question, str(seed)).index("right")] += 1
    assert min(counts) > 150


def test_a_question_to_put_in_order_is_never_shown_solved():
    solved = tuple(option.id for option in sample.ORDER.options)
    assert all(draws.shown_order(sample.ORDER, str(seed)) != solved for seed in range(200))


def test_an_item_that_does_not_bind_the_learners_country_is_not_drawn():
    questions = dict(COURSE.questions)
    questions["mission-quiz-1"] = sample.one("mission-quiz-1", "mission", countries=("CR",))
    course = sample.course(questions=questions)
    for seed in range(20):
        assert "mission-quiz-1" not in {
            i.question for i in draws.quiz(course, "mission", QuizRule(draw=20), str(seed), "PA")
        }
    assert "mission-quiz-1" in {i.question for i in draws.quiz(course, "mission", QuizRule(draw=20), "s", "CR")}
