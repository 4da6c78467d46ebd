"""What else goes wrong in a day: no room on the disk, a disk that takes nothing, a database started anew, clocks that jump,
a mail server that is away, a file that never arrives whole. Each is said in words, and nothing that was kept is lost.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app.records.audit import Notice
from app.records.editions import HeldUpload
from app.records.imports import PeopleImport
from app.services import doctor, notices
from app.services.office import Office
from app.serving import Smtp
from tests.cast import Cast
from tests.conftest import _postgres_programs
from tests.outage import days
from tests.outage.conftest import Server
from tests.outage.mailbox import Mailbox
from tests.outage.visitor import LOST, Visitor, multipart
from tests.story import complete, finish_lessons

AWAY = "La plataforma no está disponible en este momento"


def findings(url: str, engine_for: Callable[[str], Engine]) -> list[str]:
    with Session(engine_for(url), expire_on_commit=False) as session:
        report = doctor.examine(Office(session))
    return [str(finding) for finding in report.findings]


# Disk -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "paso", str(folder)]).returncode:
        pytest.skip("a file system of its own needs root and the right to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def on_small_disk(small_disk: Path) -> Iterator[tuple[days.Day, Path]]:
    url = f"sqlite:///{small_disk / 'paso.db'}"
    known = days.prepare(url)
    with Mailbox() as box:
        day = days.Day(url, small_disk, known, box, 5)
        day.server.log = small_disk.parent / "server.log"
        yield day, small_disk
        day.kill()
        day.engine.dispose()


def fill_up(folder: Path) -> Path:
    """Take what room is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1 << 8, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return ballast


def test_a_full_disk_is_said_and_once_there_is_room_life_goes_on(on_small_disk: tuple[days.Day, Path]) -> None:
    day, folder = on_small_disk
    day.start()
    day.sign_in()
    day.beto()
    ballast = fill_up(folder)
    for _try in range(40):  # what fits into the journal's last page is still kept
        try:
            day.beto()
        except AssertionError:
            break
    token = day.people["beto"].form(day.people["beto"].page("/learn/"), "sign-out")["fields"]["csrf_token"]
    fields = {"csrf_token": token, "event": str(uuid.uuid4()), "check": "mission-check-1", "a": "right"}
    status, _to, page = day.people["beto"]._open(days.LESSON, fields)
    assert status == 503 and AWAY in page, "a full disk is said in words"
    ballast.unlink()
    kept = len(day.events)
    day.beto()
    assert len(day.events) == kept + 1
    day.look()


def test_on_a_disk_that_takes_nothing_the_server_says_so_and_nothing_is_lost(
    on_small_disk: tuple[days.Day, Path],
) -> None:
    day, folder = on_small_disk
    day.start()
    day.sign_in()
    day.beto()
    day.kill()
    day.engine.dispose()
    until = time.monotonic() + 20
    while subprocess.run(["mount", "-o", "remount,ro", str(folder)], capture_output=True).returncode:
        assert time.monotonic() < until, "somebody still writes there"
        time.sleep(0.2)  # the killed ones have not all let go yet
    done = subprocess.run(
        [*_python(), "-m", "app.cli", "serve"],
        cwd=days.ROOT,
        env=day.server.env,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )
    assert done.returncode == 1
    assert "cannot be written to" in done.stderr and "Traceback" not in done.stderr
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
    day.server.process = None
    day.start()
    day.beto()
    day.look()


def _python() -> list[str]:
    import sys

    return [sys.executable]


# The database ---------------------------------------------------------------------------------------------------------


