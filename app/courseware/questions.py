"""Questions: read as written in one language, then put together from all languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from app.courseware.course import Option, Pair, Question, QuestionKind
from app.courseware.ids import agree_on_ids, is_id, slug
from app.courseware.keys import read_countries, read_flag, read_integer
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Span, render_inline
from app.courseware.pages import Written
from app.courseware.problem import nearest

KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)

_NUMBER = r"([-+−]?\d+(?:[.,]\d+)?)"
_NUMBER_ANSWER = re.compile(_NUMBER + r"\s*(?:±|\+/-|\+-)\s*" + _NUMBER)
_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2}[.,]\d{3}")
_OUTER_PUNCTUATION = re.compile(r"^[\W_]+|[\W_]+$")
_BLOCKS_OF = {"bullet_list": "list", "ordered_list": "order", "table": "match", "paragraph": "lines"}


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
    kind: QuestionKind | Literal[""] = ""
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


def read_questions(page: Written, context: QuestionContext, report: Report) -> list[WrittenQuestion]:
    """The questions of *page* in order, with every mistake reported.

    One without an id has "" for it, and one whose answers cannot be read has no kind.
    """
    return [_Reading(page, span, context, report).read() for span in _question_spans(page.spans())]


def settle(
    written: Mapping[str, list[WrittenQuestion]], prefix: str, report: Report
) -> dict[str, list[WrittenQuestion]]:
    """The usable questions of a page in each language, with an id for each and for each of their answers.

    What lacks an id gets one, the same in every language and the same that ``paso courses fix`` would write: *prefix* is
    for questions, the text for answers. Ids that are there twice are reported.
    """
    agree_on_ids(written.values(), lambda number, _: f"{prefix}-q{number}")
    usable: dict[str, list[WrittenQuestion]] = {}
    together: dict[str, list[WrittenQuestion]] = {}
    for language, found in written.items():
        seen: dict[str, WrittenQuestion] = {}
        for question in found:
            if question.span is not None:
                # What shows the question on its page refers to it by this.
                question.span.meta["id"] = question.id
                question.span = None
            if question.id in seen:
                line = seen[question.id].place.line
                report.add("question-id-twice", question.place, id=question.id, line=line)
            else:
                seen[question.id] = question
                together.setdefault(question.id, []).append(question)
        usable[language] = [question for question in seen.values() if question.kind]
    for questions in together.values():
        agree_on_ids([one.answers for one in questions], lambda number, answer: slug(answer.plain) or f"o{number}")
    return usable


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """What questions of one page may name: sources, modules, and how many objectives each module has."""

    module: str
    sources: tuple[str, ...]
    modules: tuple[str, ...]
    objectives: Mapping[str, int]


def _question_spans(spans: list[Span]) -> list[Span]:
    found = []
    for span in spans:
        if span.name == "question":
            found.append(span)
        elif span.name == "only":
            found += _question_spans(span.parts())
    return found


class _Reading:
    """One question directive."""

    def __init__(self, page: Written, span: Span, context: QuestionContext, report: Report) -> None:
        self.page = page
        self.span = span
        self.context = context
        self.report = report
        argument = str(span.meta["argument"])
        self.place = page.manuscript.find(span.line, argument or ":::")
        self.question = WrittenQuestion(argument if is_id(argument) else "", self.place, span)
        if not argument:
            self.question.missing_id = True
            report.add("question-id-missing", self.place)

    def read(self) -> WrittenQuestion:
        self._read_options()
        prompt, answers, explanation = self._divide()
        self.question.prompt = self.page.html(prompt)
        if not self.question.prompt:
            self.report.add("question-prompt-missing", self.place)
        self.question.explanation = self._quotes(explanation)
        if answers is not None:
            self._read_answers(answers)
        return self.question

    # What stands under the opening line

    def _read_options(self) -> None:
        settings = self.question.settings
        for option, (value, line) in self.span.meta["options"].items():
            where = self.page.manuscript.find(line, value) if value else self.page.manuscript.place(line)
            if option in ("critical", "shuffle"):
                settings[option] = read_flag(value, where, self.report, option, option == "shuffle")
            elif option == "objective":
                settings["objective"] = read_integer(value, where, self.report, option, 1, 99, 0)
            elif option == "difficulty":
                settings["difficulty"] = read_integer(value, where, self.report, option, 1, 3, 2)
            elif option == "countries":
                settings["countries"] = read_countries(value, where, self.report)
            elif option == "source":
                settings["source"] = self._source(value, where)
            elif option == "credit":
                settings["partial"] = self._one_of(option, value, ("partial", "all"), where) == "partial"
            elif option == "type":
                settings["type"] = self._one_of(option, value, KINDS, where)
            elif option == "module":
                self.question.module = self._one_of(option, value, self.context.modules, where)
        self._check_module()

    def _check_module(self) -> None:
        module = self.question.module or self.context.module
        if self.page.kind == "exam" and "module" not in self.span.meta["options"]:
            self.report.add("question-module-missing", self.place)
        elif self.page.kind != "exam" and self.question.module and self.question.module != self.context.module:
            _, line = self.span.meta["options"]["module"]
            self.report.add("question-module-other", self.page.manuscript.place(line), module=self.context.module)
            module = self.context.module
        self.question.module = module
        objective, known = self.question.settings.get("objective", 0), self.context.objectives.get(module, 0)
        if objective > known and known:
            _, line = self.span.meta["options"]["objective"]
            where = self.page.manuscript.find(line, str(objective))
            self.report.add("objective-unknown", where, objective=objective, module=module, count=known)

    def _source(self, value: str, where: Place) -> str:
        source = value.partition(" ")[0]
        if source and source not in self.context.sources:
            self.report.add("source-unknown", where, nearest(source, self.context.sources), source=source)
            return ""
        return " ".join(value.split())

    def _one_of(self, option: str, value: str, known: tuple[str, ...], where: Place) -> str:
        if value in known:
            return value
        values = {"key": option, "value": value, "known": ", ".join(known)}
        self.report.add("value-unknown", where, nearest(value, known), **values)
        return ""

    # Prompt, answers, explanation

    def _divide(self) -> tuple[list[Span], Span | None, list[Span]]:
        parts = self.span.parts()
        position = next((at for at in range(len(parts) - 1, -1, -1) if self._is_answers(parts[at])), None)
        if position is None:
            self._no_answers(parts)
            return parts, None, []
        prompt, answers, after = parts[:position], parts[position], parts[position + 1 :]
        for part in after:
            if part.type != "blockquote":
                self.report.add("question-text-after", self._at(part))
                break
        for part in prompt:
            if self._is_answers(part):
                self.report.add("question-answers-apart", self._at(answers), line=part.line)
                break
        if answers.type == "paragraph" and (inline := answers.inline()) is not None and inline.content:
            prompt = [*prompt, answers]
        return prompt, answers, [part for part in after if part.type == "blockquote"]

    def _is_answers(self, part: Span) -> bool:
        kind = str(self.question.settings.get("type", ""))
        if part.type == "bullet_list":
            return any("marker" in item.meta for item in part.parts())
        if part.type == "ordered_list":
            return kind == "order" or any("attributes" in item.meta for item in part.parts())
        if part.type == "table":
            return kind == "match"
        return part.type == "paragraph" and "answers" in part.meta

    def _no_answers(self, parts: list[Span]) -> None:
        lists = [part for part in parts if part.type == "bullet_list"]
        if lists:
            self.report.add("question-markers-missing", self._at(lists[-1]))
        elif any(part.type == "ordered_list" for part in parts):
            self.report.add("question-type-missing", self.place, type="order")
        elif any(part.type == "table" for part in parts):
            self.report.add("question-type-missing", self.place, type="match")
        else:
            self.report.add("question-answers-missing", self.place)

    def _quotes(self, quotes: list[Span]) -> str:
        inside = [part for quote in quotes for part in quote.parts()]
        return "\n".join(html for part in inside if (html := self.page.html([part])))

    def _read_answers(self, part: Span) -> None:
        readers: dict[str, Callable[[Span], QuestionKind | Literal[""]]] = {
            "list": self._read_choices,
            "order": self._read_order,
            "match": self._read_match,
            "lines": self._read_lines,
        }
        kind = readers[_BLOCKS_OF[part.type]](part)
        wanted = self.question.settings.get("type", "")
        if kind and wanted and wanted != kind:
            _, line = self.span.meta["options"]["type"]
            self.report.add("question-type-differs", self.page.manuscript.place(line), type=wanted, kind=kind)
        if self.question.settings.get("partial") and kind not in ("several", ""):
            _, line = self.span.meta["options"]["credit"]
            self.report.add("question-credit", self.page.manuscript.place(line))
            self.question.settings["partial"] = False
        self.question.kind = kind

    # One answer, several answers

    def _read_choices(self, part: Span) -> QuestionKind | Literal[""]:
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
        answer.feedback = self._quotes([part for part in parts if part.type == "blockquote"])
        answer.right = right
        answer.plain = _plain(text)
        if not answer.html:
            self.report.add("question-option-empty", answer.place)

    def _answer(self, meta: dict[str, Any], line: int, last_line: int) -> Answer:
        """An answer with its id, already among the question's."""
        written = str(meta.get("attributes", "")).strip()
        answer = Answer("", self._line_place(line), last_line, missing_id=not written)
        if not written:
            self.report.add("question-option-id-missing", answer.place)
        elif not written.startswith("#") or not is_id(written[1:]):
            where = self.page.manuscript.find(last_line, "{")
            self.report.add("question-option-id-malformed", where, attributes=written)
        else:
            other = next((other for other in self.question.answers if other.id == written[1:]), None)
            if other is None:
                answer.id = written[1:]
            else:
                where = self.page.manuscript.find(last_line, "{")
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

    def _read_match(self, part: Span) -> QuestionKind | Literal[""]:
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

    def _read_lines(self, part: Span) -> QuestionKind | Literal[""]:
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

    def _read_number(self, lines: list[tuple[str, int]]) -> QuestionKind | Literal[""]:
        text, line = lines[0]
        where = self.page.manuscript.find(line, text)
        if len(lines) > 1:
            self.report.add("question-number-lines", self.page.manuscript.find(lines[1][1], "="))
        found = _NUMBER_ANSWER.fullmatch(text) or re.fullmatch(_NUMBER + "()", text)
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
        return self._line_place(part.line or self.span.line)

    def _line_place(self, line: int) -> Place:
        text = self.page.manuscript.lines[line - 1]
        return self.page.manuscript.place(line, len(text) - len(text.lstrip()) + 1)


