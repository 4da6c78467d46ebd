"""Codes that name certificates: read aloud over a radio, typed from paper, and still caught when wrong.

A serial is twelve random symbols and two check symbols, shown ``7KQ4-M2XD-9TFR-HB``. The alphabet is Crockford's base
32, which has no letter that looks like a digit. The check symbols are a Reed–Solomon code over GF(32): every one or
two wrong symbols and every swap of neighbours are noticed, and one wrong symbol can be put right without asking a
database. Sixty random bits cannot be guessed, and a mistyped code is refused before anything is looked up.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from typing import NewType

Serial = NewType("Serial", str)
"""A serial as it is written and stored: upper case, in groups of four, check symbols right."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS = 12
CHECK_SYMBOLS = 2
LENGTH = RANDOM_SYMBOLS + CHECK_SYMBOLS
GROUP = 4
PACKED = 9
"""bytes of a packed serial"""

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


class SerialMistyped(ValueError):
    """What was typed is not a serial. ``suggestion`` is the one that differs in a single symbol, if there is one."""

    def __init__(self, suggestion: Serial | None) -> None:
        super().__init__(f"not a serial; nearest: {suggestion or 'none'}")
        self.suggestion = suggestion


def new(randbelow: Callable[[int], int] = secrets.randbelow) -> Serial:
    """A fresh serial. ``randbelow(n)`` gives a number from 0 to n - 1; tests hand in their own."""
    return _written(_with_checks([randbelow(len(ALPHABET)) for _ in range(RANDOM_SYMBOLS)]))


def parse(text: str) -> Serial:
    """The serial that *text* means. Case, spaces and dashes do not matter; O is 0, I and L are 1.

    Raises :class:`SerialMistyped`, which says what may have been meant.
    """
    values = _read(text)
    if len(values) == LENGTH and None not in values:
        known = [value for value in values if value is not None]
        if _syndromes(known) == (0, 0):
            return _written(known)
    raise SerialMistyped(suggest(text))


def suggest(text: str) -> Serial | None:
    """The only serial that differs from *text* in one symbol (wrong, or not of the alphabet at all), or None."""
    values = _read(text)
    if len(values) != LENGTH or values.count(None) > 1:
        return None
    guess = [value or 0 for value in values]  # an unreadable symbol counts as a wrong one
    first, second = _syndromes(guess)
    if (first, second) == (0, 0):
        return _written(guess)
    if not first or not second:
        return None
    # One error e at the place of power p makes the syndromes e and e·α^p: their quotient is the place.
    power = (_LOGARITHM[second] - _LOGARITHM[first]) % 31
    place = LENGTH - 1 - power
    if place < 0 or (None in values and values[place] is not None):
        return None
    guess[place] ^= first
    return _written(guess)


def packed(code: Serial) -> bytes:
    """*code* in nine bytes: five bits a symbol."""
    number = 0
    for value in _read(code):
        number = number << 5 | (value or 0)
    return number.to_bytes(PACKED, "big")


def unpacked(data: bytes) -> Serial:
    """The serial that :func:`packed` made *data* of. Raises :class:`SerialMistyped`."""
    number = int.from_bytes(data, "big")
    values = [number >> 5 * place & 31 for place in reversed(range(LENGTH))]
    if len(data) != PACKED or number >> 5 * LENGTH:
        raise SerialMistyped(None)
    return parse("".join(ALPHABET[value] for value in values))


def _read(text: str) -> list[int | None]:
    """The values of the symbols in *text*, None for one that no serial has. Separators of any kind are skipped."""
    symbols = (symbol for symbol in unicodedata.normalize("NFKC", text).upper() if not _separates(symbol))
    return [_VALUES.get(symbol) for symbol in symbols]


def _separates(symbol: str) -> bool:
    return symbol.isspace() or symbol in "._/" or unicodedata.category(symbol) in {"Pd", "Cf"}


def _written(values: Sequence[int]) -> Serial:
    text = "".join(ALPHABET[value] for value in values)
    return Serial("-".join(text[start : start + GROUP] for start in range(0, LENGTH, GROUP)))


# Arithmetic in GF(32): numbers of five bits, added by XOR, multiplied modulo x⁵ + x² + 1, of which α = x = 2 is a root.


def _powers_of_alpha() -> list[int]:
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return powers


_POWER = _powers_of_alpha()
_LOGARITHM = {power: exponent for exponent, power in enumerate(_POWER)}


def _times(left: int, right: int) -> int:
    return _POWER[(_LOGARITHM[left] + _LOGARITHM[right]) % 31] if left and right else 0


def _over(left: int, right: int) -> int:
    return _POWER[(_LOGARITHM[left] - _LOGARITHM[right]) % 31] if left else 0


def _syndromes(values: Sequence[int]) -> tuple[int, int]:
    """The word as a polynomial, evaluated at 1 and at α. Both are 0 for a right word, and only for one."""
    at_one = at_alpha = 0
    for value in values:
        at_one ^= value
        at_alpha = _times(at_alpha, 2) ^ value
    return at_one, at_alpha


def _with_checks(values: list[int]) -> list[int]:
    """*values* with the two check symbols that make both syndromes vanish."""
    at_one, at_alpha = _syndromes(values)
    # With checks a, b appended: at_one + a + b = 0 and at_alpha·α² + a·α + b = 0. Solved for a:
    shifted = _times(_times(at_alpha, 2), 2)
    first = _over(shifted ^ at_one, 2 ^ 1)
    return [*values, first, at_one ^ first]