def test_a_database_started_anew_in_mid_day_costs_a_moment_and_no_promise(tmp_path: Path) -> None:
    programs = _postgres_programs()
    if programs is None or os.geteuid() != 0:
        pytest.skip("PostgreSQL is not installed, or may not be started by us")
    folder = Path("/tmp") / f"paso-outage-{os.getpid()}-{time.time_ns()}"
    folder.mkdir()
    shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(*command: str) -> None:
        subprocess.run(["runuser", "-u", "postgres", "--", *command], check=True, capture_output=True, cwd="/")

    control = [str(programs / "pg_ctl"), "-D", str(folder / "data")]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    call(str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "paso", "--no-sync")
    call(*control, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        with days.databases("postgresql", tmp_path, f"postgresql+psycopg://paso@127.0.0.1:{port}") as (make, known):
            url, here = make()
            with Mailbox() as box:
                day = days.Day(url, here, known, box, 8)
                day.start()
                day.sign_in()
                day.beto()
                for how in ("fast", "immediate"):  # "immediate" is PostgreSQL's own kill -9
                    call(*control, "-m", how, "-w", "stop")
                    status, _to, page = day.people["beto"]._open("/learn/")
                    assert status == 503 and AWAY in page
                    assert Visitor(day.server.root)._open("/healthz")[0] == 200
                    assert Visitor(day.server.root)._open("/readyz")[0::2] == (503, "not ready: database\n")
                    call(*control, "-o", options, "-l", str(folder / "log"), "-w", "start")
                    day.engine.dispose()
                    day.beto()
                    day.tomas()
                    day.look()
                day.kill()
                day.engine.dispose()
    finally:
        call(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


# Clocks ---------------------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_takes_nothing_back_and_counts_nothing_twice(cast_on_both: Cast) -> None:
    cast = cast_on_both
    finish_lessons(cast, "beto", "mission")
    cast.clock.pass_by(days=-400)
    finish_lessons(cast, "beto", "protection")
    complete(cast, "nayeli")
    cast.clock.pass_by(days=900)
    finish_lessons(cast, "ximena", "mission")
    cast.clock.pass_by(days=-500)
    finish_lessons(cast, "ximena", "protection")
    assert doctor.examine(cast.office).findings == ()


# Mail -----------------------------------------------------------------------------------------------------------------


def test_while_the_mail_server_is_away_messages_wait_and_then_all_of_them_leave_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    office = cast.office
    with office.transaction():
        for name in ("nayeli", "beto", "ximena"):
            notices.queue(office, cast.people[name], f"key/{name}", "Asunto", "Texto")

    def deliver(url: str) -> notices.Delivery:
        cast.clock.pass_by(hours=7)  # past every pause between tries
        mailing = Office(
            office.session, cast.clock, office.settings, mailer=Smtp(url, "paso@paso.example", timeout=0.5)
        )
        return notices.deliver(mailing)

    def waiting() -> int:
        return office.session.scalar(select(func.count()).select_from(Notice).where(Notice.sent_at.is_(None))) or 0

    with Mailbox() as box:
        gone = Mailbox()
        gone.server.server_close()
        assert deliver(gone.url).down and waiting() == 3
        for mood in ("silent", "refusing"):
            box.mood = mood
            done = deliver(box.url)
            assert done.sent == 0 and waiting() == 3, mood
        box.mood = "well"
        assert deliver(box.url).sent == 3
        assert waiting() == 0
        assert sorted(box.taken.values()) == [1, 1, 1]
    assert doctor.examine(office).findings == ()


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_file_that_is_cut_off_on_its_way_leaves_nothing_behind(
    prepared: Cast,
    server: Server,
    device: Callable[[str], Visitor],
    sqlite_url: str,
    engine_for: Callable[[str], Engine],
) -> None:
    coralia = device("coralia")
    form = coralia.form(coralia.page("/coordinate/people/import"), "people/import")
    content = "Nombre;Correo\n" + "".join(f"Rosa {n};r{n}@paso.example\n" for n in range(2000))
    fields = {**form["fields"], "institution": str(prepared.institutions["/pa/senafront/"].id), "language": "es"}
    body, kind = multipart(fields, "file", "lista.csv", content.encode())
    cookies = "; ".join(f"{one.name}={one.value}" for one in coralia.cookies)
    head = (
        f"POST {form['action']} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookies}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    for share in (0.0, 0.2, 0.5, 0.99):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
            line.sendall(head + body[: int(len(body) * share)])
            line.shutdown(socket.SHUT_WR)
            try:
                answer = line.recv(65536)
            except LOST:
                answer = b""
        assert not answer.startswith(b"HTTP/1.1 303"), "half a file is no file"
    with Session(engine_for(sqlite_url)) as session:
        assert session.scalar(select(func.count()).select_from(PeopleImport)) == 0
        assert session.scalar(select(func.count()).select_from(HeldUpload)) == 0
    assert coralia.send(form, "file", "lista.csv", content.encode(), **fields)[0] == 303
    assert findings(sqlite_url, engine_for) == []


def test_a_database_whose_clock_is_elsewhere_is_noticed(cast: Cast, tmp_path: Path) -> None:
    from app.commands import surroundings
    from tests.conftest import config_for

    cast.clock.at = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    complete(cast, "nayeli")
    url = str(cast.office.session.get_bind().url)  # type: ignore[union-attr]
    found = {finding.code: finding for finding in surroundings.look(cast.office, config_for(url))}
    assert not found["clock-behind"].grave
    assert cast.office.session.scalar(text("SELECT 1")) == 1
