"""Who may decide about an officer's exam: the trainers who accompany the officer, and the coordinators of the
institution that the officer is trained by. Everyone else's officers are not found.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import joinedload

from app.records.learning import Enrolment
from app.rules.errors import NotFound, Refused
from app.services.office import Actor, Office
from app.services.scope import accompanied, inside

MOST_REASON = 1000


def within_reach(actor: Actor, *permissions: str) -> ColumnElement[bool]:
    """The enrolments over which *actor* holds one of *permissions*: "hold exams" of trainers, "assist exams" of
    coordinators.
    """
    found: list[ColumnElement[bool]] = [false()]
    if "hold exams" in permissions and actor.may("hold exams"):
        found.append(accompanied(actor, "hold exams"))
    if "assist exams" in permissions and actor.may("assist exams"):
        roots = actor.paths("assist exams")
        found.append(inside(Enrolment.institution_id, roots) & (Enrolment.status != "withdrawn"))
    return or_(*found)


def officer(office: Office, actor: Actor, enrolment_id: uuid.UUID, *permissions: str) -> Enrolment:
    """The enrolment of an officer over whom *actor* holds one of *permissions* (both where none is named).

    Raises ``NotFound``.
    """
    row = office.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, within_reach(actor, *(permissions or ("hold exams", "assist exams"))))
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.institution),
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.course),
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("enrolment")
    return row


def other(actor: Actor, enrolment: Enrolment) -> None:
    """Nobody decides about their own exam. Raises ``Refused("exam-own")``."""
    if enrolment.person_id == actor.person_id:
        raise Refused("exam-own")


def reason_of(text: str, most: int = MOST_REASON, field: str = "reason") -> str:
    """*text*, entered in *field*, as a reason. Raises ``Refused``: ``reason-missing``, ``reason-long``."""
    reason = text.strip()
    if not reason:
        raise Refused("reason-missing", field=field)
    if len(reason) > most:
        raise Refused("reason-long", field=field, most=most)
    return reason
