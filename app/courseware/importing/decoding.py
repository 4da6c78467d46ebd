"""The text of a file whose encoding nobody noted."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from app.courseware.manuscript import FORBIDDEN_CHARACTERS

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{2,40})[\"']")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_BINARY = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
)
_NEWLINE = re.compile(r"\r\n?")
# What no text means: Unicode keeps these for programs, and the reader of GIFT uses them for what was escaped.
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")


class Decoded(NamedTuple):
    """A text, the encoding it was taken for where nothing in the file says so, and the encoding in any case."""

    text: str
    assumed: str = ""
    encoding: str = "UTF-8"


def is_binary(data: bytes) -> bool:
    """Whether *data* begins like an archive, a picture or an office document."""
    return data.startswith(_BINARY)


def decode(data: bytes) -> Decoded:
    """The text of *data*, with every line ending as ``\\n`` and without characters that no course may hold.

    It is read by its byte order mark, as what its XML declaration says, as UTF-16 if every other byte is zero, as UTF-8,
    or else as Windows-1252. Never raises.
    """
    text, assumed, encoding = _decode(data)
    # Forbidden characters first: a NUL between the two parts of a line ending would make a line of its own.
    text = _NONCHARACTERS.sub(" ", text)
    return Decoded(FORBIDDEN_CHARACTERS.sub(" ", _NEWLINE.sub("\n", text)), assumed, encoding)


def without_declaration(text: str) -> str:
    """The *text* of an XML file without its first line of ``<?xml … ?>``, which may name an encoding it no longer has."""
    found = _XML_DECLARATION.match(text)
    return " " * found.end() + text[found.end() :] if found and "\n" not in found[0] else text


def _decode(data: bytes) -> tuple[str, str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), "", encoding.removesuffix("-sig").upper()
    if wide := _utf16(data):
        return data.decode(wide, "replace"), "UTF-16", "UTF-16"
    if declared := _DECLARED.match(data):
        name = declared[1].decode("ascii")
        if (text := _as_declared(data, name)) is not None:
            return text, "", name.upper()
    try:
        return data.decode("utf-8"), "", "UTF-8"
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; what browsers take them for never fails.
        return data.decode("cp1252", "replace"), "Windows-1252", "Windows-1252"


def _as_declared(data: bytes, name: str) -> str | None:
    try:
        # Codecs of Python that are no encodings of text, such as "zip", are refused by decode itself.
        return data.decode(name)
    except (LookupError, ValueError, TypeError):
        return None


def _utf16(data: bytes) -> str:
    """The byte order of *data* if it is UTF-16 without a mark, else ""."""
    head = data[:_LOOKED_AT]
    if len(head) < 4:
        return ""
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > len(odd) * 0.4 and even.count(0) < len(even) * 0.1:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.4 and odd.count(0) < len(odd) * 0.1:
        return "utf-16-be"
    return ""
