"""Which reminders follow from a cohort's dates, and whom they concern."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import deadlines, progress, reminding
from app.rules.deadlines import Due
from app.rules.progress import Progress
from app.rules.reminding import Officer, Planned
from tests import sample

FIRST, LAST = dt.date(2026, 10, 1), dt.date(2026, 12, 15)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1))


def on(one: Planned, day: dt.date, hour: int = 9) -> bool:
    return reminding.is_time(one, dt.datetime.combine(day, dt.time(hour), dt.UTC))


def officer(**facts: object) -> Officer:
    return Officer(**{"started": True, "completed": False, "behind": True, "exam_open": True, **facts})  # type: ignore[arg-type]


def test_the_plan_of_a_cohort_is_in_order_of_days_and_each_has_a_name_of_its_own():
    plan = reminding.plan(FIRST, LAST, [("mission", dt.date(2026, 11, 10)), ("exam", dt.date(2026, 12, 14))])
    assert [(one.key, one.on) for one in plan] == [
        ("starts", dt.date(2026, 9, 28)),
        ("deadline/mission/7", dt.date(2026, 11, 3)),
        ("deadline/mission/2", dt.date(2026, 11, 8)),
        ("deadline/exam/7", dt.date(2026, 12, 7)),
        ("ends", dt.date(2026, 12, 8)),
        ("deadline/exam/2", dt.date(2026, 12, 12)),
        ("exam-open", None),
        ("behind", None),
    ]


@given(DAYS, DAYS)
def test_on_no_day_two_reminders_of_one_deadline_are_due(due_on, day):
    plan = [one for one in reminding.plan(FIRST, LAST, [("mission", due_on)]) if one.kind == "deadline"]
    due = [one for one in plan if on(one, day)]
    assert len(due) <= 1
    assert bool(due) == (0 <= (due_on - day).days <= 7)


@given(st.times())
def test_nobody_is_written_to_at_night(hour):
    sent = reminding.is_time(Planned("behind"), dt.datetime.combine(FIRST, hour))
    assert sent == (dt.time(8) <= hour < dt.time(20))


def test_a_reminder_that_comes_too_late_to_help_is_not_sent():
    (ends,) = [one for one in reminding.plan(FIRST, LAST, []) if one.kind == "ends"]
    assert on(ends, dt.date(2026, 12, 8))
    assert on(ends, LAST)
    assert not on(ends, dt.date(2026, 12, 7))
    assert not on(ends, dt.date(2026, 12, 16))


@pytest.mark.parametrize(
    ("kind", "facts", "concerned"),
    [
        ("starts", {"started": False}, True),
        ("starts", {}, False),
        ("ends", {}, True),
        ("behind", {}, True),
        ("behind", {"behind": False}, False),
        ("exam-open", {}, True),
        ("exam-open", {"exam_open": False}, False),
        ("hand", {}, True),
        ("deadline", {"dues": (Due("mission", LAST),)}, True),
        ("deadline", {"dues": (Due("mission", LAST, done=True),)}, False),
        ("deadline", {}, False),
    ],
)
def test_a_reminder_concerns_those_who_have_not_done_it(kind, facts, concerned):
    one = Planned(kind, FIRST, LAST, "mission" if kind == "deadline" else "", 2)
    assert reminding.concerns(one, officer(**facts)) == concerned
    assert not reminding.concerns(one, officer(**{**facts, "completed": True}))


def test_a_deadline_extended_for_one_officer_moves_their_reminders():
    (week, _two) = [one for one in reminding.plan(FIRST, LAST, [("mission", LAST)]) if one.kind == "deadline"]
    later = officer(dues=(Due("mission", dt.date(2026, 12, 31), extended=True),))
    assert reminding.of_officer(week, later).on == dt.date(2026, 12, 24)
    assert reminding.of_officer(week, officer()).on == dt.date(2026, 12, 8)


def test_a_deadline_is_met_by_what_an_officer_does_themselves():
    course = sample.course()
    assert deadlines.targets(course) == ["mission", "protection", "exam"]
    state = Progress()
    days = [("protection", LAST, None), ("mission", FIRST, LAST), ("dropped", LAST, None)]
    found = deadlines.dues(course, state, days)
    assert [(due.target, due.on, due.extended) for due in found] == [
        ("mission", LAST, True),
        ("protection", LAST, False),
    ]
    assert not deadlines.met(course, state, "exam")
    assert found[0].late(dt.date(2026, 12, 16))
    assert not found[0].late(LAST)
    assert [due.done for due in deadlines.dues(course, state, days, completed=True)] == [True, True]
    assert {s.kind for s in progress.standings(course, state) if s.module == "mission"} >= {"practice"}
