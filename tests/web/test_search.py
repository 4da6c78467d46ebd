"""The page on which an officer searches their courses."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.test_weight import REPEAT, Queries, Raw

HOME, LESSON = "/learn/", "/learn/humane-border/mission/one"


def words(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("path", [HOME, "/learn/humane-border/", LESSON])
def test_one_can_search_from_where_one_reads(signed_in, path):
    page = signed_in("nayeli").page(path)
    assert 'role="search"' in page or 'href="/learn/search"' in page


def test_a_passage_is_shown_with_its_words_marked_and_leads_to_the_lesson(signed_in):
    browser = signed_in("nayeli")
    page = browser.page("/learn/search?q=importa")
    assert re.search(r"<mark>importa</mark>", page)
    link = unescape(re.search(r'<h2[^>]*><a href="([^"]+)"', page)[1])
    assert link.startswith("/learn/humane-border/")
    browser.page(link.partition("#")[0])


@pytest.mark.parametrize("typed", ["", "   ", "***", "\x00", "a" * 5000, '"; DROP TABLE', "zzzyyyxxx", "' OR NEAR("])
def test_nothing_that_is_typed_is_an_error(signed_in, typed):
    page = signed_in("nayeli").page("/learn/search", query_string={"q": typed})
    assert 'type="search"' in page


def test_what_was_typed_is_shown_as_text_only(signed_in):
    page = signed_in("nayeli").page("/learn/search", query_string={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in page
    assert 'value="&lt;script&gt;' in page


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "²"])
def test_a_mangled_page_number_shows_a_page_all_the_same(signed_in, page):
    assert "<mark>" in signed_in("nayeli").page("/learn/search", query_string={"q": "importa", "page": page})


def test_who_learns_nothing_is_told_how_that_comes(signed_in):
    refused = signed_in("coralia").get("/learn/search?q=importa")
    assert refused.status_code in (403, 404)


def test_a_page_of_results_is_light_and_costs_a_handful_of_queries(app, signed_in):
    browser = signed_in("nayeli")
    assert len(Raw(app, browser)("/learn/search?q=importa")) <= REPEAT
    assert Queries(app).of(browser, "/learn/search?q=importa") <= 9
