"""Everything a certificate states, frozen as it was on the day of issue.

The page, the signed code, the badge and the public answer all come from one ``Facts``; what is not in it, no
certificate says. A name that cannot be printed, hours that do not add up or a date out of order are refused here,
before anything is issued. Stored as canonical JSON: the same facts always give the same bytes, and so the same
digest.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, get_args

from certificates import fonts, serial

Language: TypeAlias = Literal["en", "es"]
Kind: TypeAlias = Literal["completion", "participation"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)

LONGEST_NAME = 92
LONGEST = {
    "rank": 60,
    "institution": 120,
    "country": 60,
    "course_code": 20,
    "course": 130,
    "course_basis": 130,
    "place": 60,
    "issuer": 90,
    "signer": 60,
    "role": 80,
}
MOST_SIGNERS = 2


class FactsRefused(ValueError):
    """These facts make no certificate. ``code`` says why, ``values`` where and what, for a message in any language."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(", ".join([code, *(f"{key}: {value}" for key, value in values.items())]))
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Words:
    """The same words in both languages. What has no translation may stand in one, and serves for both."""

    en: str = ""
    es: str = ""

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Words:
        """From a mapping of language to text; other languages are left out."""
        return cls(en=words.get("en", ""), es=words.get("es", ""))

    def __getitem__(self, language: Language) -> str:
        return (self.en or self.es) if language == "en" else (self.es or self.en)

    def __bool__(self) -> bool:
        return bool(self.en or self.es)


@dataclass(frozen=True)
class Signer:
    """Who signs by hand on the printed sheet, and in what office."""

    name: str
    role: Words


@dataclass(frozen=True)
class Edition:
    """The published version of the course that was followed."""

    number: int
    digest: str
    """SHA-256 of its content, in hexadecimal"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one certificate states. Text is tidied on the way in: composed letters (NFC), single spaces.

    Raises :class:`FactsRefused`.
    """

    serial: serial.Serial
    kind: Kind
    name: str
    institution: str
    """as its country writes it; not translated"""
    country: Words
    course_code: str
    course: Words
    hours_total: float
    """for a participation, the hours taken part in"""
    hours_online: float
    hours_in_person: float
    completed: date
    """when the last requirement was met"""
    issued: date
    issuer: Words
    language: Language
    """the recipient's: it comes first on the sheet"""
    form_year: int
    """whose fixed sentences are used (``wording``)"""
    edition: Edition
    rank: str = ""
    course_basis: Words = field(default_factory=Words)
    """what the course is based on, said below its title: "Based on the model of …" """
    modules: int = 0
    practices: int = 0
    """practical competencies signed off by a trainer"""
    final_exam: bool = True
    place: str = ""
    expires: date | None = None
    refreshed: date | None = None
    """the day of the refresher that renewed it"""
    signers: tuple[Signer, ...] = ()

    def __post_init__(self) -> None:
        for name in ("name", "rank", "institution", "course_code", "place"):
            object.__setattr__(self, name, _tidy(getattr(self, name)))
        for name in ("country", "course", "course_basis", "issuer"):
            object.__setattr__(self, name, _tidy_words(getattr(self, name)))
        for name in ("hours_total", "hours_online", "hours_in_person"):
            object.__setattr__(self, name, float(getattr(self, name)))
        signers = tuple(Signer(_tidy(signer.name), _tidy_words(signer.role)) for signer in self.signers)
        object.__setattr__(self, "signers", signers)
        _check_choices(self)
        _check_text(self)
        _check_numbers(self)
        _check_dates(self)


