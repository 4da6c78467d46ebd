"""Questions as people type them into any editor: numbered, with lettered answers, the right ones marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

from app.courseware.importing.draft import Answer, Draft, Refusal
from app.courseware.importing.marks import accept, number, set_number
from app.courseware.importing.passages import Writer

_NUMBERED = re.compile(
    r" {0,3}(?:\*\*)?(?:(?:question|pregunta|q|p)\.?\s*)?\d{1,4}\s*[.):](?:\*\*)?[ \t]+(\S.*)", re.IGNORECASE
)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*)")
_BULLET = r"\s*(?:[-+*]\s+)?"
_LETTER = re.compile(_BULLET + r"(\*{0,2})\(?([A-Za-z])[.)][ \t]+(\S.*?)\s*")
_BOX = re.compile(_BULLET + r"(?:\(([ xX]?)\)|\[([ xX]?)\])\s+(\S.*?)\s*")
_BOLD = r"\s*(?:\*\*)?\s*"
_RIGHT = re.compile(
    rf"{_BOLD}(?:correct\s+)?(?:answers?|respuestas?|soluci[oó]n|key|clave)(?:\s+correctas?)?{_BOLD}:{_BOLD}(.*?)\s*",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    rf"{_BOLD}(?:explanation|feedback|because|explicaci[oó]n|retroalimentaci[oó]n){_BOLD}:{_BOLD}(.*)", re.IGNORECASE
)
_ACCEPTED = re.compile(r"\s*=\s+(\S.*?)\s*")
_RANGE = re.compile(r"([-+−]?[\d.,]+)\s*(?:±|\+/-|\+-)\s*([\d.,]+)")
_TICK = re.compile(r"\s*(?:[✓✔☑✅]|\((?:correct|correcta|right)\)|\s\*)\s*$", re.IGNORECASE)
_AND = ("and", "y", "e")


@dataclass(slots=True)
class _Part:
    """The lines of one question."""

    line: int
    numbered: bool = False
    heading: bool = False
    category: str = ""
    prompt: list[str] = field(default_factory=list)
    answers: list[_Choice] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    right: str = ""
    because: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        return bool(self.answers or self.accepted or self.right)


@dataclass(slots=True)
class _Choice:
    letter: str
    text: list[str]
    right: bool
    several: bool = False
    feedback: list[str] = field(default_factory=list)


def read(text: str, path: str, language: str) -> list[Draft]:
    """Every question of *text*; those that cannot be taken over carry the reason."""
    drafts = []
    for part in _Cutter().cut(text.split("\n")):
        draft = Draft(path, part.line, title=" ".join(" ".join(part.prompt).split())[:80], category=part.category)
        draft.pending = partial(_fill, draft, part, Writer(language, draft.notes))
        drafts.append(draft)
    return drafts


class _Cutter:
    """Parts of a text, cut where a number, a heading, or text behind answers begins the next question."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.part: _Part | None = None
        self.category = ""
        self.blank = False

    def cut(self, lines: list[str]) -> list[_Part]:
        for number_, line in enumerate(lines, start=1):
            if line.strip():
                self._line(number_, line)
                self.blank = False
            else:
                self.blank = True
                if self.part is not None and self.part.prompt and not self.part.answered:
                    self.part.prompt.append("")
        self._end()
        return self.parts

    def _line(self, number_: int, line: str) -> None:
        part = self.part
        if (found := _HEADING.fullmatch(line)) or (found := _NUMBERED.fullmatch(line)):
            self._end()
            heading = _HEADING.fullmatch(line) is not None
            words = found[1].rstrip(" \t#") if heading else found[1].removesuffix("**")
            self.part = _Part(number_, not heading, heading, self.category, [words])
        elif part is not None and (choice := _choice(line)) is not None and (part.prompt or part.answers):
            part.answers.append(choice)
        elif part is not None and (found := _RIGHT.fullmatch(line)) and part.answers:
            part.right = found[1]
        elif part is not None and (found := _ACCEPTED.fullmatch(line)) and part.prompt and not part.answers:
            part.accepted.append(found[1])
        elif part is not None and part.answered and (found := _BECAUSE.fullmatch(line)):
            part.because.append(found[1])
        elif part is not None and part.answered and line.lstrip().startswith(">"):
            words = line.lstrip()[1:].strip()
            # Under an answer and indented it is about that answer.
            inside = line[:1].isspace() and part.answers and not self.blank
            (part.answers[-1].feedback if inside else part.because).append(words)
        else:
            self._text(number_, line)

    def _text(self, number_: int, line: str) -> None:
        part = self.part
        if part is None or (part.answered and self.blank) or (part.heading and self.blank and not part.answered):
            self._end()
            self.part = _Part(number_, category=self.category, prompt=[line])
        elif part.because:
            part.because.append(line.strip())
        elif part.answers:
            part.answers[-1].text.append(line.strip())
        elif part.answered:
            self._end()
            self.part = _Part(number_, category=self.category, prompt=[line])
        else:
            part.prompt.append(line)

    def _end(self) -> None:
        part = self.part
        self.part = None
        if part is None:
            return
        if part.heading and not part.answered and len([row for row in part.prompt if row]) == 1:
            # A heading over questions, not a question.
            self.category = part.prompt[0]
        else:
            self.parts.append(part)


