"""GIFT, cut into questions: where each begins and ends, its comments and its category."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# What a backslash protects becomes a character that no text holds (decoding takes them out), until all else is cut.
_HIDDEN = {character: chr(0xFDD0 + number) for number, character in enumerate(":#={}~\\n")}
_ESCAPED = re.compile(r"\\([:#={}~\\n])")
_SHOWN = str.maketrans({hidden: "\n" if character == "n" else character for character, hidden in _HIDDEN.items()})
_CATEGORY = re.compile(r"\$CATEGORY:[ \t]*(.*)")
_ID = re.compile(r"\[id:((?:\\\]|[^\]]){1,200})\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]]){1,200})\]")
_SETTINGS = re.compile(r"//[ \t]*paso:[ \t]*(.*)")
_UNUSED_ROOTS = re.compile(r"\A\$[a-z]+\$\Z")


def show(text: str) -> str:
    """*text* with what was escaped as it is meant."""
    return text.translate(_SHOWN)


@dataclass(slots=True)
class Block:
    """One question as it stands in the file, what was escaped being hidden."""

    line: int
    category: str
    text: str = ""
    id: str = ""
    tags: list[str] = field(default_factory=list)
    settings: str = ""
    """what our own export noted for the way back"""
    parted: bool = True
    """false if no blank line or title told where it begins"""


def blocks(text: str) -> Iterator[Block]:
    """The questions of a GIFT file, also of one that does not part them by blank lines."""
    # Hiding keeps the number of lines: an escaped line break is two characters, not a line.
    lines = [_ESCAPED.sub(lambda found: _HIDDEN[found[1]], line) for line in text.split("\n")]
    yield from _Cutter(lines).cut()


class _Cutter:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.category = ""
        self.comments: list[str] = []
        self.kept: list[str] = []
        self.first = 0
        self.parted = True
        self.inside = False
        self.answered = False
        self.next_brace = _next_braces(lines)
        # Looked up for every line, so they are found once for all.
        self.next_title = _next(lines, lambda line: line.startswith("::"))
        self.next_end = _next(lines, lambda line: not line or line.startswith(("//", "$CATEGORY:")))

    def cut(self) -> Iterator[Block]:
        for index, line in enumerate(self.lines):
            bare = line.strip()
            if self.inside:
                if not bare and not self._goes_on(index):
                    yield from self._end()
                elif self._is_unclosed(index):
                    yield from self._end()
                    self.parted = bare.startswith("::")
                    self._keep(index, line)
                elif not bare.startswith("//"):
                    self._keep(index, line)
                continue
            found = _CATEGORY.match(bare)
            if bare.startswith("//"):
                if self.answered:
                    yield from self._end()
                self.comments.append(bare)
            elif found:
                yield from self._end()
                self.category = category_path(show(found[1]))
            elif not bare:
                yield from self._end()
                self.comments.clear()
            else:
                if self.answered and (bare.startswith("::") or self._is_question(index)):
                    yield from self._end()
                    self.parted = bare.startswith("::")
                self._keep(index, line)
        yield from self._end()

    def _keep(self, index: int, line: str) -> None:
        if not self.kept:
            self.first = index + 1
        self.kept.append(line)
        for character in line:
            if character == "{" and not self.answered:
                self.inside = True
            elif character == "}" and self.inside:
                self.inside, self.answered = False, True

    def _goes_on(self, index: int) -> bool:
        """Whether the answers go on behind a blank line: their end comes before another question."""
        line, brace = self.next_brace[index]
        return brace == "}" and self.next_title[index] > line

    def _is_unclosed(self, index: int) -> bool:
        """Whether a question begins in the line at *index* although the answers before it are not closed."""
        line = self.lines[index].lstrip()
        opened, closed = line.find("{"), line.find("}")
        return line.startswith("::") or (opened > 0 and (closed < 0 or opened < closed) and line[0] not in "=~#")

    def _is_question(self, index: int) -> bool:
        """Whether the line at *index*, right behind an answered question, belongs to one with answers of its own."""
        line, brace = self.next_brace[index]
        return brace == "{" and self.next_end[index] > line and self.next_title[index + 1] > line

    def _end(self) -> Iterator[Block]:
        if self.kept:
            said = " ".join(self.comments)
            settings = [found[1] for comment in self.comments if (found := _SETTINGS.match(comment))]
            yield Block(
                self.first,
                self.category,
                "\n".join(self.kept).strip(),
                id=next((_bare(found) for found in _ID.findall(said)), ""),
                tags=[_bare(found) for found in _TAG.findall(said)],
                settings=" ".join(settings),
                parted=self.parted,
            )
            self.comments.clear()
        self.kept = []
        self.parted = True
        self.inside = self.answered = False


def _bare(text: str) -> str:
    return show(text.replace("\\]", "]")).strip()


def _next(lines: list[str], wanted: Callable[[str], bool]) -> list[int]:
    """For each line, and for the end, the first line from there on that is as *wanted* without its indent."""
    found = [len(lines)]
    for index in range(len(lines) - 1, -1, -1):
        found.append(index if wanted(lines[index].strip()) else found[-1])
    found.reverse()
    return found


def _next_braces(lines: list[str]) -> list[tuple[int, str]]:
    """For each line, the first brace in it or after it, and the line of that."""
    found: list[tuple[int, str]] = []
    after = (len(lines), "")
    for index in range(len(lines) - 1, -1, -1):
        brace = re.search(r"[{}]", lines[index])
        after = (index, brace[0]) if brace else after
        found.append(after)
    found.reverse()
    return found


def category_path(text: str) -> str:
    """A Moodle category such as ``$course$/top/Borders/Visas``, without the roots that every bank has."""
    # A slash that belongs to a name is written twice.
    names = [name.replace("\0", "/").strip() for name in text.replace("//", "\0").split("/")]
    kept = [name for name in names if name and not _UNUSED_ROOTS.match(name)]
    return "/".join(kept[1:] if kept[:1] == ["top"] else kept)
