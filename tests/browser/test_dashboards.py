"""The dashboards as they are seen: on a phone, and on paper."""

from __future__ import annotations

import pypdf
import pytest

from app.records.database import db
from app.services import figures
from tests.crowd import scatter

PAPER = 658
"""A4 less its margins, in pixels of CSS"""


@pytest.fixture
def crowded(app):
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        scatter(cast, 200)
        figures.freeze(cast.office)
        db.session.remove()
    return app


WIDER = "nodes => nodes.filter(n => n.scrollWidth > n.parentElement.clientWidth + 1).map(n => n.caption.textContent)"


@pytest.mark.parametrize(("name", "path"), [("ada", "/coordinate/"), ("oscar", "/coordinate/figures")])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_table_fits_on_paper_and_what_leads_elsewhere_stays_on_the_screen(
    crowded, visit, tmp_path, name, path, language
):
    page = visit(name, width=PAPER)
    page.goto(f"{path}?lang={language}")
    page.emulate_media(media="print")
    assert page.eval_on_selector_all("table.data", WIDER) == []
    hidden = page.locator("nav, form, .btn, summary").all()
    assert hidden and not any(one.is_visible() for one in hidden)
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format="A4")
    text = " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(file).pages).split())
    assert {"es": "hora de Panamá", "en": "Panama time"}[language] in text
    assert {"ada": "Ada Wright", "oscar": "Óscar Batista"}[name] in text
    assert "Excel" not in text


@pytest.mark.parametrize(("name", "path"), [("ada", "/coordinate/"), ("oscar", "/coordinate/figures")])
def test_on_a_phone_the_page_itself_does_not_scroll_sideways(crowded, visit, name, path):
    page = visit(name, width=360)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    bars = page.locator("th .chart").all()
    assert bars and all(bar.bounding_box()["x"] + bar.bounding_box()["width"] <= 360 for bar in bars)
