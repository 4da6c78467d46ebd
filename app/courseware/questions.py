"""Questions: read as written in one language, then put together from all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from app.courseware.answers import AnswerReader, WrittenQuestion, is_answers, quotation
from app.courseware.course import Option, Pair, Question, QuestionKind
from app.courseware.ids import agree_on_ids, is_id, slug
from app.courseware.keys import read_countries, read_flag, read_integer
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Span
from app.courseware.problem import nearest
from app.courseware.written import Written

KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)


def read_questions(page: Written, context: QuestionContext, report: Report) -> list[WrittenQuestion]:
    """The questions of *page* in order, with every mistake reported.

    One without an id has "" for it, and one whose answers cannot be read has no kind.
    """
    return [_Reader(page, span, context, report).read() for span in _question_spans(page.spans())]


def settle(
    written: Mapping[str, list[WrittenQuestion]], prefix: str, report: Report
) -> dict[str, list[WrittenQuestion]]:
    """The usable questions of a page in each language, with an id for each and for each of their answers.

    What lacks an id gets one, the same in every language and the same that ``paso courses fix`` would write, made of
    *prefix* for questions and of the text for answers. Ids that are there twice are reported.
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


class _Reader:
    """One question directive."""

    def __init__(self, page: Written, span: Span, context: QuestionContext, report: Report) -> None:
        self.page = page
        self.span = span
        self.context = context
        self.report = report
        argument = str(span.meta["argument"])
        self.place = page.manuscript.find(span.line, argument or ":::", "}" if argument else "")
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
        self.question.explanation = quotation(self.page, explanation)
        if answers is not None:
            self._read_answers(answers)
        return self.question

    # What stands under the opening line

    def _read_options(self) -> None:
        settings = self.question.settings
        for option, (value, line) in self.span.meta["options"].items():
            where = self.page.manuscript.find(line, value, ": ") if value else self.page.manuscript.place(line)
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
            where = self.page.manuscript.find(line, str(objective), ": ")
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
        kind = str(self.question.settings.get("type", ""))
        position = next((at for at in range(len(parts) - 1, -1, -1) if is_answers(parts[at], kind)), None)
        if position is None:
            self._no_answers(parts)
            return parts, None, []
        prompt, answers, after = parts[:position], parts[position], parts[position + 1 :]
        for part in after:
            if part.type != "blockquote":
                self.report.add("question-text-after", self.page.manuscript.start(part.line or self.span.line))
                break
        for part in prompt:
            if is_answers(part, kind):
                self.report.add("question-answers-apart", self.page.manuscript.start(answers.line), line=part.line)
                break
        if answers.type == "paragraph" and (inline := answers.inline()) is not None and inline.content:
            prompt = [*prompt, answers]
        return prompt, answers, [part for part in after if part.type == "blockquote"]

    def _no_answers(self, parts: list[Span]) -> None:
        lists = [part for part in parts if part.type == "bullet_list"]
        if lists:
            self.report.add("question-markers-missing", self.page.manuscript.start(lists[-1].line))
        elif any(part.type == "ordered_list" for part in parts):
            self.report.add("question-type-missing", self.place, type="order")
        elif any(part.type == "table" for part in parts):
            self.report.add("question-type-missing", self.place, type="match")
        else:
            self.report.add("question-answers-missing", self.place)

    def _read_answers(self, part: Span) -> None:
        question = self.question
        kind = question.kind = AnswerReader(self.page, self.span, question, self.report).read(part)
        wanted = question.settings.get("type", "")
        if kind and wanted and wanted != kind:
            _, line = self.span.meta["options"]["type"]
            self.report.add("question-type-differs", self.page.manuscript.place(line), type=wanted, kind=kind)
        if question.settings.get("partial") and kind not in ("several", ""):
            _, line = self.span.meta["options"]["credit"]
            self.report.add("question-credit", self.page.manuscript.place(line))
            question.settings["partial"] = False


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
