"""Problems in the simple Markdown of Open edX Studio, read as its editor turns them into XML (problem/edit.js)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from app.courseware.importing.draft import Answer, Draft, Passage, Refusal
from app.courseware.importing.edx_answers import number_range, set_answers
from app.courseware.importing.marks import set_number
from app.courseware.importing.passages import MAX_TEXT, Writer

Kind = Literal["text", "label", "choice", "check", "dropdown", "answer", "explanation", "hint", "compound"]

_CHOICE = re.compile(r"\s*\(\s*([xX@!]{0,3})\s*\)(.*)", re.DOTALL)
_CHECK = re.compile(r"\s*\[([ xX]?)\](?!\()(.*)", re.DOTALL)
_ANSWER = re.compile(r"(s?|or|not)=\s*(.*)", re.DOTALL)
_HINT = re.compile(r"\s*\{\{(.*?)\}\}", re.DOTALL)
_DEMAND = re.compile(r"\s*\|\|(.*?)\|\|\s*")
_RULE = re.compile(r"\s*-{3,}\s*")
_UNDERLINE = re.compile(r"={2,}\s*")
_SELECTED = re.compile(r"\{?\s*(s|selected|u|unselected)\s*:(.*?)(?:\}\s*,?|\Z)", re.IGNORECASE | re.DOTALL)
_OPTION = re.compile(r"\((.*)\)")
_GAP = "_____"
_MOST_LINES = 200
"""of a construct that spans lines; a mark that is never closed is a line of text"""
_SPANS = (
    (re.compile(r"\s*>>"), re.compile("<<"), "label"),
    (re.compile(r"\s*\[explanation\]", re.I), re.compile(r"\[/?explanation\]", re.I), "explanation"),
    (re.compile(r"\s*\[code\]", re.I), re.compile(r"\[/?code\]", re.I), "code"),
)


@dataclass(slots=True)
class _Line:
    """A line that means something, or several that mean one thing."""

    kind: Kind
    line: int
    text: str
    mark: str = ""


@dataclass(slots=True)
class _Part:
    """The lines of one question."""

    line: int
    before: list[_Line] = field(default_factory=list)
    answers: list[_Line] = field(default_factory=list)
    after: list[_Line] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    hints: int = 0


def read(text: str, path: str, language: str) -> list[Draft]:
    """Every question of the Markdown of Open edX in *text*; those that cannot be taken over carry the reason."""
    drafts = []
    for part in _parts(text.split("\n")):
        draft = Draft(path, part.line)
        draft.pending = _Reading(draft, part, Writer(language, draft.notes)).read
        drafts.append(draft)
    return drafts


def _parts(lines: list[str]) -> Iterator[_Part]:
    part: _Part | None = None
    for one in _lines(lines):
        if one is None:
            if part is not None:
                yield part
            part = None
            continue
        asks = one.kind in ("text", "label")
        answers = part.answers if part is not None else []
        if part is not None and answers and (one.kind == "label" or (not asks and _begins(one, part))):
            # Text between two groups of answers is what the second group asks.
            new = _Part(part.after[0].line if part.after else one.line, before=part.after)
            part.after = []
            yield part
            part = new
        part = part or _Part(one.line)
        if one.kind == "explanation":
            part.explanation.append(one.text)
        elif one.kind == "hint":
            part.hints += 1
        elif asks and part.answers:
            part.after.append(one)
        elif asks:
            part.before.append(one)
        else:
            part.answers.append(one)
    if part is not None:
        yield part


def _begins(one: _Line, part: _Part) -> bool:
    """Whether *one* begins another group of answers than the one that *part* has."""
    if one.kind in ("explanation", "hint", "compound"):
        return False
    before = part.answers[-1]
    same = one.kind == ("check" if before.kind == "compound" else before.kind)
    if one.kind == "answer":
        return not same or one.mark not in ("or", "not")
    return not same or bool(part.after) or one.kind == "dropdown"


def _lines(lines: list[str]) -> Iterator[_Line | None]:
    """What each line means; ``None`` where a rule parts two problems."""
    index = 0
    while index < len(lines):
        line, number = lines[index], index + 1
        index += 1
        if not line.strip():
            continue
        if _RULE.fullmatch(line):
            yield None
            continue
        if (spanned := _spanned(lines, index - 1)) is not None:
            one, index = spanned
            yield one
            continue
        if line.count("{{") > line.count("}}"):
            # A hint may run over lines.
            end = next((at for at in range(index, min(index + _MOST_LINES, len(lines))) if "}}" in lines[at]), None)
            if end is not None:
                line = "\n".join([line, *lines[index : end + 1]])
                index = end + 1
        if index < len(lines) and _UNDERLINE.fullmatch(lines[index]):
            index += 1
            yield _Line("text", number, f"<strong>{line.strip()}</strong>")
            continue
        yield from _meanings(line, number)


def _spanned(lines: list[str], start: int) -> tuple[_Line, int] | None:
    """The construct that begins in line *start* and may run over lines, and the line behind it."""
    for opening, closing, name in _SPANS:
        found = opening.match(lines[start])
        if found is None:
            continue
        inside: list[str] = []
        for end in range(start, min(start + _MOST_LINES, len(lines))):
            row = lines[end][found.end() :] if end == start else lines[end]
            if (closed := closing.search(row)) is not None:
                inside.append(row[: closed.start()])
                return _span(name, start + 1, "\n".join(inside), row[closed.end() :].strip()), end + 1
            inside.append(row)
    if lines[start].lstrip().startswith("[["):
        for end in range(start, min(start + _MOST_LINES, len(lines))):
            if "]]" in lines[end]:
                return _Line("dropdown", start + 1, "\n".join(lines[start : end + 1]).strip()), end + 1
    return None


def _span(name: str, number: int, inside: str, behind: str) -> _Line:
    if name == "code":
        return _Line("text", number, f"<pre>{escape(inside, quote=False)}</pre>{behind}")
    if name == "explanation":
        return _Line("explanation", number, f"{inside}\n{behind}".strip())
    label, _, description = inside.partition("||")
    return _Line("label", number, "\n".join(part for part in (label.strip(), description.strip(), behind) if part))


def _meanings(line: str, number: int) -> Iterator[_Line]:
    if _DEMAND.fullmatch(line):
        yield _Line("hint", number, line)
    elif found := _CHOICE.fullmatch(line):
        yield _Line("choice", number, found[2].strip(), found[1].lower())
    elif found := _CHECK.fullmatch(line):
        yield _Line("check", number, found[2].strip(), found[1].strip().lower())
    elif line.lstrip().startswith("{{"):
        yield _Line("compound", number, line)
    elif found := _ANSWER.fullmatch(line):
        yield _Line("answer", number, found[2].strip(), found[1])
    elif (found := re.search(r"\[\[(.+?)\]\]", line)) is not None:
        yield _Line("text", number, line[: found.start()] + _GAP + line[found.end() :])
        yield _Line("dropdown", number, found[0], "gap")
    else:
        yield _Line("text", number, line)


class _Reading:
    """One question."""

    def __init__(self, draft: Draft, part: _Part, writer: Writer) -> None:
        self.draft = draft
        self.part = part
        self.writer = writer

    def read(self) -> None:
        draft, part = self.draft, self.part
        label = next((one.text for one in part.before if one.kind == "label"), "")
        text = label or next((one.text for one in part.before), "")
        draft.title = " ".join(re.sub(r"<[^<>]*>", " ", text).split())[:80]
        if not part.answers:
            raise Refusal("description")
        if any(len(one.text) > MAX_TEXT for one in (*part.before, *part.answers, *part.after)):
            raise Refusal("question-too-long", limit=MAX_TEXT)
        if any("<script" in one.text.lower() for one in (*part.before, *part.answers, *part.after)):
            raise Refusal("script", what="script")
        draft.prompt = self._prose([one.text for one in (*part.before, *part.after)])
        if part.after:
            draft.notes.add("text-after")
        draft.explanation = self._prose(part.explanation)
        kind = part.answers[0].kind
        if kind == "choice":
            self._choices(part.answers)
        elif kind in ("check", "compound"):
            self._checks(part.answers)
        elif kind == "dropdown":
            self._dropdown(part.answers[0])
        else:
            self._answers(part.answers)
        if part.hints:
            draft.notes.add("hints-dropped", count=part.hints)

    def _prose(self, texts: list[str]) -> Passage:
        """*texts*, each line of which is a paragraph unless it begins with a tag."""
        rows = [row for text in texts for row in ([text] if text.startswith("<pre>") else text.split("\n"))]
        return self.writer.passage(
            "\n".join(row if row.lstrip().startswith("<") else f"<p>{row}</p>" for row in rows), "html"
        )

    def _line(self, text: str) -> Passage:
        return self.writer.passage(text, "html", "line")

    def _feedback(self, hint: str) -> Passage:
        return self.writer.passage(hint, "html")

    def _choices(self, lines: list[_Line]) -> None:
        draft = self.draft
        for one in lines:
            text, hint = _hint(one.text)
            draft.answers.append(Answer(self._line(text), "x" in one.mark, self._feedback(hint)))
        several = sum(1 for answer in draft.answers if answer.right) > 1
        draft.kind = "several" if several else "one"
        if several:
            draft.notes.add("any-of-right")
        draft.shuffle = any("!" in one.mark for one in lines)

    def _checks(self, lines: list[_Line]) -> None:
        draft = self.draft
        draft.kind, draft.shuffle = "several", False
        for one in lines:
            text, hint = _hint(one.text)
            if one.kind == "compound":
                draft.notes.add("feedback-dropped", feedback=hint)
                continue
            chosen = ""
            for which, said in _SELECTED.findall(hint):
                if which.lower() in ("s", "selected"):
                    chosen = said.strip()
                else:
                    draft.notes.add("feedback-dropped", feedback=said)
            draft.answers.append(Answer(self._line(text), one.mark == "x", self._feedback(chosen)))
            if hint and not _SELECTED.search(hint):
                draft.notes.add("feedback-dropped", feedback=hint)

    def _dropdown(self, one: _Line) -> None:
        draft = self.draft
        draft.kind, draft.shuffle = "one", False
        if one.mark == "gap":
            draft.notes.add("missing-word")
        inside = one.text.strip().removeprefix("[[").partition("]]")[0]
        rows = inside.split("\n") if "\n" in inside else inside.split(",")
        for row in rows:
            text, hint = _hint(row.strip())
            text = text.strip()
            if not text:
                continue
            right = _OPTION.fullmatch(text)
            shown = right[1] if right else text
            draft.answers.append(Answer(self._line(shown), right is not None, self._feedback(hint)))
        if sum(1 for answer in draft.answers if answer.right) > 1:
            draft.kind = "several"
            draft.notes.add("any-of-right")

    def _answers(self, lines: list[_Line]) -> None:
        draft = self.draft
        first = lines[0]
        said = []
        for one in lines:
            text, hint = _hint(one.text)
            if one.mark == "not":
                draft.notes.add("feedback-dropped", feedback=f"{text}: {hint}" if hint else text)
                continue
            said.append(text.strip())
            if feedback := self._feedback(hint):
                draft.explain(feedback)
                draft.notes.add("feedback-moved")
        if first.mark in ("or", "not"):
            raise Refusal("answers-missing")
        ranges = None if first.mark == "s" else number_range(draft, said[0])
        if ranges is None:
            set_answers(draft, said)
        else:
            more = [found for text in said[1:] if (found := number_range(draft, text)) is not None]
            if len(more) < len(said) - 1:
                raise Refusal("number-several")
            set_number(draft, [ranges, *more])


def _hint(text: str) -> tuple[str, str]:
    """*text* without its ``{{ hint }}``, and the hint without its label."""
    found = _HINT.search(text)
    if found is None:
        return text.strip(), ""
    hint = " ".join(found[1].split())
    label, parted, rest = hint.partition("::")
    hint = f"{label.strip()}: {rest.strip()}" if parted and label.strip() else (rest if parted else hint)
    return (text[: found.start()] + text[found.end() :]).strip(), hint.strip()
