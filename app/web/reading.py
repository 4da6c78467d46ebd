"""Course text and answers on a page: which language to show, how a form's fields become a response."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flask import Flask

from app.rules.errors import Refused
from app.rules.grading import Response
from app.services.searching import with_anchors
from app.web.kit.i18n import _, language


class _Fields(Protocol):
    def get(self, key: str, default: str = "") -> str: ...
    def getlist(self, key: str) -> list[str]: ...


def say(text: Mapping[str, Any] | None, code: str | None = None) -> Any:
    """*text* (per language) in the reader's language, else in the one there is, else ""."""
    if not text:
        return ""
    return text.get(code or language()) or next((part for part in text.values() if part), "")


def response_of(question: Any, order: Sequence[str], fields: _Fields, name: str, *, places: bool = False) -> Response:
    """The response to *question* in a form whose fields begin with *name*; empty where nothing was chosen.

    The page shows options in *order* and names match cells by their place in it, so nothing in it gives the key away;
    with *places* it names every answer so. Raises ``Refused``: ``order-incomplete`` when places were given twice or left
    out, ``response-malformed`` for a place that is none.
    """
    match question.kind:
        case "one" | "several":
            chosen = [value for value in fields.getlist(name) if value]
            return [_placed(order, value) for value in chosen] if places else chosen
        case "order":
            given = {
                option: fields.get(f"{name}-{number if places else option}", "")
                for number, option in enumerate(order, 1)
            }
            if not any(given.values()):
                return []
            if sorted(given.values()) != sorted(str(n) for n in range(1, len(order) + 1)):
                raise Refused("order-incomplete")
            return sorted(order, key=lambda option: int(given[option]))
        case "match":
            pairs = {}
            for number, pair in enumerate(lefts(question), 1):
                place = fields.get(f"{name}-{number}", "")
                if place.isdecimal() and len(place) < 4 and 1 <= int(place) <= len(order):
                    pairs[pair.id] = order[int(place) - 1]
            return pairs
    return fields.get(name, "")


def _placed(order: Sequence[str], place: str) -> str:
    """The option that stands at *place* (from 1) in *order*. Raises ``Refused("response-malformed")``."""
    if not (place.isascii() and place.isdecimal() and len(place) < 4 and 1 <= int(place) <= len(order)):
        raise Refused("response-malformed")
    return order[int(place) - 1]


def lefts(question: Any) -> list[Any]:
    """The rows of a match question that ask for something: distractors have no left cell."""
    return [pair for pair in question.pairs if any(pair.left.values())]


def place_of(order: Sequence[str], item: str | None) -> int:
    """The place (from 1) of *item* in *order*; 0 where it has none."""
    return order.index(item) + 1 if item in order else 0


def device_name(agent: str) -> str:
    """What a browser calls itself, in words a person knows their device by: "Firefox, Android"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), _("A browser"))
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser}, {system}" if system else browser


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def iso_date(text: str) -> dt.date | None:
    """The date that *text* ("2026-10-01") writes, or ``None``."""
    return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text or "") else None


def init_reading(app: Flask) -> None:
    """Give the templates of *app* what they need to show course text."""
    app.jinja_env.globals.update(say=say, lefts=lefts, place_of=place_of, new_id=lambda: str(uuid.uuid4()))
    app.jinja_env.globals.update(with_anchors=with_anchors)
    app.jinja_env.filters.update(device=device_name, isodate=iso_date)
