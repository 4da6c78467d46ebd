"""The words of messages that leave the house in a person's own language, from the same catalogue as the interface."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations

CATALOGUE = Path(__file__).resolve().parents[2] / "translations"


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(CATALOGUE, [language])


def translator(language: str) -> Callable[[str], str]:
    """``_`` for *language* ("en" is the source). Use as ``_ = translator(person.language)``."""
    return _catalogue(language).gettext
