"""The administrator's door: what needs attention, institutions, roles, certificates, the log, messages."""

import datetime as dt
import html
import uuid

import pytest
from sqlalchemy import event, select

from app.records.audit import Notice
from app.records.certificates import Certificate
from app.records.database import db
from app.records.exams import Attempt
from app.records.people import Institution, Person, RoleGrant
from app.services import certifying, exams, notices
from app.services.office import Office
from tests.story import complete, finish_lessons

PAGES = ("", "institutions", "institutions/new", "people", "certificates", "audit", "notices")


def done(app, deed, *arguments):
    """Something that happened outside the browser."""
    with app.app_context():
        cast = app.cast
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        result = deed(cast, *arguments)
        db.session.remove()
    return result


def kept(app, query):
    """What the database holds now."""
    with app.app_context():
        found = db.session.scalars(query).unique().all()
        db.session.remove()
    return found


@pytest.fixture
def ada(signed_in):
    return signed_in("ada")


@pytest.fixture
def code(app):
    def certify(cast):
        complete(cast, "nayeli")
        return str(certifying.mine(cast.office, cast.actor("nayeli"))[0].row.serial)

    return done(app, certify)


def queue(cast, key="one", **values):
    with cast.office.transaction():
        person = cast.office.session.get_one(Person, cast.people["nayeli"].id)
        notices.queue(cast.office, person, key, "Your invitation", "http://localhost/account/accept/SECRET")
        cast.office.session.flush()
        row = cast.office.session.scalars(select(Notice).where(Notice.dedup_key == key)).one()
        for name, value in values.items():
            setattr(row, name, value)
        return row.id


# Whose door it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nayeli", "tomas", "coralia", "oscar"])
def test_nobody_but_administrators_comes_in(signed_in, name):
    browser = signed_in(name)
    assert {page: browser.get(f"/admin/{page}").status_code for page in PAGES} == dict.fromkeys(PAGES, 403)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_opens_in_both_languages_before_anything_has_happened(ada, language):
    for page in PAGES:
        ada.page(f"/admin/{page}?lang={language}")


# What needs attention -------------------------------------------------------------------------------------------------


def test_a_quiet_platform_says_that_nothing_needs_attention(ada):
    page = ada.page("/admin/")
    assert "Nothing needs attention" in page
    assert "Humane Border" in page and "<dd>9</dd>" in page


def test_what_failed_and_what_was_forgotten_is_said_first(app, ada, clock):
    def trouble(cast):
        finish_lessons(cast, "nayeli", "mission")
        exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
        with cast.office.transaction():
            cast.office.session.scalars(select(Attempt)).one().deadline_at = cast.clock()
        queue(cast, "failed", attempts=notices.MOST_ATTEMPTS, error="550 no such mailbox")
        queue(cast, "stuck")

    done(app, trouble)
    page = ada.page("/admin/")
    assert "1 message could not be sent" in page
    assert "past its deadline" not in page and "nobody tries" not in page  # the worker is given a while
    clock.pass_by(minutes=20)
    page = ada.page("/admin/")
    assert "Nothing needs attention" not in page
    for told in (
        "1 attempt is open past its deadline",
        "1 message could not be sent",
        "550 no such mailbox",
        "Messages wait and nobody tries to send them",
    ):
        assert told in page


def test_the_first_page_costs_the_same_however_much_there_is(app, ada):
    def ask():
        asked = []
        with app.app_context():
            engine = db.engine

        def listener(*call):
            asked.append(call[2])

        event.listen(engine, "before_cursor_execute", listener)
        ada.page("/admin/")
        event.remove(engine, "before_cursor_execute", listener)
        return len([text for text in asked if text.startswith("SELECT")])

    first = ask()
    for number in range(6):
        done(app, queue, f"more-{number}")
    done(app, lambda cast: complete(cast, "nayeli"))
    done(app, lambda cast: complete(cast, "beto"))
    assert ask() <= first + 4  # names in the log, none of which was there before
    again = ask()
    done(app, lambda cast: complete(cast, "ximena"))
    assert ask() == again


# Institutions ---------------------------------------------------------------------------------------------------------


