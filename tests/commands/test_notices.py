"""``paso notices …``: messages leave through a mail server that listens, answers badly, or is not there."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app.cli import paso
from app.records.audit import Notice
from app.records.database import install
from app.services import notices, people
from app.services.office import MailDown
from app.services.people import Nominee
from app.serving import Smtp
from tests.cast import Cast, Clock, assemble, office_for


@dataclass
class Server:
    """A mail server of a few lines that keeps what it is given; ``refused`` names recipients that it does not know."""

    port: int = 0
    offers: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    hangs_up_after: int = 10_000
    messages: list[Any] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)

    def __enter__(self) -> Server:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listening.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        stream, taken = connection.makefile("rwb", buffering=0), 0

        def say(line: str) -> None:
            stream.write(f"{line}\r\n".encode())

        say("220 here")
        while line := stream.readline().decode().strip():
            self.commands.append(line)
            verb = line.upper()
            if verb.startswith("EHLO"):
                for offer in ("here", *self.offers):
                    say(f"250-{offer}")
                say("250 8BITMIME")
            elif verb.startswith("RCPT") and any(name in line for name in self.refused):
                say("550 no such mailbox")
            elif verb == "DATA":
                say("354 go on")
                content = b""
                while not content.endswith(b"\r\n.\r\n"):
                    content += stream.readline()
                self.messages.append(message_from_bytes(content[:-5], policy=policy.default))
                say("250 taken")
                taken += 1
                if taken == self.hangs_up_after:
                    return
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 fine")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(paso, ["notices", *arguments])


@pytest.fixture
def cast(sqlite_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    monkeypatch.setenv("PASO_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("PASO_SMTP_URL", raising=False)
    engine = create_engine(sqlite_url)
    install(engine)
    with Session(engine, expire_on_commit=False) as session:
        clock = Clock(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))  # commands read the machine's clock
        yield assemble(office_for(session, clock), clock)
    engine.dispose()


def invite(cast: Cast, *names: str) -> list[str]:
    """Invite somebody of each name; their links."""
    post = cast.institutions["/pa/senafront/cativo/"].id
    made = [
        people.invite(cast.office, cast.actor("coralia"), Nominee(f"Rosa {name}", f"{name}@paso.example", post))
        for name in names
    ]
    return [one.url for one in made]


def rows(cast: Cast) -> list[Notice]:
    cast.office.session.rollback()
    found = select(Notice).order_by(Notice.created_at, Notice.id).execution_options(populate_existing=True)
    return list(cast.office.session.scalars(found))


def test_invitations_leave_once_with_their_link_over_one_connection(cast, monkeypatch):
    links = invite(cast, "uno", "dos", "tres")
    with Server() as server:
        monkeypatch.setenv("PASO_SMTP_URL", server.url)
        monkeypatch.setenv("PASO_MAIL_FROM", "paso@frontera.example")
        first, second = run("deliver"), run("deliver")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert first.output.startswith("3 sent, 0 failed")
    assert second.output.startswith("0 sent")
    assert server.connections == 1
    assert [message["To"] for message in server.messages] == [f"{n}@paso.example" for n in ("uno", "dos", "tres")]
    for message, link in zip(server.messages, links, strict=True):
        assert link in message.get_content()
        assert message["From"] == "paso@frontera.example"
        assert message["Message-ID"].endswith("@paso-seguro>") and message["Date"]
    assert all(row.sent_at and row.body == "" for row in rows(cast)), "a link that was sent is not kept"


def test_without_a_mail_server_everything_waits_and_the_command_says_so(cast):
    invite(cast, "uno")
    result = run("deliver")
    assert result.exit_code == 2
    assert "PASO_SMTP_URL" in result.output
    status = run("status")
    assert status.exit_code == 0 and status.output.startswith("1 waiting (1 of them due, the oldest since 20")


def test_a_server_that_is_not_there_costs_one_try_and_loses_nothing(cast, monkeypatch):
    invite(cast, "uno", "dos")
    with socket.socket() as held:  # bound and deaf: nobody else's server can stand there meanwhile
        held.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PASO_SMTP_URL", f"smtp://127.0.0.1:{held.getsockname()[1]}")
        result = run("deliver")
    assert result.exit_code == 2 and "takes nothing" in result.output, result.output
    first, second = rows(cast)
    assert (first.attempts, second.attempts) == (1, 0)
    assert first.error and first.run_at > dt.datetime.now(dt.UTC)
    assert second.lease_until is None, "the next call finds it at once"
    with Server() as server:
        monkeypatch.setenv("PASO_SMTP_URL", server.url)
        assert run("deliver").exit_code == 0
    assert [message["To"] for message in server.messages] == ["dos@paso.example"]


def test_one_bad_address_keeps_no_other_message_back_and_is_tried_again_later(cast, monkeypatch):
    invite(cast, "uno", "dos", "tres")
    with Server(refused=("dos@",)) as server:
        monkeypatch.setenv("PASO_SMTP_URL", server.url)
        result = run("deliver")
        assert result.exit_code == 1 and result.output.startswith("2 sent, 1 failed")
        bad = next(row for row in rows(cast) if row.sent_at is None)
        assert "550" in bad.error and bad.attempts == 1
        with cast.office.transaction():
            cast.office.session.execute(update(Notice).where(Notice.id == bad.id).values(run_at=cast.clock()))
        server.refused = ()
        assert run("deliver").output.startswith("1 sent")
    assert [message["To"] for message in server.messages].count("dos@paso.example") == 1


def test_what_failed_too_often_is_given_up_and_the_status_shows_it(cast, monkeypatch):
    invite(cast, "uno")
    with cast.office.transaction():
        cast.office.session.execute(update(Notice).values(attempts=notices.MOST_ATTEMPTS - 1))
    with Server(refused=("uno@",)) as server:
        monkeypatch.setenv("PASO_SMTP_URL", server.url)
        assert "1 given up" in run("deliver").output
        assert run("deliver").output.startswith("0 sent, 0 failed")
    assert run("status").exit_code == 1


def test_a_message_whose_link_was_replaced_is_not_sent(cast, monkeypatch):
    invite(cast, "uno")
    person = rows(cast)[0].person_id
    again = people.invite_again(cast.office, cast.actor("coralia"), person)
    with Server() as server:
        monkeypatch.setenv("PASO_SMTP_URL", server.url)
        result = run("deliver")
    assert result.output.startswith("1 sent, 0 failed, 1 thrown away")
    assert [again.url in message.get_content() for message in server.messages] == [True]


def test_a_message_whose_link_has_run_out_is_not_sent(cast, monkeypatch):
    cast.clock.pass_by(days=-30)
    invite(cast, "uno")
    with Server() as server:
        monkeypatch.setenv("PASO_SMTP_URL", server.url)
        assert run("deliver").output.startswith("0 sent, 0 failed, 1 thrown away")
    assert server.messages == [] and rows(cast) == []


def test_a_server_that_hangs_up_between_messages_is_called_again(cast):
    invite(cast, "uno", "dos")
    with Server(hangs_up_after=1) as server:
        office = replace(cast.office, mailer=Smtp(server.url, "paso@x.example"))
        assert notices.deliver(office) == notices.Delivery(sent=2)
    assert (server.connections, len(server.messages)) == (2, 2)


def test_a_password_is_not_given_to_a_server_in_the_clear(monkeypatch):
    with Server() as server:
        local = server.port
        monkeypatch.setattr(socket, "create_connection", _to_this_machine(local))
        with pytest.raises(MailDown, match="STARTTLS"):
            Smtp("smtp://paso:secret@mail.example:25", "paso@x.example").send("a@x.example", "s", "b", "<1@x>")
    assert not any("AUTH" in command for command in server.commands)


def _to_this_machine(port: int) -> Any:
    real = socket.create_connection

    def connect(address: tuple[str, int], *more: Any, **options: Any) -> socket.socket:
        return real(("127.0.0.1", port), *more, **options)

    return connect


def test_two_deliveries_at_once_send_each_message_once(cast, sqlite_url):
    invite(cast, *(f"n{n}" for n in range(30)))
    with Server() as server:

        def work() -> None:
            engine = create_engine(sqlite_url)
            install(engine)
            with Session(engine, expire_on_commit=False) as session:
                office = replace(office_for(session, cast.clock), mailer=Smtp(server.url, "paso@x.example"))
                notices.deliver(office)
            engine.dispose()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sent = [message["To"] for message in server.messages]
    assert len(sent) == 30 and len(set(sent)) == 30
