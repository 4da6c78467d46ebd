"""The pages about one's own data, and those with which administrators decide about it."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import func, select, text

from app.records.audit import AuditEntry
from app.records.learning import Enrolment
from app.records.people import Person
from app.services import erasing, sightings
from tests.cast import PASSWORD
from tests.story import complete
from tests.web.client import Forms
from tests.web.test_weight import Queries, arrange


@pytest.fixture
def in_app(app):
    """Do something with the cast inside the application."""

    def do(deed, *args, **more):
        with app.app_context():
            app.cast.office.session.rollback()
            return deed(app.cast, *args, **more)

    return do


def entries(cast, action: str) -> list[tuple[str, dict[str, object]]]:
    rows = cast.office.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number)
    )
    return [(row.subject, row.told) for row in rows]


def enrolment_of(cast, name: str):
    return cast.office.session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast.people[name].id)).one()


# Who saw --------------------------------------------------------------------------------------------------------------


def test_every_page_that_shows_a_record_is_noted_once_a_day_and_told(app, signed_in, in_app):
    person_id, enrolment = app.cast.people["nayeli"].id, in_app(enrolment_of, "nayeli")
    pages = (
        ("coralia", f"/coordinate/people/{person_id}", "record.view"),
        ("coralia", f"/coordinate/exams/{enrolment}/", "exam.view"),
        ("tomas", f"/teach/practice/{enrolment}/mission", "sheet.view"),
        ("tomas", f"/teach/exams/{enrolment}/", "exam.view"),
        ("ada", f"/admin/people/{person_id}", "account.view"),
        ("coralia", "/coordinate/roster", "roster.view"),
        ("coralia", "/coordinate/people", "people.view"),
        ("coralia", f"/coordinate/cohorts/{app.cast.cohort.id}", "cohort.view"),
        ("tomas", f"/teach/cohorts/{app.cast.cohort.id}/", "cohort.view"),
        ("ada", "/admin/people", "people.view"),
    )
    browsers = {name: signed_in(name) for name in ("coralia", "tomas", "ada", "nayeli")}
    for _again in range(2):
        for name, path, _action in pages:
            browsers[name].page(path)
    expected: dict[str, int] = {}
    for _name, _path, action in pages:
        expected[action] = expected.get(action, 0) + 1
    assert {action: len(in_app(entries, action)) for action in expected} == expected
    told = browsers["nayeli"].page("/account/privacy?lang=en")
    for words in ("Opened your record", "Opened your exam", "Opened a practical sheet", "Read a roster", "Coordinator"):
        assert words in told
    assert (app.cast.people["coralia"].name in told and "SENAFRONT" in told) or "Servicio Nacional" in told


def test_taking_somebody_elses_certificate_is_noted_and_taking_ones_own_is_not(app, signed_in, in_app):
    with app.app_context():
        app.cast.office.session.rollback()
        complete(app.cast, "nayeli")
        code = app.cast.office.session.scalar(text("SELECT serial FROM certificate"))
    for name in ("nayeli", "coralia", "ada"):
        signed_in(name).get(f"/learn/certificates/{code}.pdf")
    signed_in("ada").page(f"/admin/certificates/{code}")
    assert [told["role"] for _subject, told in in_app(entries, "certificate.view")] == ["coordinator", "administrator"]


def test_a_page_that_is_not_found_is_not_noted(app, signed_in, in_app):
    signed_in("carlos").page(f"/coordinate/people/{app.cast.people['nayeli'].id}", 404)
    assert in_app(entries, "record.view") == []


def test_what_cannot_be_written_is_not_shown(app, signed_in):
    browser = signed_in("coralia")
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        app.cast.office.session.rollback()
        with app.cast.office.transaction():
            app.cast.office.session.execute(text("DROP TABLE audit_head"))
    shown = browser.page(f"/coordinate/people/{app.cast.people['nayeli'].id}", 500)
    assert app.cast.people["nayeli"].name not in shown


def test_looking_again_writes_nothing_and_costs_one_query(app, signed_in):
    browser = signed_in("coralia")
    path = f"/coordinate/people/{app.cast.people['nayeli'].id}"
    browser.page(path)
    queries = Queries(app)
    queries.of(browser, path)
    assert not [said for said in queries.seen if not said.startswith("SELECT")]
    assert len([said for said in queries.seen if "FROM sighting" in said]) == 1


def test_the_page_of_ones_data_costs_the_same_however_much_was_looked_at(app, signed_in):
    queries, browser = Queries(app), signed_in("nayeli")
    few = queries.of(browser, "/account/privacy")

    def many(cast):
        for number in range(70):
            asked = {"cohort": str(cast.cohort.id), "form": str(number)}
            sightings.listed(cast.office, cast.actor("coralia"), "certificates.download", ("/pa/",), asked, 3)

    arrange(app, many)
    assert queries.of(browser, "/account/privacy") <= few + 1 <= 10
    page = browser.page("/account/privacy")
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    assert (
        page.count("<li><div><p><b>") == 50 > browser.page(older[1].replace("&amp;", "&")).count("<li><div><p><b>") > 10
    )


# Taking one's data away -----------------------------------------------------------------------------------------------


def test_everything_is_taken_away_with_the_password(app, signed_in):
    browser = signed_in("nayeli")
    assert browser.get("/account/data.zip").location.endswith("/account/data")
    browser.page("/account/data")
    refused = browser.submit("/account/data.zip", password="something else")
    assert refused.status_code == 422
    response = browser.submit("/account/data.zip", password=PASSWORD)
    assert (response.status_code, response.mimetype) == (200, "application/zip")
    assert "mis-datos" in response.headers["Content-Disposition"]
    files = zipfile.ZipFile(io.BytesIO(response.data))
    assert json.loads(files.read("data.json"))["account"][0]["email"] == "nayeli@paso.example"
    readable = files.read("index.html").decode()
    assert "Mis datos en Paso Seguro" in readable and app.cast.people["nayeli"].name in readable


# Being erased ---------------------------------------------------------------------------------------------------------


def yes(browser, **more):
    """Say yes on the page that asks."""
    forms = Forms(browser.last.get_data(as_text=True)).forms
    form = next(form for form in forms if "confirmed" in form["fields"])
    return browser.post(browser.here, data={**form["fields"], **more})


def test_an_officer_asks_twice_and_an_administrator_types_the_address(app, signed_in, in_app):
    with app.app_context():
        app.cast.office.session.rollback()
        complete(app.cast, "nayeli")
    officer = signed_in("nayeli")
    officer.page("/account/erasure")
    asked = officer.submit("/account/erasure", certificates="y", reason="I left the service")
    assert asked.status_code == 200, "it asks back"
    assert yes(officer).status_code == 303
    assert "Pedido el" in officer.page("/account/privacy")

    admin, person_id = signed_in("ada"), app.cast.people["nayeli"].id
    assert "1 person asks" in admin.page("/admin/")
    assert app.cast.people["nayeli"].name in admin.page("/admin/privacy")
    path = f"/admin/people/{person_id}/erase"
    assert "I left the service" in admin.page(path)
    wrong = admin.submit(path, typed="beto@paso.example", certificates="y")
    assert wrong.status_code == 422 and "beto@paso.example" in wrong.get_data(as_text=True)
    assert admin.submit(path, typed="nayeli@paso.example", certificates="y").status_code == 200
    assert yes(admin).status_code == 303
    assert "Persona " in admin.page(f"/admin/people/{person_id}")
    admin.page(path, 404)
    assert officer.get("/account/privacy").status_code == 302, "signed out everywhere"
    name = in_app(lambda cast: cast.office.session.scalar(select(Person.name).where(Person.id == person_id)))
    assert name.startswith("Persona ")


def test_a_request_is_taken_back(app, signed_in):
    officer = signed_in("nayeli")
    officer.page("/account/erasure")
    officer.submit("/account/erasure", reason="x")
    yes(officer)
    officer.page("/account/erasure")
    assert officer.submit("/account/erasure/withdraw", follow=False).status_code == 303
    assert "/account/erasure/withdraw" not in officer.page("/account/erasure")


def test_a_request_is_declined_with_a_reason_that_the_person_reads(app, signed_in, in_app):
    in_app(lambda cast: erasing.ask(cast.office, cast.actor("nayeli"), False, "x"))
    admin = signed_in("ada")
    path = f"/admin/people/{app.cast.people['nayeli'].id}/erase"
    admin.page(path)
    assert admin.submit(f"{path}/decline", answer=" ").status_code == 422
    assert admin.submit(f"{path}/decline", answer="Your appeal is open.", follow=False).status_code == 303
    assert "Your appeal is open." in signed_in("nayeli").page("/account/privacy")


def test_what_stands_in_the_way_is_said(app, signed_in):
    page = signed_in("ada").page(f"/admin/people/{app.cast.people['coralia'].id}/erase")
    assert "Take them back first" in page and 'name="typed"' not in page


def test_a_withdrawn_certificate_says_so_to_who_types_its_code(app, signed_in, browser):
    with app.app_context():
        app.cast.office.session.rollback()
        cast = app.cast
        complete(cast, "nayeli")
        code = cast.office.session.scalar(text("SELECT serial FROM certificate"))
        erasing.ask(cast.office, cast.actor("nayeli"), True)
        erasing.carry_out(cast.office, cast.actor("ada"), cast.people["nayeli"].id, True, cast.email("nayeli"))
    page = browser.page(f"/verify/{code}")
    assert "a pedido de su titular" in page and "Ábrego" not in page
    for path in (f"/admin/certificates/{code}", f"/learn/certificates/{code}.pdf"):
        signed_in("ada").page(path, 404)


# Handing on -----------------------------------------------------------------------------------------------------------


def test_a_file_is_handed_on_with_a_sheet(app, signed_in, in_app):
    desk = signed_in("coralia")
    roster = desk.page("/coordinate/roster?status=not-started&name=nayeli")
    link = re.search(r'href="(/coordinate/sharing[^"]+)"', roster)
    assert link is not None
    path = link[1].replace("&amp;", "&")
    desk.page(path)
    action = path
    assert desk.submit(action, purpose="other", recipient="Office X", until="2027-01-31").status_code == 422
    assert 'value="Office X"' in desk.last.get_data(as_text=True)
    done = desk.submit(
        action, purpose="cooperation", recipient="Office X", until="2027-01-31", remarks="Yearly", follow=False
    )
    assert done.status_code == 303
    sheet = desk.page(done.location)
    assert "Office X" in sheet and "Yearly" in sheet and app.cast.people["coralia"].name in sheet
    file = re.search(r'href="(/coordinate/roster\.xlsx[^"]*)"', sheet)
    assert file is not None and "name=nayeli" in file[1]
    assert desk.get(file[1].replace("&amp;", "&")).status_code == 200
    ((subject, told),) = in_app(entries, "export.share")
    assert subject == "roster.xlsx" and told["filter"] == {"status": "not-started", "name": "…"}
    assert "Office X" in signed_in("nayeli").page("/account/privacy")


def test_the_downloads_stay_where_they_are(signed_in):
    assert signed_in("coralia").get("/coordinate/roster.csv").mimetype == "text/csv"


# The log --------------------------------------------------------------------------------------------------------------


def test_the_log_is_searched_by_institution_checked_and_taken_away(app, signed_in, in_app):
    admin, coordinator = signed_in("ada"), signed_in("coralia")
    coordinator.page(f"/coordinate/people/{app.cast.people['nayeli'].id}")
    place = app.cast.institutions["/pa/"].id
    elsewhere = app.cast.institutions["/cr/"].id
    assert "Coralia" in admin.page(f"/admin/audit?institution={place}&action=record.view")
    assert "Coralia" not in admin.page(f"/admin/audit?institution={elsewhere}&action=record.view").split("</form>")[1]
    found = admin.page("/admin/audit?text=nayeli&action=record.view")
    assert app.cast.people["nayeli"].name in found, "looks are found by whose record it was"
    whole = admin.page("/admin/audit/check")
    assert "The log is whole" in whole
    response = admin.get("/admin/audit.csv?action=record.view")
    lines = response.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert response.mimetype == "text/csv" and len(lines) == 2
    assert "record.view" in lines[1] and app.cast.people["nayeli"].name in lines[1]
    ((_subject, told),) = in_app(entries, "audit.export")
    assert told == {"filter": {"action": "record.view"}}


def test_a_log_that_was_changed_is_told(app, signed_in, in_app):
    def tamper(cast):
        with cast.office.transaction():
            cast.office.session.execute(text("DROP TRIGGER audit_entry_no_update"))
            cast.office.session.execute(text("UPDATE audit_entry SET subject = 'x' WHERE number = 1"))
        return cast.office.session.scalar(select(func.count()).select_from(AuditEntry))

    assert in_app(tamper)
    page = signed_in("ada").page("/admin/audit/check")
    assert "The log was changed" in page and "audit entry 1" in page


def test_what_a_spreadsheet_would_take_for_a_formula_is_text(app, signed_in, in_app):
    def rename(cast):
        with cast.office.transaction():
            cast.office.session.get_one(Person, cast.people["coralia"].id).name = "=HYPERLINK(1)"

    in_app(rename)
    signed_in("coralia").page(f"/coordinate/people/{app.cast.people['nayeli'].id}")
    lines = signed_in("ada").get("/admin/audit.csv?action=record.view").get_data(as_text=True)
    assert ",'=HYPERLINK(1)," in lines
