"""An attempt is graded and closed, once, whoever closes it: its officer, the clock, or both at the same time."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select

from app.records.exams import Attempt, AttemptAnswer
from app.rules import marking
from app.rules.progress import Event
from app.rules.rulings import graded
from app.services import learning, regrading
from app.services.exams.terms import GRACE, STAGES, rule_of
from app.services.office import Office
from app.services.shelf import course_of


def answers_of(office: Office, attempt_id: uuid.UUID) -> dict[str, AttemptAnswer]:
    """The answers kept of an attempt, by question."""
    rows = office.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id))
    return {row.question: row for row in rows}


def close(office: Office, attempt_id: uuid.UUID, how: str, at: dt.datetime | None = None) -> Attempt:
    """Grade and close an attempt, and record it as an event, in one transaction. Closed already, it stays as it is.

    *at* is when it was handed in, if that was not now.
    """
    with office.transaction():
        attempt = office.session.get_one(Attempt, attempt_id)
        enrolment = learning.lock(office, attempt.enrolment_id)
        attempt = office.session.get_one(Attempt, attempt_id, populate_existing=True)
        if attempt.closed_at is not None:
            return attempt
        course = course_of(office, attempt.edition_id)
        given = answers_of(office, attempt_id)
        ruled = regrading.of_edition(office, attempt.edition_id)
        for question_id, row in given.items():
            grade = graded(course.questions[question_id], row.response["value"], ruled.get(question_id, ()))
            row.credit, row.right = grade.credit, grade.right
        found = marking.marks(regrading.places_of(attempt, course, given, ruled))
        attempt.mark, attempt.critical_mark = found.mark, found.critical
        if attempt.kind not in STAGES:
            rule = rule_of(course, attempt.module, attempt.kind)
            attempt.passed = marking.passes(rule, attempt.mark, attempt.critical_mark)
        deadline = attempt.deadline_at
        attempt.closed_at = deadline if how == "deadline" and deadline else at or office.now()
        attempt.closed_how = how
        payload: dict[str, Any] = {
            "mark": attempt.mark,
            "critical_mark": attempt.critical_mark,
            "passed": attempt.passed,
            "exam": attempt.kind == "exam",
        }
        if attempt.kind in STAGES:
            payload = {"mark": attempt.mark, "compare": STAGES[attempt.kind]}
        # the attempt's own id is the event's: closing from two sides is one event
        event = Event(str(attempt.id), "attempt.closed", attempt.module, str(attempt.id), payload, attempt.closed_at)
        learning.record_own(office, enrolment, event)
        return attempt


def close_due(office: Office) -> int:
    """Close every attempt whose deadline and grace are past; returns how many. The worker calls it."""
    due = office.session.scalars(
        select(Attempt.id).where(Attempt.closed_at.is_(None), Attempt.deadline_at < office.now() - GRACE).limit(500)
    ).all()
    for attempt_id in due:
        close(office, attempt_id, "deadline")
    return len(due)
