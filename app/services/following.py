"""Officers mid-course go on in a new edition: what they have done comes with them, and what a trainer chose is done.

The one thing that happens to an enrolment is an event, ``edition.followed``, so that progress stays the fold of its events.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.courseware.course import Course
from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment
from app.rules import following, progress
from app.rules.following import Plan
from app.rules.progress import Event
from app.services import learning, regrading
from app.services.office import Office
from app.services.shelf import course_of


@dataclass
class Followed:
    """What moving to a new edition did."""

    officers: int = 0
    risen: int = 0
    """failed attempts that got a better mark"""
    passed: int = 0
    """of them, passed now"""
    forgiven: int = 0
    """failed attempts that do not count any more"""


@dataclass
class _Sat:
    """The closed, failed attempts of one enrolment, by module ("" for the exam)."""

    attempts: dict[str, list[Attempt]] = field(default_factory=dict)


def follow(office: Office, course_id: str, edition_id: uuid.UUID, course: Course, plan: Plan | None = None) -> Followed:
    """Move everyone who is not done to a new edition. Inside ``office.transaction()``.

    Who has completed keeps the edition that the certificate cites; an attempt that is open keeps its own edition to the end.
    """
    plan = plan or Plan()
    done = Followed()
    rows = office.session.scalars(
        select(Enrolment).where(
            Enrolment.course_id == course_id, Enrolment.completed_at.is_(None), Enrolment.edition_id != edition_id
        )
    ).all()
    failed = _failed(office, course_id, plan)
    for row in rows:
        row.edition_id = edition_id
        state = progress.from_json(row.progress)
        said = following.payload(state, plan, course)
        if row.id in failed:
            sat = _treat(office, course, plan, failed[row.id], done)
            if sat:
                said["sat"] = sat
        if said:
            # derived from the edition: publishing it is one event for each officer, however often it is tried
            event = Event(str(uuid.uuid5(edition_id, str(row.id))), "edition.followed", "", "", said, office.now())
            state = learning.keep(office, row, course, state, event, {}, "")
        learning.settle(office, row, course, state)
    done.officers = len(rows)
    return done


def _failed(office: Office, course_id: str, plan: Plan) -> dict[uuid.UUID, list[Attempt]]:
    """Enrolment → its closed and failed attempts that asked one of the questions chosen for."""
    wanted = plan.again | plan.regrade
    if not wanted:
        return {}
    rows = office.session.scalars(
        select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Enrolment.course_id == course_id,
            Enrolment.completed_at.is_(None),
            Attempt.closed_at.is_not(None),
            Attempt.passed.is_(False),
        )
        .order_by(Attempt.enrolment_id, Attempt.number)
    )
    found: dict[uuid.UUID, list[Attempt]] = {}
    for attempt in rows:
        if any(question in wanted for question, _order in attempt.paper):
            found.setdefault(attempt.enrolment_id, []).append(attempt)
    return found


def _treat(
    office: Office, course: Course, plan: Plan, attempts: Iterable[Attempt], done: Followed
) -> dict[str, dict[str, Any]]:
    """Regrade and forgive *attempts*; what the progress is told: module → best mark and whether passed."""
    sat: dict[str, dict[str, Any]] = {}
    for attempt in attempts:
        asked = {question for question, _order in attempt.paper}
        if asked & plan.regrade and _regrade(office, course, attempt, plan.regrade):
            done.risen += 1
            done.passed += bool(attempt.passed)
            module = plan.moves.modules.get(attempt.module, attempt.module)
            best = sat.setdefault(module, {"mark": 0, "passed": False})
            best["mark"] = max(best["mark"], attempt.mark or 0)
            best["passed"] = best["passed"] or bool(attempt.passed)
        if asked & plan.again and not attempt.passed and not attempt.forgiven:
            attempt.forgiven = True
            done.forgiven += 1
    return sat


def _regrade(office: Office, course: Course, attempt: Attempt, questions: frozenset[str]) -> bool:
    """Grade the answers to *questions* as *course* grades them now, where that is better; whether anything rose.

    All else of the attempt keeps the grade that its own edition gave it.
    """
    own = course_of(office, attempt.edition_id)
    ruled = regrading.of_edition(office, attempt.edition_id)
    rows = office.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt.id))
    given = {row.question: row for row in rows}
    for name in questions & given.keys() & course.questions.keys():
        row = given[name]
        grade = following.regraded(course.questions[name], row.response["value"])
        if grade is not None and grade.credit > (row.credit or 0.0):
            row.credit, row.right, row.regraded_at = grade.credit, grade.right, office.now()
    # whether an item is critical is for the edition to say that regrades it
    places = [
        (course.questions[question.id] if question.id in questions & course.questions.keys() else question, grade)
        for question, grade in regrading.places_of(attempt, own, given, ruled)
    ]
    return regrading.raise_marks(office, attempt, own, places)
