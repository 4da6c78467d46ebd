"""Two texts beside each other: which lines differ, and in a line that was rewritten, which words."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

LONGEST = 600_000
"""characters of two texts together; beyond it nothing is compared"""
LONGEST_LINE = 6_000
"""characters of two lines together; beyond it they count as rewritten whole"""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Line:
    """A line of a comparison. ``how`` is "same", "removed" or "added"; "gap" stands for lines that are the same."""

    how: str
    pieces: tuple[tuple[bool, str], ...] = ()
    """the line's text in order; true for what is only in this text"""
    number: int = 0
    """from 1, in the text that has the line; of both, in the newer"""

    @property
    def text(self) -> str:
        return "".join(text for _only, text in self.pieces)


def compare(before: str, after: str, around: int = 3) -> tuple[Line, ...]:
    """Where *after* differs from *before*, with *around* lines of both around each place. Nothing where they are the
    same, or longer together than ``LONGEST``.
    """
    if before == after or len(before) + len(after) > LONGEST:
        return ()
    old, new = before.split("\n"), after.split("\n")
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(around):
        if found or group[0][3] > 0:
            found.append(Line("gap"))
        for how, i1, i2, j1, j2 in group:
            if how == "equal":
                found += [Line("same", ((False, new[j]),), j + 1) for j in range(j1, j2)]
            else:
                found += _rewritten(old[i1:i2], new[j1:j2], i1 + 1, j1 + 1)
    return tuple(found)


def _rewritten(old: list[str], new: list[str], old_number: int, new_number: int) -> list[Line]:
    """Lines that took the place of others: each beside the one in its place, its own words told."""
    gone, come = [], []
    for index, line in enumerate(old):
        other = new[index] if index < len(new) else ""
        gone.append(Line("removed", words(line, other)[0], old_number + index))
    for index, line in enumerate(new):
        other = old[index] if index < len(old) else ""
        come.append(Line("added", words(other, line)[1], new_number + index))
    return gone + come


Pieces = tuple[tuple[bool, str], ...]


def words(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Both lines in pieces; what only one of them says is true."""
    whole = (((True, before),) if before else (), ((True, after),) if after else ())
    if not before or not after or len(before) + len(after) > LONGEST_LINE:
        return whole
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:  # hardly a word in common: another line, not a rewritten one
        return whole
    gone: list[tuple[bool, str]] = []
    come: list[tuple[bool, str]] = []
    for how, i1, i2, j1, j2 in matcher.get_opcodes():
        if i1 < i2:
            gone.append((how != "equal", "".join(old[i1:i2])))
        if j1 < j2:
            come.append((how != "equal", "".join(new[j1:j2])))
    return tuple(gone), tuple(come)
