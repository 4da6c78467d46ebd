"""The templates: a course made of them compiles, in both languages, with no remark but that it is still a template."""

from __future__ import annotations

import pytest

from app.courseware import skeletons
from app.courseware.compiler import Compiled, compile
from app.courseware.source import Source

TITLES = {"en": "It’s: a “first” step", "es": "Título: «uno» # dos"}


def course(questions: int = 6, objectives: int = 2) -> dict[str, bytes]:
    files = {"course.yaml": skeletons.course_file("my-course", "MC", "first")}
    for stem, kind, prefix in (
        ("course", "course", "x"),
        ("glossary", "glossary", "x"),
        ("exam", "exam", "exam"),
        ("01-first/module", "module", "first"),
        ("01-first/1-begin", "lesson", "begin"),
        ("01-first/scenario", "scenario", "first"),
        ("01-first/quiz", "quiz", "first-quiz"),
        ("01-first/practice", "practice", "first"),
        ("practice", "exercise", "x"),
    ):
        made = skeletons.pages(kind, TITLES, prefix, objectives, questions, ["first"])
        files |= {f"{stem}.{language}.md": text for language, text in made.items()}
    return {path: text.encode() for path, text in files.items()}


def compiled(**wishes: int) -> Compiled:
    return compile(Source(course(**wishes)))


@pytest.mark.parametrize("questions", [0, 6, 7, 40])
def test_a_course_of_templates_is_publishable_and_says_that_it_is_one(questions: int) -> None:
    found = compiled(questions=questions)
    assert {one.code for one in found.problems} == {"template-left"}
    assert not found.errors
    assert len({one.file for one in found.problems}) == 2 * len(skeletons.KINDS)


def test_every_kind_of_question_is_shown_once() -> None:
    made = compiled().course
    assert made is not None
    kinds = [made.questions[one].kind for one in made.modules[0].quiz]
    assert kinds == ["one", "several", "order", "match", "short", "number"]
    assert made.pages["es"].title == TITLES["es"]


def test_a_quiz_has_as_many_questions_as_are_drawn() -> None:
    made = compiled(questions=11).course
    assert made is not None
    assert len(made.modules[0].quiz) == 11


def test_a_module_without_objectives_gets_questions_without_them() -> None:
    files = course(objectives=0)
    for language in ("en", "es"):
        page = files[f"01-first/module.{language}.md"].decode()
        head, _, rest = page.partition("objectives:")
        files[f"01-first/module.{language}.md"] = (head + rest[rest.index("---") :]).encode()
    assert {one.code for one in compile(Source(files)).problems} == {"template-left"}
