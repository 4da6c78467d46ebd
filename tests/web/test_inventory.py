"""Every route has its place among the pages that are judged."""

from __future__ import annotations

from flask import Flask

from tests.web.inventory import NO_PAGE, PEOPLE, ROLES, Page, is_page

Pages = dict[str, list[Page]]


def test_every_route_is_a_page_that_somebody_opens_a_file_or_says_why_not(app: Flask, every_page: Pages) -> None:
    opened = {page.endpoint for page in every_page["es"] if page.status == 200}
    answering = {rule.endpoint for rule in app.url_map.iter_rules() if is_page(rule)}
    assert answering - opened - NO_PAGE.keys() == set(), "give it its values in tests/web/inventory.py"
    assert NO_PAGE.keys() - (answering - opened) == set(), "these do answer with a page"


def test_every_kind_of_person_is_there_and_reads_the_same_pages_in_both_languages(every_page: Pages) -> None:
    seen = {
        language: {(p.name, p.endpoint, p.address) for p in pages if p.status == 200}
        for language, pages in every_page.items()
    }
    named = {language: {(name, endpoint) for name, endpoint, _ in found} for language, found in seen.items()}
    assert named["es"] == named["en"]
    assert {PEOPLE[name] for name, _ in named["es"]} == set(ROLES)
    for language, pages in every_page.items():
        assert [
            str(page)
            for page in pages
            if f'<html lang="{language}"' not in page.html and ".preview_" not in page.endpoint  # which is in its own
        ] == []


def test_what_is_said_to_bad_input_is_among_them(every_page: Pages) -> None:
    refused = [page for page in every_page["es"] if page.status == 422]
    assert len(refused) > 50
    assert {"visitor", "learner", "trainer", "coordinator", "administrator"} <= {PEOPLE[p.name] for p in refused}
