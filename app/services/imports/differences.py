"""What one line of a list would do, as it is kept, shown and compared again."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app.rules.errors import Refused

KINDS = (
    "problem",
    "duplicate",
    "create",
    "change",
    "move",
    "suspend",
    "reopen",
    "enrol",
    "unchanged",
    "left",
)
"""``duplicate``: the coordinator must say who it is; ``left``: the coordinator left it out"""


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody whom a line may mean: a person on record, or, with ``row`` alone, one of another line."""

    name: str
    email: str = ""
    number: str = ""
    institution: uuid.UUID | None = None
    person: uuid.UUID | None = None
    row: int = 0


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal beside its cell."""

    code: str
    field: str = ""
    values: dict[str, str | int] = {}

    @classmethod
    def of(cls, no: Refused) -> Problem:
        values = {key: value for key, value in no.values.items() if key != "field"}
        return cls(no.code, str(no.values.get("field", "")), values)

    def refused(self) -> Refused:
        """As the words of refusals take it."""
        return Refused(self.code, field=self.field, **self.values)


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a line would do."""

    kinds: tuple[str, ...]
    person: uuid.UUID | None = None
    fields: dict[str, tuple[str, str]] = {}
    """what changes: before and after; of somebody new, everything that is said"""
    home: uuid.UUID | None = None
    """their institution, after it"""
    was: uuid.UUID | None = None
    """their institution before, if they move"""
    course: str = ""
    cohort: uuid.UUID | None = None
    """where they are enrolled by it"""
    question: str = ""
    """"address": the service number has another address on record; "name": the address has another name on record;
    "namesake": somebody's name is like it"""
    candidates: tuple[Candidate, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it keeps the list from being carried out."""
        return "problem" in self.kinds or "duplicate" in self.kinds


def kept(difference: Difference) -> dict[str, Any]:
    """As the table keeps it."""
    found: dict[str, Any] = msgspec.to_builtins(difference)
    return found


def restored(row: dict[str, Any]) -> Difference:
    """What :func:`kept` made."""
    return msgspec.convert(row, Difference)


def spelled(kinds: tuple[str, ...]) -> str:
    """*kinds* as the table keeps them, to be looked for with a space on either side."""
    return f" {' '.join(kinds)} "
