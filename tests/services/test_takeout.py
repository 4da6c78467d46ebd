"""What we hold of a person, for them: all of it, and nobody else's."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from app.records.learning import Enrolment
from app.records.people import Person
from app.records.schema import metadata
from app.rules.errors import Refused
from app.services import auditchain, certifying, holdings, sightings, takeout
from app.services.holdings import SECTIONS
from tests.cast import PASSWORD, Cast
from tests.services.test_erasing import live

WORDS = takeout.Words("en", "My data", "All.", "Nothing.", {section.name: section.name for section in SECTIONS})


def taken(cast: Cast, name: str = "nayeli", password: str = PASSWORD) -> zipfile.ZipFile:
    content = b"".join(takeout.archive(cast.office, cast.actor(name), password, WORDS))
    found = zipfile.ZipFile(io.BytesIO(content))
    assert found.testzip() is None
    return found


def data(cast: Cast, name: str = "nayeli") -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(taken(cast, name).read("data.json"))
    return found


def test_everything_is_in_it(cast_on_both):
    cast = cast_on_both
    code = live(cast)
    found = data(cast)
    filled = (
        "account", "sign-ins", "courses", "events", "attempts", "answers", "practice-sheets", "extra-time",
        "certificates", "messages", "log", "looks",
    )  # fmt: skip
    assert {name: bool(found[name]) for name in filled} == dict.fromkeys(filled, True)
    assert found["account"][0]["service_number"] == "PA-55810"
    assert found["practice-sheets"][0]["remarks"] == "Nayeli speaks softly"
    assert found["practice-sheets"][0]["signed_by"] == cast.people["tomas"].name
    assert found["extra-time"][0]["reason"] == "she sees badly with one eye"
    assert found["looks"][0]["role"] == "coordinator"
    archive = taken(cast)
    sheet, _name = certifying.pdf(cast.office, cast.actor("nayeli"), code, "es", "letter")
    assert archive.read(f"certificates/{code}-es-letter.pdf") == sheet
    assert f"certificates/{code}-credential.json" in archive.namelist()


def test_nobody_elses_data_is_in_it_but_the_names_of_who_signed(cast):
    live(cast)
    archive = taken(cast)
    texts = "".join(
        archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if "certificates/" not in name
    )
    others = [
        person for person in cast.office.session.scalars(select(Person)) if person.name != cast.people["nayeli"].name
    ]
    assert len(others) > 5
    for person in others:
        assert person.email not in texts
        if person.id != cast.people["tomas"].id:
            assert person.name not in texts


def test_no_secret_is_in_it(cast):
    live(cast)
    archive = taken(cast)
    texts = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert "$argon2" not in texts and "token_hash" not in texts and "/account/accept/" not in texts


def test_whether_an_answer_of_the_exam_was_right_is_not_told_before_the_page_tells_it(cast):
    live(cast)
    enrolment = cast.office.session.scalars(
        select(Enrolment).where(Enrolment.person_id == cast.people["nayeli"].id)
    ).one()
    kinds = {str(row["id"]): row["kind"] for row in data(cast)["attempts"]}
    told = {row["right"] for row in data(cast)["answers"] if kinds[str(row["attempt_id"])] == "exam"}
    assert None not in told, "she passed"
    with cast.office.transaction():
        for attempt in cast.office.session.query(takeout_attempt()).filter_by(enrolment_id=enrolment.id, kind="exam"):
            attempt.passed = False
    told = {row["right"] for row in data(cast)["answers"] if kinds[str(row["attempt_id"])] == "exam"}
    assert told == {None}


def takeout_attempt():
    return holdings.Attempt


def test_the_password_is_asked_for_and_the_export_is_in_the_log(cast):
    with pytest.raises(Refused) as no:
        taken(cast, password="something else")
    assert no.value.code == "password-wrong"
    taken(cast)
    assert [row["action"] for row in data(cast)["log"] if row["by"] == "yourself"][:1] == ["account.export"]
    assert auditchain.check(cast.office).findings == ()


def test_what_a_coordinator_did_to_others_is_told_without_them(cast):
    live(cast)
    sightings.saw(cast.office, cast.actor("coralia"), cast.people["beto"].id, "record.view")
    rows = [row for row in data(cast, "coralia")["log"] if row["action"] in ("record.view", "exam.time-grant")]
    assert rows and all(row["subject"] == "" and row["detail"] == {} for row in rows)


def test_a_spreadsheet_does_not_take_a_text_for_a_formula(cast):
    live(cast)
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).rank = "=1+1"
    assert "'=1+1" in taken(cast).read("csv/account.csv").decode("utf-8-sig")


def test_every_table_that_names_a_person_is_exported_or_has_a_reason():
    """A new table has to be put into a section of holdings.py, or into NOT_TOLD with the reason."""
    about = {"person", "enrolment", "attempt", "certificate"}
    named = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name in about for key in table.foreign_keys)
    }
    told = {name for section in SECTIONS for name in section.tables}
    assert named <= told | set(holdings.NOT_TOLD)
    assert not told & set(holdings.NOT_TOLD)
    assert (told | set(holdings.NOT_TOLD)) - {"person"} <= named


def test_the_archive_is_made_while_it_is_sent(cast):
    live(cast)
    parts = takeout.archive(cast.office, cast.actor("nayeli"), PASSWORD, WORDS)
    sizes = [len(part) for part in parts]
    assert len(sizes) > 20 and max(sizes) < 300_000
