"""What a text file is written in, when nothing in it says so: told by its bytes, and by what names look like."""

from __future__ import annotations

import codecs
import re
import string

NAMES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "mac-roman": "Mac Roman",
    "cp850": "MS-DOS (850)",
}
"""what we read, and what it is called"""
_SINGLE = ("cp1252", "mac-roman", "cp850")
"""one byte a letter: any file can be read as any of them, and only the sense tells which it is. The first wins a tie."""
_SAMPLE = 200_000
"""bytes that are not ASCII, at most, by which it is told"""


class Undecodable(ValueError):
    """The bytes are not text, or not in the encoding that was named."""


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """*content* as text without a byte order mark, and what it was read as: a key of :data:`NAMES`.

    *encoding* (such a key) is believed instead of the bytes, but for a mark that says otherwise. Raises
    ``Undecodable``.
    """
    found = _marked(content) or encoding or _guessed(content)
    if found not in NAMES:
        raise Undecodable(found)
    python = found
    if found == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        python = _sixteen(content) or "utf-16-le"  # as Windows writes it
    try:
        text = content.decode("utf-8-sig" if found == "utf-8" else python)
    except UnicodeDecodeError as no:
        raise Undecodable(found) from no
    if "\0" in text:
        raise Undecodable(found)
    return text, found


def _marked(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    return "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _guessed(content: bytes) -> str:
    if _sixteen(content):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        able = [name for name in _SINGLE if _decodes(content, name)]
        return max(able, key=lambda name: _sense(content, name))  # Mac Roman and MS-DOS know every byte
    return "utf-8"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _sixteen(content: bytes) -> str:
    """Which UTF-16 it is without a mark: most of what is written in our alphabet has zeros in every other byte."""
    head = content[:4096]
    half = len(head) // 2
    if not half:
        return ""
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


_LIKELY = {
    **dict.fromkeys("áéíóúüñ", 1.0),
    **dict.fromkeys("àâçèêëîïôûœ", 0.5),  # French names
    **dict.fromkeys("äöß", 0.3),
    **dict.fromkeys("ãõåæøìòùýÿ", 0.1),
}
"""how likely a letter is in a name of the region"""
_MAYAN = ("tz", "ts", "ch", "k", "q", "b")
"""after which an apostrophe is a letter"""
_BESIDE_NUMBERS = frozenset("ºª°")
_BETWEEN_WORDS = frozenset("–—«»“”‘¿¡·\u00a0")
_USUAL = {"cp1252": 0.3, "mac-roman": 0.0, "cp850": -0.05}
"""what speaks for each before a letter is looked at"""
_RUN = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")
"""letters that stand together, or a sign that is none"""


def _sense(content: bytes, encoding: str) -> float:
    """How much sense the letters and signs that are not ASCII make, where they stand, when read as *encoding*."""
    text = content.decode(encoding, errors="replace")
    score, seen = 0.0, 0
    for found in _RUN.finditer(text):
        run = found[0]
        if run.isascii():
            continue
        strange = [letter for letter in run if letter >= "\x80"]
        if run.isalpha():
            shaped = run.islower() or run.isupper() or (run[0].isupper() and run[1:].islower())  # never muÑoz
            score += sum(_LIKELY.get(letter.lower(), -0.5) for letter in strange) if shaped else -len(strange)
        else:
            score += _sign(run, text[max(0, found.start() - 20) : found.start()], text[found.end() : found.end() + 1])
        seen += len(strange)
        if seen >= _SAMPLE:
            break
    return score / max(1, seen) + _USUAL[encoding]


def _sign(sign: str, before: str, after: str) -> float:
    inside = before[-1:].isalpha() and after.isalpha()
    if sign == "’":  # O’Connor, Tz’ib, Ek’; not Rodr’guez, which is Rodríguez of a Mac
        stem = before[len(before.rstrip(string.ascii_letters)) :].lower()
        if (stem in _MAYAN and after.lower() in "aeiou") or (not inside and stem.endswith(_MAYAN)):
            return 1.1
        return 0.6 if 0 < len(stem) <= (2 if inside else 3) else -0.6
    if sign in _BESIDE_NUMBERS:
        return -0.5 if inside else 0.5
    if sign in _BETWEEN_WORDS:
        return -1.0 if inside else 0.1
    return -0.5
