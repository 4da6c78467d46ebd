"""What the editor puts in for an author compiles as it stands, with ids that nobody has used."""

from __future__ import annotations

import re

import pytest

from app.rules.errors import Refused
from app.services import publishing
from app.services.office import Actor
from app.services.publishing import Inserted
from app.services.publishing.inserting import QUESTIONS
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import LESSON, edit, refusal, teach

QUIZ = "01-mission/quiz.es.md"
SCENARIO = "01-mission/scenario.es.md"
EMPTY = "02-protection/scenario.es.md"


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return teach(cast)


def put_in(cast: Cast, actor: Actor, path: str, kind: str, after: int | None = None, text: str = "") -> Inserted:
    draft = publishing.draft(cast.office, actor, COURSE)
    page = publishing.page(draft, path)
    return publishing.insert(draft, page, text or page.text, kind, after)


def problems(cast: Cast, actor: Actor, path: str, text: str) -> set[str]:
    """The problems of a page with *text*, but that its translation has not followed yet."""
    draft = publishing.draft(cast.office, actor, COURSE)
    found = publishing.check(draft.source.replacing({path: text.encode()}))
    own = {one.code for one in found.of(path)}
    return {code for code in own if not code.endswith("-not-translated")} - {"structure-differs", "scene-differs"}


def applied(text: str, done: Inserted) -> str:
    """*text* with the pieces put in one by one, as a browser does it."""
    lines = text.rstrip("\n").split("\n") if text.strip() else []
    for piece in reversed(done.pieces):
        lines[piece.after : piece.after] = piece.lines
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("page", ["01-mission/1-first-hour", "01-mission/quiz", "exam"])
def test_every_type_of_question_compiles_on_every_page_that_holds_questions(
    cast: Cast, tomas: Actor, page: str, language: str, kind: str
) -> None:
    path = f"{page}.{language}.md"
    done = put_in(cast, tomas, path, kind)
    assert problems(cast, tomas, path, done.text) == set()
    first = done.text.split("\n")[done.line - 1]
    assert first.startswith(":::{question} ")
    draft = publishing.draft(cast.office, tomas, COURSE)
    course = publishing.check(draft.source.replacing({path: done.text.encode()})).course
    assert course is not None
    assert course.questions[first.removeprefix(":::{question} ")].kind == kind


def test_an_id_is_free_in_the_draft_the_edition_and_the_text_being_written(cast: Cast, tomas: Actor) -> None:
    names = []
    text = ""
    for _ in range(3):
        done = put_in(cast, tomas, QUIZ, "one", text=text)
        text = done.text
        names.append(text.split("\n")[done.line - 1].rpartition(" ")[2])
    assert names == ["mission-quiz-1", "mission-quiz-2", "mission-quiz-3"]
    edit(cast, tomas, QUIZ.replace(".es.", ".en."), "mis-one", "mission-quiz-1")
    assert "{question} mission-quiz-2" in put_in(cast, tomas, QUIZ, "one").text
    edit(cast, tomas, QUIZ.replace(".es.", ".en."), "mission-quiz-1", "mission-quiz-4")
    assert "{question} mission-quiz-1" in put_in(cast, tomas, QUIZ, "one").text


def test_a_question_comes_after_the_chosen_line_or_at_the_end(cast: Cast, tomas: Actor) -> None:
    draft = publishing.draft(cast.office, tomas, COURSE)
    text = publishing.page(draft, LESSON).text
    done = put_in(cast, tomas, LESSON, "short", after=7)
    lines = done.text.split("\n")
    assert lines[:7] == text.split("\n")[:7]
    assert done.line == 9
    assert problems(cast, tomas, LESSON, done.text) == set()
    assert put_in(cast, tomas, LESSON, "short", after=9_999).text == put_in(cast, tomas, LESSON, "short").text
    for one in (done, put_in(cast, tomas, LESSON, "short")):
        assert applied(text, one) == one.text


def test_a_simulation_begins_on_an_empty_page_with_its_head(cast: Cast, tomas: Actor) -> None:
    done = put_in(cast, tomas, EMPTY, "scenario", text="\n")
    assert done.text.startswith("---\ntitle: ")
    assert problems(cast, tomas, EMPTY, done.text) == set()
    assert ":dials: safety rights" in done.text


def test_a_new_lesson_begins_with_its_head(cast: Cast, tomas: Actor) -> None:
    path = "01-mission/7-late.es.md"
    done = put_in(cast, tomas, path, "one", text=" \n")
    assert problems(cast, tomas, path, done.text) == set()


@pytest.mark.parametrize("after", [None, 0, 5, 8, 12, 17, 23, 500])
def test_a_scene_is_linked_from_the_one_it_is_put_behind(cast: Cast, tomas: Actor, after: int | None) -> None:
    done = put_in(cast, tomas, SCENARIO, "scene", after)
    assert problems(cast, tomas, SCENARIO, done.text) == set()
    assert done.text.split("\n")[done.line - 1] == ":::{scene} scene-1"
    assert re.search(r"^- \[.+\]\(#refused\) .*\n- \[.+\]\(#scene-1\)$", done.text, re.MULTILINE)
    draft = publishing.draft(cast.office, tomas, COURSE)
    assert applied(publishing.page(draft, SCENARIO).text, done) == done.text
    again = put_in(cast, tomas, SCENARIO, "scene", after, done.text)
    assert problems(cast, tomas, SCENARIO, again.text) == set()
    assert "{scene} scene-2" in again.text


def test_a_scene_alone_in_its_simulation_compiles_too(cast: Cast, tomas: Actor) -> None:
    text = "---\ntitle: S\n---\nIntro.\n\n::::{scenario} s\n:dials: trust\n::::\n"
    done = put_in(cast, tomas, EMPTY, "scene", text=text)
    assert problems(cast, tomas, EMPTY, done.text) == set()


def test_what_a_page_cannot_hold_is_refused(cast: Cast, tomas: Actor) -> None:
    for path, kind, code in (
        (LESSON, "scene", "insert-kind"),
        (SCENARIO, "one", "insert-kind"),
        ("course.yaml", "one", "insert-kind"),
        ("glossary.es.md", "one", "insert-kind"),
        (LESSON, "nonsense", "insert-kind"),
        (SCENARIO, "scenario", "insert-scenario-there"),
        (EMPTY, "scene", "insert-scenario-first"),
    ):
        with pytest.raises(Refused) as error:
            put_in(cast, tomas, path, kind)
        assert refusal(error) == code


@pytest.mark.parametrize("after", range(24))
def test_wherever_the_line_is_the_question_stands_by_itself(cast: Cast, tomas: Actor, after: int) -> None:
    draft = publishing.draft(cast.office, tomas, COURSE)
    text = publishing.page(draft, LESSON).text.replace("escucha", "escucha\ncon calma")
    assert len(text.split("\n")) < 24
    done = put_in(cast, tomas, LESSON, "match", after, text)
    assert problems(cast, tomas, LESSON, done.text) == set()
    kept = [line for line in done.text.split("\n") if line.strip()]
    assert all(line in kept for line in text.split("\n") if line.strip())
