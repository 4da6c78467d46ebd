"""Officers who are behind, as a condition of a query: rules/pace.py said in SQL, for both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, exists, func, literal, or_

from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.rules import pace
from app.services.office import Office


def behind(
    office: Office, today: dt.date, joined: bool = False, of: Any = Enrolment, cohorts: Any = Cohort
) -> ColumnElement[bool]:
    """The condition that an enrolment is behind on *today* (the reader's day), as :func:`app.rules.pace.behind` says.

    *joined*: the query joins ``Cohort`` (outer), so that the cohorts of all enrolments are found at once. *of* and
    *cohorts* are what stands for the tables where a past day is asked for.
    """
    running = of.status.in_(("not-started", "active"))
    days = _days(office, cohorts.starts_on, cohorts.ends_on) + 1
    gone = _days(office, cohorts.starts_on, literal(today))
    short = (of.percent + pace.SLACK) * days < 100 * gone
    late = or_(cohorts.ends_on < today, short)
    of_cohort = late if joined else exists().where(cohorts.id == of.cohort_id, late).correlate(of)
    quiet_since = dt.datetime.combine(today - pace.SILENCE, dt.time(), dt.UTC)
    silent = and_(of.cohort_id.is_(None), func.coalesce(of.active_at, of.enrolled_at) < quiet_since)
    return and_(running, or_(of_cohort, silent))


def _days(office: Office, start: Any, end: Any) -> ColumnElement[int]:
    """The days from one date to another, as a whole number."""
    if office.session.get_bind().dialect.name == "postgresql":
        return end - start  # type: ignore[no-any-return]
    return cast(func.julianday(end) - func.julianday(start), Integer)
