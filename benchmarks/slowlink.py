"""How soon a lesson can be read on a slow line: 400 kbit/s, 600 ms there and back, in a real browser.

Beside its floor, a bare page with the same words and nothing else, over the same line. Read means: the heading and the
first paragraph are painted. The line is Chromium's own (``Network.emulateNetworkConditions``), which delays each request by
a round trip and has no handshakes; the first visit finds neither service worker nor anything kept.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import create_engine
from werkzeug.serving import make_server

from app.courseware.compiler import compile as compile_course
from app.courseware.course import Course
from app.courseware.source import from_folder
from app.factory import create_app
from app.records.database import db, install
from app.records.migrating import upgrade
from benchmarks.compiling import FOLDER
from benchmarks.measuring import Measured
from tests.cast import HASHER, PASSWORD, Clock, assemble, office_for
from tests.conftest import FLAGS, config_for

LINE = {"offline": False, "latency": 600, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PAINTED = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const shown = (one) => one.getClientRects().length && one.textContent.trim();
  const seen = (names) => [...document.querySelectorAll(names)].some(shown);
  return paint && seen("h1") && seen("main .prose p, body > p") ? performance.now() : 0;
}"""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which *app* is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def readable(page: Page, path: str) -> float:
    """Milliseconds from asking for *path* until its heading and first paragraph are there and painted."""
    page.goto(path, wait_until="commit")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        painted = float(page.evaluate(PAINTED))
        if painted:
            return painted
        page.wait_for_timeout(20)
    raise TimeoutError(path)


def slow(context: BrowserContext) -> Page:
    """A page of *context* behind the slow line."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    return page


def lessons(course: Course) -> tuple[str, str]:
    """The addresses of the first two lessons of *course*."""
    module = course.modules[0]
    one, two = (f"/learn/{course.id}/{module.id}/{lesson.id}" for lesson in module.lessons[:2])
    return one, two


def bare(course: Course) -> Flask:
    """A page with the words of the first lesson and nothing else."""
    app = Flask("bare", static_folder=None)
    page = course.modules[0].lessons[0].pages["es"]
    words = re.sub(r"<[^>]*>", "", "".join(block.html for block in page.blocks))

    @app.get("/")
    def only() -> str:
        return f"<!doctype html><title>.</title><link rel=icon href=data:,><h1>{page.title}</h1><p>{words}</p>"

    return app


def run() -> Iterator[Measured]:
    """Two rows, or none where there is no Chromium."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    program = os.environ.get("PASO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        return
    course = compile_course(from_folder(FOLDER)).course
    assert course is not None
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = create_engine(url)
        install(engine)
        upgrade(engine)
        clock = Clock()
        app = create_app(config_for(url), hasher=HASHER, clock=clock)
        with app.app_context():
            assemble(office_for(db.session(), clock), clock, course)
            db.session.remove()
        with sync_playwright() as playwright, serving(app) as address, serving(bare(course)) as floor:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            state = _signed_in(browser, address)
            firsts, nexts, floors = [], [], []
            for _round in range(3):
                context = browser.new_context(base_url=address, storage_state=state)  # type: ignore[arg-type]
                page, (one, two) = slow(context), lessons(course)
                firsts.append(readable(page, one))
                page.wait_for_load_state()
                nexts.append(readable(page, two))
                context.close()
                context = browser.new_context(base_url=floor)
                floors.append(readable(slow(context), "/"))
                context.close()
            browser.close()
    bottom = statistics.median(floors)
    for name, times, target in (("lesson on a slow line, first visit", firsts, 4), ("the next lesson", nexts, 2)):
        yield Measured(name, "the same words, a bare page", statistics.median(times), bottom, target)


def _signed_in(browser: Browser, address: str) -> object:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/account/sign-in")
    page.fill("[name=email]", "nayeli@paso.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda where: "sign-in" not in where)
    state = context.storage_state()
    context.close()
    return state
