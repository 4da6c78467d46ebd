"""An officer's exam file: every attempt at the final exam, and what people have decided about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from app.courseware.course import ExamRule
from app.records.examining import Accommodation
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
    own: bool
    """the actor's own: others decide"""

    @property
    def study(self) -> Study:
        return self.desk.study

    @property
    def enrolment(self) -> Enrolment:
        return self.desk.study.enrolment

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
        enrolment.person_id == actor.person_id,
    )
