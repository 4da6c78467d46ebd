"""Rulings about an item: the same answer is the same answer, and nobody's mark is lowered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.courseware.course import ExamRule
from app.rules import draws, marking
from app.rules.grading import Grade
from app.rules.rulings import FULL, Ruling, counted, graded, same
from tests import sample

ONE = sample.one("q", "mission")
ANNUL = Ruling("annul")


def test_the_same_answer_is_known_whatever_its_order_case_accents_or_separators() -> None:
    assert same(sample.SEVERAL, ["a", "c"], ["c", "a"]) and not same(sample.SEVERAL, ["a"], ["a", "c"])
    assert same(sample.SHORT, "Debido  Proceso", "debido proceso.") and not same(sample.SHORT, "asilo", "asilos")
    assert same(sample.NUMBER, "12,5", "12.5") and not same(sample.NUMBER, "12", "13")
    assert same(sample.ORDER, ["see", "link", "hear"], ["see", "link", "hear"])
    assert not same(sample.ORDER, ["see", "link", "hear"], ["link", "see", "hear"])
    swapped = {"trata": "trafico", "trafico": "trata"}
    assert same(sample.MATCH, swapped, dict(swapped)) and not same(sample.MATCH, swapped, {"trata": "trafico"})


def test_an_empty_answer_is_the_same_as_nothing() -> None:
    assert not same(ONE, [], []) and not same(sample.SHORT, "", "")


def test_an_accepted_answer_is_worth_everything_and_the_key_still_counts() -> None:
    accepted = (Ruling("accept", ["proof"]),)
    assert graded(ONE, ["proof"], accepted) == FULL
    assert graded(ONE, ["right"], accepted).right
    assert not graded(ONE, ["bus"], accepted).right


def test_an_annulled_item_counts_as_right_and_its_answer_keeps_its_own_grade() -> None:
    assert graded(ONE, ["bus"], (ANNUL,)) == Grade(0.0, False)
    assert counted(Grade(0.0, False), (ANNUL,)) == FULL
    assert counted(Grade(0.5, False), ()) == Grade(0.5, False)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_annulling_any_items_lowers_nobodys_marks(places: list[tuple[bool, bool, bool]]) -> None:
    """Each place: whether it is critical, whether it was right, whether it is annulled."""
    questions = [sample.one(f"q{n}", "mission", critical=critical) for n, (critical, _r, _a) in enumerate(places)]
    grades = [Grade(float(right), right) for _c, right, _a in places]
    before = marking.marks(zip(questions, grades, strict=True))
    lifted = [counted(grade, (ANNUL,) if out else ()) for grade, (_c, _r, out) in zip(grades, places, strict=True)]
    after = marking.marks(zip(questions, lifted, strict=True))
    assert after.mark >= before.mark
    assert after.critical >= before.critical


def test_an_annulled_item_is_not_drawn_and_the_draw_replays_without_it() -> None:
    course, rule = sample.course(), ExamRule(draw=6, per_module=(2, 4))
    without = frozenset({"mission-exam-1", "protection-exam-2"})
    for seed in map(str, range(30)):
        paper = draws.exam(course, rule, seed, "PA", without)
        assert len(paper) == 6 and not without & {item.question for item in paper}
        assert paper == draws.exam(course, rule, seed, "PA", without)


def test_a_draw_is_explained_module_by_module() -> None:
    course, rule = sample.course(), ExamRule(draw=6, per_module=(2, 4))
    paper = draws.exam(course, rule, "s", "PA")
    found = draws.strata(course, course.exam, (item.question for item in paper), "PA", frozenset({"mission-exam-6"}))
    assert [(one.module, one.stock, one.critical_stock) for one in found] == [("mission", 5, 2), ("protection", 6, 2)]
    assert sum(one.asked for one in found) == 6
    assert sum(one.critical for one in found) == sum(course.questions[item.question].critical for item in paper)
