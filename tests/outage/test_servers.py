"""``wsgi.py`` under servers that are not ours; and ours stopped, reloaded and started anew while people use it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cast import Cast, signing_folder
from tests.conftest import KEY
from tests.outage.conftest import ROOT, Server
from tests.outage.visitor import LOST, Visitor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


COMMANDS = {
    "gunicorn": ["-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "2", "wsgi:app"],
    "waitress": ["-m", "waitress", "--listen", "127.0.0.1:{port}", "wsgi:app"],
    "wsgiref": [
        "-c",
        "from wsgiref.simple_server import make_server; import wsgi; "
        "make_server('127.0.0.1', {port}, wsgi.app).serve_forever()",
    ],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_application_runs_under_any_wsgi_server(name: str, prepared: Cast, sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    env = {
        **os.environ,
        "PASO_DATABASE_URL": sqlite_url,
        "PASO_SECRET_KEY": KEY,
        "PASO_INSTANCE": str(tmp_path),
        "PASO_KEYS": str(signing_folder()),
        "HOME": str(tmp_path),
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *(part.format(port=port) for part in COMMANDS[name])],
            cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        root = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 90
        while True:
            try:
                assert Visitor(root).page("/readyz") == "ready\n"
                break
            except LOST:
                assert process.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()
                time.sleep(0.2)
        nayeli = Visitor(root).sign_in("nayeli")
        assert "Frontera Humana" in nayeli.page("/learn/")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


class Crowd:
    """People who ask for a page again and again, each time over a new connection."""

    def __init__(self, root: str, people: int = 3) -> None:
        self.root, self.answered, self.failed = root, 0, list[str]()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _one in range(people)]

    def ask(self) -> None:
        while not self.over.is_set():
            try:
                with urllib.request.urlopen(f"{self.root}/account/sign-in", timeout=240) as answer:  # noqa: S310
                    assert answer.status == 200 and b"</html>" in answer.read()
                self.answered += 1
            except (*LOST, AssertionError) as no:
                self.failed.append(repr(no))

    def __enter__(self) -> Crowd:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(300)

    def wait_for(self, more: int) -> None:
        """Until so many more were answered."""
        until, wanted = time.monotonic() + 240, self.answered + more
        while self.answered < wanted and time.monotonic() < until and not self.failed:
            time.sleep(0.05)


def children(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def test_no_request_fails_while_the_server_is_reloaded(server: Server) -> None:
    assert server.process is not None
    with Crowd(server.root) as crowd:
        crowd.wait_for(5)
        for _reload in range(2):
            before = children(server.process.pid)
            os.kill(server.process.pid, signal.SIGHUP)
            until = time.monotonic() + 90
            while children(server.process.pid) & before and time.monotonic() < until:
                time.sleep(0.1)
            assert not children(server.process.pid) & before, "other processes serve now"
            crowd.wait_for(5)
    assert crowd.failed == []
    assert crowd.answered >= 15


def test_a_server_that_is_stopped_finishes_what_it_was_asked(prepared: Cast, server: Server) -> None:
    assert server.process is not None
    body = b"email=nadie%40paso.example&password=x"
    head = (
        f"POST /account/sign-in HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(head + body[:10])
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        line.sendall(body[10:])
        answer = b""
        while part := line.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 4") and answer.rstrip().endswith(b"</html>"), answer[:200]
    assert server.process.wait(60) == 0


@pytest.fixture
def handed_socket(
    prepared: Cast, sqlite_url: str, tmp_path: Path
) -> Iterator[tuple[str, Callable[[], subprocess.Popen[bytes]]]]:
    """A socket that is listened on outside the server, as by systemd (deploy/paso.socket), and what starts a server on it."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    made: list[subprocess.Popen[bytes]] = []
    env = {
        **os.environ,
        "PASO_DATABASE_URL": sqlite_url,
        "PASO_SECRET_KEY": KEY,
        "PASO_INSTANCE": str(tmp_path),
        "PASO_KEYS": str(signing_folder()),
        "PASO_PORT": str(listening.getsockname()[1]),
    }

    def start() -> subprocess.Popen[bytes]:
        handle = listening.fileno()
        # systemd hands sockets over as descriptor 3 and says to which process (sd_listen_fds(3))
        script = f"exec 3<&{handle}; export LISTEN_FDS=1 LISTEN_PID=$$; exec {sys.executable} -m app.cli serve"
        with (tmp_path / "handed.log").open("ab") as log:
            process = subprocess.Popen(
                ["bash", "-c", script],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=log,
                pass_fds=(handle,),
                start_new_session=True,
            )
        made.append(process)
        return process

    yield f"http://127.0.0.1:{listening.getsockname()[1]}", start
    for process in made:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
    listening.close()


def test_no_request_fails_while_a_new_version_takes_the_place_of_the_old(
    handed_socket: tuple[str, Callable[[], subprocess.Popen[bytes]]],
) -> None:
    root, start = handed_socket
    first = start()
    with Crowd(root) as crowd:
        crowd.wait_for(5)
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
        start()
        crowd.wait_for(8)
    assert crowd.failed == []
    assert crowd.answered >= 10


def test_the_server_adds_up_the_figures_of_its_processes(server: Server) -> None:
    for _request in range(12):
        Visitor(server.root).page("/healthz")
    found = [
        line for line in Visitor(server.root).page("/metrics").splitlines()
        if line.startswith("paso_requests_total{") and 'route="/healthz"' in line
    ]  # fmt: skip
    assert found and sum(float(line.rpartition(" ")[2]) for line in found) == 12
