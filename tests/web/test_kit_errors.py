"""What a reader, or a program, sees when something cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import abort

from app.rules.errors import Conflict, Forbidden, NotFound, Refused, TooMany
from app.web.kit import errors
from tests.web.pages import check_page
from tests.web.tiny import tiny


def raises(error: BaseException | int):  # type: ignore[no-untyped-def]
    def view() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    return view


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", sorted(errors.TITLES))
def test_every_code_has_a_page_that_helps(tmp_path: Path, code: int, language: str) -> None:
    app, somebody = tiny(tmp_path, broken=raises(code))
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
    assert answer.status_code == 400
    assert "open for too long" in answer.text


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
