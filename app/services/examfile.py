"""An officer's exam file: every attempt at the final exam, and what people have decided about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import ExamRule
from app.records.examining import Accommodation, RemedialPlan
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules.errors import NotFound
from app.services import accommodations, examiners, learning
from app.services.exams.desks import Desk, desk_of
from app.services.learning import Study
from app.services.office import Actor, Office


@dataclass(frozen=True)
class ExamFile:
    """What those who accompany an officer see of the officer's exam: marks and decisions, not answers."""

    desk: Desk
    rule: ExamRule
    grants: tuple[Accommodation, ...]
    """of extra time, the newest first"""
    plans: tuple[RemedialPlan, ...]
    """recorded before the last attempt, the newest first"""
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
        return self.desk.needs_plan and self.desk.open is None

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
        enrolment.person_id == actor.person_id,
    )


def _plans(office: Office, enrolment_id: uuid.UUID) -> list[RemedialPlan]:
    rows = office.session.scalars(
        select(RemedialPlan)
        .where(RemedialPlan.enrolment_id == enrolment_id)
        .options(joinedload(RemedialPlan.recorder))
        .order_by(RemedialPlan.recorded_at.desc(), RemedialPlan.id.desc())
    )
    return list(rows)
