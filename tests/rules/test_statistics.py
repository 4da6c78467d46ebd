"""Item statistics, by hand and by what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.statistics import (
    LEAST_EACH,
    Difference,
    ItemFigures,
    deviation,
    difference,
    discrimination,
    efficiency,
    facility,
    figures,
    flags,
    looks_wrongly_keyed,
    stratum,
)

answers = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 40).map(lambda n: n / 40)), min_size=2, max_size=60
)


def parts(pairs):
    return [x for x, _ in pairs], [y for _, y in pairs]


def test_an_item_worked_out_by_hand():
    credits, rests = [1.0, 1.0, 0.0, 0.0], [1.0, 0.5, 0.5, 0.0]
    assert facility(credits) == 50
    # V(x) = 4 · 0.25 ÷ 3 = 1/3
    assert deviation(credits) == pytest.approx(57.735, abs=1e-3)
    # C = (0.5 · 0.5 + 0 + 0 + 0.5 · 0.5) ÷ 3 = 1/6, V(X) = 0.5 ÷ 3 = 1/6: r = (1/6) ÷ √(1/18)
    assert discrimination(credits, rests) == pytest.approx(70.711, abs=1e-3)
    assert efficiency(credits, rests) == pytest.approx(100)


def test_efficiency_says_how_much_of_what_was_possible_an_item_does():
    # C = (0.5 · 0.5 + 0.5 · −0.5 …) with one of two mistakes made by the best: C = 0, C_max = 1/6
    assert efficiency([0.0, 1.0, 1.0, 0.0], [1.0, 0.5, 0.5, 0.0]) == pytest.approx(0)
    assert efficiency([0.0, 0.0, 1.0, 1.0], [1.0, 0.5, 0.5, 0.0]) == pytest.approx(-100)


def test_what_does_not_vary_discriminates_nothing():
    assert discrimination([1.0] * 5, [0.1, 0.2, 0.3, 0.4, 0.5]) is None
    assert efficiency([1.0, 0.0], [0.5, 0.5]) is None
    assert facility([]) is None and deviation([1.0]) is None


@given(answers)
def test_figures_stay_within_their_bounds(pairs):
    credits, rests = parts(pairs)
    assert 0 <= facility(credits) <= 100
    assert 0 <= deviation(credits) <= 70.72
    for value in (discrimination(credits, rests), efficiency(credits, rests)):
        assert value is None or value <= 100
    found = discrimination(credits, rests)
    assert found is None or found >= -100


@given(answers, st.floats(0.1, 10), st.floats(-5, 5))
def test_another_scale_of_the_rest_changes_nothing(pairs, scale, shift):
    credits, rests = parts(pairs)
    moved = [rest * scale + shift for rest in rests]
    for measure in (discrimination, efficiency):
        before, after = measure(credits, rests), measure(credits, moved)
        assert before == pytest.approx(after, abs=1e-4) if before is not None else after is None or abs(after) < 1e-3


@given(answers)
def test_the_order_of_officers_changes_nothing(pairs):
    for measure in (discrimination, efficiency):
        before, after = measure(*parts(pairs)), measure(*parts(pairs[::-1]))
        assert before == pytest.approx(after) if before is not None else after is None


def test_few_uses_give_a_facility_and_nothing_else():
    found = figures([1.0, 0.0] * 9, [0.9, 0.1] * 9)
    assert found == ItemFigures(18, 50.0)
    assert figures([1.0, 0.0] * 10, [0.9, 0.1] * 10).discrimination == pytest.approx(100)


# Two languages --------------------------------------------------------------------------------------------------------


def test_an_item_equally_hard_in_both_languages_differs_by_nothing():
    found = difference({1: ((20, 10), (20, 10)), 2: ((30, 5), (30, 5))})
    assert found is not None and found.delta == pytest.approx(0) and not found.large


def test_mantel_haenszel_worked_out_by_hand():
    # α = (30 · 20 ÷ 80) ÷ (10 · 20 ÷ 80) = 3, Δ = −2.35 · ln 3; χ² = (|30 − 25| − 0.5)² ÷ (40·40·50·30 ÷ (80²·79))
    found = difference({5: ((30, 10), (20, 20))})
    assert found.delta == pytest.approx(-2.5817, abs=1e-4)
    assert found.chi_square == pytest.approx(4.5**2 / (2_400_000 / (6400 * 79)))
    assert found.large and found.times == pytest.approx(3)


def test_a_group_that_knows_less_is_no_fault_of_the_item():
    """Half as many right answers in one language, but none fewer at equal score."""
    assert not difference({2: ((10, 10), (40, 40)), 9: ((72, 8), (18, 2))}).large


def test_few_answers_in_a_language_are_not_compared():
    assert difference({5: ((500, 0), (0, LEAST_EACH - 1))}) is None
    assert difference({}) is None
    assert difference({1: ((40, 5), (0, 0)), 2: ((0, 0), (5, 40))}) is None


cells = st.tuples(st.integers(0, 60), st.integers(0, 60))


@given(st.dictionaries(st.integers(0, 10), st.tuples(cells, cells), max_size=6))
def test_exchanging_the_languages_turns_the_sign(strata):
    found = difference(strata)
    turned = difference({key: (b, a) for key, (a, b) in strata.items()})
    assert (found is None) == (turned is None)
    if found is not None:
        assert found.delta == pytest.approx(-turned.delta, abs=1e-9)
        assert found.chi_square == pytest.approx(turned.chi_square, abs=1e-9)


def test_strata_are_tenths_of_the_total():
    assert [stratum(share) for share in (0, 0.099, 0.1, 0.3, 0.7, 1)] == [0, 0, 1, 3, 7, 10]


# Flags ----------------------------------------------------------------------------------------------------------------


def test_flags_name_what_is_the_matter():
    assert flags(ItemFigures(0), None, False) == ("unused",)
    assert flags(ItemFigures(19, 100.0), None, False) == ()
    assert flags(ItemFigures(20, 95.0), None, False) == ("easy",)
    assert flags(ItemFigures(90, 60.0), Difference(-1.6, 9.0), True) == ("key", "translation")
    assert flags(ItemFigures(90, 60.0), Difference(-1.6, 3.0), False) == ()
    assert flags(ItemFigures(90, 60.0), Difference(1.4, 9.0), False) == ()


def test_an_item_that_the_best_fail_looks_wrongly_keyed():
    assert looks_wrongly_keyed(ItemFigures(50, 40.0, 49.0, -40.0, -50.0))
    assert not looks_wrongly_keyed(ItemFigures(50, 40.0, 49.0, -10.0, -12.0)), "that much is chance"
    assert not looks_wrongly_keyed(ItemFigures(121, 98.0, 13.0, -40.0, -90.0)), "two slips of good officers"
    assert not looks_wrongly_keyed(ItemFigures(19, 40.0, 49.0, -90.0, -90.0))


def test_another_answer_that_more_and_better_officers_choose_makes_the_key_suspect():
    found = ItemFigures(50, 30.0, 46.0, -5.0, -6.0)
    assert looks_wrongly_keyed(found, 0.6, [(30, 0.8), (5, 0.2)], key_count=15)
    assert not looks_wrongly_keyed(found, 0.8, [(30, 0.6)], key_count=15)
    assert not looks_wrongly_keyed(found, 0.6, [(10, 0.9)], key_count=15), "few misread it"
