"""No answer key in any page or payload before it is due: everything an officer can fetch is fetched, and read."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import msgspec
import pytest
from flask import Flask
from pypdf import PdfReader

from app.courseware.course import Course, Option, Pair, Question
from app.records.database import db
from app.services import exams, learning
from tests import sample
from tests.cast import Cast, publish
from tests.sample import both, html
from tests.story import finish_lessons, play
from tests.web.client import Browser

KEY = "zzkey"
"""stands in everything that must not be seen before an attempt is closed, and in nothing else"""
VALUE = 987654
ROOT = "/learn/humane-border"


def told(name: str) -> dict[str, str]:
    return html(f"Because {KEY} {name}.", f"Porque {KEY} {name}.")


def bank(place: str, module: str) -> tuple[Question, ...]:
    """One question of each kind; an author's ids say which answer is right, and in what order."""

    def question(kind: str, **more: Any) -> Question:
        name = f"{place}-{kind}"
        prompt = html(f"Asked: {name}", f"Pregunta: {name}")
        return Question(name, kind, module, prompt, explanation=told(name), **more)  # type: ignore[arg-type]

    def options(*names: str, right: int = 0) -> tuple[Option, ...]:
        return tuple(
            Option(f"{KEY}-{n}-{name}", both(f"Text {name}", f"Texto {name}"), right=n <= right, feedback=told(name))
            for n, name in enumerate(names, 1)
        )

    return (
        question("one", options=options("a", "b", "c", right=1), critical=True),
        question("several", options=options("a", "b", "c", right=2), partial=True),
        question("order", options=options("a", "b", "c")),
        question(
            "match",
            pairs=tuple(
                Pair(f"{KEY}-{n}", both(f"Left {n}", f"Izquierda {n}") if n < 3 else {}, both(f"R{n}", f"D{n}"))
                for n in (1, 2, 3)
            ),
        ),
        question("short", accepted={"en": (f"{KEY} word",), "es": (f"{KEY} palabra",)}),
        question("number", value=VALUE, tolerance=3),
    )


def with_banks() -> Course:
    course = sample.course(compare=6)
    questions = {}
    modules = []
    for module in course.modules:
        mine = bank(f"{module.id}-bank", module.id)
        questions |= {q.id: q for q in mine}
        modules.append(msgspec.structs.replace(module, quiz=tuple(q.id for q in mine)))
    final = bank("final", "mission") + bank("last", "protection")
    questions |= {q.id: q for q in final}
    rules = msgspec.structs.replace(
        course.completion,
        quizzes=msgspec.structs.replace(course.completion.quizzes, draw=6, attempts=0, wait_hours=0),
        exam=msgspec.structs.replace(course.completion.exam, draw=12, per_module=(6, 6)),
    )
    return msgspec.structs.replace(
        course,
        modules=tuple(modules),
        questions={**course.questions, **questions},
        exam=tuple(q.id for q in final),
        completion=rules,
    )


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The cast in a course whose banks have every kind of question."""

    def enter(cast: Cast) -> Cast:
        cast.course = with_banks()
        with cast.office.transaction():
            edition = publish(cast, cast.course)
            enrolment = learning.study(cast.office, cast.actor("nayeli"), cast.course.id).enrolment
            learning.lock(cast.office, enrolment.id).edition_id = edition.id
        return cast

    found: Cast = within(app, enter)
    return found


class Walker:
    """Fetches everything under /learn/ that a page links to, in both languages, and reads it for the key."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.seen: set[str] = set()

    def read(self, what: str, body: str) -> None:
        """Complain if *body* gives anything away. A lesson does say what is right in a self-check once answered."""
        marks = ("is-right", "is-wrong", "answer-key") if re.search("/(quiz|exam|compare)", what) else ()
        for secret in (KEY, str(VALUE), f"{VALUE:,}", *marks):
            assert secret not in body, f"{what} gives {secret!r} away: …{_around(body, secret)}…"

    def walk(self, *starts: str) -> set[str]:
        """Everything reachable from *starts*; returns the addresses of the pages."""
        self.seen = set()
        waiting = [f"{path}?lang={code}" for path in starts for code in ("en", "es")]
        while waiting:
            path = waiting.pop()
            if path in self.seen:
                continue
            self.seen.add(path)
            response = self.browser.get(path)
            if response.mimetype == "application/pdf":
                pages = PdfReader(io.BytesIO(response.data)).pages
                self.read(path, "\n".join(page.extract_text() for page in pages))
                continue
            body = response.get_data(as_text=True)
            self.read(path, body + str(response.headers))
            found = [unescape(one) for one in re.findall(r'(?:href|src|action)="([^"#]+)', body)]
            waiting += [one for one in found if one.startswith("/learn/") and "lang=" in one]
            waiting += [
                f"{one}{'&' if '?' in one else '?'}lang={code}"
                for one in found
                if one.startswith("/learn/") and "lang=" not in one
                for code in ("en", "es")
            ]
            if response.location and response.location.startswith("/learn/"):
                waiting.append(response.location)
        return {one.partition("?")[0] for one in self.seen}

    def answer_everything(self, base: str, total: int) -> None:
        """Answer each place wrongly or half, save it in every way there is, and read each reply."""
        for position in range(1, total + 1):
            for go in ("keep", "in-en", "in-es", "next"):
                self.browser.page(f"{base}/{position}")
                fields = {"a": "1", **{f"a-{n}": str(n) for n in (1, 2, 3)}}
                response = self.browser.submit(f"/{position}", go=go, follow=False, **fields)
                assert response.status_code in (204, 303), (position, go, response.status)
                self.read(f"{base}/{position} {go}", response.get_data(as_text=True) + str(response.headers))
            refused = self.browser.post(f"{base}/{position}", data={**self.token(base, position), "a": "x" * 999})
            self.read(f"{base}/{position} refused", refused.get_data(as_text=True))

    def token(self, base: str, position: int) -> dict[str, str]:
        page = self.browser.page(f"{base}/{position}")
        return {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]}


