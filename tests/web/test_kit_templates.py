"""The pieces pages are made of: each in a page, in both languages, under the strictest eye."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import flash

from app.web.kit.templates import STATUSES, with_query
from tests.web.pages import check_page
from tests.web.tiny import page, tiny

PIECES = """
{% import "charts.html" as charts %}
{{ ui.crumbs([("Aa", "/"), "Bb"]) }}
{% for name in ui.shapes %}{{ ui.icon(name) }}{% endfor %}
{{ ui.progress(2, 6, "2 / 6") }}{{ ui.progress(0, 0, "0 / 0", words=False) }}
{% for status in statuses %}{{ ui.pill(status, "Aa" if status in ("ok", "info", "warn", "bad", "none")) }}{% endfor %}
<dl class="grid-stats">{{ ui.stat("Aa", 81|percent) }}{{ ui.stat("Aa", 81, "Bb") }}</dl>
<dl class="dials">{{ ui.meter("Aa", -3) }}{{ ui.meter("Bb", 0) }}{{ ui.meter("Cc", 99) }}</dl>
{{ ui.empty("Aa", "Bb.") }}{{ ui.empty("Aa", "Bb.", ("Cc", "/"), shape="award") }}
{% for status in ("valid", "expired", "replaced", "revoked", "altered", "not_ours") %}
{{ ui.verdict(status, "Aa", "Bb") }}{% endfor %}
{% call ui.callout("note", "Aa") %}<p>Bb</p>{% endcall %}
{{ ui.pagination(SimpleNamespace(number=2, pages=2500)) }}{{ ui.pagination(SimpleNamespace(number=1, pages=1)) }}
{{ ui.post("/act", "Aa", {"x": "<&>"}, shape="cross", confirm=("Aa?", "Bb."),
danger=True, about="Cc") }}
{% call ui.table("Aa", "roster") %}<thead><tr>{{ ui.sort_th("Aa", "a", "-a") }}
{{ ui.sort_th("Bb", "b", "-a", numeric=True) }}</tr></thead>
<tbody><tr><th scope="row">Aa</th><td>1</td></tr></tbody>{% endcall %}
<form method="post">{{ ui.csrf() }}<fieldset class="question"><legend>Aa</legend>{{ ui.choice("q", "a", "Aa") }}
{{ ui.choice("q", "b", "Bb", several=True, checked=True, state="wrong", note="Cc") }}
{{ ui.choice("q", "c", "Cc", state="locked") }}
</fieldset>{{ ui.submit("Aa", name="go", value="on", shape="next") }}</form>
{{ ui.timer(moment, moment, "Aa") }}
<figure class="card stack"><figcaption><h2>Aa</h2></figcaption>
{{ charts.bars([{"label": "Aa", "figures": [31, 12, 0]}, {"label": "Bb", "figures": [0, 0, 0]}], ["X", "Y", "Z"],
"Cc", "Dd") }}
{{ charts.legend(["X", "Y"]) }}{{ charts.bar([3, 0, 1]) }}{{ charts.bar([0]) }}
{{ charts.columns([("W1", [0, 2]), ("W2", [7, None]), ("W3", [3, 1])], "Aa") }}{{ charts.columns([("W1", [0])], "Aa") }}</figure>
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_piece_is_good_html_in_both_languages(tmp_path: Path, language: str) -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    app, somebody = tiny(tmp_path, pieces=lambda: page(PIECES, SimpleNamespace=SimpleNamespace, moment=moment))
    for name in ("", "Ana <Ruiz>"):
        somebody.name = name
        answer = app.test_client().get(f"/pieces?lang={language}&q=a%26b&page=2")
        assert answer.status_code == 200
        tree = check_page(answer.text, language)
    links = [one.get("href") for one in tree.walk() if one.tag == "a"]
    assert {"?q=a%26b&page=2&lang=en", "?q=a%26b&page=2&lang=es"} <= set(links), "the same page in the other language"
    assert f"?lang={language}&q=a%26b&page=3" in links
    assert f"?lang={language}&q=a%26b&sort=a" in links, "another order begins at page 1"
    assert "Ana &lt;Ruiz&gt;" in answer.text
    assert 'value="&lt;&amp;&gt;"' in answer.text


def test_states_are_told_by_word_and_icon(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    with app.test_request_context("/?lang=es"):
        words = {name: str(status.word) for name, status in STATUSES.items()}
    assert words["in_progress"] == "En curso"
    assert [name for name, word in words.items() if not word] == ["ok", "info", "warn", "bad", "none"]


@pytest.mark.parametrize(
    ("address", "changes", "expected"),
    [
        ("/", {}, "?"),
        ("/?a=1&b=2", {"page": 3}, "?a=1&b=2&page=3"),
        ("/?a=1&page=2", {"page": None}, "?a=1"),
        ("/?q=%26x%3D%22", {"lang": "es"}, "?q=%26x%3D%22&lang=es"),
        ("/?a=1&a=2", {"b": 0}, "?a=1&a=2&b=0"),
        ("//evil.example/?a=1", {"lang": "en"}, "?a=1&lang=en"),
    ],
)
def test_an_address_with_its_query_changed(
    tmp_path: Path, address: str, changes: dict[str, object], expected: str
) -> None:
    app, _ = tiny(tmp_path)
    with app.test_request_context(address):
        assert with_query(**changes) == expected


def test_flashes_are_spoken_and_drawn(tmp_path: Path) -> None:
    def act() -> str:
        for kind in ("ok", "warn", "bad", "message"):
            flash(kind.upper(), kind)
        return page("")

    app, _ = tiny(tmp_path, act=act)
    text = app.test_client().get("/act?lang=en").text
    check_page(text, "en")
    assert text.count('role="status"') == 3
    assert text.count('role="alert"') == 1
