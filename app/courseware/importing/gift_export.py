"""A bank of questions as GIFT that a Moodle reads back (question/format/gift)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from html import escape
from typing import NamedTuple

from app.courseware.course import Course, Option, Question
from app.courseware.importing import hypertext
from app.courseware.importing.entries import Note, Notes, note
from app.courseware.importing.hypertext import Element
from app.courseware.importing.marks import show
from app.courseware.importing.rendering import picture_words

_ESCAPED = re.compile(r"[\\:#={}~]")
_KEPT = frozenset(
    "p strong em s a ul ol li blockquote pre code h2 h3 h4 h5 h6 br hr table thead tbody tr th td dl dt dd sup sub".split()
)
# Moodle knows no other shares of a mark (question/engine/bank.php).
_SHARES = {count: Decimal(100) / count for count in (*range(1, 11), 20)}
_UNFIT_IN_ORDER = re.compile(r"[{}\n]|####|\\[:#={}~\\n]")
_SPACES = re.compile(r"\s{2,}|[^\S\u00a0\u202f]")
_UNFIT_IN_COMMENT = re.compile(r"[\n;]")


class LeftOut(NamedTuple):
    """What did not go into the file: a question as a whole, or something of it."""

    id: str
    note: Note
    whole: bool


class Exported(NamedTuple):
    """The GIFT, to be saved as UTF-8, and what is not in it."""

    text: str
    left_out: tuple[LeftOut, ...]


def export_gift(course: Course, question_ids: Iterable[str], language: str) -> Exported:
    """The questions of *course* with these ids, in *language*, in that order, as GIFT.

    Questions that GIFT cannot hold are left out with the reason. What Moodle does not read of a question stands in a
    comment, which :func:`app.courseware.importing.import_bank` reads.
    """
    parts: list[str] = []
    left_out: list[LeftOut] = []
    for question_id in question_ids:
        question = course.questions.get(question_id)
        if question is None:
            left_out.append(LeftOut(question_id, note("question-unknown"), True))
            continue
        writing = _Writing(question, language)
        text = writing.text()
        left_out += [LeftOut(question_id, one, not text) for one in writing.notes.found]
        if text:
            parts.append(text)
    return Exported("\n".join(parts), tuple(left_out))


class _Unfit(Exception):
    """The question cannot be written; the notes say why."""


class _Writing:
    """One question."""

    def __init__(self, question: Question, language: str) -> None:
        self.question = question
        self.language = language
        self.notes = Notes()

    def text(self) -> str:
        """The question with its comment, or "" if GIFT cannot hold it; :attr:`notes` then has the one reason."""
        question = self.question
        try:
            if not question.prompt.get(self.language):
                self._refuse("question-not-translated")
            body = self._body()
        except _Unfit:
            return ""
        rows = [f"// [id:{question.id}]"]
        if settings := self._settings():
            rows.append(f"// paso: {settings}")
        prompt = _escaped(self._clean(question.prompt[self.language]).strip())
        explanation = question.explanation.get(self.language, "")
        # What is about all answers stands last.
        behind = [f"\t####{self._html(explanation)}"] if explanation else []
        head = f"::{_escaped(question.id)}::[html]{prompt}{{" + ("#" if question.kind == "number" else "")
        if question.kind == "order":
            head += f">{len(question.options)} ALL VERTICAL ALL_OR_NOTHING SHOW none"
        return "\n".join([*rows, head, *body, *behind, "}", ""])

    def _refuse(self, code: str, **values: object) -> None:
        self.notes = Notes([note(code, **values)])
        raise _Unfit

    def _settings(self) -> str:
        question = self.question
        settings = {
            "critical": "yes" if question.critical else "",
            # Moodle gives a part of the mark for a part of these.
            "credit": "all" if question.kind in ("several", "match") and not question.partial else "",
            "shuffle": "" if question.shuffle else "no",
            "difficulty": str(question.difficulty) if question.difficulty != 2 else "",
            "objective": str(question.objective) if question.objective else "",
            "countries": " ".join(question.countries),
            "source": question.source,
        }
        said = "; ".join(f"{k}={v}" for k, v in settings.items() if v and not _UNFIT_IN_COMMENT.search(v))
        if said:
            self.notes.add("gift-settings", settings=said)
        return said

    def _body(self) -> list[str]:
        question = self.question
        if question.kind in ("one", "several"):
            return self._choices()
        if question.kind == "match":
            return [
                f"\t={self._html(pair.left.get(self.language, ''))} -> {_escaped(self._words(pair.right[self.language]))}"
                for pair in question.pairs
                if pair.right.get(self.language)
            ]
        if question.kind == "order":
            return self._items()
        if question.kind == "number":
            value, tolerance = (show(Decimal(repr(number))) for number in (question.value, question.tolerance))
            return [f"\t={value}:{tolerance}"]
        return self._accepted()

    def _choices(self) -> list[str]:
        question = self.question
        right = sum(1 for option in question.options if option.right)
        if question.kind == "several" and right not in _SHARES:
            self._refuse("gift-right-many", count=right)
        return ["\t" + self._sign(option, right) + self._option(option) for option in question.options]

    def _sign(self, option: Option, right: int) -> str:
        if self.question.kind == "one":
            return "=" if option.right else "~"
        share = _SHARES[right].quantize(Decimal("0.00001")).normalize()
        wrong = share if self.question.partial else Decimal(100)
        return f"~%{share if option.right else -wrong:f}%"

    def _option(self, option: Option) -> str:
        feedback = option.feedback.get(self.language, "")
        text = self._html(option.html.get(self.language, ""))
        return f"{text}#{self._html(feedback)}" if feedback else text

    def _items(self) -> list[str]:
        """Moodle reads these as they stand, one a line, with nothing escaped."""
        rows = []
        for option in self.question.options:
            row = " ".join(self._clean(option.html.get(self.language, "")).split())
            if unfit := _UNFIT_IN_ORDER.search(row):
                self._refuse("gift-text", text=unfit[0])
            rows.append(row)
        self.notes.add("gift-order")
        return rows

    def _accepted(self) -> list[str]:
        answers = self.question.accepted.get(self.language, ())
        if unfit := next((answer for answer in answers if "->" in answer), None):
            self._refuse("gift-text", text=unfit)
        # A star stands for any text in Moodle, unless a backslash stands before it. What begins with % is no weight here.
        return [f"\t=%100%{_formatted(_escaped(answer.replace('*', chr(92) + '*')))}" for answer in answers]

    # Text

    def _html(self, html: str) -> str:
        return _formatted(_escaped(self._clean(html).strip()))

    def _words(self, html: str) -> str:
        """*html* as the plain text that Moodle offers on the right side of a match."""
        return " ".join(hypertext.read(self._clean(html)).text().split())

    def _clean(self, html: str) -> str:
        """*html* without classes, pictures and links into this site."""
        return "".join(self._serialised(child) for child in hypertext.read(html).children)

    def _serialised(self, node: Element | str, exact: bool = False) -> str:
        if isinstance(node, str):
            return escape(node if exact else _SPACES.sub(" ", node), quote=False)
        inner = "".join(self._serialised(child, exact or node.tag == "pre") for child in node.children)
        if node.tag in ("img", "audio"):
            name = node.attributes.get("alt") or node.attributes.get("aria-label", "")
            self.notes.add("gift-picture", name=node.attributes.get("src", "").rpartition("/")[2])
            return escape(f"[{picture_words(self.language, name)}]", quote=False)
        if node.tag == "a":
            address = node.attributes.get("href", "")
            if address.startswith(("http:", "https:", "mailto:")):
                return f'<a href="{escape(address)}">{inner}</a>'
            self.notes.add("gift-link", address=address)
            return inner
        if node.tag not in _KEPT:
            return inner
        return f"<{node.tag}>" if node.tag in ("br", "hr") else f"<{node.tag}>{inner}</{node.tag}>"


def _formatted(text: str) -> str:
    """*text* so that its beginning is not taken for the name of a format."""
    return f"[html]{text}" if text.startswith("[") else text


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text.replace("\r", "")).replace("\n", "\\n")
