"""Words as search compares them: without case, accents and endings, by one rule for a text and for what is typed.

Both databases are given these forms instead of the text, so that both find the same. Accents go before the endings do,
which Snowball's stemmers do not expect: whoever types “deportacion” means “deportación”, and wants “deportaciones” too.
The endings are few on purpose (after the light stemmers of J. Savoy, *A stemming procedure and stopword list for general
French corpora*, 1999, and its sequels for other languages); what they leave apart, the beginning of a word brings together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

LANGUAGES = ("en", "es")
MOST_WORDS = 12
"""of a query count; the rest is left out"""
LONGEST = 40
"""characters of a word that are compared"""
PREFIX = 4
"""letters from which on a typed word also finds longer ones that begin so"""

_WORD = re.compile(r"[^\W_]+")
_SPANISH = ("amiento", "imiento", "acion", "ando", "iendo", "ado", "ada", "ido", "ida", "ar", "er", "ir")
_EMPTY = {
    "en": frozenset(
        "a an and are as at be by can do does for from has have how i if in is it its my no not of on or so that the "
        "their them they this to was what when where which who why will with you your".split()
    ),
    "es": frozenset(
        "a al ante como con cual cuando de del desde donde e el ella ellas ellos en entre es esa ese eso esta este esto "
        "fue ha hay la las le les lo los mas me mi muy no o para pero por porque que quien se ser si sin sobre son su "
        "sus te tu u un una unas uno unos y ya yo".split()
    ),
}
"""words that stand in every text and tell nothing; without their accents"""


class Wanted(NamedTuple):
    """A word to be found: its form, and whether a longer one that begins so is meant too."""

    form: str
    longer: bool

    def is_met(self, form: str) -> bool:
        return form.startswith(self.form) if self.longer else form == self.form


def clean(text: str) -> str:
    """*text* with every letter in one piece (NFC), so that places in it are places between letters."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 15)
def form(word: str, language: str) -> str:
    """The form under which *word* is compared, in *language*; "" for what has no letter and no digit."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if sign.isalnum())[:LONGEST]
    return _spanish(plain) if language == "es" else _english(plain)


def _spanish(word: str) -> str:
    if word.endswith("ces") and len(word) > 4:
        word = word[:-3] + "z"
    elif word.endswith("es") and len(word) > 4 and word[-3] not in "aeiou":
        word = word[:-2]
    elif word.endswith(("as", "es", "os")) and len(word) > 3:  # “país” and “crisis” are one already
        word = word[:-1]
    for ending in _SPANISH:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    # “casa” and “caso” are two things: short words keep what tells them apart
    if (word.endswith("e") and len(word) > 3) or (word.endswith(("a", "o")) and len(word) > 4):
        return word[:-1]
    return word


def _english(word: str) -> str:
    if len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and rest[-1] != "e" and set(rest) & set("aeiouy"):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def forms(text: str, language: str) -> list[str]:
    """The forms of all words of *text*, in order."""
    return [made for _start, _end, made in places(text, language)]


def places(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of *text* begins and ends, and its form."""
    for found in _WORD.finditer(text):
        made = form(found[0], language)
        if made:
            yield found.start(), found.end(), made


def wanted(typed: str, language: str) -> tuple[Wanted, ...]:
    """What to look for in texts of *language* when somebody typed *typed*: each word once, those that tell nothing left out
    unless there are no others; at most :data:`MOST_WORDS`. No sign in *typed* has a meaning of its own.
    """
    words = [word for word in _WORD.findall(clean(typed)) if len(word) > 1 or word.isdigit()]
    telling = [word for word in words if _plain(word) not in _EMPTY[language]]
    made = dict.fromkeys(form(word, language) for word in telling or words)
    return tuple(Wanted(one, len(one) >= PREFIX) for one in list(made)[:MOST_WORDS] if one)


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))


# The passage that is shown --------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A stretch of a text, and whether it is one of the words that were looked for."""

    text: str
    met: bool


def marked(text: str, language: str, looked_for: Iterable[Wanted], size: int = 0) -> tuple[Piece, ...]:
    """*text* in pieces, the words looked for apart; with *size*, only the stretch of about so many characters in which
    most of them stand, with “…” where something is left out.
    """
    looked_for = tuple(looked_for)
    met = [
        (start, end, which)
        for start, end, made in places(text, language)
        if (which := next((n for n, one in enumerate(looked_for) if one.is_met(made)), None)) is not None
    ]
    begin, stop = _stretch(text, met, size) if size and len(text) > size else (0, len(text))
    pieces: list[Piece] = []
    at = begin
    for start, end, _which in met:
        if start < begin or end > stop:
            continue
        pieces += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    pieces.append(Piece(text[at:stop], False))
    if begin:
        pieces.insert(0, Piece("… ", False))
    if stop < len(text):
        pieces.append(Piece(" …", False))
    return tuple(piece for piece in pieces if piece.text)


def _stretch(text: str, met: list[tuple[int, int, int]], size: int) -> tuple[int, int]:
    """Where the stretch begins and ends: around the window with most different words, from space to space."""
    best, first = (0, 0), 0
    for index, (start, _end, _which) in enumerate(met):
        inside = [one for one in met[index:] if one[1] <= start + size * 2 // 3]
        worth = (len({one[2] for one in inside}), len(inside))
        if worth > best:
            best, first = worth, start
    begin = max(0, min(first - size // 4, len(text) - size))
    if begin:
        begin = text.find(" ", begin, first) + 1 or begin
    stop = min(len(text), begin + size)
    if stop < len(text):
        stop = max(text.rfind(" ", begin, stop), begin + size // 2)
    return begin, stop