def merge(written: Mapping[str, WrittenQuestion]) -> Question:
    """The question that its languages make together. *written* is not empty, and all have a kind.

    The first language decides what is right and in which order; where another differs, :mod:`parity` says so.
    """
    first = next(iter(written.values()))
    settings = {name: value for name, value in first.settings.items() if name != "type"}
    answers = {
        language: {answer.id: answer for answer in question.answers}
        for language, question in written.items()
        if question.kind == first.kind
    }
    options: list[Option] = []
    pairs: list[Pair] = []
    for answer in first.answers:
        each = {language: found[answer.id] for language, found in answers.items() if answer.id in found}
        html = {language: one.html for language, one in each.items()}
        if first.kind == "match":
            left = {language: one.left for language, one in each.items() if one.left}
            pairs.append(Pair(answer.id, left, html))
        else:
            feedback = {language: one.feedback for language, one in each.items() if one.feedback}
            options.append(Option(answer.id, html, answer.right, feedback))
    return Question(
        id=first.id,
        kind=cast(QuestionKind, first.kind),
        module=first.module,
        prompt={language: question.prompt for language, question in written.items()},
        options=tuple(options),
        pairs=tuple(pairs),
        accepted={language: question.accepted for language, question in written.items() if question.accepted},
        value=first.value,
        tolerance=first.tolerance,
        explanation={language: one.explanation for language, one in written.items() if one.explanation},
        **settings,
    )


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-"))


def _plain(parts: list[Span]) -> str:
    inline = parts[0].inline() if parts else None
    return inline.content if inline is not None else ""
