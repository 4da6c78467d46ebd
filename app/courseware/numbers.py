"""Numbers in text, whichever way a language writes them."""

from __future__ import annotations

import re

_STRICT = re.compile(r"\d+(?:[.,\u00a0\u202f]\d{3})*(?:[.,]\d+)?")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+")
_DIGITS = re.compile(r"\d+")

# From nought on: every word that can stand for each number.
_ENGLISH = (
    "zero no|one first once single a an|two second twice both half|three third|four fourth quarter|five fifth|six sixth",
    "seven seventh|eight eighth|nine ninth|ten tenth|eleven|twelve dozen|thirteen|fourteen|fifteen|sixteen|seventeen",
    "eighteen|nineteen|twenty",
)
_SPANISH = (
    "cero ningún ninguna|uno una un primer primero primera|dos segundo segunda ambos ambas medio media",
    "tres tercer tercero tercera|cuatro cuarto cuarta|cinco quinto quinta|seis sexto sexta|siete séptimo séptima",
    "ocho octavo octava|nueve noveno novena|diez décimo décima|once|doce docena|trece|catorce|quince|dieciséis",
    "diecisiete|dieciocho|diecinueve|veinte",
)
_TENS = {
    "en": "thirty forty fifty sixty seventy eighty ninety",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_LARGE = {"100": "hundred one-hundred cien ciento", "1000": "thousand mil", "1000000": "million millón millones"}


def _spelled() -> dict[str, str]:
    words: dict[str, str] = {}
    for language in (_ENGLISH, _SPANISH):
        for number, forms in enumerate("|".join(language).split("|")):
            words.update(dict.fromkeys(forms.split(), str(number)))
    for tens in _TENS.values():
        words.update({word: str(number * 10) for number, word in enumerate(tens.split(), start=3)})
    for large, forms in _LARGE.items():
        words.update(dict.fromkeys(forms.split(), large))
    for ones, unit in enumerate("one two three four five six seven eight nine".split(), start=1):
        for value, word in enumerate(("twenty", *_TENS["en"].split()), start=2):
            words[f"{word}-{unit}"] = str(value * 10 + ones)
    for ones, unit in enumerate("uno dós trés cuatro cinco séis siete ocho nueve".split(), start=1):
        words["veinti" + unit] = str(20 + ones)
    return words


_WORDS = _spelled()


def written(text: str) -> list[str]:
    """The numbers in digits in *text*, without signs for thousands and decimals."""
    return [_plain(found) for found in _STRICT.findall(text)]


def said(text: str) -> set[str]:
    """Every number that *text* can be taken to say: in digits grouped in any way, or in words."""
    found = set(written(text))
    found.update(_plain(digits) for digits in _DIGITS.findall(text))
    found.update(_plain(spaced) for spaced in _SPACED.findall(text))
    found.update(_WORDS[word] for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", text.lower()) if word in _WORDS)
    return found


def _plain(number: str) -> str:
    return re.sub(r"\D", "", number).lstrip("0") or "0"
