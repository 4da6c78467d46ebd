"""Officers who are behind, as a condition of a query: rules/pace.py said in SQL, for both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, exists, func, literal, or_

from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.rules import pace
from app.services.office import Office


def behind(office: Office, today: dt.date, joined: bool = False) -> ColumnElement[bool]:
    """The condition that an enrolment is behind on *today* (the reader's day), as :func:`app.rules.pace.behind` says.

    *joined*: the query joins ``Cohort`` (outer), so that the cohorts of all enrolments are found at once.
    """
    running = Enrolment.status.in_(("not-started", "active"))
    days = _days(office, Cohort.starts_on, Cohort.ends_on) + 1
    gone = _days(office, Cohort.starts_on, literal(today))
    short = (Enrolment.percent + pace.SLACK) * days < 100 * gone
    late = or_(Cohort.ends_on < today, short)
    of_cohort = late if joined else exists().where(Cohort.id == Enrolment.cohort_id, late).correlate(Enrolment)
    quiet_since = dt.datetime.combine(today - pace.SILENCE, dt.time(), dt.UTC)
    silent = and_(
        Enrolment.cohort_id.is_(None), func.coalesce(Enrolment.active_at, Enrolment.enrolled_at) < quiet_since
    )
    return and_(running, or_(of_cohort, silent))


def _days(office: Office, start: Any, end: Any) -> ColumnElement[int]:
    """The days from one date to another, as a whole number."""
    if office.session.get_bind().dialect.name == "postgresql":
        return end - start  # type: ignore[no-any-return]
    return cast(func.julianday(end) - func.julianday(start), Integer)
