"""Moodle GIFT, read as Moodle reads it (question/format/gift), and a little more patiently."""

from __future__ import annotations

import re
from decimal import Decimal

from app.courseware.importing.draft import NOTHING, Answer, Draft, Passage, Refusal
from app.courseware.importing.gift_blocks import Block, blocks, show
from app.courseware.importing.marks import accept, between, number, set_number, sized, true_or_false, weigh
from app.courseware.importing.passages import Format, Shape, Writer

_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,10})?)%")
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")
_ORDERING = re.compile(
    r">[ \t]*(?P<count>\d+)?[ \t]*(?P<select>ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)?[ \t]*"
    r"(?:HORIZONTAL|HORI|H|VERTICAL|VERT|V|[01](?=\s))?[ \t]*(?P<grading>[A-Z_]{3,})?[ \t]*"
    r"(?:SHOW|TRUE|YES|HIDE|FALSE|NO|[01](?=\s))?[ \t]*(?:none|123|abc|ABCD|iii|IIII)?[ \t]*(?=\n|$)"
)
_GAP = "_____"
_SETTINGS = ("critical", "shuffle", "objective", "difficulty", "source", "countries")


def read(text: str, path: str, language: str) -> list[Draft]:
    """Every question of the GIFT file *text*, in order; those that cannot be taken over carry the reason."""
    drafts = []
    for block in blocks(text):
        draft = Draft(path, block.line, category=block.category)
        draft.pending = _Reading(draft, block, Writer(language, draft.notes)).read
        drafts.append(draft)
    return drafts


class _Reading:
    """One question."""

    def __init__(self, draft: Draft, block: Block, writer: Writer) -> None:
        self.draft = draft
        self.block = block
        self.writer = writer
        self.form: Format = "moodle"

    def read(self) -> None:
        draft, block = self.draft, self.block
        text = self._title(block.text)
        titled = bool(draft.title)
        draft.title = draft.title or _start(text)
        draft.name = block.id
        start, end = text.find("{"), text.find("}")
        if start < 0 and end < 0:
            raise Refusal("description")
        if start < 0 or end < start:
            raise Refusal("braces")
        prompt, answers, tail = text[:start], text[start + 1 : end].strip(), text[end + 1 :]
        if "{" in answers:
            raise Refusal("braces")
        if tail.strip():
            draft.notes.add("missing-word")
            prompt = f"{prompt}{_GAP}{tail}"
        if not block.parted:
            draft.notes.add("not-parted")
        if block.tags:
            draft.notes.add("tags-dropped", tags=", ".join(block.tags))
        answers, parted, explanation = answers.rpartition("####") if "####" in answers else (answers, "", "")
        prompt, self.form = _format(prompt.strip(), "moodle")
        self._read_answers(answers.strip())
        tables, ordered = draft.kind != "match", draft.kind != "order"
        # Not by way of _passage: its format is read already, and what follows may look like another.
        draft.prompt = self.writer.passage(show(prompt), self.form, "blocks", tables, ordered)
        if parted:
            own = self._passage(explanation)
            moved, draft.explanation = draft.explanation, own
            draft.explain(moved)
        self._settings()
        if not titled:
            draft.title = " ".join(draft.prompt.plain.split())[:80]

    def _title(self, text: str) -> str:
        """*text* without the title, which the draft now has."""
        if not text.startswith("::"):
            return text
        title, found, rest = text[2:].partition("::")
        if not found:
            return text[2:]
        self.draft.title = " ".join(show(title).split())
        return rest.strip()

    def _settings(self) -> None:
        """What our own export noted in a comment, so that the way back loses nothing."""
        for part in show(self.block.settings).split(";"):
            key, _, value = part.strip().partition("=")
            if key in _SETTINGS:
                self.draft.options[key] = value.strip()
            elif key == "credit" and value == "all":
                self.draft.partial = False
                told = ("weights-changed", "match-all-or-nothing")
                self.draft.notes.found = [one for one in self.draft.notes.found if one.code not in told]

    def _passage(self, text: str, shape: Shape = "blocks") -> Passage:
        rest, form = _format(text.strip(), self.form)
        return self.writer.passage(show(rest), form, shape)

    def _read_answers(self, answers: str) -> None:
        bare = answers.partition("#")[0].strip()
        if not answers:
            raise Refusal("essay")
        if answers.startswith(">") and (found := _ORDERING.match(answers)):
            self._order(answers[found.end() :], found)
        elif answers.startswith("#"):
            self._number(answers[1:])
        elif "~" in answers:
            self._choices(answers)
        elif "=" in answers and "->" in answers:
            self._match(answers)
        elif bare.upper() in (*_TRUE, *_FALSE):
            self._true_false(answers, bare.upper() in _TRUE)
        else:
            self._short(answers)

    def _choices(self, answers: str) -> None:
        weighed = []
        for sign, body in _parts(answers, "~="):
            weight, body = _weight(body, Decimal(100) if sign == "=" else Decimal(0))
            text, feedback = self._with_feedback(body, "line")
            weighed.append((Answer(text, feedback=feedback), weight))
        weigh(self.draft, weighed, single="=" in answers)

    def _with_feedback(self, body: str, shape: Shape) -> tuple[Passage, Passage]:
        text, parted, feedback = body.partition("#")
        return self._passage(text, shape), self._passage(feedback) if parted else NOTHING

    def _match(self, answers: str) -> None:
        self.draft.kind = "match"
        for _, body in _parts(answers, "="):
            left, arrow, right = body.partition("->")
            if not arrow:
                raise Refusal("match-arrow", answer=show(body))
            # Moodle keeps the right side as plain text, whatever the format of the rest.
            text = self.writer.passage(show(right), "moodle", "cell")
            self.draft.answers.append(Answer(text, left=self._passage(left, "cell")))
        self.draft.notes.add("match-all-or-nothing")

    def _true_false(self, answers: str, right: bool) -> None:
        _, *feedback = answers.split("#", 2)
        when_wrong, when_right = [self._passage(part) for part in [*feedback, "", ""][:2]]
        self.draft.kind, self.draft.shuffle = "one", False
        for word, is_right, name in zip(
            true_or_false(self.writer.language), (right, not right), ("true", "false"), strict=True
        ):
            chosen = when_right if is_right else when_wrong
            self.draft.answers.append(Answer(Passage(word, word), is_right, chosen, id=name))

    def _short(self, answers: str) -> None:
        self.draft.kind = "short"
        for _, body in _parts(answers, "="):
            weight, body = _weight(body, Decimal(100))
            text, parted, feedback = body.partition("#")
            self._keep_feedback(feedback if parted else "", weight)
            answer = show(_format(text.strip(), self.form)[0]).strip()
            if weight >= 100:
                self._accept(answer)
            elif weight > 0:
                self.draft.notes.add("partial-dropped", answers=answer)

    def _accept(self, answer: str) -> None:
        # A star stands for any text; one behind a backslash is a star.
        if re.search(r"(?<!\\)\*", answer):
            self.draft.notes.add("wildcard-dropped", answer=answer)
        else:
            accept(self.draft, answer.replace("\\*", "*"))

    def _keep_feedback(self, feedback: str, weight: Decimal) -> None:
        """Feedback on an answer that is typed goes into the explanation if the answer is right."""
        passage = self._passage(feedback)
        if passage and weight >= 100:
            self.draft.explain(passage)
            self.draft.notes.add("feedback-moved")
        elif passage:
            self.draft.notes.add("feedback-dropped", feedback=passage.plain)

    def _number(self, answers: str) -> None:
        answers, wrong, feedback = answers.partition("~")
        ranges = []
        for _, body in _parts(answers, "="):
            weight, body = _weight(body, Decimal(100))
            text, parted, comment = body.partition("#")
            self._keep_feedback(comment if parted else "", weight)
            said = show(text).strip()
            if said == "*":
                continue
            if weight >= 100:
                ranges.append(_range(said))
            elif weight > 0:
                self.draft.notes.add("partial-dropped", answers=said)
        if wrong:
            self._keep_feedback(feedback.partition("#")[2], Decimal(0))
        set_number(self.draft, ranges)

    def _order(self, items: str, found: re.Match[str]) -> None:
        draft = self.draft
        draft.kind = "order"
        draft.answers = [
            Answer(self.writer.passage(show(item), "moodle", "line")) for item in items.split("\n") if item.strip()
        ]
        count = int(found["count"]) if found["count"] else len(draft.answers)
        if found["select"] not in (None, "ALL", "EXACT") and count < len(draft.answers):
            draft.notes.add("order-subset")
        if found["grading"] != "ALL_OR_NOTHING":
            draft.notes.add("order-all-or-nothing")


