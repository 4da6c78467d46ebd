"""A module on paper, read back by another library."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from app.booklets import booklet
from app.booklets.exercises import letter
from app.booklets.hypertext import Setter
from app.booklets.styles import letters, other_letters
from app.courseware.compiler import Compiled, compile
from app.courseware.course import Course, Module, Question
from app.courseware.source import Source
from app.rules.draws import shown_order
from tests import sample
from tests.services.test_illustrating import photo


@pytest.fixture(scope="module")
def compiled(shipped_source: Source) -> Compiled:
    return compile(shipped_source)


def read(data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return " ".join(text.split())


def printed(compiled: Compiled, module: str = "protection", language: str = "es", **more: str) -> str:
    assert compiled.course is not None
    found = compiled.course.module(module)
    assert found is not None
    return read(booklet(compiled.course, found, language, compiled.media.get, **more))


def test_a_picture_with_a_lighter_twin_is_printed_once_from_the_file_that_everything_reads() -> None:
    asked: list[str] = []

    def files(path: str) -> bytes:
        asked.append(path)
        return photo((60, 40))

    html = (
        '<p>See: <picture><source type="image/webp" srcset="/learn/x/media/m/media/a.webp">'
        '<img src="/learn/x/media/m/media/a.jpg" alt="A bench." width="60" height="40"></picture></p>'
    )
    kinds = [type(one).__name__ for one in Setter("en", 400, files).flow(html)]
    assert kinds.count("Image") == 1
    assert asked == ["m/media/a.jpg"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_lesson_every_question_and_every_scene_is_on_paper(compiled: Compiled, language: str) -> None:
    assert compiled.course is not None
    module = compiled.course.module("protection")
    assert module is not None and module.scenario is not None
    text = printed(compiled, language=language)
    for lesson in module.lessons:
        assert lesson.pages[language].title in text
    word = {"en": "Scene", "es": "Escena"}[language]
    assert {int(n) for n in re.findall(rf"{word} (\d+) ·", text)} == set(range(1, len(module.scenario.scenes) + 1))
    assert text.count({"en": "Question 1", "es": "Pregunta 1"}[language]) == 2 * len(module.lessons)


def test_the_key_stands_apart_behind_everything_else_and_names_the_letter_that_was_printed(compiled: Compiled) -> None:
    text = printed(compiled)
    body, _key, key = text.rpartition("Clave de respuestas")
    assert "Simulación" in body
    assert compiled.course is not None
    question = compiled.course.questions["pr-check-indirect"]
    order = shown_order(question, f"booklet/{question.id}")
    right = letter(order.index("name"))
    assert f"[ ] {right}) «¿Tiene que dar mi nombre" in body or f"[ ] {right})" in body
    assert re.search(rf"Lección 3\. Escuchar el temor[^.]*?Pregunta 1: {right} ", key)
    explanation = "Es una razón para escuchar"
    assert explanation not in body


def test_a_booklet_prints_the_entries_of_one_country_or_room_to_write_them(compiled: Compiled) -> None:
    assert "ONPAR" in printed(compiled, country="PA")
    assert "Su país aún no ha suministrado esta información" in printed(compiled, country="BZ")
    assert "anótelo aquí" in printed(compiled)


def test_questions_of_other_countries_are_left_out() -> None:
    course = sample.course()
    module = course.modules[0]
    only = sample.one("mission-check-1", "mission", countries=("CR",))
    course = sample.course(questions={**course.questions, "mission-check-1": only})
    here, there = (read(booklet(course, module, "en", {}.get, country=code)) for code in ("PA", "CR"))
    assert "mission-check-1" not in here
    assert "mission-check-1" in there


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_trainers_key_to_a_practical_sheet_is_in_no_booklet_but_that_for_trainers(language: str) -> None:
    course = sample.course()
    module = course.modules[0]
    said = sample.KEY_WORDS[["en", "es"].index(language)]
    handed_out = booklet(course, module, language, {}.get)
    assert said not in read(handed_out)
    assert said.encode() not in handed_out
    kept = read(booklet(course, module, language, {}.get, for_trainers=True))
    title = {"en": "Trainers’ key to the practical sheet", "es": "Clave de la hoja de práctica"}[language]
    assert said in kept.rpartition(title)[2]
    without = read(booklet(course, course.modules[1], language, {}.get, for_trainers=True))
    assert title not in without


def test_every_kind_of_question_has_its_key() -> None:
    kinds = (sample.SEVERAL, sample.ORDER, sample.MATCH, sample.SHORT, sample.NUMBER)
    text = read(booklet(with_checks(sample.course(), kinds), lesson_of(kinds), "en", {}.get))
    key = text.rpartition("Answer key")[2]
    for wanted in (r"Question 2: (1|2|3), (1|2|3), (1|2|3)", r"Question 3: 1 [a-c], 2 [a-c]", "non-refoulement", "11"):
        assert re.search(wanted, key), wanted


def lesson_of(kinds: tuple[Question, ...]) -> Module:
    module = sample.course().modules[0]
    lesson = module.lessons[0]
    fields = {"id": lesson.id, "pages": lesson.pages, "minutes": 5, "questions": tuple(q.id for q in kinds)}
    return Module(
        id=module.id,
        number=1,
        pages=module.pages,
        objectives=module.objectives,
        lessons=(type(lesson)(**fields),),
    )


def with_checks(course: Course, kinds: tuple[Question, ...]) -> Course:
    return sample.course(questions={**course.questions, **{q.id: q for q in kinds}})


def test_the_same_course_is_printed_to_the_same_bytes_on_both_papers(compiled: Compiled) -> None:
    assert compiled.course is not None
    module = compiled.course.modules[0]
    for paper, width in (("letter", 612), ("a4", 595)):
        one, two = (booklet(compiled.course, module, "en", compiled.media.get, paper=paper) for _ in range(2))
        assert one == two
        pages = PdfReader(io.BytesIO(one))
        assert round(pages.pages[0].mediabox.width) == width
        assert (
            pages.metadata is not None
            and pages.metadata.title == "Humanitarian Border Security: Mission, model and ethics"
        )
        assert [entry.title for entry in pages.outline if not isinstance(entry, list)][-1] == "Answer key"


def test_no_letter_of_the_course_is_missing_from_the_fonts(compiled: Compiled) -> None:
    assert compiled.course is not None
    known = letters() | other_letters() | {ord("\n")}
    for module in compiled.course.modules:
        for lesson in module.lessons:
            for page in lesson.pages.values():
                for block in page.blocks:
                    missing = {c for c in re.sub(r"<[^>]*>", "", block.html) if ord(c) not in known}
                    assert not missing, f"{module.id}/{lesson.id}: {missing}"


def test_a_broken_picture_keeps_nobody_from_the_booklet(compiled: Compiled) -> None:
    assert compiled.course is not None
    module = compiled.course.module("first-contact")
    assert module is not None
    text = read(booklet(compiled.course, module, "es", lambda _path: b"<svg"))
    assert "Imagen: Cuatro pasos" in text
