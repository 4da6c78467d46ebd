"""What was done to an account or an enrolment, in words: the entries of the audit log that a record shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from app.web.kit.i18n import lazy

ACTS: dict[str, Any] = {
    "person.invite": lazy("Account opened, invitation sent"),
    "person.invite-again": lazy("New invitation sent"),
    "person.correct": lazy("Record corrected"),
    "person.deactivate": lazy("Account closed"),
    "person.reactivate": lazy("Account opened again"),
    "account.invitation": lazy("Invitation accepted"),
    "account.password": lazy("Password changed"),
    "enrolment.add": lazy("Enrolled in a course"),
    "enrolment.change": lazy("Enrolment changed"),
    "enrolment.withdraw": lazy("Withdrawn from a course"),
    "enrolment.complete": lazy("Course completed"),
    "cohort.approve": lazy("Application for a cohort approved"),
    "cohort.ask": lazy("Asked to join a cohort"),
    "cohort.ask-withdraw": lazy("Application for a cohort withdrawn"),
    "cohort.decline": lazy("Application for a cohort declined"),
    "cohort.extend": lazy("Deadline extended for an officer"),
    "cohort.nominate": lazy("Nominated for a cohort"),
    "exam.appeal": lazy("Appeal against an exam"),
    "exam.appeal-answer": lazy("Appeal against an exam answered"),
    "exam.paper-cancel": lazy("Copy of an exam cancelled"),
    "exam.paper-confirm": lazy("First entry of an exam on paper confirmed"),
    "exam.paper-copy": lazy("Copy of an exam made"),
    "exam.paper-entry": lazy("Answers of an exam on paper entered"),
    "exam.paper-resolve": lazy("Differences between two entries decided"),
    "exam.plan": lazy("Remedial plan before the last exam recorded"),
    "exam.time-grant": lazy("Extra time for exams granted"),
    "exam.time-withdraw": lazy("Extra time for exams withdrawn"),
    "attendance.correct": lazy("Attendance corrected after it was signed"),
    "practice.sign": lazy("Practical sheet signed"),
    "rescue.bring": lazy("Rescue file of an officer brought"),
    "certificate.issue": lazy("Certificate issued"),
    "certificate.correct": lazy("Certificate corrected"),
    "certificate.ask-revoke": lazy("Revocation of a certificate asked for"),
    "certificate.decline-revoke": lazy("Revocation of a certificate declined"),
    "certificate.renew": lazy("Certificate renewed after a refresher"),
    "certificate.revoke": lazy("Certificate revoked"),
}
"""actions that say something to a coordinator; others are not shown"""

FIELDS: dict[str, Any] = {
    "name": lazy("name"),
    "email": lazy("e-mail address"),
    "rank": lazy("rank"),
    "service_number": lazy("service number"),
    "sex": lazy("sex"),
    "language": lazy("language"),
    "institution": lazy("institution"),
}


class Act(NamedTuple):
    """One line of the history."""

    at: dt.datetime
    words: Any
    who: str
    """"" for the platform itself"""
    fields: list[Any]
    """what was corrected"""


def act_words(entries: Iterable[Any]) -> list[Act]:
    """The history that *entries* of the audit log tell."""
    return [
        Act(
            entry.at,
            ACTS[entry.action],
            entry.actor.name if entry.actor else "",
            [FIELDS[name] for name in entry.detail.get("fields", []) if name in FIELDS],
        )
        for entry in entries
        if entry.action in ACTS
    ]
