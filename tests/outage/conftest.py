"""The production server in processes of its own, on an SQLite file that is really there, to be killed without warning."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.cast import Cast, Clock, assemble, office_for
from tests.conftest import KEY
from tests.outage.visitor import LOST, Visitor
from tests.story import finish_lessons, play, sit

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """``paso serve`` with two workers; *more* are variables of its environment besides."""

    def __init__(self, database: str, folder: Path, **more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.root = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.env = {
            **os.environ,
            "PASO_DATABASE_URL": database,
            "PASO_SECRET_KEY": KEY,
            "PASO_PORT": str(self.port),
            "PASO_WORKERS": "2",
            "PASO_INSTANCE": str(folder),
            **more,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.wait()

    def wait(self) -> Server:
        """Wait until it answers."""
        assert self.process is not None
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if Visitor(self.root).page("/readyz").startswith("ready"):
                    return self
            except (*LOST, AssertionError):
                time.sleep(0.1)
        self.kill()
        raise AssertionError(f"the server did not come up\n{self.log.read_text()}")

    def kill_workers(self) -> None:
        """SIGKILL to all processes that answer requests, at once; the one that watches over them starts others."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to all of its processes: nobody is told, nothing is put away."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@pytest.fixture
def prepared(sqlite_url: str, engine_for: Callable[[str], Engine]) -> Iterator[Cast]:
    """The cast on the file, by the real clock; Nayeli, Beto and Ximena may sit the exam."""
    clock = Clock(dt.datetime.now(dt.UTC))
    with Session(engine_for(sqlite_url), expire_on_commit=False) as session:
        cast = assemble(office_for(session, clock), clock)
        for name in ("nayeli", "beto", "ximena"):
            for module in ("mission", "protection"):
                finish_lessons(cast, name, module)
                play(cast, name, module)
                sit(cast, name, module)
        session.rollback()
        yield cast


@pytest.fixture
def server(prepared: Cast, sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    found = Server(sqlite_url, tmp_path).start()
    yield found
    found.kill()


@pytest.fixture
def device(server: Server) -> Callable[[str], Visitor]:
    """``device("nayeli")``: another device on which she has signed in."""
    return lambda name: Visitor(server.root).sign_in(name)
