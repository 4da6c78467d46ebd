"""The manual on the trainer's door: every page in both languages, answers folded, links that arrive."""

from __future__ import annotations

import re

import pytest

from app.services import guide

LESSONS = [f"/teach/guide/{m.id}/{one.id}" for m in guide.manual().modules for one in m.lessons]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_the_guide_opens_in_both_languages(signed_in, language):
    browser = signed_in("tomas")
    for address in ("/teach/guide/", *LESSONS):
        page = browser.page(f"{address}?lang={language}")
        assert f'<html lang="{language}"' in page, address


def test_the_contents_lead_to_every_lesson_and_every_link_of_the_guide_arrives(signed_in):
    browser = signed_in("tomas")
    contents = browser.page("/teach/guide/")
    assert set(LESSONS) <= set(re.findall(r'href="([^"]+)"', contents))
    for address in LESSONS:
        page = browser.page(address)
        assert "/learn/trainers-guide" not in page, address
        for link in set(re.findall(r'href="(/teach/guide/[^"#?]*)"', page)):
            assert link in {"/teach/guide/", *LESSONS}, (address, link)


def test_the_answers_of_the_guides_questions_are_folded(signed_in):
    page = signed_in("tomas").page("/teach/guide/first-steps/find-your-way?lang=en")
    asked, _, folded = page.partition('<section class="card quiz"')[2].partition("<details")
    assert "The page of the published edition." in asked
    assert "Officers always read an edition." not in asked
    assert "Show the answer" in folded
    assert "Officers always read an edition." in folded


def test_a_page_that_the_guide_does_not_have_answers_404(signed_in):
    assert signed_in("tomas").get("/teach/guide/writing/nothing").status_code == 404
    assert signed_in("tomas").get("/teach/guide/nowhere/lessons").status_code == 404


def test_officers_who_do_not_teach_do_not_see_the_guide(signed_in):
    assert signed_in("nayeli").get("/teach/guide/").status_code == 403


def test_the_trainers_first_page_links_to_the_guide(signed_in):
    assert 'href="/teach/guide/"' in signed_in("tomas").page("/teach/")
