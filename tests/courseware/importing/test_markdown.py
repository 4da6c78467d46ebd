"""Markdown: questions already in our format, and lists as people type them."""

from __future__ import annotations

import pytest

from tests.courseware.importing.conftest import codes, one, options, questions, read, refused

OURS = """:::{question} fear-of-return
:critical:
:difficulty: 3

A man says “they will kill me.” What do you do?

- ( ) Ask for proof. {#proof}
  > Nobody has to prove a fear.
- (x) Receive a request. {#receive}

> Fear can be said in any words.
:::
"""


def test_our_own_questions_are_taken_over_word_for_word():
    imported = read(OURS)
    assert imported.markdown.replace("bank-fear-of-return", "fear-of-return") == OURS
    assert [(entry.outcome, entry.line, entry.id) for entry in imported.entries] == [
        ("converted", 1, "bank-fear-of-return")
    ]


def test_ids_that_are_missing_are_written_in():
    imported = read(OURS.replace(" {#proof}", "").replace(" fear-of-return", ""))
    assert "- ( ) Ask for proof. {#ask-for-proof}" in imported.markdown
    assert imported.entries[0].id == "bank-a-man-says-they-will-kill-me-what"


def test_questions_of_a_page_with_front_matter_and_text_keep_their_lines():
    text = f"---\ntitle: Quiz\n---\n# Title\n\nSome text.\n\n```\n:::{{question}} shown-only\n:::\n```\n\n{OURS}"
    imported = read(text)
    assert [entry.line for entry in imported.entries] == [13]


def test_what_belongs_to_another_course_is_left_out_by_name():
    text = OURS.replace(":critical:", ":source: convention-1951 art. 33\n:objective: 4\n:module: other").replace(
        "What do",
        "[@convention-1951 art. 1] ![a map](media/map.png) ![far](https://x.example/y.png) [page](2-x.en.md) What do",
    )
    asked, entry = one(text)
    assert codes(entry) == [
        "picture-missing",
        "picture-remote",
        "link-dropped",
        "citation-plain",
        "setting-dropped",
        "setting-dropped",
        "setting-dropped",
    ]
    assert asked.prompt["en"] == (
        "<p>A man says “they will kill me.” (convention-1951 art. 1) [picture left out: a map] "
        '<a href="https://x.example/y.png">picture left out: far</a> page What do you do?</p>'
    )


def test_sources_and_objectives_of_this_course_stay():
    settings = ":source: convention-1951 art. 33\n:objective: 2"
    text = OURS.replace(":critical:", settings).replace("What", "[@convention-1951] What")
    asked, entry = one(text, sources=["convention-1951"], objectives=2)
    assert (asked.source, asked.objective, entry.outcome) == ("convention-1951 art. 33", 2, "converted")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (("(x)", "( )"), "question-right-missing"),
        (("“they", "<b>“they"), "raw-html"),
        (("- (x)", "- [x]"), "question-markers-mixed"),
        ((":difficulty: 3", ":difficulty: 9"), "value-not-integer"),
    ],
)
def test_what_does_not_compile_is_refused_in_the_words_of_the_compiler(damage: tuple[str, str], code: str):
    (entry,) = read(OURS.replace(*damage)).entries
    assert (entry.outcome, entry.notes[0].code) == ("refused", "compiler")
    said = dict(entry.notes[0].values)
    assert said["code"] == code and said["said_en"] != said["said_es"]


def test_a_question_that_is_not_closed_is_refused_and_the_next_is_not():
    imported = read(OURS.removesuffix(":::\n") + "\n" + OURS)
    assert [entry.outcome for entry in imported.entries] == ["refused", "converted"]
    assert imported.entries[0].notes[0].code == "not-closed"


def test_several_answers_that_are_told_by_a_line():
    imported = read(
        "Pregunta 1: ¿Qué?\nA) uno\nB) dos\nC) tres\nRespuestas: A y C\n\n2. Which?\na. one\nb. two\n**Answer:** b) two",
        language="es",
    )
    first, second = questions(imported, "es")
    assert (first.kind, [right for _, right, _ in options(first, "es")]) == ("several", [True, False, True])
    assert (second.kind, [right for _, right, _ in options(second, "es")]) == ("one", [False, True])


def test_lettered_answers_with_stars():
    imported = read(
        "# Visas\n\n1. Which *is* it?\n   a) foo\n   *b) bar\n   c) **baz**\n\n2) And this?\n- a) x\n- **b) y**\n\n"
        "3. Ticks?\na) x ✓\nb) y"
    )
    first, second, third = questions(imported)
    assert options(first) == [("foo", False, ""), ("bar", True, ""), ("<strong>baz</strong>", False, "")]
    assert [right for _, right, _ in options(second)] == [False, True]
    assert [right for _, right, _ in options(third)] == [True, False]
    assert first.prompt["en"] == "<p>Which <em>is</em> it?</p>"
    assert {entry.category for entry in imported.entries} == {"Visas"}


def test_boxes_feedback_and_explanations():
    imported = read(
        "## Which?\n\n- ( ) a\n  > no\n- (x) b\n\n> Because *so*.\n\n"
        "Which two?\n\n- [x] a\n- [ ] b\n\nExplanation: none."
    )
    first, second = questions(imported)
    assert options(first) == [("a", False, "<p>no</p>"), ("b", True, "")]
    assert (first.explanation["en"], second.explanation["en"]) == ("<p>Because <em>so</em>.</p>", "<p>none.</p>")
    assert (first.kind, second.kind) == ("one", "several")


def test_typed_answers():
    imported = read("1. How many?\n= 30 ± 2\n\n2. Who?\n= the officer\n= an officer")
    number, short = questions(imported)
    assert (number.value, number.tolerance, short.accepted["en"]) == (30, 2, ("the officer", "an officer"))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("1. Which?\na) x\nb) y", "right-missing"),
        ("1. Which?\na) x\nb) y\nAnswer: z", "right-unknown"),
        ("1. Which?", "answers-missing"),
        ("Only text.", "description"),
        ("1. Which?\n*a) x", "answers-few"),
    ],
)
def test_refusals_name_the_reason(source: str, code: str):
    assert refused(source, "markdown") == code
