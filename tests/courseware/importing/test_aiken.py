"""Aiken: one question after the other, with letters."""

from __future__ import annotations

import pytest

from tests.courseware.importing.conftest import one, options, questions, read, refused


def test_a_question():
    asked, entry = one("What stamp?\nA. Entry\nB) Exit <b>\nC. Transit\nANSWER: B\n")
    assert (asked.kind, entry.outcome) == ("one", "converted")
    assert options(asked) == [("Entry", False, ""), ("Exit &lt;b&gt;", True, ""), ("Transit", False, "")]


def test_questions_follow_one_another_with_and_without_blank_lines():
    imported = read(
        "One?\nA) a\nB) b\nANSWER: A\nTwo,\nin two lines?\n\nA) a\nB) b\nand more\n\nANSWER: B\n\n\n"
        "Three?\nA) a\nB) b\nANSWER: A"
    )
    assert [entry.line for entry in imported.entries] == [1, 5, 15]
    asked = questions(imported)[1]
    assert asked.prompt["en"] == "<p>Two,<br>\nin two lines?</p>"
    assert asked.options[1].html["en"] == "b<br>\nand more"


def test_a_question_may_begin_like_an_answer():
    asked, _ = one("A. Smith wrote what?\nA. This\nB. That\nANSWER: A", "aiken")
    assert asked.prompt["en"] == "<p>A. Smith wrote what?</p>"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("What?\nA) a\nB) b\nANSWER: D", "right-unknown"),
        ("What?\nA) a\nB) b\nANSWER:", "right-unknown"),
        ("What?\nA) a\nB) b", "right-line-missing"),
        ("What?\nANSWER: A", "answers-missing"),
        ("What?\nA) a\nANSWER: A", "answers-few"),
        ("Only text.", "description"),
        ("ANSWER: A", "prompt-missing"),
    ],
)
def test_refusals_name_the_reason(source: str, code: str):
    assert refused(source, "aiken") == code


def test_a_question_without_its_answer_line_does_not_swallow_the_next():
    imported = read("One?\nA) a\nB) b\n\nTwo?\nA) a\nB) b\nANSWER: B", "aiken")
    assert [(entry.line, entry.outcome) for entry in imported.entries] == [(1, "refused"), (5, "converted")]


def test_several_letters_are_several_answers():
    asked, _ = one("Which?\nA) a\nB) b\nC) c\nANSWER: A, C")
    assert (asked.kind, [right for _, right, _ in options(asked)]) == ("several", [True, False, True])
