"""A final exam on paper: for each officer a copy with a code, its questions, and an answer sheet to send back. No key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.platypus import (
    ActionFlowable,
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from app.booklets.examwording import words
from app.booklets.hypertext import Files, Setter, letter_by_letter
from app.booklets.outline import Mark
from app.booklets.printing import Part, column, laid_out
from app.booklets.styles import BODY, BOLD, BRAND, INK, LINE, STYLES, SUNK, register
from app.courseware.course import Course, Question, say
from app.rules.paperentry import letter, numbered

GAP = 14


@dataclass(frozen=True)
class Copy:
    """One officer's exam, to be printed."""

    code: str
    name: str
    institution: str
    language: str
    course: Course
    edition: int
    attempt: int
    minutes: int
    extra_minutes: int
    """in ``minutes`` already"""
    pass_mark: int
    critical_mark: int
    paper: Sequence[tuple[str, Sequence[str]]]
    """question, and the order of its answers"""
    files: Files


def exam_copies(copies: Sequence[Copy], paper: str) -> bytes:
    """The PDF of *copies*, one after the other, each from a right-hand page on; the same copies give the same bytes."""
    register()
    flow: list[Flowable] = []
    for copy in copies:
        if flow:
            flow += [PageBreak(), _OddPage()]
        flow += _copy(copy, paper)
    first = copies[0]
    title = f"{first.course.title(first.language)}: {words(first.language, 'exam')}"
    return laid_out(flow, paper, first.language, title)


class _OddPage(ActionFlowable):  # type: ignore[misc]
    """Goes on at an odd page, so that copies printed on both sides share no sheet."""

    def apply(self, document: object) -> None:
        """Skip a page where the one reached is even."""
        if document.page % 2 == 0:  # type: ignore[attr-defined]
            document.handle_pageBreak()  # type: ignore[attr-defined]


def _copy(copy: Copy, paper: str) -> Iterator[Flowable]:
    setter = Setter(copy.language, column(paper), copy.files)
    line = f"{copy.course.code} · {words(copy.language, 'exam')} · {copy.code}"
    yield Part(line, copy.language)
    yield from _front(copy, setter)
    yield PageBreak()
    for number, (name, order) in enumerate(copy.paper, 1):
        yield from _asked(copy.course.questions[name], number, order, setter)
    yield Spacer(1, 6)
    yield _text(words(copy.language, "end"), "meta")
    yield PageBreak()
    yield _OddPage()  # a sheet of its own, to be sent back
    yield from _sheet(copy, setter)


def _text(text: str, style: str) -> Paragraph:
    return Paragraph(letter_by_letter(text), STYLES[style])


# The cover ------------------------------------------------------------------------------------------------------------


def _front(copy: Copy, setter: Setter) -> Iterator[Flowable]:
    language = copy.language
    yield _text(f"{copy.course.title(language)} · {words(language, 'edition', number=copy.edition)}", "eyebrow")
    yield Mark(f"{words(language, 'exam')} · {copy.code}")
    yield _text(words(language, "exam"), "title")
    yield _code(copy, setter.width)
    yield Spacer(1, 10)
    yield _facts(copy, setter.width)
    yield _text(words(language, "before"), "h2")
    values = {
        "minutes": copy.minutes,
        "extra": copy.extra_minutes,
        "questions": len(copy.paper),
        "pass_mark": copy.pass_mark,
        "critical_mark": copy.critical_mark,
    }
    keys = ["own", "time-more" if copy.extra_minutes else "time", "aids", "mark", "correct", "unclear", "pass", "leave"]
    for number, key in enumerate(keys, 1):
        yield _text(f"{number}. {words(language, key, **values)}", "item")
    yield _text(words(language, "in-charge"), "h2")
    for number, key in enumerate(("identity", "watch", "collect", "lost"), 1):
        yield _text(f"{number}. {words(language, key)}", "item")


def _code(copy: Copy, width: float) -> Flowable:
    label = Paragraph(letter_by_letter(words(copy.language, "code")), STYLES["meta"])
    return Table(
        [[label, _Spaced(copy.code, 26)]],
        colWidths=[width * 0.4, width * 0.6],
        style=TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 1.2, BRAND),
                ("BACKGROUND", (0, 0), (-1, -1), SUNK),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 8),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ]
        ),
    )


class _Spaced(Flowable):  # type: ignore[misc]
    """A code in large letters, set apart so that each is read."""

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self.text, self.size = text, size

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """As wide as there is room, one line high."""
        return width, self.size

    def draw(self) -> None:
        """Write it."""
        self.canv.setFont(BOLD, self.size)
        self.canv.setFillColor(BRAND)
        self.canv.drawString(0, self.size * 0.15, self.text, charSpace=2)


def _facts(copy: Copy, width: float) -> Flowable:
    language = copy.language
    rows = [
        (words(language, "name"), copy.name),
        (words(language, "institution"), copy.institution),
        (words(language, "attempt"), str(copy.attempt)),
    ]
    cells = [[_text(label, "meta"), _text(value, "head")] for label, value in rows]
    return Table(
        cells,
        colWidths=[width * 0.25, width * 0.75],
        style=TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]),
    )


# Questions ------------------------------------------------------------------------------------------------------------


