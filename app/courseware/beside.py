"""A text and its translation beside each other, passage by passage, and a text put together again from its passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_FRONT = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*\n?", re.DOTALL | re.MULTILINE)
_DIRECTIVE = re.compile(r"^:{3,}\{[a-z]+\}(?: [a-z0-9-]+\b)?|^:{3,}$")
_ID = re.compile(r"\{#([A-Za-z0-9-]+)\}|\(#([a-z0-9-]+)\)")
_HEADING = re.compile(r"^(#{1,6}) ")


@dataclass(frozen=True)
class Passage:
    """A stretch of text without an empty line. ``gap`` is what stands before it: joined, passages are the text."""

    text: str
    gap: str
    line: int
    """its first, from 1"""

    @property
    def sign(self) -> str:
        """What this passage and its translation share: its directive, heading, list and ids; words do not count."""
        first = self.text.split("\n", 1)[0]
        if found := _DIRECTIVE.match(first):
            kind = found[0]
        elif found := _HEADING.match(first):
            kind = found[1]
        else:
            kind = first[:1] if first[:1] in "-|>=![" else "1." if re.match(r"\d+[.)] ", first) else "p"
        ids = "|".join(one or two for one, two in _ID.findall(self.text))
        return f"{kind} {ids}".strip()


def passages(text: str) -> tuple[Passage, ...]:
    """*text* in passages; its front matter is one of them. ``"".join(p.gap + p.text for p in passages(text))`` is
    *text* again, but for white space at its end.
    """
    found: list[Passage] = []
    start, line = 0, 1
    if front := _FRONT.match(text):
        head = front[0].rstrip("\n")
        found.append(Passage(head, "", 1))
        start, line = len(head), 1 + head.count("\n")
    body = text[start:].rstrip()
    position = 0
    lead = len(body) - len(body.lstrip("\n"))
    gap, position = body[:lead], lead
    while position < len(body):
        cut = _GAP.search(body, position)
        end = cut.start() if cut else len(body)
        line += gap.count("\n")
        found.append(Passage(body[position:end], gap, line))
        line += body.count("\n", position, end)
        gap, position = (cut[0], cut.end()) if cut else ("", len(body))
    return tuple(found)


def joined(parts: Iterable[tuple[str, str]]) -> str:
    """The text of *parts*, each a gap and a passage; empty passages are left out with their gap. Ends in one newline."""
    text = ""
    for gap, passage in parts:
        if passage.strip():
            text += (gap or ("\n\n" if text else "")) + passage.rstrip()
    return text + "\n" if text else ""


@dataclass(frozen=True)
class Row:
    """A passage of the source and its translation; one of them is ``None`` where the other has nothing like it."""

    source: Passage | None
    translation: Passage | None


def aligned(source: str, translation: str) -> tuple[Row, ...]:
    """Both texts in order, passages of the same structure beside each other."""
    left, right = passages(source), passages(translation)
    matcher = SequenceMatcher(None, [one.sign for one in left], [one.sign for one in right], autojunk=False)
    rows: list[Row] = []
    for how, i1, i2, j1, j2 in matcher.get_opcodes():
        if how == "equal" or i2 - i1 == j2 - j1:
            rows += [Row(left[i], right[j]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            rows += _unequal(left[i1:i2], right[j1:j2])
    return tuple(rows)


def _unequal(left: tuple[Passage, ...], right: tuple[Passage, ...]) -> Iterable[Row]:
    """Passages of which one side has more: those of the same kind meet in order, the others stand alone."""
    queue = list(right)
    for one in left:
        kind = one.sign.split(" ", 1)[0]
        at = next((n for n, other in enumerate(queue) if other.sign.split(" ", 1)[0] == kind), None)
        if at is None:
            yield Row(one, None)
            continue
        yield from (Row(None, other) for other in queue[:at])
        yield Row(one, queue[at])
        queue = queue[at + 1 :]
    yield from (Row(None, other) for other in queue)


def changed(before: str, after: str) -> dict[int, str]:
    """Line of a passage of *after* → what stood in its place in *before*; "" for a passage that is new."""
    old, new = passages(before), passages(after)
    texts = Counter(" ".join(one.text.split()) for one in old)
    matcher = SequenceMatcher(
        None, [" ".join(one.text.split()) for one in old], [" ".join(one.text.split()) for one in new], autojunk=False
    )
    found: dict[int, str] = {}
    for how, i1, i2, j1, j2 in matcher.get_opcodes():
        if how == "equal":
            continue
        for n, one in enumerate(new[j1:j2]):
            if texts[" ".join(one.text.split())]:
                continue  # only moved
            found[one.line] = old[i1 + n].text if i1 + n < i2 else ""
    return found
