"""The protocol between devices and the server, as a model that drops, doubles, delays and crashes; and what is saved."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import hashlib
import itertools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.factory import create_app
from app.records.database import db
from app.records.exams import Attempt
from app.records.learning import Enrolment, LearningEvent
from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import Refused
from app.services import exams, learning, offline, rescue
from app.services.office import Office, Settings, fold_name
from app.web.learner import copies
from tests import sample
from tests.cast import HASHER, Clock, assemble, office_for, publish
from tests.conftest import config_for
from tests.web.client import Browser

ROOT = "/learn/humane-border"
DEVICES = st.sampled_from((0, 1))
CHECKS = ("mission-check-1", "mission-check-2")


class Device:
    """What app/static/offline/outbox.js does, in a few lines: write down, send in order, let go of what was named."""

    def __init__(self, skew: int) -> None:
        self.skew = dt.timedelta(minutes=skew)
        self.outbox: list[dict[str, Any]] = []
        self.problems: dict[str, str] = {}
        self.quiz = ""

    def batch(self, now: dt.datetime) -> dict[str, Any]:
        return copy.deepcopy({"device": "d", "sent_at": (now + self.skew).isoformat(), "events": self.outbox[:3]})

    def take(self, told: dict[str, Any]) -> None:
        for one in told["results"]:
            if any(event["id"] == one["id"] for event in self.outbox):
                self.outbox = [event for event in self.outbox if event["id"] != one["id"]]
                if one["status"] == "rejected":
                    self.problems[one["id"]] = one["code"]


class Protocol(RuleBasedStateMachine):
    """Two devices of one officer, a clock each, a server that publishes meanwhile, and a line that does what it likes."""

    app: Flask

    @initialize(skews=st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)))
    def begin(self, skews: tuple[int, int]) -> None:
        self.devices = [Device(skew) for skew in skews]
        self.made: dict[str, dt.datetime] = {}
        self.late: list[dict[str, Any]] = []
        self.delayed: set[str] = set()
        self.held: set[str] = set()
        self.told_applied: set[str] = set()
        with self.app.app_context():
            cast = self.cast()
            office = cast.office
            name = f"o{uuid.uuid4().hex}"
            with office.transaction():
                post = office.session.query(Institution).filter_by(path="/pa/senafront/guayacan/").one()
                hashed = office.session.get_one(Person, cast.people["nayeli"].id).password_hash
                person = Person(
                    institution_id=post.id,
                    email=cast.email(name),
                    name=name,
                    sort_name=fold_name(name),
                    password_hash=hashed,
                    created_at=office.now(),
                )
                office.session.add(person)
                office.session.flush()
                office.session.add(RoleGrant(person_id=person.id, role="learner", granted_at=office.now()))
                learning.enrol(office, None, person, cast.course.id)
            self.person = person.id
            self.key = offline.owner_key(person.id)
            db.session.remove()
        self.browser: Browser = self.app.test_client()  # type: ignore[assignment]
        entered = self.browser.post(
            "/account/sign-in",
            data={"email": cast.email(name), "password": PASSWORD},
            environ_overrides={"REMOTE_ADDR": name[:20]},  # tries are counted by address
        )
        assert entered.status_code == 303

    def cast(self) -> Any:
        cast = self.app.cast  # type: ignore[attr-defined]
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        return cast

    @property
    def clock(self) -> Any:
        return self.app.cast.clock  # type: ignore[attr-defined]

    def post(self, batch: dict[str, Any]) -> dict[str, Any]:
        """The server answers; what it says it did is remembered as what the server said."""
        response = self.browser.post("/learn/sync", json=batch, headers={"Accept": "application/json"})
        assert response.status_code == 200, response.get_data(as_text=True)
        told: dict[str, Any] = response.get_json()
        for one in told["results"]:
            if one["status"] == "applied":
                assert one["id"] not in self.told_applied, "applied twice"
                self.told_applied.add(one["id"])
            assert (one["status"] == "duplicate") == (one["id"] in self.held)
        self.held |= {one["id"] for one in told["results"] if one["status"] == "applied"}
        return told

    @rule(device=DEVICES, check=st.sampled_from((*CHECKS, "gone")), right=st.booleans(), gap=st.integers(0, 90))
    def answer(self, device: int, check: str, right: bool, gap: int) -> None:
        fields = {"fields": {"a": ["right" if right else "bus"]}, "edition": ""}
        self.press(device, "check.answered", check, fields, gap)

    @rule(device=DEVICES, lesson=st.sampled_from(("one", "two")))
    def finish(self, device: int, lesson: str) -> None:
        self.press(device, "lesson.done", lesson, {}, 1)

    @rule(device=DEVICES)
    def save(self, device: int) -> None:
        """Save the module: its quiz is drawn, or the same draw once more."""
        with self.app.app_context():
            cast = self.cast()
            row = cast.office.session.query(Enrolment).filter_by(person_id=self.person).one()
            paper = exams.reserve(cast.office, learning.study_of(cast.office, row), "mission").paper
            self.devices[device].quiz = str(paper.id) if paper else ""
            db.session.remove()

    @rule(device=DEVICES, gap=st.integers(0, 90_000))
    def hand_in(self, device: int, gap: int) -> None:
        if self.devices[device].quiz:
            begun = {"fields": {"a1": ["1"], "a2": ["2"]}, "begun": self.clock().isoformat()}
            self.press(device, "quiz.taken", self.devices[device].quiz, begun, gap)

    @rule(device=DEVICES, choices=st.sampled_from(((0,), (1, 0), (1, 1))))
    def play(self, device: int, choices: tuple[int, ...]) -> None:
        run = str(uuid.uuid4())
        for scene, choice in zip(("landing", "refused"), choices, strict=False):
            self.press(device, "scene.chosen", "mission-shift", {"run": run, "scene": scene, "choice": choice}, 1)

    def press(self, device: int, kind: str, item: str, payload: dict[str, Any], gap: int) -> None:
        self.clock.pass_by(seconds=gap)
        one = self.devices[device]
        event = {
            "id": str(uuid.uuid4()),
            "at": (self.clock() + one.skew).isoformat(),
            "user": self.key,
            "course": "humane-border",
            "kind": kind,
            "module": "mission",
            "item": item,
            "payload": payload,
        }
        self.made[event["id"]] = self.clock()
        one.outbox.append(event)

    @rule(device=DEVICES, line=st.sampled_from("good dropped lost part twice late gone-away".split()))
    def send(self, device: int, line: str) -> None:
        one = self.devices[device]
        batch = one.batch(self.clock())
        if line == "dropped":  # never arrives
            return
        if line == "late":  # arrives some time, long after the device has given up on it and sent anew
            self.late.append(batch)
            self.delayed |= {event["id"] for event in batch["events"]}
            return
        if line == "part":
            batch["events"] = batch["events"][:1]
        told = self.post(batch)
        if line == "twice":  # a proxy sends it again
            told = self.post(batch)
        if line not in ("lost", "gone-away"):  # recorded, and the answer lost; or the device crashed before it let go
            one.take(told)

    @rule()
    def arrive_late(self) -> None:
        if self.late:
            self.post(self.late.pop(0))

    @rule(device=DEVICES)
    def foreign(self, device: int) -> None:
        batch = self.devices[device].batch(self.clock())
        for event in batch["events"]:
            event["user"] = "f" * 24
        told = self.post(batch)
        assert told["results"] == [], "another's events are not named, so that they stay for their owner"

    @rule(without=st.sampled_from(CHECKS))
    def publish(self, without: str) -> None:
        """A new edition in which one self-check is gone; the officer is moved to it."""
        with self.app.app_context():
            cast = self.cast()
            course = cast.course
            lessons = [
                msgspec.structs.replace(lesson, questions=tuple(q for q in lesson.questions if q != without))
                for lesson in course.modules[0].lessons
            ]
            first = msgspec.structs.replace(course.modules[0], lessons=tuple(lessons))
            course = msgspec.structs.replace(course, modules=(first, *course.modules[1:]))
            with cast.office.transaction():
                edition = publish(cast, course)
                row = cast.office.session.query(Enrolment).filter_by(person_id=self.person).one()
                row.edition_id = edition.id
            db.session.remove()

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "person"):
            return
        with self.app.app_context():
            sent = LearningEvent.kind != "attempt.closed"  # which the server makes of a quiz
            rows = db.session().query(LearningEvent).filter_by(person_id=self.person).where(sent).all()
            found = [str(row.id) for row in rows]
            assert len(found) == len(set(found)) and set(found) == self.held
            waiting = {event["id"] for one in self.devices for event in one.outbox}
            refused = {name for one in self.devices for name in one.problems}
            assert set(self.made) == waiting | refused | self.held
            for row in rows:
                pressed = self.made[str(row.id)]
                assert pressed <= row.at <= row.received_at, "not before it was done, not in the future"
                if str(row.id) not in self.delayed:
                    assert row.at == pressed, "the wrong clock of a device is put right"
            db.session.remove()

    def teardown(self) -> None:
        if not hasattr(self, "person"):
            return
        while self.late:
            self.arrive_late()
        for one in self.devices:
            while one.outbox:
                one.take(self.post(one.batch(self.clock())))
        self.nothing_is_lost_or_doubled()
        with self.app.app_context():
            cast = self.cast()
            row = cast.office.session.query(Enrolment).filter_by(person_id=self.person).one()
            kept = learning.study_of(cast.office, row).progress
            assert learning.refold(cast.office, row) == kept, "progress is the fold of what was recorded"
            closed = db.session().query(Attempt).filter_by(enrolment_id=row.id).all()
            assert all(one.closed_at for one in closed) and len(closed) <= 3, "no more attempts than are granted"
            hours = sorted(one.closed_at for one in closed)
            assert all(b - a >= dt.timedelta(hours=12) for a, b in itertools.pairwise(hours))
            assert kept.counted == len(self.held) + len(closed), "an attempt is an event of the server's own"
            db.session.remove()


PASSWORD = "cuatro palabras bien distintas"


@pytest.fixture
def app_on_both(any_url: str, clock: Clock) -> Iterator[Flask]:
    """The whole application, once on SQLite and once on PostgreSQL, with the cast in it."""
    app = create_app(config_for(any_url), hasher=HASHER, clock=clock)
    app.testing = True
    app.test_client_class = Browser
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        app.cast = assemble(office_for(db.session(), clock, public_url="http://localhost"), clock)  # type: ignore[attr-defined]
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def test_whatever_the_line_does_each_event_counts_once_and_none_is_lost(app_on_both: Flask) -> None:
    machine = type("OfThisApplication", (Protocol,), {"app": app_on_both})
    examples = 50 if app_on_both.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite") else 25
    health = list(HealthCheck)
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=health),
    )


def test_a_batch_that_is_too_large_is_refused_whole_and_a_smaller_one_taken(app_on_both: Flask) -> None:
    """What the device answers with halves (app/static/offline/outbox.js)."""
    browser: Browser = app_on_both.test_client()  # type: ignore[assignment]
    browser.sign_in("nayeli@paso.example")
    user = browser.get("/learn/session.json").get_json()["user"]
    events = [
        {
            "id": str(uuid.uuid4()),
            "user": user,
            "course": "humane-border",
            "kind": "check.answered",
            "module": "mission",
            "item": "mission-check-1",
            "payload": {"fields": {"a": ["bus"], "padding": ["x" * 40_000]}, "edition": ""},
        }
        for _n in range(30)
    ]

    def send(batch: list[dict[str, Any]]) -> Any:
        return browser.post("/learn/sync", json={"events": batch}, headers={"Accept": "application/json"})

    assert send(events).status_code == 413
    told = [one for half in (events[:15], events[15:]) for one in send(half).get_json()["results"]]
    assert [one["status"] for one in told] == ["applied"] * 30
    assert send([{"user": user}] * 51).status_code == 422, "no device of ours sends more than fifty"


# What a saved module consists of ------------------------------------------------------------------------------------------


def saved(browser: Browser, module: str = "mission") -> dict[str, Any]:
    told: dict[str, Any] = browser.get(f"{ROOT}/{module}/offline.json").get_json()
    return told


def test_a_saved_module_lists_its_parts_and_each_is_what_its_digest_says(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    browser = signed_in("nayeli")
    told = saved(browser)
    addresses = [item["address"] for item in told["items"]]
    assert addresses[:6] == [f"{ROOT}/mission/{n}" for n in ("", "one", "two", "scenario", "quiz/offline", "quiz")]
    assert told["total"] == sum(item["size"] for item in told["items"])
    for item in told["items"]:
        body = browser.get(item["copy"]).data
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (item["digest"], item["size"])
        if "/static/" in item["address"]:
            continue
        page = body.decode()
        assert "Nayeli" not in page and "Ábrego" not in page and "csrf_token" not in page
        asked = set(re.findall(r"(?:mission|protection)-(?:quiz|exam)-\d", page))
        if item["address"].endswith(("/quiz", "/quiz/offline")):
            assert asked <= {f"mission-quiz-{n}" for n in range(1, 9)}, "never the exam, nor another module"
        else:
            assert not asked


def test_the_quiz_in_a_saved_module_is_one_draw_without_any_key(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    browser = signed_in("nayeli")
    told = saved(browser)
    page = browser.page(f"{ROOT}/mission/copy/quiz")
    assert len(re.findall("<fieldset", page)) == 4, "what an attempt draws, not the bank"
    for secret in ("Nadie tiene que", "la autoridad decide", "Correct", "critical", "crítica", "sealed"):
        assert secret not in page.partition('id="saved-quiz"')[2].partition("</form>")[0]
    names = set(re.findall(r'(?:value|name|id)="([^"]+)"', page))
    assert not names & {"right", "proof", "bus", "see", "hear", "link", "trata", "trafico"}, (
        "places, not an author's ids"
    )
    assert saved(browser) == told, "the same draw until it is handed in"
    assert browser.page(f"{ROOT}/mission/quiz/offline") == page
    other = signed_in("beto")
    assert other.page(f"{ROOT}/mission/copy/quiz") != page, "each officer has a draw of their own"


def test_a_course_that_does_not_allow_it_keeps_its_quizzes_online(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        with cast.office.transaction():
            edition = publish(cast, msgspec.structs.replace(cast.course, offline_quizzes=False))
            for row in db.session().query(Enrolment):
                row.edition_id = edition.id
        db.session.remove()
    browser = signed_in("nayeli")
    assert not [
        item for item in saved(browser)["items"] if "quiz" in item["address"] and "/static/" not in item["address"]
    ]
    for path in ("copy/quiz", "quiz/offline"):
        assert browser.get(f"{ROOT}/mission/{path}").status_code == 404
    page = browser.page(f"{ROOT}/mission/")
    assert "Los cuestionarios y el examen necesitan conexión" in page


def test_progress_changes_no_copy_so_that_only_new_text_is_fetched(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    browser = signed_in("nayeli")
    before = saved(browser)
    browser.page(f"{ROOT}/mission/one")
    browser.submit("/one", check="mission-check-1", a="bus")
    after = saved(browser)
    assert after["items"] == before["items"]
    assert (before["checks"], after["checks"]) == ([], ["mission-check-1"])
    spoken = saved(browser := signed_in("nayeli"))
    browser.page("/learn/?lang=en")
    english = saved(browser)
    changed = [a["address"] for a, b in zip(spoken["items"], english["items"], strict=True) if a != b]
    assert changed == [item["address"] for item in english["items"][:6]]


def test_what_follows_an_answer_is_sealed_until_it_is_given(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    browser = signed_in("nayeli")
    page = browser.page(f"{ROOT}/mission/copy/one")
    (told,) = re.findall(r'data-sealed="([^"]+)"', page)
    sealed = json.loads(unescape(told))
    question = sample.course().questions["mission-check-1"]
    assert set(sealed) == {option.id for option in question.options}
    for option in question.options:
        opened = offline.unseal(sealed[option.id], question.id, option.id)
        assert ("is-right" in opened) == option.right
        with pytest.raises(InvalidTag):
            offline.unseal(sealed[option.id], question.id, "another")
    assert "is-right" not in page and "is-wrong" not in page
    assert len({base64.b64decode(one)[:12] for one in sealed.values()}) == len(sealed), "no key seals two contents"
    play = browser.page(f"{ROOT}/mission/copy/scenario")
    for later in ("La fila", "Lo denuncian.", "critical"):
        assert later not in play


def test_nothing_is_saved_of_a_closed_module_or_on_a_shared_computer(
    app: Flask, browser: Browser, signed_in: Callable[[str], Browser]
) -> None:
    nayeli = signed_in("nayeli")
    for path in ("offline.json", "copy/_", "copy/one"):
        assert nayeli.get(f"{ROOT}/protection/{path}").status_code == 422
    assert nayeli.get(f"{ROOT}/mission/copy/nothing").status_code == 404
    browser.page("/account/sign-in")
    browser.submit("sign-in", email="nayeli@paso.example", password=PASSWORD, shared="y", follow=False)
    refused = browser.get(f"{ROOT}/mission/offline.json", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "offline-shared")
    assert 'id="save"' not in browser.page(f"{ROOT}/mission/")


def test_a_device_learns_whose_sign_in_it_is_without_a_name(
    app: Flask, browser: Browser, signed_in: Callable[[str], Browser]
) -> None:
    assert browser.get("/learn/session.json", headers={"Accept": "application/json"}).status_code == 401
    response = signed_in("nayeli").get("/learn/session.json")
    assert response.headers["Cache-Control"] == "no-store"
    with app.app_context():
        person = app.cast.people["nayeli"].id  # type: ignore[attr-defined]
    assert response.get_json()["user"] == offline.owner_key(person)
    assert str(person) not in response.get_data(as_text=True)


def test_an_answer_by_places_means_what_stood_there_on_the_device(app: Flask) -> None:
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        cast.office = Office(db.session(), cast.clock, cast.office.settings, cast.office.hasher)
        study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
        old = str(study.enrolment.edition_id)
        changed = {**cast.course.questions, "mission-check-1": sample.MATCH}
        with cast.office.transaction():
            newer = publish(cast, msgspec.structs.replace(cast.course, questions=changed))
            study.enrolment.edition_id = newer.id
        study = learning.study(cast.office, cast.actor("nayeli"), cast.course.id)
        assert offline.question_as_shown(cast.office, study, old, "mission-check-1").kind == "one"
        assert offline.question_as_shown(cast.office, study, "", "mission-check-1").kind == "match"
        db.session.remove()


def test_worker_manifest_and_the_page_for_no_connection_are_the_same_for_everyone(
    app: Flask, browser: Browser, signed_in: Callable[[str], Browser]
) -> None:
    worker = browser.get("/sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.content_type.startswith("text/javascript")
    assert worker.data == signed_in("nayeli").get("/sw.js").data
    kept = json.loads(worker.get_data(as_text=True).partition("=")[2].partition(";\n")[0])
    for address in (*kept["files"], *kept["pages"].values()):
        assert browser.get(address).status_code == 200
    manifest = browser.get("/manifest.webmanifest").get_json(force=True)
    for icon in manifest["icons"]:
        assert browser.get(icon["src"]).data.startswith(b"\x89PNG")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    page = signed_in("nayeli").page("/offline?lang=es")
    assert "Nayeli" not in page and "Sin conexión" in page
    mounted = browser.get("/sw.js", environ_overrides={"SCRIPT_NAME": "/paso"}).get_data(as_text=True)
    assert '"root": "/paso"' in mounted and '"/static/' not in mounted


# Rescue files -------------------------------------------------------------------------------------------------------------


def sealed_for(platform: str, content: bytes) -> bytes:
    """A rescue file, as app/static/offline/sealed.js makes it."""
    theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), base64.b64decode(platform))
    mine = generate_private_key(SECP256R1())
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = HKDF(hashes.SHA256(), 32, point, b"paso rescue file").derive(mine.exchange(ECDH(), theirs))
    parts = {"key": point, "nonce": b"n" * 12, "sealed": AESGCM(key).encrypt(b"n" * 12, content, None)}
    return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()}).encode()


def with_secrets(*secrets: bytes) -> Office:
    return Office(None, settings=Settings(rescue=secrets))  # type: ignore[arg-type]


def test_a_rescue_file_opens_for_the_platform_alone_and_after_a_change_of_its_secret() -> None:
    platform = rescue.public_key(with_secrets(b"old"))
    file = sealed_for(platform, b'{"events": [1]}')
    assert rescue.events(with_secrets(b"old"), file) == [1]
    assert rescue.events(with_secrets(b"new", b"old"), file) == [1]
    with pytest.raises(Refused, match="rescue-unreadable"):
        rescue.events(with_secrets(b"new"), file)
    assert rescue.public_key(with_secrets()) == ""


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_what_is_no_rescue_file_is_told_so(content: bytes) -> None:
    with pytest.raises(Refused, match="rescue-unreadable"):
        rescue.events(with_secrets(b"old"), content)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"null",
        b"7",
        b'{"key": 1, "nonce": 2, "sealed": 3}',
        b'{"key": "", "nonce": "", "sealed": ""}',
        b"[" * 9999,
    ],
)
def test_nor_is_json_of_another_kind(content: bytes) -> None:
    with pytest.raises(Refused, match="rescue-unreadable"):
        rescue.events(with_secrets(b"old"), content)
    with pytest.raises(Refused, match="rescue-unreadable"):
        rescue.events(with_secrets(b"old"), sealed_for(rescue.public_key(with_secrets(b"old")), content))


def test_a_saved_module_holds_both_sizes_of_a_picture():
    root = "/learn/humane-border/media/01-mission/media/bench"
    html = f'<picture><source srcset="{root}-480.webp 480w, {root}.webp 960w"><img src="{root}.jpg" alt="x"></picture>'
    assert copies.MEDIA.findall(html) == [f"{root}-480.webp", f"{root}.webp", f"{root}.jpg"]
