"""What imports are tried with: a reader that compiles what an import wrote, in a course of one module."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import pytest

from app.courseware.compiler import compile
from app.courseware.course import Course, Question
from app.courseware.importing import Entry, Imported, import_bank

Import: TypeAlias = Callable[..., Imported]


def compiled(markdown: str, language: str = "en", sources: Iterable[str] = (), objectives: int = 1) -> Course:
    """The course whose quiz is *markdown*. It must compile without an error."""
    listed = "".join(f"  {source}: {{title: {source}, reviewed: 2026-01-01}}\n" for source in sources)
    aims = ", ".join(f"aim {number}" for number in range(1, objectives + 1))
    course = compile(
        {
            "course.yaml": (
                f"id: bank\ncode: BANK\nlanguages: [{language}]\nmodules: [bank]\nhours: {{online: 1}}\n"
                f"certificate: {{kinds: [participation]}}\n" + (f"sources:\n{listed}" if listed else "")
            ).encode(),
            f"course.{language}.md": b"---\ntitle: A course\n---\nText.\n",
            f"01-bank/module.{language}.md": f"---\ntitle: A module\nobjectives: [{aims}]\n---\nText.\n".encode(),
            f"01-bank/1-lesson.{language}.md": b"---\ntitle: A lesson\nminutes: 5\n---\nText.\n",
            f"01-bank/quiz.{language}.md": f"---\ntitle: A quiz\n---\n{markdown}".encode(),
        }
    )
    assert course.errors == (), [(one.code, one.line, one.text) for one in course.errors]
    assert course.course is not None
    return course.course


def read(data: bytes | str | dict[str, bytes], kind: str = "auto", language: str = "en", **more: object) -> Imported:
    """Import *data*, and prove that what came of it compiles, that nothing is unaccounted for, and that all has words."""
    imported = import_bank(data.encode() if isinstance(data, str) else data, kind, language, "bank", **more)  # type: ignore[arg-type]
    taken_over = [entry for entry in imported.entries if entry.outcome != "refused"]
    assert sum(imported.counts.values()) == len(imported.entries)
    assert [entry.number for entry in imported.entries] == list(range(1, len(imported.entries) + 1))
    for entry in imported.entries:
        assert bool(entry.notes) == (entry.outcome != "converted")
        assert bool(entry.id) == (entry.outcome != "refused")
    course = compiled(imported.markdown, language, more.get("sources", ()), int(str(more.get("objectives", 1))) or 1)  # type: ignore[arg-type]
    assert list(course.questions) == [entry.id for entry in taken_over]
    return imported


def questions(imported: Imported, language: str = "en") -> list[Question]:
    """The questions of an import, compiled."""
    return list(compiled(imported.markdown, language).questions.values())


def one(data: bytes | str, kind: str = "auto", language: str = "en", **more: object) -> tuple[Question, Entry]:
    """The only question of *data*, compiled, and its entry."""
    imported = read(data, kind, language, **more)
    assert len(imported.entries) == 1, imported.entries
    (entry,) = imported.entries
    assert entry.id, entry
    course = compiled(imported.markdown, language, more.get("sources", ()), int(str(more.get("objectives", 1))) or 1)  # type: ignore[arg-type]
    return course.questions[entry.id], entry


def refused(data: bytes | str, kind: str = "auto", language: str = "en") -> str:
    """The code of the reason why the only question of *data* is refused."""
    (entry,) = read(data, kind, language).entries
    assert entry.outcome == "refused", entry
    return entry.notes[0].code


def codes(entry: Entry) -> list[str]:
    return [note.code for note in entry.notes]


def options(question: Question, language: str = "en") -> list[tuple[str, bool, str]]:
    """Text, whether right, and feedback of each option."""
    return [(o.html[language], o.right, o.feedback.get(language, "")) for o in question.options]


@pytest.fixture
def tidy() -> Callable[[str], str]:
    return lambda html: " ".join(html.split())
