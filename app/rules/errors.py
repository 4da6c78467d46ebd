"""What a rule or a service says when it will not do something. Doors turn these into words and status codes."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Base of all refusals below; never raised itself."""


class NotFound(DomainError):
    """There is no such thing, or it is not the actor's to see: both look the same from outside."""


class Forbidden(DomainError):
    """The actor's role does not allow it."""


class Refused(DomainError):
    """A rule says no. ``code`` names the rule, ``values`` fill its message (web/kit/refusals.py has the words)."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Conflict(Refused):
    """Somebody else was there first: the thing changed since the actor read it."""


class TooMany(DomainError):
    """Too many tries. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
