"""Compiling a draft: its course, and every problem in words. The same files are compiled once per process."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.courseware import compiler, problem
from app.courseware.course import Course, digest
from app.courseware.memory import Memory
from app.courseware.problem import Problem

MOST = 8
"""checked drafts in memory: about 3 MB each"""
T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """One problem of a draft, as a page shows it."""

    problem: Problem

    @property
    def file(self) -> str:
        return self.problem.file

    @property
    def line(self) -> int:
        """From 1; 0 means the whole file."""
        return self.problem.line

    @property
    def column(self) -> int:
        return max(self.problem.column, 1)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def is_error(self) -> bool:
        """Whether it keeps the course from being published."""
        return self.problem.severity == "error"

    def message(self, language: str) -> str:
        """What is wrong, in *language*."""
        return problem.message(self.problem, language)

    def hint(self, language: str) -> str:
        """What to try ("did you mean …"), or ""."""
        return problem.hint(self.problem, language)

    @property
    def excerpt(self) -> str:
        """The line with a caret under the place, or ""."""
        if not self.line or not self.problem.text.strip():
            return ""
        return "\n".join(part[4:] for part in problem.render(self.problem, "en").split("\n")[1:3])


@dataclass(frozen=True)
class Checked:
    """A compiled draft. ``course`` is the best that could be made of it, ``None`` only without a readable
    course.yaml.
    """

    course: Course | None
    findings: tuple[Finding, ...]
    """sorted by file, line and column"""
    digest: str
    """of the compiled course: what is checked, and later published"""

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.is_error)

    def of(self, path: str) -> tuple[Finding, ...]:
        """The findings in one file, or in a folder of that name."""
        return tuple(f for f in self.findings if f.file == path or f.file.startswith(path + "/"))


def fresh(before: Checked, after: Checked, names: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """The findings of *after* that *before* does not have, wherever in a file they stand. *names* are the files that
    are called otherwise by now: old path → new path.
    """
    known = Counter(_name(one, (names or {}).get(one.file, one.file)) for one in before.findings)
    found = []
    for one in after.findings:
        name = _name(one, one.file)
        if known[name]:
            known[name] -= 1
        else:
            found.append(one)
    return tuple(found)


def _name(one: Finding, file: str) -> tuple[object, ...]:
    return file, one.code, one.problem.text, tuple(sorted(one.problem.values.items()))


class Latest(Generic[T]):
    """The last few things that were made, by what they were made of."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, make: Callable[[], T]) -> T:
        """The thing of that *name*, made now if it is not remembered."""
        with self._lock:
            if name in self._made:
                self._made.move_to_end(name)
                return self._made[name]
        made = make()
        with self._lock:
            self._made[name] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


_checked: Latest[Checked] = Latest(MOST)
_memory = Memory()
"""pages that no draft has changed since: what a trainer types is checked in the time that one page takes"""


def check(source: Mapping[str, bytes]) -> Checked:
    """Compile *source*: spelling of its structure, its questions and links, and both languages side by side. Never
    raises.
    """
    return _checked.get(fingerprint(source), lambda: _check(source))


def _check(source: Mapping[str, bytes]) -> Checked:
    compiled = compiler.compile(source, _memory)
    return Checked(
        compiled.course,
        tuple(Finding(one) for one in sorted(compiled.problems, key=problem.sort_key)),
        digest(compiled.course) if compiled.course is not None else "",
    )


def fingerprint(source: Mapping[str, bytes]) -> str:
    """SHA-256 over the files: their paths, sizes and bytes."""
    hashed = hashlib.sha256()
    for path in sorted(source):
        hashed.update(f"{path}\x00{len(source[path])}\x00".encode())
        hashed.update(source[path])
    return hashed.hexdigest()
