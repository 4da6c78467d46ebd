"""Whether an officer is behind: the one meaning of the word, for lists, figures and reminders.

In a cohort, progress is measured against the share of its days that is over: who is more than :data:`SLACK` points short
of it is behind, and so is everybody who has not completed when its last day is over. Without a cohort there is no plan to
be short of: then whoever has done nothing for :data:`SILENCE` is behind.
"""

from __future__ import annotations

import datetime as dt

SLACK = 20
"""points of progress, in percent of the course"""
SILENCE = dt.timedelta(days=30)


def expected(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> int:
    """How far, in percent, an officer of a cohort would be on *today* (its days in equal steps), rounded down."""
    if today < starts_on:
        return 0
    days = (ends_on - starts_on).days + 1
    return min(100, 100 * (today - starts_on).days // days)


def behind(
    percent: int,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    active_on: dt.date,
    today: dt.date,
) -> bool:
    """Whether somebody who has neither completed nor withdrawn, at *percent*, is behind on *today*.

    *starts_on* and *ends_on* are their cohort's days, ``None`` without one; *active_on* is the day of their last activity,
    or of their enrolment.
    """
    if starts_on is None or ends_on is None:
        return today - active_on > SILENCE
    if today > ends_on:
        return True
    days = (ends_on - starts_on).days + 1
    return (percent + SLACK) * days < 100 * (today - starts_on).days
