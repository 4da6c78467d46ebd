"""The answers of a question as written in one language: a list, a numbered list, a table or lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.courseware.course import QuestionKind
from app.courseware.ids import is_id
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Span, render_inline
from app.courseware.written import Written

Kind: TypeAlias = QuestionKind | Literal[""]
"""What kind a question is; "" for one whose answers cannot be read."""

_NUMBER = r"([-+−]?\d{1,15}(?:[.,]\d{1,9})?)"
_NUMBER_ANSWER = re.compile(_NUMBER + r"\s*(?:±|\+/-|\+-)\s*" + _NUMBER)
_NUMBER_ALONE = re.compile(_NUMBER + "()")
_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2}[.,]\d{3}")
_OUTER_PUNCTUATION = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(slots=True)
class Answer:
    """An option, an item to order, or a row to match, as written in one language."""

    id: str
    place: Place
    last_line: int
    html: str = ""
    left: str = ""
    right: bool = False
    feedback: str = ""
    missing_id: bool = False
    in_table: bool = False
    plain: str = ""
    """its text without markup, to make an id of"""


@dataclass(slots=True)
class WrittenQuestion:
    """A question as written in one language, with where it stands."""

    id: str
    place: Place
    span: Span | None
    """until its page is settled"""
    kind: Kind = ""
    prompt: str = ""
    answers: list[Answer] = field(default_factory=list)
    accepted: tuple[str, ...] = ()
    value: float = 0.0
    tolerance: float = 0.0
    explanation: str = ""
    module: str = ""
    missing_id: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    """what options such as ``:critical:`` say, by field of :class:`Question`"""


def is_answers(part: Span, wanted: str) -> bool:
    """Whether a block of a question, whose ``:type:`` is *wanted* or "", holds its answers."""
    if part.type == "bullet_list":
        return any("marker" in item.meta for item in part.parts())
    if part.type == "ordered_list":
        return wanted == "order" or any("attributes" in item.meta for item in part.parts())
    if part.type == "table":
        return wanted == "match"
    return part.type == "paragraph" and "answers" in part.meta


def quotation(page: Written, quotes: list[Span]) -> str:
    """The HTML inside blockquotes."""
    inside = [part for quote in quotes for part in quote.parts()]
    return "\n".join(html for part in inside if (html := page.html([part])))


class AnswerReader:
    """Reads the block that holds the answers into a question."""

    def __init__(self, page: Written, span: Span, question: WrittenQuestion, report: Report) -> None:
        self.page = page
        self.span = span
        self.question = question
        self.report = report

    def read(self, part: Span) -> Kind:
        """Read *part*, for which :func:`is_answers`, and return the kind of question that it makes."""
        readers: dict[str, Callable[[Span], Kind]] = {
            "bullet_list": self._read_choices,
            "ordered_list": self._read_order,
            "table": self._read_match,
            "paragraph": self._read_lines,
        }
        return readers[part.type](part)

    # One answer, several answers

    def _read_choices(self, part: Span) -> Kind:
        items = part.parts()
        markers: list[Span] = []
        for item in items:
            if "marker" not in item.meta:
                self.report.add("question-marker-missing", self._at(item))
                continue
            if markers and item.meta["marker"] != markers[0].meta["marker"]:
                self.report.add("question-markers-mixed", self._at(item), line=markers[0].line)
            markers.append(item)
            self._add_answer(item, right=bool(item.meta["right"]))
        right = [item for item in markers if item.meta["right"]]
        kind: QuestionKind = "one" if markers[0].meta["marker"] == "one" else "several"
        if not right:
            self.report.add("question-right-missing", self._at(markers[0]), marker="(x)" if kind == "one" else "[x]")
        elif kind == "one" and len(right) > 1:
            self.report.add("question-right-twice", self._at(right[1]), line=right[0].line)
        self._check_count()
        return kind

    def _add_answer(self, item: Span, right: bool = False) -> None:
        parts = item.parts()
        text = [part for part in parts if part.type != "blockquote"]
        answer = self._answer(item.meta, item.line, text[0].last_line if text else item.line)
        answer.html = self._text_html(text)
        answer.feedback = quotation(self.page, [part for part in parts if part.type == "blockquote"])
        answer.right = right
        answer.plain = _plain(text)
        if not answer.html:
            self.report.add("question-option-empty", answer.place)

    def _answer(self, meta: dict[str, Any], line: int, last_line: int) -> Answer:
        """An answer with its id, already among the question's."""
        written = str(meta.get("attributes", "")).strip()
        answer = Answer("", self.page.manuscript.start(line), last_line, missing_id=not written)
        if not written:
            self.report.add("question-option-id-missing", answer.place)
        elif not written.startswith("#") or not is_id(written[1:]):
            where = self.page.manuscript.find_last(last_line, "{")
            self.report.add("question-option-id-malformed", where, attributes=written)
        else:
            other = next((other for other in self.question.answers if other.id == written[1:]), None)
            if other is None:
                answer.id = written[1:]
            else:
                where = self.page.manuscript.find_last(last_line, "{")
                self.report.add("question-option-id-twice", where, id=other.id, line=other.place.line)
        self.question.answers.append(answer)
        return answer

    def _text_html(self, parts: list[Span]) -> str:
        if len(parts) == 1 and parts[0].type == "paragraph" and (inline := parts[0].inline()) is not None:
            return render_inline(inline.children or [], self.page.env)
        return self.page.html(parts)

    def _check_count(self) -> None:
        if len(self.question.answers) == 1:
            self.report.add("question-one-option", self.question.answers[0].place)

    # Order and match

    def _read_order(self, part: Span) -> QuestionKind:
        for item in part.parts():
            if "marker" in item.meta:
                self.report.add("question-marker-here", self._at(item))
            self._add_answer(item)
        self._check_count()
        return "order"

    def _read_match(self, part: Span) -> Kind:
        head, *bodies = part.parts()
        rows = [row for body in bodies for row in body.parts()]
        if len(head.parts()[0].parts()) != 2:
            self.report.add("question-match-columns", self._at(part))
            return ""
        lefts: dict[str, int] = {}
        rights: dict[str, int] = {}
        for row in rows:
            self._read_row(row, lefts, rights)
        if sum(1 for answer in self.question.answers if answer.left) < 2:
            self.report.add("question-match-pairs", self._at(part))
        return "match"

    def _read_row(self, row: Span, lefts: dict[str, int], rights: dict[str, int]) -> None:
        cells = row.parts()
        inlines = [cell.inline() for cell in cells]
        htmls = [render_inline((inline.children if inline else None) or [], self.page.env) for inline in inlines]
        left, right = htmls
        line = row.line or self.span.line
        if not left and not right:
            return
        meta = next((cell.meta for cell in cells if "attributes" in cell.meta), {})
        answer = self._answer(meta, line, line)
        answer.left, answer.html, answer.in_table = left, right, True
        answer.plain = next((inline.content for inline in inlines if inline and inline.content), "")
        if not right:
            self.report.add("question-match-right", answer.place)
        for text, seen in ((left, lefts), (right, rights)):
            if text and text in seen:
                self.report.add("question-match-twice", answer.place, line=seen[text])
            seen.setdefault(text, line)

    # Short answers and numbers

    def _read_lines(self, part: Span) -> Kind:
        lines: list[tuple[str, int]] = part.meta["answers"]
        wanted = self.question.settings.get("type", "")
        numbers = [text for text, _ in lines if _NUMBER_ANSWER.fullmatch(text)]
        if wanted == "number" or (numbers and wanted != "short"):
            return self._read_number(lines)
        accepted: list[str] = []
        for text, line in lines:
            where = self.page.manuscript.find(line, text)
            if len(text) > 1 and text.startswith("/") and text.endswith("/"):
                self.report.add("question-pattern", where)
            elif "±" in text:
                self.report.add("question-number-malformed", where, value=text)
            elif not _OUTER_PUNCTUATION.sub("", text):
                self.report.add("question-answer-empty", where)
            elif text in accepted:
                self.report.add("question-answer-twice", where, answer=text)
            else:
                accepted.append(text)
        self.question.accepted = tuple(accepted)
        return "short" if accepted else ""

    def _read_number(self, lines: list[tuple[str, int]]) -> Kind:
        text, line = lines[0]
        where = self.page.manuscript.find(line, text)
        if len(lines) > 1:
            self.report.add("question-number-lines", self.page.manuscript.find(lines[1][1], "="))
        found = _NUMBER_ANSWER.fullmatch(text) or _NUMBER_ALONE.fullmatch(text)
        if found is None:
            self.report.add("question-number-malformed", where, value=text)
            return ""
        for part in found.groups():
            if part and _THOUSANDS.fullmatch(part):
                self.report.add("question-number-thousands", where, value=part)
                return ""
        self.question.value = _number(found[1])
        self.question.tolerance = _number(found[2]) if found[2] else 0.0
        if self.question.tolerance < 0:
            self.report.add("question-number-malformed", where, value=text)
            self.question.tolerance = 0.0
        return "number"

    def _at(self, part: Span) -> Place:
        return self.page.manuscript.start(part.line or self.span.line)


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-"))


def _plain(parts: list[Span]) -> str:
    inline = parts[0].inline() if parts else None
    return inline.content if inline is not None else ""
