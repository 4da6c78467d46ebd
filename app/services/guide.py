"""The trainers' manual: a small course in both languages that ships with the product and is compiled by it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from app.courseware import compiler
from app.courseware.course import Course, Lesson, Module
from app.courseware.source import from_folder
from app.rules.errors import NotFound

FOLDER = Path(__file__).resolve().parent.parent / "courseware" / "guide"


@lru_cache(maxsize=1)
def manual() -> Course:
    """The manual, compiled once per process. Its tests keep it free of errors and warnings."""
    course = compiler.compile(from_folder(FOLDER)).course
    assert course is not None
    return course


def lesson(module_id: str, lesson_id: str) -> tuple[Module, Lesson]:
    """A lesson of the manual and its module. Raises ``NotFound``."""
    module = manual().module(module_id)
    found = module.lesson(lesson_id) if module is not None else None
    if module is None or found is None:
        raise NotFound("lesson")
    return module, found


def around(module: Module, one: Lesson) -> tuple[tuple[Module, Lesson] | None, tuple[Module, Lesson] | None]:
    """The lessons before and after *one*, across modules; ``None`` at either end."""
    line = [(m, each) for m in manual().modules for each in m.lessons]
    place = line.index((module, one))
    return line[place - 1] if place else None, line[place + 1] if place + 1 < len(line) else None
