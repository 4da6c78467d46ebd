"""What a check found: one shape for the audit log, the register, ``paso doctor`` and whoever looks next."""

from __future__ import annotations

from dataclasses import dataclass, field

Words = dict[str, tuple[str, str]]
"""code → what is said of it in English and in Spanish, with the names of its values in braces"""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. ``code`` says what, ``values`` where."""

    code: str
    values: dict[str, str]
    words: tuple[str, str] = field(compare=False, repr=False)
    """English, Spanish"""
    grave: bool = True
    """something was lost or altered; otherwise it only wants attention"""

    def said(self, language: str = "en") -> str:
        """The finding as a sentence, in "en" or "es"."""
        return self.words[language == "es"].format(**self.values)

    def __str__(self) -> str:
        return self.said()


def found(words: Words, code: str, *, grave: bool = True, **values: object) -> Finding:
    """The finding *code* of a module that has *words* for it."""
    return Finding(code, {name: str(value) for name, value in values.items()}, words[code], grave)
