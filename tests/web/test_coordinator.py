"""The coordinator's door: figures, roster, people, lists and cohorts as somebody at a screen meets them."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid

import openpyxl
import pytest
from sqlalchemy import select, update

from app.records.audit import AuditEntry
from app.records.learning import Enrolment
from app.records.people import Person
from tests.story import complete, finish_lessons, sign_practice, sit
from tests.web.client import Forms


@pytest.fixture
def desk(app, signed_in):
    """Coralia's browser, with the cast at hand."""
    browser = signed_in("coralia")
    browser.cast = app.cast
    return browser


@pytest.fixture
def in_app(app):
    """Do something with the cast inside the application."""

    def do(deed, *args, **more):
        with app.app_context():
            app.cast.office.session.rollback()
            return deed(app.cast, *args, **more)

    return do


def confirm(browser):
    """Say yes on the page that asks."""
    form = next(f for f in Forms(browser.last.get_data(as_text=True)).forms if "confirmed" in f["fields"])
    return browser.post(browser.here, data=form["fields"], follow_redirects=True)


def person_path(browser, name: str) -> str:
    return f"/coordinate/people/{browser.cast.people[name].id}"


# Figures --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_figures_show_the_institution_and_lead_to_the_officers(desk, in_app, language):
    in_app(complete, "nayeli")
    page = desk.page(f"/coordinate/?lang={language}")
    assert "Servicio Nacional de Fronteras" in page
    assert "50%" in page
    assert "Puesto Paso del Guayacán" in page
    assert "Policía Profesional" not in page
    assert "/coordinate/roster?status=completed&amp;course=humane-border" in page


def test_figures_of_nobody_say_what_to_do(signed_in, in_app):
    def empty(cast):
        with cast.office.transaction():
            for row in cast.office.session.scalars(select(Enrolment)).all():
                cast.office.session.delete(row)

    in_app(empty)
    assert "/coordinate/people/new" in signed_in("coralia").page("/coordinate/")
    assert "Aún no hay cifras" in signed_in("oscar").page("/coordinate/figures")


def test_a_wrong_date_is_pointed_at_and_what_was_typed_stays(desk):
    for name in ("to", "enrolled_to", "issued_from"):
        page = desk.page(f"/coordinate/roster?{name}=2026-02-31&name=ana", 422)
        assert f'aria-describedby="filter-{name}-error"' in page
        assert 'value="ana"' in page


def test_another_institutions_filter_is_not_found(desk):
    for path in ("/coordinate/", "/coordinate/roster", "/coordinate/roster.csv", "/coordinate/people"):
        desk.page(f"{path}?institution={desk.cast.institutions['/cr/ppme/'].id}", 404)
        desk.page(f"{path}?institution=x", 404)


def test_observers_read_figures_and_nothing_else(signed_in):
    observer = signed_in("oscar")
    page = observer.page("/coordinate/figures?lang=en")
    assert "Nayeli" not in page
    for path in ("", "roster", "roster.csv", "people", "cohorts", "people/new"):
        observer.page(f"/coordinate/{path}", 403)


@pytest.mark.parametrize("name", ["nayeli", "tomas"])
def test_officers_and_trainers_have_no_business_here(signed_in, name):
    for path in ("", "roster", "roster.xlsx", "people", "cohorts", "figures"):
        signed_in(name).page(f"/coordinate/{path}", 403)


def test_administrators_see_every_institution(signed_in):
    page = signed_in("ada").page("/coordinate/roster?lang=en")
    assert "Nayeli" in page and "Ximena" in page


# Roster ---------------------------------------------------------------------------------------------------------------


def test_the_roster_lists_ones_officers_and_keeps_its_filters_in_every_link(desk):
    page = desk.page("/coordinate/roster?name=abrego&sort=-percent&lang=es")
    assert "ÁBREGO QUINTERO, Nayeli" in page and "Norberto" not in page and "Ximena" not in page
    assert re.search(r'href="/coordinate/roster\.csv\?name=abrego&amp;sort=-percent"', page)
    assert 'aria-sort="descending"' in page
    assert 'name="sort" value="-percent"' in page
    assert "hora de Panamá" in page


