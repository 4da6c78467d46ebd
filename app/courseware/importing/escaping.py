"""Text as Markdown that shows exactly that text, whatever it holds."""

from __future__ import annotations

import re

# A gap of underscores between spaces is no emphasis; leaving it alone keeps the source legible.
_SPECIAL = re.compile(r"(?<=\s)_{3,}(?=\s)|[\\`*\[\]<{}~]|&(?=[#A-Za-z])|_")
_AT_START = re.compile(r"_[_\s]*$|[=:|>#]|[-+](?=[\s\-+:|]|$)|\((?=[ xX]?\))")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escape(text: str) -> str:
    """*text* as inline Markdown: nothing in it is markup. What begins a line needs :func:`guard` besides."""

    def escaped(found: re.Match[str]) -> str:
        character = found[0]
        if len(character) > 1:
            return character
        if character == "_":
            before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
            if before.isalnum() and after.isalnum():
                return character
        return "\\" + character

    return _SPECIAL.sub(escaped, text)


def guard(line: str) -> str:
    """*line* of inline Markdown so that it begins no heading, list, quote, table, directive, marker or answer."""
    line = line.replace("![", "\\![")
    if _AT_START.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def code(text: str) -> str:
    """*text* as a code span."""
    line = " ".join(text.split())
    runs = {len(run) for run in re.findall(r"`+", line)}
    # As few as can be: three at the start of a line look like the start of a block of code.
    ticks = "`" * next(count for count in range(1, len(runs) + 2) if count not in runs)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{padding}{line}{padding}{ticks}"


def cell(line: str) -> str:
    """*line* of inline Markdown for a cell of a table."""
    return line.replace("|", "\\|")
