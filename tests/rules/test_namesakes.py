"""Names that can be one person's, and names that cannot."""

from __future__ import annotations

import pytest

from app.rules.namesakes import alike, correction, number_key, parts, shared, shorter


@pytest.mark.parametrize(
    "written",
    [
        "Rosa Elvira Dogirama Peña",
        "ROSA ELVIRA DOGIRAMA PEÑA",
        "rosa elvira dogirama pena",
        "Dogirama Peña, Rosa Elvira",
        "Rosa Elvira Dogirama-Peña",
        "Rosa Elvira de Dogirama y Peña",
        "Sra. Rosa Elvira Dogirama Peña",
        "Rosa  Elvira\u00a0Dogirama Pen\u0303a",
    ],
)
def test_one_name_has_the_same_parts_however_it_is_written(written):
    assert parts(written) == ("dogirama", "elvira", "pena", "rosa")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Connor", "O'CONNOR"),
        ("Tz’ib Coc", "Tzib Coc"),
        ("María del Carmen de la Cruz", "Maria Carmen Cruz"),
        ("Nelson J. Peña", "Nelson Peña"),
    ],
)
def test_apostrophes_particles_and_initials_do_not_tell_people_apart(one, other):
    assert parts(one) == parts(other)


def test_a_name_of_nothing_but_a_title_or_an_initial_is_kept():
    assert parts("Cabo") == ("cabo",)
    assert parts("X") == ("x",)
    assert parts("") == ()


@pytest.mark.parametrize(
    ("one", "other", "so"),
    [
        ("Rosa Dogirama", "Rosa Elvira Dogirama Peña", True),
        ("Rosa Elvira Dogirama", "Rosa Dogirama Peña", False),
        ("Rosa Dogirama Peña", "Peña Rosa", True),
        ("Rosa", "Rosa Dogirama", False),
        ("Rosa Dogirama", "Rosa Guainora", False),
        ("Juan Juan", "Juan Pérez", False),
        ("Ana B C D E F", "Ana Ruiz", False),
    ],
)
def test_two_names_are_alike_when_one_holds_all_of_the_other(one, other, so):
    assert alike(parts(one), parts(other)) is so
    assert alike(parts(other), parts(one)) is so


def test_shorter_writings_leave_out_at_most_two_parts_and_keep_two():
    assert set(shorter(("a", "b", "c", "d"))) >= {("a", "b"), ("a", "d"), ("a", "b", "c")}
    assert list(shorter(("a", "b"))) == []
    assert all(len(one) >= 3 for one in shorter(("a", "b", "c", "d", "e")))


def test_a_part_that_stands_twice_is_shared_once():
    assert shared(("juan", "juan"), ("juan", "perez")) == 1


@pytest.mark.parametrize(
    ("written", "kept", "says"),
    [
        ("Nayeli Ábrego Quintero", "Nayeli Ábrego Quintero", "same"),
        ("NAYELI ABREGO QUINTERO", "Nayeli Ábrego Quintero", "same"),
        ("NAYELI ÁBREGO QUINTERO", "Nayeli Ábrego Quintero", "same"),
        ("Nayeli Abrego Quintero", "Nayeli Ábrego Quintero", "same"),
        ("Nayeli Ábrego", "Nayeli Ábrego Quintero", "same"),
        ("Ábrego Quintero Nayeli", "Nayeli Ábrego Quintero", "same"),
        ("Nayeli Ábrego Quintero", "Nayeli Abrego Quintero", "change"),
        ("Nayeli Ábrego Quintero", "NAYELI ÁBREGO QUINTERO", "change"),
        ("Nayeli Ábrego Quintero", "Nayeli Ábrego", "change"),
        ("Nayeli Ábrego de Ríos", "Nayeli Ábrego Quintero", "change"),
        ("Nayeli Ábrego-Quintero", "Nayeli Ábrego Quintero", "change"),
        ("Rosa Dogirama", "Nayeli Ábrego Quintero", "other"),
        ("Nayeli Dogirama", "Nayeli Ábrego Quintero", "other"),
    ],
)
def test_a_list_corrects_a_name_only_when_it_says_more(written, kept, says):
    assert correction(written, kept) == says


@pytest.mark.parametrize(("one", "other"), [("00417", "417"), ("pa-00417", "PA 00417"), ("N.º 12", "nº12"), ("0", "0")])
def test_a_service_number_is_the_same_however_a_spreadsheet_left_it(one, other):
    assert number_key(one) == number_key(other) != ""


def test_different_service_numbers_stay_different():
    assert len({number_key(n) for n in ("417", "4170", "PA-417", "0", "00")}) == 5
