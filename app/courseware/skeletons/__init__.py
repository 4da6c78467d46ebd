"""New pages as good skeletons: each shows its author the format by example, in both languages.

The texts are the Markdown files beside this one. A page made of them says ``template: yes`` in its front matter, which the
compiler remarks on until its author takes the line out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count, cycle
from pathlib import Path

from app.courseware.frontwriting import scalar
from app.courseware.settings import FILE, LANGUAGES

KINDS = ("course", "glossary", "exam", "module", "lesson", "scenario", "quiz", "practice", "exercise")
QUESTIONS = 6
"""in a quiz that shows every type once"""
MOST_QUESTIONS = 60

_FOLDER = Path(__file__).resolve().parent
_PLACE = re.compile(r"\{\{([a-z]+)\}\}")


def pages(
    kind: str,
    titles: Mapping[str, str],
    prefix: str,
    objectives: int = 2,
    questions: int = QUESTIONS,
    modules: Sequence[str] = (),
) -> dict[str, str]:
    """A new page of *kind* in every language, under *titles*.

    The ids of what is in it begin with *prefix*. Its lesson or questions serve the module's objectives from 1 to
    *objectives*. A quiz has at least so many *questions*, an exam one for each of *modules*.
    """
    return {
        language: _page(kind, language, titles[language], prefix, objectives, questions, modules)
        for language in LANGUAGES
    }


def _page(
    kind: str, language: str, title: str, prefix: str, objectives: int, questions: int, modules: Sequence[str]
) -> str:
    served = range(1, objectives + 1)
    numbers = cycle(served or (0,))
    values = {"title": scalar(title), "prefix": prefix, "objectives": f"[{', '.join(map(str, served))}]"}
    text = _filled(_text(f"{kind}.{language}.md"), values, numbers)
    more = (
        [""] * max(0, min(questions, MOST_QUESTIONS) - QUESTIONS)
        if kind == "quiz"
        else modules
        if kind == "exam"
        else ()
    )
    blocks = [text]
    for number, module in zip(count(QUESTIONS + 1 if kind == "quiz" else 1), more, strict=False):
        values = {"prefix": prefix, "number": str(number), "module": module}
        # The questions of an exam are of modules whose objectives this page does not know.
        blocks.append(_filled(_text(f"question.{language}.md"), values, cycle((0,)) if kind == "exam" else numbers))
    return ("\n" if kind == "quiz" else "").join(blocks) if kind != "exam" else text + "\n".join(blocks[1:])


def course_file(course_id: str, code: str, module: str) -> str:
    """A new course.yaml."""
    return _filled(_text(FILE), {"id": course_id, "code": code, "module": module}, cycle((0,)))


def _filled(text: str, values: Mapping[str, str], numbers: cycle[int]) -> str:
    """*text* with its places filled; a line whose place has nothing to say goes."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "objective":
            number = next(numbers)
            return str(number) if number else ""
        return values[found[1]]

    lines = []
    for line in text.split("\n"):
        filled = _PLACE.sub(value, line)
        if filled != line and re.fullmatch(r":?[a-z]+:\s*(?:\[\])?", filled):
            continue
        lines.append(filled)
    return "\n".join(lines)


@lru_cache(maxsize=32)
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
