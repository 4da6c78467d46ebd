"""The directives that a page may hold: what each is called, takes and is headed with in each language."""

from __future__ import annotations

from typing import NamedTuple

CALLOUTS = ("note", "tip", "important", "warning", "danger")
CARDS = ("do", "never")


class Directive(NamedTuple):
    """``argument``: "none", "optional" or "required". ``outer``: stands at the outer level of a page only."""

    argument: str
    options: tuple[str, ...] = ()
    outer: bool = False


DIRECTIVES: dict[str, Directive] = {
    **{name: Directive("optional") for name in CALLOUTS},
    "do": Directive("none"),
    "never": Directive("none"),
    "case": Directive("required"),
    "country": Directive("required", outer=True),
    "only": Directive("required", outer=True),
    "question": Directive(
        "required",
        (
            "type",
            "credit",
            "critical",
            "objective",
            "difficulty",
            "source",
            "countries",
            "shuffle",
            "module",
        ),
        outer=True,
    ),
    "scenario": Directive("required", ("dials",), outer=True),
    "scene": Directive("required", ("title", "ending")),
    "criteria": Directive("none", outer=True),
    "trainer": Directive("none", outer=True),
    "entry": Directive("required", ("reviewed", "source"), outer=True),
}

TITLES: dict[str, dict[str, str]] = {
    "note": {"en": "Note", "es": "Nota"},
    "tip": {"en": "Tip", "es": "Consejo"},
    "important": {"en": "Important", "es": "Importante"},
    "warning": {"en": "Warning", "es": "Advertencia"},
    "danger": {"en": "Danger", "es": "Peligro"},
    "case": {"en": "Case", "es": "Caso"},
    "do": {"en": "What I do", "es": "Lo que hago"},
    "never": {"en": "What I never do", "es": "Lo que nunca hago"},
}


def title(name: str, language: str) -> str:
    """What a directive is headed with where its author gave no title, or "" for one without a heading."""
    titles = TITLES.get(name, {})
    return titles.get(language) or titles.get("en", "")
