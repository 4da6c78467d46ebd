"""When a day is over, for rosters of the past: the moments at which the state of things is kept, and nothing between.

A roster "as of 30 September" is the state when that day ended where its reader lives. In the region that is some quarter
of an hour between 02:00 and 11:00 UTC; 00:00 UTC serves readers anywhere else. Time is cut at these moments alone into
*slots*, numbered through. Of everything that changes within one slot only the state before it can ever be asked for
again: an officer's busy day is one row of the past, not hundreds, and does not show at which hour they studied.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from zoneinfo import ZoneInfo

_CUTS = (0, *range(2 * 60, 11 * 60 + 1, 15))
"""minutes of the day, UTC"""
_DAY_ZERO = dt.date(1970, 1, 1).toordinal()
FOREVER = 2**31 - 1
"""later than any slot: until then lasts what was deleted"""


def slot(moment: dt.datetime) -> int:
    """The number of the slot that *moment* (aware) lies in; it grows with time."""
    utc = moment.astimezone(dt.UTC)
    return (utc.toordinal() - _DAY_ZERO) * len(_CUTS) + bisect_right(_CUTS, utc.hour * 60 + utc.minute)


def end(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """When *day* is over in *zone*, in UTC; outside the region, where it is over in UTC."""
    after = day + dt.timedelta(days=1)
    moment = dt.datetime.combine(after, dt.time(), zone).astimezone(dt.UTC)
    if moment.second or moment.hour * 60 + moment.minute not in _CUTS:
        return dt.datetime.combine(after, dt.time(), dt.UTC)
    return moment


def told_in(day: dt.date, zone: ZoneInfo) -> ZoneInfo:
    """The zone in which :func:`end` ends *day*: *zone*, or UTC."""
    there = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return zone if end(day, zone) == there else ZoneInfo("UTC")