def test_a_post_is_added_below_its_service_and_shown_there(app, ada):
    service = kept(app, select(Institution).where(Institution.path == "/pa/senafront/"))[0]
    page = ada.page(f"/admin/institutions/new?parent={service.id}")
    assert f'<option selected value="{service.id}">' in page
    response = ada.submit("institutions/new", name="Puesto Río Sereno", kind="post", acronym="", country="")
    assert "Puesto Río Sereno was added." in response.get_data(as_text=True)
    [row] = kept(app, select(Institution).where(Institution.path == "/pa/senafront/puesto-rio-sereno/"))
    assert (row.parent_id, row.country) == (service.id, "PA")
    assert "Puesto Río Sereno" in ada.page("/admin/institutions?country=PA")
    assert "Puesto Río Sereno" not in ada.page("/admin/institutions?country=CR")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "kind": "post"}, "Write the name of the institution."),
        ({"name": "Guardia", "kind": ""}, "Choose what kind of institution it is."),
        ({"name": "Guardia", "kind": "post"}, "only a state or a service can stand at the top"),
        ({"name": "Guardia", "kind": "service"}, "Choose the country."),
        ({"name": "Guardia", "kind": "empire", "country": "PA"}, "Choose one of the options shown."),
    ],
)
def test_a_fault_is_said_at_its_field_and_what_was_typed_stays(ada, fields, words):
    ada.page("/admin/institutions/new")
    response = ada.submit("institutions/new", **{"acronym": "GN", "country": "", **fields})
    page = html.unescape(response.get_data(as_text=True))
    assert response.status_code == 422
    assert page.count(words) == 2 and 'value="GN"' in page


def test_an_institution_is_corrected(app, ada):
    row = kept(app, select(Institution).where(Institution.path == "/pa/senafront/cativo/"))[0]
    page = ada.page(f"/admin/institutions/{row.id}/edit")
    assert 'name="country"' not in page and "Puesto El Cativo" in page
    ada.submit(f"{row.id}/edit", name="Puesto Cativo Norte", kind="post", acronym="PCN", language="es")
    assert "Puesto Cativo Norte" in ada.page("/admin/institutions") and "PCN (PA)" in ada.page("/admin/institutions")
    assert "Puesto El Cativo → Puesto Cativo Norte" in ada.page("/admin/audit")
    assert "Puesto El Cativo → Puesto Cativo Norte" in ada.page(f"/admin/institutions/{row.id}")


# People and roles -----------------------------------------------------------------------------------------------------


def person_id(app, name):
    return kept(app, select(Person).where(Person.email == f"{name}@paso.example"))[0].id


def test_people_are_found_over_all_institutions(ada):
    page = ada.page("/admin/people?text=solis")
    assert "Ximena Solís Brenes" in page and "Nayeli" not in page
    page = ada.page("/admin/people?role=coordinator")
    assert "Coralia" in page and "Carlos" in page and "Beto" not in page
    assert "Nobody was found" in ada.page("/admin/people?text=nadie")
    assert "/coordinate/people/new" in page


@pytest.mark.parametrize(
    "query",
    [
        "institution=nonsense",
        "institution=00000000-0000-7000-8000-000000000000",
        "role=king",
        "page=-1",
        "page=9999999",
    ],
)
def test_a_mangled_search_is_a_wider_one(ada, query):
    assert "Ximena" in ada.page(f"/admin/people?{query}")


def test_a_role_given_opens_its_door_at_once_and_closes_when_taken_back(app, ada, signed_in):
    beto, chosen = person_id(app, "beto"), signed_in("beto")
    assert chosen.get("/admin/").status_code == 403
    ada.page(f"/admin/people/{beto}")
    ada.submit("/roles$", role="administrator", institution="", course="")
    assert chosen.get("/admin/").status_code == 200
    grant = kept(app, select(RoleGrant).where(RoleGrant.person_id == beto, RoleGrant.role == "administrator"))[0]
    ada.page(f"/admin/people/{beto}")
    asked = ada.submit(f"{grant.id}/revoke")
    assert "Take this role back?" in asked.get_data(as_text=True)
    assert chosen.get("/admin/").status_code == 200  # only asked so far
    ada.here = f"/admin/people/{beto}/roles/{grant.id}/revoke"
    ada.submit("^$")
    assert chosen.get("/admin/").status_code == 403
    log = ada.page("/admin/audit?text=beto@paso.example")
    assert "Role given" in log and "Role taken back" in log and "Norberto Güiral Peña" in log


def test_a_coordinators_role_is_shown_with_its_institution(app, ada):
    tomas = person_id(app, "tomas")
    post = kept(app, select(Institution).where(Institution.path == "/pa/senafront/guayacan/"))[0]
    ada.page(f"/admin/people/{tomas}")
    page = ada.submit("/roles$", role="coordinator", institution=str(post.id), course="").get_data(as_text=True)
    assert "Coordinator of an institution" in page and "Puesto Paso del Guayacán" in page
    assert "Humane Border" in page  # the course he trains


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("", "Choose a role."),
        ("coordinator", "Choose the institution that this person coordinates."),
        ("trainer", "Choose the course that this person trains."),
    ],
)
def test_what_a_role_lacks_is_asked_for(app, ada, role, words):
    ada.page(f"/admin/people/{person_id(app, 'beto')}")
    response = ada.submit("/roles$", role=role, institution="", course="")
    assert response.status_code == 422 and words in response.get_data(as_text=True)


