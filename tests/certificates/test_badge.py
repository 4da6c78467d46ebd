"""The badge: the paper's facts for other people's software, verified by software that we did not write."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import io
import json
import re
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdf
import pytest
from cachetools import LRUCache
from openbadgeslib.ob3 import OB3VerificationError
from pyld.jsonld import JsonLdError

from certificates import badge, keys, proof, signing, wording
from certificates.drawing import FACTS_FILE, render
from certificates.facts import Facts, Words
from certificates.proof import Document
from certificates.tagging import Attachment
from certificates.verifying import verify
from tests.certificates import judges
from tests.certificates.cast import LONGEST_NAME, VERIFY, completion, participation

URL = VERIFY.removesuffix("/verify")
NOW = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
ISSUER = "Centro Regional de Formación en Fronteras"
PLACE = badge.LIST_SIZE + 4711

KINDS = [
    pytest.param(completion(), id="completion"),
    pytest.param(completion(language="en"), id="completion in English"),
    pytest.param(participation(), id="participation"),
    pytest.param(completion(name=LONGEST_NAME, rank="", place="", expires=None, signers=()), id="bare"),
    pytest.param(completion(name='Kaʼaloa "G̃uarani" \\ Ñ Ą́žǫ́', course=Words(es="Línea")), id="letters"),
]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    judges.stop_clock(monkeypatch, NOW + dt.timedelta(hours=1))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> keys.Keys:
    folder = tmp_path_factory.mktemp("badge")
    return keys.create(folder / "keys", folder / "safe", ISSUER, NOW)


def issue(stated: Facts, ours: keys.Keys, place: int = PLACE) -> Document:
    return proof.prove(badge.credential(stated, URL, place), URL, ours.signing, NOW)


def key_of(ours: keys.Keys) -> Any:
    return ours.signing.facts.public_key()


def leaves(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in *node*."""
    if isinstance(node, dict | list):
        for step, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(inner, (*path, step))
    else:
        yield path


# Others verify it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", KINDS)
def test_software_that_we_did_not_write_verifies_a_badge(stated: Facts, ours: keys.Keys) -> None:
    read = judges.judged(proof.written(issue(stated, ours)), key_of(ours))
    assert read.id == f"{VERIFY}/{stated.serial}"
    assert [identifier.identity_hash for identifier in read.identifiers] == [stated.name]
    assert read.issuer.id == "did:web:paso-seguro.example.org"


@pytest.mark.parametrize("stated", KINDS)
def test_1edtechs_schema_finds_no_error(stated: Facts, ours: keys.Keys) -> None:
    assert judges.schema_errors(issue(stated, ours)) == []


def test_1edtechs_schema_can_find_errors(ours: keys.Keys) -> None:
    for change in ("validFrom", "issuer", "credentialSubject"):
        broken = issue(completion(), ours)
        del broken[change]
        assert judges.schema_errors(broken)
    broken = issue(completion(), ours)
    broken["credentialSubject"]["achievement"]["achievementType"] = "Rank"
    assert judges.schema_errors(broken)


def test_no_value_can_be_changed(ours: keys.Keys) -> None:
    """Each of them in turn, of badge and proof: none is outside the signature."""
    issued = issue(completion(), ours)
    accepted, tried = [], 0
    for path in leaves(issued):
        changed = copy.deepcopy(issued)
        *way, last = path
        node: Any = changed
        for step in way:
            node = node[step]
        node[last] = not node[last] if isinstance(node[last], bool) else f"{node[last]}1"
        tried += 1
        if not judges.refused(proof.written(changed), key_of(ours)):
            accepted.append(path)
    assert tried > 40 and accepted == []


def test_nothing_can_be_added_or_left_out(ours: keys.Keys) -> None:
    issued = issue(completion(), ours)
    for name in ("validUntil", "credentialStatus", "description"):
        assert judges.refused(proof.written({k: v for k, v in issued.items() if k != name}), key_of(ours))
    assert judges.refused(proof.written({**issued, "awarded": "2026-01-01"}), key_of(ours))
    more = copy.deepcopy(issued)
    more["credentialSubject"]["creditsEarned"] = 64
    assert judges.refused(proof.written(more), key_of(ours))


def test_a_badge_by_another_issuer_is_not_ours(ours: keys.Keys, tmp_path: Path) -> None:
    theirs = keys.create(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW)
    forged = proof.written(issue(completion(name="Otra Persona"), theirs))
    assert judges.judged(forged, key_of(theirs))
    assert judges.refused(forged, key_of(ours))
    with pytest.raises(OB3VerificationError):  # neither by the address of the issuer, where our keys are
        judges.judged(forged, download=lambda url: proof.written(proof.identity(URL, ours.public)))


