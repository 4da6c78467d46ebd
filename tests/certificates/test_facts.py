"""What a certificate may state."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from typing import Any

import pytest

from certificates import facts
from certificates.facts import Edition, FactsRefused, Signer, Words
from tests.certificates.cast import LONGEST_NAME, completion, participation


def _refused(**changes: Any) -> FactsRefused:
    with pytest.raises(FactsRefused) as refused:
        completion(**changes)
    return refused.value


def test_facts_survive_json() -> None:
    for stated in (completion(), participation(), completion(signers=(), rank="", place="", course_basis=Words())):
        assert facts.from_json(facts.to_json(stated)) == stated
        assert facts.from_json(facts.to_json(stated).encode()) == stated


def test_json_is_canonical() -> None:
    text = facts.to_json(completion())
    assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert "Núñez" in text
    assert facts.to_json(completion(hours_total=64.0)) == facts.to_json(completion(hours_total=64))


def test_the_digest_names_the_facts() -> None:
    assert facts.digest(completion()) == facts.digest(completion())
    assert facts.digest(completion()) != facts.digest(completion(name="María Fernanda Nuñez Ibáñez"))


def test_the_same_name_typed_in_other_ways_is_the_same_name() -> None:
    apart = unicodedata.normalize("NFD", "  María   Fernanda Núñez\u00a0Ibáñez ")
    assert completion(name=apart) == completion()


def test_facts_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        completion().name = "Otra"  # type: ignore[misc]
    assert len({completion(), completion(), participation()}) == 2


def test_words_without_a_translation_serve_both_languages() -> None:
    only_spanish = Words.of({"es": "Academia", "fr": "Académie"})
    assert only_spanish["en"] == only_spanish["es"] == "Academia"
    assert not Words()


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Ivan Жуков", "U+0416 CYRILLIC CAPITAL LETTER ZHE (Ж)"),
        ("Li 李", "U+674E CJK UNIFIED IDEOGRAPH-674E (李)"),
        ("Ana \u202eaznE", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("Ana\u200bSosa", "U+200B ZERO WIDTH SPACE"),
        ("Ana\u00adSosa", "U+00AD SOFT HYPHEN"),
        ("Ana 🛂", "U+1F6C2 PASSPORT CONTROL (🛂)"),
    ],
)
def test_a_letter_that_cannot_be_printed_is_named(name: str, letter: str) -> None:
    refused = _refused(name=name)
    assert refused.code == "letter-not-printable"
    assert (refused.values["field"], refused.values["letter"]) == ("name", letter)


def test_letters_are_checked_wherever_they_are_printed() -> None:
    for changes in (
        {"rank": "Ж"},
        {"institution": "Ж"},
        {"country": Words("Panama", "Ж")},
        {"course": Words("Ж", "Curso")},
        {"issuer": Words("Ж")},
        {"place": "Ж"},
        {"signers": (Signer("Ж", Words("Head")),)},
        {"signers": (Signer("Ana", Words("Ж")),)},
    ):
        assert _refused(**changes).code == "letter-not-printable"


def test_a_name_of_92_letters_is_taken_and_one_more_refused() -> None:
    assert len(LONGEST_NAME) == facts.LONGEST_NAME == 92
    assert completion(name=LONGEST_NAME).name == LONGEST_NAME
    refused = _refused(name=LONGEST_NAME + "s")
    assert (refused.code, refused.values["field"], refused.values["length"]) == ("too-long", "name", "93")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  \u00a0 "}, "name-empty"),
        ({"institution": ""}, "institution-empty"),
        ({"course": Words()}, "course-empty"),
        ({"issuer": Words()}, "issuer-empty"),
        ({"country": Words()}, "country-empty"),
        ({"course_code": ""}, "course-code-empty"),
        ({"kind": "diploma"}, "kind-unknown"),
        ({"language": "fr"}, "language-unknown"),
        ({"serial": "7KQ4-M2XD-9TFR-AG"}, "serial-wrong"),
        ({"serial": "7kq4-m2xd-9tfr-af"}, "serial-wrong"),
        ({"hours_total": 63}, "hours-do-not-add-up"),
        ({"hours_total": 0, "hours_online": 0, "hours_in_person": 0}, "hours-impossible"),
        ({"hours_online": -1, "hours_in_person": 65}, "hours-impossible"),
        ({"hours_total": float("nan")}, "hours-impossible"),
        ({"modules": -1}, "number-negative"),
        ({"edition": Edition(0, "a")}, "edition-unknown"),
        ({"issued": date(2026, 3, 2)}, "issued-before-completed"),
        ({"expires": date(2026, 3, 3)}, "expires-before-completed"),
        ({"issued": datetime(2026, 3, 5, tzinfo=UTC)}, "date-with-time"),
        ({"signers": (Signer("", Words("Head")),)}, "signer-empty"),
        ({"signers": (Signer("Ana", Words()),) * 3}, "signers-too-many"),
    ],
)
def test_facts_that_make_no_certificate_are_refused(changes: dict[str, Any], code: str) -> None:
    assert _refused(**changes).code == code


def test_a_participation_states_no_validity() -> None:
    with pytest.raises(FactsRefused, match="participation-does-not-expire"):
        participation(expires=date(2029, 3, 3))


def test_a_corrected_certificate_may_be_issued_after_it_expired() -> None:
    assert completion(issued=date(2031, 1, 8)).expires == date(2029, 3, 3)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"name":"Ana"}', b"\xff"])
def test_json_that_states_no_facts_is_refused(text: str | bytes) -> None:
    with pytest.raises(FactsRefused, match="facts-unreadable"):
        facts.from_json(text)


def test_json_with_something_added_is_refused() -> None:
    data = json.loads(facts.to_json(completion())) | {"mark": 92}
    with pytest.raises(FactsRefused, match="facts-unreadable"):
        facts.from_json(json.dumps(data))