def to_json(facts: Facts) -> str:
    """Canonical JSON: sorted keys, no spaces, letters as they are."""
    return json.dumps(_plain(facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(text: str | bytes) -> Facts:
    """The facts of :func:`to_json`. Raises :class:`FactsRefused` for anything else."""
    try:
        data = json.loads(text)
        values = dict(data)
        for name in ("country", "course", "course_basis", "issuer"):
            values[name] = Words(**data[name])
        values["signers"] = tuple(Signer(signer["name"], Words(**signer["role"])) for signer in data["signers"])
        values["edition"] = Edition(**data["edition"])
        for name in ("completed", "issued"):
            values[name] = date.fromisoformat(data[name])
        for name in ("expires", "refreshed"):
            values[name] = date.fromisoformat(data[name]) if data.get(name) else None
        return Facts(**values)
    except FactsRefused:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FactsRefused("facts-unreadable", reason=str(error)) from error


def digest(facts: Facts) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(to_json(facts).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """*value* as JSON knows it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Facts | Words | Signer | Edition):
        named = {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        # added later: where it says nothing it is left out, and the digests of older certificates stay what they were
        return {name: found for name, found in named.items() if name != "refreshed" or found is not None}
    return value


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _tidy_words(words: Words) -> Words:
    return Words(_tidy(words.en), _tidy(words.es))


def _check_choices(facts: Facts) -> None:
    if facts.kind not in KINDS:
        raise FactsRefused("kind-unknown", kind=str(facts.kind))
    if facts.language not in LANGUAGES:
        raise FactsRefused("language-unknown", language=str(facts.language))
    try:
        canonical = serial.parse(facts.serial)
    except serial.SerialMistyped as error:
        raise FactsRefused("serial-wrong", serial=facts.serial) from error
    if canonical != facts.serial:
        raise FactsRefused("serial-wrong", serial=facts.serial)


def _check_text(facts: Facts) -> None:
    """Nothing that must be there is empty, nothing is too long to be set, and every letter can be printed."""
    for name in ("name", "institution", "country", "course_code", "course", "issuer"):
        if not getattr(facts, name):
            raise FactsRefused(f"{name.replace('_', '-')}-empty")
    if len(facts.signers) > MOST_SIGNERS:
        raise FactsRefused("signers-too-many", most=str(MOST_SIGNERS))
    for signer in facts.signers:
        if not signer.name:
            raise FactsRefused("signer-empty")
    for name, text in _printed(facts):
        longest = LONGEST_NAME if name == "name" else LONGEST[name]
        if len(text) > longest:
            raise FactsRefused("too-long", field=name, length=str(len(text)), longest=str(longest))
        unprintable = fonts.missing(text)
        if unprintable:
            raise FactsRefused("letter-not-printable", field=name, letter=fonts.letter_name(unprintable[0]), text=text)


def _printed(facts: Facts) -> list[tuple[str, str]]:
    """Every text that the page shows, with the name of its field."""
    texts = [(name, getattr(facts, name)) for name in ("name", "rank", "institution", "course_code", "place")]
    for name in ("country", "course", "course_basis", "issuer"):
        words: Words = getattr(facts, name)
        texts += [(name, words.en), (name, words.es)]
    texts += [("issuer", name.upper()) for name in (facts.issuer.en, facts.issuer.es)]  # it is set in capitals
    for signer in facts.signers:
        texts += [("signer", signer.name), ("role", signer.role.en), ("role", signer.role.es)]
    return texts


def _check_numbers(facts: Facts) -> None:
    hours = (facts.hours_total, facts.hours_online, facts.hours_in_person)
    if not all(math.isfinite(value) and value >= 0 for value in hours) or facts.hours_total <= 0:
        raise FactsRefused("hours-impossible", hours=str(facts.hours_total))
    if not math.isclose(facts.hours_total, facts.hours_online + facts.hours_in_person, abs_tol=0.01):
        raise FactsRefused("hours-do-not-add-up", total=str(facts.hours_total))
    for name in ("modules", "practices"):
        if getattr(facts, name) < 0:
            raise FactsRefused("number-negative", field=name)
    if facts.edition.number < 1:
        raise FactsRefused("edition-unknown", number=str(facts.edition.number))


def _check_dates(facts: Facts) -> None:
    for name in ("completed", "issued", "expires", "refreshed"):
        if isinstance(getattr(facts, name), datetime):  # a moment is two days at once, depending on the zone
            raise FactsRefused("date-with-time", field=name)
    if facts.issued < facts.completed:
        raise FactsRefused("issued-before-completed", issued=str(facts.issued), completed=str(facts.completed))
    if facts.refreshed is not None and not facts.completed <= facts.refreshed <= facts.issued:
        raise FactsRefused("refreshed-out-of-order", refreshed=str(facts.refreshed))
    if facts.expires is None:
        return
    if facts.kind == "participation":
        # The participation form says nothing about validity, so nothing may hold the paper to a date it does not show.
        raise FactsRefused("participation-does-not-expire", expires=str(facts.expires))
    begins = facts.refreshed or facts.completed
    if facts.expires <= begins:
        raise FactsRefused("expires-before-completed", expires=str(facts.expires), completed=str(begins))
