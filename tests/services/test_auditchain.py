"""The audit log is a chain: whatever is done to it besides adding is refused, and found if it is done all the same."""

import datetime as dt
import multiprocessing
import threading
import time
import uuid

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.records import migrating
from app.records.audit import AuditEntry, AuditHead
from app.records.database import install, write
from app.services import audit, auditchain, doctor
from tests.cast import NOW, Cast, office_for
from tests.records.test_database import downgrade


def say(cast: Cast, count: int = 5) -> None:
    """Write some entries, one of them with a reason."""
    for number in range(count):
        with cast.office.transaction():
            audit.note(
                cast.office, cast.actor("ada"), "test.said", str(number), {"n": number, "reason": f"why {number}"}
            )


def codes(cast: Cast, expected: str = "") -> list[str]:
    return [finding.code for finding in auditchain.check(cast.office, expected).findings]


def tamper(cast: Cast, *statements: str) -> None:
    """Do as somebody would who has the database, and takes its guards off first."""
    session = cast.office.session
    sqlite = session.get_bind().dialect.name == "sqlite"
    with cast.office.transaction():
        guards = []
        if sqlite:
            for name, made in session.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
            ).all():
                guards.append(made)
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(text(statement))
        for made in guards:
            session.execute(text(made))
        if not sqlite:
            session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
    session.expire_all()


def last(cast: Cast) -> int:
    return cast.office.session.scalars(select(func.max(AuditEntry.number))).one()


def test_a_log_that_was_only_added_to_is_whole(cast_on_both):
    say(cast_on_both)
    report = auditchain.check(cast_on_both.office)
    assert report.findings == ()
    assert report.entries == report.whole == last(cast_on_both)
    assert report.head == auditchain.head(cast_on_both.office)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entry WHERE number = 2",
        "UPDATE audit_entry SET subject = 'x' WHERE number = 2",
        "UPDATE audit_entry SET detail = '{}' WHERE number = (SELECT max(number) FROM audit_entry)",
        "UPDATE audit_entry SET actor_id = NULL, private = NULL, salt = NULL",
        'UPDATE audit_entry SET private = \'{"reason": "other"}\' WHERE salt IS NOT NULL',
        "UPDATE audit_entry SET salt = NULL WHERE salt IS NOT NULL",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(cast_on_both, statement):
    say(cast_on_both)
    with pytest.raises(DBAPIError, match="only added to"), cast_on_both.office.transaction():
        cast_on_both.office.session.execute(text(statement))
    assert codes(cast_on_both) == []


def test_an_edited_entry_is_named(cast_on_both):
    say(cast_on_both)
    end = last(cast_on_both)
    tamper(cast_on_both, f"UPDATE audit_entry SET subject = 'somebody else' WHERE number = {end - 2}")
    report = auditchain.check(cast_on_both.office)
    assert [(f.code, f.values["number"]) for f in report.findings] == [("entry-edited", str(end - 2))]
    assert report.whole == end - 3


def test_an_edited_entry_with_its_digest_made_again_is_found_at_the_next(cast_on_both):
    say(cast_on_both)
    end = last(cast_on_both)
    row = cast_on_both.office.session.scalars(select(AuditEntry).where(AuditEntry.number == end - 2)).one()
    columns = {c.key: getattr(row, c.key) for c in AuditEntry.__table__.columns} | {"subject": "x"}
    digest = auditchain.digest_of(columns)
    tamper(cast_on_both, f"UPDATE audit_entry SET subject = 'x', digest = '{digest}' WHERE number = {end - 2}")
    found = auditchain.check(cast_on_both.office).findings
    assert [(f.code, f.values["number"]) for f in found] == [("entry-moved", str(end - 1))]


def test_a_deleted_entry_is_named(cast_on_both):
    say(cast_on_both)
    end = last(cast_on_both)
    tamper(cast_on_both, f"DELETE FROM audit_entry WHERE number = {end - 1}")
    found = auditchain.check(cast_on_both.office).findings
    assert [(f.code, f.values["number"]) for f in found] == [("entry-missing", str(end - 1))]


def test_a_log_cut_at_its_end_is_found(cast_on_both):
    say(cast_on_both)
    kept = auditchain.head(cast_on_both.office)
    end = last(cast_on_both)
    tamper(cast_on_both, f"DELETE FROM audit_entry WHERE number > {end - 2}")
    assert codes(cast_on_both) == ["head-differs"]
    digest = cast_on_both.office.session.scalars(select(AuditEntry.digest).where(AuditEntry.number == end - 2)).one()
    tamper(cast_on_both, f"UPDATE audit_head SET number = {end - 2}, digest = '{digest}'")
    assert codes(cast_on_both) == [], "whoever also moves the head is found only by an end that was written down"
    assert codes(cast_on_both, kept) == ["head-unexpected"]


def test_entries_that_changed_places_are_named(cast_on_both):
    say(cast_on_both)
    end = last(cast_on_both)
    swap = "UPDATE audit_entry SET number = {} WHERE number = {}"
    tamper(cast_on_both, swap.format(0, end), swap.format(end, end - 1), swap.format(end - 1, 0))
    found = {(f.code, f.values.get("number")) for f in auditchain.check(cast_on_both.office).findings}
    assert {("entry-edited", str(end - 1)), ("entry-edited", str(end)), ("entry-moved", str(end))} <= found


def test_an_entry_put_in_is_found(cast_on_both):
    say(cast_on_both)
    end = last(cast_on_both)
    copied = "at, actor_id, institution_id, action, subject, detail, private, salt, private_sha256, previous, digest"
    fresh = uuid.uuid4().hex
    tamper(
        cast_on_both,
        f"INSERT INTO audit_entry (id, number, {copied}) SELECT '{fresh}', {end + 1}, {copied} "
        f"FROM audit_entry WHERE number = {end}",
    )
    assert {"entry-edited", "entry-moved", "head-differs"} == set(codes(cast_on_both))


