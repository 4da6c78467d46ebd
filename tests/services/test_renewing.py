"""A refresher renews a certificate: what was completed stays, the last day moves, and the old one is answered as replaced."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from app.records.audit import Notice
from app.records.certificates import Certificate
from app.records.learning import Enrolment, Refresher
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import certifying, register, renewing, revoking
from certificates import facts, wording
from tests.cast import Cast
from tests.story import complete

TODAY: dict[str, Any] = {
    "held_on": dt.date(2029, 10, 12),
    "hours": 8,
    "place": "El Cativo",
    "covered": "Changes of law, four critical simulations, psychological first aid.",
}


@pytest.fixture
def expiring(cast: Cast) -> Cast:
    """Nayeli completed the course almost three years ago."""
    complete(cast, "nayeli")
    cast.clock.at = dt.datetime(2029, 10, 20, 15, 0, tzinfo=dt.UTC)
    return cast


def enrolment(cast: Cast) -> uuid.UUID:
    return cast.office.session.scalars(
        select(Enrolment.id).where(Enrolment.person_id == cast.people["nayeli"].id)
    ).one()


def renew(cast: Cast, name: str = "tomas", **changes: Any) -> Certificate:
    return renewing.renew(cast.office, cast.actor(name), enrolment(cast), **{**TODAY, **changes})


def test_it_replaces_the_certificate_by_one_that_lasts_from_the_refresher_on(expiring: Cast) -> None:
    old = certifying.mine(expiring.office, expiring.actor("nayeli"))[0]
    new = certifying.held(expiring.office, renew(expiring))
    assert (old.facts.expires, new.facts.expires) == (dt.date(2029, 11, 23), dt.date(2032, 10, 12))
    assert (new.facts.completed, new.facts.hours_total, new.facts.name) == (
        old.facts.completed,
        old.facts.hours_total,
        old.facts.name,
    )
    assert new.facts.refreshed == dt.date(2029, 10, 12)
    assert "Actualización el 12 de octubre de 2029" in wording.compose(new.facts, "es").dates
    assert certifying.verify(expiring.office, old.row.serial).outcome == "replaced"
    assert certifying.verify(expiring.office, new.row.serial).outcome == "valid"
    assert register.check(expiring.office).findings == ()
    told = expiring.office.session.scalars(
        select(Notice).where(Notice.dedup_key == f"certificate/{new.row.serial}")
    ).one()
    assert new.row.serial in told.body


def test_an_expired_certificate_can_still_be_renewed(expiring: Cast) -> None:
    expiring.clock.at = dt.datetime(2030, 5, 2, 15, 0, tzinfo=dt.UTC)
    new = renew(expiring, held_on=dt.date(2030, 4, 30))
    assert new.expires_on == dt.date(2033, 4, 30)


def test_signing_twice_renews_once_and_a_later_refresher_renews_again(expiring: Cast) -> None:
    first, again = renew(expiring), renew(expiring)
    assert first.id == again.id
    expiring.clock.pass_by(days=800)
    second = renew(expiring, held_on=expiring.clock().date())
    assert second.issue == first.issue + 1 == 3
    assert len(expiring.office.session.scalars(select(Refresher)).all()) == 2


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("practice-future", {"held_on": dt.date(2029, 10, 21)}),
        ("renewal-early", {"held_on": dt.date(2026, 11, 23)}),
        ("renewal-hours", {"hours": 7.5}),
        ("renewal-hours", {"hours": float("nan")}),
        ("practice-place", {"place": "  "}),
        ("renewal-covered", {"covered": " \n"}),
        ("practice-long", {"covered": "x" * 2001}),
    ],
)
def test_what_is_no_refresher_renews_nothing(expiring: Cast, code: str, change: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=code):
        renew(expiring, **change)
    assert len(expiring.office.session.scalars(select(Certificate)).all()) == 1


def test_where_nothing_stands_there_is_nothing_to_renew(expiring: Cast) -> None:
    serial = certifying.mine(expiring.office, expiring.actor("nayeli"))[0].row.serial
    revoking.ask(expiring.office, expiring.actor("coralia"), serial, "Issued by mistake.")
    revoking.confirm(expiring.office, expiring.actor("ada"), serial)
    with pytest.raises(Refused, match="renewal-nothing"):
        renew(expiring)


@pytest.mark.parametrize("name", ["nayeli", "coralia", "ximena", "carlos", "oscar"])
def test_only_the_officers_trainers_and_administrators_sign_it(expiring: Cast, name: str) -> None:
    with pytest.raises((NotFound, Forbidden)):
        renew(expiring, name)
    assert renew(expiring, "ada")


def test_a_certificate_that_was_never_renewed_keeps_the_digest_it_had(expiring: Cast) -> None:
    row = certifying.mine(expiring.office, expiring.actor("nayeli"))[0].row
    assert "refreshed" not in row.facts
    assert facts.digest(facts.from_json(row.facts)) == row.facts_sha256
