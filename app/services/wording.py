"""The words of messages that leave the house in a person's own language, from the same catalogue as the interface."""

from __future__ import annotations

from collections.abc import Callable

from translations.loading import catalogue


def translator(language: str) -> Callable[[str], str]:
    """``_`` for *language* ("en" is the source). Use as ``_ = translator(person.language)``."""
    return catalogue(language).gettext
