"""What is kept for a while only goes when its time is over, and nothing else does."""

import dataclasses

from sqlalchemy import func, select

from app.records.audit import AuditEntry, Notice, Sighting
from app.records.people import AccessToken, Person, SignIn, Throttle
from app.services import accounts, audit, auditchain, notices, retaining, sightings
from app.services.office import Office, Retention, Settings
from app.serving import work_once
from tests.cast import PASSWORD, Cast


def fill(cast: Cast) -> None:
    office = cast.office
    accounts.sign_in(office, cast.email("nayeli"), PASSWORD, address="x")
    accounts.ask_new_password(office, cast.email("beto"), address="x")
    with office.transaction():
        notices.queue(office, cast.people["nayeli"], "k", "Subject", "A body")
        office.session.flush()
        office.session.scalars(select(Notice).where(Notice.dedup_key == "k")).one().sent_at = office.now()
        audit.note(office, cast.actor("coralia"), "certificate.revoke", "x", {"reason": "kept"})
    sightings.saw(office, cast.actor("coralia"), cast.people["nayeli"].id, "record.view")


def kept(cast: Cast) -> dict[str, int]:
    session = cast.office.session
    session.expire_all()

    def count(table: type, *which: object) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*which)) or 0  # type: ignore[arg-type]

    return {
        "sign-ins": count(SignIn),
        "links": count(AccessToken),
        "texts": count(Notice, Notice.dedup_key == "k", Notice.body != ""),
        "looks": count(Sighting),
        "told": count(AuditEntry, AuditEntry.action == "record.view", AuditEntry.salt.is_not(None)),
        "reasons": count(AuditEntry, AuditEntry.action == "certificate.revoke", AuditEntry.salt.is_not(None)),
    }


ALL = {"sign-ins": 1, "links": 1, "texts": 1, "looks": 1, "told": 1, "reasons": 1}


def test_each_goes_in_its_own_time(cast_on_both):
    cast = cast_on_both
    fill(cast)
    for days, gone in ((20, {}), (15, {"links"}), (60, {"sign-ins"}), (90, {"texts"}), (560, {"looks", "told"})):
        cast.clock.pass_by(days=days)
        before = kept(cast)
        promised = retaining.due(cast.office)
        assert kept(cast) == before, "to say what would go changes nothing"
        assert retaining.sweep(cast.office) == promised
        assert {name for name, count in kept(cast).items() if count < before[name]} == set(gone)
    assert kept(cast) == {**dict.fromkeys(ALL, 0), "reasons": 1}, "reasons of decisions stay"
    assert auditchain.check(cast.office).findings == ()
    assert cast.office.session.scalar(select(func.count()).select_from(Throttle)) == 0
    assert (
        cast.office.session.scalar(select(func.count()).select_from(Person).where(Person.erased_at.is_not(None))) == 0
    )


def test_0_is_for_ever(cast):
    fill(cast)
    keep = Settings(keys=cast.office.settings.keys, keep=Retention(0, 0, 0, 0, 0))
    office: Office = dataclasses.replace(cast.office, settings=keep)
    cast.clock.pass_by(days=36_000)
    retaining.sweep(office)
    assert kept(cast) == ALL


def test_the_worker_does_it_and_not_at_every_round(cast):
    fill(cast)
    cast.clock.pass_by(days=100)
    assert work_once(cast.office)["forgotten"] > 0
    assert kept(cast)["sign-ins"] == 0
    accounts.sign_in(cast.office, cast.email("nayeli"), PASSWORD, address="x")
    cast.clock.pass_by(hours=1)
    assert work_once(cast.office)["forgotten"] == 0
