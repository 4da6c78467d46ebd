"""Every route, as each role, with what somebody who means ill would put into path, query, fields and headers.

Generated from the routes and from the names of fields in the sources: what is added is in it at once. What we promise of every
answer: it is no failure of ours, nothing sent comes back as markup or was evaluated, no header was made of it, it leads nowhere
else, and it holds no file of the machine.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.rules.permissions import may_enter
from app.web.kit.guards import permission_of
from tests.web.test_routes import furnished  # noqa: F401 (a fixture)

ROOT = Path(__file__).resolve().parents[2] / "app"
NAMES = re.compile(
    r"""request\.(?:args|form|values|files)(?:\.get|\.getlist)?[\(\[]["'](\w+)|\bname=["'](\w+)["']|^    (\w+) = (?:\w+)\(lazy"""
    r"""|^    (\w+) = (?:Text|LongText|Choice|Radios|Ticks|Tick|Day|Whole|Decimal|Hidden|Email|Password|Upload|Search)\(""",
    re.MULTILINE,
)
SUM = (7919, 7907)
MARK = f"x\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{{{{SUM[0]}*{SUM[1]}}}}}${{{SUM[0]}*{SUM[1]}}}"
VOLLEYS = {
    "markup, templates and header lines": MARK + "\r\nX-Injected: 1\r\nSet-Cookie: injected=1\r\n\r\n",
    "files of the machine, and elsewhere": "//evil.example/../../../../../../../../etc/passwd",
    "what no database takes, and a formula": "=\x00\ufffe\u202e" + "9" * 400 + "' OR 1=1; DROP TABLE person; --",
}
LEFT_ALONE = {"account.sign_out", "account.sign_out_others", "account.sign_out_one", "administrator.sign_person_out"}
"""which would end the test; what they take is tried in test_signing"""
HEADERS = {
    "Accept-Language": MARK.replace("\n", ""),
    "User-Agent": MARK,
    "Referer": "https://evil.example/",
    "X-Forwarded-Host": "evil.example",
}
ROLES = ("visitor", "nayeli", "tomas", "coralia", "oscar", "ada")


def names_of_fields() -> list[str]:
    """Every name that a page sends or a view reads."""
    texts = [
        path.read_text(encoding="utf-8") for path in [*ROOT.rglob("web/**/*.py"), *ROOT.rglob("templates/**/*.html")]
    ]
    found = {name for text in texts for groups in NAMES.findall(text) for name in groups if name}
    return sorted(found - {"csrf_token", "lang"})


def requests(app: Flask, values: dict[str, object], text: str) -> list[tuple[Rule, str, str]]:
    """(rule, method, address): ids that exist, and *text* for whatever else an address holds."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if rule.endpoint in LEFT_ALONE:
            continue
        plain = {name: values[name] for name in rule.arguments}
        addresses = {adapter.build(rule.endpoint, plain)}
        words = {name for name in rule.arguments if not isinstance(values[name], uuid.UUID | int)}
        for name in sorted(words)[-1:]:
            try:
                addresses.add(adapter.build(rule.endpoint, {**plain, name: text}))
            except Exception:  # noqa: S112 (a converter that takes no such text)
                continue
        found += [
            (rule, method, address)
            for method in sorted(rule.methods & {"GET", "POST"})
            for address in sorted(addresses)
        ]
    return sorted(found, key=lambda entry: entry[1])


def complaints(response: Any) -> list[str]:
    """What is wrong with an answer."""
    wrong = []
    if response.status_code >= 500:
        wrong.append(f"status {response.status_code}")
    if "X-Injected" in response.headers or any("injected" in one for one in response.headers.getlist("Set-Cookie")):
        wrong.append("a header was injected")
    if response.location and urlsplit(response.location).netloc not in ("", "localhost"):
        wrong.append(f"leads to {response.location}")
    if response.mimetype != "text/html":
        body = b"" if response.is_streamed else response.get_data()
    else:
        body = response.get_data()
        if b"<script>alert" in body or b"<img src=x" in body:
            wrong.append("markup came back")
        if "frame-ancestors 'none'" not in response.headers.get("Content-Security-Policy", ""):
            wrong.append("no policy")
    if str(SUM[0] * SUM[1]).encode() in body:
        wrong.append("it was evaluated")
    if b"root:x:0" in body:
        wrong.append("a file of the machine")
    return wrong


@pytest.mark.parametrize("name", ROLES)
def test_nothing_hostile_does_any_harm_at_any_address(furnished, name):  # noqa: F811
    app, values, grants = furnished
    fields = names_of_fields()
    assert len(fields) > 100
    browser = app.test_client()
    if name != "visitor":
        browser.sign_in(f"{name}@paso.example")
    wrong = []
    answers: Counter[int] = Counter()
    held = grants.get(name)
    for number, (kind, text) in enumerate(VOLLEYS.items()):
        whose = values["other" if number == 1 else "own"]
        sent = dict.fromkeys(fields, text)
        if number == len(VOLLEYS) - 1:
            sent["confirmed"] = "yes"  # what cannot be undone is done in the end
        for rule, method, address in requests(app, whose, text):
            if number and not may_enter(permission_of(app, rule.endpoint), held):
                continue  # the lock looks at nothing that was sent
            more = {"query_string": sent} if method == "GET" else {"data": sent}
            try:
                response = FlaskClient.open(browser, address, method=method, headers=HEADERS, **more)
            except Exception as broken:
                wrong.append(f"{kind}: {method} {rule}: {type(broken).__name__}: {str(broken)[:200]}")
                continue
            answers[response.status_code] += 1
            wrong += [f"{kind}: {method} {rule} ({address[:80]}): {one}" for one in complaints(response)]
            response.close()
    if name != "visitor":
        assert answers[200] > 20, "what is behind the doors was reached"
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:40])
