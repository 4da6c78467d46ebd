"""Whether a file is a roster as it was downloaded: by the seal inside it, without looking anything up.

``as-downloaded``: not a byte differs. ``resaved``: another program wrote it, and every value is as it was. ``altered``: it
has our seal and other content. ``not-ours``: signed by nobody we know. ``no-roster``: there is no seal in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.rules.errors import Refused
from app.services import encodings, spreadsheets, tables
from app.services.office import Office
from app.services.rosters.columns import BY_KEY
from app.services.rosters.sealing import PATTERN, Sealed, Values, opened
from certificates import cose

Outcome = Literal["as-downloaded", "resaved", "altered", "not-ours", "no-roster"]
LARGEST = tables.MOST_BYTES
"""bytes that are looked at for whoever asks; a command looks at any number"""


@dataclass(frozen=True)
class Finding:
    """The answer. ``sealed`` is what the seal says, where it is ours."""

    outcome: Outcome
    sealed: Sealed | None = None


def check(office: Office, content: bytes, largest: int = LARGEST) -> Finding:
    """What *content*, a file of any kind, is.

    Raises ``Refused``: ``roster-file-large`` beyond *largest* bytes, ``roster-keys-missing`` where there are no keys.
    """
    if office.settings.keys is None:
        raise Refused("roster-keys-missing")
    if len(content) > largest:
        raise Refused("roster-file-large", most=largest // 1_000_000)
    package = content.startswith(b"PK")
    try:
        found = _seals_in_package(content) if package else set(PATTERN.findall(content))
    except Exception:  # a file made to break its reader breaks it in any way
        return Finding("no-roster")
    sealed, code = None, "unreadable"
    text = b""
    for text in sorted(found)[:8]:
        try:
            sealed = opened(text.decode(), office.settings.keys.public)
            break
        except cose.SignedRefused as no:
            code = no.code if code in ("unreadable", "not-ours") else code
    if sealed is None:
        return Finding("no-roster" if not found or code == "unreadable" else _BROKEN.get(code, "altered"))
    try:
        same = len(found) == 1 and (_package(content, text) if package else _bytes(content, text)) == sealed.file
        outcome: Outcome = "as-downloaded" if same else "resaved" if _values(content, sealed) else "altered"
    except Exception:  # as above: whatever it is, it is not what we gave out
        outcome = "altered"
    return Finding(outcome, sealed)


_BROKEN: dict[str, Outcome] = {"not-ours": "not-ours", "altered": "altered"}


def _bytes(content: bytes, text: bytes) -> bytes | None:
    before, _seal, after = content.partition(text)
    return None if text in after else hashlib.sha256(before + after).digest()


def _seals_in_package(content: bytes) -> set[bytes]:
    """The seals in the sheets of a workbook; else the one among its properties, which is in pieces there."""
    tables.must_be_harmless(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = {entry.filename for entry in package.infolist() if entry.file_size < 70_000_000}
        found: set[bytes] = set()
        for name in names:
            if name.startswith("xl/") and name.endswith(".xml"):
                found |= set(PATTERN.findall(package.read(name)))
        if not found and spreadsheets.PROPERTIES in names:
            pieces = re.findall(rb"<vt:lpwstr>([^<]*)</vt:lpwstr>", package.read(spreadsheets.PROPERTIES))
            found |= set(PATTERN.findall(b"".join(pieces)))
    return found


def _package(content: bytes, text: bytes) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return spreadsheets.package_digest(package, text.decode())


# Values -----------------------------------------------------------------------------------------------------------------


def _values(content: bytes, sealed: Sealed) -> bool:
    """Whether the table in *content* has the values that were sealed, whoever wrote the file."""
    if content.startswith(b"%PDF"):
        return False  # it cannot be read back
    kinds = [BY_KEY[key].kind for key in sealed.columns]
    if sealed.face == "json":
        return _json_values(content, kinds) == sealed.values
    if content.startswith(b"PK"):
        rows = tables.first_sheet(content, sealed.rows + 1, len(kinds))
        return any(_digest(rows, kinds, _iso, guard) == sealed.values for guard in (spreadsheets.safe, str))
    lines = _csv_rows(content, len(kinds))
    return any(_digest(lines, kinds, read, str) == sealed.values for read in (_iso, _day_first, _month_first))


Read = Callable[[str], str]


def _digest(
    rows: Sequence[Sequence[object]], kinds: Sequence[str], read: Read, guard: Callable[[str], str]
) -> bytes | None:
    """The digest of a table: its head, and rows with as many cells as there are columns. *guard* makes its text what a
    CSV of ours holds.
    """
    if not rows:
        return None
    width = len(kinds)
    values = Values(_head(rows[0], width))
    try:
        values.add_text(
            [_cell(cell, kind, read, guard) for cell, kind in zip(_fit(row, width), kinds, strict=True)]
            for row in rows[1:]
        )
    except ValueError:
        return None
    return values.digest()


def _head(row: Sequence[object], width: int) -> list[str]:
    return [spreadsheets.plain(str(cell or "")) for cell in _fit(row, width)]


def _fit(row: Sequence[object], width: int) -> list[object]:
    """*row* with *width* cells; raises ``ValueError`` where something stands beyond."""
    if any(cell not in (None, "") for cell in row[width:]):
        raise ValueError("cells beyond the columns")
    return [*row[:width], *[None] * (width - len(row))]


def _cell(cell: object, kind: str, read: Read, guard: Callable[[str], str]) -> object:
    if cell is None or cell == "":
        return None
    if isinstance(cell, dt.datetime):
        # a spreadsheet's moment is a fraction of a day, rounded
        cell = (cell + dt.timedelta(seconds=30)).replace(second=0, microsecond=0)
        return cell.date().isoformat() if kind == "day" else cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and kind in ("day", "moment"):
        return read(cell)
    return guard(cell) if isinstance(cell, str) else cell


def _iso(text: str) -> str:
    return text


def _day_first(text: str) -> str:
    return _numbers(text, (2, 1, 0))


def _month_first(text: str) -> str:
    return _numbers(text, (2, 0, 1))


def _numbers(text: str, order: tuple[int, int, int]) -> str:
    """23/11/2026 14:05, as a spreadsheet program writes a day or moment, as ISO 8601. Raises ``ValueError``."""
    day, _space, clock = text.partition(" ")
    parts = day.replace("-", "/").replace(".", "/").split("/")
    if len(parts) != 3:
        raise ValueError(text)
    year, month, number = (int(parts[at]) for at in order)
    found = dt.date(year + 2000 if year < 100 else year, month, number).isoformat()
    if not clock:
        return found
    hour, minute = clock.split(":")[:2]
    return f"{found} {int(hour):02}:{int(minute):02}"


def _csv_rows(content: bytes, width: int) -> list[list[str]]:
    text, _encoding = encodings.decode(content, "")
    first = text.split("\n", 1)[0]
    separator = max((",", ";", "\t"), key=first.count) if width > 1 else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if rows and rows[-1] and rows[-1][0].startswith("# "):
        rows.pop()
    return rows


def _json_values(content: bytes, kinds: Sequence[str]) -> bytes:
    found: dict[str, Any] = json.loads(content)
    keys = [column["key"] for column in found["columns"]]
    values = Values([column["title"] for column in found["columns"]])
    values.add_text(_json_rows(found["rows"], keys, kinds))
    return values.digest()


def _json_rows(rows: Iterable[dict[str, Any]], keys: Sequence[str], kinds: Sequence[str]) -> Iterator[list[object]]:
    for row in rows:
        if set(row) != set(keys):
            raise ValueError("other keys")
        yield [_json_cell(row[key], kind) for key, kind in zip(keys, kinds, strict=True)]


def _json_cell(cell: object, kind: str) -> object:
    if kind == "moment" and isinstance(cell, str):
        return cell[:16].replace("T", " ")
    return spreadsheets.safe(cell) if isinstance(cell, str) else cell
