"""Badges: made once, the same in every PDF of a certificate, and found in a list when they are withdrawn."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json

import pypdf
import pytest
from sqlalchemy import delete, select

from app.records.certificates import Certificate, CertificateFile
from app.records.people import Person
from app.rules.errors import NotFound, Refused
from app.services import badges, certifying, register, revoking
from app.services.office import Office, Settings
from certificates import badge, facts
from certificates.proof import Document
from tests.cast import Cast, Clock, signing_keys
from tests.certificates import judges
from tests.story import complete

KEY = signing_keys().signing.facts.public_key()


@pytest.fixture(autouse=True)
def judge_lives_with_us(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    judges.stop_clock(monkeypatch, clock() + dt.timedelta(hours=1))


@pytest.fixture
def certified(cast: Cast) -> Cast:
    """Nayeli, Norberto and Ximena have completed the course."""
    for name in ("nayeli", "beto", "ximena"):
        complete(cast, name)
    return cast


def of(cast: Cast, name: str) -> Certificate:
    """The newest certificate of *name*."""
    return certifying.mine(cast.office, cast.actor(name))[0].row


def badge_of(cast: Cast, name: str) -> bytes:
    return certifying.credential(cast.office, cast.actor(name), of(cast, name).serial)[0]


def revoke(cast: Cast, name: str) -> None:
    revoking.ask(cast.office, cast.actor("coralia"), of(cast, name).serial, "Por error.")
    revoking.confirm(cast.office, cast.actor("ada"), of(cast, name).serial)


def listed(cast: Cast, number: int = 1) -> Document:
    found: Document = json.loads(badges.status_list(cast.office, number))
    return found


def withdrawn(cast: Cast, made: bytes) -> bool:
    return judges.withdrawn(listed(cast), json.loads(made)["credentialStatus"])


def inside(pdf: bytes) -> bytes:
    [found] = pypdf.PdfReader(io.BytesIO(pdf)).attachments["credential.json"]
    return found


# Made once -------------------------------------------------------------------------------------------------------------


def test_a_badge_states_the_frozen_facts_and_verifies(certified: Cast) -> None:
    row = of(certified, "nayeli")
    content, name = certifying.credential(certified.office, certified.actor("nayeli"), row.serial)
    assert name == f"paso-seguro-{row.serial}.json"
    read = judges.judged(content, KEY)
    assert read.identifiers[0].identity_hash == facts.from_json(row.facts).name == "Nayeli Ábrego Quintero"
    assert read.id == f"http://127.0.0.1:8000/verify/{row.serial}"
    assert judges.schema_errors(json.loads(content)) == []


def test_every_pdf_of_a_certificate_carries_the_badge_that_was_made_first(certified: Cast) -> None:
    office, nayeli, row = certified.office, certified.actor("nayeli"), of(certified, "nayeli")
    first = badge_of(certified, "nayeli")
    with office.transaction():
        office.session.get_one(Person, row.person_id).name = "Otra Persona"
    certified.clock.pass_by(days=400)
    for languages, paper in (("es", "letter"), ("both", "a4")):
        assert inside(certifying.pdf(office, nayeli, row.serial, languages, paper)[0]) == first
    assert badge_of(certified, "nayeli") == first
    [kept] = office.session.scalars(
        select(CertificateFile).where(CertificateFile.certificate_id == row.id, CertificateFile.form == "credential")
    )
    assert (kept.content, kept.sha256) == (first, hashlib.sha256(first).hexdigest())
    assert register.check(office).findings == ()


def test_a_certificate_from_before_badges_gets_its_badge_when_it_is_asked_for(certified: Cast) -> None:
    with certified.office.transaction():
        certified.office.session.execute(delete(CertificateFile).where(CertificateFile.form == "credential"))
    certified.clock.pass_by(days=30)
    made = badge_of(certified, "nayeli")
    assert badge_of(certified, "nayeli") == made
    document = json.loads(made)
    assert document["validFrom"] == "2026-11-23T00:00:00Z" and document["proof"][0]["created"].startswith("2026-12-23T")
    assert not judges.refused(made, KEY)


@pytest.mark.parametrize("name", ["beto", "tomas", "oscar", "ximena", "carlos"])
def test_anothers_badge_is_not_found(certified: Cast, name: str) -> None:
    code, actor = of(certified, "nayeli").serial, certified.actor(name)
    with pytest.raises(NotFound):
        certifying.credential(certified.office, actor, code)
    for typed in ("", "no code", code[:-1]):
        with pytest.raises(NotFound):
            certifying.credential(certified.office, certified.actor("nayeli"), typed)


def test_without_keys_nothing_is_vouched_for(certified: Cast) -> None:
    bare = Office(certified.office.session, certified.clock, Settings(keys=None))
    for ask in (lambda: badges.identity(bare), lambda: badges.status_list(bare, 1)):
        with pytest.raises(Refused, match="certificate-keys-missing"):
            ask()


# Places ----------------------------------------------------------------------------------------------------------------


def test_every_certificate_has_a_place_of_its_own_drawn_by_lot(certified: Cast) -> None:
    places = list(certified.office.session.scalars(select(Certificate.status_index).order_by(Certificate.issued_at)))
    assert len(set(places)) == 3 and all(0 <= place < badge.LIST_SIZE for place in places)
    drawn = [badges.new_index(certified.office) for _ in range(300)]
    assert not set(drawn) & set(places)
    assert min(drawn) < badge.LIST_SIZE / 4 and max(drawn) > badge.LIST_SIZE * 3 / 4, "not one after the other"


def test_when_a_list_is_full_the_next_one_is_begun(certified: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badge, "LIST_SIZE", 8)
    office = certified.office
    with office.transaction():
        rows = office.session.scalars(select(Certificate)).all()
        for row in rows:
            row.status_index = row.status_index + 1_000_000  # out of the way
        office.session.flush()
        for place, row in enumerate(rows, 16):
            row.status_index = place
    assert {badges.new_index(office) for _ in range(400)} == {19, 20, 21, 22, 23}
    monkeypatch.setattr(badge, "LIST_SIZE", 3)
    with office.transaction():
        for place, row in enumerate(rows, 6):
            row.status_index = place
    assert {badges.new_index(office) for _ in range(200)} == {9, 10, 11}, "the third list is full"


# Lists of status -------------------------------------------------------------------------------------------------------


def test_a_revoked_badge_is_found_in_the_list_and_its_neighbour_is_not(certified: Cast) -> None:
    with certified.office.transaction():  # side by side
        of(certified, "nayeli").status_index, of(certified, "beto").status_index = 4711, 4712
        certified.office.session.execute(delete(CertificateFile))
    mine, neighbours = badge_of(certified, "nayeli"), badge_of(certified, "beto")
    assert not withdrawn(certified, mine) and not withdrawn(certified, neighbours)
    revoke(certified, "nayeli")
    assert withdrawn(certified, mine) and not withdrawn(certified, neighbours)
    judges.verify_list(listed(certified), KEY)


def test_a_replaced_badge_is_withdrawn_and_the_one_in_its_place_is_not(certified: Cast) -> None:
    old = badge_of(certified, "nayeli")
    with certified.office.transaction():
        certified.office.session.get_one(Person, certified.people["nayeli"].id).name = "Nayeli Ábrego de Quintero"
    certified.clock.pass_by(seconds=1)
    certifying.correct(certified.office, certified.actor("ada"), of(certified, "nayeli").serial)
    new = badge_of(certified, "nayeli")
    assert json.loads(new)["id"] != json.loads(old)["id"]
    assert withdrawn(certified, old) and not withdrawn(certified, new)


def test_the_list_is_the_same_for_everyone_until_something_is_withdrawn_or_the_day_ends(certified: Cast) -> None:
    morning = badges.status_list(certified.office, 1)
    certified.clock.pass_by(hours=2)
    assert badges.status_list(certified.office, 1) == morning
    revoke(certified, "nayeli")
    changed = badges.status_list(certified.office, 1)
    assert changed != morning and json.loads(changed)["validFrom"] == "2026-11-23T17:00:00Z"
    certified.clock.pass_by(hours=1)
    assert badges.status_list(certified.office, 1) == changed
    certified.clock.pass_by(days=1)
    document = listed(certified)
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-24T00:00:00Z", "2026-11-26T00:00:00Z")
    assert len(changed) < 2_000


def test_the_list_tells_no_name_no_code_and_no_number_of_certificates(certified: Cast) -> None:
    text = badges.status_list(certified.office, 1).decode()
    for held in ("nayeli", "beto", "ximena"):
        row = of(certified, held)
        assert row.serial not in text and str(row.status_index) not in text
    assert "Ábrego" not in text


@pytest.mark.parametrize("number", [0, 2, -1, 10**12])
def test_a_list_that_was_not_begun_is_not_found(certified: Cast, number: int) -> None:
    with pytest.raises(NotFound):
        badges.status_list(certified.office, number)


def test_where_nothing_was_certified_there_is_no_list(cast: Cast) -> None:
    with pytest.raises(NotFound):
        badges.status_list(cast.office, 1)


def test_badges_work_on_both_databases(cast_on_both: Cast) -> None:
    complete(cast_on_both, "nayeli")
    made = badge_of(cast_on_both, "nayeli")
    assert not withdrawn(cast_on_both, made)
    revoke(cast_on_both, "nayeli")
    assert withdrawn(cast_on_both, made)
