"""Two languages, one course: what one says and the other does not.

The first language that a page is written in is compared with each of the others. What a learner would miss, or be
graded otherwise for, is an error; what may be a translator's good reason is a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from app.courseware import numbers
from app.courseware.answers import Answer, WrittenQuestion
from app.courseware.draft import Draft, Group
from app.courseware.manuscript import Place, Report
from app.courseware.scenarios import WrittenScenario, WrittenScene
from app.courseware.written import Mark, Written

_SETTINGS = ("critical", "partial", "countries", "objective", "difficulty", "shuffle")
_USUAL: dict[str, Any] = {
    "critical": False,
    "partial": False,
    "countries": (),
    "objective": 0,
    "difficulty": 2,
    "shuffle": True,
}
_DECIDES_THE_MARK = ("critical", "partial", "countries")
# A term that one language uses this often, and the other never, is called something else there.
_OFTEN = 3


def check(draft: Draft, report: Report) -> None:
    """Report every difference between the languages of *draft*."""
    technical = _technical_terms(draft)
    for group in draft.groups:
        first, *others = group.pages
        for language in draft.settings.languages:
            if language not in group.pages:
                path = group.pages[first].path
                stem = path.rpartition(".md")[0].rpartition(".")[0]
                report.add("page-not-translated", Place(path), path=f"{stem}.{language}.md", language=language)
        for language in others:
            if not (group.pages[first].refused or group.pages[language].refused):
                _Comparison(group, first, language, technical, report).check()


def _technical_terms(draft: Draft) -> frozenset[str]:
    """The glossary terms whose every name has several words: "asylum seeker", not "return", which is also a verb."""
    short: set[str] = set()
    every: set[str] = set()
    for group in draft.of("glossary"):
        for terms in group.terms.values():
            every.update(term.id for term in terms)
            short.update(term.id for term in terms if any(len(name.split()) < 2 for name in term.names))
    return frozenset(every - short)


class _Thing(NamedTuple):
    """Something with an id that both languages should have."""

    id: str
    place: Place


_Run: TypeAlias = tuple[str, int]
"""A run of text and its line."""


class _Comparison:
    """One page in two languages."""

    def __init__(self, group: Group, first: str, other: str, technical: frozenset[str], report: Report) -> None:
        self.group = group
        self.languages = (first, other)
        self.pages: tuple[Written, Written] = (group.pages[first], group.pages[other])
        self.technical = technical
        self.report = report

    def check(self) -> None:
        group = self.group
        first, other = self.languages
        self._front()
        self._questions(group.questions.get(first, []), group.questions.get(other, []))
        if first in group.scenarios and other in group.scenarios:
            self._scenario(group.scenarios[first], group.scenarios[other])
        self._things("criterion-not-translated", group.criteria.get(first, []), group.criteria.get(other, []))
        self._keys()
        self._things("term-not-translated", group.terms.get(first, []), group.terms.get(other, []))
        entries = [
            [_Thing(key, entry.place) for key, entry in group.entries.get(language, {}).items()]
            for language in self.languages
        ]
        self._things("entry-not-translated", *entries)
        self._structure()
        self._targets()
        self._numbers()
        self._terms()
        self._age()

    # Both have the same things

    def _things(self, code: str, first: Sequence[Any], other: Sequence[Any]) -> bool:
        """Whether both languages have the same ids; what one lacks is reported where the other has it."""
        ids = [thing.id for thing in first], [thing.id for thing in other]
        same = True
        for side, things in enumerate((first, other)):
            missing = set(ids[side]) - set(ids[1 - side])
            for thing in things:
                if thing.id in missing:
                    same = False
                    self.report.add(code, thing.place, id=thing.id, language=self.languages[1 - side])
        if same and ids[0] != ids[1]:
            moved = next(number for number, name in enumerate(ids[0]) if name != ids[1][number])
            self.report.add("order-differs", other[moved].place, id=ids[1][moved], language=self.languages[0])
        return same

    def _front(self) -> None:
        first, other = (page.front for page in self.pages)
        lists = first.scalars("objectives"), other.scalars("objectives")
        if len(lists[0]) != len(lists[1]) and self.group.kind == "module":
            place, language = other.place("objectives"), self.languages[0]
            self.report.add("objectives-differ", place, language=language, here=len(lists[1]), there=len(lists[0]))
        same = ["minutes"] if self.group.kind == "module" else ["minutes", "objectives"]
        for key in same:
            values = [front.text(key) if key == "minutes" else self._numbers_of(front, key) for front in (first, other)]
            if values[0] != values[1]:
                told = {"key": key, "here": values[1] or "—", "there": values[0] or "—"}
                self.report.add("front-differs", other.place(key), language=self.languages[0], **told)
        for key in ("summary", "objective"):
            if bool(first.text(key)) != bool(other.text(key)):
                lacking = 0 if other.text(key) else 1
                has = (first, other)[1 - lacking]
                self.report.add("text-not-translated", has.place(key), what=key, language=self.languages[lacking])

    def _keys(self) -> None:
        """Trainers of either language have a key to a practical sheet, or those of neither."""
        keys = [next((mark for mark in page.marks if mark.value == "trainer"), None) for page in self.pages]
        for side in (0, 1):
            mark = keys[side]
            if mark is not None and keys[1 - side] is None:
                self.report.add("trainer-not-translated", mark.place, language=self.languages[1 - side])

    @staticmethod
    def _numbers_of(front: Any, key: str) -> str:
        return ", ".join(scalar.text for scalar in front.scalars(key))

    # Questions

    def _questions(self, first: list[WrittenQuestion], other: list[WrittenQuestion]) -> None:
        self._things("question-not-translated", first, other)
        others = {question.id: question for question in other}
        for question in first:
            if question.id in others:
                self._question(question, others[question.id])

    def _question(self, first: WrittenQuestion, other: WrittenQuestion) -> None:
        language = self.languages[0]
        if first.kind != other.kind:
            kinds = {"here": other.kind, "there": first.kind}
            self.report.add("question-kind-differs", other.place, id=other.id, language=language, **kinds)
            return
        for key in _SETTINGS:
            values = [one.settings.get(key, _USUAL[key]) for one in (first, other)]
            if values[0] != values[1]:
                code = "question-grading-differs" if key in _DECIDES_THE_MARK else "question-setting-differs"
                told = {"here": _shown(values[1]), "there": _shown(values[0])}
                self.report.add(code, other.place, id=other.id, setting=key, language=language, **told)
        if first.module != other.module:
            told = {"setting": "module", "here": other.module or "—", "there": first.module or "—"}
            self.report.add("question-grading-differs", other.place, id=other.id, language=language, **told)
        if first.kind == "number" and (first.value, first.tolerance) != (other.value, other.tolerance):
            self.report.add("answers-differ", other.place, id=other.id, language=language)
        self._text(first.explanation, other.explanation, (first.place, other.place), "explanation")
        if first.answers or other.answers:
            self._answers(first, other)

    def _answers(self, first: WrittenQuestion, other: WrittenQuestion) -> None:
        if not self._same_answers(first, other):
            return
        others = {answer.id: answer for answer in other.answers}
        for answer in first.answers:
            twin = others[answer.id]
            if answer.right != twin.right or bool(answer.left) != bool(twin.left):
                self.report.add("answers-differ", twin.place, id=other.id, language=self.languages[0])
            self._text(answer.feedback, twin.feedback, (answer.place, twin.place), "feedback")

    def _same_answers(self, first: WrittenQuestion, other: WrittenQuestion) -> bool:
        ids = [answer.id for answer in first.answers], [answer.id for answer in other.answers]
        if first.kind == "order" and sorted(ids[0]) == sorted(ids[1]) and ids[0] != ids[1]:
            self.report.add("answers-differ", other.place, id=other.id, language=self.languages[0])
            return True
        answers: tuple[list[Answer], list[Answer]] = (first.answers, other.answers)
        return self._things("option-not-translated", *answers)

    def _text(self, first: str, other: str, places: tuple[Place, Place], what: str) -> None:
        if bool(first) != bool(other):
            has = 0 if first else 1
            self.report.add("text-not-translated", places[has], what=what, language=self.languages[1 - has])

    # Scenarios

    def _scenario(self, first: WrittenScenario, other: WrittenScenario) -> None:
        language = self.languages[0]
        for what, here, there in (
            ("id", other.id, first.id),
            ("dials", " ".join(other.dials), " ".join(first.dials)),
            ("first scene", next(iter(other.scenes), ""), next(iter(first.scenes), "")),
        ):
            if here != there:
                told = {"what": what, "here": here or "—", "there": there or "—"}
                self.report.add("scenario-differs", other.place, language=language, **told)
        self._things("scene-not-translated", list(first.scenes.values()), list(other.scenes.values()))
        for name, scene in first.scenes.items():
            if name in other.scenes:
                self._scene(scene, other.scenes[name])

    def _scene(self, first: WrittenScene, other: WrittenScene) -> None:
        language = self.languages[0]
        if first.ending != other.ending or len(first.choices) != len(other.choices):
            self.report.add("scene-differs", other.place, scene=other.id, language=language)
            return
        self._text(first.title, other.title, (first.place, other.place), "title")
        for choice, twin in zip(first.choices, other.choices, strict=True):
            if (choice.to, choice.effects, choice.critical) != (twin.to, twin.effects, twin.critical):
                self.report.add("choice-differs", twin.place, scene=other.id, language=language)

    # Structure, links, numbers, terms

    def _structure(self) -> None:
        """The first place where the directives and headings of the two go different ways."""
        first, other = (self._marks(side) for side in (0, 1))
        for number in range(max(len(first), len(other))):
            there = first[number].value if number < len(first) else "—"
            here = other[number].value if number < len(other) else "—"
            if here != there:
                place = other[number].place if number < len(other) else Place(self.pages[1].path)
                told = {"here": here, "there": there}
                self.report.add("structure-differs", place, language=self.languages[0], **told)
                return

    def _marks(self, side: int) -> list[Mark]:
        """Structure without what is compared, and reported, by its id."""
        by_id = ("question", "scene", "entry")
        return [mark for mark in self.pages[side].marks if mark.value.partition(" ")[0] not in by_id]

    def _targets(self) -> None:
        counts = [Counter((mark.kind, mark.value) for mark in page.targets) for page in self.pages]
        for side in (0, 1):
            missing = counts[side] - counts[1 - side]
            for mark in self.pages[side].targets:
                key = (mark.kind, mark.value)
                if missing[key] > 0:
                    missing[key] = 0
                    code = f"{mark.kind}-not-translated"
                    self.report.add(code, mark.place, value=mark.value, language=self.languages[1 - side])

    def _numbers(self) -> None:
        segments = [self._segments(side) for side in (0, 1)]
        for side in (0, 1):
            for name, texts in segments[side].items():
                counterpart = segments[1 - side].get(name)
                if counterpart is not None:
                    self._numbers_of_segment(texts, counterpart, side)

    def _numbers_of_segment(self, texts: list[_Run], counterpart: list[_Run], side: int) -> None:
        there = "\n".join(text for text, _ in counterpart)
        if set(numbers.written("\n".join(text for text, _ in texts))).issubset(numbers.written(there)):
            return
        said = numbers.said(there)
        for text, line in texts:
            for number in numbers.written(text):
                if number not in said:
                    said.add(number)
                    place = self.pages[side].manuscript.find(line, number)
                    language = self.languages[1 - side]
                    self.report.add("number-not-translated", place, number=number, language=language)

    def _segments(self, side: int) -> dict[str, list[_Run]]:
        """The runs of text of each question or scene, and of the rest of the page."""
        segments: dict[str, list[_Run]] = {}
        for holder, text, line in self.pages[side].texts:
            segments.setdefault(holder, []).append((text, line))
        return segments

    def _terms(self) -> None:
        for side in (0, 1):
            here, there = self.pages[1 - side], self.pages[side]
            for term, count in there.terms.items():
                if count >= _OFTEN and term not in here.terms and term in self.technical:
                    language = self.languages[side]
                    self.report.add("term-not-used", Place(here.path), term=term, count=count, language=language)

    def _age(self) -> None:
        for side in (0, 1):
            page, source = self.pages[side], self.pages[1 - side]
            noted = page.front.text("translated-from")
            if noted and noted != source.manuscript.digest():
                place = page.front.place("translated-from")
                values = {"path": source.path, "digest": source.manuscript.digest()}
                self.report.add("translation-stale", place, **values)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return " ".join(value) or "—"
    return str(value)
