"""One problem code explained: what it says, what it means, what is wrong and what is right."""

from __future__ import annotations

from dataclasses import dataclass

from app.courseware.explanations import EXPLANATIONS, SECTIONS
from app.courseware.messages import MESSAGES
from app.courseware.problem import nearest

_WORDS = {
    "en": {"wrong": "Wrong", "right": "Right", "in": "in {path}", "nothing": "(nothing)", "warning": "warning"},
    "es": {"wrong": "Incorrecto", "right": "Correcto", "in": "en {path}", "nothing": "(nada)", "warning": "aviso"},
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code in one language. ``path`` is where the example would stand, or ""."""

    code: str
    is_error: bool
    message: str
    """the catalogue's sentence, with … for what differs from case to case"""
    meaning: str
    path: str
    right: str
    wrong: str


class _Dots(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def explain(code: str, language: str) -> Explanation | None:
    """The explanation of *code* in *language* (English where there is no other); ``None`` for an unknown code."""
    told = EXPLANATIONS.get(code)
    if told is None or code not in MESSAGES:
        return None
    said = MESSAGES[code]
    path = told.path
    return Explanation(
        code,
        said.severity == "error",
        said.template(language).format_map(_Dots()),
        told.meaning(language),
        path,
        told.right.strip("\n"),
        told.wrong.strip("\n"),
    )


def all_codes() -> dict[str, tuple[str, ...]]:
    """Every code, by section: files, keys, text, questions, scenarios, parts, languages, course."""
    return {name: tuple(sorted(table)) for name, table in SECTIONS.items()}


def nearest_code(code: str) -> str:
    """The code that a misspelt *code* most resembles, or ""."""
    return nearest(code, EXPLANATIONS)


def render(one: Explanation, language: str) -> str:
    """The explanation as a shell prints it."""
    words = _WORDS.get(language, _WORDS["en"])
    kind = "" if one.is_error else f" ({words['warning']})"
    place = f" ({words['in'].format(path=one.path)})" if one.path else ""
    lines = [f"{one.code}{kind}: {one.message}", "", one.meaning]
    for name, example in (("wrong", one.wrong), ("right", one.right)):
        shown = example or words["nothing"]
        lines += ["", f"{words[name]}{place}:", *(f"    {line}".rstrip() for line in shown.split("\n"))]
    return "\n".join(lines)
