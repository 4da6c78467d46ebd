"""The trainers' manual: without a fault, in both languages, and every example in it works as it stands."""

from __future__ import annotations

import re

import pytest

from app.courseware import compiler
from app.courseware.course import Page
from app.courseware.source import from_folder
from app.rules.errors import NotFound
from app.services import guide

SOURCE = from_folder(guide.FOLDER)
EXAMPLE = re.compile(r"^```([a-z-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(kind, text, id=f"{path}-{number}")
    for path, data in SOURCE.items()
    for number, (kind, text) in enumerate(EXAMPLE.findall(data.decode()), 1)
    if kind != "text"  # what a shell is told
]

YAML = """id: example-course
code: EX
languages: [en, es]
hours: {online: 1}
modules: [example]
"""
FACTS = {
    "sources": "sources:\n  convention-1951:\n    title: {en: A, es: B}\n    reviewed: 2026-10-01\n",
    "entries": "entries:\n  asylum-authority: {en: A, es: B}\n",
    "compare": "",
    "offline_quizzes": "",
}
LESSON = "---\ntitle: L\nobjective: O.\nobjectives: [1]\nminutes: 5\n---\nText.\n\n"
MODULE = "01-example"


def compiled_with(kind: str, example: str) -> compiler.Compiled:
    """A minimal course that holds the example where its kind belongs, the same text in both languages."""
    facts = dict(FACTS)
    pages = {
        "course": "---\ntitle: Course\nsummary: One sentence.\n---\nText.\n",
        f"{MODULE}/module": "---\ntitle: M\nsummary: S.\nobjectives:\n  - Do it.\n---\nText.\n",
        f"{MODULE}/1-first": LESSON,
    }
    match kind:
        case "yaml":
            assert example.partition(":")[0] in facts
            facts[example.partition(":")[0]] = example
        case "lesson":
            pages[f"{MODULE}/1-first"] += example
        case "lesson-file":
            pages[f"{MODULE}/2-returns"] = example
        case "quiz":
            pages[f"{MODULE}/quiz"] = "---\ntitle: Quiz\n---\n" + example
        case "exam":
            pages["exam"] = "---\ntitle: Exam\n---\n" + example
        case "scenario" | "practice":
            pages[f"{MODULE}/{kind}"] = example
        case "exercise":
            pages["practice"] = example
        case "glossary":
            pages["glossary"] = example
        case "country":
            pages["countries/PA"] = example
        case _:
            raise AssertionError(f"nobody knows where an example called {kind!r} belongs")
    files = {f"{stem}.{language}.md": text.encode() for stem, text in pages.items() for language in ("en", "es")}
    files["course.yaml"] = (YAML + "".join(facts.values())).encode()
    files[f"{MODULE}/landing.svg"] = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    )
    files[f"{MODULE}/form.pdf"] = b"%PDF-1.7\n%%EOF\n"
    return compiler.compile(files)


def test_the_guide_compiles_without_an_error_or_a_warning():
    assert compiler.compile(SOURCE).problems == ()


def test_every_page_of_the_guide_is_there_in_both_languages():
    course = guide.manual()
    pages = [
        course.pages,
        *(m.pages for m in course.modules),
        *(one.pages for m in course.modules for one in m.lessons),
    ]
    assert len(course.modules) == 4
    for page in pages:
        assert set(page) == {"en", "es"}
        assert page["en"].title != page["es"].title


def test_no_lesson_of_the_guide_is_longer_than_700_words():
    texts: list[Page] = [page for m in guide.manual().modules for one in m.lessons for page in one.pages.values()]
    assert {page.title: page.words for page in texts if page.words > 700} == {}


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_every_example_of_the_guide_compiles_as_it_stands(kind, example):
    assert compiled_with(kind, example).problems == ()


def test_the_guide_shows_all_six_types_of_question():
    kinds = set()
    for param in EXAMPLES:
        kind, example = param.values
        if kind == "quiz":
            course = compiled_with(kind, example).course
            assert course is not None
            kinds |= {question.kind for question in course.questions.values()}
    assert kinds == {"one", "several", "order", "match", "short", "number"}


def test_a_page_that_the_guide_does_not_have_is_not_found():
    for names in (("nowhere", "lessons"), ("writing", "nothing")):
        with pytest.raises(NotFound):
            guide.lesson(*names)


def test_lessons_follow_each_other_across_modules():
    module, first = guide.lesson("first-steps", "find-your-way")
    before, after = guide.around(module, first)
    assert before is None
    assert after is not None
    module, last = guide.lesson("first-steps", "edit-preview-publish")
    _before, following = guide.around(module, last)
    assert following is not None
    assert (following[0].id, following[1].id) == ("writing", "lessons")
