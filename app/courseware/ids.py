"""Ids: what may be one, and how what was left without one gets the same in every language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX = 80


class Named(Protocol):
    """Something with an id; "" until it has one."""

    id: str


T = TypeVar("T", bound=Named)


def is_id(text: str) -> bool:
    """Whether *text* is an id: small letters, digits and single hyphens."""
    return len(text) <= _MAX and _ID.fullmatch(text) is not None


def slug(text: str, words: int = 4) -> str:
    """An id made of the first *words* of *text*, or "" if it has no letters."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:words])[:40].strip("-")


def agree_on_ids(lists: Iterable[Sequence[T]], make: Callable[[int, T], str]) -> None:
    """Give everything without an id one: that of another language at the same position, else what *make* makes of it.

    *lists* are the same things in each language. *make* takes a position (from 1) and a thing. An id is never given
    twice in one list.
    """
    every = [list(one) for one in lists]
    for one in every:
        others = [other for other in every if other is not one and len(other) == len(one)]
        taken = {thing.id for thing in one}
        for position, thing in enumerate(one):
            if thing.id:
                continue
            offered = [other[position].id for other in others if other[position].id]
            thing.id = next((name for name in offered if name not in taken), "") or _free(
                make(position + 1, thing), taken
            )
            taken.add(thing.id)


def _free(name: str, taken: set[str]) -> str:
    number, candidate = 2, name
    while candidate in taken:
        candidate = f"{name}-{number}"
        number += 1
    return candidate
