"""What a closed attempt is worth by its answers and by what was ruled about its items; it only ever rises."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from app.courseware.course import Course, Question
from app.records.examining import ItemRuling
from app.records.exams import Attempt, AttemptAnswer
from app.rules import marking
from app.rules.grading import Grade
from app.rules.rulings import Ruling, annulled, counted, graded
from app.services import audit
from app.services.office import Office
from app.services.shelf import course_of

Ruled = Mapping[str, tuple[Ruling, ...]]
"""question → what was ruled about it in one edition"""


def of_edition(office: Office, edition_id: uuid.UUID) -> Ruled:
    """Every ruling about an edition, by question."""
    rows = office.session.scalars(
        select(ItemRuling).where(ItemRuling.edition_id == edition_id).order_by(ItemRuling.made_at)
    )
    return _by_question(rows)


def _by_question(rows: Iterable[ItemRuling]) -> Ruled:
    found: defaultdict[str, tuple[Ruling, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.question] += (as_rule(row),)
    return dict(found)


def as_rule(row: ItemRuling) -> Ruling:
    """*row* as the rules know it."""
    return Ruling("annul" if row.kind == "annul" else "accept", row.accepted.get("value"))


def left_out(ruled: Ruled) -> frozenset[str]:
    """The questions that no later draw asks: those annulled."""
    return frozenset(question for question, rulings in ruled.items() if annulled(rulings))


def remark(office: Office, attempt: Attempt, question: str) -> bool:
    """Mark a closed attempt again by the rulings of its edition; *question*'s answer is graded again. Whether it rose.

    Inside ``office.transaction()`` with the enrolment locked. Nothing is ever lowered.
    """
    course = course_of(office, attempt.edition_id)
    ruled = of_edition(office, attempt.edition_id)
    rows = office.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt.id))
    given = {row.question: row for row in rows}
    row = given.get(question)
    if row is not None:
        grade = graded(course.questions[question], row.response["value"], ruled.get(question, ()))
        if grade.credit > (row.credit or 0.0):
            row.credit, row.right, row.regraded_at = grade.credit, grade.right, office.now()
    return raise_marks(office, attempt, course, places_of(attempt, course, given, ruled))


def places_of(
    attempt: Attempt, course: Course, given: Mapping[str, AttemptAnswer], ruled: Ruled
) -> list[tuple[Question, Grade]]:
    """Every place of a closed attempt with what it counts: the grade kept, or full where the item is annulled."""
    found = []
    for name, _order in attempt.paper:
        row = given.get(name)
        grade = Grade(row.credit or 0.0, bool(row.right)) if row is not None else Grade(0.0, False)
        found.append((course.questions[name], counted(grade, ruled.get(name, ()))))
    return found


def raise_marks(office: Office, attempt: Attempt, course: Course, places: Iterable[tuple[Question, Grade]]) -> bool:
    """Give a closed attempt the marks of *places* where they are better, and pass it if they pass. Whether it rose."""
    found = marking.marks(places)
    mark, critical = max(attempt.mark or 0, found.mark), max(attempt.critical_mark or 0, found.critical)
    if (mark, critical) == (attempt.mark, attempt.critical_mark):
        return False
    before = {"mark": attempt.mark, "critical_mark": attempt.critical_mark, "passed": attempt.passed}
    attempt.mark, attempt.critical_mark = mark, critical
    rule = course.completion.exam if attempt.kind == "exam" else course.completion.quizzes
    attempt.passed = bool(attempt.passed) or (rule is not None and marking.passes(rule, mark, critical))
    after = {"mark": mark, "critical_mark": critical, "passed": attempt.passed}
    audit.note(office, None, "attempt.regrade", str(attempt.id), {"before": before, "after": after})
    return True
