"""What a problem code means, for the pages that explain it."""

from __future__ import annotations

from app.courseware import explaining
from app.courseware.explaining import Explanation
from app.rules.errors import NotFound


def explanation(code: str, language: str) -> Explanation:
    """The explanation of *code* in *language*. Raises ``NotFound`` for an unknown code."""
    told = explaining.explain(code, language)
    if told is None:
        raise NotFound(code)
    return told


def explanations(language: str) -> dict[str, tuple[Explanation, ...]]:
    """Every explanation in *language*, by section: files, keys, text, questions, scenarios, parts, languages, course."""
    return {
        section: tuple(explanation(code, language) for code in codes)
        for section, codes in explaining.all_codes().items()
    }
