"""The roster in the browser: columns that are kept, days that are over, files that are shown at /verify/file."""

from __future__ import annotations

import io
import json

import pypdf
import pytest

from app.records.database import db
from tests.story import complete


@pytest.fixture
def desk(app, signed_in):
    browser = signed_in("coralia")
    browser.cast = app.cast
    return browser


def test_columns_that_were_chosen_are_kept_for_the_page_and_every_file_until_others_are(desk, signed_in):
    page = desk.page("/coordinate/roster?lang=es&status=not-started")
    assert "Institución" in page
    answer = desk.submit("roster/columns", column=["name", "status"], follow=False)
    assert answer.status_code == 303 and answer.location.endswith("/coordinate/roster?status=not-started")
    page = desk.page("/coordinate/roster?lang=es")
    assert "Nayeli Ábrego Quintero" in page and "Puesto El Cativo</td>" not in page
    assert desk.get("/coordinate/roster.csv?lang=es").data.decode("utf-8-sig").startswith("Nombre,Estado\r\nNayeli")
    rows = json.loads(desk.get("/coordinate/roster.json").data)["rows"]
    assert [list(row) for row in rows] == [["name", "status"]] * 2
    assert signed_in("ada").get("/coordinate/roster.csv?lang=en").data.decode("utf-8-sig").startswith("Name,Name as")
    assert "Rango" in desk.page("/coordinate/roster?lang=es&columns=rank,name,nonsense")
    desk.page("/coordinate/roster?lang=es")
    desk.submit("roster/columns", reset="1")
    assert (
        desk.get("/coordinate/roster.csv?lang=es").data.decode("utf-8-sig").startswith("Nombre,Nombre por apellidos,")
    )


def test_a_day_that_is_over_can_be_asked_for_and_one_that_is_not_is_refused_in_words(desk):
    page = desk.page("/coordinate/roster?lang=es&as_of=2026-11-22")
    assert 'value="2026-11-22"' in page
    page = desk.page("/coordinate/roster?lang=es&as_of=2027-01-01", 422)
    assert "Ese día aún no termina" in page and 'value="2027-01-01"' in page
    desk.page("/coordinate/roster.csv?as_of=2027-01-01", 422)


def test_a_past_day_stands_in_the_name_of_the_file(desk):
    desk.cast.clock.pass_by(days=10)
    desk.sign_in("coralia@paso.example")
    taken = desk.get("/coordinate/roster.csv?lang=es&as_of=2026-11-30")
    assert "nomina-2026-11-30.csv" in taken.headers["Content-Disposition"]


def test_the_pdf_is_of_the_paper_asked_for(desk):
    for paper, width in (("letter", 792), ("a4", 842)):
        taken = desk.get(f"/coordinate/roster.pdf?lang=es&paper={paper}")
        assert taken.mimetype == "application/pdf"
        page = pypdf.PdfReader(io.BytesIO(taken.data)).pages[0]
        assert round(page.mediabox.width) == width and "ÁBREGO QUINTERO, Nayeli" in page.extract_text()
    desk.page("/coordinate/roster.pdf?paper=a3", 404)


def test_a_csv_can_be_had_without_its_last_line(desk):
    assert "\n# " in desk.get("/coordinate/roster.csv").get_data(as_text=True)
    assert "\n# " not in desk.get("/coordinate/roster.csv?heading=0").get_data(as_text=True)


@pytest.mark.parametrize("face", ["csv", "xlsx", "pdf", "json"])
def test_anyone_can_check_a_roster_that_they_were_sent(app, desk, browser, face):
    with app.app_context():
        complete(app.cast, "nayeli")
        db.session.remove()
    content = desk.get(f"/coordinate/roster.{face}?lang=es").data

    def show(data: bytes) -> str:
        browser.page("/verify/file?lang=es")
        return browser.submit("verify/file", file=(io.BytesIO(data), f"roster.{face}")).get_data(as_text=True)

    page = show(content)
    assert "tal como se descargó" in page and "Servicio Nacional de Fronteras" in page
    assert "Coralia" not in page and "Nayeli" not in page, "it says of what it is, and names nobody"
    if face in ("csv", "json"):
        assert "Esta nómina fue alterada" in show(content.replace(b"100", b"101", 1))
    assert "no tiene sello" in show(b"a,b\r\n1,2\r\n" if face != "pdf" else b"x")


def test_surnames_can_be_put_right_and_the_roster_follows(desk):
    nayeli = desk.cast.people["nayeli"].id
    page = desk.page(f"/coordinate/people/{nayeli}/edit?lang=es")
    assert "Apellidos, para el orden alfabético" in page
    desk.submit(f"{nayeli}/edit", surname="Quintero")
    assert "QUINTERO, Nayeli Ábrego" in desk.page("/coordinate/roster?lang=es")
