"""What the compiler says is wrong with a course: where, what, and what to do about it.

Messages are templates in both languages, keyed by a stable code, so that an editor, a shell and a page show the same words.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, order=True):
    """One problem. ``line`` and ``column`` count from 1; 0 means the whole file. Sorts by file, line, column.

    ``values`` fill the message template of ``code``; ``text`` is the source line, for the caret.
    """

    file: str
    line: int
    column: int
    code: str
    severity: Severity = "error"
    values: dict[str, str] = {}
    text: str = ""
    hint: str = ""
    """the nearest known word ("did you mean …"), already bare of any sentence"""
