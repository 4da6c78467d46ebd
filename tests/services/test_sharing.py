"""Handing on a file: said once, kept in the log, told to those whom it covers."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry
from app.rules.errors import NotFound, Refused
from app.services import auditchain, retaining, sharing, sightings
from app.services.rosters import RosterQuery
from app.services.sharing import Wish
from tests.cast import NOW, Cast
from tests.story import complete

UNTIL = (NOW + dt.timedelta(days=30)).date()
WISH = Wish("roster.xlsx", "cooperation", "Regional office, statistics", UNTIL, "Yearly report")


def share(cast: Cast, who: str = "coralia", query: RosterQuery | None = None, **said: object) -> sharing.Sheet:
    wish = dataclasses.replace(WISH, **said)  # type: ignore[arg-type]
    entry = sharing.record(cast.office, cast.actor(who), wish, query or RosterQuery())
    return sharing.sheet(cast.office, cast.actor(who), entry)


def test_what_was_said_stands_on_the_sheet_and_in_the_log(cast_on_both):
    cast = cast_on_both
    sheet = share(cast)
    assert (sheet.export, sheet.purpose, sheet.recipient, sheet.until, sheet.rows) == (
        "roster.xlsx", "cooperation", "Regional office, statistics", UNTIL, 2,
    )  # fmt: skip
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.share")).one()
    assert (entry.number, entry.digest) == (sheet.number, sheet.digest)
    assert set(entry.private or {}) == {"purpose", "recipient", "remarks"}, (
        "what is written in own words can be blanked"
    )
    assert auditchain.check(cast.office).findings == ()


def test_the_officers_whom_it_covers_read_to_whom_it_went(cast):
    share(cast)
    looks = sightings.of_person(cast.office, cast.people["nayeli"].id).looks
    assert [(look.action, look.recipient, look.rows) for look in looks] == [("export.share", WISH.recipient, 2)]
    assert sightings.of_person(cast.office, cast.people["ximena"].id).looks == ()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sharing-purpose", {"purpose": "curiosity"}),
        ("sharing-recipient", {"recipient": "  "}),
        ("sharing-long", {"recipient": "x" * 201}),
        ("sharing-long", {"remarks": "x" * 501}),
        ("sharing-remarks", {"purpose": "other", "remarks": " "}),
        ("sharing-until", {"until": (NOW - dt.timedelta(days=1)).date()}),
        ("sharing-until", {"until": (NOW + dt.timedelta(days=3651)).date()}),
    ],
)
def test_what_is_missing_is_named(cast, code, said):
    with pytest.raises(Refused) as no:
        share(cast, **said)
    assert no.value.code == code and no.value.values["field"] in said
    assert cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.share")).all() == []


def test_a_sheet_is_for_who_made_it_and_for_administrators(cast):
    made = share(cast)
    assert sharing.sheet(cast.office, cast.actor("ada"), made.id).recipient == WISH.recipient
    for name in ("carlos", "tomas"):
        with pytest.raises(NotFound):
            sharing.sheet(cast.office, cast.actor(name), made.id)


def test_another_institutions_file_is_not_found(cast):
    place = cast.institutions["/cr/ppme/"].id
    with pytest.raises(NotFound):
        share(cast, query=RosterQuery(institution=place))
    with pytest.raises(NotFound):
        share(cast, export="everything.zip")
    with pytest.raises(NotFound):
        share(cast, export="certificates.zip")


def test_the_certificates_of_a_cohort_are_counted(cast):
    complete(cast, "nayeli")
    assert cast.cohort is not None
    sheet = share(cast, export="certificates.zip", query=RosterQuery(cohort=cast.cohort.id))
    assert sheet.rows == 1


def test_after_a_while_the_sheet_says_no_more_to_whom(cast):
    made = share(cast)
    cast.clock.pass_by(days=731)
    retaining.sweep(cast.office)
    cast.office.session.expire_all()
    sheet = sharing.sheet(cast.office, cast.actor("coralia"), made.id)
    assert sheet.forgotten and (sheet.recipient, sheet.remarks) == ("", "")
    assert auditchain.check(cast.office).findings == ()