def test_the_address_of_the_issuer_leads_to_the_keys_of_every_year(ours: keys.Keys, tmp_path: Path) -> None:
    first = keys.create(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW)
    old = issue(completion(), first)
    later = keys.rotate(tmp_path / "keys", tmp_path / "safe", ISSUER, NOW + dt.timedelta(days=365))
    new = issue(completion(), later)
    asked = []

    def download(url: str) -> bytes:
        asked.append(url)
        return proof.written(proof.identity(URL, later.public))

    for one in (old, new):
        assert judges.judged(proof.written(one), download=download).issuer.name.startswith(ISSUER)
    assert set(asked) == {"https://paso-seguro.example.org/.well-known/did.json"}
    assert old["proof"][0]["verificationMethod"] != new["proof"][0]["verificationMethod"]


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://paso.example", "did:web:paso.example"),
        ("https://Paso.Example:8443", "did:web:paso.example%3A8443"),
        ("https://paso.example/formación/en", "did:web:paso.example:formaci%C3%B3n:en"),
        ("https://migración.example", "did:web:xn--migracin-13a.example"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_the_identity_is_the_address(url: str, identity: str) -> None:
    assert proof.did(url) == identity


# It says what the paper says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", KINDS)
def test_a_badge_says_every_sentence_of_the_paper_in_both_languages(stated: Facts) -> None:
    document = badge.credential(stated, URL, PLACE)
    for language in ("en", "es"):
        text = wording.compose(stated, language)
        said = (text.certifies, text.rank, text.name, text.institution, text.country, text.done, text.course,
                text.basis, text.content, *text.dates.split("  ·  "), *text.conditions.split("  ·  "), text.number)  # fmt: skip
        assert [one for one in said if one.rstrip(".") not in document["description"]] == []
        assert text.title.capitalize() in document["name"] and text.issuer in document["issuer"]["name"]
    own, other = (
        wording.compose(stated, one).certifies for one in (("es", "en") if stated.language == "es" else ("en", "es"))
    )
    assert document["description"].index(own) < document["description"].index(other)


def test_software_finds_the_facts_in_their_places() -> None:
    document = badge.credential(completion(), URL, PLACE)
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    assert (document["validFrom"], document["validUntil"]) == ("2026-03-05T00:00:00Z", "2029-03-03T23:59:59Z")
    assert document["awardedDate"] == "2026-03-03T00:00:00Z"
    assert subject["role"] == "Subinspectora"
    assert (achievement["humanCode"], achievement["version"]) == ("HBS-64", "3")
    assert achievement["achievementType"] == "CertificateOfCompletion"
    (hours,), (measure,) = subject["result"], achievement["resultDescription"]
    assert (hours["value"], hours["resultDescription"], measure["resultType"]) == (
        "64",
        measure["id"],
        "ext:TrainingHours",
    )
    assert "once competencias prácticas supervisadas" in achievement["criteria"]["narrative"]
    assert "eleven supervised practical competencies" in achievement["criteria"]["narrative"]


def test_a_participation_is_a_course_and_claims_no_assessment() -> None:
    document = badge.credential(participation(), URL, PLACE)
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["achievementType"] == "Course" and "validUntil" not in document
    assert achievement["criteria"]["narrative"] == (
        "Participó en 32 horas del curso regional. No acredita evaluación.\n\n"
        "Took part in 32 hours of the regional course. It does not attest to assessment."
    )


def test_of_the_person_a_badge_holds_what_the_paper_prints() -> None:
    """Two officers of one course differ in who they are, and in nothing else."""
    one = badge.credential(completion(), URL, PLACE)
    two = badge.credential(completion(name="Ana Sosa", rank="Cabo", language="en"), URL, PLACE)
    assert {name for name in one if one[name] != two[name]} == {"name", "description", "issuer", "credentialSubject"}
    mine, theirs = one["credentialSubject"], two["credentialSubject"]
    assert {name for name in mine if mine[name] != theirs[name]} == {"identifier", "role"}
    assert mine["achievement"] == theirs["achievement"]
    assert one["issuer"]["id"] == two["issuer"]["id"]


def test_a_badge_corrected_after_it_expired_does_not_end_before_it_begins(ours: keys.Keys) -> None:
    document = issue(completion(issued=dt.date(2031, 1, 8)), ours)
    assert document["validFrom"] == "2026-03-03T00:00:00Z" < document["validUntil"]
    assert "8 de enero de 2031" in document["description"]


def test_the_same_facts_and_key_give_the_same_bytes(ours: keys.Keys) -> None:
    once = proof.written(issue(completion(), ours))
    assert proof.written(issue(completion(), ours)) == once


def test_badges_made_at_once_do_not_get_into_each_others_way(ours: keys.Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"Persona {n}" for n in range(40)]
    one_by_one = [proof.written(issue(completion(name=name), ours)) for name in names]
    monkeypatch.setattr(proof.jsonld, "_resolved_context_cache", LRUCache(maxsize=2))  # written at every turn
    pace = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            at_once = list(pool.map(lambda name: proof.written(issue(completion(name=name), ours)), names))
    finally:
        sys.setswitchinterval(pace)
    assert at_once == one_by_one


# Nothing is fetched ----------------------------------------------------------------------------------------------------


def test_contexts_come_from_our_files_and_never_from_the_network(
    ours: keys.Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object) -> None:
        raise AssertionError("somebody went to the network")

    monkeypatch.setattr(socket.socket, "connect", nowhere)
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    monkeypatch.setattr(proof.jsonld, "_resolved_context_cache", {})
    assert not judges.refused(proof.written(issue(completion(), ours)), key_of(ours))
    for url in (
        "https://www.w3.org/2018/credentials/v1",
        "https://www.w3.org/ns/credentials/v2/",
        "file:///etc/hosts",
        "",
    ):
        with pytest.raises(proof.ContextUnknown):
            proof.load(url)
    with pytest.raises(JsonLdError) as no:
        proof.statements({"@context": ["https://example.org/theirs"], "id": "urn:x:y", "name": "Ana"})
    error: BaseException | None = no.value
    while error is not None and not isinstance(error, proof.ContextUnknown):
        error = error.__cause__
    assert error is not None and error.args == ("https://example.org/theirs",)


def test_contexts_are_as_they_were_taken() -> None:
    noted = dict(re.findall(r"\| `(\S+\.json)` \|.*`([0-9a-f]{64})` \|", (proof.FOLDER / "README.md").read_text()))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in proof.FOLDER.glob("*.json")}
    assert found == noted and set(found) == set(proof.CONTEXTS.values())
    assert hashlib.sha256(judges.SCHEMA.read_bytes()).hexdigest() in (judges.SCHEMA.parent / "README.md").read_text()