def test_the_last_administrator_cannot_step_down(app, ada):
    me = person_id(app, "ada")
    grant = kept(app, select(RoleGrant).where(RoleGrant.person_id == me))[0]
    ada.page(f"/admin/people/{me}")
    page = ada.submit("revoke", confirmed="yes").get_data(as_text=True)
    assert "This is the last person who can sign in and administer the platform." in page
    assert kept(app, select(RoleGrant).where(RoleGrant.id == grant.id))


def test_whoever_takes_their_own_role_back_is_led_out(app, ada):
    ada.page(f"/admin/people/{person_id(app, 'oscar')}")
    ada.submit("/roles$", role="administrator", institution="", course="")
    ada.page(f"/admin/people/{person_id(app, 'ada')}")
    response = ada.submit("revoke", follow=False, confirmed="yes")
    assert (response.status_code, response.location) == (303, "/")
    assert ada.get("/admin/").status_code == 403


def test_somebody_who_does_not_exist_is_not_found(ada):
    nobody = uuid.uuid4()
    for address in (
        f"/admin/people/{nobody}",
        f"/admin/institutions/{nobody}",
        "/admin/certificates/7KQ4-M2XD-9TFR-AF",
    ):
        assert ada.get(address).status_code == 404


# Certificates ---------------------------------------------------------------------------------------------------------


def test_a_certificate_is_found_by_its_code_however_typed(ada, code):
    page = ada.get("/admin/certificates", query_string={"code": code.lower()}, follow_redirects=True)
    told = page.get_data(as_text=True)
    assert "Nayeli Ábrego Quintero" in told and "Valid" in told and code in told


def test_a_code_that_leads_nowhere_says_why(ada, code):
    assert "No certificate has this code" in ada.page("/admin/certificates?code=7KQ4-M2XD-9TFR-AF")
    slip = ("2" if code[0] != "2" else "3") + code[1:]
    assert f"/admin/certificates?code={code}" in ada.page(f"/admin/certificates?code={slip}")


def test_a_coordinator_asks_an_administrator_decides_and_then_everyone_is_told(app, ada, signed_in, browser, code):
    coralia = signed_in("coralia")
    who = person_id(app, "nayeli")
    coralia.page(f"/coordinate/people/{who}")
    coralia.page(f"/coordinate/people/{who}/certificates/{code}/revoke")
    assert coralia.submit("revoke", reason="  ").status_code == 422
    page = coralia.submit("revoke", reason="Issued to the wrong person.").get_data(as_text=True)
    assert "sigue vigente" in page
    assert "es válido" in browser.page(f"/verify/{code}")

    listed = ada.page("/admin/certificates")
    assert "Coralia" in listed and "Issued to the wrong person." in listed
    ada.page(f"/admin/certificates/{code}")
    assert "This cannot be undone" in ada.submit("confirm").get_data(as_text=True)
    ada.here = f"/admin/certificates/{code}/revoke/confirm"
    page = ada.submit("^$").get_data(as_text=True)
    assert "The certificate is revoked." in page and "Issued to the wrong person." in page
    assert "Ask to revoke" not in page
    answer = browser.page(f"/verify/{code}")
    assert "fue revocado" in answer and "wrong person" not in answer
    [row] = kept(app, select(Certificate).where(Certificate.serial == code))
    assert (row.revoked_by, row.revocation_asked_by) == (person_id(app, "ada"), person_id(app, "coralia"))


def test_an_administrator_who_asks_cannot_decide_and_may_take_it_back(ada, browser, code):
    ada.page(f"/admin/certificates/{code}")
    assert ada.submit("revoke", reason="  ").status_code == 422
    page = ada.submit("revoke$", reason="Issued to the wrong person.").get_data(as_text=True)
    assert "another administrator decides" in page and "/revoke/confirm" not in page
    assert "stays as it is" in ada.submit("decline").get_data(as_text=True)
    assert "es válido" in browser.page(f"/verify/{code}")


