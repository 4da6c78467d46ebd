"""Uploaded pictures made anew: decoded within limits, turned upright, made small, and written without anything else.

What comes in is hostile until the opposite is shown. Its size is read from its first bytes before anything is decoded,
one picture is decoded at a time, and only pixels come out: no EXIF, no place, no name of a camera, no hidden thumbnail.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageOps

from app.courseware.pictures import SMALL, Look, look
from app.rules.errors import Refused

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = {"jpeg": 50_000_000, "png": 25_000_000, "webp": 25_000_000, "gif": 25_000_000}
"""JPEG is decoded at a fraction of its size, so it may have more"""
MAX_SIDE = 16_384
MAX_SCANS = 100
"""of a progressive JPEG; cameras write ten, and each is as much work as the whole picture"""
SIDES = (1600, 1200, 900, 720)
QUALITIES = (82, 74, 66, 58, 50)
LIGHT = 60_000
"""bytes that a picture as shown should not be above"""
HEAVY = 150_000
"""bytes of the picture beside it, above which it is written otherwise"""

_one = threading.Lock()


@dataclass(frozen=True)
class Recoded:
    """A picture to keep: ``data`` for everybody ("png" or "jpg"), ``webp`` for the browsers of today."""

    extension: str
    data: bytes
    webp: bytes
    width: int
    height: int
    small: bytes = b""
    """the WebP for phones, where the whole is much wider"""


def recode(data: bytes) -> Recoded:
    """The picture in *data* (PNG, JPEG, WebP or GIF; of one that moves, its first frame) made anew.

    Raises ``Refused``: ``picture-heavy``, ``picture-kind``, ``picture-huge``, ``picture-broken``.
    """
    if len(data) > MAX_BYTES:
        raise Refused("picture-heavy", limit=MAX_BYTES // 1024 // 1024)
    seen = look(data)
    if seen is None:
        raise Refused("picture-kind")
    if seen.width * seen.height > MAX_PIXELS[seen.kind] or max(seen.width, seen.height) > MAX_SIDE:
        raise Refused("picture-huge", width=seen.width, height=seen.height)
    if seen.kind == "jpeg" and data.count(b"\xff\xda") > MAX_SCANS:
        raise Refused("picture-broken")
    with _one:
        try:
            picture = _decode(data, seen)
        except Exception as broken:  # decoders raise whatever they meet: struct.error, zlib.error, SyntaxError, …
            raise Refused("picture-broken") from broken
        return _encode(picture, seen.kind)


def _decode(data: bytes, seen: Look) -> Image.Image:
    """The pixels of *data*, upright, RGB or RGBA, no longer than the longest side."""
    with Image.open(io.BytesIO(data), formats=[seen.kind.upper()]) as opened:
        if opened.size != (seen.width, seen.height):
            raise ValueError("two sizes")
        opened.draft("RGB", (SIDES[0], SIDES[0]))  # JPEG only: an eighth, a quarter or half of the size
        picture: Image.Image = ImageOps.exif_transpose(opened)
    if picture.mode.startswith(("I", "F")):
        picture = picture.convert("L")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema()[0] == 255:
            picture = picture.convert("RGB")
    else:
        picture = picture.convert("RGB")
    picture.thumbnail((SIDES[0], SIDES[0]), Image.Resampling.LANCZOS)
    picture.info = {}  # where Pillow keeps what it would write again: profiles, comments, dates
    return picture


def _encode(picture: Image.Image, kind: str) -> Recoded:
    shown, webp = _light_webp(picture, drawn=kind in ("png", "gif"))
    extension, data = _beside(shown, kind)
    return Recoded(extension, data, webp, shown.width, shown.height, _small_webp(shown, drawn=kind in ("png", "gif")))


def _small_webp(shown: Image.Image, drawn: bool) -> bytes:
    """*shown* for a phone; nothing where that would hardly be smaller."""
    if shown.width < SMALL * 1.25:
        return b""
    small = shown.resize((SMALL, max(1, round(shown.height * SMALL / shown.width))), Image.Resampling.LANCZOS)
    written = _written(small, "WEBP", lossless=True, quality=60, method=4) if drawn else b""
    for quality in QUALITIES:
        if written and len(written) <= LIGHT:
            break
        written = _written(small, "WEBP", quality=quality, method=4)
    return written


def _light_webp(picture: Image.Image, drawn: bool) -> tuple[Image.Image, bytes]:
    """*picture*, smaller if it must be, and its WebP: the best that is light, else the lightest."""
    if drawn:  # letters and lines stay sharp, and are often lighter so
        exact = _written(picture, "WEBP", lossless=True, quality=60, method=4)
        if len(exact) <= LIGHT:
            return picture, exact
    found = (picture, b"")
    for side in SIDES:
        smaller = picture.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        if found[1] and smaller.size == found[0].size:
            continue
        for quality in QUALITIES:
            found = (smaller, _written(smaller, "WEBP", quality=quality, method=4))
            if len(found[1]) <= LIGHT:
                return found
    return found


def _beside(picture: Image.Image, kind: str) -> tuple[str, bytes]:
    """What browsers without WebP, other programs and printers get."""
    if picture.mode == "RGBA":
        data = _written(picture, "PNG", optimize=True)
        if len(data) > HEAVY:
            data = _written(picture.quantize(256, method=Image.Quantize.FASTOCTREE), "PNG", optimize=True)
        return "png", data
    if kind in ("png", "gif"):
        data = _written(picture, "PNG", optimize=True)
        if len(data) <= HEAVY:
            return "png", data
        photo = _jpeg(picture)
        return ("jpg", photo) if len(photo) < len(data) / 2 else ("png", data)
    return "jpg", _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    data = b""
    for quality in QUALITIES:
        data = _written(picture, "JPEG", quality=quality, progressive=True, optimize=True)
        if len(data) <= HEAVY:
            break
    return data


def _written(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
