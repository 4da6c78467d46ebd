"""What browsers are told, and what other sites may not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web.kit.headers import HEADERS
from tests.web.tiny import tiny


def test_every_answer_carries_the_headers(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    client = app.test_client()
    for path in ("/", "/nowhere"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "*" not in HEADERS["Content-Security-Policy"]


def test_hsts_where_there_is_only_https(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, https=True)
    assert "max-age=31536000" in app.test_client().get("/").headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("method", "site", "status"),
    [
        ("POST", "cross-site", 403),
        ("POST", "same-site", 403),
        ("POST", "same-origin", 200),
        ("POST", "none", 200),
        ("POST", None, 200),
        ("GET", "cross-site", 200),
    ],
)
def test_other_sites_may_link_here_but_not_act(tmp_path: Path, method: str, site: str | None, status: int) -> None:
    app, _ = tiny(tmp_path, act=lambda: "done")
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert app.test_client().open("/act", method=method, headers=headers).status_code == status


def test_an_endpoint_may_be_opened_to_another_site(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, answer=lambda: "done")
    assert app.test_client().post("/answer", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|new (?:Shared)?Worker|importScripts|serviceWorker\.register"
    r"|\beval\(|new Function|DOMParser|createContextualFragment|javascript:"
)


def test_scripts_make_markup_of_text_only_where_a_policy_of_ours_lets_them() -> None:
    """Browsers that know trusted types refuse the rest; those that do not are protected by there being none."""
    static = Path(__file__).resolve().parents[2] / "app/static"
    names = set(
        dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))["trusted-types"].split()
    )
    made: set[str] = set()
    served = [*static.rglob("*.js"), *static.parent.rglob("web/**/*.py")]
    for path in served:
        text = path.read_text(encoding="utf-8")
        lent = set(re.findall(r"import \{[^}]*\btrusted\b[^}]*\}", text))
        mine = set(re.findall(r'createPolicy\("([\w-]+)"', text))
        for line in text.splitlines():
            if SINKS.search(line):
                assert (mine or lent) and re.search(r"policy|trusted|ours\.", line), f"{path.name}: {line.strip()}"
        made |= mine
    assert made == names
