"""An exam on paper, read back by another library: a code on every page, a sheet of its own, and nothing of the key."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html as lxml_html
from pypdf import PdfReader

from app.booklets import Copy, exam_copies
from app.booklets.examwording import WORDS
from app.booklets.styles import letters, other_letters
from app.courseware.compiler import Compiled, compile
from app.courseware.course import Course
from app.courseware.source import Source
from app.rules import draws
from tests import sample


@pytest.fixture(scope="module")
def compiled(shipped_source: Source) -> Compiled:
    return compile(shipped_source)


def copy_of(course: Course, code: str = "7KQ4-M2XD", language: str = "es", seed: str = "s", **more: object) -> Copy:
    rule = course.completion.exam
    assert rule is not None
    paper = [(item.question, item.order) for item in draws.exam(course, rule, seed, "PA")]
    fields: dict[str, object] = {
        "code": code,
        "name": "Nayeli Ábrego Quintero",
        "institution": "Puesto Paso del Guayacán",
        "language": language,
        "course": course,
        "edition": 3,
        "attempt": 1,
        "minutes": 75,
        "extra_minutes": 0,
        "pass_mark": 80,
        "critical_mark": 90,
        "paper": paper,
        "files": lambda _path: None,
    }
    return Copy(**{**fields, **more})  # type: ignore[arg-type]


def pages(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def plain(html: str) -> str:
    return " ".join(lxml_html.fromstring(f"<div>{html}</div>").text_content().split())


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_copy_of_the_shipped_exam_has_every_question_and_no_word_of_the_key(
    compiled: Compiled, language: str
) -> None:
    course = compiled.course
    assert course is not None
    copy = copy_of(course, language=language, files=compiled.media.get)
    found = pages(exam_copies([copy], "letter"))
    text = " ".join(found)
    word = {"en": "Question", "es": "Pregunta"}[language]
    assert [int(n) for n in re.findall(rf"{word} (\d+)\b", text)] == list(range(1, 41))
    for name, _order in copy.paper:
        question = course.questions[name]
        assert plain(question.prompt[language])[:40] in text, name
        explanation = plain(question.explanation[language])
        assert explanation[:60] not in text, name
        for option in question.options:
            if option.feedback.get(language):
                assert plain(option.feedback[language])[:60] not in text, (name, option.id)
        assert name not in text
    assert {"en": "critical)", "es": "crítica)"}[language] not in text
    assert WORDS[language]["sheet"] in found[-1]


def test_the_letters_on_paper_stand_in_the_order_of_the_draw() -> None:
    course = sample.course()
    copy = copy_of(course, language="en", paper=[("mission-exam-1", ("bus", "right", "proof"))])
    text = " ".join(pages(exam_copies([copy], "a4")))
    assert "a) Show the bus. b) Receive the request. c) Ask for proof." in text


def test_every_kind_of_question_has_room_for_its_answer_and_gives_none() -> None:
    course = sample.course()
    kinds = (sample.SEVERAL, sample.ORDER, sample.MATCH, sample.SHORT, sample.NUMBER)
    paper = [(question.id, draws.shown_order(question, "s")) for question in kinds]
    found = pages(exam_copies([copy_of(course, language="en", paper=paper)], "letter"))
    text = " ".join(found)
    for secret in (
        "One and two.",
        "Look, listen, link.",
        "Two crimes.",
        "non-refoulement",
        "Non-refoulement",
        "Eleven",
    ):
        assert secret not in text
    sheet = found[-1]
    assert re.search(r"1 a b c\b", sheet) and re.search(r"2 1 2 3\b", sheet), sheet
    assert "Signature of the officer" in sheet


def test_each_copy_counts_its_own_pages_carries_its_code_and_shares_no_sheet_with_another() -> None:
    course = sample.course()
    copies = [copy_of(course, code, "es", seed=code) for code in ("7KQ4-M2XD", "9AB3-KQWZ", "C4DE-5FGH")]
    found = pages(exam_copies(copies, "letter"))
    firsts = [n for n, text in enumerate(found) if "Antes de comenzar" in text]
    sheets = [n for n, text in enumerate(found) if text.startswith("Hoja de respuestas")]
    assert len(firsts) == len(sheets) == 3
    assert all(n % 2 == 0 for n in (*firsts, *sheets)), "a right-hand page each"
    for copy, (begin, end) in zip(copies, pairwise([*firsts, len(found)]), strict=True):
        mine = found[begin:end]
        assert all(copy.code in text for text in mine)
        assert not any(other.code in text for other in copies if other is not copy for text in mine)
        assert [int(n) for text in mine for n in re.findall(r"página (\d+) de", text)] == list(range(1, len(mine) + 1))
        assert all(f"de {len(mine)}" in text for text in mine)


def test_extra_time_is_in_the_time_and_named() -> None:
    course = sample.course()
    text = " ".join(pages(exam_copies([copy_of(course, minutes=94, extra_minutes=19)], "letter")))
    assert "94 minutos" in text and "19 de ellos" in text
    without = " ".join(pages(exam_copies([copy_of(course)], "letter")))
    assert "75 minutos" in without and "tiempo adicional" not in without


def test_the_same_copies_are_printed_to_the_same_bytes_on_both_papers(compiled: Compiled) -> None:
    assert compiled.course is not None
    copy = copy_of(compiled.course, files=compiled.media.get)
    for paper, width in (("letter", 612), ("a4", 595)):
        one, two = (exam_copies([copy, replace(copy, code="9AB3-KQWZ")], paper) for _ in range(2))
        assert one == two
        assert round(PdfReader(io.BytesIO(one)).pages[0].mediabox.width) == width


def test_both_languages_say_the_same_things_in_letters_that_the_fonts_have() -> None:
    known = letters() | other_letters()
    assert WORDS["en"].keys() == WORDS["es"].keys()
    for key in WORDS["en"]:
        fields = [set(re.findall(r"\{(\w+)\}", WORDS[code][key])) for code in ("en", "es")]
        assert fields[0] == fields[1], key
        assert not {c for code in ("en", "es") for c in WORDS[code][key] if ord(c) not in known}, key
