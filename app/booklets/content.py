"""What a booklet holds, in order: the module's page, its lessons with their questions, the simulation, and the key."""

from __future__ import annotations

import random
from collections.abc import Iterator

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, Spacer

from app.booklets import exercises
from app.booklets.hypertext import Setter, letter_by_letter
from app.booklets.outline import Mark
from app.booklets.styles import STYLES
from app.booklets.wording import words
from app.courseware.course import Block, Course, Lesson, Module, Page, Practice, Question, Scenario, say


def _text(text: str, style: str) -> Paragraph:
    return Paragraph(letter_by_letter(text), STYLES[style])


def _page(pages: dict[str, Page], language: str) -> Page:
    return pages.get(language) or next(iter(pages.values()))


def story(
    course: Course, module: Module, setter: Setter, country: str, digest: str, for_trainers: bool = False
) -> list[Flowable]:
    """Every flowable of the booklet of *module*. *country* is an ISO code, "" for a booklet of any country.

    What a practical sheet says to trainers alone is printed *for_trainers* only.
    """
    language = setter.language
    flow: list[Flowable] = [*_front(course, module, setter, digest)]
    key: list[Flowable] = []
    for number, lesson in enumerate(module.lessons, 1):
        flow += [PageBreak(), *_lesson(course, lesson, number, setter, country)]
        checks = _checks(course, lesson, country)
        if checks:
            key.append(
                _text(f"{words(language, 'lesson', number=number)}. {_page(lesson.pages, language).title}", "h2")
            )
            for at, question in enumerate(checks, 1):
                key += exercises.answered(question, at, _seed(question), setter)
    if module.scenario is not None:
        flow += [PageBreak(), *_scenario(module.scenario, setter)]
    if key:
        title = words(language, "key")
        flow += [PageBreak(), Mark(title), _text(title, "h1"), _text(words(language, "key-note"), "lead"), *key]
    if for_trainers and module.practice is not None and module.practice.trainer:
        flow += _trainers_key(module.practice, setter)
    return flow


def _trainers_key(sheet: Practice, setter: Setter) -> Iterator[Flowable]:
    title = words(setter.language, "trainers-key")
    yield PageBreak()
    yield Mark(title)
    yield _text(title, "h1")
    yield _text(words(setter.language, "trainers-key-note"), "lead")
    yield _text(say(sheet.title, setter.language), "h2")
    yield from setter.flow(say(sheet.trainer, setter.language))


def _front(course: Course, module: Module, setter: Setter, digest: str) -> Iterator[Flowable]:
    language = setter.language
    page = _page(module.pages, language)
    yield _text(f"{course.title(language)} · {words(language, 'module', number=module.number)}", "eyebrow")
    yield Mark(page.title)
    yield _text(page.title, "title")
    if page.summary:
        yield _text(page.summary, "lead")
    for block in page.blocks:
        if block.kind == "html":
            yield from setter.flow(block.html)
    goals = module.objectives.get(language) or next(iter(module.objectives.values()), ())
    if goals:
        yield _text(words(language, "objectives"), "h2")
        for number, goal in enumerate(goals, 1):
            yield _text(f"{number}. {goal}", "item")
    yield Spacer(1, 10)
    for number, lesson in enumerate(module.lessons, 1):
        title = _page(lesson.pages, language).title
        yield _text(f"{words(language, 'lesson', number=number)}. {title}", "item")
    yield Spacer(1, 14)
    yield _text(words(language, "booklet"), "meta")
    yield _text(words(language, "made", course=course.code, digest=digest[:12]), "meta")


def _seed(question: Question) -> str:
    """Orders the answers: the same in the question and in the key, whoever prints."""
    return f"booklet/{question.id}"


def _checks(course: Course, lesson: Lesson, country: str) -> list[Question]:
    found = (course.questions[name] for name in lesson.questions if name in course.questions)
    return [q for q in found if not q.countries or not country or country in q.countries]


def _lesson(course: Course, lesson: Lesson, number: int, setter: Setter, country: str) -> Iterator[Flowable]:
    language = setter.language
    page = _page(lesson.pages, language)
    minutes = words(language, "minutes", minutes=lesson.minutes)
    yield _text(f"{words(language, 'lesson', number=number)} · {minutes}", "eyebrow")
    yield Mark(page.title, 1)
    yield _text(page.title, "h1")
    if page.objective:
        yield _text(page.objective, "lead")
    for block in page.blocks:
        if block.countries and country and country not in block.countries:
            continue
        if block.kind == "html":
            yield from setter.flow(block.html)
        elif block.kind == "country":
            yield from _country(course, block, setter, country)
    checks = _checks(course, lesson, country)
    for at, question in enumerate(checks, 1):
        above = (_text(words(language, "check"), "h2"),) if at == 1 else ()
        yield from exercises.asked(question, at, _seed(question), setter, above)
    if page.citations:
        yield _text(words(language, "sources"), "h3")
        for cited in page.citations:
            source = course.sources.get(cited.source)
            if source is not None:
                places = f", {'; '.join(cited.places)}" if cited.places else ""
                yield _text(f"{say(source.title, language)}{places}.", "meta")


def _country(course: Course, block: Block, setter: Setter, country: str) -> Iterator[Flowable]:
    language = setter.language
    title = say(course.entry_names.get(block.ref, {}), language) or block.ref
    entry = course.countries.get(country, {}).get(block.ref)
    yield _text(words(language, "country", title=title), "h3")
    if entry is not None:
        yield from setter.flow(say(entry.html, language))
        return
    yield _text(words(language, "no-country" if country else "any-country"), "p")
    for _line in range(3):
        yield _text(exercises.LINE * 2, "meta")


def _scenario(scenario: Scenario, setter: Setter) -> Iterator[Flowable]:
    """The simulation as numbered scenes. The first stays first; the others are mixed, so that none follows its choice."""
    language = setter.language
    title = words(language, "simulation", title=say(scenario.title, language))
    yield Mark(title, 1)
    yield _text(title, "h1")
    yield from setter.flow(say(scenario.intro, language))
    yield _text(words(language, "how-to-play"), "meta")
    first, *others = scenario.scenes
    random.Random(scenario.id).shuffle(others)
    scenes = [first, *others]
    numbers = {scene.id: number for number, scene in enumerate(scenes, 1)}
    for scene in scenes:
        name = say(scene.title, language)
        heading = words(language, "scene", number=numbers[scene.id]) + (f" · {name}" if name else "")
        body: list[Flowable] = [_text(heading, "h3"), *setter.flow(say(scene.html, language))]
        for choice in scene.choices:
            go = words(language, "go", number=numbers[choice.to])
            body.append(setter.paragraph(f"{say(choice.text, language)} <em>({go})</em>", "item", f"{exercises.BOX} "))
        if scene.ending:
            end = "critical-end" if scene.ending == "critical" else scene.ending
            again = "" if scene.ending == "good" else f" {words(language, 'again')}"
            body.append(_text(f"{words(language, end)}.{again}", "head"))
        yield KeepTogether(body)
        yield Spacer(1, 6)
