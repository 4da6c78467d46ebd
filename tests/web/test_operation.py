"""What machines and administrators ask the platform about itself; and that its log and figures hold nobody's data."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from app.factory import create_app
from app.records.database import db
from app.services import notices, overview
from app.web.kit import logs
from tests.cast import HASHER, office_for
from tests.conftest import config_for

TOKEN = "a-token-of-the-watcher"


def figures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def other(sqlite_url: str, clock, **settings: object) -> Flask:
    app = create_app(replace(config_for(sqlite_url), **settings), hasher=HASHER, clock=clock)
    app.testing = True
    return app


# /metrics -------------------------------------------------------------------------------------------------------------


def test_requests_are_counted_by_route_and_not_by_address(app, browser, signed_in):
    signed_in("nayeli").get("/learn/humane-border/mission/one")
    browser.get("/learn/nobody-has-such-a-course/")
    browser.get("/no/such/address")
    page = browser.get("/metrics")
    assert page.mimetype == "text/plain" and page.headers["Cache-Control"] == "no-store"
    text = page.get_data(as_text=True)
    found = figures(text)
    route = "/learn/<course>/<module_id>/<lesson_id>"
    counted = [key for key in found if key[0] == "paso_requests_total" and dict(key[1])["status"] == "200"]
    assert any(dict(key[1])["route"].startswith("/learn/<") for key in counted), (route, counted)
    assert "nobody-has-such-a-course" not in text and "/no/such" not in text
    for word in ("nayeli", "Nayeli", "humane-border", "@paso.example", "Guayacán"):
        assert word not in text
    assert found["paso_database_answers", ()] == 1


def test_refused_sign_ins_and_what_waits_are_told(app, browser):
    with app.app_context():
        office = office_for(db.session(), app.cast.clock)
        with office.transaction():
            notices.queue(office, app.cast.people["nayeli"], "k", "s", "b")
        db.session.remove()
    browser.page("/account/sign-in")
    browser.submit("sign-in", email="nayeli@paso.example", password="otra cosa")
    found = figures(browser.get("/metrics").get_data(as_text=True))
    assert found["paso_sign_ins_refused_total", ()] == 1
    assert found["paso_notices_waiting", ()] == 1


def test_only_who_holds_the_token_reads_them(sqlite_url, clock):
    client = other(sqlite_url, clock, metrics=TOKEN).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer ñ"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_without_a_token_only_the_machine_itself_reads_them(app, browser):
    assert browser.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert browser.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404, "a proxy not told of"
    assert browser.get("/metrics").status_code == 200


def test_they_can_be_turned_off(sqlite_url, clock):
    assert other(sqlite_url, clock, metrics="off").test_client().get("/metrics").status_code == 404


def test_several_processes_are_added_up(sqlite_url, clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from prometheus_client import values

    folder = tmp_path / "figures"
    folder.mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    client = other(sqlite_url, clock).test_client()
    for _request in range(3):
        client.get("/healthz")
    for path in folder.glob("*.db"):  # another process, which counted the same
        shutil.copyfile(path, path.with_name(re.sub(r"_\d+\.db", "_99999.db", path.name)))
    found = figures(client.get("/metrics").get_data(as_text=True))
    key = (("method", "GET"), ("route", "/healthz"), ("status", "200"))
    assert found["paso_requests_total", key] == 6


# /readyz --------------------------------------------------------------------------------------------------------------


def test_what_is_missing_to_serve_is_named(app, browser, monkeypatch):
    assert browser.get("/readyz").get_data(as_text=True) == "ready\n"
    with app.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        office = office_for(db.session(), app.cast.clock)
        assert overview.lacking(replace(office, settings=replace(office.settings, keys=None))) == ("schema", "keys")
        db.session.remove()
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "not ready: schema\n")


@pytest.mark.parametrize(
    ("language", "words"), [("es", "no está disponible en este momento"), ("en", "is not available right now")]
)
def test_a_database_that_takes_nothing_is_said_in_words(app, signed_in, monkeypatch, language, words):
    nayeli = signed_in("nayeli")

    def full(*_arguments: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("app.services.learning.my_courses", full)
    answer = nayeli.get(f"/learn/?lang={language}")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
    assert words in answer.get_data(as_text=True)


# The log --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines():
    """Write the log as JSON for the length of a test; call it to read the lines."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.begin("json", requests=True)
    written = io.StringIO()
    (handler,) = root.handlers
    handler.setStream(written)  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    logs.access.setLevel(logging.WARNING)


def test_a_request_is_a_line_with_its_number_and_without_its_address(app, signed_in, lines):
    nayeli = signed_in("nayeli")
    answer = nayeli.get("/learn/humane-border/mission/one?secret=abc123")
    number = answer.headers["X-Request-Id"]
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number)
    told = lines()
    (mine,) = [line for line in told if line.get("request") == number]
    assert (mine["status"], mine["method"], mine["logger"]) == (200, "GET", "paso.access")
    assert mine["route"].startswith("/learn/<") and mine["milliseconds"] >= 0
    said = json.dumps(told)
    for word in ("nayeli", "abc123", "humane-border", "Ábrego"):
        assert word not in said


def test_what_goes_wrong_carries_the_number_that_the_reader_sees(app, signed_in, lines, monkeypatch):
    nayeli = signed_in("nayeli")
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_arguments: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("app.services.learning.my_courses", broken)
    answer = nayeli.get("/learn/")
    assert answer.status_code == 500
    mine = [line for line in lines() if line.get("request") == answer.headers["X-Request-Id"]]
    assert any("a defect" in line.get("error", "") for line in mine)


def test_machines_that_ask_every_few_seconds_fill_no_log(app, browser, lines):
    for path in ("/healthz", "/readyz", "/metrics"):
        browser.get(path)
    assert [line for line in lines() if line["logger"] == "paso.access"] == []


# /admin/settings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "How many reverse proxies"), ("es", "Cuántos proxies inversos")],
)
def test_administrators_read_every_setting_in_their_language(app, signed_in, language, words):
    ada = signed_in("ada")
    page = ada.page(f"/admin/settings?lang={language}")
    assert words in page and "PASO_PROXIES" in page and "PASO_KEEP_NOTICES" in page
    assert "k" * 40 not in page, "the secret key"
    assert "/admin/settings" in ada.page("/admin/")
    assert signed_in("coralia").get("/admin/settings").status_code == 403
