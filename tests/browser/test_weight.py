"""What learners' pages weigh as they travel to a real browser, through the whole server: compressed, cached, from here only."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Page

from tests.web.inventory import PEOPLE, Stocked
from tests.web.test_weight import FIRST_VISIT, REPEAT

pytestmark = pytest.mark.browser
STYLES, SCRIPTS = 6 * 1024, 12 * 1024
"""compressed bytes (UI.md, section 6)"""
LEARNERS = [name for name, role in PEOPLE.items() if role == "learner"]
THEIRS = ("learner.", "account.", "public.")


@dataclass
class Answer:
    """One answer as it came over the line."""

    url: str
    kind: str
    headers: dict[str, str]
    body: int = 0
    whole: int = 0
    """bytes with the head"""


@dataclass
class Meter:
    """Writes down what a tab is sent."""

    wire: CDPSession
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wire.on("Network.requestWillBeSent", lambda e: self.asked.append(e["request"]["url"]))
        self.wire.on("Network.responseReceived", self._begin)
        self.wire.on("Network.dataReceived", self._more)
        self.wire.on("Network.loadingFinished", self._end)
        self.wire.send("Network.enable")

    def _begin(self, event: dict) -> None:  # type: ignore[type-arg]
        response = event["response"]
        headers = {name.lower(): value for name, value in response["headers"].items()}
        self.answers[event["requestId"]] = Answer(response["url"], event["type"], headers)

    def _more(self, event: dict) -> None:  # type: ignore[type-arg]
        if event["requestId"] in self.answers:
            self.answers[event["requestId"]].body += event["encodedDataLength"]

    def _end(self, event: dict) -> None:  # type: ignore[type-arg]
        if event["requestId"] in self.answers:
            self.answers[event["requestId"]].whole = event["encodedDataLength"]

    def first_visit(self, tab: Page, address: str) -> list[Answer]:
        """What opening *address* costs somebody who has never been here."""
        self.wire.send("Network.clearBrowserCache")
        self.answers.clear()
        self.asked.clear()
        tab.goto(address, wait_until="networkidle")
        return list(self.answers.values())


@pytest.fixture
def stocked(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    return Stocked.of(migrated_file, tmp_path_factory.getbasetemp())


@pytest.fixture
def app(stocked: Stocked, tmp_path: Path) -> Flask:
    """The application with something of everything in it."""
    return stocked.open(tmp_path / "weight.db")


def weighed(found: list[Answer], kind: str) -> int:
    return sum(answer.body for answer in found if answer.kind == kind)


@pytest.mark.parametrize("name", LEARNERS)
def test_no_page_of_an_officer_is_heavy(app: Flask, stocked: Stocked, visit, name: str) -> None:  # type: ignore[no-untyped-def]
    tab = visit(name)
    meter = Meter(tab.context.new_cdp_session(tab))
    wrong: list[str] = []
    opened = 0
    again = name != LEARNERS[0]  # of a second learner, only what is theirs
    addresses = {a for endpoint, a in stocked.addresses(app, name) if endpoint.startswith(THEIRS[: 1 if again else 3])}
    for address in sorted(addresses):
        answer = tab.request.get(address, max_redirects=0, headers={"Accept": "text/html"})
        if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        found = meter.first_visit(tab, address)
        opened += 1
        kept = [one for one in found if "immutable" in one.headers.get("cache-control", "")]
        page = next(one for one in found if one.kind == "Document")
        assert weighed(found, "Stylesheet") > 3_000 < page.whole, "the meter stands still"
        unlike = sum(one.whole for one in found if one.kind != "Image" and one not in kept)
        sums = {
            "on a first visit": (sum(one.whole for one in found if one.kind != "Image"), FIRST_VISIT),
            "later": (unlike, REPEAT),
            "of styles": (weighed(found, "Stylesheet"), STYLES),
            "of scripts": (weighed(found, "Script"), SCRIPTS),
        }
        wrong += [f"{address}: {much:,} bytes {what}" for what, (much, most) in sums.items() if much > most]
        wrong += [f"{address} is heavy: {one.url}" for one in found if one.kind == "Image" and one.whole > 60_000]
        if "private" not in page.headers["cache-control"] or page.headers.get("content-encoding") != "br":
            wrong.append(f"{address}: {page.headers['cache-control']}, {page.headers.get('content-encoding')}")
        for one in found:
            if "/static/" in one.url and (one not in kept or "max-age=" not in one.headers["cache-control"]):
                wrong.append(f"{address}: {one.url} is not kept for ever")
        here = urlsplit(tab.url).netloc
        wrong += [f"{address} asks {url}" for url in meter.asked if urlsplit(url).netloc not in (here, "")]
    assert wrong == []
    assert opened > (5 if again else 25)
