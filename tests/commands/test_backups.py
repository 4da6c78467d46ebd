"""A backup taken while people learn holds one moment, is proven before it is called good, and comes back on either database."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from app.cli import paso
from app.commands import backups, sealing
from app.records import archive, migrating
from app.records.archive import ArchiveRefused
from app.records.people import Person
from app.services import certifying, doctor
from tests.cast import Cast, office_for, signing_folder
from tests.story import complete, do, finish_lessons

NOW = dt.datetime(2026, 11, 30, 12, 0, tzinfo=dt.UTC)
Engines = Callable[[str], Engine]


def engine_of(cast: Cast) -> Engine:
    bind = cast.office.session.get_bind()
    assert isinstance(bind, Engine)
    return bind


def filled(cast: Cast) -> Cast:
    complete(cast, "nayeli")
    finish_lessons(cast, "beto", "mission")
    cast.office.session.rollback()
    return cast


def sums(engine: Engine) -> dict[str, tuple[int, str]]:
    """Every table's rows, counted and added up."""
    found = {}
    with archive.snapshot(engine) as connection:
        for name, columns in archive.kept().items():
            added = archive.Sum()
            for line in archive.lines(connection, name, columns):
                added.add(line)
            found[name] = (added.rows, added.digest)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    from sqlalchemy import create_engine, text

    server = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid.uuid4().hex}"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return f"{server}/{name}"


def test_what_was_kept_comes_back_to_the_last_row_on_either_database(
    cast_on_both: Cast, empty_url: str, engine_for: Engines, tmp_path: Path
) -> None:
    cast = filled(cast_on_both)
    target = tmp_path / "a.paso"
    manifest = backups.write(engine_of(cast), target, NOW)
    assert manifest["tables"]["person"]["rows"] == cast.office.session.query(Person).count()
    cast.office.session.rollback()
    there = engine_for(empty_url)
    with target.open("rb") as file:
        archive.fill(there, file)
    assert sums(there) == sums(engine_of(cast))
    migrating.differences(there)
    with Session(there, expire_on_commit=False) as session:
        office = office_for(session, cast.clock)
        assert doctor.examine(office).findings == ()
        # and life goes on there: triggers, references and the chains are in their places
        again = Cast(office, cast.clock, cast.course, cast.institutions, cast.people, cast.cohort)
        finish_lessons(again, "beto", "protection")
        code = certifying.mine(office, again.actor("nayeli"))[0].row.serial
        assert certifying.verify(office, code).outcome == "valid"
        assert doctor.examine(office).findings == ()


def test_a_backup_taken_while_officers_learn_holds_one_moment(
    cast_on_both: Cast, engine_for: Engines, tmp_path: Path
) -> None:
    cast = filled(cast_on_both)
    url = engine_of(cast).url.render_as_string(hide_password=False)
    over, wrong, done = threading.Event(), [], []

    def keep_learning(name: str) -> None:
        with Session(engine_for(url), expire_on_commit=False) as session:
            mine = Cast(office_for(session, cast.clock), cast.clock, cast.course, {}, cast.people)
            try:
                while not over.is_set():
                    lesson = cast.course.modules[0].lessons[0]
                    done.append(do(mine, name, "check.answered", "mission", lesson.questions[0], response=["right"]))
            except Exception as no:
                wrong.append(no)

    writers = [threading.Thread(target=keep_learning, args=(name,)) for name in ("beto", "ximena")]
    for writer in writers:
        writer.start()
    try:
        manifests = [backups.write(engine_of(cast), tmp_path / f"{n}.paso", NOW) for n in range(2)]
    finally:
        over.set()
        for writer in writers:
            writer.join(30)
    assert not wrong and len(done) > 5
    first, second = (m["tables"]["learning_event"]["rows"] for m in manifests)
    assert first < second, "they were written to while somebody learned"
    for n in range(2):
        there = engine_for(f"sqlite:///{tmp_path / f'{n}.db'}")
        with (tmp_path / f"{n}.paso").open("rb") as file:
            archive.fill(there, file)
        with Session(there, expire_on_commit=False) as session:
            assert doctor.examine(office_for(session, cast.clock)).findings == ()


def written(cast: Cast, folder: Path) -> Path:
    target = folder / "a.paso"
    backups.write(engine_of(filled(cast)), target, NOW)
    return target


def test_nothing_is_restored_over_what_is_there(cast: Cast, tmp_path: Path) -> None:
    target = written(cast, tmp_path)
    before = sums(engine_of(cast))
    with target.open("rb") as file, pytest.raises(ArchiveRefused, match="not-empty"):
        archive.fill(engine_of(cast), file)
    assert sums(engine_of(cast)) == before


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> io.BytesIO:
    """The archive with one of its parts changed, zipped anew so that the zip itself is sound."""
    held = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    held.seek(0)
    return held


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"Nayeli", b"Nadie "),
        lambda content: content.partition(b"\n")[2],
        lambda content: content + content,
        lambda content: b"nothing\n",
    ],
    ids=["a name changed", "a row gone", "rows twice", "no rows at all"],
)
def test_a_damaged_backup_restores_nothing(
    cast: Cast, tmp_path: Path, engine_for: Engines, change: Callable[[bytes], bytes]
) -> None:
    target = written(cast, tmp_path)
    there = engine_for(f"sqlite:///{tmp_path / 'there.db'}")
    with pytest.raises(ArchiveRefused) as refused:
        archive.fill(there, changed(target, "tables/person.jsonl", change))
    assert refused.value.code == "damaged"
    assert archive.strangers(there) == []


