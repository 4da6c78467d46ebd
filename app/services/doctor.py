"""Looks whether what is kept agrees with itself: every summary with the fold of its events, the audit log with its chain."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.records.certificates import Certificate
from app.records.learning import Enrolment, LearningEvent
from app.rules import progress
from app.services import auditchain, learning, register
from app.services.office import Office


@dataclass(frozen=True)
class Report:
    enrolments: int
    events: int
    findings: tuple[str, ...]


def examine(office: Office) -> Report:
    """Recompute every enrolment's progress and the chain of the audit log, and compare. Findings name the enrolment or the
    entry and what differs; nothing is changed."""
    findings: list[str] = []
    count = 0
    for enrolment in office.session.scalars(select(Enrolment).order_by(Enrolment.id).execution_options(yield_per=500)):
        count += 1
        again = learning.refold(office, enrolment)
        kept = progress.from_json(enrolment.progress)
        if progress.to_json(again) != progress.to_json(kept):
            findings.append(f"enrolment {enrolment.id}: the summary is not the fold of its events")
        if (enrolment.completed_at is not None) != (enrolment.status == "completed"):
            findings.append(f"enrolment {enrolment.id}: status {enrolment.status!r} does not fit its completion date")
    orphans = office.session.scalar(
        select(func.count())
        .select_from(Certificate)
        .join(Enrolment)
        .where(Certificate.kind == "completion", Enrolment.completed_at.is_(None))
    )
    if orphans:
        findings.append(f"{orphans} certificates of completion belong to enrolments that are not complete")
    events = office.session.scalar(select(func.count()).select_from(LearningEvent)) or 0
    findings += map(str, register.check(office).findings)
    findings += map(str, auditchain.check(office).findings)
    return Report(count, events, tuple(findings))
