"""Learning without a network: a real server that fails in every way, a real browser, and each answer counted once."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from app.records.database import db
from app.records.learning import Enrolment, LearningEvent
from tests.cast import publish
from tests.conftest import FLAGS

pytestmark = pytest.mark.browser
ROOT = "/learn/humane-border"
MODULE, LESSON, SCENARIO = f"{ROOT}/mission/", f"{ROOT}/mission/one", f"{ROOT}/mission/scenario"
RIGHT, WRONG = "Recibir la solicitud.", "Indicar el autobús."
HERE, THERE = "En este dispositivo. Se envía cuando haya conexión.", "En el servidor,"
PORTAL = b"<!DOCTYPE html><title>Wi-Fi</title><p>Accept our terms"


class Line:
    """The network and the server behind it: ``faults`` are used up, one for each batch that is sent."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inner = app, app.wsgi_app
        self.faults: list[str] = []
        self.batches: list[list[str]] = []
        self.asked: list[str] = []
        self.refuse: Callable[[str], bool] = lambda path: False
        self.captive: Callable[[str], bool] = lambda path: False
        self.meanwhile: Callable[[], None] = lambda: None
        app.wsgi_app = self  # type: ignore[method-assign]
        self.port = 0
        self.start()

    def start(self) -> None:
        self.server: BaseWSGIServer = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kill(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if self.refuse(path):
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"away"]
        if self.captive(path):
            start("200 OK", [("Content-Type", "text/html")])
            return [PORTAL]
        if path != "/learn/sync":
            return self.inner(environ, start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        events = json.loads(body)["events"]
        self.batches.append([event["id"] for event in events])
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "500":
            start("500 Internal Server Error", [("Content-Type", "text/html")])
            return [b"<h1>Oops</h1>"]
        if fault == "portal":
            start("200 OK", [("Content-Type", "text/html")])
            return [PORTAL]
        if fault == "413" and len(events) > 1:
            start("413 Content Too Large", [("Content-Type", "text/html")])
            return [b""]
        if fault == "csrf":
            environ["HTTP_X_CSRFTOKEN"] = "stale"
        if fault == "part":  # one event arrives, and the answer names that one only
            body = json.dumps({**json.loads(body), "events": events[:1]}).encode()
            environ["CONTENT_LENGTH"] = str(len(body))
        if fault == "slow":
            time.sleep(0.6)
        if fault == "edition":  # a new edition is published just before it arrives
            self.meanwhile()
        environ["wsgi.input"] = io.BytesIO(body)
        if fault == "lost":  # it is recorded, and the answer does not arrive
            said: list[str] = []
            b"".join(self.inner(environ, lambda status, headers, *_: said.append(status)))
            start("502 Bad Gateway", [("Content-Type", "text/html")])
            return [b""]
        return self.inner(environ, start)


@pytest.fixture
def line(app: Flask) -> Iterator[Line]:
    made = Line(app)
    yield made
    made.kill()


Open = Callable[..., Page]


@pytest.fixture
def device(chromium: Browser, line: Line, tmp_path: Path) -> Iterator[Open]:
    """``device()``: a page of a device whose storage outlives its browser; ``device("other")``: of another device."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(name: str = "phone") -> Page:
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / name,
            executable_path=os.environ.get("PASO_CHROMIUM")
            or shutil.which("chromium")
            or shutil.which("chromium-browser"),
            args=FLAGS,
            base_url=f"http://127.0.0.1:{line.port}",
            viewport={"width": 360, "height": 780},
            locale="es-PA",
        )
        context.set_default_timeout(15_000)
        context.add_init_script(
            "{const r = Math.random; const s = setTimeout; self.setTimeout = (f, t, ...a) => s(f, t > 400 ? t / 10 : t, ...a)}"
        )
        contexts.append(context)
        page = context.pages[0]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: "Security Policy" in said.text and complaints.append(said.text))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, name: str = "nayeli", *, shared: bool = False) -> None:
    page.goto("/account/sign-in")
    page.fill("[name=email]", f"{name}@paso.example")
    page.fill("[name=password]", "cuatro palabras bien distintas")
    if shared:
        page.check("[name=shared]")
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


def ready(page: Page) -> None:
    expect(page.locator("html[data-offline=ready]")).to_have_count(1)


def visit(page: Page, path: str) -> None:
    page.goto(path)
    ready(page)


def save(page: Page, *, pages: bool = False) -> None:
    visit(page, MODULE)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    button = page.locator("[data-save]")
    button.click()
    expect(button).to_contain_text("MB")
    page.locator("#save-pages").set_checked(pages)
    button.click()
    expect(page.locator("[data-said]")).to_contain_text("Guardado en este dispositivo")


def answer(page: Page, text: str = RIGHT) -> None:
    page.get_by_label(text).check()
    page.get_by_role("button", name="Comprobar mi respuesta").click()


def waiting(page: Page) -> int:
    return int(page.evaluate("Outbox.all('outbox').then(found => found.length)"))


def settled(page: Page, left: int = 0) -> None:
    """Until that many events wait; polled, because pages allow no code made of text."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if waiting(page) == left:
            return
        time.sleep(0.05)
    raise AssertionError(f"{waiting(page)} events wait")


def recorded(app: Flask, name: str = "nayeli") -> list[tuple[str, str]]:
    """(kind, item) of every event that the server has of a person."""
    with app.app_context():
        person = app.cast.people[name].id  # type: ignore[attr-defined]
        rows = db.session().query(LearningEvent).filter_by(person_id=person).order_by(LearningEvent.sequence).all()
        found = [(row.kind, row.item) for row in rows]
        db.session.remove()
    return found


def test_a_saved_module_is_learned_without_a_network_and_counts_once_when_it_is_back(
    app: Flask, line: Line, device: Open
) -> None:
    page = device()
    sign_in(page)
    save(page)
    page.context.set_offline(True)
    visit(page, LESSON)
    expect(page.locator("#offline")).to_contain_text("Copia guardada")
    assert "Nayeli" not in page.content()
    assert "csrf_token" not in page.content()
    finish = page.get_by_role("button", name="Terminar esta lección")
    expect(finish).to_be_hidden()
    answer(page, WRONG)
    expect(page.locator("[data-told] .is-wrong")).to_be_visible()
    expect(page.locator("form[data-item=mission-check-1] [data-state]")).to_have_text(HERE)
    finish.click()
    page.wait_for_url("**/two")
    visit(page, LESSON)
    expect(page.locator("[data-told]")).to_be_visible()
    visit(page, SCENARIO)
    page.get_by_role("button", name="Rechazarlo y anotarlo.").click()
    expect(page.locator("#scene-title")).to_have_text("La fila")
    visit(page, SCENARIO)
    expect(page.locator("#scene-title")).to_have_text("La fila")
    page.get_by_role("button", name="Hacerlo pasar.").click()
    expect(page.locator("#scene")).to_contain_text("Un buen final")
    assert recorded(app) == []
    line.faults = ["500", "lost", "portal", "part", "csrf"]
    page.context.set_offline(False)
    settled(page)
    assert recorded(app) == [
        ("check.answered", "mission-check-1"),
        ("lesson.done", "one"),
        ("scene.chosen", "mission-shift"),
        ("scene.chosen", "mission-shift"),
    ]
    assert len(line.batches) >= 6
    visit(page, LESSON)
    expect(page.locator("[data-of=mission-check-1]")).to_contain_text(THERE)


def test_the_network_cut_at_each_request_loses_and_doubles_nothing(
    app: Flask, line: Line, device: Open, tmp_path: Path
) -> None:
    page = device()
    sign_in(page)
    parts = {"count": 0}

    def after(number: int) -> Callable[[str], bool]:
        parts["count"] = 0

        def refuse(path: str) -> bool:
            parts["count"] += path.endswith(".json") or "/copy/" in path
            return parts["count"] > number and ("/copy/" in path or path.endswith("offline.json"))

        return refuse

    # saving is cut at each part in turn, and goes on where it was
    visit(page, MODULE)
    button, said = page.locator("[data-save]"), page.locator("[data-said]")
    for number in range(6):
        line.refuse = after(number)
        button.click()
        expect(page.locator("[data-save]:enabled")).to_have_count(1)
        if "MB" in button.inner_text():
            button.click()
        expect(page.locator("[data-save]:enabled")).to_have_count(1)
        if "Guardado en" in said.inner_text():
            break
        expect(said).to_contain_text("No se pudo guardar")
    line.refuse = lambda path: False
    expect(said).to_contain_text("Guardado en")
    page.locator("[data-remove]").click()
    line.captive = lambda path: "/copy/" in path
    button.click()
    button.click()
    expect(said).to_contain_text("No se pudo guardar")
    line.captive = lambda path: False
    save(page)
    copies = [path for path in line.asked if "/copy/" in path]
    assert len(copies) <= 4 + 6 + 1 + 4, "what has arrived is not fetched again, but for what was cut"

    # an answer is cut at each request of its sending
    for cut in ("/learn/session.json", "/learn/sync"):
        line.refuse = lambda path: path.startswith("/learn/")
        visit(page, LESSON)
        expect(page.locator("#offline")).to_contain_text("Copia guardada")
        answer(page, WRONG)
        line.refuse = lambda path, cut=cut: path == cut
        asked = line.asked.count(cut)
        while line.asked.count(cut) < asked + 2:
            page.wait_for_timeout(50)
        assert waiting(page) == 1
        line.refuse = lambda path: False
        settled(page)

    # the server dies, an answer is given, the browser is killed; both come back
    line.kill()
    visit(page, f"{ROOT}/mission/two")
    answer(page)
    expect(page.locator("[data-told] .is-right")).to_be_visible()
    kill_browser(tmp_path / "phone")
    line.start()
    page = device()
    sign_in(page)  # cookies were not on disk yet; the answer was
    ready(page)
    settled(page)
    assert [item for _kind, item in recorded(app)] == ["mission-check-1", "mission-check-1", "mission-check-2"]


def kill_browser(profile: Path) -> None:
    """End the browser of *profile*, which this test started, as a lost battery would."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        words = entry.read_bytes().split(b"\0")
        if f"--user-data-dir={profile}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            os.kill(int(entry.parent.name), signal.SIGKILL)
    time.sleep(0.5)
    (profile / "SingletonLock").unlink(missing_ok=True)


def test_two_tabs_and_two_devices_send_the_same_day_once(app: Flask, line: Line, device: Open) -> None:
    one, other = device(), device("other")
    for page in (one, other):
        sign_in(page)
        save(page)
        page.context.set_offline(True)
        visit(page, LESSON)
        answer(page, RIGHT if page is one else WRONG)
        page.get_by_role("button", name="Terminar esta lección").click()
        page.wait_for_url("**/two")
        ready(page)
    tab = one.context.new_page()
    visit(tab, LESSON)
    line.faults = ["slow", "lost", "slow", "portal"]
    for page in (one, other):
        page.context.set_offline(False)
    for page in (one, tab, other):
        # the second defence alone: no lock between the tabs of this device
        page.evaluate(
            "() => { Object.defineProperty(navigator, 'locks', { value: undefined });"
            " for (let n = 0; n < 4; n++) Outbox.flush() }"
        )
    settled(one)
    settled(other)
    sent = [name for batch in line.batches for name in batch]
    assert len(sent) > len(set(sent)) == 4
    assert sorted(recorded(app)) == [("check.answered", "mission-check-1")] * 2 + [("lesson.done", "one")] * 2


def test_an_expired_sign_in_and_another_person_leave_the_answers_to_their_owner(
    app: Flask, line: Line, device: Open
) -> None:
    page = device()
    sign_in(page)
    save(page, pages=True)
    visit(page, "/learn/")
    page.context.set_offline(True)
    visit(page, "/learn/")
    expect(page.locator(".site-head")).to_contain_text("Nayeli")
    visit(page, LESSON)
    answer(page)
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="Inicie sesión para enviar")).to_be_visible()
    assert waiting(page) == 1
    sign_in(page, "beto")
    ready(page)
    page.context.set_offline(True)
    page.goto(LESSON)
    expect(page.locator("h1")).to_have_text("Sin conexión")
    page.goto("/learn/")
    expect(page.locator("h1")).to_have_text("Sin conexión")
    page.context.set_offline(False)
    visit(page, LESSON)
    # the client is made to send what is not Beto's: the server does not take it
    page.evaluate(
        """async () => {
            const [one] = await Outbox.all("outbox");
            const { told } = await Outbox.ask("/learn/session.json");
            const headers = { "Content-Type": "application/json", "X-CSRFToken": told.csrf };
            await Outbox.ask("/learn/sync", { method: "POST", headers, body: JSON.stringify({ events: [one] }) });
        }"""
    )
    assert waiting(page) == 1
    assert recorded(app) == recorded(app, "beto") == []
    expect(page.locator("[data-waiting]")).to_be_hidden()
    page.context.clear_cookies()
    sign_in(page)
    settled(page)
    assert recorded(app) == [("check.answered", "mission-check-1")]


def test_signing_out_takes_the_lessons_and_keeps_the_answers_for_their_owner(
    app: Flask, line: Line, device: Open
) -> None:
    page = device()
    sign_in(page)
    save(page, pages=True)
    visit(page, LESSON)
    page.context.set_offline(True)
    visit(page, LESSON)
    answer(page)
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.locator("h1")).to_have_text("Sin conexión")
    expect(page.locator("main")).to_contain_text("Usted cerró la sesión")
    for path in (LESSON, "/learn/", MODULE):
        page.goto(path)
        expect(page.locator("h1")).to_have_text("Sin conexión")
    assert waiting(page) == 1
    page.context.set_offline(False)
    page.goto("/learn/")
    page.wait_for_url(lambda url: "/account/sign-in" in url)
    assert recorded(app) == []
    sign_in(page)
    settled(page)
    assert recorded(app) == [("check.answered", "mission-check-1")]
    save(page)
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    page.wait_for_url(lambda url: "/account/sign-in" in url)
    assert page.evaluate("caches.keys().then(names => names.filter(name => !name.startsWith('shell-')))") == []


def test_a_shared_computer_keeps_nothing(app: Flask, line: Line, device: Open) -> None:
    page = device()
    sign_in(page, shared=True)
    visit(page, MODULE)
    assert page.locator("#save").count() == 0
    visit(page, LESSON)
    answer(page)
    expect(page.locator(".is-answered")).to_be_visible()
    page.wait_for_load_state()
    assert "/learn/sync" not in line.asked
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0
    assert page.evaluate("caches.keys()") == []
    assert (
        page.evaluate(
            "Promise.all(['outbox', 'arrived', 'modules'].map(Outbox.all)).then(found => found.flat().length)"
        )
        == 0
    )
    assert recorded(app) == [("check.answered", "mission-check-1")]


def test_a_rescue_file_carries_the_answers_of_a_post_out_and_counts_once_with_what_is_sent_later(
    app: Flask, line: Line, device: Open, tmp_path: Path
) -> None:
    page = device()
    sign_in(page)
    save(page)
    page.context.set_offline(True)
    visit(page, LESSON)
    answer(page)
    with page.expect_download() as found:
        page.get_by_role("button", name="Llevar en un archivo").click()
    stick = tmp_path / "stick.paso"
    found.value.save_as(stick)
    for secret in ("mission", "check", "right"):
        assert secret not in stick.read_text()
    said = (("beto", "no hay nada suyo"), ("nayeli", "Contadas ahora: 1."), ("nayeli", "Contadas antes: 1."))
    for number, (name, told) in enumerate(said):
        desk = device(f"desk-{number}")
        sign_in(desk, name)
        desk.goto("/learn/rescue")
        desk.set_input_files("[name=file]", stick)
        desk.click("main form button[type=submit]")
        expect(desk.locator(".flash")).to_contain_text(told)
        desk.context.close()
    assert recorded(app) == [("check.answered", "mission-check-1")]
    page.context.set_offline(False)
    settled(page)
    assert recorded(app) == [("check.answered", "mission-check-1")]


def learn_offline(page: Page) -> None:
    """Read both lessons of the module from its saved copy."""
    for lesson in (LESSON, f"{ROOT}/mission/two"):
        visit(page, lesson)
        answer(page)
        page.get_by_role("button", name="Terminar esta lección").click()
        page.wait_for_url(lambda url, lesson=lesson: not url.endswith(lesson))
        ready(page)


def fill_quiz(page: Page, *, but: int = 0) -> None:
    """Answer every question of the saved quiz *but* the first so many, in whatever way its kind asks."""
    for card in page.locator("#saved-quiz .question").all()[but:]:
        if card.locator("input[type=radio], input[type=checkbox]").count():
            card.locator("input").first.check()
        for number, select in enumerate(card.locator("select").all(), 1):
            select.select_option(str(number))
        for field in card.locator("input.short").all():
            field.fill("11")


def test_a_quiz_of_a_saved_module_is_taken_without_a_network_and_graded_when_it_is_back(
    app: Flask, line: Line, device: Open
) -> None:
    page = device()
    sign_in(page)
    save(page)
    line.kill()
    visit(page, MODULE)
    page.get_by_role("link", name="Cuestionario del módulo 1").click()
    ready(page)
    form = page.locator("#saved-quiz")
    expect(form).to_be_hidden()
    expect(page.locator("[data-lessons]")).to_contain_text("Termine primero")
    learn_offline(page)
    visit(page, f"{ROOT}/mission/quiz")  # the address that it has online
    fill_quiz(page, but=1)
    expect(form.locator("[data-kept]:visible")).to_have_count(3)
    visit(page, f"{ROOT}/mission/quiz/offline")
    expect(form.locator("[data-kept]:visible")).to_have_count(3)  # a draft outlives the page
    hand_in = page.get_by_role("button", name="Entregar")
    hand_in.click()
    expect(form.locator("[data-state]")).to_contain_text("Preguntas sin respuesta: 1.")
    hand_in.click()
    expect(form.locator("[data-state]")).to_have_text(HERE)
    expect(hand_in).to_be_hidden()
    visit(page, f"{ROOT}/mission/quiz/offline")
    expect(form.locator("input:enabled, select:enabled")).to_have_count(0)
    expect(form.locator("[data-state]")).to_have_text(HERE)
    assert [kind for kind, _item in recorded(app)] == []
    line.start()
    line.faults = ["lost", "portal"]
    settled(page)
    visit(page, f"{ROOT}/mission/quiz/offline")
    expect(form).to_have_count(1)  # a new draw, from the server: the old one is handed in
    told = page.locator("[data-problems]")
    expect(told).to_contain_text("El cuestionario que rindió sin red está calificado")
    told.get_by_role("link", name="Ver la nota y las explicaciones").click()
    expect(page.locator("h1")).to_contain_text("Cuestionario del módulo 1")
    expect(page.locator("main")).to_contain_text("Sin responder")
    kinds = [kind for kind, _item in recorded(app)]
    assert (kinds.count("quiz.taken"), kinds.count("attempt.closed")) == (1, 1)


def test_a_quiz_handed_in_on_two_devices_counts_once_and_the_second_is_told_why(
    app: Flask, line: Line, device: Open
) -> None:
    one, other = device(), device("other")
    for page in (one, other):
        sign_in(page)
        save(page)
        page.context.set_offline(True)
        learn_offline(page)
        visit(page, f"{ROOT}/mission/quiz")
        fill_quiz(page)
        page.get_by_role("button", name="Entregar").click()
        expect(page.locator("#saved-quiz [data-state]")).to_have_text(HERE)
    for page in (one, other):
        page.context.set_offline(False)
        settled(page)
    expect(other.locator("[data-problems]")).to_contain_text("ya se había entregado")
    kinds = [kind for kind, _item in recorded(app)]
    assert (kinds.count("quiz.taken"), kinds.count("attempt.closed")) == (2, 1)


def cut_at(line: Line, number: int) -> list[str]:
    """From now on, the network is away for the *number*-th request (from 0) about saving or sending; what is asked is told."""
    seen: list[str] = []

    def refuse(path: str) -> bool:
        if not (path.endswith(".json") or "/copy/" in path or path == "/learn/sync"):
            return False
        seen.append(path)
        return len(seen) == number + 1

    line.refuse = refuse
    return seen


def test_a_save_that_is_cut_at_any_one_request_is_whole_when_it_is_tried_again(
    app: Flask, line: Line, device: Open
) -> None:
    page = device()
    sign_in(page)
    visit(page, MODULE)
    button, said = page.locator("[data-save]"), page.locator("[data-said]")
    number = 0
    while True:
        seen = cut_at(line, number)
        for _try in range(4):
            button.click()
            expect(page.locator("[data-save]:enabled")).to_have_count(1)
            if "Guardado en" in said.inner_text():
                break
        expect(said).to_contain_text("Guardado en")
        line.refuse = lambda path: False
        page.locator("[data-remove]").click()
        expect(page.locator("[data-remove]")).to_be_hidden()
        if len(seen) <= number:
            break
        number += 1
    assert number >= 6, "the list, the key, and each page were cut once"
    save(page)
    page.context.set_offline(True)
    for path in (MODULE, LESSON, SCENARIO, f"{ROOT}/mission/quiz"):
        visit(page, path)


def test_sending_that_is_cut_at_any_one_request_arrives_once(app: Flask, line: Line, device: Open) -> None:
    page = device()
    sign_in(page)
    save(page)
    for number in range(4):
        page.context.set_offline(True)
        visit(page, LESSON)
        answer(page, WRONG)
        expect(page.locator("form[data-item=mission-check-1] [data-state]")).to_have_text(HERE)
        seen = cut_at(line, number)
        page.context.set_offline(False)
        settled(page)
        line.refuse = lambda path: False
        assert len(recorded(app)) == number + 1
        if number < 2:
            assert len(seen) > number, "it was cut there"


def test_a_batch_too_large_is_halved_and_a_stale_token_fetched_anew_once(app: Flask, line: Line, device: Open) -> None:
    page = device()
    sign_in(page)
    save(page)
    page.context.set_offline(True)
    visit(page, LESSON)
    for _n in range(4):
        answer(page, WRONG)
        expect(page.get_by_role("button", name="Comprobar mi respuesta")).to_be_enabled()
    line.faults = ["413", "413", "csrf"]
    asked = line.asked.count("/learn/session.json")
    page.context.set_offline(False)
    settled(page)
    assert [len(batch) for batch in line.batches[:4]] == [4, 2, 1, 1]
    assert line.batches[2] == line.batches[3], "the one whose token was stale is sent again"
    assert len(recorded(app)) == 4
    assert line.asked.count("/learn/session.json") - asked <= 3, "one more for the token, not one for each try"


def test_what_waits_is_sent_with_no_page_open(app: Flask, line: Line, device: Open) -> None:
    page = device()
    sign_in(page)
    save(page)
    away = page.context.new_page()
    away.goto("about:blank")
    line.refuse = lambda path: path.startswith("/learn/")
    visit(page, LESSON)
    answer(page)
    expect(page.locator("form[data-item=mission-check-1] [data-state]")).to_have_text(HERE)
    page.close()
    line.refuse = lambda path: False
    devtools = page.context.new_cdp_session(away)
    found: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    end = time.monotonic() + 15
    while not recorded(app) and time.monotonic() < end:
        away.wait_for_timeout(100)
        for one in found:  # as the browser does by itself when the network is back
            devtools.send(
                "ServiceWorker.dispatchSyncEvent",
                {
                    "origin": f"http://127.0.0.1:{line.port}",
                    "registrationId": one["registrationId"],
                    "tag": "paso-offline",
                    "lastChance": False,
                },
            )
    assert recorded(app) == [("check.answered", "mission-check-1")]


def test_a_wrong_clock_and_an_edition_published_meanwhile_change_nothing_of_what_was_done(
    app: Flask, line: Line, device: Open
) -> None:
    cast = app.cast  # type: ignore[attr-defined]
    page = device()
    page.context.add_init_script(
        "{const now = Date.now; Date.now = () => now() - 9e8}"
    )  # and the test's clock stands still
    sign_in(page)
    save(page)
    page.context.set_offline(True)
    visit(page, LESSON)
    answer(page, WRONG)
    page.get_by_role("button", name="Terminar esta lección").click()
    page.wait_for_url("**/two")

    def publish_anew() -> None:
        with app.app_context():
            cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
            first, *rest = cast.course.modules
            changed = msgspec.structs.replace(first, lessons=tuple(reversed(first.lessons)))
            with cast.office.transaction():
                edition = publish(cast, msgspec.structs.replace(cast.course, modules=(changed, *rest)))
                db.session().query(Enrolment).update({"edition_id": edition.id})
            db.session.remove()

    line.meanwhile = publish_anew
    line.faults = ["edition"]
    page.context.set_offline(False)
    settled(page)
    assert recorded(app) == [("check.answered", "mission-check-1"), ("lesson.done", "one")]
    with app.app_context():
        for row in db.session().query(LearningEvent):
            late = cast.clock() - row.at
            assert dt.timedelta() <= late < dt.timedelta(minutes=2), "its clock is days from the server's"
        db.session.remove()
    asked = len(line.asked)
    save(page)  # by difference: the pages that tell the order of lessons are new, their pictures and scripts are not
    fetched = [path for path in line.asked[asked:] if "/copy/" in path or path.startswith("/static/offline")]
    assert fetched and not [path for path in fetched if path.startswith("/static/")]


def test_a_device_that_is_full_says_so_and_loses_nothing(app: Flask, line: Line, device: Open) -> None:
    page = device()
    sign_in(page)
    visit(page, MODULE)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    devtools = page.context.new_cdp_session(page)
    origin = f"http://127.0.0.1:{line.port}"
    used = page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": used + 20_000})
    button, said = page.locator("[data-save]"), page.locator("[data-said]")
    button.click()
    expect(button).to_contain_text("MB")
    button.click()
    expect(said).to_contain_text("No hay espacio en este dispositivo")
    had = [path for path in line.asked if "/copy/" in path]
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    save(page)
    assert len([path for path in line.asked if "/copy/" in path]) < 2 * len(had) + 6, "what had arrived was kept"


def test_safari_is_warned_of_and_keeping_is_asked_for(app: Flask, line: Line, device: Open) -> None:
    page = device()
    page.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'vendor', { value: 'Apple Computer, Inc.' });"
        "navigator.storage.persist = async () => (localStorage.setItem('asked', 'yes'), true);"
    )
    sign_in(page)
    save(page)
    assert page.evaluate("localStorage.getItem('asked')") == "yes"
    expect(page.locator("[data-said]")).to_contain_text("7 días")
    page.context.set_offline(True)
    visit(page, LESSON)
    answer(page)
    expect(page.locator("[data-waiting]")).to_contain_text("7 días")


def test_a_copy_of_a_month_ago_leaves_the_device_and_says_so(app: Flask, line: Line, device: Open) -> None:
    page = device()
    sign_in(page)
    save(page)
    page.evaluate(
        "async () => { for (const one of await Outbox.all('modules'))"
        " await Outbox.put('modules', { ...one, at: one.at - 31 * 864e5, expires: one.expires - 31 * 864e5 }) }"
    )
    page.context.set_offline(True)
    page.goto(LESSON)
    expect(page.locator("h1")).to_have_text("Sin conexión")
    page.context.set_offline(False)
    visit(page, MODULE)
    expect(page.locator("[data-said]")).to_contain_text("valía hasta el")
    assert page.evaluate("caches.open('saved').then(cache => cache.keys()).then(keys => keys.length)") == 0
    save(page)
