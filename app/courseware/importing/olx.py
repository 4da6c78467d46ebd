"""OLX: the ``<problem>`` elements of an Open edX course. Scripts in them are never run; what needs one is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import escape, unescape

from app.courseware.importing.draft import Answer, Draft, Passage, Refusal
from app.courseware.importing.edx_answers import number_range, set_answers, tolerance
from app.courseware.importing.marks import set_number
from app.courseware.importing.passages import Writer
from app.courseware.importing.xmltree import Node

_READ = ("multiplechoiceresponse", "choiceresponse", "optionresponse", "numericalresponse", "stringresponse")
_OTHERS = (
    "annotationresponse",
    "choicetextresponse",
    "coderesponse",
    "customresponse",
    "drag_and_drop_input",
    "externalresponse",
    "formularesponse",
    "imageresponse",
    "javascriptresponse",
    "jsmeresponse",
    "schematicresponse",
    "symbolicresponse",
    "truefalseresponse",
)
RESPONSES = frozenset((*_READ, *_OTHERS))
_INPUTS = (
    "choicegroup",
    "checkboxgroup",
    "radiogroup",
    "optioninput",
    "textline",
    "formulaequationinput",
    "responseparam",
    "additional_answer",
    "correcthint",
    "stringequalhint",
    "regexphint",
    "compoundhint",
)
_ASIDE = ("solution", "demandhint", "hintgroup", "problem_progress")
_HINTS = ("choicehint", "optionhint")
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]\w*")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_UNTOLD = re.compile(r"[0-9a-f]{32}|problem\d*|", re.IGNORECASE)
_GAP = "_____"
_MOST_ELEMENTS = 5_000
"""of one problem"""


def read(root: Node, path: str, language: str) -> list[Draft]:
    """Every question in the problems under *root*: one for each response; those refused carry the reason."""
    drafts: list[Draft] = []
    for problem in _problems(root):
        if not problem.children and not problem.text.strip():
            # A pointer to another file, as in the tree of a course.
            continue
        drafts += _problem(problem, path, language)
    return drafts


def _problems(root: Node) -> Iterator[Node]:
    """The outermost problems."""
    if root.tag == "problem":
        yield root
    else:
        for child in root.children:
            yield from _problems(child)


def _problem(problem: Node, path: str, language: str) -> list[Draft]:
    title = " ".join(problem.attributes.get("display_name", "").split())[:200]
    nodes = list(problem.walk())
    responses = [node for node in nodes if node.tag in RESPONSES]
    scripts = [node for node in nodes if node.tag == "script"]
    title = title or next((words for node in nodes if node.tag in ("label", "p") and (words := _plain(node))), "")[:80]
    drafts = []
    for number, response in enumerate(responses or [problem], start=1):
        draft = Draft(path, response.line, title=title, name=_name(problem, path, number if len(responses) > 1 else 0))
        drafts.append(draft)
        with draft.refusing():
            if scripts:
                raise Refusal("script", what=scripts[0].attributes.get("type", "") or "script")
            if len(nodes) > _MOST_ELEMENTS:
                raise Refusal("problem-too-large", limit=_MOST_ELEMENTS)
            if not responses:
                raise Refusal("description")
            draft.pending = _Reading(draft, problem, response, Writer(language, draft.notes), len(responses)).read
    return drafts


def _name(problem: Node, path: str, number: int) -> str:
    file = path.rpartition("/")[2].rpartition(".")[0]
    named = problem.attributes.get("display_name") or problem.attributes.get("url_name")
    # Names that Open edX gives by itself tell nothing.
    name = named or ("" if _UNTOLD.fullmatch(file) else file)
    if not name:
        return ""
    return f"{name} {number}" if number else name


class _Reading:
    """One response of a problem."""

    def __init__(self, draft: Draft, problem: Node, response: Node, writer: Writer, count: int) -> None:
        self.draft = draft
        self.problem = problem
        self.response = response
        self.writer = writer
        self.count = count

    def read(self) -> None:
        draft, response = self.draft, self.response
        readers: dict[str, Callable[[], None]] = {
            "multiplechoiceresponse": self._one,
            "choiceresponse": self._several,
            "optionresponse": self._dropdown,
            "numericalresponse": self._number,
            "stringresponse": self._short,
        }
        if response.tag not in readers:
            code = "script" if response.tag in ("customresponse", "javascriptresponse", "externalresponse") else ""
            raise Refusal(code, what=response.tag) if code else Refusal("type-unsupported", type=response.tag)
        draft.prompt = self._prompt()
        draft.explanation = self._html(self._solution())
        readers[response.tag]()
        self._note_the_rest()

    def _html(self, html: str, line: bool = False) -> Passage:
        return self.writer.passage(html, "html", "line" if line else "blocks")

    # What is asked

    def _prompt(self) -> Passage:
        before, after = self._around()
        own_before, own_after = self._inside()
        parts = [*before, *own_before]
        behind = [part for part in (*own_after, *after) if _words(part)]
        inline = self.response.tag == "optionresponse" and "".join(behind).strip() and not _is_block(behind)
        if inline:
            self.draft.notes.add("missing-word")
            parts.append(_GAP)
        elif behind:
            self.draft.notes.add("text-after")
        prompt = self._html("".join([*parts, *behind]))
        label = self._label()
        return prompt or self._html(f"<p>{escape(label)}</p>" if label else "")

    def _label(self) -> str:
        """The label of the field, where nothing else asks."""
        for node in self.response.walk():
            if node.attributes.get("label") and node.tag not in (*_HINTS, "correcthint"):
                return node.attributes["label"]
        return ""

    def _around(self) -> tuple[list[str], list[str]]:
        """The text of the problem before this response, behind the one before it, and what is behind the last."""
        before: list[str] = []
        after: list[str] = []
        seen = False
        number = 0

        def collect(node: Node) -> None:
            nonlocal seen, number
            _add(after if seen else before, escape(node.text, quote=False))
            for child in node.children:
                if child.tag in RESPONSES:
                    number += 1
                    if child is self.response:
                        seen = True
                    elif not seen:
                        before.clear()
                    elif seen:
                        # What stands before the next response belongs to it.
                        after.clear()
                        raise _Enough
                elif child.tag in _ASIDE:
                    pass
                elif any(inner.tag in RESPONSES for inner in child.walk()):
                    _add(after if seen else before, "<br>")
                    collect(child)
                    _add(after if seen else before, "<br>")
                else:
                    _add(after if seen else before, child.html(_ASIDE))
                _add(after if seen else before, escape(child.tail, quote=False))

        with suppress(_Enough):
            collect(self.problem)
        return before, after

    def _inside(self) -> tuple[list[str], list[str]]:
        """The text inside the response, before and behind the field."""
        before: list[str] = []
        after: list[str] = []
        found = False
        _add(before, escape(self.response.text, quote=False))
        for child in self.response.children:
            target = after if found else before
            if child.tag in _INPUTS or any(inner.tag in _INPUTS for inner in child.walk()):
                found = found or child.tag not in ("responseparam", "additional_answer", "correcthint")
                if child.tag not in _INPUTS:
                    _add(target, child.html((*_INPUTS, *_ASIDE)))
            elif child.tag in ("label", "description"):
                # The editor writes both as lines of their own.
                _add(target, f"<p>{child.inner(_ASIDE)}</p>")
            elif child.tag not in _ASIDE:
                _add(target, child.html(_ASIDE))
            _add(after if found else before, escape(child.tail, quote=False))
        return before, after

    def _solution(self) -> str:
        holders = [node for node in self.response.walk() if node.tag == "solution"]
        if not holders and self.count == 1:
            holders = [node for node in self.problem.walk() if node.tag == "solution"]
        elif not holders:
            children = self.problem.children
            if self.response in children:
                following = children[children.index(self.response) + 1 :]
                holders = [node for node in following[:1] if node.tag == "solution"]
        html = "".join(node.inner() for node in holders)
        # The editor puts this word above every explanation.
        return re.sub(r"(<div[^>]*>\s*)?<p>\s*(Explanation|Explicación)\s*</p>", r"\1", html, count=1)

    # Types

    def _one(self) -> None:
        draft = self.draft
        groups = self._inputs("choicegroup", "radiogroup")
        self._choices(groups)
        several = sum(1 for answer in draft.answers if answer.right) > 1
        draft.kind = "several" if several else "one"
        if several:
            draft.notes.add("any-of-right")
        partly = [
            _plain(choice)
            for group in groups
            for choice in group.all("choice")
            if choice.attributes.get("correct", "").lower() == "partial"
        ]
        if partly:
            draft.notes.add("partial-dropped", answers="; ".join(partly))
        draft.shuffle = any(group.attributes.get("shuffle", "").lower() == "true" for group in groups)

    def _several(self) -> None:
        draft = self.draft
        groups = self._inputs("checkboxgroup", "choicegroup")
        draft.kind, draft.shuffle = "several", False
        self._choices(groups)
        if self.response.attributes.get("partial_credit", "").strip():
            draft.partial = True
            draft.notes.add("partial-differs")
        for hint in (hint for group in groups for hint in group.all("compoundhint")):
            draft.notes.add("feedback-dropped", feedback=_plain(hint))

    def _choices(self, groups: list[Node]) -> None:
        for choice in (choice for group in groups for choice in group.all("choice")):
            right = choice.attributes.get("correct", "").lower() == "true"
            self.draft.answers.append(self._answer(choice, right))

    def _answer(self, node: Node, right: bool) -> Answer:
        chosen = []
        for hint in node.all(*_HINTS):
            if hint.attributes.get("selected", "true").lower() == "false":
                self.draft.notes.add("feedback-dropped", feedback=_plain(hint))
            else:
                chosen.append(_feedback(hint))
        return Answer(self._html(node.inner(_HINTS), line=True), right, self._html("<br>".join(chosen)))

    def _dropdown(self) -> None:
        draft = self.draft
        draft.kind, draft.shuffle = "one", False
        fields = self._inputs("optioninput")
        if len(fields) > 1:
            raise Refusal("cloze")
        for field in fields:
            options = field.all("option")
            draft.answers = [self._answer(one, one.attributes.get("correct", "").lower() == "true") for one in options]
            right = field.attributes.get("correct", "")
            for text in _listed(field.attributes.get("options", "")) if not options else ():
                draft.answers.append(Answer(self.writer.passage(text, "plain", "line"), text == right))
        if sum(1 for answer in draft.answers if answer.right) > 1:
            draft.kind = "several"
            draft.notes.add("any-of-right")

    def _number(self) -> None:
        draft, response = self.draft, self.response
        said = response.attributes.get("answer", "").strip()
        self._refuse_variable(said)
        found = number_range(draft, said)
        if found is None:
            raise Refusal("number-expression", value=said)
        ranges = [found]
        for param in (node for node in response.walk() if node.tag == "responseparam"):
            if param.attributes.get("type", "tolerance") == "tolerance":
                text = param.attributes.get("default", "")
                self._refuse_variable(text)
                ranges = [(found[0], max(found[1], tolerance(found[0], text)))]
        for more in response.all("additional_answer"):
            other = number_range(draft, more.attributes.get("answer", "").strip())
            if other is None:
                raise Refusal("number-several")
            ranges.append(other)
        set_number(draft, ranges)
        self._keep_hints()

    def _short(self) -> None:
        draft, response = self.draft, self.response
        kinds = response.attributes.get("type", "").lower().split()
        answers = [response.attributes.get("answer", "")]
        answers += [more.attributes.get("answer", "") or more.words() for more in response.all("additional_answer")]
        for answer in answers:
            self._refuse_variable(answer)
        set_answers(draft, [answer for answer in answers if answer.strip()], pattern="regexp" in kinds)
        if "ci" not in kinds:
            draft.notes.add("case-ignored")
        self._keep_hints()

    def _keep_hints(self) -> None:
        """Hints on right answers become part of the explanation; those on expected wrong ones have no place."""
        for hint in (node for node in self.response.walk() if node.tag == "correcthint"):
            if feedback := self._html(_feedback(hint)):
                self.draft.explain(feedback)
                self.draft.notes.add("feedback-moved")
        for hint in (node for node in self.response.walk() if node.tag in ("stringequalhint", "regexphint")):
            self.draft.notes.add("feedback-dropped", feedback=_plain(hint))
        for line in (node for node in self.response.walk() if node.tag in ("textline", "formulaequationinput")):
            if unit := line.attributes.get("trailing_text", "").strip():
                self.draft.notes.add("unit-dropped", unit=unit)

    def _refuse_variable(self, text: str) -> None:
        if found := _VARIABLE.search(text):
            raise Refusal("script", what=found[0])

    def _inputs(self, *tags: str) -> list[Node]:
        return [node for node in self.response.walk() if node.tag in tags]

    def _note_the_rest(self) -> None:
        hints = [hint for node in self.problem.walk() if node.tag == "demandhint" for hint in node.all("hint")]
        if hints:
            self.draft.notes.add("hints-dropped", count=len(hints))
        weight = self.problem.attributes.get("weight", "")
        if re.fullmatch(r"\d+(\.\d+)?", weight) and float(weight) not in (1.0, float(self.count)):
            self.draft.notes.add("mark-dropped", mark=weight)


class _Enough(Exception):
    """The walk has come to the next response."""


def _add(parts: list[str], html: str) -> None:
    if html:
        parts.append(html)


def _words(html: str) -> bool:
    return bool(re.sub(r"<(?!img\b)[^<>]*>", "", html).strip())


def _is_block(parts: list[str]) -> bool:
    return re.match(r"\s*<(p|div|ul|ol|table|h[1-6]|pre|section)\b", "".join(parts)) is not None


def _plain(node: Node) -> str:
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", node.inner(_HINTS))).split())


def _feedback(hint: Node) -> str:
    label = hint.attributes.get("label", "").strip()
    return f"{escape(label, quote=False)}: {hint.inner()}" if label else hint.inner()


def _listed(options: str) -> list[str]:
    """The texts of ``options="('yes','no')"``."""
    quoted = [single or double for single, double in _QUOTED.findall(options[:10_000])]
    found = quoted or options[:10_000].strip("() ").split(",")
    return [text for one in found if (text := re.sub(r"\\(.)", r"\1", one).strip())]