def test_a_certificate_of_another_person_cannot_be_asked_about_under_this_one(app, signed_in, code):
    coralia = signed_in("coralia")
    assert coralia.get(f"/coordinate/people/{person_id(app, 'tomas')}/certificates/{code}/revoke").status_code == 404
    carlos = signed_in("carlos")
    address = f"/coordinate/people/{person_id(app, 'nayeli')}/certificates/{code}/revoke"
    assert carlos.get(address).status_code in (403, 404)


# The log --------------------------------------------------------------------------------------------------------------


def test_the_log_is_filtered_by_deed_by_person_and_by_day(app, ada, clock, code):
    assert "Certificate issued" in ada.page("/admin/audit?action=certificate.issue")
    only = ada.page("/admin/audit?action=certificate.issue").split("<tbody>")[1]
    assert "Officer enrolled" not in only
    assert code in ada.page(f"/admin/audit?text={code}").split("<tbody>")[1]
    assert "Nayeli" in ada.page("/admin/audit?text=abrego").split("<tbody>")[1]
    assert "No entry fits" in ada.page("/admin/audit?first=2026-11-24")
    assert "No entry fits" in ada.page("/admin/audit?last=2026-11-22")
    assert "Certificate issued" in ada.page("/admin/audit?first=2026-11-23&last=2026-11-23").split("<tbody>")[1]


def test_a_day_of_the_log_is_the_readers_day(app, ada, clock):
    clock.at = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)  # still the 23rd in Panama

    def rename(cast):
        with cast.office.transaction():
            cast.office.session.get_one(Person, cast.people["beto"].id).rank = "Sargento"
            certifying.audit.note(cast.office, cast.actor("ada"), "night.deed", "x")

    done(app, rename)
    assert "night.deed" in ada.page("/admin/audit?first=2026-11-23&last=2026-11-23").split("<tbody>")[1]
    assert "No entry fits" in ada.page("/admin/audit?first=2026-11-24")


@pytest.mark.parametrize(
    "query", ["first=yesterday", "last=9999-12-31", "first=0001-01-01", "page=x", "action=%25", "text=%25_"]
)
def test_a_mangled_filter_does_not_break_the_log(ada, query):
    ada.page(f"/admin/audit?{query}")


def test_the_log_is_read_page_by_page(app, ada):
    def much(cast):
        with cast.office.transaction():
            for number in range(120):
                certifying.audit.note(cast.office, None, "many.things", f"thing-{number:03}")

    done(app, much)
    pages = [ada.page(f"/admin/audit?action=many.things&page={number}") for number in (1, 2, 3)]
    seen = [page.count("many.things</td>") for page in pages]
    assert seen == [50, 50, 20]
    assert 'rel="next"' in pages[0] and 'rel="prev"' not in pages[0] and 'rel="next"' not in pages[2]
    assert "action=many.things" in pages[1].split('rel="next"')[1][:120]


# Messages -------------------------------------------------------------------------------------------------------------


def test_messages_show_what_became_of_them_and_never_their_text(app, ada):
    done(app, queue, "failed")
    done(app, lambda cast: queue(cast, "gone", attempts=notices.MOST_ATTEMPTS, error="550 no such mailbox"))
    done(app, lambda cast: queue(cast, "sent", sent_at=cast.clock()))
    page = ada.page("/admin/notices")
    assert page.count(">Your invitation</h2>") == 3 and "550 no such mailbox" in page
    assert "SECRET" not in page and "accept" not in page
    assert ada.page("/admin/notices?state=failed").count(">Your invitation</h2>") == 1
    assert ada.page("/admin/notices?state=sent").count(">Your invitation</h2>") == 1


def test_a_message_given_up_is_tried_again(app, ada, clock):
    notice = done(app, lambda cast: queue(cast, "gone", attempts=notices.MOST_ATTEMPTS, error="550 no such mailbox"))
    ada.page("/admin/notices?state=failed")
    page = ada.submit(f"{notice}/retry").get_data(as_text=True)
    assert "tried again within a minute" in page
    [row] = kept(app, select(Notice).where(Notice.id == notice))
    assert (row.attempts, row.run_at, row.lease_until) == (0, clock(), None)


def test_a_message_that_went_out_meanwhile_is_not_sent_twice(app, ada):
    notice = done(app, lambda cast: queue(cast, "gone", attempts=notices.MOST_ATTEMPTS, error="550"))
    ada.page("/admin/notices?state=failed")

    def send(cast):
        with cast.office.transaction():
            cast.office.session.get_one(Notice, notice).sent_at = cast.clock()

    done(app, send)
    assert "was sent, or is being sent" in ada.submit(f"{notice}/retry").get_data(as_text=True)
    [row] = kept(app, select(Notice).where(Notice.id == notice))
    assert row.attempts == notices.MOST_ATTEMPTS
