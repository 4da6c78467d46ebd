"""A service number is asked for, not a national identity number; the latter is known by its shape."""

from __future__ import annotations

import pytest

from app.rules.identity import looks_national


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("PA", "8-123-4567"),
        ("PA", "pe-12-345"),
        ("PA", "E-8-12345"),
        ("CR", "1-0234-0567"),
        ("SV", "01234567-8"),
        ("GT", "2345 67890 0101"),
        ("HN", "0801-1990-12345"),
        ("NI", "001-010190-0001A"),
        ("DO", "001-1234567-8"),
        ("MX", "PEGJ800101HDFRRN09"),
        ("MX", "PEGJ800101AB1"),
        ("US", "123-45-6789"),
        ("CA", "123 456 789"),
    ],
)
def test_identity_numbers_of_the_region_are_known(country, number):
    assert looks_national(number, country)


@pytest.mark.parametrize("number", ["00417", "PA-00417", "4417-B", "S-12", "120", "2026/117", ""])
@pytest.mark.parametrize("country", ["PA", "CR", "SV", "GT", "HN", "NI", "DO", "MX", "US", "CA", "BZ", "XX"])
def test_service_numbers_are_taken(country, number):
    assert not looks_national(number, country)


def test_another_countrys_shape_is_no_reason():
    assert not looks_national("8-123-4567", "CR")
