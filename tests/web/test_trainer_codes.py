"""The pages that explain problem codes."""

from __future__ import annotations

import re
from html import unescape

from app.courseware.explaining import explain
from app.courseware.messages import MESSAGES
from tests.web.client import Browser


def test_every_code_is_listed_and_leads_to_its_page(signed_in: object) -> None:
    ada: Browser = signed_in("ada")  # type: ignore[operator]
    linked = re.findall(r'href="/teach/codes/([a-z0-9-]+)"', ada.page("/teach/codes/"))
    assert sorted(linked) == sorted(MESSAGES)


def test_a_code_is_explained_in_the_readers_language_with_both_examples(signed_in: object) -> None:
    ada: Browser = signed_in("ada")  # type: ignore[operator]
    for language in ("en", "es"):
        for code in ("question-right-missing", "key-missing", "zip-ratio", "control-character", "media-active"):
            told = explain(code, language)
            assert told is not None
            page = unescape(ada.page(f"/teach/codes/{code}?lang={language}"))
            assert told.meaning in page
            assert told.wrong in page
            assert told.right in page


def test_an_unknown_code_is_not_found(signed_in: object) -> None:
    assert signed_in("ada").get("/teach/codes/nonsense").status_code == 404  # type: ignore[operator]


def test_officers_do_not_enter(signed_in: object) -> None:
    assert signed_in("nayeli").get("/teach/codes/").status_code == 403  # type: ignore[operator]
