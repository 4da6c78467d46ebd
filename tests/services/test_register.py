"""The register: whoever edits, deletes or reorders what was entered is found out, and the place is named."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, update

from app.records.certificates import Certificate, CertificateFile
from app.records.people import Person
from app.records.register import RegisterEntry, RegisterHead
from app.services import certifying, register, revoking
from app.services.register import Report
from tests.cast import Cast
from tests.story import complete

Damage = Callable[[Cast], None]


@pytest.fixture
def kept(cast_on_both: Cast) -> Cast:
    """Three certificates: one of Nayeli's, replaced and revoked; the other kinds of entries come of that."""
    cast = cast_on_both
    complete(cast, "nayeli")
    held = certifying.mine(cast.office, cast.actor("nayeli"))[0]
    cast.clock.pass_by(days=1)
    with cast.office.transaction():
        cast.office.session.get_one(Person, cast.people["nayeli"].id).name = "Nayeli Ábrego de Quintero"
    new = certifying.correct(cast.office, cast.actor("ada"), held.row.serial)
    cast.clock.pass_by(days=1)
    revoking.ask(cast.office, cast.actor("coralia"), new.serial, "Issued by mistake.")
    revoking.confirm(cast.office, cast.actor("ada"), new.serial)
    return cast


def look(cast: Cast, expected: str = "") -> Report:
    cast.office.session.expire_all()
    return register.check(cast.office, expected)


def codes(cast: Cast, expected: str = "") -> set[str]:
    return {finding.code for finding in look(cast, expected).findings}


def change(cast: Cast, statement: object) -> None:
    with cast.office.transaction():
        cast.office.session.execute(statement)  # type: ignore[call-overload]


def test_a_certificates_life_is_entered_step_by_step(kept: Cast) -> None:
    entries = kept.office.session.scalars(select(RegisterEntry).order_by(RegisterEntry.number)).all()
    issued = ["issue", "sheet", "sheet"]  # the badge, and the PDF that it is in
    assert [entry.action for entry in entries] == [*issued, *issued, "replace", "revoke"]
    assert [entry.detail.get("form") for entry in entries[:3]] == [None, "credential", "es-letter"]
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(later.previous == earlier.digest for earlier, later in pairwise(entries))
    report = look(kept)
    assert (report.entries, report.certificates, report.findings) == (8, 2, ())
    assert report.head == register.head(kept.office)


def test_an_edited_entry_is_named(kept: Cast) -> None:
    change(kept, update(RegisterEntry).where(RegisterEntry.number == 3).values(serial="0000-0000-0000-00"))
    (finding, *_others) = look(kept).findings
    assert (finding.code, finding.values["number"]) == ("entry-edited", "3")


@pytest.mark.parametrize("column", ["at", "action", "facts_sha256", "detail", "previous", "digest"])
def test_no_part_of_an_entry_can_be_edited_unnoticed(kept: Cast, column: str) -> None:
    wrong = {
        "at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        "action": "issue",
        "facts_sha256": "f" * 64,
        "detail": {"form": "es-a4"},
        "previous": "e" * 64,
        "digest": "d" * 64,
    }
    change(kept, update(RegisterEntry).where(RegisterEntry.number == 5).values({column: wrong[column]}))
    assert codes(kept)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_deleted_entry_is_missed_where_it_stood(kept: Cast, number: int) -> None:
    change(kept, delete(RegisterEntry).where(RegisterEntry.number == number))
    found = {finding.code: finding.values for finding in look(kept).findings}
    assert found["entry-missing"]["number"] == str(number)


def test_a_cut_off_end_is_noticed(kept: Cast) -> None:
    change(kept, delete(RegisterEntry).where(RegisterEntry.number == 8))
    assert {"head-differs", "state-differs"} <= codes(kept)


def test_reordered_entries_are_named(kept: Cast) -> None:
    for old, new in ((4, 99), (5, 4), (99, 5)):
        change(kept, update(RegisterEntry).where(RegisterEntry.number == old).values(number=new))
    assert {finding.values["number"] for finding in look(kept).findings if "number" in finding.values} >= {"4", "5"}


def test_a_register_rewritten_as_a_whole_differs_from_the_end_that_was_written_down(kept: Cast) -> None:
    noted = register.head(kept.office)
    assert codes(kept, noted) == set()
    previous = register.BEGINNING
    with kept.office.transaction():
        for entry in kept.office.session.scalars(select(RegisterEntry).order_by(RegisterEntry.number)):
            entry.at += dt.timedelta(days=30)  # backdated, or the like
            entry.previous = previous
            previous = entry.digest = register.digest_of(entry)
        kept.office.session.get_one(RegisterHead, 1).digest = previous
    assert codes(kept) == set()
    assert codes(kept, noted) == {"head-unexpected"}


def test_a_certificate_whose_facts_were_edited_in_the_database_is_named(kept: Cast) -> None:
    row = kept.office.session.scalars(select(Certificate).order_by(Certificate.issue)).first()
    assert row is not None
    text = json.dumps({**json.loads(row.facts), "name": "Otra Persona"}, ensure_ascii=False)
    change(kept, update(Certificate).where(Certificate.id == row.id).values(facts=text))
    (finding,) = look(kept).findings
    assert (finding.code, finding.values["serial"]) == ("facts-differ", row.serial)


def test_a_revocation_undone_in_the_database_is_noticed(kept: Cast) -> None:
    change(kept, update(Certificate).values(revoked_at=None))
    assert codes(kept) == {"state-differs"}


def test_a_certificate_that_nobody_issued_or_that_is_gone_is_noticed(kept: Cast) -> None:
    change(kept, update(Certificate).where(Certificate.issue == 1).values(serial="7KQ4-M2XD-9TFR-AF"))
    assert codes(kept) >= {"certificate-unentered", "certificate-missing"}


@pytest.mark.parametrize("form", ["es-letter", "credential"])
def test_a_stored_pdf_or_badge_that_was_exchanged_is_noticed(kept: Cast, form: str) -> None:
    stored = update(CertificateFile).where(CertificateFile.form == form)
    change(kept, stored.values(content=b"%PDF-1.7 another"))
    assert codes(kept) == {"sheet-differs"}
    change(kept, stored.values(form="en-a4"))
    assert codes(kept) == {"sheet-unentered"}
