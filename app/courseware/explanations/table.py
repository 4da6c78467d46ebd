"""What one explanation holds."""

from __future__ import annotations

from typing import NamedTuple


class Explained(NamedTuple):
    """What a problem code means in both languages, and what is right and wrong.

    ``path`` is the file of a course in which *wrong* stands in place of *right*; "" where the example only tells of
    files. ``right`` or ``wrong`` may be "": then there is nothing.
    """

    en: str
    es: str
    path: str
    right: str
    wrong: str

    def meaning(self, language: str) -> str:
        """The explanation in *language*, in English where there is no other."""
        return self.es if language == "es" else self.en


Table = dict[str, Explained]

COURSE = "course.yaml"
MODULE = "01-mission/module.en.md"
LESSON = "01-mission/1-what-we-do.en.md"
QUIZ = "01-mission/quiz.en.md"
PRACTICE = "01-mission/practice.en.md"
SCENARIO = "02-protection/scenario.en.md"
GLOSSARY = "glossary.en.md"
EXAM = "exam.en.md"
COUNTRY = "countries/PA.en.md"


def spanish(path: str) -> str:
    """The Spanish file beside an English one."""
    return path.replace(".en.", ".es.")
