"""Typed reading of YAML mappings and directive options: a wrong value is a problem with its place, never a crash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.courseware.countries import COUNTRY_CODES
from app.courseware.ids import is_id
from app.courseware.manuscript import Place, Report
from app.courseware.problem import nearest
from app.courseware.yamltext import Listing, Mapping, Node, Scalar

_INTEGER = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_date(text: str) -> bool:
    """Whether *text* is an ISO date such as 2026-10-01."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    return (month, day) != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def read_id(text: str, place: Place, report: Report) -> str:
    """*text* if it is an id, else "" with a problem."""
    if is_id(text):
        return text
    report.add("id-malformed", place, id=text)
    return ""


def read_integer(text: str, place: Place, report: Report, key: str, least: int, most: int, default: int) -> int:
    """The whole number that *text* is, from *least* to *most*; else *default*, with a problem."""
    if _INTEGER.fullmatch(text) and least <= int(text) <= most:
        return int(text)
    report.add("value-not-integer", place, key=key, value=text, least=least, most=most)
    return default


def read_flag(text: str, place: Place, report: Report, key: str, default: bool) -> bool:
    """yes or no; an option without a value means yes."""
    if text in ("", "yes", "true"):
        return True
    if text in ("no", "false"):
        return False
    report.add("value-unknown", place, nearest(text, ("yes", "no")), key=key, value=text, known="yes, no")
    return default


def read_countries(text: str, place: Place, report: Report) -> tuple[str, ...]:
    """The ISO codes in *text*, sorted, each once; unknown ones are problems."""
    codes = set()
    for code in text.replace(",", " ").split():
        if code in COUNTRY_CODES:
            codes.add(code)
        else:
            report.add("country-unknown", place, code.upper() if code.upper() in COUNTRY_CODES else "", code=code)
    if not text.strip():
        report.add("countries-missing", place)
    return tuple(sorted(codes))


class Reader:
    """Reads one mapping: names its unknown keys, and gives the others their types."""

    def __init__(self, mapping: Mapping, report: Report, known: Sequence[str]) -> None:
        self.mapping = mapping
        self.report = report
        for key, place in mapping.keys.items():
            if key not in known:
                report.add("key-unknown", place, nearest(key, known), key=key, known=", ".join(known))

    def __contains__(self, key: str) -> bool:
        return key in self.mapping.items

    def place(self, key: str) -> Place:
        """Where *key*'s value stands, or the mapping itself."""
        node = self.mapping.items.get(key)
        return node.place if node is not None else self.mapping.place

    def text(self, key: str, required: bool = False) -> str:
        """The text of *key*, or ""."""
        node = self.mapping.items.get(key)
        if node is None or (isinstance(node, Scalar) and not node.text.strip()):
            if required:
                self.report.add("key-missing", self.place(key), key=key)
            return ""
        if not isinstance(node, Scalar):
            self.report.add("value-not-text", node.place, key=key)
            return ""
        return node.text.strip()

    def id(self, key: str, required: bool = False) -> str:
        """The id in *key*, or ""."""
        text = self.text(key, required)
        return read_id(text, self.place(key), self.report) if text else ""

    def integer(self, key: str, default: int, least: int = 0, most: int = 100_000) -> int:
        """The whole number in *key*, or *default*."""
        text = self.text(key)
        return read_integer(text, self.place(key), self.report, key, least, most, default) if text else default

    def number(self, key: str, default: float) -> float:
        """The number in *key*, such as 12 or 1.5, or *default*."""
        text = self.text(key)
        if not text:
            return default
        if _NUMBER.fullmatch(text):
            return float(text)
        self.report.add("value-not-number", self.place(key), key=key, value=text)
        return default

    def date(self, key: str) -> str:
        """The ISO date in *key*, or ""."""
        text = self.text(key)
        if text and not is_date(text):
            self.report.add("value-not-date", self.place(key), key=key, value=text)
            return ""
        return text

    def choice(self, key: str, known: Iterable[str], default: str, required: bool = False) -> str:
        """The text of *key*, which is one of *known*, or *default*."""
        text = self.text(key, required)
        known = list(known)
        if not text or text in known:
            return text or default
        values = {"key": key, "value": text, "known": ", ".join(known)}
        self.report.add("value-unknown", self.place(key), nearest(text, known), **values)
        return default

    def scalars(self, key: str) -> list[Scalar]:
        """The texts of the list in *key*."""
        node = self.mapping.items.get(key)
        if node is None:
            return []
        if not isinstance(node, Listing):
            self.report.add("value-not-list", node.place, key=key)
            return []
        found = []
        for item in node.items:
            if isinstance(item, Scalar) and item.text.strip():
                found.append(Scalar(item.text.strip(), item.place))
            else:
                self.report.add("value-not-text", item.place, key=key)
        return found

    def reader(self, key: str, known: Sequence[str]) -> Reader | None:
        """A reader of the mapping in *key*."""
        node = self.mapping.items.get(key)
        return None if node is None else self._reader(key, node, known)

    def readers(self, key: str, known: Sequence[str]) -> dict[str, Reader]:
        """A reader for each entry of the mapping of mappings in *key*, by id."""
        entries = self.mappings(key)
        found = {}
        for name, node in entries.items.items() if entries else ():
            if not read_id(name, entries.keys[name] if entries else node.place, self.report):
                continue
            reader = self._reader(name, node, known)
            if reader is not None:
                found[name] = reader
        return found

    def mappings(self, key: str) -> Mapping | None:
        """The mapping in *key* as it is."""
        node = self.mapping.items.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        self.report.add("value-not-mapping", node.place, key=key)
        return None

    def words(self, key: str, languages: Sequence[str], required: bool = False) -> dict[str, str]:
        """A text for each language, from a mapping of languages. A plain text, like a proper name, serves for all."""
        node = self.mapping.items.get(key)
        if isinstance(node, Scalar) and node.text.strip():
            return dict.fromkeys(languages, node.text.strip())
        reader = self.reader(key, languages)
        if reader is None:
            if required and node is None:
                self.report.add("key-missing", self.mapping.place, key=key)
            return {}
        found = {language: reader.text(language, required=required) for language in languages}
        return {language: text for language, text in found.items() if text}

    def _reader(self, key: str, node: Node, known: Sequence[str]) -> Reader | None:
        if isinstance(node, Mapping):
            return Reader(node, self.report, known)
        self.report.add("value-not-mapping", node.place, key=key)
        return None
