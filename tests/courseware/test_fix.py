"""What a machine writes into a course: ids, and nothing else."""

from __future__ import annotations

import difflib
import re

import pytest

from app.courseware.compiler import compile
from app.courseware.course import to_json
from app.courseware.fix import fix, mark_translated
from app.courseware.source import Source
from tests.courseware.conftest import LESSON, LESSON_FRONT, QUIZ, codes

IDS = re.compile(rb"[ \t]*\{#[a-z0-9-]+\}")


def without_ids(source: Source) -> Source:
    """The sample with the ids of answers and criteria taken out of every file."""
    return Source({path: IDS.sub(b"", data) if "glossary" not in path else data for path, data in source.items()})


def test_a_course_with_all_its_ids_is_left_alone(sample: Source) -> None:
    assert fix(sample) == {}


def test_missing_ids_are_written_and_nothing_else(sample: Source) -> None:
    bare = without_ids(sample)
    changed = fix(bare)
    assert {path for path in changed if path.endswith(".en.md")} == {
        f"{LESSON}.en.md",
        f"{QUIZ}.en.md",
        "01-mission/practice.en.md",
        "02-protection/1-who-is-a-refugee.en.md",
        "02-protection/quiz.en.md",
        "exam.en.md",
        "practice.en.md",
    }
    for path, data in changed.items():
        assert IDS.sub(b"", data) == bare[path]
    fixed = bare.replacing(changed)
    assert "question-option-id-missing" not in codes(compile(fixed).problems)
    assert fix(fixed) == {}


def test_the_fixed_course_is_the_course_that_it_was(sample: Source) -> None:
    bare = without_ids(sample)
    before, after = compile(bare).course, compile(bare.replacing(fix(bare))).course
    assert before is not None
    assert after is not None
    assert to_json(before) == to_json(after)


def test_both_languages_get_the_same_ids(sample: Source) -> None:
    bare = without_ids(sample)
    fixed = bare.replacing(fix(bare))
    for stem in (QUIZ, "exam", "01-mission/practice"):
        english, spanish = (
            re.findall(rb"\{#[a-z0-9-]+\}", fixed[f"{stem}.{language}.md"]) for language in ("en", "es")
        )
        assert english == spanish
        assert english
    assert b"- (x) The authority. {#the-authority}" in fixed[f"{QUIZ}.en.md"]
    assert b"- (x) La autoridad. {#the-authority}" in fixed[f"{QUIZ}.es.md"]


def test_an_id_that_one_language_has_is_the_id_of_both(sample: Source) -> None:
    bare = sample.replacing({f"{QUIZ}.es.md": IDS.sub(b"", sample[f"{QUIZ}.es.md"])})
    assert fix(bare) == {f"{QUIZ}.es.md": sample[f"{QUIZ}.es.md"]}


def test_a_question_without_an_id_gets_one(sample: Source) -> None:
    bare = sample.replacing(
        {
            f"{QUIZ}.{language}.md": sample[f"{QUIZ}.{language}.md"].replace(
                b"{question} mission-several", b"{question}"
            )
            for language in ("en", "es")
        }
    )
    fixed = fix(bare)
    for data in fixed.values():
        assert b":::{question} mission-quiz-q2\n:objective: 1\n:credit" in data
    assert len(fixed) == 2
    assert compile(bare.replacing(fixed)).problems == ()


def test_equal_answers_get_different_ids(sample: Source) -> None:
    text = LESSON_FRONT + ":::{question} asked\nWhat?\n\n- (x) Yes\n- ( ) yes!\n- ( ) ¡¿!?\n\n> So.\n:::\n"
    changed = fix(sample.replacing({f"{LESSON}.{language}.md": text.encode() for language in ("en", "es")}))
    assert b"- (x) Yes {#yes}\n- ( ) yes! {#yes-2}\n- ( ) \xc2\xa1\xc2\xbf!? {#o3}\n" in changed[f"{LESSON}.en.md"]


