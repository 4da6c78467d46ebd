"""The questions of a draft for another system: each bank in each language as GIFT, and what GIFT cannot hold."""

from __future__ import annotations

from dataclasses import dataclass

from app.courseware import importing
from app.courseware.course import Course
from app.courseware.importing import Exported
from app.rules.errors import NotFound
from app.services.office import Actor, Office
from app.services.publishing.checking import Latest
from app.services.publishing.drafts import Draft, draft

EXAM = "exam"
_made: Latest[Exported] = Latest(64)


@dataclass(frozen=True)
class Shelf:
    """A bank of the draft. ``module`` is ``EXAM`` for the questions that only the exam draws."""

    module: str
    titles: dict[str, str]
    questions: int
    exported: dict[str, Exported]
    """language → the file"""

    def written(self, language: str) -> int:
        """How many of its questions are in the file."""
        return self.questions - sum(1 for one in self.exported[language].left_out if one.whole)


def shelves(now: Draft) -> tuple[Shelf, ...]:
    """Every bank of a draft that has questions, in the order of modules; none where course.yaml cannot be read."""
    course = now.checked.course
    if course is None:
        return ()
    banks = [
        (module.id, {language: page.title for language, page in module.pages.items()}, module.quiz)
        for module in course.modules
    ]
    banks.append((EXAM, {}, course.exam))
    return tuple(
        Shelf(name, titles, len(ids), {code: _export(now, course, ids, code) for code in course.languages})
        for name, titles, ids in banks
        if ids
    )


def gift(office: Office, actor: Actor, course_id: str, module: str, language: str) -> Exported:
    """The bank of a module (``EXAM`` for the exam's) in *language* as GIFT. Raises ``NotFound``."""
    now = draft(office, actor, course_id)
    course = now.checked.course
    if course is None or language not in course.languages:
        raise NotFound("bank")
    found = course.module(module)
    ids = course.exam if module == EXAM else found.quiz if found else ()
    if not ids:
        raise NotFound("bank")
    return _export(now, course, ids, language)


def _export(now: Draft, course: Course, ids: tuple[str, ...], language: str) -> Exported:
    name = f"{now.checked.digest} {language} {' '.join(ids)}"
    return _made.get(name, lambda: importing.export_gift(course, ids, language))
