"""``paso audit …`` and ``paso privacy …``: what a script reads, and the exit status."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.records.database import install
from app.services import auditchain, sightings
from tests.cast import Cast, Clock, assemble, office_for
from tests.commands.test_certificates import run


@pytest.fixture
def cast(sqlite_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PASO_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    engine = create_engine(sqlite_url)
    install(engine)
    with Session(engine, expire_on_commit=False) as session:
        clock = Clock(dt.datetime.now(dt.UTC) - dt.timedelta(days=20))
        yield assemble(office_for(session, clock), clock)
    engine.dispose()


def test_a_whole_log_is_checked_against_an_end_written_down_before(cast: Cast) -> None:
    kept = run("audit", "head").output.strip()
    assert kept == auditchain.head(cast.office)
    sightings.saw(cast.office, cast.actor("coralia"), cast.people["nayeli"].id, "record.view")
    result = run("audit", "check", "--expect", kept)
    assert result.exit_code == 0 and "0 findings" in result.output
    wrong = run("audit", "check", "--expect", f"{kept.split(':')[0]}:{'0' * 64}")
    assert wrong.exit_code == 1 and "was rewritten" in wrong.output


def test_a_changed_log_ends_with_1_and_names_the_entry_in_doctor_too(cast: Cast) -> None:
    with cast.office.transaction():
        cast.office.session.execute(text("DROP TRIGGER audit_entry_no_update"))
        cast.office.session.execute(text("UPDATE audit_entry SET action = 'x' WHERE number = 1"))
    for command in (("audit", "check"), ("doctor",)):
        result = run(*command)
        assert result.exit_code == 1
        assert "audit entry 1 (x): its content was changed" in result.output
        assert "its triggers audit_entry_no_update are gone" in result.output


def test_a_dry_run_says_what_would_go_and_leaves_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sightings.saw(cast.office, cast.actor("coralia"), cast.people["nayeli"].id, "record.view")
    monkeypatch.setenv("PASO_KEEP_VIEWS", "10")
    for _again in range(2):
        result = run("privacy", "retention", "--dry-run")
        assert result.exit_code == 0 and "1 looks and purposes in the log (PASO_KEEP_VIEWS: 10 days)" in result.output
        assert "1 would go." in result.output
    assert "1 are gone." in run("privacy", "retention").output
    assert "0 would go." in run("privacy", "retention", "--dry-run").output
    assert run("audit", "check").exit_code == 0


def test_a_setting_that_is_no_number_of_days_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASO_KEEP_NOTICES", "soon")
    result = run("privacy", "retention")
    assert result.exit_code == 1 and "PASO_KEEP_NOTICES" in str(result.exception)