def test_half_a_backup_and_another_file_are_no_backup(cast: Cast, tmp_path: Path, engine_for: Engines) -> None:
    whole = written(cast, tmp_path).read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"PK\x03\x04", b"SQLite format 3\x00"):
        with pytest.raises(ArchiveRefused, match="not-ours"):
            archive.fill(engine_for("sqlite://"), io.BytesIO(content))


def test_a_newer_backup_is_refused_by_name(cast: Cast, tmp_path: Path, engine_for: Engines) -> None:
    target = written(cast, tmp_path)

    def newer(key: str, value: object) -> io.BytesIO:
        return changed(target, "manifest.json", lambda text: json.dumps({**json.loads(text), key: value}).encode())

    for key, value, code in (("format", 99, "format-newer"), ("schema", "9999", "schema-newer")):
        with pytest.raises(ArchiveRefused, match=code):
            archive.fill(engine_for("sqlite://"), newer(key, value))


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path, engine_for: Engines) -> None:
    """As written before practice days, surveys and the past were kept."""
    old = engine_for(f"sqlite:///{tmp_path / 'old.db'}")
    migrating.upgrade(old, "0016")
    from sqlalchemy import MetaData

    then = MetaData()
    then.reflect(old)
    number = uuid.uuid4().hex
    with old.begin() as connection:
        connection.execute(
            insert(then.tables["institution"]),
            {"id": number, "path": "/pa/", "name": "Panamá", "acronym": "", "country": "PA", "kind": "state"},
        )
    columns = [
        ["id", "uuid"],
        ["path", "text"],
        ["name", "text"],
        ["acronym", "text"],
        ["country", "text"],
        ["kind", "text"],
    ]
    with archive.snapshot(old) as connection:
        (line,) = archive.lines(connection, "institution", [(name, kind) for name, kind in columns])
    added = archive.Sum()
    added.add(line)
    about = {"columns": columns, "rows": 1, "digest": added.digest, "sha256": _sha256(line + b"\n")}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("tables/institution.jsonl", line + b"\n")
        manifest = {"format": 1, "schema": "0016", "made": "", "tables": {"institution": about}, "files": {}}
        file.writestr("manifest.json", json.dumps(manifest))
    there = engine_for(f"sqlite:///{tmp_path / 'there.db'}")
    archive.fill(there, held)
    assert migrating.is_current(there)
    with there.connect() as connection:
        assert connection.exec_driver_sql("SELECT name, name_key <> '' FROM institution").one() == ("Panamá", 1)


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_a_backup_that_cannot_be_proven_leaves_no_file(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(cast)

    def wrong(*_arguments: object, **_more: object) -> None:
        raise ArchiveRefused("damaged", part="person")

    monkeypatch.setattr(archive, "fill", wrong)
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(ArchiveRefused):
        backups.write(engine_of(cast), folder / "a.paso", NOW)
    assert list(folder.iterdir()) == []


# The commands ---------------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(paso, [str(argument) for argument in arguments])


@pytest.fixture
def platform(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast's database as the one that the environment names."""
    filled(cast)
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PASO_DATABASE_URL", engine_of(cast).url.render_as_string())
    monkeypatch.setenv("PASO_KEYS", str(signing_folder()))
    return cast


def test_backup_and_restore_from_the_shell_with_the_keys_sealed(
    platform: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASO_BACKUP_PASSPHRASE", "corta")
    target = tmp_path / "a.paso"
    assert run("backup", target, "--with-keys").exit_code == 1 and not target.exists()
    monkeypatch.setenv("PASO_BACKUP_PASSPHRASE", "una frase bien larga")
    made = run("backup", target, "--with-keys", "--language", "es")
    assert made.exit_code == 0, made.output
    assert "comparada, fila por fila" in made.output and "selladas" in made.output
    assert target.stat().st_mode & 0o077 == 0
    assert not [key for key in signing_folder().rglob("*.key") if key.read_bytes()[30:90] in target.read_bytes()]
    again = run("backup", target)
    assert again.exit_code == 1 and "exists already" in again.output

    refused = run("restore", target)
    assert refused.exit_code == 1 and "not empty" in refused.output
    monkeypatch.setenv("PASO_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setenv("PASO_KEYS", str(tmp_path / "newkeys"))
    monkeypatch.setenv("PASO_BACKUP_PASSPHRASE", "otra frase bien larga")
    assert "not the one" in run("restore", target, "--with-keys").output
    monkeypatch.setenv("PASO_BACKUP_PASSPHRASE", "una frase bien larga")
    done = run("restore", target, "--with-keys")
    assert "every row was compared" in done.output, done.output
    assert done.exit_code in (0, 2), done.output  # what doctor says of this machine's own disk is its own matter
    for key in signing_folder().rglob("*.key"):
        back = tmp_path / "newkeys" / key.relative_to(signing_folder())
        assert back.read_bytes() == key.read_bytes() and back.stat().st_mode & 0o077 == 0


def test_without_the_keys_it_says_so_and_they_are_not_in_it(platform: Cast, tmp_path: Path) -> None:
    target = tmp_path / "a.paso"
    made = run("backup", target)
    assert made.exit_code == 0 and "NOT in it: the keys" in made.output
    assert sealing.SEALED not in zipfile.ZipFile(target).namelist()


def test_of_a_folder_of_backups_the_newest_are_kept(platform: Cast, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"paso-2026010{day}-030000.paso").write_bytes(b"old")
    (folder / "notes.txt").write_text("not a backup")
    made = run("backup", folder, "--keep", 2)
    assert made.exit_code == 0, made.output
    kept = sorted(path.name for path in folder.iterdir())
    assert kept[:2] == ["notes.txt", "paso-20260103-030000.paso"] and len(kept) == 3