def test_nobody_who_fits_is_said_in_words(desk):
    assert "Nadie corresponde" in desk.page("/coordinate/roster?name=zzz")
    desk.page("/coordinate/roster?status=dismissed", 404)
    assert "Nayeli" in desk.page("/coordinate/roster?page=99&sort=nonsense")


def test_csv_and_xlsx_have_the_rows_of_the_page_with_headings_in_the_readers_language(desk, in_app):
    in_app(complete, "nayeli")
    taken = desk.get("/coordinate/roster.csv?lang=es")
    assert taken.data.startswith(b"\xef\xbb\xbf")
    assert taken.mimetype == "text/csv"
    assert taken.headers["Content-Language"] == "es"
    assert 'filename="paso-seguro-nomina-2026-11-23.csv"' in taken.headers["Content-Disposition"]
    assert "no-store" in taken.headers["Cache-Control"]
    *rows, last = csv.reader(io.StringIO(taken.data.decode("utf-8-sig")))
    assert last[0].startswith("# Nómina: Servicio Nacional de Fronteras · Filtros: ninguno")
    assert rows[0][:5] == ["Nombre", "Nombre por apellidos", "Rango", "Número de servicio", "País"]
    assert "Última actividad (hora de Panamá)" in rows[0]
    assert [row[0] for row in rows[1:]] == ["Nayeli Ábrego Quintero", "Norberto Güiral Peña"]
    sheet = openpyxl.load_workbook(io.BytesIO(desk.get("/coordinate/roster.xlsx?lang=es").data)).worksheets[0]
    assert sheet.title == "Nómina"
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert [sheet.cell(row, 1).value for row in (2, 3)] == [row[0] for row in rows[1:]]
    english = desk.get("/coordinate/roster.csv?lang=en").data.decode("utf-8-sig")
    assert english.startswith("Name,Name as filed,Rank,Service number,Country,Institution,Course")


def test_a_name_that_is_a_formula_stays_text(desk, in_app):
    def rename(cast):
        with cast.office.transaction():
            cast.office.session.execute(
                update(Person).where(Person.id == cast.people["beto"].id).values(name='=HYPERLINK("http://x")')
            )

    in_app(rename)
    assert "\"'=HYPERLINK" in desk.get("/coordinate/roster.csv").get_data(as_text=True)
    sheet = openpyxl.load_workbook(io.BytesIO(desk.get("/coordinate/roster.xlsx").data)).worksheets[0]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ('=HYPERLINK("http://x")', "s")


def test_programs_read_the_roster_as_json(desk):
    body = json.loads(desk.get("/coordinate/roster.json?status=not-started&name=nayeli").data)
    assert [row["name"] for row in body["rows"]] == ["Nayeli Ábrego Quintero"]
    assert body["rows"][0]["status"] == "not-started"


def test_a_download_is_in_the_log(desk, in_app):
    desk.get("/coordinate/roster.xlsx?status=active")

    def entries(cast):
        return [
            (e.subject, e.detail)
            for e in cast.office.session.scalars(select(AuditEntry))
            if e.action == "roster.download"
        ]

    assert in_app(entries) == [("xlsx", {"filter": {"status": "active"}, "rows": 0, "role": "coordinator"})]


def test_a_download_with_a_wrong_date_is_refused_in_words(desk):
    assert "fecha que exista" in desk.page("/coordinate/roster.csv?from=x", 422)


# People ---------------------------------------------------------------------------------------------------------------


