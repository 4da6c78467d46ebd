"""What a compiler remembers between two runs: pages that nothing has touched are not read again.

A trainer who types in one lesson of twelve modules has the other hundred pages compiled already. A page read with the same
bytes in the same surroundings (course.yaml, the names of all files, where pages are shown, the glossary, the modules'
objectives) gives the same result, so that is what a page is remembered by. Without a memory, everything is read.
"""

from __future__ import annotations

import copy
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.courseware.problem import Problem

if TYPE_CHECKING:
    from app.courseware.draft import Group

MOST = 1_500
"""groups (a page in all its languages) kept: a dozen large courses, some 60 MB"""


class Memory:
    """Groups as they were read, the last used first; safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[Group, tuple[Problem, ...]]] = OrderedDict()
        self._lock = threading.Lock()
        self.found = 0
        """how many groups did not have to be read"""

    def recall(self, key: str, fresh: Group) -> tuple[Group, tuple[Problem, ...]] | None:
        """The group remembered under *key* and its problems, or ``None``.

        Its pages get the front matter of *fresh*, just opened, whose values are still to be read with their problems.
        """
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                return None
            self._kept.move_to_end(key)
            self.found += 1
        group, problems = known
        pages = {}
        for language, page in group.pages.items():
            pages[language] = copy.copy(page)
            pages[language].front = fresh.pages[language].front
        return replace(group, pages=pages), problems

    def keep(self, key: str, group: Group, problems: Iterable[Problem]) -> None:
        """Remember *group*, read to its end and never changed again, and what was reported meanwhile."""
        with self._lock:
            self._kept[key] = (group, tuple(problems))
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def fingerprint(*parts: object) -> str:
    """SHA-256 over the representations of *parts*."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass"))
        hashed.update(b"\x00")
    return hashed.hexdigest()
