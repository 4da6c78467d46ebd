"""One furnished house for every test that only looks: an application with something of everything in it, served once.

Building it costs seconds, looking at a page of it a tenth of one. So the tests that walk through pages (zoom, longer
words, forced colours, tables) share it, and change nothing in it. Which pages there are is asked of the routes
themselves: a new page is walked through from the moment it exists.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server
from werkzeug.test import Client

from app.records.database import db
from app.records.people import Person, RoleGrant
from app.services import exams, figures, publishing
from app.services.office import fold_name
from tests import manuscript
from tests.cast import PASSWORD, Cast
from tests.crowd import scatter
from tests.story import finish_lessons, play, sit
from tests.web.matrix import FILES
from tests.web.test_routes import furnish

OWNERS = {
    "learner": ("nayeli", "beto", "zoila"),
    "trainer": ("tomas",),
    "coordinator": ("coralia", "oscar"),
    "administrator": ("ada",),
    "account": ("nayeli", ""),
    "public": ("",),
}
"""whose pages those of each door are, in the order in which they are asked; "" is a stranger"""
FOR_PAPER = ("_print", "exam_paper", "exam_paper_without")
"""the ends of the names of pages that are looked at on paper"""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve *app*, threads and all; gives the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


@dataclass
class House:
    """The application, where it is served, and the browsers that look at it: one for each reader and way of looking."""

    app: Flask
    address: str
    chromium: Browser
    values: dict[str, object]
    complaints: list[str] = field(default_factory=list)
    _pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    _sign_ins: dict[str, Any] = field(default_factory=dict)

    def page(self, name: str = "", **ways: Any) -> Page:
        """A page of *name*'s own browser, signed in once; *ways* are options of Playwright's contexts."""
        key = (name, repr(sorted(ways.items())))
        if key not in self._pages:
            context = self._context(**ways, storage_state=self._state(name))
            self._pages[key] = context.new_page()
        return self._pages[key]

    def _context(self, **ways: Any) -> BrowserContext:
        ways = {"viewport": {"width": 360, "height": 780}, "locale": "es-PA", **ways}
        context = self.chromium.new_context(base_url=self.address, service_workers="block", **ways)
        context.set_default_timeout(15_000)
        return context

    def _state(self, name: str) -> Any:
        if not name:
            return None
        if name not in self._sign_ins:
            context = self._context()
            page = context.new_page()
            page.goto("/account/sign-in")
            page.fill("[name=email]", f"{name}@paso.example")
            page.fill("[name=password]", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda url: "sign-in" not in url)
            self._sign_ins[name] = context.storage_state()
            context.close()
        return self._sign_ins[name]

    @cached_property
    def pages(self) -> list[tuple[str, str]]:
        """(reader, address) of every page there is, each by the first reader who may see it."""
        adapter = self.app.url_map.bind("localhost")
        clients: dict[str, Client] = {}
        found: list[tuple[str, str]] = []
        for rule in sorted(self.app.url_map.iter_rules(), key=str):
            door = rule.endpoint.partition(".")[0]
            if "GET" not in (rule.methods or ()) or door not in OWNERS or rule.endpoint.endswith(FOR_PAPER):
                continue
            if FILES.search(str(rule)):
                continue
            for name in OWNERS[door]:
                for values in (self.values, {**self.values, **self.written}):
                    address = adapter.build(rule.endpoint, {key: values[key] for key in rule.arguments})
                    answer = self._client(clients, name).get(address, headers={"Accept-Language": "es"}, buffered=True)
                    if answer.status_code == 200 and answer.mimetype == "text/html":
                        break
                else:
                    continue
                found.append((name, address))
                break
        return found

    written: dict[str, object] = field(
        default_factory=lambda: {"course": manuscript.COURSE, "path": "01-mission/1-first-hour.es.md", "name": "quiz"}
    )
    """the values of the course that has a source"""

    def _client(self, clients: dict[str, Client], name: str) -> Client:
        if name not in clients:
            clients[name] = Client(self.app)
            if name:
                for cookie in self._state(name)["cookies"]:
                    clients[name].set_cookie(cookie["name"], cookie["value"])
        return clients[name]

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


def furnish_house(app: Flask) -> dict[str, object]:
    """Put something of everything into *app*; returns the values that its addresses take."""
    with app.app_context():
        cast: Cast = app.cast  # type: ignore[attr-defined]
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        values = furnish(cast)["own"]
        _begin_exam(cast)
        publishing.publish_source(cast.office, manuscript.files())
        with cast.office.transaction():
            who, now = cast.people["tomas"].id, cast.office.now()
            cast.office.session.add(
                RoleGrant(person_id=who, role="trainer", course_id=manuscript.COURSE, granted_at=now)
            )
        scatter(cast, 60)
        figures.freeze(cast.office)
        db.session.remove()
    return values


def _begin_exam(cast: Cast) -> None:
    """Zoila, with a name that is long and never breaks, is in the middle of her exam and of a quiz she once failed."""
    session = cast.office.session
    with cast.office.transaction():
        name = "Zoila Wolfeschlegelsteinhausenbergerdorff de la Guardia"
        zoila = Person(
            institution_id=cast.institutions["/pa/senafront/guayacan/"].id,
            email="zoila@paso.example",
            name=name,
            sort_name=fold_name(name),
            language="es",
            password_hash=cast.people["nayeli"].password_hash,
            created_at=cast.office.now(),
        )
        session.add(zoila)
        session.flush()
        session.add(RoleGrant(person_id=zoila.id, role="learner", granted_at=cast.office.now()))
    cast.people["zoila"] = zoila
    cast.enrol("zoila")
    for module in ("mission", "protection"):
        finish_lessons(cast, "zoila", module)
        play(cast, "zoila", module)
        sit(cast, "zoila", module)
    exams.start(cast.office, cast.actor("zoila"), cast.course.id)
