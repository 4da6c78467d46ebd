"""The rows that PostgreSQL writes itself are, byte for byte, those that we would have written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.records.certificates import Certificate
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.services.rosters import Reader, RosterQuery, copying
from app.services.rosters.reading import Source
from app.services.spreadsheets import CsvWriter, safe
from tests.cast import Cast, Clock, assemble, office_for
from tests.story import complete, finish_lessons

ZONES = ("America/Panama", "America/Toronto", "America/Mexico_City", "America/St_Johns", "UTC", "Asia/Kathmandu")
MOMENTS = st.datetimes(dt.datetime(2019, 1, 1), dt.datetime(2037, 12, 31), timezones=st.just(dt.UTC))
TEXTS = st.text(st.sampled_from("aÑé =+-@＝\"',;|\t\r\n\\.0\u00a0日"), max_size=8)


@pytest.fixture
def busy(postgres_url, engine_for) -> Iterator[Cast]:
    clock = Clock()
    with Session(engine_for(postgres_url), expire_on_commit=False) as session:
        cast = assemble(office_for(session, clock), clock)
        complete(cast, "nayeli")
        finish_lessons(cast, "beto", "mission")
        yield cast


def both(cast: Cast, language: str = "es", zone: str = "America/Panama", /, **asked: str) -> tuple[bytes, bytes]:
    """What PostgreSQL writes, and what Python does of the same rows."""
    actor = cast.actor("coralia")
    reader = replace(Reader.of(cast.office, actor, language), zone=ZoneInfo(zone))
    query = RosterQuery.parse(asked)
    copied, worded = (Source(cast.office, actor, query, reader) for _turn in "ab")
    found = b"".join(copied.csv()), b"".join(map(CsvWriter.joined, worded.batches(as_text=True)))
    assert (copied.rows, copied.editions) == (worded.rows, worded.editions)
    return found


def put(cast: Cast, text: str, moment: dt.datetime) -> None:
    with cast.office.transaction():
        session = cast.office.session
        session.execute(update(Person).values(name=text or "x", file_name=text, rank=text))
        nayeli = update(Person).where(Person.id == cast.people["nayeli"].id)
        session.execute(nayeli.values(service_number=text))
        session.execute(update(Institution).values(name=text or "y"))
        moments = dict.fromkeys(("enrolled_at", "started_at", "active_at", "completed_at"), moment)
        session.execute(update(Enrolment).values(moments))
        session.execute(update(Certificate).values(expires_on=moment.date()))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=TEXTS, moment=MOMENTS, zone=st.sampled_from(ZONES), language=st.sampled_from(("en", "es")))
@example("=1+1", dt.datetime(2026, 3, 8, 6, 59, tzinfo=dt.UTC), "America/Toronto", "es")
@example("a\r\n-b", dt.datetime(2026, 11, 1, 5, 59, 59, tzinfo=dt.UTC), "America/St_Johns", "en")
@example("\\.", dt.datetime(2022, 10, 30, 5, 0, tzinfo=dt.UTC), "America/Mexico_City", "es")
def test_whatever_the_database_holds_both_write_the_same(busy, text, moment, zone, language):
    put(busy, text, moment)
    copied, worded = both(busy, language, zone)
    assert copied == worded
    assert copied.endswith(b"\r\n")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"columns": "name,completed"},
        {"name": "%' or 1=1 --"},
        {"name": "ábrego"},
        {"status": "completed", "sort": "-completed"},
        {"sort": "course"},
        {"as_of": "2026-11-22"},
        {"completed_from": "2026-01-01", "completed_to": "2026-12-31"},
    ],
)
def test_whatever_is_asked_both_answer_the_same(busy, asked):
    busy.clock.pass_by(days=3)
    copied, worded = both(busy, **asked)
    assert copied == worded


def test_a_zone_that_postgresql_does_not_know_is_told_by_us(busy, monkeypatch):
    with busy.office.session.get_bind().connect() as connection:
        assert copying.knows_zone(connection, "America/Panama")
        assert not copying.knows_zone(connection, "America/Macondo")
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    monkeypatch.setattr(copying, "knows_zone", lambda *_: False)
    copied, worded = both(busy)
    assert copied == worded != b""


def test_a_download_that_is_broken_off_gives_its_connection_back(busy, monkeypatch):
    monkeypatch.setattr(copying, "AT_ONCE", 1)
    engine = busy.office.session.get_bind()
    actor = busy.actor("coralia")
    busy.office.session.rollback()
    taken = engine.pool.checkedout()
    source = Source(busy.office, actor, RosterQuery(), Reader.of(busy.office, actor, "es"))
    busy.office.session.rollback()
    stream = source.csv()
    next(stream)
    assert engine.pool.checkedout() == taken + 1
    stream.close()
    assert engine.pool.checkedout() == taken


@given(cell=TEXTS, more=TEXTS)
def test_only_rows_in_which_no_formula_may_begin_are_passed_on_as_they_came(cell, more):
    if copying._suspect(f"{cell},{more}"):
        return
    assert safe(cell) == cell
