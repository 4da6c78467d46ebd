"""What a machine may write into a course: the ids that its author left out. Nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.courseware.answers import WrittenQuestion
from app.courseware.draft import Group, read_draft
from app.courseware.manuscript import Manuscript, Report, decode
from app.courseware.settings import FILE, Settings, read_settings

_NEWLINE = re.compile(r"(\r\n|\r|\n)")
_CELL_END = re.compile(r"(?<!\\)\|")
_TRANSLATED_FROM = re.compile(r"^translated-from:.*$", re.MULTILINE)


def fix(source: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of *source* that change when missing ids of questions, answers and criteria are written in.

    The ids are those that the compiler has used all along, the same in every language, so that the course compiles to
    the same course.
    """
    report = Report()
    settings = read_settings(_manuscript(source), report) if FILE in source else None
    draft = read_draft(source, settings or Settings(), report)
    changed: dict[str, bytes] = {}
    for group in draft.groups:
        for language, page in group.pages.items():
            edits = [*_question_edits(group.written.get(language, ())), *_criterion_edits(group, language)]
            if edits and (data := _edited(source[page.path], edits)) is not None:
                changed[page.path] = data
    return changed


def mark_translated(source: Mapping[str, bytes], path: str, digest: str) -> bytes:
    """The file at *path*, noting in its front matter that it translates the text with *digest*.

    Raises ``KeyError`` for an unknown path, and ``ValueError`` for a page without front matter.
    """
    text = source[path].decode("utf-8-sig")
    head = re.match(r"---[ \t]*\r?\n(.*?)^---[ \t]*$", text, re.DOTALL | re.MULTILINE)
    if head is None:
        raise ValueError(path)
    note = f"translated-from: {digest}"
    front = _TRANSLATED_FROM.sub(note, head[1], count=1)
    if front == head[1] and note not in front:
        front += note + "\n"
    return (text[: head.start(1)] + front + text[head.end(1) :]).encode()


def _manuscript(source: Mapping[str, bytes]) -> Manuscript:
    return Manuscript(FILE, source[FILE].decode("utf-8-sig", "replace"))


Edit = tuple[int, str, int]
"""Line, what to insert there, and into which cell of a table row, or one of the two below."""

_AT_END = -1
_AFTER_DIRECTIVE = -2


def _question_edits(written: Iterable[WrittenQuestion]) -> Iterable[Edit]:
    for question in written:
        if question.missing_id:
            yield question.place.line, f" {question.id}", _AFTER_DIRECTIVE
        for answer in question.answers:
            if answer.missing_id and answer.in_table:
                yield answer.last_line, f" {{#{answer.id}}}", 0 if answer.left else 1
            elif answer.missing_id:
                yield answer.last_line, f" {{#{answer.id}}}", _AT_END


def _criterion_edits(group: Group, language: str) -> Iterable[Edit]:
    for criterion in group.criteria.get(language, ()):
        if criterion.missing_id:
            yield criterion.last_line, f" {{#{criterion.id}}}", _AT_END


def _edited(data: bytes, edits: Iterable[Edit]) -> bytes | None:
    """*data* with *edits* made; ``None`` if it is not UTF-8. Line endings and byte order mark stay as they are."""
    try:
        decode(data)
    except UnicodeDecodeError:
        return None
    pieces = _NEWLINE.split(data.decode())
    for line, insertion, cell in edits:
        index = (line - 1) * 2
        text = pieces[index]
        position = _position(text, cell)
        pieces[index] = text[:position] + insertion + text[position:]
    return "".join(pieces).encode()


def _position(text: str, cell: int) -> int:
    if cell == _AFTER_DIRECTIVE:
        return text.index("}") + 1
    if cell == _AT_END:
        return len(text.rstrip())
    ends = [found.start() for found in _CELL_END.finditer(text)]
    if text.lstrip().startswith("|"):
        ends = ends[1:]
    end = ends[cell] if cell < len(ends) else len(text)
    return len(text[:end].rstrip())
