"""Seats of a cohort: whoever puts officers into one takes them here, under its lock, so that it is never overbooked."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.rules.errors import NotFound, Refused
from app.services.office import Office


def lock(office: Office, cohort_id: uuid.UUID) -> Cohort:
    """The cohort, locked for the rest of the transaction. Always before its enrolments, so that no two wait for each other.

    Raises ``NotFound``.
    """
    row = office.session.scalar(
        select(Cohort)
        .where(Cohort.id == cohort_id)
        .with_for_update(of=Cohort)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("cohort")
    return row


def taken(office: Office, cohort_id: uuid.UUID) -> int:
    """How many officers are in the cohort and not withdrawn from its course."""
    inside = select(func.count()).where(Enrolment.cohort_id == cohort_id, Enrolment.status != "withdrawn")
    return office.session.scalar(inside) or 0


def free(office: Office, cohort: Cohort) -> int | None:
    """How many seats are free, never below 0; ``None`` where they are not numbered. Exact while it is locked."""
    return None if cohort.seats is None else max(0, cohort.seats - taken(office, cohort.id))


def take(office: Office, cohort: Cohort, count: int = 1) -> None:
    """See to it that *count* more officers find a seat in a cohort that is locked. Raises ``Refused("cohort-full")``."""
    left = free(office, cohort)
    if left is not None and count > left:
        raise Refused("cohort-full", free=left)
