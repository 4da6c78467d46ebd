"""A language that does not exist: Spanish, every text of the catalogue two fifths longer, in brackets and with other accents.

It is spoken by putting it in the place of the catalogue (:func:`spoken`), so that no product code knows of it. Whatever
stands on a page outside the brackets did not come through the catalogue.
"""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from zoneinfo import available_timezones

import pytest
from babel.support import NullTranslations
from flask import Flask

from app.courseware.course import to_json
from app.courseware.explaining import all_codes, explain
from app.records.database import db
from app.services import guide, wording
from app.web.kit import i18n
from translations.catalogue import TAG
from translations.loading import catalogue

OPEN, CLOSE = "⟦", "⟧"
ACCENTS = str.maketrans("aeiouAEIOU", "àèìòùÀÈÌÒÙ")
KEPT = re.compile(rf"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[sdifrxg]|\{{\w*\}}|%%|{TAG.pattern}|&\w+;")
OURS = re.compile(
    r"(?<!\w)(?:lun|mar|mié|jue|vie|sáb|dom|ene|feb|abr|may|jun|jul|ago|sept|oct|nov|dic"
    r"|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    r"|Paso Seguro|Español|EN|ES|PDF|JSON|CSV|Excel|KB|MB|min|UTF-8|UTF-16|Windows-1252|Mac Roman|MS-DOS"
    r"|[\w.]*@paso\.example|Moodle (?:GIFT|XML)|Aiken|Markdown|Chrome, Linux|course\.yaml|[\w./-]+\.(?:en|es)\.md"
    r"|[0-9A-Z]{4}(?:-[0-9A-Z]{2,4})+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12})(?!\w)"
)
"""months and days in words, names of programs, formats and of ourselves, units, codes of certificates and digests"""
FILLING = "àmplìàdà còmò sùèlèn sèr làs lèngùàs "


def longer(text: str) -> str:
    """*text* two fifths longer, in brackets; what is put in later and what is markup stay as they are."""
    if not text.strip():
        return text
    told = KEPT.sub("", text)
    more = max(2, round(len(told) * 0.4))
    filling = (FILLING * (more // len(FILLING) + 1))[:more]
    at, parts = 0, []
    for kept in KEPT.finditer(text):
        parts += [text[at : kept.start()].translate(ACCENTS), kept[0]]
        at = kept.end()
    parts.append(text[at:].translate(ACCENTS))
    # one word becomes a longer word, a sentence gets more words
    return OPEN + "".join(parts) + ("" if len(told) < 12 else " ") + filling.strip() + CLOSE


class Pseudo(NullTranslations):
    """The catalogue of that language."""

    def __init__(self) -> None:
        super().__init__()
        self.spanish = catalogue("es")

    def gettext(self, message: str) -> str:
        return longer(self.spanish.gettext(message))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return longer(self.spanish.ngettext(one, many, number))

    ugettext, ungettext = gettext, ngettext

    def pgettext(self, context: str, message: str) -> Any:
        return longer(str(self.spanish.pgettext(context, message)))

    upgettext = pgettext


@contextmanager
def spoken() -> Iterator[None]:
    """Speak it inside the ``with``, to whoever reads Spanish."""
    with pytest.MonkeyPatch.context() as patch:
        pseudo = Pseudo()
        for place in (i18n, wording):
            patch.setattr(place, "catalogue", lambda _language: pseudo)
        yield


PIECES = """
() => {
  const pieces = [], walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  let depth = 0;
  for (let node; (node = walk.nextNode()); ) {
    const holder = node.parentElement;
    if (holder.closest("script, textarea, code, pre, kbd, [hreflang], .source")) continue;
    let outside = "";
    for (const sign of node.data) {
      if (sign === "⟦") depth++;
      else if (sign === "⟧") depth--;
      else if (!depth) outside += sign;
      if (sign === "⟦") outside += " ";
    }
    if (/\\p{L}{2}/u.test(outside)) pieces.push(outside.trim().replace(/\\s+/g, " "));
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      const outside = element.getAttribute(name).replace(/⟦.*⟧/gs, " ").trim();
      if (/\\p{L}{2}/u.test(outside) && !element.closest(".lang")) pieces.push(outside);
    }
  }
  return pieces;
}
"""
"""the pieces of a page, seen and spoken, that stand outside all brackets"""


class Known:
    """What is no text of the interface: all that the database holds, the trainers' manual and the explanations of problems
    (which are written in both languages elsewhere), names of countries, languages and time zones, dates."""

    def __init__(self, app: Flask) -> None:
        values: set[str] = set()
        with app.app_context():
            for table in db.metadata.sorted_tables:
                for row in db.session.execute(table.select()):
                    values.update(words for value in row for words in _words(value))
            db.session.remove()
        values.update(_words(to_json(guide.manual())))
        for code in (code for codes in all_codes().values() for code in codes):
            told = explain(code, "es")
            values.update(_words([code, told.message, told.meaning] if told else []))
        for locale in i18n.LOCALES.values():
            values |= set(locale.territories.values()) | set(locale.languages.values())
        for zone in available_timezones():
            values.update(part.replace("_", " ") for part in zone.split("/"))
        self.values = {" ".join(one.split()) for one in values}
        words = sorted((re.escape(one) for one in self.values if len(one) > 1), key=len, reverse=True)
        self.parts = [
            re.compile(rf"(?<!\w)(?:{'|'.join(words[at : at + 500])})(?!\w)") for at in range(0, len(words), 500)
        ]

    def left(self, piece: str) -> str:
        """What of *piece* is neither known nor a date, a code or a name of ours."""
        if piece in self.values:
            return ""
        for part in (OURS, *self.parts):
            piece = part.sub(" ", piece)
        return " ".join(piece.split()) if re.search(r"[^\W\d_]{2}", piece) else ""


def _words(value: object) -> Iterator[str]:
    """The texts in a value of a column: of JSON its strings, of HTML what stands between the tags and in quotes, and lines."""
    if isinstance(value, bytes) and value[:1] == b"{":
        value = json.loads(value)
    if isinstance(value, uuid.UUID):
        yield str(value)
    elif isinstance(value, str):
        if value[:1] in "[{":
            with suppress(ValueError):
                yield from _words(json.loads(value))
        yield value
        yield from (*value.splitlines(), *value.split("@"))
        yield from (html.unescape(text) for text in re.split(r"<[^>]*>", value))
        yield from re.findall(r'="([^"]*)"', value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from (*_words(key), *_words(one))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _words(one)
