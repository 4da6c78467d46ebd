"""Compiling a draft: its course, and every problem in words. The same files are compiled once per process."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from app.courseware import compiler, problem
from app.courseware.course import Course, digest
from app.courseware.memory import Memory
from app.courseware.problem import Problem

MOST = 8
"""checked drafts in memory: about 3 MB each"""


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


_checked: OrderedDict[str, Checked] = OrderedDict()
_lock = threading.Lock()
_memory = Memory()
"""pages that no draft has changed since: what a trainer types is checked in the time that one page takes"""


def check(source: Mapping[str, bytes]) -> Checked:
    """Compile *source*: spelling of its structure, its questions and links, and both languages side by side. Never
    raises.
    """
    name = fingerprint(source)
    with _lock:
        known = _checked.get(name)
        if known is not None:
            _checked.move_to_end(name)
            return known
    compiled = compiler.compile(source, _memory)
    made = Checked(
        compiled.course,
        tuple(Finding(one) for one in sorted(compiled.problems, key=problem.sort_key)),
        digest(compiled.course) if compiled.course is not None else "",
    )
    with _lock:
        _checked[name] = made
        while len(_checked) > MOST:
            _checked.popitem(last=False)
    return made


def fingerprint(source: Mapping[str, bytes]) -> str:
    """SHA-256 over the files: their paths, sizes and bytes."""
    hashed = hashlib.sha256()
    for path in sorted(source):
        hashed.update(f"{path}\x00{len(source[path])}\x00".encode())
        hashed.update(source[path])
    return hashed.hexdigest()
