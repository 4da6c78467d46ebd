"""``paso certificates …``: what operators and verifiers do from a shell, and the exit status that a script reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app.cli import paso
from app.records.certificates import Certificate, CertificateFile
from app.records.database import install
from app.records.register import RegisterEntry
from app.services import certifying, keyring, revoking
from certificates import token
from certificates.serial import new
from tests.cast import Cast, Clock, assemble, office_for
from tests.keyring import strangers
from tests.story import complete


def run(*arguments: object) -> Result:
    return CliRunner().invoke(paso, [str(argument) for argument in arguments])


@dataclass
class Held:
    """Nayeli's certificate, as a file beside the platform that issued it."""

    cast: Cast
    serial: str
    file: Path
    root: Path


@pytest.fixture
def held(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    monkeypatch.setenv("PASO_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PASO_KEYS", str(tmp_path / "keys"))
    assert run("certificates", "keys", "init", "--root", tmp_path / "safe").exit_code == 0
    ring = keyring.open_ring(tmp_path / "keys", None, "")
    engine = create_engine(sqlite_url)
    install(engine)
    with Session(engine, expire_on_commit=False) as session:
        clock = Clock(dt.datetime.now(dt.UTC))  # commands read the machine's clock
        cast = assemble(office_for(session, clock, keys=ring), clock)
        complete(cast, "nayeli")
        serial = certifying.mine(cast.office, cast.actor("nayeli"))[0].row.serial
        content, _name = certifying.pdf(cast.office, cast.actor("nayeli"), serial, "both", "a4")
        (file := tmp_path / "certificate.pdf").write_bytes(content)
        yield Held(cast, serial, file, tmp_path / "keys/root.pem")
    engine.dispose()


def test_a_file_a_code_and_an_address_are_valid_with_every_fact_of_the_paper(held: Held) -> None:
    for what in (held.file, held.serial, f"http://127.0.0.1:8000/verify/{held.serial}"):
        result = run("certificates", "verify", what, "--language", "es")
        assert result.exit_code == 0, result.output
        assert result.output.startswith("VÁLIDO\n")
        for fact in ("Nayeli Ábrego Quintero", "Puesto Paso del Guayacán, Panamá", "13 horas", held.serial):
            assert fact in result.output


def test_what_a_scan_gave_is_judged_by_its_signature_and_then_by_the_register(held: Held) -> None:
    ring = held.cast.office.settings.keys
    assert ring is not None
    stated = certifying.mine(held.cast.office, held.cast.actor("nayeli"))[0].facts
    digits = token.encode(stated, ring.signing)
    for scan in (digits, f"http://127.0.0.1:8000/verify#{digits}"):
        result = run("certificates", "verify", scan)
        assert result.exit_code == 0 and "Nayeli Ábrego Quintero" in result.output, result.output
    middle = len(digits) // 2
    altered = digits[:middle] + str(9 - int(digits[middle])) + digits[middle + 1 :]
    for scan, told, status in (
        (altered, "ALTERED", 1),
        (token.encode(stated, strangers().signing), "NOT OURS", 1),
        (digits[:-17], "MISTYPED", 1),
        (token.encode(replace(stated, serial=new()), ring.signing), "GENUINE", 2),
    ):
        result = run("certificates", "verify", scan)
        assert result.output.startswith(told) and result.exit_code == status, result.output
        assert "Nayeli" not in result.output
    revoking.ask(held.cast.office, held.cast.actor("coralia"), held.serial, "Issued by mistake.")
    revoking.confirm(held.cast.office, held.cast.actor("ada"), held.serial)
    assert run("certificates", "verify", digits).output.startswith("REVOKED")


def test_an_altered_file_is_not_valid(held: Held) -> None:
    held.file.write_bytes(held.file.read_bytes() + b"\n")
    result = run("certificates", "verify", held.file)
    assert (result.exit_code, result.output.split(":")[0]) == (1, "ALTERED")


def test_a_revoked_certificate_is_not_valid_and_says_since_when(held: Held) -> None:
    revoking.ask(held.cast.office, held.cast.actor("coralia"), held.serial, "Issued by mistake.")
    revoking.confirm(held.cast.office, held.cast.actor("ada"), held.serial)
    result = run("certificates", "verify", held.file)
    assert result.exit_code == 1
    assert result.output.startswith(f"REVOKED (on {dt.datetime.now(dt.UTC).day} ")
    assert "Nayeli" in result.output and "mistake" not in result.output
    by_code = run("certificates", "verify", held.serial)
    assert by_code.exit_code == 1 and "Nayeli" not in by_code.output, "a guessed code tells nothing of the person"


def test_an_unknown_code_cannot_be_told(held: Held) -> None:
    assert run("certificates", "verify", "7KQ4-M2XD-9TFR-AF").exit_code == 2


def test_with_the_root_alone_a_file_is_genuine_and_whether_it_still_holds_is_left_open(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASO_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    result = run("certificates", "verify", held.file, "--root", held.root)
    assert result.exit_code == 2 and result.output.startswith("GENUINE")
    held.file.write_bytes(held.file.read_bytes().replace(b"/Title", b"/Titel"))
    assert run("certificates", "verify", held.file, "--root", held.root).exit_code == 1
    assert run("certificates", "verify", held.file, "--root", held.file).exit_code == 2


def test_keys_are_made_once_checked_and_rotated_and_old_files_stay_valid(held: Held, tmp_path: Path) -> None:
    again = run("certificates", "keys", "init", "--root", tmp_path / "another")
    assert again.exit_code == 1 and "rotate" in again.output
    checked = run("certificates", "keys", "check")
    assert checked.exit_code == 0 and "Fingerprint" in checked.output
    rotated = run("certificates", "keys", "rotate", "--root", tmp_path / "safe")
    assert rotated.exit_code == 0 and "2 generations" in rotated.output
    assert run("certificates", "verify", held.file).exit_code == 0


def test_keys_that_others_can_read_are_refused_with_what_to_do(held: Held, tmp_path: Path) -> None:
    key = next((tmp_path / "keys").rglob("paper.key"))
    key.chmod(0o644)
    for command in (("keys", "check"), ("verify", held.serial)):
        result = run("certificates", *command)
        assert result.exit_code == 1
        assert f"chmod go= {key}" in result.output + str(result.exception)


def test_the_root_is_not_made_inside_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    result = run("certificates", "keys", "init", "--root", tmp_path / "instance/keys/root")
    assert result.exit_code == 1 and "apart" in result.output


def test_the_register_is_whole_and_one_edited_row_is_named(held: Held) -> None:
    whole = run("certificates", "register", "check")
    assert whole.exit_code == 0 and "0 findings" in whole.output
    noted = run("certificates", "register", "head").output.strip()
    assert run("certificates", "register", "check", "--expect", noted).exit_code == 0
    with held.cast.office.transaction():
        held.cast.office.session.execute(update(RegisterEntry).where(RegisterEntry.number == 2).values(action="issue"))
    broken = run("certificates", "register", "check", "--expect", noted)
    assert broken.exit_code == 1 and "entry 2 (issue of" in broken.output


def test_a_stored_pdf_is_the_file_that_was_downloaded(held: Held) -> None:
    session = held.cast.office.session
    stored = session.scalars(select(CertificateFile.content).join(Certificate, Certificate.serial == held.serial)).all()
    assert held.file.read_bytes() in stored
