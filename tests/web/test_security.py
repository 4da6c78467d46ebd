"""What somebody who means ill would try at the doors, and what they find."""

import json
import uuid

import pytest

from app.records.database import db
from app.records.learning import Enrolment
from app.records.people import Person
from app.services import accounts, people
from app.services.people import Nominee
from app.web import account
from tests.web.test_learner import done


def sync(browser, body):
    page = browser.page("/account/")
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return browser.post("/learn/sync", data=data, content_type="application/json", headers=headers)


def event(**more):
    return {
        "id": str(uuid.uuid4()),
        "at": "2026-11-23T12:00:00Z",
        "course": "humane-border",
        "kind": "lesson.done",
        "module": "mission",
        "item": "one",
        "payload": {},
        **more,
    }


@pytest.mark.parametrize(
    "more",
    [
        {"course": "\ud800"},
        {"course": "a\0"},
        {"module": "\ud800"},
        {"item": ["one"]},
        {"kind": {"lesson": "done"}},
        {"id": None},
        {"id": ["x"]},
        {"payload": "x", "kind": "check.answered", "item": "\ud800"},
    ],
)
def test_a_device_that_sends_nonsense_is_told_so_and_nothing_breaks(signed_in, more):
    response = sync(signed_in("nayeli"), {"device": "\ud800", "events": [event(**more)]})
    assert response.status_code == 200
    assert response.get_json()["results"][0]["status"] == "rejected"


@pytest.mark.parametrize("run", [{}, ["r"], None, 7, "\ud800", "r\0", "r" * 1000])
def test_the_name_of_a_run_is_a_short_word_or_nothing_is_kept(app, signed_in, run):
    course = app.cast.course
    module = next(module for module in course.modules if module.scenario)
    payload = {"run": run, "scene": module.scenario.scenes[0].id, "choice": 0}
    deed = event(kind="scene.chosen", module=module.id, item=module.scenario.id, payload=payload)
    (told,) = sync(signed_in("nayeli"), {"events": [deed]}).get_json()["results"]
    assert told["status"] == "rejected" and told["code"] in ("response-malformed", "module-locked")
    if course.modules[0] is module:
        assert told["code"] == "response-malformed"


def test_a_clock_thousands_of_years_wrong_counts_as_now(signed_in):
    response = sync(
        signed_in("nayeli"), {"sent_at": "0001-01-01T00:00:00Z", "events": [event(at="9999-12-31T23:59:59Z")]}
    )
    assert response.status_code == 200


@pytest.mark.parametrize(("body", "status"), [(b"[" * 200_000, 422), (b'{"x":"' + b"x" * 2_000_000 + b'"}', 413)])
def test_a_batch_made_to_exhaust_the_server_is_turned_away(signed_in, body, status):
    assert sync(signed_in("nayeli"), body).status_code == status


def test_numbers_of_thousands_of_digits_are_no_numbers(app, signed_in):
    browser = signed_in("nayeli")
    module = next(module for module in app.cast.course.modules if module.scenario)
    page = browser.page("/account/")
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "choice": "9" * 5000, "run": "r", "scene": "s"}
    assert browser.post(f"/learn/humane-border/{module.id}/scenario", data=sent).status_code == 303
    found = signed_in("tomas").get("/teach/humane-border/export.zip?edition=99999999999999999999999")
    assert found.status_code == 404


def test_on_a_shared_computer_no_page_is_left_behind(browser, signed_in):
    browser.page("/account/sign-in")
    browser.submit(
        "sign-in", follow=False, email="nayeli@paso.example", password="cuatro palabras bien distintas", shared="y"
    )
    assert browser.get("/learn/").headers["Cache-Control"] == "private, no-store"
    assert signed_in("nayeli").get("/learn/").headers["Cache-Control"] == "private, no-cache"


def test_the_time_of_the_answer_does_not_tell_who_has_an_account(browser, monkeypatch):
    waited = []
    monkeypatch.setattr(account.time, "sleep", waited.append)
    for email in ("nayeli@paso.example", "nadie@paso.example"):
        browser.page("/account/forgotten")
        assert browser.submit("forgotten", email=email).status_code == 200
    assert len(waited) == 2 and all(0 < wait <= account.SAME_TIME for wait in waited)


def test_who_trained_an_officer_is_not_told_what_the_next_institution_does(app, signed_in):
    def move(cast):
        session = cast.office.session
        with cast.office.transaction():
            row = session.query(Enrolment).filter_by(person_id=cast.people["nayeli"].id).one()
            row.completed_at, row.status = cast.office.now(), "completed"
        there = cast.institutions["/cr/ppme/"].id
        people.correct(
            cast.office,
            cast.actor("ada"),
            cast.people["nayeli"].id,
            Nominee("Nayeli Ábrego Quintero", cast.email("nayeli"), there, rank="Sargenta secreta"),
        )
        people.deactivate(cast.office, cast.actor("carlos"), cast.people["nayeli"].id)
        assert session.get_one(Person, cast.people["nayeli"].id).active is False
        return cast.people["nayeli"].id

    person = done(app, move)
    page = signed_in("coralia").page(f"/coordinate/people/{person}")
    assert "Carlos Araya" not in page and "Ada Wright" not in page
    assert "Sargenta secreta" not in page and "nayeli@paso.example" not in page


def test_an_error_of_the_database_puts_no_personal_data_into_the_log(app):
    with app.app_context():
        assert db.engine.hide_parameters


def test_fields_that_a_form_does_not_have_change_nothing(app, signed_in):
    """Mass assignment: whatever is sent besides, only what the form is about is written."""

    def row(cast):
        person = cast.office.session.get_one(Person, cast.people["nayeli"].id)
        columns = {column.key: getattr(person, column.key) for column in Person.__table__.columns}
        return columns | {"roles": sorted(grant.role for grant in person.grants)}

    before = done(app, row)
    browser = signed_in("nayeli")
    browser.page("/account/")
    extra = dict.fromkeys((*before, "role", "grants", "is_admin", "person_id"), "administrator")
    browser.submit("/account/settings", **{**extra, "language": "en", "time_zone": "America/Lima"})
    after = done(app, row)
    assert {name for name in before if before[name] != after[name]} - {"changed"} == {"language", "time_zone"}


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(app, monkeypatch):
    """Enumeration by timing: counted in what takes the time, which no loaded machine makes unsure."""
    worked = []
    verify = accounts._verify
    monkeypatch.setattr(accounts, "_verify", lambda *given: worked.append(1) or verify(*given))
    said = []
    for email in ("nayeli@paso.example", "nobody@paso.example"):
        browser = app.test_client()
        browser.page("/account/sign-in")
        response = browser.submit("sign-in", email=email, password="not this one")
        page = response.get_data(as_text=True)
        said.append((response.status_code, "no son correct" in page or "no es correct" in page, len(worked)))
        worked.clear()
    assert said[0] == said[1] and said[0][2] == 1
