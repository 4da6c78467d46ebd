"""A lesson page and a quiz attempt, signed in, beside the least that Flask, SQLAlchemy and Jinja can do on the same machine."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, render_template_string
from sqlalchemy import create_engine
from werkzeug.test import Client

from app.courseware.compiler import compile as compile_course
from app.courseware.course import Module
from app.courseware.source import from_folder
from app.factory import create_app
from app.records.database import db, install
from app.records.editions import CourseRow
from app.records.migrating import upgrade
from benchmarks.compiling import FOLDER
from benchmarks.measuring import Measured, beside
from tests.cast import HASHER, PASSWORD, Cast, Clock, assemble, office_for
from tests.conftest import config_for
from tests.story import do

PAGE = """<!doctype html><html lang="en"><title>{{ row.id }}</title><h1>{{ row.title_en }}</h1><p>{{ row.title_es }}</p></html>"""


def _floor(url: str) -> Client:
    """One row by its key through the ORM and a small template: the floor of any page with a database behind it."""
    app = Flask("floor", static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    bare = db
    bare.init_app(app)

    @app.get("/")
    def page() -> str:
        return render_template_string(PAGE, row=bare.session.get(CourseRow, "humanitarian-border-security"))

    return Client(app)


class Reader:
    """A signed-in officer with as little client as possible."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app)
        self.post("/account/sign-in", {"email": "nayeli@paso.example", "password": PASSWORD}, see="/account/sign-in")

    def get(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code, response.location)
        return response.get_data(as_text=True)

    def post(self, path: str, data: dict[str, str], see: str = "") -> str:
        """Post with the token of the page *see*; returns where it leads."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(see or path).get_data(as_text=True))
        assert token is not None
        response = self.client.post(path, data={**data, "csrf_token": token[1]})
        assert response.status_code == 303, (path, response.status_code)
        return response.location


def _finish(cast: Cast, module: Module) -> None:
    """Let Nayeli answer every self-check of *module* (any way) and finish its lessons."""
    for lesson in module.lessons:
        for check in lesson.questions:
            question = cast.course.questions[check]
            given: object = [option.id for option in question.options if option.right][:1] or "1"
            if question.kind == "order":
                given = [option.id for option in question.options]
            elif question.kind == "match":
                given = {pair.id: pair.id for pair in question.pairs if any(pair.left.values())}
            do(cast, "nayeli", "check.answered", module.id, check, response=given)
        do(cast, "nayeli", "lesson.done", module.id, lesson.id)


def run() -> Iterator[Measured]:
    """Three rows."""
    course = compile_course(from_folder(FOLDER)).course
    assert course is not None
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = create_engine(url)
        install(engine)
        upgrade(engine)
        clock = Clock()
        app = create_app(config_for(url), hasher=HASHER, clock=clock)
        module, lesson = course.modules[0], course.modules[0].lessons[1]
        with app.app_context():
            cast = assemble(office_for(db.session(), clock), clock, course)
            _finish(cast, module)
            db.session.remove()
        floor = _floor(url)
        reader = Reader(app)
        path = f"/learn/{course.id}/{module.id}/{lesson.id}"
        yield beside(
            "lesson page, signed in",
            lambda: reader.get(path),
            "Flask, one ORM row, a Jinja page",
            lambda: floor.get("/").get_data(),
            target=4,
            times=60,
            floor_times=60,
        )
        yield beside(
            "course page, signed in",
            lambda: reader.get(f"/learn/{course.id}/"),
            "Flask, one ORM row, a Jinja page",
            lambda: floor.get("/").get_data(),
            target=6,
            times=60,
            floor_times=60,
        )
        quiz = f"/learn/{course.id}/{module.id}/quiz"

        def attempt() -> None:
            clock.pass_by(hours=13)
            place = reader.post(quiz, {})
            for _question in range(10):
                place = reader.post(place, {"go": "next", "a": ""})
            reader.post(f"{quiz}/hand-in", {})

        course_rule = course.completion.quizzes
        assert course_rule is not None
        yield beside(
            "quiz of 10, a page each, handed in",
            attempt,
            "as many requests of the floor (23)",
            lambda: [floor.get("/").get_data() for _request in range(23)],
            target=6,
            times=1,
            floor_times=1,
            rounds=2,
        )
