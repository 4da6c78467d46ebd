"""What verifiers get from us is public, dated, and the same for everyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from app.records.certificates import Certificate
from app.records.people import Throttle
from app.rules.errors import NotFound, TooMany
from app.services import verifying
from app.services.office import Office
from certificates import keys, revocations, serial, token
from certificates.revocations import Ended, Revocations
from certificates.serial import Serial
from tests.cast import Cast, office_for, signing_keys
from tests.certificates.cast import completion
from tests.story import complete

NEVER_ISSUED = ("7KQ4-M2XD-9TFR-AF", "0000-0000-0000-00")


def listed(office: Office) -> Revocations:
    return revocations.decode(verifying.revoked(office), signing_keys().public)


def touch(cast: Cast, name: str, **values: object) -> Serial:
    """Change the certificate of *name*; its code."""
    mine = Certificate.person_id == cast.people[name].id
    with cast.office.transaction():
        cast.office.session.execute(update(Certificate).where(mine).values(**values))
    return Serial(cast.office.session.scalars(select(Certificate.serial).where(mine)).one())


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement.split(maxsplit=1)[0].upper())

    engine = office.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_the_list_has_what_was_replaced_and_revoked_and_nothing_that_is_good(cast_on_both: Cast) -> None:
    cast = cast_on_both
    for name in ("nayeli", "beto", "ximena"):
        complete(cast, name)
    assert listed(cast.office).ended == {}
    at = dt.datetime(2026, 11, 23, 14, 5, tzinfo=dt.UTC)
    gone = touch(cast, "nayeli", revoked_at=at, superseded_at=at - dt.timedelta(days=2))
    other = touch(cast, "beto", superseded_at=at)
    good = touch(cast, "ximena", expires_on=dt.date(2020, 1, 1))
    found = listed(cast.office)
    assert (found.of(gone), found.of(other), found.of(good)) == (
        Ended("revoked", dt.date(2026, 11, 23)),
        Ended("replaced", dt.date(2026, 11, 23)),
        None,
    )


def test_the_list_says_of_when_it_is_and_is_the_same_for_everyone_until_something_ends(cast: Cast) -> None:
    cast.clock.at = dt.datetime(2026, 11, 23, 15, 40, 12, tzinfo=dt.UTC)
    complete(cast, "nayeli")
    first = verifying.revoked(cast.office)
    assert listed(cast.office).issued == dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
    assert listed(cast.office).due - listed(cast.office).issued == dt.timedelta(days=7)
    cast.clock.pass_by(minutes=15)
    assert verifying.revoked(cast.office) == first
    verifying._lists.clear()  # another process
    assert verifying.revoked(cast.office) == first
    touch(cast, "nayeli", revoked_at=cast.clock.at)
    second = listed(cast.office)
    assert (len(second.ended), second.issued) == (1, cast.clock.at.replace(microsecond=0))
    cast.clock.pass_by(hours=3)
    assert listed(cast.office).issued == dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)
    assert len(listed(cast.office).ended) == 1


def test_a_list_that_is_known_is_not_made_again(cast: Cast) -> None:
    verifying.revoked(cast.office)
    with statements(cast.office) as asked:
        verifying.revoked(cast.office)
    assert asked.count("SELECT") == 1


def test_the_public_keys_verify_what_is_signed_and_hold_no_private_one(cast: Cast) -> None:
    told = verifying.public_keys(cast.office)
    signing = signing_keys().signing
    digits = token.encode(completion(), signing)
    assert set(told["keys"]) == {signing.facts_id.hex()}
    assert told["root"] == signing_keys().public.fingerprint
    assert signing.facts.private_bytes_raw().hex() not in str(told)
    ((name, key),) = told["keys"].items()
    read = keys.Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    public = keys.Public(signing_keys().public.root, (), {bytes.fromhex(name): read})
    assert token.decode(digits, public).name == completion().name
    assert verifying.root(cast.office).startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_platform_without_keys_has_nothing_to_publish(cast: Cast) -> None:
    office = office_for(cast.office.session, cast.clock, keys=None)
    for ask in (verifying.public_keys, verifying.revoked, verifying.root):
        with pytest.raises(NotFound):
            ask(office)


# Typed codes ------------------------------------------------------------------------------------------------------------


def test_unknown_codes_are_answered_alike_by_the_same_work(cast: Cast) -> None:
    complete(cast, "nayeli")
    cast.office.session.expire_all()
    work = []
    for code in (*NEVER_ISSUED, serial.new()):
        with statements(cast.office) as asked:
            verdict = verifying.ask(cast.office, code, "192.0.2.1")
        work.append(asked)
        assert (verdict.outcome, verdict.facts, verdict.on, verdict.suggestion) == ("unknown", None, None, "")
    assert work[0] == work[1] == work[2]
    with statements(cast.office) as asked:
        code = cast.office.session.scalars(select(Certificate.serial)).one()
        asked.clear()
        assert verifying.ask(cast.office, code, "192.0.2.1").outcome == "valid"
    assert asked == work[0], "a code that exists takes no more and no fewer queries"


def test_who_tries_codes_soon_waits_and_nobody_else_does(cast: Cast) -> None:
    for _ in range(verifying.LOOKUPS):
        assert verifying.ask(cast.office, serial.new(), "192.0.2.1").outcome == "unknown"
    with pytest.raises(TooMany):
        verifying.ask(cast.office, serial.new(), "192.0.2.1")
    assert verifying.ask(cast.office, serial.new(), "192.0.2.2").outcome == "unknown"
    cast.clock.pass_by(minutes=16)
    assert verifying.ask(cast.office, serial.new(), "192.0.2.1").outcome == "unknown"


def test_a_slip_of_the_pen_asks_nothing_of_the_database_and_costs_no_try(cast: Cast) -> None:
    with statements(cast.office) as asked:
        for _ in range(verifying.LOOKUPS + 5):
            verdict = verifying.ask(cast.office, "7KQ4-M2XD-9TFR-AA", "192.0.2.1")
    assert verdict.outcome == "mistyped" and asked == []
    assert cast.office.session.scalars(select(Throttle)).all() == []
