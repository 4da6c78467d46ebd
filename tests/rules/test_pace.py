"""Behind: one meaning of the word."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from app.rules import pace

FIRST = dt.date(2026, 3, 2)
LAST = dt.date(2026, 6, 9)  # a hundred days


def on(day: int) -> dt.date:
    return FIRST + dt.timedelta(days=day)


def late(percent: int, day: int) -> bool:
    return pace.behind(percent, FIRST, LAST, FIRST, on(day))


def test_nobody_is_behind_before_the_cohort_begins_nor_in_its_first_days():
    assert not late(0, -5) and not late(0, 0) and not late(0, 20)
    assert late(0, 21)


def test_who_keeps_within_twenty_points_of_the_days_gone_by_is_not_behind():
    assert pace.expected(FIRST, LAST, on(60)) == 60
    assert not late(40, 60)
    assert late(39, 60)


def test_when_the_last_day_is_over_everyone_who_has_not_completed_is_behind():
    assert not late(99, 99)
    assert late(99, 100)
    assert pace.expected(FIRST, LAST, on(300)) == 100


def test_without_a_cohort_thirty_days_of_silence_are_behind():
    assert not pace.behind(0, None, None, FIRST, on(30))
    assert pace.behind(90, None, None, FIRST, on(31))


@given(st.integers(0, 100), st.integers(-10, 130), st.integers(1, 20))
def test_more_progress_never_puts_anyone_behind_and_time_never_takes_it_back(percent, day, more):
    if not late(percent, day):
        assert not late(min(100, percent + more), day)
    else:
        assert late(percent, day + more)
