"""How an officer stands in each module, for the table of a cohort."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.courseware.course import Course
from app.rules.progress import Progress, Sat, standings

Part = Literal["", "open", "tried", "met"]
""" "" where the course asks for none """


class Cell(msgspec.Struct, frozen=True):
    """One officer in one module."""

    lessons: int
    total: int
    quiz: Part = ""
    scenario: Part = ""
    practice: Part = ""

    @property
    def done(self) -> bool:
        """Everything of the module, the practical sheet included."""
        parts = (self.quiz, self.scenario, self.practice)
        return self.lessons == self.total and all(part in ("", "met") for part in parts)

    @property
    def begun(self) -> bool:
        return self.lessons > 0 or any(part in ("tried", "met") for part in (self.quiz, self.scenario, self.practice))


class Row(msgspec.Struct, frozen=True):
    """One officer in the whole course."""

    cells: dict[str, Cell]
    """by module of the officer's edition"""
    exam: Part = ""
    mark: int = 0
    """the best of the exam, in percent"""
    exercise: Part = ""
    ready: bool = False
    """the exam may be sat and is not passed"""


def row(course: Course, state: Progress) -> Row:
    """The row of an officer, from what the course asks for and what they have done."""
    found = standings(course, state)
    parts: dict[tuple[str, str], Part] = {
        (s.kind, s.module): "met" if s.met else "tried" if s.tried else "open" for s in found
    }
    cells = {}
    for module in course.modules:
        done = sum(f"{module.id}/{lesson.id}" in state.lessons for lesson in module.lessons)
        of = [parts.get((kind, module.id), "") for kind in ("quiz", "scenario", "practice")]
        cells[module.id] = Cell(done, len(module.lessons), *of)
    exam = parts.get(("exam", ""), "")
    online = all(s.met for s in found if s.kind in ("lessons", "quiz", "scenario"))
    sat = state.exam if exam else Sat()
    return Row(cells, exam, sat.best, parts.get(("practice", "exercise"), ""), online and exam in ("open", "tried"))
