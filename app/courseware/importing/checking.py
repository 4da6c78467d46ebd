"""Proof that what an import writes is what it read: the compiler's own reader finds the same question in it."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from app.courseware.answers import WrittenQuestion
from app.courseware.course import Source
from app.courseware.fix import fix
from app.courseware.importing.draft import Draft, Passage, Refusal
from app.courseware.importing.writing import bare, write
from app.courseware.manuscript import Manuscript, Report
from app.courseware.pages import open_page, read_page
from app.courseware.problem import message
from app.courseware.questions import QuestionContext, read_questions
from app.courseware.settings import Settings
from app.courseware.written import Library

_MODULE = "bank"
_TAG = re.compile(r"<[^<>]*>")


class Checker:
    """Writes drafts and checks them, for a course in *language* with these *sources* and so many *objectives*."""

    def __init__(self, language: str, sources: Collection[str], objectives: int) -> None:
        self.language = language
        settings = Settings(
            languages=(language,),
            modules=(_MODULE,),
            sources={source: Source({language: source}) for source in sources},
        )
        self.library = Library(settings)
        self.context = QuestionContext(_MODULE, tuple(sources), (_MODULE,), {_MODULE: objectives})

    def written(self, draft: Draft, question_id: str) -> str:
        """The question of *draft*, proven to compile and to say what the draft says.

        Formatting that cannot be kept is given up and noted. Raises :class:`Refusal` for what still does not compile.
        """
        if draft.verbatim:
            return self._verbatim(draft, question_id)
        text = write(draft, question_id)
        if self._says(draft, self._read(text)):
            return text
        plain = bare(draft)
        text = write(plain, question_id)
        read = self._read(text)
        if not isinstance(read, WrittenQuestion):
            raise read
        if not self._says(plain, read):
            raise Refusal("text-unsafe")
        draft.notes.add("formatting-lost")
        return text

    def _verbatim(self, draft: Draft, question_id: str) -> str:
        text = write(draft, question_id)
        read = self._read(text)
        if not isinstance(read, WrittenQuestion):
            raise read
        if any(answer.missing_id for answer in read.answers):
            text = self._with_ids(text)
        return text

    def _with_ids(self, text: str) -> str:
        path = f"01-{_MODULE}/quiz.{self.language}.md"
        head = f"id: bank\nlanguages: [{self.language}]\nmodules: [{_MODULE}]\n"
        changed = fix({"course.yaml": head.encode(), path: text.encode()})
        return changed[path].decode() if path in changed else text

    def _read(self, text: str) -> WrittenQuestion | Refusal:
        """The question in *text*, or what the compiler has against it."""
        report = Report()
        page = open_page(Manuscript(f"quiz.{self.language}.md", text), "quiz", self.language, report)
        read_page(page, self.library, report)
        questions = [] if page.refused else read_questions(page, self.context, report)
        for problem in report.problems():
            if problem.severity == "error":
                said = {f"said_{language}": message(problem, language) for language in ("en", "es")}
                return Refusal("compiler", code=problem.code, **said)
        if len(questions) != 1 or not questions[0].kind or any(span.name != "question" for span in page.spans()):
            return Refusal("text-unsafe")
        return questions[0]

    def _says(self, draft: Draft, read: WrittenQuestion | Refusal) -> bool:
        if isinstance(read, Refusal) or read.kind != draft.kind or read.missing_id:
            return False
        if draft.kind == "short":
            same = list(read.accepted) == draft.accepted
        elif draft.kind == "number":
            same = (read.value, read.tolerance) == (float(draft.value), float(draft.tolerance))
        else:
            same = len(read.answers) == len(draft.answers) and all(
                wanted.right == found.right
                and not found.missing_id
                and _same(wanted.text, found.html)
                and _same(wanted.left, found.left)
                and _same(wanted.feedback, found.feedback)
                for wanted, found in zip(draft.answers, read.answers, strict=True)
            )
        return same and _same(draft.prompt, read.prompt) and _same(draft.explanation, read.explanation)


def _same(wanted: Passage, html: str) -> bool:
    """Whether the words of *html* are those wanted, but for white space."""
    shown = unescape(_TAG.sub("", html))
    return "".join(shown.split()) == "".join(wanted.plain.split())
