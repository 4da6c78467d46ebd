"""The signed facts inside the square code: whoever scans the paper can verify it with no connection.

The facts go into a CBOR array, signed (``cose``), and written as decimal digits, the densest that a QR code holds. They
stand in the code behind a ``#``, which browsers keep to themselves: a scan opens the page that verifies and tells the
server nothing.

Everything that the paper says of the holder and the course is in it, and who signs by hand. The offices of those who
sign and the line on what the course is based on are not: each would make the code denser, and the page is signed as a
whole besides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from certificates import cose, serial
from certificates.facts import KINDS, LANGUAGES, Facts, Kind, Language, Words
from certificates.keys import Public, Signing
from certificates.serial import Serial

VERSION = 1

DENSE = 700
"""bytes beyond which the squares become too small for a worn sheet and an old telephone. Then what is said in both
languages is kept in the recipient's alone, without who signs by hand; real names and titles stay far below."""

LONGEST = 2400
"""bytes that the largest QR code could hold; nothing longer is looked at"""

_DAY_ZERO = date(1970, 1, 1)

# Seven bytes are seventeen digits: 2⁵⁶ is just below 10¹⁷. What is left over takes as many as it needs.
_BYTES, _DIGITS = 7, 17
_LEFT = {-(-size * 8 * 30103 // 100000): size for size in range(1, _BYTES)}
"""how many digits a shorter last piece has, and how many bytes they are; log₁₀ 2 is just below 0.30103"""


class TokenRefused(cose.SignedRefused):
    """These digits are not facts that we signed; ``code`` as in ``cose``."""


@dataclass(frozen=True)
class Told:
    """The facts that a square code tells. Words that are the same in both languages, or known in one, stand in both."""

    serial: Serial
    kind: Kind
    language: Language
    name: str
    rank: str
    institution: str
    country: Words
    course_code: str
    course: Words
    hours_online: float
    hours_in_person: float
    modules: int
    practices: int
    final_exam: bool
    completed: date
    issued: date
    expires: date | None
    place: str
    issuer: Words
    edition: int
    signers: tuple[str, ...]
    refreshed: date | None = None

    @property
    def hours_total(self) -> float:
        return round(self.hours_online + self.hours_in_person, 2)


def encode(facts: Facts, signing: Signing) -> str:
    """The decimal digits of *facts*, signed. The same facts and key always give the same digits."""
    told = _told(facts)
    signed = cose.sign(cose.canonical(_plain(told)), signing)
    if len(signed) > DENSE:
        signed = cose.sign(cose.canonical(_plain(_shorter(told))), signing)
    return digits(signed)


def decode(text: str, public: Public) -> Told:
    """The facts in the digits *text*, if one of our keys signed them. Raises :class:`TokenRefused`.

    Only what :func:`encode` writes is accepted: each set of facts has one spelling.
    """
    try:
        payload = cose.opened(data(text), public)
        told = _read(cose.read(payload))
        if cose.canonical(_plain(told)) != payload:
            raise TokenRefused("unreadable")
    except (LookupError, ValueError, OverflowError) as no:
        raise TokenRefused(no.code if isinstance(no, cose.SignedRefused) else "unreadable") from no
    return told


def digits(signed: bytes) -> str:
    """*signed* as decimal digits."""
    pieces = (signed[start : start + _BYTES] for start in range(0, len(signed), _BYTES))
    return "".join(f"{int.from_bytes(piece, 'big'):0{_length(len(piece))}}" for piece in pieces)


def data(text: str) -> bytes:
    """What :func:`digits` wrote. Raises :class:`TokenRefused`."""
    if not text.isascii() or not text.isdecimal() or len(text) > LONGEST * _DIGITS // _BYTES:
        raise TokenRefused("unreadable")
    pieces = (text[start : start + _DIGITS] for start in range(0, len(text), _DIGITS))
    try:
        sizes = _LEFT | {_DIGITS: _BYTES}
        return b"".join(int(piece).to_bytes(sizes[len(piece)], "big") for piece in pieces)
    except (KeyError, OverflowError) as no:
        raise TokenRefused("unreadable") from no


def _length(size: int) -> int:
    return next((length for length, bytes_ in _LEFT.items() if bytes_ == size), _DIGITS)


def _told(facts: Facts) -> Told:
    return Told(
        serial=facts.serial,
        kind=facts.kind,
        language=facts.language,
        name=facts.name,
        rank=facts.rank,
        institution=facts.institution,
        country=_in_both(facts.country),
        course_code=facts.course_code,
        course=_in_both(facts.course),
        hours_online=round(facts.hours_online, 2),
        hours_in_person=round(facts.hours_in_person, 2),
        modules=facts.modules,
        practices=facts.practices,
        final_exam=facts.final_exam,
        completed=facts.completed,
        issued=facts.issued,
        expires=facts.expires,
        place=facts.place,
        issuer=_in_both(facts.issuer),
        edition=facts.edition.number,
        signers=tuple(signer.name for signer in facts.signers),
        refreshed=facts.refreshed,
    )


def _in_both(words: Words) -> Words:
    return Words(words["en"], words["es"])


def _shorter(told: Told) -> Told:
    def once(words: Words) -> Words:
        return Words(words[told.language], words[told.language])

    return replace(told, country=once(told.country), course=once(told.course), issuer=once(told.issuer), signers=())


def _plain(told: Told) -> list[Any]:
    """The array: places instead of names, numbers for what is one of a few."""
    return [
        VERSION,
        serial.packed(told.serial),
        KINDS.index(told.kind),
        LANGUAGES.index(told.language),
        told.name,
        told.rank,
        told.institution,
        _words(told.country),
        told.course_code,
        _words(told.course),
        round(told.hours_online * 100),
        round(told.hours_in_person * 100),
        told.modules,
        told.practices,
        told.final_exam,
        _day(told.completed),
        _day(told.issued),
        _day(told.expires),
        told.place,
        _words(told.issuer),
        told.edition,
        list(told.signers),
        _day(told.refreshed),
    ]


def _words(words: Words) -> str | list[str]:
    return words.en if words.en == words.es else [words.en, words.es]


def _day(day: date | None) -> int | None:
    return None if day is None else (day - _DAY_ZERO).days


def _read(plain: Any) -> Told:
    """The facts in the array. What we signed is what we wrote: types are checked, not sense."""
    match plain:
        case [
            1, bytes() as packed, int() as kind, int() as language, str() as name, str() as rank, str() as institution,
            country, str() as course_code, course, int() as online, int() as in_person, int() as modules,
            int() as practices, bool() as final_exam, int() as completed, int() as issued, expires, str() as place,
            issuer, int() as edition, list() as signers, refreshed,
        ] if all(isinstance(signer, str) for signer in signers):  # fmt: skip
            pass
        case _:
            raise TokenRefused("unreadable")
    return Told(
        serial=serial.unpacked(packed),
        kind=KINDS[kind],
        language=LANGUAGES[language],
        name=name,
        rank=rank,
        institution=institution,
        country=_both(country),
        course_code=course_code,
        course=_both(course),
        hours_online=online / 100,
        hours_in_person=in_person / 100,
        modules=modules,
        practices=practices,
        final_exam=final_exam,
        completed=_date(completed),
        issued=_date(issued),
        expires=None if expires is None else _date(expires),
        place=place,
        issuer=_both(issuer),
        edition=edition,
        signers=tuple(signers),
        refreshed=None if refreshed is None else _date(refreshed),
    )


def _both(words: Any) -> Words:
    match words:
        case str():
            return Words(words, words)
        case [str() as en, str() as es]:
            return Words(en, es)
    raise TokenRefused("unreadable")


def _date(days: int) -> date:
    return _DAY_ZERO + timedelta(days=days)
