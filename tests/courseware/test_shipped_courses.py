"""What we promise of the courses that we ship: whole, in two languages, and with questions that give nothing away."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from itertools import chain
from pathlib import Path

import pytest

from app.courseware.compiler import Compiled, compile
from app.courseware.course import Course, Lesson, Module, Option, Question
from app.courseware.source import Source, from_folder

COURSES = Path(__file__).parents[2] / "courses"
REGIONAL = "humanitarian-border-security"
NAMES = sorted(folder.name for folder in COURSES.iterdir() if (folder / "course.yaml").exists())
SITUATION = 18
"""words of a prompt from which it tells a situation rather than asks for a fact"""
_TAG = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module", params=NAMES)
def source(request: pytest.FixtureRequest) -> Source:
    return from_folder(COURSES / request.param)


@pytest.fixture(scope="module")
def compiled(source: Source) -> Compiled:
    return compile(source)


@pytest.fixture(scope="module")
def course(compiled: Compiled) -> Course:
    assert compiled.course is not None
    return compiled.course


def plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def banks(course: Course) -> dict[str, list[Question]]:
    """The quiz bank of each module and the exam's, by name."""
    found = {module.id: [course.questions[name] for name in module.quiz] for module in course.modules}
    return found | {"exam": [course.questions[name] for name in course.exam]}


def place(question: Question) -> int:
    return next(n for n, option in enumerate(question.options, 1) if option.right)


def length(option: Option, language: str) -> int:
    return len(plain(option.html.get(language, "")))


def lessons(course: Course) -> list[tuple[Module, Lesson]]:
    return [(module, lesson) for module in course.modules for lesson in module.lessons]


def test_nothing_is_wrong_and_nothing_differs_between_the_languages(compiled: Compiled) -> None:
    assert [f"{one.file}:{one.line} {one.code}" for one in compiled.problems] == []


def test_every_lesson_teaches_in_two_languages_at_a_length_that_a_shift_allows(course: Course) -> None:
    for module, lesson in lessons(course):
        name = f"{module.id}/{lesson.id}"
        for language, page in lesson.pages.items():
            assert 500 <= page.words <= 900, f"{name}.{language}: {page.words} words"
            html = " ".join(block.html for block in page.blocks)
            assert "case" in html, f"{name}.{language}: no worked case"
            assert page.objective, f"{name}.{language}: no objective"
            assert any(block.kind == "country" for block in page.blocks), f"{name}.{language}: no country box"
        assert len(lesson.questions) >= 3, f"{name}: {len(lesson.questions)} self-checks"


def test_neither_language_is_shorter_than_three_fifths_of_the_other(source: Source) -> None:
    for path, data in source.items():
        if path.endswith(".en.md"):
            english, spanish = (len(text.split()) for text in (data, source[path.replace(".en.md", ".es.md")]))
            assert 0.6 <= english / spanish <= 1 / 0.6, f"{path}: {english} words and {spanish}"


def test_every_answer_is_explained_in_both_languages(course: Course) -> None:
    for question in course.questions.values():
        for language in course.languages:
            assert plain(question.explanation.get(language, "")), question.id


def test_the_place_of_an_answer_gives_nothing_away(course: Course) -> None:
    for name, bank in banks(course).items():
        one = [question for question in bank if question.kind == "one"]
        if len(one) >= 10:
            at, count = Counter(map(place, one)).most_common(1)[0]
            assert count <= 0.4 * len(one), f"{name}: {count} of {len(one)} right answers stand at {at}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_length_of_an_answer_gives_nothing_away(course: Course, language: str) -> None:
    every = [q for q in chain.from_iterable(banks(course).values()) if q.kind == "one"]
    right = [next(length(o, language) for o in q.options if o.right) for q in every]
    wrong = [[length(o, language) for o in q.options if not o.right] for q in every]
    longest = sum(r > max(w) for r, w in zip(right, wrong, strict=True)) / len(every)
    shortest = sum(r < min(w) for r, w in zip(right, wrong, strict=True)) / len(every)
    mean = sum(r * len(w) / sum(w) for r, w in zip(right, wrong, strict=True)) / len(every)
    # of four options drawn by chance each is the longest in one case of four
    assert longest <= 0.35 and shortest <= 0.40, f"longest {longest:.0%}, shortest {shortest:.0%}"
    assert 0.9 <= mean <= 1.1, f"right answers are {mean:.2f} times as long as wrong ones"


def test_every_source_has_been_reviewed_and_every_link_leads_to_a_source(course: Course, source: Source) -> None:
    for name, one in course.sources.items():
        assert one.reviewed, name
    known = {one.url for one in course.sources.values() if one.url}
    for path, data in source.items():
        if path.endswith(".md"):
            for address in re.findall(r"https?://[^\s)>\]]+", data.decode()):
                assert address in known, f"{path}: {address}"


def test_no_text_says_all_of_the_above_or_calls_a_person_illegal(source: Source) -> None:
    never = re.compile(r"all of the above|none of the above|todas las anteriores|ninguna de las anteriores", re.I)
    for path, data in source.items():
        if path.endswith(".md"):
            assert not never.search(data.decode()), path


# The regional course --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def regional() -> Course:
    course = compile(from_folder(COURSES / REGIONAL)).course
    assert course is not None
    return course


def test_a_module_has_its_lessons_simulation_bank_and_practical_sheet(regional: Course) -> None:
    for module in regional.modules:
        assert 4 <= len(module.lessons) <= 5, module.id
        assert module.scenario is not None, module.id
        endings = Counter(scene.ending for scene in module.scenario.scenes if scene.ending)
        assert len(module.scenario.scenes) >= 8, module.id
        assert endings.total() >= 3 and endings["good"] and endings["critical"], f"{module.id}: {endings}"
        if module.id != "people-on-the-move":
            assert module.practice is not None, module.id
            assert 5 <= len(module.practice.criteria) <= 10, module.id


