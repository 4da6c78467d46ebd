"""What publishing a draft would do to the officers who are in the course: read before the button is pressed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.courseware.course import Course
from app.records.editions import CourseRow
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules import following, progress
from app.rules.editions import Objection, objections
from app.rules.following import Choice, Plan
from app.services.office import Actor, Office
from app.services.publishing.checking import Checked
from app.services.publishing.drafts import Change, Draft, draft
from app.services.shelf import course_of


@dataclass
class Effects:
    """Officers mid-course, counted by what the new edition means to them."""

    officers: int = 0
    """enrolled and not yet complete: they move on to the new edition"""
    not_started: int = 0
    sitting: int = 0
    """with an attempt open: they finish it on the edition they began it on"""
    lower: int = 0
    """whose progress in percent falls, since there is more to do"""
    exam_shut: int = 0
    """who could have sat the final exam, and now have something to do before it"""
    completing: int = 0
    """who meet every criterion of the new edition and get their certificate at once"""
    answered: Counter[str] = field(default_factory=Counter)
    """key of a choice → how many officers finished that lesson or answered that self-check"""
    failed: Counter[str] = field(default_factory=Counter)
    """key of a choice → how many failed attempts asked that question"""


@dataclass(frozen=True)
class Impact:
    """What publishing a draft would do."""

    draft: Draft
    changes: tuple[Change, ...]
    objections: tuple[Objection, ...]
    choices: tuple[Choice, ...]
    """for which the trainer says what earlier answers are worth"""
    effects: Effects
    refusal: str
    """the code of what keeps it from being published; "" where nothing does"""

    @property
    def officers(self) -> int:
        return self.effects.officers


def impact(office: Office, actor: Actor, course_id: str) -> Impact:
    """What publishing the draft of a course would change. Raises ``NotFound``."""
    found = draft(office, actor, course_id)
    checked = found.checked
    against: tuple[Objection, ...] = ()
    current = None
    if found.row.current_edition_id is not None:
        current = course_of(office, found.row.current_edition_id)
    if checked.course is not None and current is not None:
        against = objections(current, checked.course)
    open_choices = following.choices(against)
    effects = _effects(office, course_id, current, checked.course, open_choices)
    return Impact(found, found.changes, against, open_choices, effects, refusal(found.row, checked))


def refusal(row: CourseRow, checked: Checked) -> str:
    """The code of what keeps a draft from being published, or ""."""
    if checked.course is None or checked.errors:
        return "course-has-errors"
    if checked.course.id != row.id:
        return "course-id-changed"
    if row.current_edition is not None and row.current_edition.digest == checked.digest:
        return "nothing-to-publish"
    return ""


def _effects(
    office: Office, course_id: str, current: Course | None, after: Course | None, open_choices: tuple[Choice, ...]
) -> Effects:
    found = Effects()
    if current is None or after is None:
        return found
    moved = following.moves(current, after)
    lessons = {choice.key.partition(":")[2]: choice.key for choice in open_choices if choice.is_lesson}
    questions = {choice.item: choice.key for choice in open_choices if not choice.is_lesson}
    mine = (Enrolment.course_id == course_id, Enrolment.completed_at.is_(None), Enrolment.status != "withdrawn")
    rows = office.session.execute(
        select(Enrolment.progress, Enrolment.started_at, Enrolment.percent)
        .where(*mine)
        .execution_options(yield_per=1000)
    )
    for text, started, before in rows:
        found.officers += 1
        if started is None:
            found.not_started += 1
            continue
        old = progress.from_json(text)
        said = following.payload(old, Plan(moved), after)
        new = following.follow(old, progress.Event("", "edition.followed", "", "", said, _NEVER)) if said else old
        found.lower += progress.percent(after, new) < before
        found.completing += progress.complete(after, new)
        found.exam_shut += progress.exam_open(current, old) and not progress.exam_open(after, new)
        found.answered.update(key for name, key in lessons.items() if name in new.lessons)
        found.answered.update(key for name, key in questions.items() if name in old.checks)
    attempts = select(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(*mine)
    found.sitting = (
        office.session.scalar(select(func.count()).select_from(attempts.where(Attempt.closed_at.is_(None)).subquery()))
        or 0
    )
    if questions:
        papers = attempts.where(Attempt.closed_at.is_not(None), Attempt.passed.is_(False)).with_only_columns(
            Attempt.paper
        )
        for paper in office.session.scalars(papers.execution_options(yield_per=1000)):
            found.failed.update(questions[name] for name, _order in paper if name in questions)
    return found


_NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""the time of an event that is only thought of"""
