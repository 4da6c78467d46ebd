"""A coordinator or trainer brings the rescue file of an officer: it counts as the officer's, once, and shows nobody anything."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.records.audit import AuditEntry, Notice
from app.records.database import db
from app.records.learning import LearningEvent
from app.services import offline, rescue
from app.services.office import Office
from tests.web.client import Browser
from tests.web.test_offline import sealed_for

Event = dict[str, Any]
SEE = "nayeli", "beto", "ximena"


@pytest.fixture
def office(app: Flask) -> Office:
    with app.app_context():
        return app.cast.office  # type: ignore[attr-defined,no-any-return]


def key(app: Flask, name: str) -> str:
    return offline.owner_key(app.cast.people[name].id)  # type: ignore[attr-defined]


def answered(app: Flask, name: str, right: bool = False) -> Event:
    """A self-check that *name* answered on a device without a connection."""
    return {
        "id": str(uuid.uuid4()),
        "at": "2026-11-20T09:00:00+00:00",
        "user": key(app, name),
        "course": "humane-border",
        "kind": "check.answered",
        "module": "mission",
        "item": "mission-check-1",
        "payload": {"fields": {"a": ["right" if right else "bus"]}, "edition": ""},
    }


def stick(app: Flask, signed_in: Callable[[str], Browser], *events: Event, without: str = "") -> bytes:
    """The file that a device makes on which the owners of *events* have signed in."""
    told: dict[str, Any] = {}
    proofs = {}
    for name in SEE:
        if any(event["user"] == key(app, name) for event in events):
            told = signed_in(name).get("/learn/session.json").get_json()
            proofs[told["user"]] = told["proof"]
    proofs.pop(without, None)
    return sealed_for(told["rescue"], json.dumps({"events": list(events), "proofs": proofs}).encode())


def upload(browser: Browser, door: str, content: bytes, name: str = "paso-seguro.paso") -> str:
    browser.page(f"/{door}/rescue")
    return browser.submit("/rescue", file=(io.BytesIO(content), name)).get_data(as_text=True)


def recorded(app: Flask, name: str) -> list[str]:
    with app.app_context():
        person = app.cast.people[name].id  # type: ignore[attr-defined]
        found = [row.device for row in db.session().query(LearningEvent).filter_by(person_id=person)]
        db.session.remove()
    return found


@pytest.mark.parametrize(("name", "door"), [("coralia", "coordinate"), ("tomas", "teach")])
def test_it_counts_as_the_officers_once_and_they_are_told(
    app: Flask, signed_in: Callable[[str], Browser], name: str, door: str
) -> None:
    event = answered(app, "nayeli")
    content = stick(app, signed_in, event)
    bearer = signed_in(name)
    page = upload(bearer, door, content)
    assert "Nayeli Ábrego Quintero. Contadas ahora: 1. Contadas antes: 0." in page
    assert "autobús" not in page and "mission-check" not in page
    assert "Contadas ahora: 0. Contadas antes: 1." in upload(bearer, door, content)
    nayeli = signed_in("nayeli")
    batch = {"device": "d", "sent_at": "2026-11-20T09:00:00+00:00", "events": [event]}
    nayeli.page("/learn/")
    sent = nayeli.post(
        "/learn/sync", json=batch, headers={"X-CSRFToken": nayeli.get("/learn/session.json").get_json()["csrf"]}
    )
    assert sent.get_json()["results"][0]["status"] == "duplicate"
    assert recorded(app, "nayeli") == ["rescue"]
    assert "Trajo su archivo de rescate" in nayeli.page("/account/privacy")
    with app.app_context():
        entries = db.session().query(AuditEntry).filter_by(action="rescue.bring").order_by(AuditEntry.number).all()
        assert [entry.detail["counted"] for entry in entries] == [1, 0]
        assert {entry.actor_id for entry in entries} == {app.cast.people[name].id}  # type: ignore[attr-defined]
        (notice,) = db.session().query(Notice).filter(Notice.dedup_key.startswith("rescue/"))
        assert notice.person_id == app.cast.people["nayeli"].id  # type: ignore[attr-defined]
        db.session.remove()


def test_of_a_file_with_several_people_only_ones_own_officers_are_taken(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    content = stick(app, signed_in, answered(app, "nayeli"), answered(app, "beto"), answered(app, "ximena"))
    page = upload(signed_in("coralia"), "coordinate", content)
    assert "Nayeli" in page and "Norberto" in page and "Ximena" not in page
    assert [len(recorded(app, name)) for name in SEE] == [1, 1, 0]
    page = upload(signed_in("carlos"), "coordinate", content)
    assert "Ximena" in page and "Nayeli" not in page


def test_an_officer_of_another_institution_is_not_found(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    content = stick(app, signed_in, answered(app, "ximena"))
    for name, door in (("coralia", "coordinate"), ("tomas", "teach"), ("tina", "teach")):
        page = upload(signed_in(name), door, content)
        assert "no hay nada de una persona" in page
        assert "Ximena" not in page
    assert recorded(app, "ximena") == []


def test_a_file_that_somebody_made_up_does_not_count(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    """Anybody can seal a file, and a coordinator knows whose officers are whose."""
    owner = key(app, "nayeli")
    made_up = stick(app, signed_in, answered(app, "nayeli", right=True), without=owner)
    assert "no muestra de quién es el dispositivo" in upload(signed_in("coralia"), "coordinate", made_up)
    theirs = signed_in("beto").get("/learn/session.json").get_json()
    lent = {"events": [answered(app, "nayeli")], "proofs": {owner: theirs["proof"]}}
    forged = sealed_for(theirs["rescue"], json.dumps(lent).encode())
    assert "no muestra de quién es el dispositivo" in upload(signed_in("coralia"), "coordinate", forged)
    assert recorded(app, "nayeli") == []
    nayeli = signed_in("nayeli")
    nayeli.page("/learn/rescue")
    hers = nayeli.submit("/rescue", file=(io.BytesIO(made_up), "a.paso")).get_data(as_text=True)
    assert "Contadas ahora: 1." in hers, "her own she may bring"


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * (rescue.LARGEST + 1)], ids=["empty", "other", "large"])
def test_what_is_no_rescue_file_is_told_so(app: Flask, signed_in: Callable[[str], Browser], content: bytes) -> None:
    assert "no se puede leer" in upload(signed_in("coralia"), "coordinate", content)


def test_a_damaged_file_and_one_for_another_platform_are_refused(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    content = stick(app, signed_in, answered(app, "nayeli"))
    told = json.loads(content)
    for name in told:
        damaged = {**told, name: told[name][:-8] + "AAAAAAA="}
        assert "no se puede leer" in upload(signed_in("coralia"), "coordinate", json.dumps(damaged).encode())
    assert recorded(app, "nayeli") == []


def test_a_file_too_long_is_refused_whole(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    event = answered(app, "nayeli")
    content = stick(app, signed_in, *[{**event, "id": str(n)} for n in range(2001)])
    assert "más de 2000" in upload(signed_in("coralia"), "coordinate", content)


def test_a_suspended_officer_brings_nothing(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    content = stick(app, signed_in, answered(app, "nayeli"))
    with app.app_context():
        cast = app.cast  # type: ignore[attr-defined]
        db.session().get(type(cast.people["nayeli"]), cast.people["nayeli"].id).active = False
        db.session().commit()
        db.session.remove()
    assert "no hay nada de una persona" in upload(signed_in("coralia"), "coordinate", content)
