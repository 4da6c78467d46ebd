"""What a page weighs and what it asks of the database: neither depends on the machine, so both are promises."""

import re

import brotli
import pytest
from sqlalchemy import event
from werkzeug.test import Client

from app.records.database import db
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.services import learning
from app.services.office import fold_name
from tests.story import complete, finish_lessons

FIRST_VISIT = 50_000
REPEAT = 15_000
"""compressed bytes, without images (UI.md, section 6)"""
LESSON = "/learn/humane-border/mission/one"


def arrange(app, deed, *arguments):
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        deed(cast, *arguments)
        db.session.remove()


class Raw:
    """The page's bytes as they travel, without the client's checking of them."""

    def __init__(self, app, browser):
        self.app, self.browser = app, browser

    def __call__(self, path: str) -> bytes:
        cookie = self.browser.get_cookie("paso")
        headers = {"Accept-Encoding": "br", "Accept-Language": "es", "Cookie": f"paso={cookie.value}"}
        response = Client(self.app, use_cookies=False).get(path, headers=headers)
        assert response.status_code == 200, (path, response.status)
        return response.data


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("nayeli", "/learn/"),
        ("nayeli", "/learn/humane-border/"),
        ("nayeli", LESSON),
        ("coralia", "/coordinate/"),
        ("coralia", "/coordinate/roster"),
        ("tomas", "/teach/"),
        ("ada", "/admin/"),
    ],
)
def test_a_first_visit_and_the_next_page_stay_light(app, signed_in, name, path):
    fetch = Raw(app, signed_in(name))
    page = fetch(path)
    text = brotli.decompress(page).decode()
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    files = {asset: fetch(asset) for asset in assets if not asset.endswith(".svg")}
    styles = brotli.decompress(next(data for asset, data in files.items() if asset.endswith(".css"))).decode()
    fonts = [fetch("/static/" + font) for font in set(re.findall(r"url\(\"?([^)\"]+\.woff2)", styles))]
    assert len(page) <= REPEAT
    assert len(page) + sum(map(len, files.values())) + sum(map(len, fonts)) <= FIRST_VISIT


def test_the_longest_lesson_of_the_shipped_course_is_light_too(app, shipped_course):
    longest = max(
        (page for module in shipped_course.modules for lesson in module.lessons for page in lesson.pages.values()),
        key=lambda page: sum(len(block.html) for block in page.blocks),
    )
    html = "".join(block.html for block in longest.blocks)
    assert len(brotli.compress(html.encode(), quality=5)) < REPEAT - 6_000, (
        "the frame and the self-checks need the rest"
    )


class Queries:
    """Counts the statements of a request."""

    def __init__(self, app):
        with app.app_context():
            self.engine = db.engine
        self.seen: list[str] = []
        event.listen(self.engine, "before_cursor_execute", self.note)

    def note(self, _connection, _cursor, statement, *_more):
        if not statement.startswith("BEGIN"):
            self.seen.append(statement)

    def of(self, browser, path: str) -> int:
        browser.page(path)  # editions are read once per process
        self.seen.clear()
        browser.page(path)
        return len(self.seen)


@pytest.mark.parametrize(
    ("name", "path", "most"),
    [
        ("nayeli", "/learn/", 8),
        ("nayeli", "/learn/humane-border/", 8),
        ("nayeli", LESSON, 8),
        ("nayeli", "/learn/humane-border/mission/scenario", 8),
        ("nayeli", "/learn/humane-border/mission/quiz", 8),
        ("nayeli", "/learn/certificates/", 8),
    ],
)
def test_an_officers_page_costs_a_handful_of_queries(app, signed_in, name, path, most):
    arrange(app, finish_lessons, "nayeli", "mission")
    browser = signed_in(name)
    assert Queries(app).of(browser, path) <= most


def crowd(cast, size: int) -> None:
    """Enrol *size* more officers."""
    office = cast.office
    with office.transaction():
        post = office.session.query(Institution).filter_by(path="/pa/senafront/guayacan/").one()
        for n in range(size):
            name = f"Oficial {n:04} Pérez"
            person = Person(
                institution_id=post.id,
                email=f"o{n}-{size}@paso.example",
                name=name,
                sort_name=fold_name(name),
                created_at=office.now(),
            )
            office.session.add(person)
            office.session.flush()
            learning.enrol(office, None, person, cast.course.id)
    assert office.session.query(Enrolment).count() > size


@pytest.mark.parametrize(
    "path",
    ["/coordinate/", "/coordinate/roster", "/coordinate/people", "/coordinate/people/imports", "/coordinate/cohorts"],
)
def test_a_coordinators_page_costs_the_same_for_three_officers_and_for_a_hundred(app, signed_in, path):
    browser = signed_in("coralia")
    queries = Queries(app)
    few = queries.of(browser, path)
    arrange(app, crowd, 100)
    assert queries.of(browser, path) == few <= 14


def test_a_completed_officer_costs_no_more_than_a_new_one(app, signed_in):
    browser = signed_in("nayeli")
    queries = Queries(app)
    new = queries.of(browser, "/learn/humane-border/")
    arrange(app, complete, "nayeli")
    assert queries.of(browser, "/learn/humane-border/") <= new


def test_static_files_are_kept_for_ever_and_vary_by_no_cookie(app, signed_in):
    browser = signed_in("nayeli")
    page = browser.page("/learn/")
    for asset in set(re.findall(r'"(/static/[^"]+)"', page)):
        response = browser.get(asset)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert "Cookie" not in response.headers.get("Vary", "")
