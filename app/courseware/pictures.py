"""Pictures by their first bytes: how large they are, and which of them have a lighter WebP beside them."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

SMALL = 480
"""width in pixels of what is sent to phones: a column of text at 360 with one and a half dots to each"""
_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
"""the markers of JPEG that tell a size; C4, C8 and CC stand for something else"""
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
"""markers of JPEG with nothing behind them"""


class Look(NamedTuple):
    """What a picture is ("png", "jpeg", "webp", "gif") and its size, as its first bytes say."""

    kind: str
    width: int
    height: int


def look(data: bytes) -> Look | None:
    """What the picture in *data* is, read without decoding it; ``None`` for anything else. Never raises."""
    try:
        return _look(data)
    except (struct.error, IndexError):  # cut off in the middle of its head
        return None


def _look(data: bytes) -> Look | None:
    found: tuple[int, int] | None = None
    kind = ""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        kind, found = "png", struct.unpack_from(">II", data, 16)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        kind, found = "gif", struct.unpack_from("<HH", data, 6)
    elif data.startswith(b"\xff\xd8\xff"):
        kind, found = "jpeg", _jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind, found = "webp", _webp(data)
    return Look(kind, *found) if found and min(found) > 0 else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if data[20] == 0x2F:
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            (wide,), (high,) = struct.unpack_from("<I", data, 24), struct.unpack_from("<I", data[:30] + b"\0", 27)
            return (wide & 0xFFFFFF) + 1, (high & 0xFFFFFF) + 1
    return None


class Twin(NamedTuple):
    """The WebP beside a picture."""

    width: int
    height: int
    small: int = 0
    """width of a second one for phones, where there is one"""


def twin_of(path: str) -> str:
    """Where the WebP of the picture at *path* stands."""
    return path.rpartition(".")[0] + ".webp"


def small_of(path: str) -> str:
    """Where the WebP for phones of the picture at *path* stands."""
    return f"{path.rpartition('.')[0]}-{SMALL}.webp"


def with_twins(files: Mapping[str, bytes]) -> dict[str, Twin]:
    """The pictures of *files* that have a WebP of the same stem beside them, with its size and the width of the one for
    phones.

    Where two pictures share a stem nobody can say whose the WebP is, so neither has it.
    """
    originals = [path for path in files if path.lower().endswith((".png", ".jpg", ".jpeg"))]
    claims = Counter(twin_of(path) for path in originals)
    found = {}
    for path in originals:
        twin = twin_of(path)
        seen = look(files[twin]) if claims[twin] == 1 and twin in files else None
        if seen is not None and seen.kind == "webp":
            less = look(files.get(small_of(path), b"")) if not claims[small_of(path)] else None
            fits = less is not None and less.kind == "webp" and less.width < seen.width
            found[path] = Twin(seen.width, seen.height, less.width if less and fits else 0)
    return found
