"""The practical sheet of a whole course, and what a sheet says to trainers alone."""

from __future__ import annotations

import re

import msgspec
import pytest

from app.courseware.compiler import compile
from app.courseware.course import EXERCISE, Course, Practice, from_json, say, to_json
from app.courseware.source import Source
from tests.courseware.conftest import Desk, codes

SHEET = "01-mission/practice"
FRONT = "---\ntitle: P1. Briefing\nminutes: 60\n---\n"
CRITERIA = "\n\n:::{criteria}\n- States the tasks. {#tasks}\n:::\n"
SECRET = "sorts-into-trafficking"


def sheet(desk: Desk, body: str, path: str = SHEET) -> tuple[Practice, set[str]]:
    """The sheet with that *body* in both languages, and the codes of what is wrong with it."""
    compiled = desk.compile({f"{path}.{language}.md": FRONT + body + CRITERIA for language in ("en", "es")})
    assert compiled.course is not None
    found = compiled.course.sheet("mission" if "/" in path else EXERCISE)
    assert found is not None
    return found, codes(compiled.problems)


# The integrated exercise ----------------------------------------------------------------------------------------------


def test_a_sheet_at_the_top_of_the_folder_is_the_exercise_of_the_course(course: Course) -> None:
    assert course.exercise is not None
    assert (course.exercise.title["es"], course.exercise.minutes) == ("Una noche en el puesto", 90)
    assert [one.id for one in course.exercise.criteria] == ["five-of-six", "nothing-unsafe"]
    assert course.sheet(EXERCISE) is course.exercise
    assert course.sheet("mission") is course.modules[0].practice
    assert course.sheet("protection") is course.sheet("nowhere") is None


def test_a_course_without_one_is_stored_as_it_always_was(sample: Source, course: Course) -> None:
    """An edition of last year has no such field; its digest must not change."""
    plain = {path: data for path, data in sample.items() if not path.startswith("practice.")}
    before = compile(plain).course
    assert before is not None and before.exercise is None
    assert b"exercise" not in to_json(before)
    assert from_json(to_json(before)) == before
    assert from_json(to_json(course)) == course


def test_no_module_may_be_called_so(desk: Desk) -> None:
    named = desk.compile({"03-exercise/module.en.md": "---\ntitle: M\n---\n"})
    assert ("page-id-reserved", "03-exercise") in {(one.code, one.file) for one in named.problems}


def test_a_number_in_front_of_its_name_does_not_make_it_another_page(desk: Desk) -> None:
    text = desk.source["practice.en.md"].decode()
    assert "file-unknown" in codes(desk.compile({"1-practice.en.md": text}).problems)


def test_it_is_wanted_in_both_languages(desk: Desk) -> None:
    found = [one for one in desk.compile({"practice.es.md": None}).problems if one.file == "practice.en.md"]
    assert [(one.code, one.severity) for one in found] == [("page-not-translated", "error")]


def test_the_course_page_may_link_to_it(desk: Desk) -> None:
    text = desk.source["course.en.md"].decode() + "\nSee [the exercise](practice.en.md).\n"
    compiled = desk.compile({"course.en.md": text})
    assert compiled.course is not None
    html = "".join(block.html for block in compiled.course.pages["en"].blocks)
    assert f'href="/learn/{compiled.course.id}/exercise"' in html


# The trainers' key ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SHEET, "practice"])
def test_a_key_is_kept_apart_from_what_officers_read(desk: Desk, path: str) -> None:
    body = (
        f"Work in pairs.\n\n:::{{trainer}}\nCard 3 {SECRET}.\n:::\n\n"
        "Then report.\n\n::::{trainer}\n:::{note}\nAgain.\n:::\n::::"
    )
    found, problems = sheet(desk, body, path)
    assert problems == set()
    assert found.html["en"] == "<p>Work in pairs.</p>\n<p>Then report.</p>"
    assert found.trainer["en"].startswith(f"<p>Card 3 {SECRET}.</p>")
    assert "Again." in found.trainer["en"]
    assert SECRET not in str(msgspec.to_builtins(msgspec.structs.replace(found, trainer={})))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"Text.[^1]\n\n:::{{trainer}}\nKey.\n\n[^1]: {SECRET}\n:::", "footnote-here"),
        (f":::{{trainer}}\nKey.[^1]\n:::\n\n[^1]: {SECRET}", "footnote-here"),
        (f":::{{trainer}}\nKey.^[{SECRET}]\n:::", "footnote-here"),
        (f"::::{{note}}\n:::{{trainer}}\n{SECRET}\n:::\n::::", "directive-not-outer"),
        (f"- One.\n\n  :::{{trainer}}\n  {SECRET}\n  :::", "directive-not-outer"),
        (f"> :::{{trainer}}\n> {SECRET}\n> :::", "directive-not-outer"),
        (f":::{{trainer}} {SECRET}\nKey.\n:::", "directive-argument-unknown"),
        (":::{trainer}\n![The key to the cards](media/post.svg)\n:::", "trainer-file"),
        (":::{trainer}\n[The key](media/post.svg)\n:::", "trainer-file"),
        (":::{trainer}\n:::", "trainer-empty"),
    ],
)
def test_what_would_carry_a_key_to_officers_cannot_be_published(desk: Desk, body: str, code: str) -> None:
    compiled = desk.compile({f"{SHEET}.{language}.md": FRONT + body + CRITERIA for language in ("en", "es")})
    assert code in {one.code for one in compiled.errors}


@pytest.mark.parametrize("path", ["01-mission/1-what-we-do", "01-mission/module", "01-mission/quiz", "course", "exam"])
def test_only_a_practical_sheet_has_a_key(desk: Desk, path: str) -> None:
    text = desk.source[f"{path}.en.md"].decode() + "\n:::{trainer}\nKey.\n:::\n"
    assert "directive-not-on-page" in {one.code for one in desk.compile({f"{path}.en.md": text}).errors}


def test_the_two_languages_of_a_key_are_compared_with_each_other_and_not_with_the_rest(desk: Desk) -> None:
    """The number 3 of the Spanish sheet does not stand for that of the English key."""
    english = FRONT + "Work in pairs.\n\n:::{trainer}\nCard 3 is trafficking.\n:::" + CRITERIA
    spanish = FRONT + "Trabaje en grupos de 3.\n\n:::{trainer}\nEs trata.\n:::" + CRITERIA
    problems = desk.compile({f"{SHEET}.en.md": english, f"{SHEET}.es.md": spanish}).problems
    lacking = {(one.code, one.file, one.line) for one in problems if one.code == "number-not-translated"}
    assert (("number-not-translated", f"{SHEET}.en.md", 8)) in lacking


def test_a_word_of_a_key_is_in_no_text_for_officers(course: Course) -> None:
    """Whatever a page, a lesson, a question or a booklet shows comes from the course without its keys."""
    keys = [one for one in (course.exercise, *(module.practice for module in course.modules)) if one and one.trainer]
    assert len(keys) == 2
    bare = msgspec.structs.replace(
        course,
        exercise=msgspec.structs.replace(course.exercise, trainer={}) if course.exercise else None,
        modules=tuple(
            msgspec.structs.replace(m, practice=msgspec.structs.replace(m.practice, trainer={})) if m.practice else m
            for m in course.modules
        ),
    )
    shown = to_json(bare).decode()
    for key in keys:
        for language in ("en", "es"):
            assert re.sub(r"<[^>]+>", "", say(key.trainer, language)).strip() not in shown
