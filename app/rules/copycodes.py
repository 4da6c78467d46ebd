"""Codes of exam copies on paper: eight signs that a person reads off a sheet and types, and that a slip makes invalid.

Seven random signs and one check sign over an alphabet of 29 (a prime, so that every wrong sign and every swap of two
neighbours is noticed), without the signs that look alike in handwriting.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from app.rules.errors import Refused

ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
RANDOM = 7


def new(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh code, "7KQ4-M2XD". *randbelow(n)* gives a number from 0 to n - 1; tests hand in their own."""
    signs = "".join(ALPHABET[randbelow(len(ALPHABET))] for _sign in range(RANDOM))
    return _grouped(signs + _check(signs))


def parse(text: str) -> str:
    """The code that *text* means, whatever its case and separators. Raises ``Refused("copy-code")`` for none."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(signs) != RANDOM + 1 or any(sign not in ALPHABET for sign in signs) or signs[-1] != _check(signs[:-1]):
        raise Refused("copy-code", field="code")
    return _grouped(signs)


def _check(signs: str) -> str:
    return ALPHABET[sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, 2)) % len(ALPHABET)]


def _grouped(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:]}"
