"""Whether two names can be the same person's: written in another order, without accents, with one surname or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations
from typing import Literal

PARTICLES = frozenset("de del la las los el y e i da das do dos di van von der den".split())
"""that stand between names, or do not"""
TITLES = frozenset(
    "sr sra srta mr mrs ms don dona lic licda ing dr dra prof vda viuda agte agente cabo sgto sargento tte teniente cap "
    "capt capitan cnel coronel".split()
)
"""that people write before names"""
_MOST = 8
"""parts of a name that are looked at"""
_LEFT_OUT = 2
"""parts that one writing may have beyond the other: a second given name and a second surname"""
_APOSTROPHES = re.compile("['’‘`´ʼʻ]")

Parts = tuple[str, ...]


def parts(name: str) -> Parts:
    """The parts of *name* that tell people apart, folded, in alphabetical order.

    Without case, accents, particles, titles, initials; a hyphen parts two of them, an apostrophe does not. A name that
    is nothing but such things is kept whole.
    """
    plain = _APOSTROPHES.sub("", name.casefold())
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    every = [part for part in re.split(r"[\W_]+", plain) if part]
    telling = [part for part in every if len(part) > 1 and part not in PARTICLES]
    telling = [part for part in telling if part not in TITLES] or telling
    return tuple(sorted((telling or every)[:_MOST]))


def shorter(name: Parts, fewest: int = 2) -> Iterator[Parts]:
    """What is left of *name* with one or two parts left out, at least *fewest*: other writings of the same name."""
    for size in range(len(name) - 1, max(fewest, len(name) - _LEFT_OUT) - 1, -1):
        yield from combinations(name, size)


def shared(one: Parts, other: Parts) -> int:
    """How many parts two names have in common."""
    rest = list(other)
    count = 0
    for part in one:
        if part in rest:
            rest.remove(part)
            count += 1
    return count


def alike(one: Parts, other: Parts) -> bool:
    """Whether every part of the shorter name stands in the longer one, and there are at least two of them."""
    least = min(len(one), len(other))
    return least >= 2 and shared(one, other) == least and abs(len(one) - len(other)) <= _LEFT_OUT


def correction(written: str, kept: str) -> Literal["same", "change", "other"]:
    """What a name that a list gives says to the name that is on record for the same address.

    ``same``: nothing new, even if it is written with less (no accents, capitals only, one surname of two, another
    order): the record stays as it is. ``change``: it says more, or something else in part. ``other``: it looks like
    somebody else's.
    """
    new, old = parts(written), parts(kept)
    if written == kept:
        return "same"
    if new == old:
        if _in_order(written) != _in_order(kept):
            return "same"
        plain = written.isupper() or written.islower()
        as_plain = kept.isupper() or kept.islower()
        if plain and not as_plain:
            return "same"
        if as_plain and not plain:
            return "change"
        return "change" if _marks(written) >= _marks(kept) else "same"
    common = shared(new, old)
    if common == len(new):
        return "same"
    if common == len(old) or common >= 2:
        return "change"
    return "other"


def _in_order(name: str) -> list[str]:
    """The telling parts as they follow each other."""
    telling = parts(name)
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return [part for part in re.split(r"[\W_]+", _APOSTROPHES.sub("", plain)) if part in telling]


def _marks(name: str) -> int:
    return sum(letter > "\x7f" for letter in unicodedata.normalize("NFC", name))


def number_key(number: str) -> str:
    """A service number as two writings of it are compared: no case, no signs, no zeros that a spreadsheet drops."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", number.casefold()) if c.isalnum())
    return plain.lstrip("0") or plain