def test_an_officer_is_invited_and_the_link_is_shown_once(desk):
    desk.page(f"/coordinate/people/new?place=cohort:{desk.cast.cohort.id}")
    response = desk.submit(
        "people/new", follow=False, name="Rosa Elvira Dogirama", email="rosa@paso.example",
        institution=str(desk.cast.institutions["/pa/senafront/cativo/"].id), language="es", sex="f",
    )  # fmt: skip
    assert response.status_code == 303
    record = response.location
    page = desk.page(record)
    link = re.search(r'value="http://localhost(/account/accept/[^"]+)"', page)
    assert link and desk.last.headers["Cache-Control"] == "private, no-store"
    assert "Guayacán 2026" in page
    assert "/account/accept/" not in desk.page(record)
    assert "Rosa Elvira" in desk.page("/coordinate/people?status=invited")
    officer = desk.application.test_client()
    officer.page(link[1])
    officer.submit(password="cinco palabras que nadie junta", again="cinco palabras que nadie junta")
    officer.sign_in("rosa@paso.example", "cinco palabras que nadie junta")
    assert "Frontera Humana" in officer.page("/learn/")


def test_an_invitation_with_faults_comes_back_as_it_was(desk):
    desk.page("/coordinate/people/new")
    institution = str(desk.cast.institutions["/pa/senafront/"].id)
    page = desk.submit("people/new", name="", email="nobody", institution=institution, language="en")
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert 'value="nobody"' in text and 'href="#name"' in text and 'href="#email"' in text
    page = desk.submit("people/new", name="Beto", email="beto@paso.example", institution=institution, language="es")
    assert page.status_code == 422
    assert "ya tiene una cuenta" in page.get_data(as_text=True)
    page = desk.submit("people/new", name="X Y", email="x@y.example", institution=str(uuid.uuid4()), language="es")
    assert page.status_code == 422


def test_the_list_of_people_finds_and_pages(desk):
    page = desk.page("/coordinate/people?name=abrego")
    assert "Nayeli" in page and "Norberto" not in page
    assert "No se encontró a nadie" in desk.page("/coordinate/people?name=zzz") or "Nobody" in page
    desk.page("/coordinate/people?status=x", 404)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_record_shows_everything_a_coordinator_may_see(desk, in_app, language):
    in_app(complete, "nayeli")
    in_app(finish_lessons, "beto", "mission")
    in_app(sit, "beto", "mission", wrong=4)
    in_app(sign_practice, "beto", "mission", "not yet")
    page = desk.page(f"{person_path(desk, 'nayeli')}?lang={language}")
    code = re.search(r"/learn/certificates/([A-Z0-9-]+)\.pdf\?lang=es", page)
    assert code
    assert desk.get(f"/learn/certificates/{code[1]}.pdf?lang=es").data.startswith(b"%PDF")
    page = desk.page(f"{person_path(desk, 'beto')}?lang={language}")
    assert "El Cativo" in page and "Tomás Ñurinda" in page
    assert "Show the bus" not in page and "Indicar el autobús" not in page  # marks, not answers


def test_another_institutions_officer_is_not_found(desk):
    path = person_path(desk, "ximena")
    for end in ("", "/edit"):
        desk.page(path + end, 404)
    desk.page(person_path(desk, "nayeli"))
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', desk.last.get_data(as_text=True))[1]
    for end in ("/invite", "/deactivate", "/reactivate", "/enrol", "/edit", f"/withdraw/{uuid.uuid4()}"):
        data = {"csrf_token": csrf, "confirmed": "yes", "place": "course:humane-border"}
        assert desk.post(path + end, data=data).status_code == 404, end


def test_a_record_is_corrected(desk):
    path = person_path(desk, "nayeli")
    desk.page(path + "/edit")
    page = desk.submit("/edit", name="Nayeli Ábrego de Quintero", rank="Sargento").get_data(as_text=True)
    assert "Nayeli Ábrego de Quintero" in page and "Sargento" in page
    desk.page(path + "/edit")
    assert desk.submit("/edit", email="beto@paso.example").status_code == 422


def test_the_account_of_someone_with_duties_shows_no_buttons_and_takes_none(desk):
    path = person_path(desk, "tomas")
    page = desk.page(path)
    assert "/deactivate" not in page and "/edit" not in page
    desk.page(path + "/edit", 422)


