"""Programs read what is their institution's, with a key, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from app.records.audit import AuditEntry
from app.records.cohorts import Cohort
from app.records.database import db
from app.records.machines import ApiKey
from app.records.people import Person, RoleGrant
from app.rules.errors import NotFound, Refused
from app.services import machines
from tests.story import complete


@pytest.fixture
def key(app):
    """``key("coralia")``: the token of a key that she issued for her own service."""

    def make(name: str, path: str = "", days: int = 90) -> str:
        with app.app_context():
            cast = app.cast
            cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
            actor = cast.actor(name)
            place = cast.institutions[path].id if path else actor.institution_id
            _row, token = machines.issue(cast.office, actor, place, "personal", days)
            db.session.remove()
        return token

    return make


def ask(app, path: str, token: str = "", **headers: str):
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client().get(f"/api/v1{path}", headers={**bearer, **headers})


def within(app, work: Any) -> Any:
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        found = work(cast)
        db.session.remove()
    return found


def test_a_program_reads_the_roster_of_its_institution_as_the_page_shows_it(app, key):
    within(app, lambda cast: complete(cast, "nayeli"))
    said = ask(app, "/roster", key("coralia")).get_json()
    assert {row["name"] for row in said["rows"]} == {"Nayeli Ábrego Quintero", "Norberto Güiral Peña"}
    assert {row["status"] for row in said["rows"]} == {"completed", "not-started"}
    done = ask(app, "/roster?status=completed", key("coralia")).get_json()
    assert [row["name"] for row in done["rows"]] == ["Nayeli Ábrego Quintero"]
    figures = ask(app, "/figures", key("coralia")).get_json()
    assert (figures["enrolled"], figures["completed"], figures["certificates"]["valid"]) == (2, 1, 1)


def test_what_is_anothers_is_not_found(app, key):
    code = within(app, lambda cast: complete(cast, "ximena") or cast.office.session.scalars(_serial()).one())
    token = key("coralia")
    theirs = app.cast.institutions["/cr/ppme/"].id
    for address in (f"/certificates/{code}", f"/roster?institution={theirs}", f"/figures?institution={theirs}"):
        assert ask(app, address, token).status_code == 404, address
        assert ask(app, address, key("carlos")).status_code == 200, address
    assert "Policía" not in ask(app, "/institutions", token).get_data(as_text=True)


def _serial():
    from app.records.certificates import Certificate

    return select(Certificate.serial)


def test_a_key_for_a_post_reads_that_post_only(app, key):
    said = ask(app, "/roster", key("coralia", "/pa/senafront/cativo/")).get_json()
    assert [row["name"] for row in said["rows"]] == ["Norberto Güiral Peña"]


def test_nobody_gives_a_key_for_what_is_not_theirs(app):
    def work(cast):
        with pytest.raises(NotFound):
            machines.issue(cast.office, cast.actor("coralia"), cast.institutions["/cr/ppme/"].id, "x", 90)
        for name, days in (("", 90), ("x" * 81, 90), ("x", 4000)):
            with pytest.raises(Refused):
                machines.issue(cast.office, cast.actor("coralia"), cast.institutions["/pa/senafront/"].id, name, days)

    within(app, work)


@pytest.mark.parametrize("token", ["", "paso_", "paso_" + "x" * 43, "x", "ñ"])
def test_without_a_key_a_program_is_told_how_to_bring_one(app, token):
    response = app.test_client().get(
        "/api/v1/roster", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    )
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_sign_in_opens_no_address_for_programs_and_a_key_no_page(app, key, signed_in):
    assert signed_in("coralia").get("/api/v1/roster").status_code == 401
    page = app.test_client().get("/coordinate/roster", headers={"Authorization": f"Bearer {key('coralia')}"})
    assert page.status_code == 302


def test_a_key_ends_on_its_day_and_when_it_is_ended(app, key, clock):
    token, other = key("coralia", days=30), key("coralia")
    clock.pass_by(days=30)
    assert ask(app, "/me", token).status_code == 401
    assert ask(app, "/me", other).status_code == 200

    def end(cast):
        row = cast.office.session.scalars(select(ApiKey).order_by(ApiKey.expires_at.desc())).first()
        with pytest.raises(NotFound):
            machines.end(cast.office, cast.actor("carlos"), row.id)
        machines.end(cast.office, cast.actor("coralia"), row.id)

    within(app, end)
    assert ask(app, "/me", other).status_code == 401


@pytest.mark.parametrize("how", ["role", "account"])
def test_a_key_ends_with_the_role_or_the_account_of_whoever_issued_it(app, key, how):
    token = key("coralia")

    def leave(cast):
        person = cast.people["coralia"].id
        with cast.office.transaction():
            if how == "role":
                cast.office.session.execute(RoleGrant.__table__.delete().where(RoleGrant.person_id == person))
            else:
                cast.office.session.execute(update(Person).where(Person.id == person).values(active=False))

    within(app, leave)
    assert ask(app, "/me", token).status_code == 401


def test_what_a_program_read_is_in_the_log_without_the_name_it_looked_for(app, key):
    ask(app, "/roster?name=Nayeli&status=active", key("coralia"))
    entry = within(
        app, lambda cast: cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "key.read")).one()
    )
    assert entry.detail == {"key": "personal", "read": "roster", "filter": {"name": "…", "status": "active"}}


def test_a_program_that_reads_without_end_is_asked_to_wait(app, key, monkeypatch):
    monkeypatch.setattr(machines, "MOST_READS", 3)
    token = key("coralia")
    assert [ask(app, "/courses", token).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(ask(app, "/courses", token).headers["Retry-After"]) > 0


def test_every_address_for_programs_is_described_and_only_reads(app):
    said = ask(app, "/openapi.json").get_json()
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    addresses = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)).removeprefix("/api/v1") for rule in rules}
    assert set(said["paths"]) == addresses
    assert all(rule.methods <= {"GET", "HEAD", "OPTIONS"} for rule in rules)
    assert all(one["get"]["summary"] for one in said["paths"].values())
    assert said["servers"][0]["url"].endswith("/api/v1")


def test_cohorts_and_institutions_are_listed(app, key):
    cohorts = ask(app, "/cohorts", key("coralia")).get_json()
    named = within(app, lambda cast: cast.office.session.scalars(select(Cohort.name)).one())
    assert [one["name"] for one in cohorts["items"]] == [named]
    places = ask(app, "/institutions", key("coralia")).get_json()
    assert next(one["name"] for one in places["items"]) == "Servicio Nacional de Fronteras"
    assert places["items"][0]["parent"] is None and places["count"] == 3


# In the browser -------------------------------------------------------------------------------------------------------


def test_a_coordinator_makes_a_key_sees_it_once_and_ends_it(app, signed_in):
    coralia = signed_in("coralia")
    place = app.cast.institutions["/pa/senafront/"].id
    coralia.page("/coordinate/keys")
    page = coralia.submit("/keys", name="Sistema de personal", institution=str(place), days="90").get_data(as_text=True)
    token = re.search(r"paso_[\w-]{43}", page)[0]
    assert ask(app, "/me", token).get_json()["name"] == "Sistema de personal"
    assert token not in coralia.page("/coordinate/keys")
    asked = coralia.submit("/end").get_data(as_text=True)
    assert "¿Terminar esta clave?" in asked
    coralia.page("/coordinate/keys")
    coralia.submit("/end", confirmed="yes")
    assert ask(app, "/me", token).status_code == 401


def test_a_key_without_a_purpose_is_not_made(signed_in):
    coralia = signed_in("coralia")
    coralia.page("/coordinate/keys")
    assert coralia.submit("/keys", name="").status_code == 422


def test_whatever_stands_in_an_address_is_not_in_the_log_for_good(app, key):
    ask(app, "/roster?email=nayeli@paso.example&status=nayeli&course=Nayeli", key("coralia"))
    ask(app, "/courses?name=Nayeli&person=Nayeli", key("coralia"))
    entries = within(
        app, lambda cast: cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "key.read")).all()
    )
    assert "ayeli" not in str([entry.detail for entry in entries])
