"""The seal of a roster: what it is and the digests of its values and of its file, signed by the platform.

It is a line of text that travels inside the file and tells nobody's name. Two digests are in it: of the *file*, all its
bytes but the seal, and of its *values*, the table as a CSV of ours would hold it. A file that was opened and saved again
by a spreadsheet program has other bytes and the same values; one in which a cell was changed has neither.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from app.services.keyring import Keys
from app.services.spreadsheets import Cell, CsvWriter, csv_cell
from certificates import cose
from certificates.keys import Public

KIND = "paso-roster-1"
"""the first item: lists of revocations have another, signed facts begin with a number"""
MARK = "paso1."
PATTERN = re.compile(rb"paso1\.[A-Za-z0-9_-]{100,8000}")
Face = Literal["csv", "xlsx", "pdf", "json"]
BLANK = bytes(32)


@dataclass(frozen=True)
class Sealed:
    """What is signed."""

    face: str
    made_at: int
    """seconds since 1970"""
    language: str
    place: str
    filters: str
    as_of: str
    """in words"""
    rows: int
    columns: tuple[str, ...]
    values: bytes
    file: bytes = BLANK

    @property
    def made(self) -> dt.datetime:
        """When the file was made, in UTC."""
        return dt.datetime.fromtimestamp(self.made_at, dt.UTC)

    @property
    def short(self) -> str:
        """The digest of the values as people compare it: on paper, by telephone."""
        return short(self.values)


def short(values: bytes) -> str:
    """The first eighty bits of a digest, in fours."""
    text = values.hex().upper()[:20]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def seal(sealed: Sealed, keys: Keys) -> str:
    """The seal. For the same keys and lengths it has the same length, whatever the digests are."""
    items = [KIND, *(list(v) if isinstance(v, tuple) else v for v in (getattr(sealed, f.name) for f in fields(sealed)))]
    signed = cose.sign(cose.canonical(items), keys.signing)
    return MARK + base64.urlsafe_b64encode(signed).decode().rstrip("=")


def opened(text: str, public: Public) -> Sealed:
    """What *text*, a seal, says, if one of our keys signed it. Raises :class:`certificates.cose.SignedRefused`."""
    body = text.removeprefix(MARK)
    try:
        signed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise cose.SignedRefused("unreadable") from None
    match cose.read(cose.opened(signed, public)):
        case [
            "paso-roster-1", str() as face, int() as made_at, str() as language, str() as place, str() as filters,
            str() as as_of, int() as rows, list() as columns, bytes() as values, bytes() as file,
        ] if all(isinstance(key, str) for key in columns):  # fmt: skip
            return Sealed(face, made_at, language, place, filters, as_of, rows, tuple(columns), values, file)
    raise cose.SignedRefused("unreadable")


def with_file(sealed: Sealed, file: bytes) -> Sealed:
    """*sealed* with the digest of its file."""
    return replace(sealed, file=file)


class Values:
    """The digest of a table's values: of its head and rows as a CSV of ours holds them."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._writer = CsvWriter()
        self._digest = hashlib.sha256(self._writer.head(titles))

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Some more *rows*, with days and moments as such."""
        self._digest.update(self._writer.rows([csv_cell(cell) for cell in row] for row in rows))

    def add_text(self, rows: Iterable[Sequence[object]]) -> None:
        """Some more *rows* as a CSV holds them already."""
        self._digest.update(self._writer.rows(rows))

    def digest(self) -> bytes:
        """Of everything added so far."""
        return self._digest.digest()