def _parts(answers: str, signs: str) -> list[tuple[str, str]]:
    """The answers, each with the sign before it; what stands before the first sign is an answer without one."""
    pieces = re.split(f"([{signs}])", answers)
    first = [("", pieces[0].strip())] if pieces[0].strip() else []
    return first + [(sign, body.strip()) for sign, body in zip(pieces[1::2], pieces[2::2], strict=True)]


def _weight(body: str, otherwise: Decimal) -> tuple[Decimal, str]:
    found = _WEIGHT.match(body)
    return (Decimal(found[1]), body[found.end() :].strip()) if found else (otherwise, body)


def _format(text: str, otherwise: Format) -> tuple[str, Format]:
    """*text* without the name of its format, and that format."""
    found = _FORMAT.match(text)
    if found is None:
        return text, otherwise
    forms: dict[str, Format] = {"html": "html", "moodle": "moodle", "plain": "plain", "markdown": "markdown"}
    return text[found.end() :].strip(), forms[found[1]]


def _range(said: str) -> tuple[Decimal, Decimal]:
    low, dots, high = said.partition("..")
    if dots and low:
        return between(number(low), number(high))
    value, colon, tolerance = said.partition(":")
    return number(value), abs(sized(number(tolerance), tolerance)) if colon and tolerance.strip() else Decimal(0)


def _start(text: str) -> str:
    """The beginning of a question, to call it by where it has no title."""
    words = show(_FORMAT.sub("", text.partition("{")[0], count=1))
    return " ".join(re.sub(r"<[^<>]*>", " ", words).split())[:80]
