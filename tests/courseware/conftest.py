"""The sample course, and a desk to change it at: small, bilingual, with one of everything, and without any problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.courseware.compiler import Compiled, compile
from app.courseware.course import Course
from app.courseware.problem import Problem
from app.courseware.source import Source, from_folder

SAMPLE = Path(__file__).parent / "sample"
LESSON = "01-mission/1-what-we-do"
QUIZ = "01-mission/quiz"
SCENARIO = "02-protection/scenario"

LESSON_FRONT = "---\ntitle: A lesson\nobjectives: [1, 2]\nminutes: 20\n---\n"
"""Five lines, so that the first line of a body is line 6 of its file."""


class Desk:
    """The sample course with some files changed; a text in one language is given to both unless said otherwise."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def compile(self, changes: dict[str, str | None] | None = None) -> Compiled:
        """Compile with *changes*: a path and its new text, or ``None`` to take the file away."""
        files = dict(self.source)
        for path, text in (changes or {}).items():
            if text is None:
                del files[path]
            else:
                files[path] = text.encode()
        return compile(files)

    def lesson(self, body: str, spanish: str | None = None) -> Compiled:
        """Compile with the *body* of a lesson, whose first line is line 6."""
        bodies = {"en": body, "es": body if spanish is None else spanish}
        return self.compile({f"{LESSON}.{language}.md": LESSON_FRONT + text for language, text in bodies.items()})

    def html(self, body: str, language: str = "en") -> str:
        """The HTML of a lesson with that *body*."""
        course = self.lesson(body).course
        assert course is not None
        page = course.modules[0].lessons[0].pages[language]
        return "\n".join(block.html for block in page.blocks)

    def problems(self, body: str) -> list[tuple[str, int, int]]:
        """Code, line and column of the problems of a lesson with that *body*, in English; line 1 is its first line."""
        return [
            (one.code, one.line - 5, one.column) for one in self.lesson(body).problems if one.file == f"{LESSON}.en.md"
        ]


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {one.code for one in problems}


@pytest.fixture(scope="session")
def sample() -> Source:
    return from_folder(SAMPLE)


@pytest.fixture
def desk(sample: Source) -> Desk:
    return Desk(sample)


@pytest.fixture(scope="session")
def course(sample: Source) -> Course:
    compiled = compile(sample)
    assert compiled.problems == ()
    assert compiled.course is not None
    return compiled.course


@pytest.fixture
def replaced(sample: Source) -> Callable[[str, str, str], dict[str, str | None]]:
    """``replaced(path, old, new)``: the change that puts *new* in place of *old*, which must be there once."""

    def change(path: str, old: str, new: str) -> dict[str, str | None]:
        text = sample[path].decode()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path}"
        return {path: text.replace(old, new)}

    return change
