"""Where questions can go in a draft, and a page with questions put at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.rules.errors import Refused
from app.services.publishing.drafts import Draft, text_of
from app.services.publishing.places import tree

TITLES = {
    "quiz": {"en": "Module quiz", "es": "Cuestionario del módulo"},
    "exam": {"en": "Final exam", "es": "Examen final"},
}
"""of pages that begin with their first questions"""


@dataclass(frozen=True)
class Goal:
    """A page that can take questions. ``kind`` is "quiz", "lesson" or "exam"; ``titles`` are of the module or lesson."""

    kind: str
    module: str
    """the id of the module to which the questions belong"""
    stem: str
    titles: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    """in which the page is written already"""

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"exam:{self.module}" if self.kind == "exam" else f"{self.kind}:{self.stem}"

    def path(self, language: str) -> str:
        """The file in *language*, whether it exists or not."""
        return f"{self.stem}.{language}.md"


def goals(now: Draft) -> tuple[Goal, ...]:
    """Every page of a draft that can take questions, by module."""
    found: list[Goal] = []
    exams: list[Goal] = []
    folders = [folder for folder in tree(now.source) if folder.module]
    exam = next((stem for folder in tree(now.source) for stem in folder.stems if stem.kind == "exam"), None)
    for folder in folders:
        quiz = next((stem for stem in folder.stems if stem.kind == "quiz"), None)
        written = tuple(quiz.paths) if quiz else ()
        found.append(Goal("quiz", folder.module, f"{folder.name}/quiz", folder.titles, written))
        found += [
            Goal("lesson", folder.module, stem.stem, stem.titles, tuple(stem.paths))
            for stem in folder.stems
            if stem.kind == "lesson"
        ]
        exams.append(Goal("exam", folder.module, "exam", folder.titles, tuple(exam.paths) if exam else ()))
    return (*found, *exams)


def goal(now: Draft, key: str) -> Goal:
    """The goal that a form calls *key*. Raises ``Refused("import-goal")``."""
    found = next((one for one in goals(now) if one.key == key), None)
    if found is None:
        raise Refused("import-goal")
    return found


def appended(before: bytes | None, to: Goal, language: str, blocks: Sequence[str]) -> bytes:
    """The page *before* with *blocks* at its end; nothing else of it changes, nor its line ends. A page that is not
    there begins with its title.
    """
    text = "\n".join(_of_module(block, to) for block in blocks)
    if before is None:
        return f"---\ntitle: {TITLES[to.kind][language]}\n---\n{text}".encode()
    try:
        old = before.decode()
    except UnicodeDecodeError:
        old = text_of(before)
    line_end = "\r\n" if "\r\n" in old else "\n"
    text = text.replace("\n", line_end)
    gap = "" if not old else line_end if old.endswith(("\n", "\r")) else line_end * 2
    return f"{old}{gap}{text}".encode()


def _of_module(block: str, to: Goal) -> str:
    """*block* for the exam, whose questions say their module."""
    if to.kind != "exam":
        return block
    head, _, rest = block.partition("\n")
    return f"{head}\n:module: {to.module}\n{rest}"
