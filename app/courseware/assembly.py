"""One course out of a draft: the languages of every page put together."""

from __future__ import annotations

import math

from app.courseware import questions, scenarios
from app.courseware.answers import WrittenQuestion
from app.courseware.course import (
    CountryEntry,
    Course,
    Criterion,
    Lesson,
    Media,
    Module,
    Page,
    Practice,
    Question,
    Scenario,
    Term,
)
from app.courseware.draft import Draft, Group
from app.courseware.keys import read_integer
from app.courseware.manuscript import Report
from app.courseware.settings import Settings
from app.courseware.written import Written

_WORDS_A_MINUTE = 130
_MINUTES_A_QUESTION = 1.5


def assemble(draft: Draft, media: tuple[Media, ...], report: Report) -> Course:
    """The course of *draft*: the best there is, where pages have mistakes."""
    settings = draft.settings
    found = _all_questions(draft, report)
    modules = tuple(_module(draft, module, number, report) for number, module in enumerate(settings.modules, start=1))
    return Course(
        id=settings.id,
        code=settings.code,
        languages=settings.languages,
        pages=_pages(draft.of("course")),
        hours=settings.hours,
        modules=modules,
        completion=settings.completion,
        offline_quizzes=draft.settings.offline_quizzes,
        compare=settings.compare,
        certificate=settings.certificate,
        questions=found,
        exam=_ids(draft.of("exam"), found),
        unlock=settings.unlock,
        sources=settings.sources,
        terms=_terms(draft),
        glossary=_pages(draft.of("glossary")),
        entry_names=settings.entries,
        countries=_countries(draft),
        media=media,
        exercise=_practice(draft.of("exercise")),
    )


# --- Questions --------------------------------------------------------------------------------------------------------


def by_id(group: Group) -> dict[str, dict[str, WrittenQuestion]]:
    """The questions of a page: id → language → question, in the order of the first language that has each."""
    found: dict[str, dict[str, WrittenQuestion]] = {}
    for language, written in group.questions.items():
        for question in written:
            found.setdefault(question.id, {})[language] = question
    return found


def _all_questions(draft: Draft, report: Report) -> dict[str, Question]:
    found: dict[str, Question] = {}
    first: dict[str, WrittenQuestion] = {}
    for group in draft.groups:
        for name, written in by_id(group).items():
            if name in found:
                other = first[name].place
                for question in written.values():
                    report.add("question-id-elsewhere", question.place, id=name, file=other.file, line=other.line)
                continue
            found[name] = questions.merge(written)
            first[name] = next(iter(written.values()))
    return found


def _ids(groups: list[Group], found: dict[str, Question]) -> tuple[str, ...]:
    return tuple(name for group in groups for name in by_id(group) if name in found)


# --- Pages ------------------------------------------------------------------------------------------------------------


def _pages(groups: list[Group]) -> dict[str, Page]:
    return {language: _page(page) for group in groups for language, page in group.pages.items()}


def _page(page: Written) -> Page:
    front = page.front
    return Page(
        title=front.text("title"),
        blocks=page.blocks,
        objective=front.text("objective"),
        summary=front.text("summary"),
        citations=page.citations(),
        words=page.words,
        digest=page.manuscript.digest(),
        translated_from=front.text("translated-from"),
    )


def _module(draft: Draft, module: str, number: int, report: Report) -> Module:
    groups = draft.of("module", module)
    objectives = {
        language: tuple(scalar.text for scalar in page.front.scalars("objectives"))
        for group in groups
        for language, page in group.pages.items()
    }
    count = max((len(texts) for texts in objectives.values()), default=0)
    return Module(
        id=module,
        number=number,
        pages=_pages(groups),
        objectives={language: texts for language, texts in objectives.items() if texts},
        lessons=tuple(_lesson(group, count, report) for group in draft.of("lesson", module)),
        quiz=tuple(name for group in draft.of("quiz", module) for name in by_id(group)),
        scenario=_scenario(draft.of("scenario", module), draft.settings),
        practice=_practice(draft.of("practice", module)),
    )


def _lesson(group: Group, objectives: int, report: Report) -> Lesson:
    minutes = [page.front.integer("minutes", 0, 1, 600) for page in group.pages.values()]
    served = [_objectives(page, objectives, report) for page in group.pages.values()]
    return Lesson(
        id=group.id,
        pages=_pages([group]),
        minutes=next((value for value in minutes if value), 0) or _estimate(group),
        questions=tuple(by_id(group)),
        objectives=next((value for value in served if value), ()),
    )


def _estimate(group: Group) -> int:
    words = max(page.words for page in group.pages.values())
    asked = max((len(written) for written in group.questions.values()), default=0)
    return max(1, math.ceil(words / _WORDS_A_MINUTE + asked * _MINUTES_A_QUESTION))


def _objectives(page: Written, count: int, report: Report) -> tuple[int, ...]:
    found = []
    for scalar in page.front.scalars("objectives"):
        number = read_integer(scalar.text, scalar.place, report, "objectives", 1, max(count, 1), 0)
        if number:
            found.append(number)
    return tuple(sorted(set(found)))


def _scenario(groups: list[Group], settings: Settings) -> Scenario | None:
    written = next((group.scenarios for group in groups if group.scenarios), None)
    return scenarios.merge(written, settings.dials) if written else None


def _practice(groups: list[Group]) -> Practice | None:
    if not groups:
        return None
    group = groups[0]
    texts = {
        language: {criterion.id: criterion.html for criterion in found} for language, found in group.criteria.items()
    }
    order = dict.fromkeys(name for found in texts.values() for name in found)
    minutes = [page.front.integer("minutes", 0, 1, 6000) for page in group.pages.values()]
    return Practice(
        title={language: page.front.text("title") for language, page in group.pages.items()},
        html={language: page.blocks[0].html for language, page in group.pages.items() if page.blocks},
        criteria=tuple(
            Criterion(name, {language: found[name] for language, found in texts.items() if name in found})
            for name in order
        ),
        minutes=next((value for value in minutes if value), 0),
        trainer={language: page.trainer for language, page in group.pages.items() if page.trainer},
    )


# --- Glossary and countries -------------------------------------------------------------------------------------------


def _terms(draft: Draft) -> tuple[Term, ...]:
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    html: dict[str, dict[str, str]] = {}
    for group in draft.of("glossary"):
        for language, terms in group.terms.items():
            for term in terms:
                names.setdefault(term.id, {})[language] = term.names
                html.setdefault(term.id, {})[language] = term.html
    return tuple(Term(name, names[name], html[name]) for name in names)


def _countries(draft: Draft) -> dict[str, dict[str, CountryEntry]]:
    countries: dict[str, dict[str, CountryEntry]] = {}
    for group in draft.of("country"):
        keys = dict.fromkeys(key for entries in group.entries.values() for key in entries)
        for key in keys:
            each = {language: entries[key] for language, entries in group.entries.items() if key in entries}
            first = next(iter(each.values()))
            countries.setdefault(group.id, {})[key] = CountryEntry(
                html={language: entry.html for language, entry in each.items()},
                # The older date: a box is as fresh as its stalest language.
                reviewed=min((entry.reviewed for entry in each.values() if entry.reviewed), default=""),
                source=first.source,
            )
    return countries
