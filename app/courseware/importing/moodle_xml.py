"""Moodle XML: a ``<quiz>`` of ``<question>`` elements (question/format/xml)."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from app.courseware.importing.draft import NOTHING, Answer, Draft, Passage, Refusal
from app.courseware.importing.gift_blocks import category_path
from app.courseware.importing.marks import accept, number, set_number, show, true_or_false, weigh
from app.courseware.importing.passages import Format, Shape, Writer
from app.courseware.importing.xmltree import Node

_FORMATS: dict[str, Format] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
_REFUSED = {
    "essay": "essay",
    "description": "description",
    "cloze": "cloze",
    "multianswer": "cloze",
    "gapselect": "cloze",
    "ddwtos": "cloze",
    "calculated": "calculated",
    "calculatedsimple": "calculated",
    "calculatedmulti": "calculated",
}
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
# What Moodle writes into every question by itself; our pages say as much.
_USUAL = re.compile(
    r"(your answer is (correct|incorrect|partially correct)|(su|tu) respuesta es (correcta|incorrecta|parcialmente correcta)"
    r"|respuesta (correcta|incorrecta|parcialmente correcta)|correct|incorrect)?[.!]?",
    re.IGNORECASE,
)
_CALCULATED = re.compile(r"\{=?[A-Za-z_][\w*+/-]*\}")


def read(root: Node, path: str, language: str) -> list[Draft]:
    """Every question in the ``<quiz>`` *root*, in order; those that cannot be taken over carry the reason."""
    drafts = []
    category = ""
    for node in root.all("question"):
        kind = node.attributes.get("type", "").strip()
        if kind == "category":
            category = category_path((node.first("category") or node).words("text"))
            continue
        draft = Draft(path, node.line, category=category)
        draft.pending = partial(_Reading(draft, node, Writer(language, draft.notes)).read, kind)
        drafts.append(draft)
    return drafts


class _Reading:
    """One ``<question>``."""

    def __init__(self, draft: Draft, node: Node, writer: Writer) -> None:
        self.draft = draft
        self.node = node
        self.writer = writer
        question = node.first("questiontext")
        self.form: Format = _form(question, "html") if question is not None else "html"

    def read(self, kind: str) -> None:
        draft, node = self.draft, self.node
        draft.title = " ".join((node.first("name") or Node("", {}, 0)).words("text").split())[:200]
        draft.name = node.words("idnumber")
        readers: dict[str, Callable[[], None]] = {
            "multichoice": self._choices,
            "multichoiceset": self._choice_set,
            "truefalse": self._true_false,
            "shortanswer": self._short,
            "numerical": self._number,
            "matching": self._match,
            "match": self._match,
            "ddmatch": self._match,
            "ordering": self._order,
        }
        if kind in _REFUSED:
            raise Refusal(_REFUSED[kind])
        if kind not in readers:
            raise Refusal("type-unsupported", type=kind or "?")
        tables, ordered = readers[kind] != self._match, kind != "ordering"
        draft.prompt = self._passage(node.first("questiontext"), tables=tables, ordered=ordered)
        draft.explanation = self._passage(node.first("generalfeedback"))
        readers[kind]()
        self._note_the_rest()

    def _passage(
        self, holder: Node | None, shape: Shape = "blocks", tables: bool = True, ordered: bool = True
    ) -> Passage:
        if holder is None:
            return NOTHING
        return self.writer.passage(_text(holder), _form(holder, self.form), shape, tables, ordered)

    # Types

    def _choices(self) -> None:
        single = _flag(self.node, "single", True)
        weigh(self.draft, [(self._answer(one), _fraction(one)) for one in self.node.all("answer")], single)
        self.draft.shuffle = _flag(self.node, "shuffleanswers", False)

    def _choice_set(self) -> None:
        """All or nothing: a plug-in of Moodle."""
        self.draft.kind = "several"
        for one in self.node.all("answer"):
            answer = self._answer(one)
            answer.right = _fraction(one) > 0
            self.draft.answers.append(answer)
        self.draft.shuffle = _flag(self.node, "shuffleanswers", False)

    def _answer(self, node: Node) -> Answer:
        return Answer(self._passage(node, "line"), feedback=self._passage(node.first("feedback")))

    def _true_false(self) -> None:
        words = dict(zip(("true", "false"), true_or_false(self.writer.language), strict=True))
        self.draft.kind, self.draft.shuffle = "one", False
        found: dict[str, Answer] = {}
        for name, node in zip(("true", "false"), self.node.all("answer"), strict=False):
            # Old exports name the two in the language of their site, the true one first.
            said = _text(node).strip().lower()
            key = said if said in words else name
            feedback = self._passage(node.first("feedback"))
            found[key] = Answer(Passage(words[key], words[key]), _fraction(node) == 100, feedback, id=key)
        self.draft.answers = [found[key] for key in words if key in found]

    def _short(self) -> None:
        self.draft.kind = "short"
        for node in self.node.all("answer"):
            answer = _text(node).strip()
            weight = _fraction(node)
            self._keep_feedback(node, weight)
            if 0 < weight < 100:
                self.draft.notes.add("partial-dropped", answers=answer)
            elif weight >= 100 and re.search(r"(?<!\\)\*", answer):
                self.draft.notes.add("wildcard-dropped", answer=answer)
            elif weight >= 100:
                accept(self.draft, answer.replace("\\*", "*"))
        if self.node.words("usecase") == "1":
            self.draft.notes.add("case-ignored")

    def _keep_feedback(self, node: Node, weight: Decimal) -> None:
        feedback = self._passage(node.first("feedback"))
        if feedback and weight >= 100:
            self.draft.explain(feedback)
            self.draft.notes.add("feedback-moved")
        elif feedback:
            self.draft.notes.add("feedback-dropped", feedback=feedback.plain)

    def _number(self) -> None:
        ranges = []
        for node in self.node.all("answer"):
            weight, said = _fraction(node), _text(node).strip()
            self._keep_feedback(node, weight)
            if said in ("*", ""):
                continue
            if weight >= 100:
                tolerance = node.words("tolerance")
                ranges.append((number(said), abs(number(tolerance)) if tolerance else Decimal(0)))
            elif weight > 0:
                self.draft.notes.add("partial-dropped", answers=said)
        set_number(self.draft, ranges)
        units = [unit.words("unit_name") for holder in self.node.all("units") for unit in holder.all("unit")]
        if named := ", ".join(unit for unit in units if unit):
            self.draft.notes.add("unit-dropped", unit=named)

    def _match(self) -> None:
        self.draft.kind = "match"
        for node in self.node.all("subquestion"):
            holder = node.first("answer")
            # The plug-in for dragging has formatted answers; those of Moodle itself are plain.
            form = _form(holder, "moodle") if holder is not None else "moodle"
            right = self.writer.passage(_text(holder), form, "cell") if holder is not None else NOTHING
            left = self._passage(node, "cell")
            if left or right:
                self.draft.answers.append(Answer(right, left=left))
        self.draft.notes.add("match-all-or-nothing")

    def _order(self) -> None:
        draft, node = self.draft, self.node
        draft.kind = "order"
        draft.answers = [Answer(self._passage(one, "line")) for one in sorted(node.all("answer"), key=_fraction)]
        select = (node.words("selecttype") or node.words("logical") or "ALL").upper()
        count = node.words("selectcount") or node.words("studentsee")
        if select not in ("ALL", "0") and count.isdecimal() and 0 < int(count[:9]) < len(draft.answers):
            draft.notes.add("order-subset")
        if node.words("gradingtype").upper() not in ("ALL_OR_NOTHING", "-1"):
            draft.notes.add("order-all-or-nothing")

    # What has no place

    def _note_the_rest(self) -> None:
        draft, node = self.draft, self.node
        for name in _COMBINED:
            feedback = self._passage(node.first(name))
            if feedback and not _USUAL.fullmatch(" ".join(feedback.plain.split())):
                draft.notes.add("feedback-dropped", feedback=feedback.plain)
        if hints := sum(1 for hint in node.all("hint") if (hint.first("hintcontent") or hint).words("text")):
            draft.notes.add("hints-dropped", count=hints)
        tags = [tag.words("text") for holder in node.all("tags", "coursetags") for tag in holder.all("tag")]
        if tags := [tag for tag in tags if tag]:
            draft.notes.add("tags-dropped", tags=", ".join(tags))
        mark = node.words("defaultgrade")
        if mark and (worth := _decimal(mark, Decimal(1))) != 1:
            draft.notes.add("mark-dropped", mark=show(worth))
        missing = {value for one in draft.notes.found if one.code == "picture-missing" for _, value in one.values}
        for file in (one for one in node.walk() if one.tag in ("file", "image")):
            name = file.attributes.get("name", "") or file.words()
            if name and len(name) < 200 and name not in missing and file.tag == "file":
                draft.notes.add("file-embedded", name=name)
            elif name and file.tag == "image" and file in node.children:
                # Before Moodle 2 a question had one picture of its own.
                draft.notes.add("picture-missing", name=name)


def _text(holder: Node) -> str:
    """The text of *holder*: in its ``<text>``, or right inside in old exports."""
    inner = holder.first("text")
    if inner is None:
        return holder.text
    # Some programs write HTML into it without marking it as text.
    return inner.inner() if inner.children else inner.text


def _form(holder: Node, otherwise: Format) -> Format:
    said = holder.attributes.get("format", "").strip()
    return _FORMATS.get(said, "html" if said else otherwise)


def _flag(node: Node, name: str, otherwise: bool) -> bool:
    said = node.words(name).lower()
    return said not in ("false", "0") if said else otherwise


def _fraction(node: Node) -> Decimal:
    return _decimal(node.attributes.get("fraction", "") or node.words("fraction"), Decimal(0))


def _decimal(text: str, otherwise: Decimal) -> Decimal:
    return Decimal(text) if re.fullmatch(r"\s*[-+]?\d{1,9}(\.\d{0,30})?\s*", text) else otherwise
