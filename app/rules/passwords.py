"""What a password must not be (OWASP ASVS 5.0, 6.2): short, known from leaked lists, or made of words about its owner, their
service or this platform. No composition rules: long and memorable is what is wanted.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 10
LONGEST = 128
LEAST_OWN = 4
"""letters that a word of the person must have to count: "de" and "Ana" are in too many words"""
LEFT_OVER = 6
"""characters that must be left of a password without such words"""
LIST = Path(__file__).parent / "known" / "passwords.txt.gz"
"""passwords that were leaked (known/README.md says where it comes from)"""

# Words that leaked passwords of the region are made of, which lists from elsewhere do not have.
_OF_THE_REGION = frozenset(
    "contrasena contraseña clave secreto administrador bienvenido usuario teamo teamomucho princesa estrella futbol "
    "beisbol barcelona realmadrid america mexico panama costarica guatemala honduras salvador nicaragua belice "
    "dominicana canada migracion frontera policia guardia seguridad oficial jesucristo dios familia hola holamundo "
    "cambiame temporal prueba colombia venezuela peru ecuador libertad amorcito mariposa".split()
)
PLATFORM = ("pasoseguro", "paso", "seguro", "senafront", "usfroh", "migracion", "frontera", "fronteras", "border")
"""what a password for this platform is likely made of"""
_LOOKS = str.maketrans("013457@$!", "oieastasi")
"""signs that are put for letters"""
_AROUND = "0123456789 !¡?¿.,;:-_*#$%&/()@+"


@cache
def known() -> frozenset[str]:
    """The passwords that were leaked, lower case."""
    return frozenset(gzip.decompress(LIST.read_bytes()).decode().split()) | _OF_THE_REGION


def weakness(password: str, own: Iterable[str] = ()) -> str | None:
    """Why *password* will not do for a person about whom *own* is known (name, address, number, service), as a code, or
    ``None``.

    Codes: ``password-short``, ``password-long``, ``password-known``, ``password-own``.
    """
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST:
        return "password-short"
    if len(password) > LONGEST:
        return "password-long"
    plain = password.casefold()
    letters = plain.strip(_AROUND)
    if len(set(plain)) < 4 or (not letters and _is_run(plain)):
        return "password-known"
    for tried in (plain, letters, plain.translate(_LOOKS), letters.translate(_LOOKS), _unit(letters), _unit(plain)):
        if tried in known():
            return "password-known"
    bare = re.sub(r"[\W_]+", "", _plain(plain))
    left = _without(bare, (*_words(own), *PLATFORM))
    return "password-own" if left != bare and len(left) < LEFT_OVER else None


def _is_run(digits: str) -> bool:
    """Whether only digits and signs that count up, count down or look like a date or telephone number: all guessable."""
    return len(digits) <= 12


def _unit(text: str) -> str:
    """What *text* repeats ("hola" of "holahola"), or *text* itself."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found[1] if found else text


def _plain(text: str) -> str:
    """*text* without case and accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def _words(own: Iterable[str]) -> list[str]:
    """The words of what is known about a person."""
    parts = {part for text in own for part in re.split(r"[\W_]+", _plain(text)) if len(part) >= LEAST_OWN}
    return sorted(parts, key=len, reverse=True)


def _without(text: str, words: Iterable[str]) -> str:
    """What is left of *text* when each of *words* is taken out."""
    for word in words:
        text = text.replace(word, "")
    return text
