"""The list of certificates that are no longer good: signed, dated, and naming nobody."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import cose, revocations, serial, token
from certificates.revocations import Ended, Over, RevocationsRefused
from certificates.serial import Serial
from tests.certificates.cast import completion
from tests.keyring import ours, strangers

KEYS = ours()
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def codes(count: int) -> list[Serial]:
    source = random.Random(count)
    return [serial.new(source.randrange) for _ in range(count)]


def made(*entries: tuple[Serial, Over, date]) -> bytes:
    return revocations.encode(entries, AT, WEEK, KEYS.signing)


def refusal(signed: bytes) -> str:
    with pytest.raises(RevocationsRefused) as no:
        revocations.decode(signed, KEYS.public)
    return no.value.code


def test_the_list_says_what_ended_how_and_when_and_of_which_moment_it_is() -> None:
    gone, other, good = codes(3)
    read = revocations.decode(
        made((gone, "revoked", date(2027, 1, 5)), (other, "replaced", date(2026, 2, 1))), KEYS.public
    )
    assert read.of(gone) == Ended("revoked", date(2027, 1, 5))
    assert read.of(other) == Ended("replaced", date(2026, 2, 1))
    assert read.of(good) is None
    assert (read.issued, read.due) == (AT, AT + WEEK)


def test_an_empty_list_is_a_list() -> None:
    assert revocations.decode(made(), KEYS.public).ended == {}


@given(st.lists(st.sampled_from(("replaced", "revoked")), max_size=60), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_table_does_not_show(states: list[Over], chance: random.Random) -> None:
    entries = [(code, state, date(2026, 5, 1)) for code, state in zip(codes(len(states)), states, strict=True)]
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert made(*entries) == made(*shuffled)
    read = revocations.decode(made(*shuffled), KEYS.public)
    assert [read.of(code) for code, *_ in entries] == [Ended(state, date(2026, 5, 1)) for state in states]


def test_a_list_names_nobody_and_shows_no_code() -> None:
    (code,) = codes(1)
    signed = made((code, "revoked", date(2027, 1, 5)))
    assert code.encode() not in signed and serial.packed(code) not in signed
    assert len(made(*((one, "revoked", date(2027, 1, 5)) for one in codes(1000)))) < 11_200


def test_every_changed_byte_is_refused_and_every_shortened_list() -> None:
    signed = made(*((one, "revoked", date(2027, 1, 5)) for one in codes(2)))
    for place in range(len(signed)):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert refusal(bytes(changed)) in ("altered", "not-ours", "unreadable")
        assert refusal(signed[:place]) == "unreadable"


def test_a_list_of_others_is_not_ours() -> None:
    assert refusal(revocations.encode((), AT, WEEK, strangers().signing)) == "not-ours"


def test_signed_facts_are_no_list() -> None:
    assert refusal(token.data(token.encode(completion(), KEYS.signing))) == "unreadable"


@pytest.mark.parametrize(
    "plain",
    [
        [],
        ["paso-revocations-2", 1, 2, b""],
        ["paso-revocations-1", 1, 2, b"short"],
        ["paso-revocations-1", 1, 2**60, b""],
        ["paso-revocations-1", 1, 2, b"b" * 8 + b"\x00\x00\x01" + b"a" * 8 + b"\x00\x00\x01"],
        ["paso-revocations-1", 1, 2, b"a" * 8 + b"\x00\x00\x01" + b"a" * 8 + b"\x01\x00\x01"],
        ["paso-revocations-1", 1, 2, b"a" * 8 + b"\x07\x00\x01"],
    ],
)
def test_what_is_no_such_list_is_refused_though_we_signed_it(plain: Any) -> None:
    assert refusal(cose.sign(cose.canonical(plain), KEYS.signing)) == "unreadable"


def test_a_list_of_an_earlier_key_is_read_as_long_as_the_key_is_known() -> None:
    newer = replace(KEYS.public, facts={**strangers().public.facts, **KEYS.public.facts})
    assert revocations.decode(made(), newer).issued == AT
