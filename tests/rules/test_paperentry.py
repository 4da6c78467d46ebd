"""What a typist enters from a sheet is what the officer wrote; the code of a copy catches a slip."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import copycodes
from app.rules.draws import shown_order
from app.rules.errors import Refused
from app.rules.paperentry import differences, letter, parse, written
from tests import sample

ONE = sample.one("q", "mission")
ORDER = ("bus", "right", "proof")
QUESTIONS = {q.id: q for q in (ONE, sample.SEVERAL, sample.ORDER, sample.MATCH, sample.SHORT, sample.NUMBER)}


@pytest.mark.parametrize("typed", ["b", "B", " b ", "b."])
def test_one_letter_is_one_answer_however_it_is_written(typed: str) -> None:
    assert parse(ONE, ORDER, typed) == ["right"]


@pytest.mark.parametrize("typed", ["ac", "a c", "C, A", "a;c", "a/c"])
def test_several_letters_are_several_answers(typed: str) -> None:
    assert set(parse(sample.SEVERAL, ("a", "b", "c"), typed)) == {"a", "c"}


def test_letters_of_an_order_are_read_first_to_last() -> None:
    assert parse(sample.ORDER, ("link", "see", "hear"), "b c a") == ["see", "hear", "link"]


@pytest.mark.parametrize("typed", ["b a", "ba", "1b 2a", "1b2a", "2a, 1b"])
def test_a_letter_for_each_number_is_a_match(typed: str) -> None:
    order = ("trafico", "trata", "none")
    assert parse(sample.MATCH, order, typed) == {"trata": "trata", "trafico": "trafico"}


def test_a_dash_leaves_a_number_open() -> None:
    order = ("trafico", "trata", "none")
    assert parse(sample.MATCH, order, "- c") == {"trafico": "none"}
    assert parse(sample.MATCH, order, "2c") == {"trafico": "none"}


def test_words_and_figures_are_taken_as_they_stand() -> None:
    assert parse(sample.SHORT, (), "  No devolución ") == "No devolución"
    assert parse(sample.NUMBER, (), "1 234,5") == "1 234,5"


@pytest.mark.parametrize(
    ("question", "order", "typed"),
    [
        (ONE, ORDER, "ab"),
        (ONE, ORDER, "d"),
        (ONE, ORDER, "x"),
        (sample.SEVERAL, ("a", "b", "c"), "aa"),
        (sample.SEVERAL, ("a", "b", "c"), "a?"),
        (sample.ORDER, ("link", "see", "hear"), "aab"),
        (sample.MATCH, ("trafico", "trata", "none"), "a"),
        (sample.MATCH, ("trafico", "trata", "none"), "abc"),
        (sample.MATCH, ("trafico", "trata", "none"), "1a 1b"),
        (sample.MATCH, ("trafico", "trata", "none"), "3a"),
        (sample.MATCH, ("trafico", "trata", "none"), "1"),
        (sample.MATCH, ("trafico", "trata", "none"), "z -"),
    ],
)
def test_what_no_sheet_says_is_refused(question: sample.Question, order: tuple[str, ...], typed: str) -> None:
    with pytest.raises(Refused, match="entry-malformed"):
        parse(question, order, typed)


def test_nothing_typed_is_nothing_answered() -> None:
    for question in QUESTIONS.values():
        assert not parse(question, shown_order(question, "s"), "  ")
        assert written(question, shown_order(question, "s"), None) == ""


@given(st.integers(), st.sampled_from(sorted(QUESTIONS)))
def test_what_is_written_is_read_back(seed: int, name: str) -> None:
    chance, question = random.Random(seed), QUESTIONS[name]
    order = shown_order(question, str(seed))
    response: object
    if question.kind == "match":
        lefts = ["trata", "trafico"]
        response = {left: chance.choice(order) for left in chance.sample(lefts, chance.randint(0, 2))}
    elif question.kind in ("short", "number"):
        response = chance.choice(["", "once", "11"])
    else:
        most = 1 if question.kind == "one" else len(order)
        response = chance.sample(list(order), chance.randint(0, most))
    back = parse(question, order, written(question, order, response))  # type: ignore[arg-type]
    if question.kind in ("one", "several"):
        assert set(back) == set(response)  # type: ignore[call-overload]
    else:
        assert back == response


def test_two_entries_differ_where_they_are_not_the_same_answer() -> None:
    paper = [[name, list(shown_order(question, "s"))] for name, question in QUESTIONS.items()]
    first = {"q": ["right"], "several-signs": ["a", "b"], "short-port": "No devolución", "number-members": "11"}
    second = {"q": ["bus"], "several-signs": ["b", "a"], "short-port": "no devolucion", "order-steps": ["see"]}
    found = differences(QUESTIONS, paper, first, second)
    assert [one.question for one in found] == ["q", "order-steps", "number-members"]
    assert differences(QUESTIONS, paper, first, {**first, "match-words": {}}) == ()


def test_letters_go_on_after_the_alphabet() -> None:
    assert [letter(0), letter(25), letter(26)] == ["a", "z", "27"]


# Codes ----------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**40))
def test_a_code_is_known_in_any_case_and_with_any_separator(seed: int) -> None:
    code = copycodes.new(random.Random(seed).randrange)
    assert copycodes.parse(code) == copycodes.parse(f"  {code.lower().replace('-', ' ')} ") == code


@given(st.integers(0, 2**40), st.integers(0, 7), st.sampled_from(copycodes.ALPHABET))
def test_one_wrong_sign_is_noticed(seed: int, place: int, sign: str) -> None:
    signs = copycodes.new(random.Random(seed).randrange).replace("-", "")
    wrong = signs[:place] + sign + signs[place + 1 :]
    if wrong != signs:
        with pytest.raises(Refused, match="copy-code"):
            copycodes.parse(wrong)


@given(st.integers(0, 2**40), st.integers(0, 6))
def test_two_neighbours_swapped_are_noticed(seed: int, place: int) -> None:
    signs = copycodes.new(random.Random(seed).randrange).replace("-", "")
    swapped = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
    if swapped != signs:
        with pytest.raises(Refused, match="copy-code"):
            copycodes.parse(swapped)
