"""The signed list of certificates that are no longer good, for verifiers without a connection.

A list says of which moment it is and when the next is due, so that a verifier can tell how old its own is. It names
nobody, and no certificate to those who do not hold it already: of each serial it has eight bytes of the SHA-256. The
list is the same for everyone, so asking for it tells us nothing about whom it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from certificates import cose
from certificates.keys import Public, Signing
from certificates.serial import Serial

Over: TypeAlias = Literal["replaced", "revoked"]
"""how a certificate ends before its time"""

STATES: tuple[Over, ...] = get_args(Over)
KIND = "paso-revocations-1"
"""the first item of the list; signed facts begin with a number, so neither can be taken for the other"""

NAME = 8
ENTRY = NAME + 1 + 2
"""eight bytes of the hash, one for the state, two for the day"""

_DAY_ZERO = date(1970, 1, 1)


class RevocationsRefused(cose.SignedRefused):
    """This is no list that we signed; ``code`` as in ``cose``."""


@dataclass(frozen=True)
class Ended:
    """A certificate that is no longer good, and since when."""

    state: Over
    on: date


@dataclass(frozen=True)
class Revocations:
    """A list as it was at ``issued``; ``due`` is when there will be a newer one."""

    issued: datetime
    due: datetime
    ended: Mapping[bytes, Ended] = field(default_factory=dict)
    """by :func:`name`"""

    def of(self, serial: Serial) -> Ended | None:
        """What the list says of a certificate."""
        return self.ended.get(name(serial))


def name(serial: Serial) -> bytes:
    """How the list calls a certificate."""
    return hashlib.sha256(serial.encode()).digest()[:NAME]


def encode(
    entries: Iterable[tuple[Serial, Over, date]], issued: datetime, lasting: timedelta, signing: Signing
) -> bytes:
    """The list of *entries* (serial, state, day) as of *issued*, the next being due after *lasting*, signed.

    The same entries in any order give the same bytes.
    """
    packed = sorted(name(serial) + bytes((STATES.index(state),)) + _packed(day) for serial, state, day in entries)
    moment = int(issued.timestamp())
    due = moment + int(lasting.total_seconds())
    return cose.sign(cose.canonical([KIND, moment, due, b"".join(packed)]), signing)


def decode(signed: bytes, public: Public) -> Revocations:
    """The list in *signed*, if one of our keys signed it. Raises :class:`RevocationsRefused`."""
    try:
        return _read(cose.read(cose.opened(signed, public)))
    except (LookupError, ValueError, OverflowError, OSError) as no:
        raise RevocationsRefused(no.code if isinstance(no, cose.SignedRefused) else "unreadable") from no


def _read(plain: Any) -> Revocations:
    match plain:
        case ["paso-revocations-1", int() as issued, int() as due, bytes() as packed] if len(packed) % ENTRY == 0:
            pass
        case _:
            raise RevocationsRefused("unreadable")
    entries = [packed[start : start + ENTRY] for start in range(0, len(packed), ENTRY)]
    names = [entry[:NAME] for entry in entries]
    if names != sorted(set(names)):  # so that a search by halves finds what a search from the start does
        raise RevocationsRefused("unreadable")
    ended = {entry[:NAME]: Ended(STATES[entry[NAME]], _unpacked(entry[NAME + 1 :])) for entry in entries}
    return Revocations(datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(due, UTC), ended)


def _packed(day: date) -> bytes:
    return (day - _DAY_ZERO).days.to_bytes(2, "big")


def _unpacked(day: bytes) -> date:
    return _DAY_ZERO + timedelta(days=int.from_bytes(day, "big"))
