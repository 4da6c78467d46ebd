"""How names are filed: by surname, as lists in Latin America are ("ÁBREGO QUINTERO, Nayeli"), in the order of Spanish.

A person's name is one line, as certificates print it; which of its words are surnames nobody can know from it. The rule
here guesses as the custom is (two surnames where Spanish is spoken, one in Belize, Canada and the United States; "de",
"la" and the like belong to the word after them), and whoever coordinates corrects it in the person's record.

The order is that of the Spanish dictionary since 1994 (Asociación de Academias, X Congreso; *Ortografía de la lengua
española*, 2010, chapter I; CLDR's collation ``es``): ñ is a letter of its own after n, ch and ll are two letters each;
accents, diaeresis and capitals decide only between words that are otherwise the same. Surnames go word by word, so that
"De León" stands before "Delgado", and everyone of one surname before those who have a second one.

:func:`key` puts all that into letters that any database sorts right byte by byte.
"""

from __future__ import annotations

import unicodedata

ONE_SURNAME = frozenset({"BZ", "CA", "US"})
"""countries of the region in which most people have one surname"""
PARTICLES = frozenset(
    "de del la las lo los da das do dos di du van von den der ter ten le san santa santo mac mc o'".split()
)
"""words that begin a surname and go with the word after them"""
JOINS = frozenset({"y", "e", "i"})
"""words that make one surname of the two beside them"""
SUFFIXES = frozenset("jr jr. sr sr. ii iii iv junior júnior hijo".split())
"""words behind a surname that are none"""
LONGEST_KEY = 400

_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_APART, _WORD, _LEVEL = "!", "-", " "
"""between surnames and given names; between words; between letters and accents: the lower one sorts first"""


def surnames(name: str, country: str) -> str:
    """The surnames in *name*, as they stand in it, by the custom of *country* (ISO code); "" where there is one word."""
    if "," in name:  # filed already
        return name.partition(",")[0].strip()
    units = _units(name.split())
    while len(units) > 1 and units[-1].casefold() in SUFFIXES:
        units.pop()
    if len(units) < 2:
        return ""
    most = 1 if country in ONE_SURNAME else 2
    return " ".join(units[-min(most, len(units) - 1) :])


def given(name: str, surname: str) -> str:
    """What of *name* is not *surname*; all of it where the surname does not stand in it."""
    if "," in name:
        return name.partition(",")[2].strip()
    words, wanted = name.split(), [_plain(word) for word in surname.split()]
    plain = [_plain(word) for word in words]
    if not wanted:
        return name
    for start in range(len(words) - len(wanted), -1, -1):
        if plain[start : start + len(wanted)] == wanted:
            return " ".join(words[:start] + words[start + len(wanted) :])
    return name


def filed(name: str, surname: str = "", country: str = "") -> str:
    """*name* as it is filed: surnames in capitals, a comma, given names. Without a *surname* it is derived."""
    surname = surname or surnames(name, country)
    if not surname:
        return name
    rest = given(name, surname)
    return f"{surname.upper()}, {rest}" if rest else surname.upper()


def key(filed_name: str) -> str:
    """What :func:`filed` gave, so that sorting byte by byte is sorting as Spanish does."""
    surname, comma, rest = filed_name.partition(",")
    letters, accents = _weights(surname)
    if comma:
        more, others = _weights(rest)
        letters, accents = f"{letters}{_APART}{more}", accents + "0" + others
    accents = accents.rstrip("0")
    return (letters + _LEVEL + accents if accents else letters)[:LONGEST_KEY]


def columns(name: str, surname: str, country: str) -> dict[str, str]:
    """What the table of people holds for a person called *name* with these surnames as filed ("" to derive them):
    ``surname``, ``file_name``, ``file_key``. For whoever writes many people at once.
    """
    surname = " ".join(surname.split())
    file_name = filed(name, surname, country)
    return {"surname": surname, "file_name": file_name, "file_key": key(file_name)}


def still(name: str, surname: str) -> str:
    """*surname* where it stands in the new *name*, else ""; so that a name that was corrected is not filed by the old."""
    return surname if surname and given(name, surname) != name else ""


def _units(words: list[str]) -> list[str]:
    """*words*, those that belong together as one."""
    units: list[str] = []
    held: list[str] = []
    for place, word in enumerate(words):
        plain = word.casefold()
        if plain in JOINS and units and not held and place + 1 < len(words):
            held = [units.pop(), word]
        elif plain in PARTICLES and place + 1 < len(words) and (place > 0 or len(words) > 2):
            held.append(word)
        else:
            units.append(" ".join([*held, word]))
            held = []
    return units


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _weights(text: str) -> tuple[str, str]:
    """The letters of *text* by their place in the alphabet, and for each its accent."""
    letters: list[str] = []
    accents: list[str] = []
    for char in unicodedata.normalize("NFC", " ".join(text.casefold().replace("-", " ").split())):
        if char == "ñ":
            letters.append("n~")  # behind every word that goes on after n
            accents.append("0")
            continue
        if char == " ":
            letters.append(_WORD)
            accents.append("0")
            continue
        for part in unicodedata.normalize("NFD", char):
            mark = unicodedata.combining(part)
            if mark:
                if accents:
                    accents[-1] = chr(ord("1") + ord(part) % 64)
                continue
            base = _LETTERS.get(part, part)
            if base.isascii() and base.isalnum():
                letters.append(base)
                accents.extend("0" * (len(base) - 1) + ("9" if base != part else "0"))
            elif base.isalnum():  # another script: after ours, in its own order
                letters.append("{" + base)
                accents.append("0")
            # apostrophes, dots and other signs count for nothing
    return "".join(letters), "".join(accents)