def _asked(question: Question, number: int, order: Sequence[str], setter: Setter) -> list[Flowable]:
    """*question* with a letter before each answer. Whether it is critical is not said: it is not on the web either."""
    language = setter.language
    head: list[Flowable] = [
        _text(words(language, "question", number=number), "h3"),
        *setter.flow(say(question.prompt, language)),
        _text(words(language, question.kind), "meta"),
    ]
    return [KeepTogether([*head, *_answers(question, order, setter)]), Spacer(1, 8)]


def _answers(question: Question, order: Sequence[str], setter: Setter) -> Iterator[Flowable]:
    language = setter.language
    options = {option.id: option for option in question.options}
    pairs = {pair.id: pair for pair in question.pairs}
    if question.kind == "match":
        for number, pair in enumerate(numbered(question), 1):
            yield setter.paragraph(say(pair.left, language), "item", f"{number}. ")
        yield Spacer(1, 4)
        for at, name in enumerate(order):
            yield setter.paragraph(say(pairs[name].right, language), "item", f"{letter(at)}) ")
    else:
        for at, name in enumerate(order):
            yield setter.paragraph(say(options[name].html, language), "item", f"{letter(at)}) ")


# The answer sheet -----------------------------------------------------------------------------------------------------


def _sheet(copy: Copy, setter: Setter) -> Iterator[Flowable]:
    language = copy.language
    yield Mark(f"{words(language, 'sheet')} · {copy.code}", 1)
    yield _text(words(language, "sheet"), "h1")
    yield _code(copy, setter.width)
    yield Spacer(1, 4)
    yield _text(f"{copy.name} · {copy.institution}", "head")
    yield _text(words(language, "how"), "meta")
    places = [(number, copy.course.questions[name], order) for number, (name, order) in enumerate(copy.paper, 1)]
    half = -(-len(places) // 2)
    columns = [places[:half], places[half:]]
    width = (setter.width - GAP) / 2
    rows = []
    for at in range(half):
        cells: list[Flowable | str] = []
        for part in columns:
            cells.append(_Boxes(*part[at], width) if at < len(part) else "")
        rows.append([cells[0], "", cells[1]])
    yield Table(
        rows,
        colWidths=[width, GAP, width],
        style=TableStyle(
            [
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
                ("LINEBELOW", (0, 0), (0, -1), 0.4, LINE),
                ("LINEBELOW", (2, 0), (2, -1), 0.4, LINE),
            ]
        ),
        spaceBefore=2,
        spaceAfter=8,
    )
    yield KeepTogether(list(_signatures(copy, setter.width)))


def _signatures(copy: Copy, width: float) -> Iterator[Flowable]:
    language = copy.language
    blank = [
        [_text(words(language, key), "meta") for key in keys]
        for keys in (("date", "place"), ("begun", "ended"), ("officer-signs", "charge-signs"))
    ]
    yield Table(
        blank,
        colWidths=[width / 2] * 2,
        rowHeights=[24, 24, 40],
        style=TableStyle([("BOX", (0, 0), (-1, -1), 0.5, LINE), ("INNERGRID", (0, 0), (-1, -1), 0.5, LINE)]),
    )


class _Boxes(Flowable):  # type: ignore[misc]
    """One line of the answer sheet: the number of the question and where its answer goes."""

    HEIGHT, BOX, STEP = 17.5, 10.5, 30.0

    def __init__(self, number: int, question: Question, order: Sequence[str], width: float) -> None:
        super().__init__()
        self.number, self.question, self.order, self.room = number, question, order, width

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """One line, or two where there are many boxes."""
        return self.room, self.HEIGHT * self._lines()

    def _labels(self) -> list[str]:
        if self.question.kind in ("one", "several"):
            return [letter(at) for at in range(len(self.order))]
        if self.question.kind == "order":
            return [str(at) for at in range(1, len(self.order) + 1)]
        return [str(at) for at in range(1, len(numbered(self.question)) + 1)]

    def _lines(self) -> int:
        if self.question.kind in ("short", "number"):
            return 1
        fit = max(1, int((self.room - 26) / self.STEP))
        return -(-len(self._labels()) // fit)

    def draw(self) -> None:
        """Draw it."""
        pen = self.canv
        top = self.HEIGHT * self._lines() - self.HEIGHT
        pen.setFillColor(INK)
        pen.setFont(BOLD, 10)
        pen.drawString(0, top + 5, str(self.number))
        pen.setStrokeColor(INK)
        pen.setLineWidth(0.7)
        if self.question.kind in ("short", "number"):
            pen.setLineWidth(0.5)
            pen.line(26, top + 3.5, self.room - 4, top + 3.5)
            return
        pen.setFont(BODY, 9.5)
        fit = max(1, int((self.room - 26) / self.STEP))
        for at, label in enumerate(self._labels()):
            line, place = divmod(at, fit)
            left, low = 26 + place * self.STEP, top - line * self.HEIGHT + 3.2
            pen.drawString(left, low + 2.2, label)
            left += 3 + pen.stringWidth(label, BODY, 9.5)
            if self.question.kind == "one":
                pen.circle(left + self.BOX / 2, low + self.BOX / 2, self.BOX / 2)
            else:
                pen.rect(left, low, self.BOX, self.BOX)
