"""The compiled course: canonical, whole, and what a reviewer of the whole remarks on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from app.courseware.compiler import compile
from app.courseware.course import Course, digest, from_json, to_json
from app.courseware.source import Source, from_folder
from tests.courseware.conftest import LESSON, QUIZ, Desk, codes

Replaced = Callable[[str, str, str], dict[str, str | None]]
SHIPPED = Path(__file__).parents[2] / "courses" / "humanitarian-border-security"


def test_json_and_back_is_the_same_course_and_the_same_bytes(course: Course) -> None:
    again = from_json(to_json(course))
    assert again == course
    assert to_json(again) == to_json(course)
    assert len(digest(course)) == 64


def test_the_same_files_always_give_the_same_digest(course: Course, sample: Source) -> None:
    other = compile(dict(reversed(list(sample.items())))).course
    assert other is not None
    assert digest(other) == digest(course)


def test_a_changed_word_gives_another_digest(course: Course, desk: Desk, replaced: Replaced) -> None:
    other = desk.compile(replaced("course.en.md", "Welcome", "Come")).course
    assert other is not None
    assert digest(other) != digest(course)


def test_anything_else_is_no_course() -> None:
    for data in (b"{}", b"[]", b"", b'{"id": 1}'):
        with pytest.raises(msgspec.DecodeError):
            from_json(data)


def test_files_come_with_their_digests(sample: Source) -> None:
    compiled = compile(sample)
    assert compiled.course is not None
    assert {one.path: one.size for one in compiled.course.media} == {
        path: len(data) for path, data in compiled.media.items()
    }


def test_a_course_with_errors_is_there_to_be_previewed(desk: Desk) -> None:
    compiled = desk.lesson("# Wrong\n\nRight.\n")
    assert compiled.errors
    assert compiled.course is not None
    assert "<p>Right.</p>" in compiled.course.modules[0].lessons[0].pages["en"].blocks[0].html


def test_words_are_counted_without_questions(desk: Desk, course: Course) -> None:
    page = course.modules[1].lessons[0].pages["en"]
    assert page.words == 9


REMARKS = [
    ("course.yaml", "draw: 3", "draw: 30", "quiz-too-small", "error"),
    ("course.yaml", "draw: 3", "draw: 6", "quiz-too-small", "error"),
    ("course.yaml", "exam: {draw: 4", "exam: {draw: 40", "exam-too-small", "error"),
    ("course.yaml", "per_module: [1, 3]", "per_module: [3, 4]", "exam-per-module", "error"),
    ("course.yaml", "per_module: [1, 3]", "per_module: [6, 7]", "exam-module-small", "error"),
    (
        "01-mission/module.en.md",
        "  - Refuse a bribe",
        "  - Greet.\n  - Refuse a bribe",
        "objective-untested",
        "warning",
    ),
    (
        "01-mission/module.en.md",
        "  - Refuse a bribe",
        "  - Greet.\n  - Refuse a bribe",
        "objective-untaught",
        "warning",
    ),
    (f"{QUIZ}.en.md", "> Eleven.\n", "", "question-without-explanation", "warning"),
    (
        "course.yaml",
        'es: "Código de conducta (1979)"}\n    reviewed: 2026-10-01',
        'es: "C"}',
        "source-not-reviewed",
        "warning",
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "code", "severity"), REMARKS)
def test_a_reviewer_remarks(
    desk: Desk, replaced: Replaced, path: str, old: str, new: str, code: str, severity: str
) -> None:
    assert (code, severity) in [(one.code, one.severity) for one in desk.compile(replaced(path, old, new)).problems]


def test_questions_for_some_countries_count_for_those_only(desk: Desk, replaced: Replaced) -> None:
    # Five of six questions are for everybody.
    (small,) = [
        one
        for one in desk.compile(replaced("course.yaml", "draw: 3", "draw: 6")).errors
        if one.values["module"] == "mission"
    ]
    assert (small.file, small.line, small.values["count"]) == ("course.yaml", 9, "5")


def test_pages_without_which_there_is_no_course(desk: Desk) -> None:
    gone: dict[str, str | None] = {f"course.{language}.md": None for language in ("en", "es")}
    gone |= {f"02-protection/module.{language}.md": None for language in ("en", "es")}
    gone |= {f"{LESSON}.{language}.md": None for language in ("en", "es")}
    compiled = desk.compile(gone)
    assert {"course-page-missing", "module-page-missing", "module-without-lessons"} <= codes(compiled.errors)
    assert compiled.course is not None
    assert compiled.course.title("en") == "border-basics"


@pytest.mark.skipif(not (SHIPPED / "course.yaml").exists(), reason="the course is not here")
def test_the_shipped_course_compiles_without_an_error() -> None:
    compiled = compile(from_folder(SHIPPED))
    assert [f"{one.file}:{one.line} {one.code}" for one in compiled.errors] == []
    assert compiled.course is not None
    assert len(compiled.course.questions) > 100
