"""Every route × every role × own and another's: answers as rules/permissions.py says, and nothing else.

The test is generated from the routes themselves: a new route is in it the moment it exists.
"""

import os
import uuid

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.records.audit import Notice
from app.records.cohorts import Cohort
from app.records.database import db
from app.records.learning import Enrolment
from app.records.people import RoleGrant
from app.records.telling import OfficerMessage
from app.rules.permissions import PERMISSIONS, Scope, may_enter
from app.services import (
    accommodations,
    appeals,
    certifying,
    imports,
    machines,
    notices,
    papercopies,
    practicedays,
    sharing,
)
from app.services.cohorts import announcing, deadlines, guests, joining
from app.services.cohorts.announcing import Text
from app.services.publishing import holding, uploads
from app.services.rosters import RosterQuery
from app.web.kit.guards import Door, Undeclared, lock, permission_of
from tests import sample
from tests.cast import Cast, publish
from tests.days import day_plan
from tests.services.test_sharing import WISH
from tests.story import complete, finish_lessons, play, sit
from tests.web import matrix

ROLES = ("visitor", "nayeli", "tomas", "coralia", "ada", "oscar", "ximena", "carlos", "tina")
MACHINES = {"machine of coralia": "own", "machine of carlos": "other"}
"""programs, by the values among which their key is"""
AT_HOME = {"nayeli", "tomas", "coralia", "machine of coralia"}
"""whose own things the "own" values are"""


def furnish(cast: Cast) -> dict[str, dict[str, object]]:
    """Give both countries something of everything that an address can name. Returns values by whose they are."""
    office = cast.office
    complete(cast, "nayeli")
    complete(cast, "ximena")
    with office.transaction():
        publish(cast, sample.course(id="elsewhere"))
        theirs = Cohort(
            course_id="elsewhere",
            institution_id=cast.institutions["/cr/ppme/"].id,
            name="CR",
            starts_on=office.now().date(),
            ends_on=office.now().date(),
            created_at=office.now(),
        )
        office.session.add(theirs)
        grant = RoleGrant(
            person_id=cast.people["tina"].id, role="trainer", course_id="elsewhere", granted_at=office.now()
        )
        office.session.add(grant)
        notices.queue(office, cast.people["beto"], "k", "s", "b")
        office.session.flush()
        notice = office.session.query(Notice).filter_by(dedup_key="k").one()
        bank, files = (
            holding.hold(office, cast.actor("tomas"), "humane-border", purpose, "x.txt", content, {"goal": "quiz:x"})
            for purpose, content in (("questions", b"?"), ("files", uploads.packed([("course.en.md", b"x")])))
        )
    assert cast.cohort is not None
    run = cast.cohort.id
    with office.transaction():
        office.session.get_one(Cohort, run).entry = "self"
        guests.invite(office, cast.actor("coralia"), run, cast.institutions["/pa/senafront/cativo/"].id)
        deadlines.put(office, cast.actor("tomas"), run, {"mission": office.now().date()})
    application = joining.ask(office, cast.actor("tomas"), run)
    news = announcing.write(office, cast.actor("tomas"), run, Text({"es": "Sala"}, {"es": "Ahora en la sala 2."}))
    message = office.session.query(OfficerMessage).one()
    enrolments = {
        name: office.session.query(Enrolment).filter_by(person_id=cast.people[name].id).one()
        for name in ("nayeli", "ximena")
    }
    codes = {name: certifying.mine(office, cast.actor(name))[0].row.serial for name in ("nayeli", "ximena")}
    grant_of_time = accommodations.grant(office, cast.actor("ada"), enrolments["nayeli"].id, 25, None, "x")
    objection = appeals.lodge(office, cast.actor("nayeli"), "humane-border", 1, 0, "x")
    for module in ("mission", "protection"):
        finish_lessons(cast, "beto", module)
        play(cast, "beto", module)
        sit(cast, "beto", module)
    theirs_on_paper = office.session.query(Enrolment).filter_by(person_id=cast.people["beto"].id).one()
    (copy,) = papercopies.print_copies(office, cast.actor("tomas"), [theirs_on_paper.id], "", "letter").copies
    lists = {
        name: imports.send(
            office,
            cast.actor(name),
            imports.Sent("a.csv", b"Name,E-mail\nRosa,r@x.example\n", cast.institutions[path].id),
        ).id
        for name, path in (("coralia", "/pa/senafront/"), ("carlos", "/cr/ppme/"))
    }
    imports.run_due(office)
    assert cast.cohort is not None
    day = practicedays.plan(
        office, cast.actor("tomas"), cast.cohort.id, day_plan(on=office.now().date()), "sign practice"
    )
    shared: dict[str, object] = {
        "module": "mission",
        "name": "one",
        "lesson": "one",
        "guide_module": "first-steps",
        "guide_lesson": "find-your-way",
        "problem_code": "key-unknown",
        "position": 1,
        "stage": "before",
        "number": 1,
        "question": "mission-quiz-1",
        "path": "course.es.md",
        "where": "es",
        "token": "x" * 43,
        "day": day.id,
        "grant_id": grant.id,
        "copy_code": copy.code,
        "batch_id": copy.batch,
        "appeal_id": objection.id,
        "accommodation_id": grant_of_time.id,
        "notice_id": notice.id,
        "application_id": application.id,
        "announcement_id": news.id,
        "message_id": message.id,
        "passkey_id": uuid.uuid4(),
        "bank_id": bank.id,
        "upload_id": files.id,
        "kind": "module",
        "folder": "01-mission",
        "entry_id": sharing.record(office, cast.actor("coralia"), WISH, RosterQuery()),
    }
    own = {
        "course": "humane-border",
        "person_id": cast.people["nayeli"].id,
        "cohort_id": cast.cohort.id,
        "cohort": cast.cohort.id,
        "enrolment_id": enrolments["nayeli"].id,
        "enrolment": enrolments["nayeli"].id,
        "code": codes["nayeli"],
        "import_id": lists["coralia"],
        "institution_id": cast.institutions["/pa/senafront/cativo/"].id,
    }
    other = {
        "course": "elsewhere",
        "person_id": cast.people["ximena"].id,
        "cohort_id": theirs.id,
        "cohort": theirs.id,
        "enrolment_id": enrolments["ximena"].id,
        "enrolment": enrolments["ximena"].id,
        "code": codes["ximena"],
        "import_id": lists["carlos"],
        "institution_id": cast.institutions["/cr/ppme/"].id,
    }
    for values, issuer in ((own, "coralia"), (other, "carlos")):
        actor = cast.actor(issuer)
        row, token = machines.issue(office, actor, actor.institution_id, "personal", 90)
        values["key_id"], values["token of a key"] = row.id, token
    return {"own": {**shared, **own}, "other": {**shared, **other}}


