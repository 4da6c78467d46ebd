"""Which passwords do, and which are refused, with the reason."""

import pytest

from app.rules.passwords import LONGEST, known, weakness

NAYELI = (
    "Nayeli Ábrego Quintero",
    "nayeli.abrego@senafront.example",
    "SNF-20417",
    "Servicio Nacional de Fronteras",
    "SENAFRONT",
)


@pytest.mark.parametrize(
    "password",
    [
        "cuatro palabras bien distintas",
        "caballo correcto grapa",
        "Tx9-vq.RmPz2",
        "lluvia sobre el rio tuira",
        "ñandú y jacarandá",
        "nayeli come siete mangos verdes",
        "   x y z w   q",
        "密码很长而且没有人知道它",
        "a" * 4 + "bcd" * 20,
        "x" * 60 + "qwe4",
    ],
)
def test_long_and_ones_own_invention_will_do(password):
    assert weakness(password, NAYELI) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "password-short"),
        ("corta", "password-short"),
        ("x" * (LONGEST + 1), "password-long"),
        ("password123", "password-known"),
        ("P4$$w0rd!!", "password-known"),
        ("contraseña2026", "password-known"),
        ("holaholahola", "password-known"),
        ("1234567890", "password-known"),
        ("aaaaaaaaaaaa", "password-known"),
        ("qwertyuiop", "password-known"),
        ("Panama2026!", "password-known"),
        ("nayeliabrego", "password-own"),
        ("NayeliÁbrego26", "password-own"),
        ("nayeli.abrego@senafront.example", "password-own"),
        ("Quintero20417", "password-own"),
        ("senafront2026", "password-own"),
        ("paso-seguro-2026", "password-own"),
        ("frontera y paso", "password-own"),
        ("PasoSeguro!Nayeli", "password-own"),
    ],
)
def test_short_known_and_ones_own_words_will_not(password, why):
    assert weakness(password, NAYELI) == why


def test_nothing_is_asked_of_what_a_password_is_composed_of():
    for password in ("solamente letras minusculas", "SOLAMENTE MAYUSCULAS AQUI", "8301-5529-7716-4082"):
        assert weakness(password) is None


def test_tens_of_thousands_of_leaked_passwords_are_known_and_none_of_them_gets_through():
    assert len(known()) > 39_000
    long_enough = [one for one in known() if len(one) >= 10]
    assert len(long_enough) > 2_000
    assert [one for one in long_enough if weakness(one) is None] == []
    words = [one for one in long_enough if one.isalpha()]
    assert len(words) > 500
    assert [one for one in words if weakness(one.upper() + "2026!") is None] == [], (
        "nor with a year and a sign after it"
    )
