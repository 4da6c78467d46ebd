"""Small figures stay hidden, whatever one adds and subtracts, in one table and across several."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.rules import disclosure
from app.rules.disclosure import LEAST, Count, Group, months, table
from tests.rules.auditing import Contradiction, Observer

counts = st.one_of(st.integers(0, 8), st.sampled_from([0, 0, 1, 2, 3]), st.integers(0, 120))


def alone(number: int) -> Count:
    """So many enrolments of as many people."""
    return Count(number, number)


def unsafe(observer: Observer, parts: list[object], count: Count) -> str:
    """What an observer knows too well of a hidden small figure; "" if it is none or safe."""
    if not count.small:
        return ""
    least, most = observer.bounds(parts)
    open_up = most is None or most >= max(LEAST, count.number + 1)
    return "" if least <= 0 and open_up else f"{parts}: {count.number} is known to be {least} to {most}"


# One table ------------------------------------------------------------------------------------------------------------


def flat(rows: list[list[int]]) -> list[Group]:
    return [Group(tuple(map(alone, row)), alone(sum(row))) for row in rows]


def audit(rows: list[list[int]], shown: list[tuple[tuple[int | None, ...], list[object]]]) -> list[str]:
    """What is known too well of *rows* as they are *shown*, their sums of columns known."""
    observer = Observer()
    for c in range(len(rows[0])):
        observer.read([(r, c) for r in range(len(rows))], sum(row[c] for row in rows))
    wanted = []
    for r, (row, (line, _parts)) in enumerate(zip(rows, shown, strict=True)):
        cells = [(r, c) for c in range(len(row))]
        for parts, figure, true in zip([cells, *([cell] for cell in cells)], line, [sum(row), *row], strict=True):
            assert figure in (None, true), "what is shown is true"
            assert figure is None or not alone(true).small
            if figure is None:
                wanted.append((parts, alone(true)))
            else:
                observer.read(parts, figure)
    return [fault for parts, count in wanted if (fault := unsafe(observer, list(parts), count))]


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=6)
)


@settings(deadline=None, max_examples=80)
@given(tables)
@example([[3, 0], [0, 20]])
@example([[3, 0, 9], [0, 4, 9]])
@example([[10, 12, 3], [20, 8, 9], [30, 40, 50]])
@example([[1, 1, 9, 9], [1, 1, 9, 1], [9, 9, 1, 1], [9, 9, 1, 1]])
@example([[1, 4], [4, 1]])
def test_nothing_shown_tells_that_a_hidden_figure_is_small_nor_that_it_is_none(rows):
    sums = [sum(row[c] for row in rows) for c in range(len(rows[0]))]
    if any(0 < one < LEAST for one in sums):
        return  # such sums are not published: region.py tells no states then
    shown = table(flat(rows))
    assert shown is not None, "whatever is hidden can be protected by hiding more"
    assert audit(rows, shown) == []


def test_the_observer_finds_what_is_hidden_without_thought():
    rows = [[3, 40], [30, 20]]
    assert audit(rows, [((43, None, 40), []), ((50, 30, 20), [])]) == ["[(0, 0)]: 3 is known to be 3 to 3"]
    # not determined by adding and subtracting, but by there being no negative persons
    rows = [[3, 0, 9], [9, 0, 9]]
    assert audit(rows, [((12, None, None, 9), []), ((18, None, None, 9), [])]) == ["[(0, 0)]: 3 is known to be 3 to 3"]


def test_an_observer_of_the_impossible_says_so():
    observer = Observer()
    observer.read(["a"], 3)
    observer.read(["a"], 4)
    with pytest.raises(Contradiction):
        observer.bounds(["a"])


def test_a_table_without_small_figures_is_shown_whole():
    assert table(flat([[10, 20], [30, 0]])) == [((30, 10, 20), []), ((30, 30, 0), [])]


def test_large_figures_and_sums_stay_where_small_ones_will_do():
    assert table(flat([[10, 12, 3], [20, 8, 9], [30, 40, 50]])) == [
        ((25, 10, None, None), []),
        ((37, 20, None, None), []),
        ((120, 30, 40, 50), []),
    ]


def test_many_enrolments_of_few_people_are_small():
    few = Count(12, 4)
    shown = table([Group((few, alone(30)), Count(42, 30)), Group((alone(50), alone(60)), alone(110))])
    assert shown is not None
    assert shown[0][0][1] is None


def test_nothing_is_shown_where_nothing_can_protect():
    assert table([Group((alone(3),), alone(3))]) is None
    assert months([alone(3)], [alone(0)]) is None


# Sums of sums, and several tables together ----------------------------------------------------------------------------

LAYOUT = ((0, 1), (2, 3, 4))
"""services by country"""


@st.composite
def regions(draw):
    """Counts by service, course, sex and state."""
    keys = list(product(range(5), range(2), range(2), range(3)))
    return dict(zip(keys, draw(st.lists(counts, min_size=len(keys), max_size=len(keys))), strict=True))


def counted(region, test) -> Count:
    by_course: dict[int, int] = {}
    for key, number in region.items():
        if test(key):
            by_course[key[1]] = by_course.get(key[1], 0) + number
    return Count(sum(by_course.values()), max(by_course.values(), default=0))


@settings(deadline=None, max_examples=25)
@given(regions())
def test_tables_of_one_region_give_nothing_of_each_other_away(region):
    def row(test):
        states = tuple(counted(region, lambda key, s=s: test(key) and key[3] == s) for s in range(3))
        return states, counted(region, test)

    sums, whole = row(lambda _key: True)
    if any(one.small for one in (*sums, whole)):
        return
    published: list[tuple[list[object], int | None, Count]] = []

    def take(test, line):
        for s, figure in zip((None, 0, 1, 2), line, strict=True):
            parts = [key for key in region if test(key) and s in (None, key[3])]
            published.append((parts, figure, counted(region, lambda key, s=s: test(key) and s in (None, key[3]))))

    places = [
        Group(*row(lambda key, c=c: key[0] in c), tuple(row(lambda key, s=s: key[0] == s) for s in c)) for c in LAYOUT
    ]
    for country, (line, parts) in zip(LAYOUT, table(places) or (), strict=True):
        take(lambda key, c=country: key[0] in c, line)
        for service, part in zip(country, parts, strict=True):
            take(lambda key, s=service: key[0] == s, part)
    for axis in (1, 2):
        shown = table([Group(*row(lambda key, n=n, a=axis: key[a] == n)) for n in range(2)])
        for n, (line, _parts) in enumerate(shown or ()):
            take(lambda key, n=n, a=axis: key[a] == n, line)

    observer = Observer()
    for s, one in enumerate(sums):
        observer.read([key for key in region if key[3] == s], one.number)
    for parts, figure, true in published:
        assert figure in (None, true.number)
        assert figure is None or not true.small
        if figure is not None:
            observer.read(parts, figure)
    faults = [unsafe(observer, parts, true) for parts, figure, true in published if figure is None]
    assert not any(faults), [one for one in faults if one]


# Months ---------------------------------------------------------------------------------------------------------------


@st.composite
def years(draw):
    """What came and what left in each month; nothing leaves before it came."""
    came, left, inside = [], [], 0
    for _month in range(draw(st.integers(2, 7))):
        came.append(draw(counts))
        inside += came[-1]
        left.append(min(inside, draw(counts)))
        inside -= left[-1]
    return came, left


@settings(deadline=None, max_examples=80)
@given(years())
@example(([3, 4, 10], [0, 6, 0]))
@example(([10, 46, 46, 49], [0, 2, 9, 17]))
def test_no_small_month_can_be_worked_out_though_nobody_completes_before_enrolling(year):
    came, left = year
    if any(0 < sum(one) < LEAST for one in year):
        return
    shown = months([*map(alone, came)], [*map(alone, left)])
    assert shown is not None
    observer = Observer()
    last = len(came) - 1
    observer.read([("came", m) for m in range(last + 1)], sum(came))
    observer.read([("left", m) for m in range(last + 1)], sum(left))
    for m in range(last + 1):
        before = [("stay", m - 1)] if m else []
        observer.read([*before, ("came", m)], 0, minus=[("left", m), ("stay", m)])
    wanted = []
    for kind, true, figures in (("came", came, shown[0]), ("left", left, shown[1])):
        for m, (number, figure) in enumerate(zip(true, figures, strict=True)):
            assert figure in (None, number)
            assert figure is None or not alone(number).small
            if figure is None:
                wanted.append(([(kind, m)], alone(number)))
            else:
                observer.read([(kind, m)], figure)
    faults = [unsafe(observer, parts, count) for parts, count in wanted]
    assert not any(faults), [one for one in faults if one]


def test_a_small_month_takes_the_next_ones_with_it_and_no_more():
    came = [10, 46, 46, 49, 45]
    left = [0, 2, 9, 17, 25]
    shown = months([*map(alone, came)], [*map(alone, left)])
    assert shown == ((10, 46, 46, 49, 45), (0, None, None, 17, 25))


def test_the_least_that_may_be_shown_is_five():
    assert disclosure.LEAST == 5
    assert [alone(number).small for number in range(6)] == [False, True, True, True, True, False]
