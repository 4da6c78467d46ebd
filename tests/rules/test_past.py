"""Every day that can be asked for ends at a cut, and what is kept in between is nothing."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import past

ZONES = (
    "America/Panama America/Costa_Rica America/Guatemala America/Tegucigalpa America/El_Salvador America/Managua "
    "America/Belize America/Santo_Domingo America/Mexico_City America/Tijuana America/Cancun America/Toronto "
    "America/St_Johns America/Vancouver America/New_York America/Los_Angeles America/Anchorage Pacific/Honolulu UTC"
).split()
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC))


@pytest.mark.parametrize("name", ZONES)
def test_days_of_the_region_end_where_their_people_live(name):
    zone = ZoneInfo(name)
    for number in range(730):
        day = dt.date(2026, 1, 1) + dt.timedelta(days=number)
        assert past.end(day, zone) == dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
        assert past.told_in(day, zone) is zone


def test_days_elsewhere_end_in_utc_and_say_so():
    day = dt.date(2026, 9, 30)
    assert past.end(day, ZoneInfo("Europe/Madrid")) == dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    assert past.told_in(day, ZoneInfo("Europe/Madrid")).key == "UTC"


@given(MOMENTS, MOMENTS)
def test_slots_grow_with_time(one, other):
    one, other = sorted((one, other))
    assert past.slot(one) <= past.slot(other) < past.FOREVER


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 6000))
def test_what_changed_before_the_end_of_a_day_lies_in_an_earlier_slot(moment, zone, days):
    end = past.end(dt.date(2021, 1, 1) + dt.timedelta(days=days), ZoneInfo(zone))
    assert (past.slot(moment) < past.slot(end)) == (moment < end)
