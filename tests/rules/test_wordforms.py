"""What counts as the same word when a course is searched, and which words of a passage are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import wordforms
from app.rules.wordforms import MOST_WORDS, Piece, form, forms, marked, wanted


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "protección PROTECCIÓN proteccion protecciones"),
        ("es", "niño niños Nino"),
        ("es", "refugiado refugiada refugiados refugiadas refugio"),
        ("es", "deportación deportaciones deportar deportado deportados"),
        ("es", "mujer mujeres"),
        ("es", "país países"),
        ("es", "vez veces"),
        ("es", "jefe jefes"),
        ("es", "proteger protege protegido"),
        ("en", "rescue rescues rescued rescuing"),
        ("en", "country countries Country"),
        ("en", "refer refers referred referring"),
        ("en", "agency agencies"),
        ("en", "box boxes"),
    ],
)
def test_accents_capitals_and_endings_make_no_difference(language: str, words: str) -> None:
    assert len({form(word, language) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("es", "caso casa"), ("es", "puesto puerta"), ("en", "process proceed")]
)
def test_different_words_stay_apart(language: str, words: str) -> None:
    one, other = words.split()
    assert form(one, language) != form(other, language)


def test_a_letter_in_two_pieces_is_one_letter() -> None:
    assert forms(wordforms.clean("protección"), "es") == forms("protección", "es") == ["proteccion"]


def test_words_that_tell_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert [one.form for one in wanted("la trata de personas", "es")] == ["trat", "person"]
    assert [one.form for one in wanted("who is it", "en")] == ["who", "is", "it"]


def test_the_first_letters_of_a_word_find_it_from_four_on() -> None:
    (four,) = wanted("tratan", "es")
    assert four.is_met(form("tratante", "es"))
    (three,) = wanted("mar", "es")
    assert three.is_met("mar") and not three.is_met("marin")


def test_no_sign_has_a_meaning_of_its_own() -> None:
    assert wanted('"asilo" OR NOT (NEAR*) -x:', "es") == wanted("asilo or not near", "es")
    assert wanted("\x00 ' \" ; -- % _ * ( ) ¿?", "es") == ()


@given(st.text(max_size=400))
def test_whatever_is_typed_becomes_a_few_words_of_letters_and_digits(typed: str) -> None:
    for language in wordforms.LANGUAGES:
        found = wanted(typed, language)
        assert len(found) <= MOST_WORDS
        assert all(one.form.isalnum() and len(one.form) <= wordforms.LONGEST for one in found)


@given(st.text(max_size=300), st.text(max_size=20), st.integers(20, 80))
def test_a_marked_text_says_what_it_said(text: str, typed: str, size: int) -> None:
    text = wordforms.clean(text)
    looked_for = wanted(typed, "es")
    assert "".join(piece.text for piece in marked(text, "es", looked_for)) == text
    shown = "".join(piece.text for piece in marked(text, "es", looked_for, size))
    assert shown.removeprefix("… ").removesuffix(" …") in text


def test_the_stretch_shown_is_where_most_of_the_words_stand() -> None:
    text = "asilo " + "x " * 300 + "pedir asilo es un derecho " + "y " * 300
    shown = marked(text, "es", wanted("pedir asilo", "es"), 60)
    assert shown[0] == Piece("… ", False) and shown[-1] == Piece(" …", False)
    assert [piece.text for piece in shown if piece.met] == ["pedir", "asilo"]