def _choice(line: str) -> _Choice | None:
    if found := _BOX.fullmatch(line):
        return _Choice("", [found[3]], (found[1] or found[2] or "").lower() == "x", several=found[1] is None)
    found = _LETTER.fullmatch(line)
    if found is None:
        return None
    stars, letter, text = found[1], found[2].upper(), found[3]
    right = bool(stars)
    if stars and text.endswith(stars):
        text = text[: -len(stars)].rstrip()
    if ticked := _TICK.search(text):
        right, text = True, text[: ticked.start()]
    return _Choice(letter, [text], right)


def _fill(draft: Draft, part: _Part, writer: Writer) -> None:
    if not part.answered:
        raise Refusal("answers-missing" if part.numbered else "description")
    draft.prompt = writer.passage("\n".join(part.prompt), "markdown")
    draft.explanation = writer.passage("\n".join(part.because), "markdown")
    if not part.answers:
        _fill_accepted(draft, part.accepted)
        return
    if part.right:
        _mark(part)
    draft.answers = [
        Answer(
            writer.passage("\n".join(one.text), "markdown", "line"),
            one.right,
            writer.passage("\n".join(one.feedback), "markdown"),
        )
        for one in part.answers
    ]
    several = sum(1 for one in part.answers if one.right) > 1 or any(one.several for one in part.answers)
    draft.kind = "several" if several else "one"


def _fill_accepted(draft: Draft, accepted: list[str]) -> None:
    if len(accepted) == 1 and (found := _RANGE.fullmatch(accepted[0])):
        set_number(draft, [(number(found[1]), number(found[2]))])
        return
    draft.kind = "short"
    for text in accepted:
        accept(draft, text)


def _mark(part: _Part) -> None:
    """Mark the answers that the line "Answer: b, c" names by letter, by place or by text."""
    said = part.right.strip().strip("*").strip()
    places = {one.letter or chr(ord("A") + place): one for place, one in enumerate(part.answers)}
    named = re.findall(r"[^\s,;&().]+", said)
    # "b y c": the Spanish "and" is a letter too, but hardly ever that of an answer.
    named = [word for word in named if word.lower() not in _AND or word.upper() in places]
    if named and all(word.upper() in places for word in named):
        for word in named:
            places[word.upper()].right = True
        return
    # The letter may be repeated before the text: "b) the port".
    bare = re.sub(r"^\(?[A-Za-z][.)]\s+", "", said)
    for one in part.answers:
        if " ".join(one.text).strip().casefold() in (said.casefold(), bare.casefold()):
            one.right = True
            return
    raise Refusal("right-unknown", answer=said)