ROWS = [
    ("| one | two |", "| one {#one} | two |"),
    ("| | two |", "| | two {#two} |"),
    ("|one|two|", "|one {#one}|two|"),
    ("one | two", "one {#one} | two"),
    ("| a \\| b | two |", "| a \\| b {#a-b} | two |"),
    ("|  | two", "|  | two {#two}"),
]


@pytest.mark.parametrize(("row", "fixed"), ROWS)
def test_ids_of_rows_go_into_their_cell(sample: Source, row: str, fixed: str) -> None:
    text = (
        LESSON_FRONT
        + ":::{question} asked\n:type: match\n\nWhat?\n\n| A | B |\n| - | - |\n| x {#x} | y |\n| z {#z} | w |\n"
        + f"{row}\n\n> So.\n:::\n"
    )
    before = sample.replacing({f"{LESSON}.{language}.md": text.encode() for language in ("en", "es")})
    changed = fix(before)
    difference = [
        line
        for line in difflib.ndiff(text.split("\n"), changed[f"{LESSON}.en.md"].decode().split("\n"))
        if line[0] in "+-"
    ]
    assert difference == [f"- {row}", f"+ {fixed}"]
    one, other = compile(before).course, compile(before.replacing(changed)).course
    assert one is not None
    assert other is not None
    assert to_json(one) == to_json(other)


def test_answers_over_several_lines_and_with_feedback(sample: Source) -> None:
    text = (
        LESSON_FRONT
        + ":::{question} asked\nWhat?\n\n- (x) One\n  and more.  \n  > Feedback.\n\n  Another paragraph.\n"
        + "- ( ) Two\n\n> So.\n:::\n"
    )
    changed = fix(sample.replacing({f"{LESSON}.{language}.md": text.encode() for language in ("en", "es")}))
    assert changed[f"{LESSON}.en.md"].decode() == text.replace("and more.  ", "and more. {#one-and-more}  ").replace(
        "Two", "Two {#two}"
    )


def test_line_endings_and_byte_order_mark_stay(sample: Source) -> None:
    windows = b"\xef\xbb\xbf" + IDS.sub(b"", sample[f"{QUIZ}.es.md"]).replace(b"\n", b"\r\n")
    changed = fix(sample.replacing({f"{QUIZ}.es.md": windows}))
    assert changed == {f"{QUIZ}.es.md": b"\xef\xbb\xbf" + sample[f"{QUIZ}.es.md"].replace(b"\n", b"\r\n")}


def test_a_wrong_id_is_left_to_its_author(sample: Source) -> None:
    wrong = sample.replacing({f"{QUIZ}.en.md": sample[f"{QUIZ}.en.md"].replace(b"{#opinion}", b"{#Opinion!}")})
    assert fix(wrong) == {}


def test_a_file_that_is_not_utf8_is_left_alone(sample: Source) -> None:
    assert fix(sample.replacing({f"{QUIZ}.es.md": sample[f"{QUIZ}.es.md"].decode().encode("latin-1")})) == {}


def test_ids_change_no_digest_so_that_translations_stay_fresh(sample: Source) -> None:
    bare = without_ids(sample)
    one, other = compile(bare).course, compile(sample).course
    assert one is not None
    assert other is not None
    assert one.modules[0].lessons[0].pages["en"].digest == other.modules[0].lessons[0].pages["en"].digest


def test_a_translator_says_that_a_page_is_up_to_date(sample: Source) -> None:
    path = f"{LESSON}.es.md"
    noted = mark_translated(sample, path, "0123456789abcdef")
    assert noted == sample[path].replace(b"minutes: 20\n", b"minutes: 20\ntranslated-from: 0123456789abcdef\n", 1)
    again = mark_translated(sample.replacing({path: noted}), path, "fedcba9876543210")
    assert again == noted.replace(b"0123456789abcdef", b"fedcba9876543210")
    with pytest.raises(ValueError):
        mark_translated({"a.md": b"no front matter"}, "a.md", "0123456789abcdef")
