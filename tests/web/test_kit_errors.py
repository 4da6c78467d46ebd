"""What a reader, or a program, sees when something cannot be done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import abort, request
from markupsafe import escape

from app.rules.errors import Conflict, Forbidden, NotFound, Refused, TooMany
from app.web.kit import errors
from tests.web.pages import check_page
from tests.web.tiny import page, tiny


def raises(error: BaseException | int):  # type: ignore[no-untyped-def]
    def view() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    return view


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", sorted(errors.TITLES))
def test_every_code_has_a_page_that_helps(tmp_path: Path, code: int, language: str) -> None:
    app, somebody = tiny(tmp_path, broken=raises(code) if code != 419 else lambda: errors.answer(419))
    somebody.name = "Ana Ruiz"
    answer = app.test_client().get(f"/broken?lang={language}")
    assert answer.status_code == code
    check_page(answer.text, language)
    assert answer.text.count("<p>") >= 1
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(("code", "shown"), [(418, "could not be understood"), (502, "went wrong on our side")])
def test_codes_without_a_page_show_the_nearest(tmp_path: Path, code: int, shown: str) -> None:
    app, _ = tiny(tmp_path, broken=raises(code))
    answer = app.test_client().get("/broken?lang=en")
    assert (answer.status_code, shown in answer.text) == (code, True)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotFound(), 404, "There is no such page"),
        (Forbidden(), 403, "You may not see this page"),
        (Refused("attempt-wait", until="now"), 422, "words for attempt-wait"),
        (Conflict("changed"), 409, "words for changed"),
        (TooMany(90), 429, "You can try again in 2 minutes."),
        (TooMany(60), 429, "You can try again in 1 minute."),
    ],
)
def test_what_rules_refuse_becomes_a_page(tmp_path: Path, error: Exception, status: int, words: str) -> None:
    app, _ = tiny(tmp_path, broken=raises(error))
    answer = app.test_client().get("/broken?lang=en")
    assert answer.status_code == status
    assert words in answer.text
    check_page(answer.text, "en")


def test_how_long_to_wait_is_said_to_programs_too(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, broken=raises(TooMany(90)))
    assert app.test_client().get("/broken").headers["Retry-After"] == "90"


def test_the_right_method_is_named(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, broken=raises(404))
    answer = app.test_client().delete("/broken")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("application/json", True),
        ("application/problem+json", True),
        ("application/json, text/html;q=0.5", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        (None, False),
    ],
)
def test_programs_get_problem_details(tmp_path: Path, accept: str | None, json: bool) -> None:
    app, _ = tiny(tmp_path, broken=raises(Refused("attempt-wait", until=3)))
    answer = app.test_client().get("/broken?lang=es", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 422
    assert answer.is_json is json
    if json:
        assert answer.mimetype == "application/problem+json"
        assert answer.json == {
            "type": "about:blank",
            "status": 422,
            "title": "Esto no se puede hacer",
            "detail": "words for attempt-wait",
            "code": "attempt-wait",
            "values": {"until": "3"},
        }


def test_a_missing_token_is_explained(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, csrf=True, act=lambda: "done")
    answer = app.test_client().post("/act?lang=en")
    assert answer.status == "419 Page Expired"
    assert "open for too long" in answer.text


def test_programs_are_told_of_a_missing_token_as_before(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, csrf=True, act=lambda: "done")
    answer = app.test_client().post("/act", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (400, "csrf")


def test_an_error_has_a_number_on_its_page_in_its_answer_and_in_the_log(tmp_path: Path, caplog) -> None:  # type: ignore[no-untyped-def]
    app, _ = tiny(tmp_path, broken=raises(ValueError("secret")))
    answer = app.test_client().get("/broken?lang=en&token=private")
    number = answer.headers["X-Request-Id"]
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", number)
    assert number in answer.text
    assert [record for record in caplog.records if number in record.getMessage()]
    assert app.test_client().get("/").headers["X-Request-Id"] != number
    told = app.test_client().get("/broken", headers={"Accept": "application/json"})
    assert told.json["request"] == told.headers["X-Request-Id"]


def test_how_much_may_be_sent_is_said(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, act=lambda: request.form.get("x", ""))
    app.config.update(MAX_CONTENT_LENGTH=2_000_000, MAX_FORM_MEMORY_SIZE=1_000_000)
    for size in (1_500_000, 2_500_000):
        answer = app.test_client().post(
            "/act?lang=en", data={"x": "x" * size}, headers={"Referer": "http://localhost/act?page=2"}
        )
        assert answer.status_code == 413
        assert "2 MB" in answer.text and "1 MB" in answer.text
        assert 'href="/act?page=2"' in answer.text
        check_page(answer.text, "en")


@pytest.mark.parametrize("elsewhere", ["http://elsewhere.example/act", "javascript:alert(1)", "http://localhost/none"])
def test_the_way_back_is_a_page_of_ours_that_exists(tmp_path: Path, elsewhere: str) -> None:
    app, _ = tiny(tmp_path, broken=raises(422))
    answer = app.test_client().get("/broken?lang=en", headers={"Referer": elsewhere})
    assert "Back to the page" not in answer.text and "elsewhere" not in answer.text


def test_what_was_typed_comes_back_when_the_server_fails(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, csrf=True, form=lambda: page("<p>{{ csrf_token() }}</p>"), broken=raises(ValueError("x")))
    client = app.test_client()
    token = re.search(r"<p>(.+)</p>", client.get("/form").text)
    assert token is not None
    essay = "<script>alert(1)</script> line one\nline two & more"
    answer = client.post("/broken?lang=en", data={"essay": essay, "csrf_token": token[1]})
    assert answer.status_code == 500
    assert escape(essay) in answer.text and "<script>alert" not in answer.text
    assert "Send again" in answer.text
    check_page(answer.text, "en")


def test_an_error_of_ours_is_a_page_and_tells_nothing(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, broken=raises(ValueError("secret")))
    answer = app.test_client().get("/broken?lang=en")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    check_page(answer.text, "en")


@pytest.mark.parametrize("path", ["/broken", "/nowhere", "/"])
def test_there_is_a_page_even_when_nobody_can_say_who_is_signed_in(tmp_path: Path, path: str) -> None:
    app, somebody = tiny(tmp_path, broken=raises(503))
    somebody.broken = True
    answer = app.test_client().get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == {"/broken": 503, "/nowhere": 404, "/": 500}[path]
    check_page(answer.text, "en")
    assert "Content-Security-Policy" in answer.headers


def test_there_are_words_even_when_no_page_can_be_drawn(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, broken=raises(500))
    app.jinja_env.globals.pop("static_url")
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in answer.text


def test_redirects_are_no_errors(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    app.add_url_rule("/folder/", "folder", lambda: "in")
    assert app.test_client().get("/folder").status_code == 308
