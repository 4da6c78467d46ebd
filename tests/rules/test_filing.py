"""Names are filed by surname, in the order of the Spanish dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import filing


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Nayeli Ábrego Quintero", "PA", "ÁBREGO QUINTERO, Nayeli"),
        ("José Luis Peña Ñurinda", "NI", "PEÑA ÑURINDA, José Luis"),
        ("Óscar Batista", "PA", "BATISTA, Óscar"),
        ("Coralia Mojica de Ríos", "PA", "MOJICA DE RÍOS, Coralia"),
        ("Ana de la Cruz Pérez", "MX", "DE LA CRUZ PÉREZ, Ana"),
        ("María del Carmen Solís Brenes", "CR", "SOLÍS BRENES, María del Carmen"),
        ("José Ortega y Gasset", "GT", "ORTEGA Y GASSET, José"),
        ("Juan San Martín Rojas", "HN", "SAN MARTÍN ROJAS, Juan"),
        ("Ada Mary Wright", "US", "WRIGHT, Ada Mary"),
        ("John Smith Jr.", "BZ", "SMITH, John Jr."),
        ("Marie-Ève Tremblay", "CA", "TREMBLAY, Marie-Ève"),
        ("Nayeli", "PA", "Nayeli"),
        ("Ábrego Quintero, Nayeli", "PA", "ÁBREGO QUINTERO, Nayeli"),
        ("", "PA", ""),
    ],
)
def test_a_name_is_filed_by_its_surnames_as_the_country_is_used_to(name, country, expected):
    assert filing.filed(name, "", country) == expected


def test_the_surnames_that_somebody_gave_outweigh_the_guess():
    assert filing.filed("José Luis Pérez", "", "PA") == "LUIS PÉREZ, José"
    assert filing.filed("José Luis Pérez", "Pérez", "PA") == "PÉREZ, José Luis"
    assert filing.filed("María López García", "lopez garcia", "MX") == "LOPEZ GARCIA, María"
    assert filing.filed("Ixchel Tum", "Otro", "GT") == "OTRO, Ixchel Tum"


ORDERED = [
    "ALBA, Zoila",
    "CHACÓN, Ana",
    "CRUZ, Ana",
    "DE LEÓN, Ana",
    "DELGADO, Ana",
    "LLANOS, Ana",
    "LOPEZ, Ana",
    "LÓPEZ, Ana",
    "LÓPEZ, Beatriz",
    "LÓPEZ ARIAS, Ana",
    "NUÑEZ, Ana",
    "NÚÑEZ, Ana",
    "NUÑO, Ana",
    "NZAMBI, Ana",
    "ÑANDÚ, Ana",
    "ÑURINDA, Tomás",
    "OCAÑA, Ana",
    "O'FARRILL, Ana",
    "PIÑA, Ana",
    "PIOLA, Ana",
    "RUIZ, Zoe",
    "RUIZ DÍAZ, Ana",
    "RUIZ-DÍAZ, Beto",
]


def test_the_order_is_that_of_the_spanish_dictionary():
    shuffled = [*ORDERED[::2], *ORDERED[1::2]]
    assert sorted(shuffled, key=filing.key) == ORDERED


def test_ch_and_ll_are_two_letters_each_and_enye_is_one():
    assert sorted(["CZAR", "CHACÓN", "CIRO", "CEA"], key=filing.key) == ["CEA", "CHACÓN", "CIRO", "CZAR"]
    assert filing.key("PEÑA") > filing.key("PENZA")
    assert filing.key("ÑAME") < filing.key("OCA")


@given(st.text(max_size=92), st.text(max_size=30), st.sampled_from(["PA", "US", ""]))
def test_any_text_is_filed_and_sorts_the_same_however_it_is_capitalised(name, surname, country):
    found = filing.filed(name, surname, country)
    made = filing.key(found)
    assert len(made) <= filing.LONGEST_KEY and "\0" not in made
    plain = filing.filed("Ana Ruiz", "", country)
    assert filing.key(plain.lower()) == filing.key(plain.upper())