def test_a_bank_is_large_enough_a_quarter_critical_a_third_situational_and_covers_every_objective(
    regional: Course,
) -> None:
    for module in regional.modules:
        bank = [regional.questions[name] for name in module.quiz]
        assert len(bank) >= 24, f"{module.id}: {len(bank)} items"
        assert sum(q.critical for q in bank) >= len(bank) / 4, module.id
        told = sum(len(plain(q.prompt["en"]).split()) >= SITUATION for q in bank)
        assert told >= len(bank) / 3, f"{module.id}: {told} situations of {len(bank)}"
        wanted = set(range(1, len(module.objectives["en"]) + 1))
        assert wanted <= {q.objective for q in bank}, module.id


def test_the_course_asks_in_all_six_ways(regional: Course) -> None:
    kinds = {question.kind for bank in banks(regional).values() for question in bank}
    assert kinds == {"one", "several", "order", "match", "short", "number"}


def test_the_exam_has_six_questions_of_its_own_for_every_module(regional: Course) -> None:
    per_module = Counter(regional.questions[name].module for name in regional.exam)
    assert {module.id: per_module[module.id] for module in regional.modules} == {m.id: 6 for m in regional.modules}
    in_banks = {name for module in regional.modules for name in module.quiz}
    assert not in_banks & set(regional.exam)


def test_the_glossary_has_its_92_terms(regional: Course) -> None:
    assert len(regional.terms) == 92


def test_the_lessons_and_what_follows_them_fit_the_hours_that_the_certificate_states(regional: Course) -> None:
    lessons_minutes = sum(lesson.minutes for module in regional.modules for lesson in module.lessons)
    share = lessons_minutes / (60 * regional.hours.online)
    assert 0.5 <= share <= 0.85, f"lessons take {share:.0%} of the online hours"
    practice = sum(module.practice.minutes for module in regional.modules if module.practice)
    assert practice == 60 * regional.hours.practice
    # reading at 130 words a minute and a minute and a half a self-check never takes longer than the lesson says
    for module in regional.modules:
        for lesson in module.lessons:
            read = max(page.words for page in lesson.pages.values()) / 130 + 1.5 * len(lesson.questions)
            assert read <= lesson.minutes, f"{module.id}/{lesson.id}: {read:.0f} of {lesson.minutes} minutes"


def test_the_final_hours_hold_the_examination_and_the_integrated_exercise(regional: Course) -> None:
    assert regional.completion.exam is not None and regional.exercise is not None
    assert (regional.completion.exam.minutes, regional.exercise.minutes) == (75, 90)
    assert 75 + 90 <= 60 * regional.hours.final == 180
    assert regional.completion.practice
    assert 5 <= len(regional.exercise.criteria) <= 10


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_night_at_el_cativo_fills_its_ninety_minutes_and_has_a_card_for_each_of_six_stations(
    regional: Course, language: str
) -> None:
    exercise = regional.exercise
    assert exercise is not None
    shown, key = exercise.html[language], exercise.trainer[language]
    timed = [int(one) for one in re.findall(r"<tr>\s*<td>(\d+)</td>", shown)]
    assert sum(timed) == exercise.minutes == 90
    stations = shown.partition("<ol>")[2].partition("</ol>")[0]
    assert stations.count("<li>") == 6
    cards = re.findall(r"<h3>(?:Station|Estación) (\d)\.", key)
    assert cards == ["1", "2", "3", "4", "5", "6"]
    each = re.split(r"<h3>(?:Station|Estación) \d\.", key)[1:]
    for number, card in enumerate(each, 1):
        card = card.partition("<h3>")[0]
        assert card.count("<li>") == 4, f"{language}, station {number}"
        assert ("Unsafe here." if language == "en" else "Inseguro aquí.") in card, f"{language}, station {number}"
    # what would spoil a station stands in no page for officers
    assert not any(name in shown for name in ("Yvens", "Adaeze", "Kenel", "Rubén", "Ligia", "Rigo", "Tomé"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_key_to_the_case_cards_is_for_trainers_and_judges_all_twelve(regional: Course, language: str) -> None:
    trafficking = regional.module("trafficking")
    assert trafficking is not None and trafficking.practice is not None
    sheet = trafficking.practice
    rows = dict(re.findall(r"<tr>\s*<td>(\d+)</td>\s*<td>([^<]+)</td>", sheet.trainer[language]))
    piles = {
        "en": ("Smuggling", "Trafficking", "Both", "Neither yet", "Another crime"),
        "es": ("Tráfico ilícito", "Trata", "Ambos", "Ninguno todavía", "Otro delito"),
    }[language]
    judged = {pile: [int(card) for card, name in rows.items() if name == pile] for pile in piles}
    assert list(judged.values()) == [[1, 8, 10], [2, 3, 9], [4, 12], [5, 7], [6, 11]]
    assert "smuggling-protocol" not in sheet.trainer[language]  # sources are named, not coded
    assert plain(sheet.trainer[language])[:40] not in plain(sheet.html[language])


def test_every_module_has_a_drawing_with_a_text_that_tells_it(regional: Course, shipped_source: Source) -> None:
    without = [
        module.id
        for module in regional.modules
        if not any("<img" in b.html for lesson in module.lessons for b in lesson.pages["es"].blocks)
    ]
    assert without == []
    for path, data in shipped_source.items():
        if path.endswith(".md"):
            for alt in re.findall(r"!\[([^\]]*)\]\(", data.decode()):
                assert len(alt.split()) >= 6, f"{path}: {alt!r}"
