"""A source in; a course, its problems and its files out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.courseware import lint, media, parity
from app.courseware.assembly import assemble
from app.courseware.course import Course
from app.courseware.draft import read_draft
from app.courseware.manuscript import Place, Report, read
from app.courseware.memory import Memory
from app.courseware.problem import Problem
from app.courseware.settings import FILE, Settings, read_settings


@dataclass(frozen=True, slots=True)
class Compiled:
    """What :func:`compile` makes. ``course`` is ``None`` only if course.yaml cannot be read at all."""

    course: Course | None
    problems: tuple[Problem, ...]
    media: dict[str, bytes] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the course from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def compile(source: Mapping[str, bytes], memory: Memory | None = None) -> Compiled:
    """Compile the files of a course.

    Takes a :class:`~app.courseware.source.Source`, or any mapping of paths to bytes. Never raises for what the files
    hold: every mistake is a problem with its place, and the course is the best that could be made, good for a preview.
    Publish only if there are no :attr:`Compiled.errors`. With a *memory*, pages that it knows are not read again; the
    result is the same.
    """
    with _collecting_later():
        return _compile(source, memory)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Python's search for cycles put off for a moment.

    A compilation makes a million objects and keeps most of them to its end, so that every search meanwhile is long and
    finds nothing: a quarter of the time. Sizes are limited before (:mod:`app.courseware.limits`), so memory is too.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Of two threads that compile at once, each that found the search on turns it on again: it never stays off.
        if searching:
            gc.enable()


def _compile(source: Mapping[str, bytes], memory: Memory | None) -> Compiled:
    report = Report()
    settings = _settings(source, report)
    if settings is None:
        return Compiled(None, report.problems())
    draft = read_draft(source, settings, report, memory)
    files = {path: source[path] for path in draft.layout.media}
    described = tuple(one for path, data in files.items() if (one := media.describe(path, data, report)) is not None)
    course = assemble(draft, described, report)
    parity.check(draft, report)
    lint.check(draft, course, report)
    return Compiled(course, report.problems(), files)


def _settings(source: Mapping[str, bytes], report: Report) -> Settings | None:
    if FILE not in source:
        report.add("course-file-missing", Place(FILE))
        return None
    return read_settings(read(FILE, source[FILE], report), report)
