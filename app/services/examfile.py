"""An officer's exam file: every attempt at the final exam, and what people have decided about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import Course, ExamRule
from app.records.examining import Accommodation, Appeal, ItemRuling, PaperCopy, RemedialPlan
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules import draws
from app.rules.draws import Stratum
from app.rules.errors import NotFound
from app.services import accommodations, examiners, learning
from app.services.exams.desks import Desk, desk_of
from app.services.learning import Study
from app.services.office import Actor, Office
from app.services.papercopies.reading import of_enrolment
from app.services.shelf import course_of


@dataclass(frozen=True)
class ExamFile:
    """What those who accompany an officer see of the officer's exam: marks and decisions, not answers."""

    desk: Desk
    rule: ExamRule
    grants: tuple[Accommodation, ...]
    """of extra time, the newest first"""
    plans: tuple[RemedialPlan, ...]
    """recorded before the last attempt, the newest first"""
    appeals: tuple[Appeal, ...]
    """against its attempts, the newest first"""
    copies: tuple[PaperCopy, ...]
    """on paper, the newest first"""
    own: bool
    """the actor's own: others decide"""

    @property
    def study(self) -> Study:
        return self.desk.study

    @property
    def enrolment(self) -> Enrolment:
        return self.desk.study.enrolment

    @property
    def plan_due(self) -> bool:
        """Whether a remedial plan may be recorded now."""
        return self.desk.needs_plan and self.desk.open is None and self.desk.on_paper is None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return self.desk.attempts


def exam_file(office: Office, actor: Actor, enrolment_id: uuid.UUID, *permissions: str) -> ExamFile:
    """The file of an officer within the actor's reach. Raises ``NotFound``, also where the course has no exam."""
    enrolment = examiners.officer(office, actor, enrolment_id, *permissions)
    study = learning.study_of(office, enrolment)
    rule = study.course.completion.exam
    if rule is None or not study.course.exam:
        raise NotFound("exam")
    return ExamFile(
        desk_of(office, study, "exam", "", rule),
        rule,
        tuple(accommodations.history(office, enrolment.id)),
        tuple(_plans(office, enrolment.id)),
        tuple(_appeals(office, enrolment.id)),
        tuple(of_enrolment(office, enrolment.id)),
        enrolment.person_id == actor.person_id,
    )


@dataclass(frozen=True)
class Drawn:
    """How the paper of an attempt came to be: its seed, what each module gave, and whether the seed gives it again."""

    attempt: Attempt
    course: Course
    strata: tuple[Stratum, ...]
    left_out: frozenset[str]
    """annulled before the draw"""
    replays: bool


def drawn(office: Office, file: ExamFile, number: int) -> Drawn:
    """The draw of attempt *number* at the exam of *file*, replayed. Raises ``NotFound``."""
    attempt = next((a for a in file.attempts if a.number == number), None)
    if attempt is None:
        raise NotFound("attempt")
    course = course_of(office, attempt.edition_id)
    rule = course.completion.exam
    country = attempt.country or file.enrolment.institution.country
    without = frozenset(
        office.session.scalars(
            select(ItemRuling.question).where(
                ItemRuling.edition_id == attempt.edition_id,
                ItemRuling.kind == "annul",
                ItemRuling.made_at <= attempt.opened_at,
            )
        )
    )
    again = draws.exam(course, rule, attempt.seed, country, without) if rule is not None else ()
    asked = [name for name, _order in attempt.paper]
    return Drawn(
        attempt,
        course,
        draws.strata(course, course.exam, asked, country, without),
        without & set(course.exam),
        [[item.question, list(item.order)] for item in again] == attempt.paper,
    )


def _plans(office: Office, enrolment_id: uuid.UUID) -> list[RemedialPlan]:
    rows = office.session.scalars(
        select(RemedialPlan)
        .where(RemedialPlan.enrolment_id == enrolment_id)
        .options(joinedload(RemedialPlan.recorder))
        .order_by(RemedialPlan.recorded_at.desc(), RemedialPlan.id.desc())
    )
    return list(rows)


def _appeals(office: Office, enrolment_id: uuid.UUID) -> list[Appeal]:
    rows = office.session.scalars(
        select(Appeal)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .where(Attempt.enrolment_id == enrolment_id)
        .order_by(Appeal.raised_at.desc(), Appeal.id.desc())
    )
    return list(rows)
