"""What a new edition of a course changes for officers who are in the middle of it.

Stable ids carry progress from one edition to the next, so what matters is what an id meant before and means now.
Nothing here forbids publishing: a trainer reads it first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import SequenceMatcher
from html import unescape
from typing import Any, Literal

import msgspec

from app.courseware.course import EXERCISE, Course, Lesson, Module, Page, Practice, Question

Kind = Literal[
    "module-added",
    "module-removed",
    "module-renamed",
    "lesson-added",
    "lesson-removed",
    "lesson-moved",
    "lesson-changed",
    "scenario-added",
    "scenario-removed",
    "scene-removed",
    "practice-added",
    "practice-removed",
    "criterion-added",
    "criterion-removed",
    "question-added",
    "question-removed",
    "question-reused",
    "kind-changed",
    "answer-changed",
    "critical-changed",
    "option-added",
    "option-removed",
    "option-reused",
    "rule-changed",
]

GRAVE: frozenset[str] = frozenset(
    {
        "module-removed",
        "lesson-removed",
        "lesson-changed",
        "scenario-removed",
        "practice-removed",
        "question-reused",
        "kind-changed",
        "answer-changed",
        "option-reused",
        "rule-changed",
    }
)
"""changes that touch what officers have already done or were told; the others only add or tidy up"""

SAME_MEANING = 0.35
"""share of words in common below which a text under the same id is taken to say something else"""
SAME_LESSON = 0.85
"""share of words in common below which a lesson has changed in substance"""
_MOST_WORDS = 400
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")


class Objection(msgspec.Struct, frozen=True):
    """One change that may matter to officers mid-course: ``item`` is a lesson, question, scene, criterion or rule.

    ``module`` is EXERCISE where the change is one of the integrated exercise.
    """

    kind: Kind
    module: str = ""
    item: str = ""
    option: str = ""

    @property
    def grave(self) -> bool:
        """Whether it touches what officers have already done."""
        return self.kind in GRAVE


def objections(current: Course | None, following: Course) -> tuple[Objection, ...]:
    """What publishing *following* after *current* changes, in course order; nothing for a first edition."""
    if current is None:
        return ()
    found = [
        *_modules(current, following),
        *_practice(EXERCISE, current.exercise, following.exercise),
        *_questions(current, following),
        *(Objection("rule-changed", item=rule) for rule in _rules(current, following)),
    ]
    return tuple(found)


def _modules(current: Course, following: Course) -> Iterator[Objection]:
    before = {module.id: module for module in current.modules}
    after = {module.id: module for module in following.modules}
    renamed = renamed_modules(current, following)
    known_as = {new: old for old, new in renamed.items()}
    old, new = homes(current), homes(following)
    moved = {lesson for lesson, home in old.items() if new.get(lesson, home) not in (home, renamed.get(home))}
    for module in current.modules:
        if module.id not in after and module.id not in renamed:
            yield Objection("module-removed", module.id)
    for module in following.modules:
        known = before.get(module.id) or before.get(known_as.get(module.id, ""))
        if known is None:
            yield Objection("module-added", module.id)
            continue
        if known.id != module.id:
            yield Objection("module-renamed", module.id, known.id)
        yield from _lessons(known, module, moved)
        yield from _scenario(known, module)
        yield from _practice(module.id, known.practice, module.practice)


def homes(course: Course) -> dict[str, str]:
    """lesson id → the module it is in, for lessons whose id stands once."""
    found: dict[str, list[str]] = {}
    for module in course.modules:
        for lesson in module.lessons:
            found.setdefault(lesson.id, []).append(module.id)
    return {lesson: modules[0] for lesson, modules in found.items() if len(modules) == 1}


def renamed_modules(current: Course, following: Course) -> dict[str, str]:
    """Old id → new id of modules that are gone and of which most lessons stand in one module that is new."""
    before, after = {m.id for m in current.modules}, {m.id for m in following.modules}
    found: dict[str, str] = {}
    for module in current.modules:
        lessons = {lesson.id for lesson in module.lessons}
        if module.id in after or not lessons:
            continue
        for other in following.modules:
            shared = lessons & {lesson.id for lesson in other.lessons}
            if other.id not in before and other.id not in found.values() and 2 * len(shared) > len(lessons):
                found[module.id] = other.id
                break
    return found


def _lessons(before: Module, after: Module, moved: Set[str]) -> Iterator[Objection]:
    for lesson in before.lessons:
        if after.lesson(lesson.id) is None and lesson.id not in moved:
            yield Objection("lesson-removed", before.id, lesson.id)
    for lesson in after.lessons:
        known = before.lesson(lesson.id)
        if known is None:
            yield Objection("lesson-moved" if lesson.id in moved else "lesson-added", after.id, lesson.id)
        elif _changed_in_substance(known, lesson):
            yield Objection("lesson-changed", after.id, lesson.id)


def _changed_in_substance(before: Lesson, after: Lesson) -> bool:
    """Whether a lesson says something else, in every language of both: other figures, other citations, or many other
    words.
    """
    both = [language for language in before.pages if language in after.pages]
    return bool(both) and all(_other_page(before.pages[language], after.pages[language]) for language in both)


def _other_page(before: Page, after: Page) -> bool:
    if before == after:
        return False
    was, now = _page_words(before), _page_words(after)
    if before.citations != after.citations or _figures(was) != _figures(now):
        return True
    total = was.total() + now.total()
    return total > 0 and 2 * (was & now).total() / total < SAME_LESSON


def _page_words(page: Page) -> Counter[str]:
    html = " ".join(block.html for block in page.blocks if block.kind == "html")
    return Counter(_WORD.findall(unescape(_TAG.sub(" ", html)).casefold()))


def _figures(words: Counter[str]) -> dict[str, int]:
    return {word: count for word, count in words.items() if word.isdigit()}


def _scenario(before: Module, after: Module) -> Iterator[Objection]:
    old, new = before.scenario, after.scenario
    if old is not None and (new is None or new.id != old.id):
        yield Objection("scenario-removed", before.id, old.id)
    if new is not None and (old is None or old.id != new.id):
        yield Objection("scenario-added", after.id, new.id)
    if old is not None and new is not None and old.id == new.id:
        for scene in old.scenes:
            if new.scene(scene.id) is None:
                yield Objection("scene-removed", after.id, scene.id)


def _practice(module: str, old: Practice | None, new: Practice | None) -> Iterator[Objection]:
    if old is not None and new is None:
        yield Objection("practice-removed", module)
    if new is not None and old is None:
        yield Objection("practice-added", module)
    if old is not None and new is not None:
        was, now = [c.id for c in old.criteria], [c.id for c in new.criteria]
        yield from (Objection("criterion-removed", module, c) for c in was if c not in now)
        yield from (Objection("criterion-added", module, c) for c in now if c not in was)


def _questions(current: Course, following: Course) -> Iterator[Objection]:
    gone = {m.id for m in current.modules} - {m.id for m in following.modules}
    fresh = {m.id for m in following.modules} - {m.id for m in current.modules}
    for question in current.questions.values():
        if question.id not in following.questions and question.module not in gone:
            yield Objection("question-removed", question.module, question.id)
    for question in following.questions.values():
        known = current.questions.get(question.id)
        if known is not None:
            yield from _question(known, question)
        elif question.module not in fresh:
            yield Objection("question-added", question.module, question.id)


def _question(before: Question, after: Question) -> Iterator[Objection]:
    if before.kind != after.kind:
        yield Objection("kind-changed", after.module, after.id)
        return
    if _says_something_else(before.prompt, after.prompt):
        yield Objection("question-reused", after.module, after.id)
    if _key(before) != _key(after):
        yield Objection("answer-changed", after.module, after.id)
    if before.critical != after.critical:
        yield Objection("critical-changed", after.module, after.id)
    was, now = _answers(before), _answers(after)
    for option in was:
        if option not in now:
            yield Objection("option-removed", after.module, after.id, option)
    for option, text in now.items():
        if option not in was:
            yield Objection("option-added", after.module, after.id, option)
        elif _says_something_else(was[option], text):
            yield Objection("option-reused", after.module, after.id, option)


def _key(question: Question) -> Any:
    """What makes an answer right, without what is only added or taken away beside it."""
    match question.kind:
        case "one" | "several":
            return sorted(option.id for option in question.options if option.right), question.partial
        case "order":
            return [option.id for option in question.options]
        case "match":
            return sorted(pair.id for pair in question.pairs if any(pair.left.values()))
        case "short":
            return {language: sorted(forms) for language, forms in question.accepted.items()}
    return question.value, question.tolerance


def _answers(question: Question) -> dict[str, dict[str, str]]:
    if question.pairs:
        languages = {language for pair in question.pairs for language in (*pair.left, *pair.right)}
        return {
            pair.id: {code: f"{pair.left.get(code, '')} {pair.right.get(code, '')}" for code in sorted(languages)}
            for pair in question.pairs
        }
    return {option.id: option.html for option in question.options}


def _says_something_else(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a text has so little in common with the one before, in every language of both, that it is another one."""
    both = [language for language in before if before[language] and after.get(language)]
    return bool(both) and all(_likeness(before[language], after[language]) < SAME_MEANING for language in both)


def _likeness(before: str, after: str) -> float:
    if before == after:
        return 1.0
    was, now = _words(before), _words(after)
    if not was or not now:  # pictures, signs: nothing to compare
        return 1.0
    return SequenceMatcher(None, was, now, autojunk=False).ratio()


def _words(html: str) -> list[str]:
    return _WORD.findall(unescape(_TAG.sub(" ", html)).casefold())[:_MOST_WORDS]


def _rules(current: Course, following: Course) -> Iterable[str]:
    """What it takes to complete, by name: ``lessons``, ``quizzes``, ``scenarios``, ``practice``, ``exam``,
    ``unlock``, ``hours``.
    """
    for rule in ("lessons", "quizzes", "scenarios", "practice", "exam"):
        if getattr(current.completion, rule) != getattr(following.completion, rule):
            yield rule
    for rule in ("unlock", "hours", "certificate"):
        if getattr(current, rule) != getattr(following, rule):
            yield rule
