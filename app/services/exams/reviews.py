"""A closed attempt: what was right, why, and what to read again; nothing of it before it is due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from app.courseware.course import Course, Question
from app.records.examining import ItemRuling
from app.records.exams import Attempt
from app.rules.errors import NotFound
from app.rules.grading import Response
from app.services.exams.closing import answers_of
from app.services.exams.desks import Desk
from app.services.office import Office
from app.services.shelf import course_of


@dataclass(frozen=True)
class Reviewed:
    """One place of a closed attempt."""

    position: int
    question: Question
    order: tuple[str, ...]
    response: Response | None
    credit: float
    right: bool
    regraded: bool = False
    """whether a later edition, or a ruling, made the answer worth more"""
    rulings: tuple[ItemRuling, ...] = ()
    """about the item, in the edition that asked it"""

    @property
    def annulled(self) -> bool:
        """The item counts as right for all."""
        return any(ruling.kind == "annul" for ruling in self.rulings)

    @property
    def counts(self) -> bool:
        """Whether the place counts as right."""
        return self.right or self.annulled


@dataclass(frozen=True)
class Review:
    """A closed attempt. ``items`` is empty while answers may not be shown (an exam that can still be sat again)."""

    attempt: Attempt
    items: tuple[Reviewed, ...]
    by_module: dict[str, tuple[int, int]]
    """module → right, asked"""
    reread: tuple[tuple[str, str], ...]
    """(module, lesson) worth reading again: those that serve the objectives missed"""


def review(office: Office, desk: Desk, number: int) -> Review:
    """Attempt *number* (from 1) of the desk, closed. Raises ``NotFound``."""
    attempt = next((a for a in desk.closed if a.number == number), None)
    if attempt is None:
        raise NotFound("attempt")
    course = course_of(office, attempt.edition_id)
    given = answers_of(office, attempt.id)
    made: defaultdict[str, list[ItemRuling]] = defaultdict(list)
    for ruling in office.session.scalars(
        select(ItemRuling).where(ItemRuling.edition_id == attempt.edition_id).order_by(ItemRuling.made_at)
    ):
        made[ruling.question].append(ruling)
    items: list[Reviewed] = []
    for position, (question_id, order) in enumerate(attempt.paper, 1):
        row = given.get(question_id)
        items.append(
            Reviewed(
                position,
                course.questions[question_id],
                tuple(order),
                row.response["value"] if row else None,
                (row.credit or 0.0) if row else 0.0,
                bool(row.right) if row else False,
                bool(row and row.regraded_at),
                tuple(made[question_id]),
            )
        )
    by_module: dict[str, tuple[int, int]] = {}
    for item in items:
        right, asked = by_module.get(item.question.module, (0, 0))
        by_module[item.question.module] = (right + item.counts, asked + 1)
    shown = desk.kind == "quiz" or (desk.kind == "exam" and (desk.passed or desk.left == 0))
    return Review(attempt, tuple(items) if shown else (), by_module, _reread(course, items))


def _reread(course: Course, items: list[Reviewed]) -> tuple[tuple[str, str], ...]:
    missed = {(item.question.module, item.question.objective) for item in items if not item.counts}
    return tuple(
        (module.id, lesson.id)
        for module in course.modules
        for lesson in module.lessons
        if any((module.id, objective) in missed for objective in lesson.objectives)
    )