def test_doctor_reads_the_log_too(cast_on_both):
    say(cast_on_both)
    assert doctor.examine(cast_on_both.office).findings == ()
    tamper(cast_on_both, f"UPDATE audit_entry SET action = 'nothing' WHERE number = {last(cast_on_both)}")
    (finding,) = doctor.examine(cast_on_both.office).findings
    assert str(finding).startswith(f"audit entry {last(cast_on_both)} (nothing)")


def test_a_log_without_its_guards_is_found(cast):
    say(cast)
    with cast.office.transaction():
        cast.office.session.execute(text("DROP TRIGGER audit_entry_no_delete"))
    assert codes(cast) == ["guard-missing"]


def test_a_reason_can_be_forgotten_and_the_chain_stays_whole(cast_on_both):
    say(cast_on_both)
    with cast_on_both.office.transaction():
        assert audit.blank(cast_on_both.office, AuditEntry.subject == "3") == 1
    rows = cast_on_both.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "test.said"))
    told = {row.subject: row.told for row in rows}
    assert told["3"] == {"n": 3}
    assert told["4"] == {"n": 4, "reason": "why 4"}
    assert codes(cast_on_both) == []
    tamper(cast_on_both, "UPDATE audit_entry SET private = '{\"reason\": \"no\"}', salt = 'x' WHERE subject = '3'")
    assert codes(cast_on_both) == ["private-edited"], "and nobody puts another in its place"


def test_what_fails_leaves_no_entry(cast_on_both):
    before = auditchain.head(cast_on_both.office)
    with pytest.raises(ZeroDivisionError), cast_on_both.office.transaction():  # noqa: PT012 - what fails is the second
        audit.note(cast_on_both.office, None, "test.said", "never")
        1 / 0
    say(cast_on_both, 1)
    assert last(cast_on_both) == int(before.split(":")[0]) + 1
    with pytest.raises(RuntimeError):
        audit.note(cast_on_both.office, None, "test.said", "outside of a transaction")


def test_twenty_thousand_entries_are_chained_in_seconds(cast_on_both):
    place = cast_on_both.institutions["/pa/senafront/"].id
    started = time.process_time()
    with cast_on_both.office.transaction():
        audit.note_many(
            cast_on_both.office, None, "test.many", ((str(n), {"fields": ["rank"]}, place) for n in range(20_000))
        )
    assert time.process_time() - started < 8
    assert codes(cast_on_both) == []


def test_a_long_deed_keeps_nobody_from_writing(postgres_url, engine_for):
    """Who notes something early and commits late holds the end of the log for the moment of the commit only."""
    engine = engine_for(postgres_url)
    with Session(engine) as slow, Session(engine) as quick, write(slow):
        audit.note(office_for(slow), None, "test.slow", "1")
        slow.flush()
        with write(quick):
            quick.execute(text("SET LOCAL lock_timeout = '2s'"))
            audit.note(office_for(quick), None, "test.quick", "2")
    with Session(engine) as session:
        said = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        assert said == ["test.quick", "test.slow"]


def _write_from_a_process(url: str, name: str, count: int) -> None:
    engine = create_engine(url)
    install(engine)
    for number in range(count):
        with Session(engine) as session:
            office = office_for(session)
            with office.transaction():
                audit.note(office, None, "test.race", f"{name}/{number}", {"reason": "a race"})
    engine.dispose()


def test_many_writers_lose_nothing_and_the_chain_is_whole(any_url, engine_for):
    """Two processes of two threads each, at once."""
    count = 25
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_from_a_process, args=(any_url, f"p{n}", count)) for n in range(2)]
    threads = [threading.Thread(target=_write_from_a_process, args=(any_url, f"t{n}", count)) for n in range(2)]
    for one in (*processes, *threads):
        one.start()
    for one in (*processes, *threads):
        one.join()
    with Session(engine_for(any_url)) as session:
        subjects = session.scalars(select(AuditEntry.subject)).all()
        assert sorted(subjects) == sorted(f"{who}/{n}" for who in ("p0", "p1", "t0", "t1") for n in range(count))
        report = auditchain.check(office_for(session))
        assert report.findings == () and report.entries == 4 * count
        assert session.get_one(AuditHead, 1).number == 4 * count


def test_entries_from_before_the_chain_are_chained_in_the_order_of_time(cast_on_both):
    say(cast_on_both)
    session, engine = cast_on_both.office.session, cast_on_both.office.session.get_bind()
    session.close()
    downgrade(engine, "0013")
    with Session(engine) as old, old.begin():
        sqlite = engine.dialect.name == "sqlite"
        for n, late in enumerate((3, 1, 2)):
            at = NOW + dt.timedelta(days=late)
            old.execute(
                text(
                    "INSERT INTO audit_entry (id, at, action, subject, detail) VALUES (:id, :at, 'test.old', :subject, "
                    ":detail)"
                ),
                {
                    "id": uuid.uuid4().hex,
                    "at": at.replace(tzinfo=None).isoformat(" ", "microseconds") if sqlite else at,
                    "subject": str(late),
                    "detail": '{"n": 1, "reason": "a reason of before"}',
                },
            )
            assert n >= 0
    migrating.upgrade(engine)
    migrating.differences(engine)
    report = auditchain.check(cast_on_both.office)
    assert report.findings == ()
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "test.old").order_by(AuditEntry.number)).all()
    assert [row.subject for row in rows] == ["1", "2", "3"]
    assert {row.detail == {"n": 1} and row.told["reason"] == "a reason of before" for row in rows} == {True}
