"""What an answer is worth: every question type, as COURSE_FORMAT.md promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courseware.course import Option, Question
from app.rules.errors import Refused
from app.rules.grading import grade, read, readings
from tests.sample import MATCH, NUMBER, ORDER, SEVERAL, SHORT, both, html, one


def test_one_answer_is_right_or_not():
    question = one("q", "m")
    assert grade(question, ["right"]).right
    assert grade(question, ["proof"]).credit == 0
    assert grade(question, []).credit == 0


@pytest.mark.parametrize(
    ("chosen", "credit"),
    [(["a", "b"], 1.0), (["a"], 0.5), (["a", "c"], 0.0), (["a", "b", "c"], 0.5), (["c"], 0.0), ([], 0.0)],
)
def test_partial_credit_is_right_minus_wrong_and_never_below_zero(chosen, credit):
    assert grade(SEVERAL, chosen).credit == credit
    assert grade(SEVERAL, chosen).right == (credit == 1.0)


def test_without_partial_credit_several_answers_count_whole():
    whole = Question("q", "several", "m", html("?", "?"), SEVERAL.options)
    assert grade(whole, ["a"]).credit == 0
    assert grade(whole, ["b", "a"]).right


def test_an_order_is_right_only_from_first_to_last():
    assert grade(ORDER, ["see", "hear", "link"]).right
    assert not grade(ORDER, ["hear", "see", "link"]).right
    assert not grade(ORDER, ["see", "hear"]).right


def test_a_match_needs_every_pair_and_no_distractor():
    assert grade(MATCH, {"trata": "trata", "trafico": "trafico"}).right
    assert not grade(MATCH, {"trata": "trafico", "trafico": "trata"}).right
    assert not grade(MATCH, {"trata": "trata", "trafico": "none"}).right
    assert not grade(MATCH, {"trata": "trata"}).right


@pytest.mark.parametrize(
    "text", ["no devolución", "NO DEVOLUCION", " «No devolución». ", "Non-Refoulement", "no  devolución"]
)
def test_case_accents_and_outer_punctuation_do_not_make_a_short_answer_wrong(text):
    assert grade(SHORT, read(SHORT, text)).right


def test_another_word_is_a_wrong_short_answer():
    assert not grade(SHORT, "devolución").right


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("11", {11}),
        ("11,0", {11}),
        ("11.0", {11}),
        ("1,234.5", {1234.5}),
        ("1.234,5", {1234.5}),
        ("1 234,5", {1234.5}),
        ("1 234", {1234}),
        ("520,085", {520085, 520.085}),
        ("520.085", {520085, 520.085}),
        ("0,5", {0.5}),
        ("−3", {-3}),
        ("30 %", {30}),
    ],
)
def test_numbers_are_read_as_the_region_writes_them(text, meant):
    assert set(readings(text)) == meant


@pytest.mark.parametrize("text", ["", "once", "1..2", "--1", "1/2", "1,23,4", "١١"])
def test_what_is_no_number_is_no_number(text):
    assert readings(text) == ()
    assert not grade(NUMBER, text).right


def test_the_tolerance_is_kept_to_the_edge():
    question = Question("q", "number", "m", html("?", "?"), value=0.3, tolerance=0.1)
    assert grade(question, "0.2").right and grade(question, "0.4").right
    assert not grade(question, "0.41").right


@pytest.mark.parametrize(
    "raw", [None, 3, ["x"], ["right", "right"], ["right", "proof"], {"right": "right"}, "right", [["right"]]]
)
def test_an_answer_that_no_page_of_ours_sends_is_refused(raw):
    with pytest.raises(Refused):
        read(one("q", "m"), raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    )
)
def test_nothing_that_a_device_sends_breaks_the_grading(raw):
    for question in (one("q", "m"), SEVERAL, ORDER, MATCH, SHORT, NUMBER):
        try:
            response = read(question, raw)
        except Refused:
            continue
        assert 0 <= grade(question, response).credit <= 1


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef"), min_size=1))
def test_more_wrong_choices_never_earn_more(chosen, right):
    question = Question(
        "q", "several", "m", html("?", "?"), tuple(Option(i, both(i, i), i in right) for i in "abcdef"), partial=True
    )
    before = grade(question, sorted(chosen)).credit
    for extra in set("abcdef") - right - chosen:
        assert grade(question, sorted(chosen | {extra})).credit <= before