# Revoked ---------------------------------------------------------------------------------------------------------------


def test_a_withdrawn_badge_is_found_in_the_list_and_its_neighbours_are_not(ours: keys.Keys) -> None:
    until, fresh = NOW + dt.timedelta(days=2), dt.timedelta(minutes=5)
    places = [badge.LIST_SIZE + at for at in (0, 7, 8, 4711, badge.LIST_SIZE - 1)]
    others = [4711, 3 * badge.LIST_SIZE]
    document = proof.prove(badge.status_list(URL, 2, [*places, *others], NOW, until, fresh), URL, ours.signing, NOW)
    judges.verify_list(document, key_of(ours))
    found = [
        place
        for place in range(badge.LIST_SIZE - 10, 2 * badge.LIST_SIZE)
        if badge.list_of(place) == 2
        and (place in places or place - 1 in places or place + 1 in places)
        and judges.withdrawn(document, badge.credential(completion(), URL, place)["credentialStatus"])
    ]
    assert found == places
    assert (document["validFrom"], document["validUntil"]) == ("2026-03-05T14:30:00Z", "2026-03-07T14:30:00Z")
    assert document["credentialSubject"]["ttl"] == 300_000


def test_a_list_in_which_a_bit_was_flipped_is_refused(ours: keys.Keys) -> None:
    until, fresh = NOW + dt.timedelta(days=2), dt.timedelta(minutes=5)
    issued = proof.prove(badge.status_list(URL, 1, [3], NOW, until, fresh), URL, ours.signing, NOW)
    clean = badge.status_list(URL, 1, [], NOW, until, fresh)
    with pytest.raises(OB3VerificationError):
        judges.verify_list({**issued, "credentialSubject": clean["credentialSubject"]}, key_of(ours))


# Inside the PDF --------------------------------------------------------------------------------------------------------


def test_a_badge_taken_out_of_the_pdf_verifies(ours: keys.Keys) -> None:
    for stated in (completion(name=LONGEST_NAME), participation(name=LONGEST_NAME)):
        made = proof.written(issue(stated, ours))
        inside = [Attachment(badge.FILE, badge.MEDIA_TYPE, made, "Open Badges 3.0")]
        sheet = signing.sign(render(stated, ("es", "en"), "a4", VERIFY, attachments=inside), ours.signing)
        files = pypdf.PdfReader(io.BytesIO(sheet)).attachments
        assert list(files) == ["credential.json", FACTS_FILE], "in order, as readers look them up"
        assert files["credential.json"] == [made]
        assert judges.judged(files["credential.json"][0], key_of(ours)).id == f"{VERIFY}/{stated.serial}"
        assert verify(sheet, ours.public.root).facts == stated
        assert len(sheet) < 70_000


def test_a_badge_is_json_with_letters_as_they_are(ours: keys.Keys) -> None:
    made = proof.written(issue(completion(), ours))
    assert json.loads(made) == issue(completion(), ours)
    assert "María Fernanda Núñez Ibáñez".encode() in made and len(made) < 4_500