def _around(body: str, secret: str) -> str:
    at = body.index(secret)
    return body[max(0, at - 60) : at + 60].replace("\n", " ")


def within(app: Flask, deed: Callable[..., Any], *arguments: Any) -> Any:
    """*deed* with the cast, between two requests."""
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        found = deed(cast, *arguments)
        db.session.remove()
    return found


def test_a_quiz_an_exam_and_the_test_before_give_no_key_away_while_they_are_open(
    app: Flask, cast: Cast, signed_in: Callable[[str], Browser]
) -> None:
    walker = Walker(signed_in("nayeli"))
    begun = {"compare": f"{ROOT}/compare/before", "quiz": f"{ROOT}/mission/quiz", "exam": f"{ROOT}/exam"}

    walker.browser.page(begun["compare"])
    walker.browser.submit("/compare/before")
    walker.answer_everything(begun["compare"], 6)
    places = walker.walk("/learn/", f"{begun['compare']}/1")
    assert {f"{begun['compare']}/{n}" for n in range(1, 7)} <= places
    walker.browser.page(f"{begun['compare']}/hand-in")
    walker.read("compared", walker.browser.submit("/hand-in").get_data(as_text=True))

    within(app, finish_lessons, "nayeli", "mission")
    walker.browser.page(begun["quiz"])
    walker.browser.submit("/quiz")
    walker.answer_everything(begun["quiz"], 6)
    places = walker.walk("/learn/", f"{begun['quiz']}/1", f"{begun['quiz']}/hand-in")
    assert {f"{begun['quiz']}/{n}" for n in range(1, 7)} | {f"{begun['quiz']}/hand-in"} <= places
    walker.browser.page(f"{begun['quiz']}/result/1", 404)


def pass_the_course(cast: Cast) -> None:
    """All that opens the exam, with quizzes answered by the course's own key."""
    actor = cast.actor("nayeli")
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
        play(cast, "nayeli", module)
        attempt = exams.start(cast.office, actor, cast.course.id, module)
        for position, (name, _order) in enumerate(attempt.paper, 1):
            exams.answer(cast.office, actor, attempt.id, position, right(cast.course.questions[name]))
        assert exams.submit(cast.office, actor, attempt.id).passed


def right(question: Question) -> object:
    match question.kind:
        case "one" | "several":
            return [option.id for option in question.options if option.right]
        case "order":
            return [option.id for option in question.options]
        case "match":
            return {pair.id: pair.id for pair in question.pairs if pair.left}
        case "short":
            return question.accepted["en"][0]
    return str(question.value)


def test_the_exam_gives_no_key_away_while_it_is_open_nor_after_a_failed_attempt(
    app: Flask, cast: Cast, signed_in: Callable[[str], Browser]
) -> None:
    within(app, pass_the_course)
    walker = Walker(signed_in("nayeli"))
    walker.browser.page(f"{ROOT}/exam")
    walker.browser.submit("/exam")
    walker.answer_everything(f"{ROOT}/exam", 12)
    exam = [f"{ROOT}/exam", *(f"{ROOT}/exam/{n}" for n in range(1, 13)), f"{ROOT}/exam/hand-in"]
    for path in exam:
        for code in ("en", "es"):
            page = walker.browser.page(f"{path}?lang={code}")
            walker.read(path, page)
            assert "· critical" not in page and "· crítica" not in page
    walker.browser.page(f"{ROOT}/exam/hand-in")
    failed = walker.browser.submit("/hand-in")
    assert failed.request.path == f"{ROOT}/exam/result/1"
    walker.read("the result of a failed attempt", failed.get_data(as_text=True))
    for path in (f"{ROOT}/exam", f"{ROOT}/exam/result/1", f"{ROOT}/exam/result/1/appeal"):
        walker.read(path, walker.browser.page(path))


def test_a_device_that_asks_for_a_grade_of_an_exam_question_gets_none(
    app: Flask, cast: Cast, signed_in: Callable[[str], Browser]
) -> None:
    browser = signed_in("nayeli")
    page = browser.page("/account/")
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    events = [
        {
            "id": str(uuid.uuid4()),
            "at": "2026-11-23T12:00:00Z",
            "course": "humane-border",
            "kind": "check.answered",
            "module": "mission",
            "item": name,
            "payload": {"response": right(cast.course.questions[name])},
        }
        for name in (*cast.course.exam, *cast.course.modules[0].quiz)
    ]
    response = browser.post(
        "/learn/sync",
        data=json.dumps({"device": "d", "events": events}),
        content_type="application/json",
        headers={"X-CSRFToken": token, "Accept": "application/json"},
    )
    results = response.get_json()["results"]
    assert {(one["status"], one["code"], json.dumps(one["result"])) for one in results} == {
        ("rejected", "not-in-course", "{}")
    }
    assert KEY not in response.get_data(as_text=True)
