"""Questions on paper, and their key: the same order of answers in both."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer

from app.booklets.hypertext import Setter, letter_by_letter
from app.booklets.styles import STYLES
from app.booklets.wording import words
from app.courseware.course import Question, say
from app.rules.draws import shown_order
from app.rules.paperentry import letter

__all__ = ["BOX", "LINE", "answered", "asked", "letter"]
BOX = "[  ]"
LINE = "_" * 46


def asked(
    question: Question, number: int, seed: str, setter: Setter, above: tuple[Flowable, ...] = ()
) -> list[Flowable]:
    """*question* as a reader answers it with a pencil; *above* stays on its page."""
    language = setter.language
    title = words(language, "question", number=number)
    if question.critical:
        title += f" · {words(language, 'critical')}"
    prompt = setter.flow(say(question.prompt, language))
    how = Paragraph(letter_by_letter(words(language, question.kind)), STYLES["meta"])
    head: list[Flowable] = [Paragraph(letter_by_letter(title), STYLES["h3"]), *prompt, how]
    answers = list(_answers(question, seed, setter))
    return [KeepTogether([*above, *head, *answers]), Spacer(1, 8)]


def _answers(question: Question, seed: str, setter: Setter) -> Iterator[Flowable]:
    language = setter.language
    order = shown_order(question, seed)
    options = {option.id: option for option in question.options}
    pairs = {pair.id: pair for pair in question.pairs}
    if question.kind in ("one", "several", "order"):
        for at, name in enumerate(order):
            mark = BOX if question.kind == "order" else f"{BOX} {letter(at)})"
            yield setter.paragraph(say(options[name].html, language), "item", f"{mark} ")
    elif question.kind == "match":
        asking = [pair for pair in question.pairs if any(pair.left.values())]
        for number, pair in enumerate(asking, 1):
            yield setter.paragraph(say(pair.left, language), "item", f"{BOX} {number}. ")
        yield Spacer(1, 4)
        for at, name in enumerate(order):
            yield setter.paragraph(say(pairs[name].right, language), "item", f"{letter(at)}) ")
    else:
        yield Paragraph(LINE, STYLES["item"])


def answered(question: Question, number: int, seed: str, setter: Setter) -> list[Flowable]:
    """What is right in *question*, and why."""
    language = setter.language
    title = f"{words(language, 'question', number=number)}: {_right(question, seed, language)}"
    return [
        KeepTogether(
            [Paragraph(letter_by_letter(title), STYLES["h3"]), *setter.flow(say(question.explanation, language))]
        )
    ]


def _right(question: Question, seed: str, language: str) -> str:
    order = shown_order(question, seed)
    if question.kind in ("one", "several"):
        right = {option.id for option in question.options if option.right}
        return ", ".join(letter(at) for at, name in enumerate(order) if name in right)
    if question.kind == "order":
        places = {option.id: number for number, option in enumerate(question.options, 1)}
        return ", ".join(str(places[name]) for name in order)
    if question.kind == "match":
        asking = [pair for pair in question.pairs if any(pair.left.values())]
        said = {pair.id: say(pair.right, language) for pair in question.pairs}
        found = []
        for number, pair in enumerate(asking, 1):
            # of two answers that read alike, either is right: the first is named
            at = next(at for at, name in enumerate(order) if said[name] == said[pair.id])
            found.append(f"{number} {letter(at)}")
        return ", ".join(found)
    if question.kind == "short":
        accepted = question.accepted.get(language) or next(iter(question.accepted.values()), ())
        return accepted[0] if accepted else ""
    value = f"{question.value:g}"
    return f"{value} ± {question.tolerance:g}" if question.tolerance else value
