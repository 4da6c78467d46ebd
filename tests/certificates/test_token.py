"""The facts in the square code: all that the paper says, and not one digit that could be another."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import cose, serial, token, wording
from certificates.facts import LONGEST, Edition, Facts, Signer, Words
from certificates.token import TokenRefused
from tests.certificates.cast import completion, participation
from tests.keyring import ours, strangers

KEYS = ours()
DIGITS = token.encode(completion(), KEYS.signing)


def refusal(digits: str) -> str:
    with pytest.raises(TokenRefused) as no:
        token.decode(digits, KEYS.public)
    return no.value.code


def texts(longest: int, *, empty: bool = False) -> st.SearchStrategy[str]:
    letters = st.sampled_from("abcdefghijklmnñopqrstuvwxyzÁÉÍÓÚÜÑẾỸąǫŋ-’. ")
    return st.text(letters, max_size=longest).map(lambda text: " ".join(text.split())).filter(lambda t: empty or t)


def words(longest: int) -> st.SearchStrategy[Words]:
    return st.builds(Words, texts(longest, empty=True), texts(longest, empty=True)).filter(bool)


days = st.dates(date(2020, 1, 1), date(2100, 1, 1))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    completed = draw(days)
    online, in_person = draw(st.integers(1, 40_000)) / 100, draw(st.integers(0, 40_000)) / 100
    kind = draw(st.sampled_from(("completion", "participation")))
    source = draw(st.randoms(use_true_random=False))
    return completion(
        serial=serial.new(source.randrange),
        kind=kind,
        name=draw(texts(92)),
        rank=draw(texts(LONGEST["rank"], empty=True)),
        institution=draw(texts(LONGEST["institution"])),
        country=draw(words(LONGEST["country"])),
        course_code=draw(texts(LONGEST["course_code"])),
        course=draw(words(LONGEST["course"])),
        hours_total=online + in_person,
        hours_online=online,
        hours_in_person=in_person,
        modules=draw(st.integers(0, 2000)),
        practices=draw(st.integers(0, 2000)),
        final_exam=draw(st.booleans()),
        completed=completed,
        issued=completed + timedelta(days=draw(st.integers(0, 900))),
        expires=completed + timedelta(days=draw(st.integers(1, 3000))) if kind == "completion" else None,
        place=draw(texts(LONGEST["place"], empty=True)),
        issuer=draw(words(LONGEST["issuer"])),
        signers=tuple(
            Signer(name, Words("x", "y")) for name in draw(st.lists(texts(LONGEST["signer"]), max_size=2))
        ),
        language=draw(st.sampled_from(("en", "es"))),
        edition=Edition(draw(st.integers(1, 5000)), "a" * 64),
    )  # fmt: skip


@given(facts())
@settings(deadline=None, max_examples=200)
def test_what_went_in_comes_out(stated: Facts) -> None:
    digits = token.encode(stated, KEYS.signing)
    assert digits.isdecimal() and digits == token.encode(stated, KEYS.signing)
    told = token.decode(digits, KEYS.public)
    dense = len(cose.sign(cose.canonical(token._plain(token._told(stated))), KEYS.signing)) > token.DENSE
    for name in (
        "serial", "kind", "language", "name", "rank", "institution", "course_code", "modules", "practices", "final_exam",
        "completed", "issued", "expires", "place",
    ):  # fmt: skip
        assert getattr(told, name) == getattr(stated, name), name
    assert told.signers == (() if dense else tuple(signer.name for signer in stated.signers))
    assert told.edition == stated.edition.number
    for name in ("hours_total", "hours_online", "hours_in_person"):
        assert wording.hours(getattr(told, name)) == wording.hours(getattr(stated, name)), name
    for name in ("country", "course", "issuer"):
        said: Words = getattr(stated, name)
        own, other = (
            getattr(told, name)[stated.language],
            getattr(told, name)["en" if stated.language == "es" else "es"],
        )
        assert own == said[stated.language], name
        assert other in ({own} if dense else {said["en"], said["es"]}), name


def test_every_fact_of_the_paper_makes_another_code() -> None:
    changes: dict[str, Any] = {
        "serial": serial.new(lambda _: 7), "name": "María Fernanda Núñez Ibañez", "rank": "", "institution": "Otra",
        "country": Words("Panama", "Panama"), "course_code": "HBS-65", "course": Words("A", "B"), "modules": 11,
        "practices": 10, "final_exam": False, "completed": date(2026, 3, 2), "issued": date(2026, 3, 6),
        "expires": None, "place": "", "issuer": Words("A"), "language": "en", "edition": Edition(4, "a" * 64),
        "signers": (),
    }  # fmt: skip
    different = [completion(**{name: value}) for name, value in changes.items()]
    different.append(completion(hours_online=41, hours_in_person=23))
    different.append(participation())
    assert len({token.encode(stated, KEYS.signing) for stated in (completion(), *different)}) == len(different) + 1


def test_an_ordinary_certificate_takes_few_digits() -> None:
    assert len(DIGITS) < 1050


def test_what_is_too_long_for_a_worn_sheet_is_said_in_the_recipients_language_alone() -> None:
    long = {"course": Words("A" * 130, "B" * 130), "issuer": Words("C" * 90, "D" * 90), "place": "E" * 60}
    for language, kept in (("en", "A"), ("es", "B")):
        stated = completion(**long, institution="F" * 120, language=language)
        told = token.decode(token.encode(stated, KEYS.signing), KEYS.public)
        assert (told.course, told.signers) == (Words(kept * 130, kept * 130), ())
        assert (told.institution, told.country) == ("F" * 120, Words(*[stated.country[language]] * 2))
    less = token.decode(token.encode(completion(**long | {"issuer": Words("C")}), KEYS.signing), KEYS.public)
    assert (less.course, len(less.signers)) == (Words("A" * 130, "B" * 130), 2)


def test_whatever_a_certificate_can_say_fits_into_a_square_code() -> None:
    def full(longest: int) -> str:
        return "Ế" * longest  # three bytes, as the longest of our letters

    both = {name: Words(full(LONGEST[name]), full(LONGEST[name])) for name in ("country", "course", "issuer")}
    one = {name: full(LONGEST[name]) for name in ("rank", "institution", "course_code", "place")}
    signers = (Signer(full(LONGEST["signer"]), Words("x")),) * 2
    digits = token.encode(completion(**both, **one, name=full(92), signers=signers), KEYS.signing)
    assert len(digits) < 5000
    assert token.decode(digits, KEYS.public).name == full(92)


def test_every_changed_digit_is_refused() -> None:
    for place in range(len(DIGITS)):
        for step in (1, 5, 9):
            changed = DIGITS[:place] + str((int(DIGITS[place]) + step) % 10) + DIGITS[place + 1 :]
            assert refusal(changed) in ("altered", "not-ours", "unreadable")


def test_every_shortened_code_is_refused() -> None:
    for length in range(len(DIGITS)):
        assert refusal(DIGITS[:length]) == "unreadable"
    for more in ("0", "00000000000000000", DIGITS):
        assert refusal(DIGITS + more) == "unreadable"


@given(st.text(st.sampled_from("0123456789"), max_size=1500))
@settings(deadline=None)
def test_digits_at_random_are_refused(digits: str) -> None:
    assert refusal(digits) in ("unreadable", "not-ours")


@given(st.binary(min_size=1, max_size=400))
@settings(deadline=None)
def test_bytes_are_digits_and_back_in_one_way_only(data: bytes) -> None:
    assert token.data(token.digits(data)) == data


@given(st.text(max_size=60))
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refusal(text) == "unreadable"
    assert refusal(DIGITS + text + "²") == refusal("٣" * 40) == "unreadable"


@given(st.integers(0, 2**32), st.integers(1, 6))
@settings(deadline=None, max_examples=300)
def test_changed_bytes_are_refused(seed: int, count: int) -> None:
    source, data = random.Random(seed), bytearray(token.data(DIGITS))
    for _ in range(count):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    if bytes(data) != token.data(DIGITS):
        assert refusal(token.digits(bytes(data))) in ("altered", "not-ours", "unreadable")


def test_a_code_signed_by_others_is_not_ours() -> None:
    assert refusal(token.encode(completion(), strangers().signing)) == "not-ours"


def test_a_code_signed_by_others_in_the_name_of_our_key_is_altered() -> None:
    class Named(type(KEYS.signing)):  # type: ignore[misc]
        facts_id = KEYS.signing.facts_id

    forger = Named(**vars(replace(strangers().signing)))
    assert refusal(token.encode(completion(), forger)) == "altered"


def test_other_bytes_that_mean_the_same_are_refused() -> None:
    """CBOR can write a length in a longer way, and leave room for what is not signed."""
    signed = token.data(DIGITS)
    protected, loose, payload, signature = cbor2.loads(signed).value
    longer = signed.replace(b"\x58\x40" + signature, b"\x59\x00\x40" + signature)
    indefinite = b"\xd2\x9f" + signed[2:] + b"\xff"
    unprotected = cose.canonical(cbor2.CBORTag(18, [protected, {99: 1}, payload, signature]))
    untagged = signed[1:]
    for other in (longer, indefinite, unprotected, untagged, signed + b"\x00"):
        assert other != signed
        assert refusal(token.digits(other)) == "unreadable"
    assert loose == {}


def test_no_other_kind_of_signed_data_passes_for_facts() -> None:
    plain = token._plain(token.decode(DIGITS, KEYS.public))
    for other in (
        ["paso-revocations-1", 1, 2, b""], {}, 7, [2, *plain[1:]], plain[:-1], [*plain, 1], [*plain[:2], 9, *plain[3:]],
        [*plain[:2], -1, *plain[3:]], [*plain[:9], ["a", "a"], *plain[10:]], [*plain[:15], 2**40, *plain[16:]],
        [1, b"short", *plain[2:]], [*plain[:10], 40.0, *plain[11:]], [*plain[:14], 1, *plain[15:]],
        [*plain[:21], [1]],
    ):  # fmt: skip
        assert refusal(token.digits(cose.sign(cose.canonical(other), KEYS.signing))) == "unreadable", other


def test_codes_of_an_earlier_generation_of_keys_are_still_read() -> None:
    newer = replace(KEYS.public, facts={**strangers().public.facts, **KEYS.public.facts})
    assert token.decode(DIGITS, newer) == token.decode(DIGITS, KEYS.public)


def test_names_are_kept_letter_by_letter() -> None:
    name = unicodedata.normalize("NFD", "Ȟéȟáka Ą́žǫ́ G̃uarani Kꞌicheꞌ")
    told = token.decode(token.encode(completion(name=name), KEYS.signing), KEYS.public)
    assert told.name == unicodedata.normalize("NFC", name)
