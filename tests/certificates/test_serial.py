"""Codes read aloud and typed from paper."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import serial
from certificates.serial import ALPHABET, Serial, SerialMistyped


def _serial(numbers: list[int]) -> Serial:
    source = iter(numbers)
    return serial.new(lambda below: next(source) % below)


serials = st.lists(st.integers(0, 31), min_size=12, max_size=12).map(_serial)
places = st.integers(0, 13)


def _symbols(code: str) -> list[str]:
    return list(code.replace("-", ""))


def _refusal(text: str) -> SerialMistyped:
    with pytest.raises(SerialMistyped) as refused:
        serial.parse(text)
    return refused.value


def test_a_new_serial_is_twelve_random_and_two_check_symbols_in_groups() -> None:
    code = serial.new()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 2]
    assert set(_symbols(code)) <= set(ALPHABET)
    assert serial.parse(code) == code


def test_serials_do_not_repeat() -> None:
    assert len({serial.new() for _ in range(1000)}) == 1000


@given(serials)
def test_case_spaces_dashes_and_lookalikes_do_not_matter(code: Serial) -> None:
    assert serial.parse(code.lower()) == code
    assert serial.parse(code.replace("-", "")) == code
    assert serial.parse(f"  {code.replace('-', ' – ')}\n") == code
    assert serial.parse(code.replace("0", "O")) == code
    assert serial.parse(code.replace("0", "o").replace("1", "l")) == code
    assert serial.parse(code.replace("1", "I")) == code
    assert serial.parse(code.replace("1", "i")) == code


@given(serials, places, st.integers(1, 31))
def test_one_wrong_symbol_is_noticed_and_the_right_serial_suggested(code: Serial, place: int, shift: int) -> None:
    typed = _symbols(code)
    typed[place] = ALPHABET[(ALPHABET.index(typed[place]) + shift) % 32]
    assert _refusal("".join(typed)).suggestion == code


@given(serials, places, st.sampled_from("U?*Ñ"))
def test_a_symbol_that_no_serial_has_is_put_right(code: Serial, place: int, strange: str) -> None:
    typed = _symbols(code)
    typed[place] = strange
    assert _refusal("".join(typed)).suggestion == code


@given(serials, st.integers(0, 12))
def test_swapped_neighbours_are_noticed(code: Serial, place: int) -> None:
    typed = _symbols(code)
    typed[place], typed[place + 1] = typed[place + 1], typed[place]
    if typed != _symbols(code):
        _refusal("".join(typed))


@given(serials, st.lists(places, min_size=2, max_size=2, unique=True), st.integers(1, 31), st.integers(1, 31))
def test_two_wrong_symbols_are_noticed(code: Serial, two: list[int], first: int, second: int) -> None:
    typed = _symbols(code)
    for place, shift in zip(two, (first, second), strict=True):
        typed[place] = ALPHABET[(ALPHABET.index(typed[place]) + shift) % 32]
    _refusal("".join(typed))


def test_every_single_error_in_many_serials_is_put_right() -> None:
    dice = random.Random(7)
    for _ in range(20):
        code = serial.new(dice.randrange)
        for place, wrong in itertools.product(range(14), ALPHABET):
            typed = _symbols(code)
            typed[place] = wrong
            assert serial.suggest("".join(typed)) == code


def test_few_random_codes_pass() -> None:
    dice = random.Random(7)
    passed = 0
    for _ in range(20_000):
        try:
            serial.parse("".join(dice.choices(ALPHABET, k=14)))
            passed += 1
        except SerialMistyped:
            pass
    assert passed / 20_000 < 0.003  # one in 1,024, give or take


@pytest.mark.parametrize(
    "text", ["", "-", "7KQ4", "7KQ4-M2XD-9TFR-A", "7KQ4-M2XD-9TFR-AF7", "hello, world", "ÑÑÑÑ" * 4]
)
def test_what_is_no_serial_at_all_gets_no_suggestion(text: str) -> None:
    assert _refusal(text).suggestion is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        read = serial.parse(text)
    except SerialMistyped as refused:
        read = refused.suggestion or serial.new()
    assert serial.parse(read) == read


@given(serials)
def test_a_serial_goes_into_nine_bytes_and_back(code: Serial) -> None:
    assert len(serial.packed(code)) == 9
    assert serial.unpacked(serial.packed(code)) == code


@pytest.mark.parametrize("data", [b"", b"\0" * 8, b"\0" * 10, b"\xff" * 9, b"\0" * 8 + b"\1"])
def test_bytes_that_are_no_serial_are_refused(data: bytes) -> None:
    with pytest.raises(SerialMistyped):
        serial.unpacked(data)