@pytest.fixture
def furnished(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        values = furnish(cast)
        grants = {name: cast.actor(name).grants for name in ROLES if name != "visitor"}
        for name, whose in MACHINES.items():
            found = machines.find(cast.office, str(values[whose]["token of a key"]))
            assert found is not None
            grants[name] = found.actor.grants
        db.session.remove()
    return app, values, grants


def is_anothers(scope: Scope, name: str, whose: str) -> bool:
    """Whether the values *whose* are another's for *name*. Both learners are enrolled in the one course of "own"."""
    if scope is Scope.OWN:
        return whose == "other"
    return scope in (Scope.COURSE, Scope.INSTITUTION) and (whose == "other") == (name in AT_HOME)


OBJECTS = {"course", "person_id", "cohort_id", "cohort", "enrolment_id", "enrolment", "import_id"}
NARROWED = (Scope.OWN, Scope.COURSE, Scope.INSTITUTION)
OBJECTS = {
    "code",
    "key_id",
    "institution_id",
    "course",
    "person_id",
    "cohort_id",
    "cohort",
    "enrolment_id",
    "enrolment",
}


def requests_of(app: Flask, values: dict[str, object]) -> list[tuple[Rule, str, str]]:
    """(rule, method, address) of every route, with every name filled in. A name we know no value for is an error."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=str):
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        found += [(rule, method, address) for method in sorted(rule.methods & {"GET", "POST"})]
    return sorted(found, key=lambda entry: entry[1])  # what changes something comes last


@pytest.mark.parametrize("name", [*ROLES, *MACHINES])
def test_every_route_answers_as_the_table_of_permissions_says(furnished, name):
    app, values, grants = furnished
    browser = app.test_client()
    headers = {}
    if name in MACHINES:
        headers["Authorization"] = f"Bearer {values[MACHINES[name]]['token of a key']}"
    elif name != "visitor":
        browser.sign_in(f"{name}@paso.example")
    wrong = []
    reached: dict[str, dict[str, bool]] = {}
    for whose in ("other", "own"):
        for rule, method, address in requests_of(app, values[whose]):
            of_family = reached.setdefault(matrix.family(str(rule)), {})
            if rule.endpoint in ("account.sign_out", "account.sign_out_others", "account.sign_out_one"):
                continue
            permission = PERMISSIONS[permission_of(app, rule.endpoint)]
            by_key = address.startswith("/api/")
            held = grants.get(name) if by_key == (name in MACHINES) else None  # a key opens no page, a sign-in no API
            response = browser.open(address, method=method, headers=headers)
            status = response.status_code
            if by_key and not may_enter(permission_of(app, rule.endpoint), held):
                expected, fine = "401", status == 401
            elif not may_enter(permission_of(app, rule.endpoint), held):
                expected = "302 to sign in" if held is None else "403"
                fine = (status == 302 and "/account/sign-in" in response.location) if held is None else status == 403
            elif name != "ada" and OBJECTS & rule.arguments and is_anothers(permission.scope, name, whose):
                expected, fine = "404", status == 404
            else:
                expected = "neither 401, 403 nor 5xx"
                fine = status not in (401, 403) and status < 500
                if method == "GET" and whose == "own" and name in AT_HOME and not rule.endpoint.startswith(GONE):
                    expected, fine = "a page", status in (200, 302, 303)
            if not fine:
                wrong.append(f"{name} {method} {address} ({whose}): {status}, expected {expected}")
            mine = "other" if name == "ada" else whose if name in AT_HOME else "plain"  # nothing is another's to her
            kind = mine if OBJECTS & rule.arguments and permission.scope in NARROWED else "plain"
            refused = status in (401, 403, 404) or (status == 302 and "/account/sign-in" in response.location)
            of_family[kind] = of_family.get(kind, False) or not refused
    assert not wrong, "\n" + "\n".join(wrong)
    if name in matrix.COLUMNS:
        column = {key: matrix.cell(found) for key, found in reached.items()}
        if os.environ.get("PASO_MATRIX") == "write":
            matrix.write(name, column)
        assert column == {key: cells[name] for key, cells in matrix.read().items()}, "see tests/web/matrix.py"


GONE = (
    "learner.certificate",
    "learner.exercise",
    "account.accept",
    "account.reset",
    "account.provider",
    "learner.media",
    "trainer.preview",
    "trainer.booklet",
    "trainer.edit",
    "trainer.history",
    "trainer.graph",
    "trainer.bank_gift",
)
"""addresses whose sample value names nothing of theirs: no such link was sent, no sign-in service is set, the sample course
has no media, no integrated exercise and no source, and a certificate is its holder's (test_learner says whose)"""


def test_a_route_that_does_not_say_who_may_use_it_stops_the_application():
    door = Door("door", __name__)
    with pytest.raises(Undeclared):
        door.get("/open")(lambda: "open")
    with pytest.raises(Undeclared):
        door.get("/open", may="fly")(lambda: "open")
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/behind-the-doors", "back", lambda: "open")
    with pytest.raises(Undeclared, match="/behind-the-doors"):
        lock(app, lambda: None)


def test_no_address_takes_an_id_that_is_not_a_uuid(signed_in):
    browser = signed_in("coralia")
    for address in ("/coordinate/people/1", "/coordinate/cohorts/../people", f"/coordinate/people/{uuid.uuid4()}"):
        assert browser.get(address).status_code == 404


def test_every_permission_opens_some_door(app):
    assert {permission_of(app, rule.endpoint) for rule in app.url_map.iter_rules()} == set(PERMISSIONS)


def test_a_failed_sitting_stays_readable(app, signed_in):
    with app.app_context():
        cast = app.cast
        cast.office = type(cast.office)(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        finish_lessons(cast, "nayeli", "mission")
        sit(cast, "nayeli", "mission", wrong=4)
        db.session.remove()
    assert "No aprobado" in signed_in("nayeli").page("/learn/humane-border/mission/quiz/result/1")
