"""The production server, the same for the demo and for real: gunicorn through its Python API, waitress on Windows."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from prometheus_client.multiprocess import mark_process_dead

from app.config import Config
from app.services import accounts, challenges, exams, figures, imports, notices, publishing, retaining, rulings, surveys
from app.services.cohorts import joining, reminding
from app.services.office import MailDown, Office, Settings
from app.web.kit import logs, metrics

logger = logging.getLogger(__name__)
ROUND_SECONDS = 20
LOOK_EVERY = 8
"""ticks of a quarter of a second between looks whether somebody waits"""
SURVEY_ROUNDS = 90
"""every half hour the worker looks who is to be asked for the survey: that reads all who completed lately"""


def port_is_free(host: str, port: int) -> bool:
    """Whether we could listen on *host*:*port*."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(make_app: Callable[[], Flask], config: Config, ready: Callable[[], None] | None = None) -> None:
    """Serve until stopped. *ready* is called once, when connections are accepted. Does not return on POSIX."""
    if sys.platform == "win32":
        from waitress import (
            serve as serve_threads,
        )  # the one import in a function: each server exists on its own system

        if ready:
            ready()
        serve_threads(make_app(), host=config.host, port=config.port, threads=8)
        return
    from gunicorn.app.base import BaseApplication

    folder = Path(tempfile.mkdtemp(prefix="paso-metrics-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    os.environ.setdefault(metrics.FOLDER, str(folder))
    atexit.register(_sweep, folder, os.getpid())

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{config.host}:{config.port}",
                "workers": config.workers,
                "threads": 4,
                "worker_class": "gthread",
                "preload_app": False,
                "max_requests": 5000,
                "max_requests_jitter": 500,
                "graceful_timeout": 30,
                "timeout": 120,
                "loglevel": "warning",
                # gunicorn would open a control socket in the home folder, shared by two instances
                "control_socket_disable": True,
                "post_fork": lambda _server, _worker: logs.begin(config.log, requests=config.production),
                "child_exit": lambda _server, worker: mark_process_dead(worker.pid),
                "when_ready": lambda _server: ready() if ready else None,
            }
            if Path("/dev/shm").is_dir():
                options["worker_tmp_dir"] = "/dev/shm"
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return make_app()

    Server().run()


def _sweep(folder: Path, owner: int) -> None:
    """The counters of processes that are gone; a worker that ends is not the server that made the folder."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def is_handed_a_socket() -> bool:
    """Whether systemd listens for us (deploy/paso.socket): while we are started anew, visitors wait instead of failing."""
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


class Smtp:
    """Sends messages through ``smtp://user:password@host:port`` (STARTTLS where offered) or ``smtps://…``, as many as
    there are over one connection. A password leaves only under TLS whose certificate is verified, or to this machine.
    """

    def __init__(self, url: str, sender: str, timeout: float = 30) -> None:
        self.parts = urlsplit(url)
        self.sender = sender
        self.timeout = timeout
        self._server: smtplib.SMTP | None = None

    def send(self, to: str, subject: str, body: str, message_id: str) -> None:
        """Deliver one message. Raises ``OSError`` (smtplib's errors are such) when it could not, ``MailDown`` when the
        server takes no message at all.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Message-ID"], message["Date"] = message_id, formatdate()
        message["Auto-Submitted"] = "auto-generated"  # absence notes need not answer
        message.set_content(body)
        kept = self._server
        try:
            self._connected().send_message(message)
        except smtplib.SMTPServerDisconnected:
            self.close()
            if kept is None:
                raise
            self._connected().send_message(message)  # it had only grown tired of waiting for the next one
        except smtplib.SMTPSenderRefused as no:  # of us, whoever the message is for
            raise MailDown(str(no)) from no

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        secure = self.parts.scheme == "smtps"
        host, port = self.parts.hostname or "localhost", self.parts.port or (465 if secure else 25)
        verified = ssl.create_default_context()
        server: smtplib.SMTP | None = None
        try:
            if secure:
                server = smtplib.SMTP_SSL(host, port, timeout=self.timeout, context=verified)
            else:
                server = smtplib.SMTP(host, port, timeout=self.timeout)
                server.ehlo()  # before it, the server has not said what it offers
                if server.has_extn("starttls"):
                    # without a password to lose, any encryption is better than none
                    server.starttls(context=verified if self.parts.username else None)
                elif self.parts.username and host not in ("localhost", "127.0.0.1", "::1"):
                    raise MailDown("the server offers no STARTTLS, and the password would travel in the clear")
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except OSError as no:
            if server is not None:
                server.close()
            raise no if isinstance(no, MailDown) else MailDown(f"{host}: {no}") from no
        self._server = server
        return server

    def close(self) -> None:
        """Say goodbye, if anybody is listening."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):
                server.quit()


def office_of(session: Any, config: Config, settings: Settings) -> Office:
    """The Office of the worker, with its mailer if one is configured."""
    mailer = Smtp(config.smtp_url, config.mail_from or "no-reply@localhost") if config.smtp_url else None
    return Office(session, settings=settings, mailer=mailer)


def work_once(office: Office) -> dict[str, int]:
    """One round of the worker: close attempts whose time is over, work on lists of people, give free seats of cohorts to
    those in line, remind, send messages, go on with rulings, forget what is old, count the region when a month is over.
    """
    done = {"closed": exams.close_due(office), "imported": imports.run_due(office)}
    done["seated"] = joining.promote_due(office)
    done["reminded"] = reminding.send_due(office)
    done["sent"] = notices.deliver(office, seconds=ROUND_SECONDS).sent
    done["ruled"] = rulings.apply_due(office)
    done["swept"] = publishing.sweep_working(office) + imports.sweep(office)
    accounts.sweep_tries(office)
    challenges.sweep(office)
    done["forgotten"] = retaining.sweep_sometimes(office)
    figures.freeze(office)
    return done


def work(app: Flask, session_of: Callable[[], Any], config: Config, settings: Settings, rounds: int = 0) -> None:
    """The worker: a round every few seconds until stopped (or *rounds* of them). A failed round is logged, not fatal.

    Somebody looks at the progress of a large list of people: a round begins at once when there is one.
    """
    logs.begin(config.log, requests=False)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    signal.signal(signal.SIGINT, lambda number, _frame: stopping.append(number))
    parent = os.getppid()
    count = 0
    while not stopping and (rounds == 0 or count < rounds):
        count += 1
        with app.app_context():
            try:
                office = office_of(session_of(), config, settings)
                work_once(office)
                if count % SURVEY_ROUNDS == 1:
                    surveys.invite_due(office)
            except Exception:
                logger.exception("a round of the worker failed; the next one tries again")
        for tick in range(1, ROUND_SECONDS * 4):
            if stopping or (rounds and count >= rounds) or os.getppid() != parent:
                break
            time.sleep(0.25)
            if tick % LOOK_EVERY == 0 and _asked(app, session_of, config, settings):
                break
        if os.getppid() != parent:  # the server that started us is gone
            break


def _asked(app: Flask, session_of: Callable[[], Any], config: Config, settings: Settings) -> bool:
    """Whether somebody waits for the worker."""
    with app.app_context():
        try:
            return bool(imports.due(office_of(session_of(), config, settings)))
        except Exception:  # the next round says what it is
            return False


def start_beside(code: str) -> subprocess.Popen[bytes]:
    """Run Python *code* (the worker) in a process of its own, beside the server, a moment later: the server comes first."""
    late = f"import time; time.sleep(3); {code}"
    return subprocess.Popen([sys.executable, "-c", late], cwd=Path(__file__).resolve().parents[1])