def test_closing_an_account_asks_first(desk, signed_in):
    nayeli = signed_in("nayeli")
    path = person_path(desk, "nayeli")
    desk.page(path)
    asked = desk.submit("/deactivate", follow=False)
    assert asked.status_code == 200 and "¿Cerrar la cuenta de Nayeli" in asked.get_data(as_text=True)
    assert nayeli.get("/learn/").status_code == 200
    page = confirm(desk).get_data(as_text=True)
    assert "/reactivate" in page
    assert nayeli.get("/learn/").status_code == 302
    desk.submit("/reactivate")
    signed_in("nayeli")


def test_an_officer_is_withdrawn_after_asking_and_enrolled_again(desk, in_app):
    in_app(finish_lessons, "beto", "mission")
    path = person_path(desk, "beto")
    desk.page(path)
    assert "¿Retirar" in desk.submit("/withdraw/", follow=False).get_data(as_text=True)
    page = confirm(desk).get_data(as_text=True)
    assert "/withdraw/" not in page
    desk.page(path)
    page = desk.submit("/enrol", place=f"cohort:{desk.cast.cohort.id}").get_data(as_text=True)
    assert "Guayacán 2026" in page and "/withdraw/" in page
    assert desk.submit("/enrol", place="").status_code == 422
    assert desk.submit("/enrol", place="course:nothing").status_code == 422


# Cohorts --------------------------------------------------------------------------------------------------------------


def test_a_cohort_is_planned_filled_and_left(desk):
    desk.page("/coordinate/cohorts/new")
    page = desk.submit(
        "cohorts/new", name="Darién 2027", course="humane-border", starts_on="2027-01-11", ends_on="2027-04-30",
        institution=str(desk.cast.institutions["/pa/senafront/"].id), trainers=str(desk.cast.people["tomas"].id),
    )  # fmt: skip
    text = page.get_data(as_text=True)
    assert "Darién 2027" in text and "Tomás Ñurinda" in text
    path = page.request.path
    text = desk.page(f"{path}?add=norberto")
    assert "Norberto" in text
    text = desk.submit("/add", person=str(desk.cast.people["beto"].id)).get_data(as_text=True)
    assert f"/coordinate/people/{desk.cast.people['beto'].id}" in text
    assert "¿Sacar" in desk.submit("/remove/", follow=False).get_data(as_text=True)
    assert "/remove/" not in confirm(desk).get_data(as_text=True)
    assert "¿Eliminar" in desk.submit("/delete", follow=False).get_data(as_text=True)
    assert "Darién 2027" not in confirm(desk).get_data(as_text=True)


def test_a_plan_with_faults_comes_back_as_it_was(desk):
    desk.page("/coordinate/cohorts/new")
    page = desk.submit(
        "cohorts/new", name="Darién", course="humane-border", starts_on="2027-04-30", ends_on="2027-01-11",
        institution=str(desk.cast.institutions["/pa/senafront/"].id),
    )  # fmt: skip
    assert page.status_code == 422
    assert 'href="#ends_on"' in page.get_data(as_text=True)


def test_a_cohort_is_changed(desk):
    path = f"/coordinate/cohorts/{desk.cast.cohort.id}"
    desk.page(f"{path}/edit")
    page = desk.submit("/edit", name="Guayacán, segundo grupo")
    assert "Guayacán, segundo grupo" in page.get_data(as_text=True)
    desk.page(path)
    assert desk.post(f"{path}/add", data={"csrf_token": "x"}).status_code == 419


def test_nobody_ticked_is_said_in_words(desk):
    desk.page(f"/coordinate/cohorts/{desk.cast.cohort.id}?add=")
    response = desk.submit("/add")
    assert response.status_code == 422
    assert "Marque al menos" in response.get_data(as_text=True)


def test_anothers_cohort_is_not_found(signed_in, app):
    carlos = signed_in("carlos")
    for end in ("", "/edit"):
        carlos.page(f"/coordinate/cohorts/{app.cast.cohort.id}{end}", 404)
    assert "Guayacán 2026" not in carlos.page("/coordinate/cohorts")
