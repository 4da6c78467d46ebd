"""Questions that are already in our format: taken over as they stand, but for what belongs to their old course."""

from __future__ import annotations

import re

from app.courseware.importing.draft import Draft, Refusal
from app.courseware.importing.rendering import picture_words, safe_address

# Of lines without white space at their ends.
_OPENER = re.compile(r" {0,3}(:{3,})\{question\}(?:[ \t]+(\S.*))?$")
_OPTION = re.compile(r"[ \t]*:([A-Za-z][\w-]*):(?:[ \t]+(\S.*))?$")
_FENCE = re.compile(r"[ \t>]*(```|~~~)")
_PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\(\s*<?([^()\s<>]*)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)")
_LINK = re.compile(r"(?<![!\\])\[([^\[\]\n]*)\]\(\s*<?([^()\s<>]*)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)")
_CITATION = re.compile(r"\[@([^\[\]\n]*)\]")
_LABEL = re.compile(r"[*_`#>\[\]]+")


def is_ours(text: str) -> bool:
    """Whether there is a question in our format in *text*."""
    return any(_OPENER.match(line.rstrip()) for line in text.split("\n") if ":::" in line)


def read(text: str, path: str, language: str, sources: frozenset[str]) -> list[Draft]:
    """Every question of *text* that is written in our format; those that cannot be taken over carry the reason.

    *sources* are the ids of works that citations may name.
    """
    lines = text.split("\n")
    drafts: list[Draft] = []
    fence = ""
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        fence = _fence(line, fence)
        found = None if fence else _OPENER.match(line.rstrip())
        if found is None:
            continue
        draft = Draft(path, index, name=found[2] or "", colons=found[1])
        drafts.append(draft)
        end, closed = _end(lines, index, len(found[1]))
        with draft.refusing():
            if not closed:
                raise Refusal("not-closed", colons=found[1])
            _fill(draft, lines[index:end], language, sources)
        index = end + 1 if closed else end
    return drafts


def _end(lines: list[str], start: int, colons: int) -> tuple[int, bool]:
    """The line that ends a question, and whether it closes it, as the compiler sees it."""
    fence = ""
    for index in range(start, len(lines)):
        line = lines[index].strip()
        if line[:3] in ("```", "~~~"):
            fence = _fence(line, fence)
        elif not fence and line.startswith(":::"):
            if not line.strip(":"):
                if len(line) >= colons:
                    return index, True
            elif _OPENER.match(line):
                return index, False
    return len(lines), False


def _fence(line: str, fence: str) -> str:
    found = _FENCE.match(line)
    if found is None or fence not in ("", found[1]):
        return fence
    return "" if fence else found[1]


def _fill(draft: Draft, lines: list[str], language: str, sources: frozenset[str]) -> None:
    index = 0
    while index < len(lines) and (found := _OPTION.match(lines[index].rstrip())):
        draft.options.setdefault(found[1], found[2] or "")
        index += 1
    fence = ""
    for line in lines[index:]:
        before, fence = fence, _fence(line, fence)
        draft.verbatim.append(line if before or fence else _settled(draft, line, language, sources))
    words = (" ".join(_LABEL.sub(" ", line).split()) for line in draft.verbatim)
    draft.title = next((line for line in words if line), draft.name)[:80]
    if not any(line.strip() for line in draft.verbatim):
        raise Refusal("prompt-missing")


def _settled(draft: Draft, line: str, language: str, sources: frozenset[str]) -> str:
    """*line* without what leads to pages, files and sources of another course."""

    def picture(found: re.Match[str]) -> str:
        words = picture_words(language, found[1].strip())
        remote = safe_address(found[2])
        if remote is not None:
            draft.notes.add("picture-remote", address=found[2])
            return f"[{words}]({remote})"
        draft.notes.add("picture-missing", name=found[2] or found[1])
        return f"\\[{words}\\]"

    def link(found: re.Match[str]) -> str:
        if safe_address(found[2]) is not None:
            return found[0]
        draft.notes.add("link-dropped", address=found[2])
        return found[1]

    def citation(found: re.Match[str]) -> str:
        cited = [one.strip().removeprefix("@") for one in found[1].split(";")]
        unknown = [one for one in cited if one.partition(" ")[0] not in sources]
        for one in unknown:
            draft.notes.add("citation-plain", source=one.partition(" ")[0])
        return f"({'; '.join(cited)})" if unknown else found[0]

    if "[" not in line:
        return line
    return _CITATION.sub(citation, _LINK.sub(link, _PICTURE.sub(picture, line)))
