"""What of a course can be searched, and under which heading it stands."""

from __future__ import annotations

import re

import msgspec

from app.courseware.course import Block, Course, Page
from app.courseware.passages import Passage, passages, with_anchors
from tests import sample

HTML = (
    "<p>Before.</p><h2>First <em>heading</em></h2><p>One<sup>[1]</sup></p><ul><li>Two.</li><li>Three</li></ul>"
    "<h3>Second</h3><table><tr><th>Cell</th><td>Other</td></tr></table>"
)


def course_with(*blocks: Block) -> Course:
    course = sample.course()
    module = course.modules[0]
    page = Page("A lesson", blocks, objective="The aim.")
    lesson = msgspec.structs.replace(module.lessons[0], pages={"en": page})
    module = msgspec.structs.replace(module, lessons=(lesson,))
    return msgspec.structs.replace(course, modules=(module,))


def of_lesson(course: Course) -> list[Passage]:
    return [one for one in passages(course) if one.kind == "lesson"]


def test_a_lesson_is_taken_apart_at_its_headings() -> None:
    found = of_lesson(course_with(Block("html", html=HTML)))
    assert [(one.anchor, one.heading, one.text) for one in found] == [
        ("", "A lesson", "The aim. Before."),
        ("part-1", "First heading", "One · Two. Three"),
        ("part-2", "Second", "Cell · Other"),
    ]


def test_a_passage_leads_to_its_heading_on_the_page_whoever_reads_it() -> None:
    blocks = (
        Block("html", html="<h2>Here</h2><p>a</p>"),
        Block("html", html="<h2>Only there</h2><p>b</p>", countries=("CR",)),
        Block("html", html="<h2>Everywhere</h2><p>c</p>"),
    )
    shown = "".join(html for block, html in with_anchors(blocks) if "CR" not in block.countries)
    found = {one.heading: one for one in of_lesson(course_with(*blocks))}
    assert '<h2 id="part-3">Everywhere</h2>' in shown and "part-2" not in shown
    assert found["Everywhere"].anchor == "part-3" and found["Everywhere"].countries == ()
    assert found["Only there"].countries == ("CR",)


def test_what_one_country_supplied_is_a_passage_for_that_country() -> None:
    course = course_with(Block("html", html="<p>x</p>"), Block("country", ref="asylum-authority"))
    entries = [one for one in of_lesson(course) if one.countries]
    assert {one.countries for one in entries} == {(code,) for code in course.countries}


def test_no_question_feedback_simulation_or_sheet_can_be_searched(shipped_course: Course) -> None:
    known = " ".join(one.text for one in passages(shipped_course))
    for question in shipped_course.questions.values():
        for text in (*question.prompt.values(), *question.explanation.values()):
            plain = "".join(text.removeprefix("<p>").partition("<")[0])
            assert len(plain) < 40 or plain not in known, question.id
    sheets = [module.practice for module in shipped_course.modules] + [shipped_course.exercise]
    keys = [html for sheet in sheets if sheet for html in sheet.trainer.values()]
    told = [line for html in keys for line in re.findall(r"<(?:p|li)>([^<]{40,})", html)]
    assert len(told) > 20
    assert [line for line in told if line in known] == []


def test_every_passage_of_the_shipped_course_has_a_language_a_heading_and_a_place(shipped_course: Course) -> None:
    found = list(passages(shipped_course))
    assert len(found) > 1000
    assert all(one.heading for one in found)
    assert {one.language for one in found} == {"en", "es"}
    assert {one.module for one in found if one.kind == "lesson"} == {module.id for module in shipped_course.modules}
