"""A day on the platform, with the server killed at random moments of it: ``python -m tests.outage.days --runs 300``.

Officers answer self-checks and sit an exam, a trainer signs sheets, a coordinator invites people and carries out lists,
messages leave. Real processes, a real database, SIGKILL to all of them at once. After every kill the server is started
again, ``doctor`` looks at everything, and whatever was answered with success before is looked for. Then the day goes on
where it was: what had no answer is sent again, as a person would, and must count once.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from app.records.audit import Notice
from app.records.certificates import Certificate
from app.records.database import install
from app.records.exams import Attempt, AttemptAnswer
from app.records.imports import PeopleImport
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.migrating import upgrade
from app.records.people import Person
from app.services import doctor
from tests.cast import Clock, assemble, office_for, signing_folder
from tests.outage.conftest import ROOT, Server
from tests.outage.mailbox import Mailbox
from tests.outage.visitor import LOST, Visitor, place
from tests.story import finish_lessons, play, sit

EXAM = "/learn/humane-border/exam"
LESSON = "/learn/humane-border/mission/one"
WHOLE = 0.25
"""of the kills take everything, the watching process and whoever sends messages too; the others all that answers requests"""
RIGHT, WRONG = "Recibir la solicitud.", "Indicar el autobús."


def prepare(url: str) -> dict[str, str]:
    """The cast in the empty database at *url*, three officers ready for the exam; what of them a day needs to know."""
    engine = create_engine(url)
    install(engine)
    upgrade(engine)
    clock = Clock(dt.datetime.now(dt.UTC))
    with Session(engine, expire_on_commit=False) as session:
        cast = assemble(office_for(session, clock), clock)
        for name in ("nayeli", "beto", "ximena"):
            for module in ("mission", "protection"):
                finish_lessons(cast, name, module)
                play(cast, name, module)
                sit(cast, name, module)
        session.rollback()
        assert cast.cohort is not None
        known = {name: str(person.id) for name, person in cast.people.items()}
        known |= {"cohort": str(cast.cohort.id), "post": str(cast.institutions["/pa/senafront/cativo/"].id)}
    engine.dispose()
    return known


class Day:
    """One database, its server, and what was promised on it so far."""

    def __init__(self, url: str, folder: Path, known: dict[str, str], box: Mailbox, seed: int) -> None:
        self.known, self.box = known, box
        self.chance = random.Random(seed)
        self.server = Server(url, folder, PASO_KEYS=str(signing_folder()), PASO_SMTP_URL=box.url, PASO_WORKERS="1")
        self.engine = create_engine(url)
        install(self.engine)
        self.events: set[uuid.UUID] = set()
        self.answers: dict[int, str] = {}
        self.on_its_way: dict[int, str] = {}
        self.invited: set[str] = set()
        self.sheets: set[str] = set()
        self.lists: dict[str, str] = {}
        """file → "sent" or "carried" """
        self.handed_in = False
        self.promises = 0
        self.again: dict[str, Callable[[], None]] = {}
        """who → what had no answer, to be sent again"""
        self.people: dict[str, Visitor] = {}
        self.mailing: subprocess.Popen[bytes] | None = None

    # Who does what ----------------------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        for name in ("nayeli", "beto", "tomas", "coralia"):
            self.people[name] = Visitor(self.server.root).sign_in(name)

    def beto(self) -> None:
        """Answers a self-check, right or wrong."""
        visitor = self.people["beto"]
        token = visitor.form(visitor.page("/learn/"), "sign-out")["fields"]["csrf_token"]
        event = uuid.uuid4()
        fields = {"csrf_token": token, "event": str(event), "check": "mission-check-1"}
        fields["a"] = self.chance.choice(("right", "proof"))

        def send() -> None:
            status, _to = visitor.post({"action": LESSON, "fields": fields})
            assert status == 303, status
            self.events.add(event)

        self.keep("beto", send)

    def nayeli(self) -> None:
        """Sits the exam, and hands it in once every place has an answer."""
        visitor = self.people["nayeli"]
        if self.handed_in:
            return self.idle()
        page = visitor.page(EXAM)
        if not self.answers:
            with suppress(StopIteration):  # begun already, by what had no answer
                visitor.post(visitor.form(page, "/exam"))
        if len(self.answers) == 6 and self.chance.random() < 0.3:
            form = visitor.form(visitor.page(f"{EXAM}/hand-in"), "hand-in")

            def hand_in() -> None:
                status, _to = visitor.post(form)
                assert status == 303
                self.handed_in = True

            return self.keep("nayeli", hand_in)
        position, words = self.chance.randint(1, 6), self.chance.choice((RIGHT, RIGHT, WRONG))
        sheet = visitor.page(f"{EXAM}/{position}")
        form, value = visitor.form(sheet, f"/exam/{position}"), place(sheet, words)

        def give() -> None:
            self.on_its_way[position] = words
            status, _to = visitor.post(form, a=value, go="next")
            assert status == 303
            self.answers[position] = words
            self.on_its_way.pop(position, None)

        return self.keep("nayeli", give)

    def tomas(self) -> None:
        """Signs Nayeli's practical sheet: not yet, not yet, and at last competent."""
        visitor = self.people["tomas"]
        if len(self.sheets) >= 4:
            return self.idle()
        page = visitor.page(f"/teach/practice/{self.enrolment('nayeli')}/mission")
        where = f"Puesto {uuid.uuid4().hex[:8]}"
        limits = "yes" if len(self.sheets) >= 3 else "no"
        form = visitor.form(page, "/mission")
        fields = {"held_on": dt.datetime.now(dt.UTC).date().isoformat(), "place": where, "remarks": ""}
        fields |= {"criterion-tasks": "yes", "criterion-limits": limits}

        def send() -> None:
            status, _to = visitor.post(form, **fields)
            assert status == 303, status
            self.sheets.add(where)

        return self.keep("tomas", send)

    def coralia(self) -> None:
        """Invites somebody, or sends a list of people, or carries one out."""
        visitor = self.people["coralia"]
        name = next((one for one, state in self.lists.items() if state == "sent" and self.chance.random() < 0.8), "")
        if name:
            address = self.list_at(name)
            page = visitor.page(address)
            if "/carry-out" not in page:  # killed while it was compared: the worker compares it again after a while
                return self.idle()
            form = visitor.form(page, "carry-out")

            def carry() -> None:
                status, _to = visitor.post(form)
                assert status == 303, status
                self.lists[name] = "carried"

            return self.keep("coralia", carry)
        mark = uuid.uuid4().hex[:10]
        if self.chance.random() < 0.4:
            form = visitor.form(visitor.page("/coordinate/people/import"), "people/import")
            rows = "".join(f"Rosa {n} Dogirama;r{n}-{mark}@paso.example\n" for n in range(3))

            def send_list() -> None:
                data = ("Nombre;Correo\n" + rows).encode()
                fields = {
                    "institution": self.known["post"],
                    "language": "es",
                    "place": f"cohort:{self.known['cohort']}",
                }
                status, _to = visitor.send(form, "file", f"{mark}.csv", data, **fields)
                assert status == 303, status
                self.lists[f"{mark}.csv"] = "sent"

            return self.keep("coralia", send_list)
        form = visitor.form(visitor.page("/coordinate/people/new"), "people/new")
        email = f"e-{mark}@paso.example"
        fields = {"name": "Elvira Rosas", "email": email, "institution": self.known["post"], "language": "es"}

        def invite() -> None:
            status, _to = visitor.post(form, **fields)
            # sent a second time because no answer came, and it had arrived: there is such a person
            assert status == 303 or (status == 422 and self.persons(email) == 1), status
            self.invited.add(email)

        return self.keep("coralia", invite)

    def idle(self) -> None:
        time.sleep(0.05)

    def keep(self, name: str, deed: Callable[[], None]) -> None:
        """Do it; if no answer comes, it is done again once the server is back."""
        self.again[name] = deed
        deed()
        del self.again[name]
        self.promises += 1

    # The day ----------------------------------------------------------------------------------------------------------

    def until_killed(self, seconds: float) -> None:
        """Everybody at work for *seconds*; then all processes die at once."""
        over = threading.Event()
        wrong: list[BaseException] = []

        def work(name: str, act: Callable[[], None]) -> None:
            while not over.is_set():
                try:
                    if name in self.again:
                        self.keep(name, self.again[name])
                    act()
                except LOST:
                    return
                except BaseException as no:
                    if not over.is_set():  # a page that was cut off in the middle is no page
                        wrong.append(no)
                    return

        acts = {name: getattr(self, name) for name in ("nayeli", "beto", "tomas", "coralia")}
        threads = [threading.Thread(target=work, args=one) for one in acts.items()]
        for thread in threads:
            thread.start()
        before, latest = self.promises, time.monotonic() + 8
        # a server that has just started is slow at first: mostly, the clock runs from the first thing done
        while self.chance.random() > 0.01 and self.promises == before and time.monotonic() < latest:
            time.sleep(0.05)
        time.sleep(seconds)
        over.set()
        if self.chance.random() < WHOLE:
            self.kill()
        else:
            self.server.kill_workers()
        for thread in threads:
            thread.join(60)
        if wrong:
            raise wrong[0]

    def start(self) -> None:
        """Wait for the workers that take the place of the killed ones, or start the server anew."""
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.wait()
            return
        self.server.start()
        if self.chance.random() < 0.5:
            self.mailing = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "notices", "deliver"],
                cwd=ROOT,
                env=self.server.env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self) -> None:
        self.server.kill()
        if self.mailing is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.mailing.pid, signal.SIGKILL)
            self.mailing.wait(20)
            self.mailing = None

    def end(self) -> None:
        """Everything that had no answer is sent again, and every message leaves."""
        for name, deed in list(self.again.items()):
            self.keep(name, deed)
        with Session(self.engine) as session:  # what a killed worker had taken is free again after a while
            session.execute(text("UPDATE notice SET lease_until = NULL"))
            session.commit()
        subprocess.run(
            [sys.executable, "-m", "app.cli", "notices", "deliver"], cwd=ROOT, env=self.server.env, check=True
        )
        with Session(self.engine) as session:
            assert session.scalar(select(func.count()).select_from(Notice).where(Notice.sent_at.is_(None))) == 0
        self.look()
        self.kill()
        self.engine.dispose()

    # What must be there -----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Doctor finds nothing, and every promise was kept. Raises ``AssertionError``."""
        with Session(self.engine, expire_on_commit=False) as session:
            report = doctor.examine(office_for(session, Clock(dt.datetime.now(dt.UTC))))
            assert report.findings == (), [str(finding) for finding in report.findings]
            kept = set(session.scalars(select(LearningEvent.id)))
            assert self.events <= kept, "a self-check that was answered is not there"
            places = set(session.scalars(select(PracticeSheet.place)))
            assert self.sheets <= places, "a sheet that was signed is not there"
            for email in self.invited:
                assert self.persons(email, session) == 1, f"{email} was invited"
            for name, state in self.lists.items():
                # sent again because no answer came, it may be there twice: its people are there once all the same
                states = set(session.scalars(select(PeopleImport.state).where(PeopleImport.name == name)))
                assert states, f"{name} was sent"
                assert state == "sent" or states & {"asked", "done"}, f"{name} was carried out, and is {states}"
                if "done" in states:
                    mark = name.removesuffix(".csv")
                    assert all(self.persons(f"r{n}-{mark}@paso.example", session) == 1 for n in range(3))
            self._exam(session)
            sent = session.scalars(select(Notice.id).where(Notice.sent_at.is_not(None)))
            lost = [one for one in sent if not any(str(one) in name for name in self.box.taken)]
            assert not lost, "a message counts as sent, and no mail server has it"

    def _exam(self, session: Session) -> None:
        person = uuid.UUID(self.known["nayeli"])
        attempts = session.scalars(
            select(Attempt).join(Enrolment).where(Enrolment.person_id == person, Attempt.kind == "exam")
        ).all()
        assert len(attempts) <= 1, "begun once, it is one attempt"
        if not self.answers and not self.handed_in:
            return
        (attempt,) = attempts
        rows = session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt.id))
        given = {row.question: row for row in rows}
        for position, words in self.answers.items():
            row = given[attempt.paper[position - 1][0]]
            possible = {words, self.on_its_way.get(position, words)}
            assert (row.response["value"] == ["right"]) in {one == RIGHT for one in possible}, f"place {position}"
        if self.handed_in:
            assert attempt.closed_at is not None, "handed in, it is closed"
            done = session.scalar(select(Enrolment.completed_at).where(Enrolment.id == attempt.enrolment_id))
            certified = session.scalar(
                select(func.count())
                .select_from(Certificate)
                .where(Certificate.person_id == person, Certificate.kind == "completion")
            )
            assert certified == (done is not None)
            if attempt.passed and len(self.sheets) >= 4:
                assert done is not None, "passed and competent, the course is complete"

    def persons(self, email: str, session: Session | None = None) -> int:
        query = select(func.count()).select_from(Person).where(Person.email == email)
        if session is not None:
            return session.scalar(query) or 0
        with Session(self.engine) as mine:
            return mine.scalar(query) or 0

    def enrolment(self, name: str) -> uuid.UUID:
        with Session(self.engine) as session:
            return session.scalars(select(Enrolment.id).where(Enrolment.person_id == uuid.UUID(self.known[name]))).one()

    def list_at(self, name: str) -> str:
        with Session(self.engine) as session:
            newest = select(PeopleImport.id).where(PeopleImport.name == name).order_by(PeopleImport.sent_at.desc())
            return f"/coordinate/people/imports/{session.scalars(newest).first()}"


def live(make: Callable[[], tuple[str, Path]], known: dict[str, str], seed: int, kills: int) -> int:
    """One day with *kills* kills, on the database that *make* gives; returns how many promises were made and kept."""
    chance = random.Random(seed)
    url, folder = make()
    with Mailbox() as box:
        day = Day(url, folder, known, box, seed)
        try:
            day.start()
            day.sign_in()
            for _kill in range(kills):
                day.until_killed(0.2 + 1.6 * chance.random())
                day.look()
                day.start()
            day.end()
        finally:
            with suppress(ProcessLookupError, AssertionError):
                day.kill()
            day.engine.dispose()
    return day.promises


@contextmanager
def databases(
    kind: str, folder: Path, server: str = ""
) -> Iterator[tuple[Callable[[], tuple[str, Path]], dict[str, str]]]:
    """What makes one prepared database after another, and what is known of them. *server* is PostgreSQL's address."""
    count = iter(range(1_000_000))
    if kind == "sqlite":
        template = folder / "template.db"
        known = prepare(f"sqlite:///{template}")
        with create_engine(f"sqlite:///{template}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

        def make() -> tuple[str, Path]:
            here = folder / f"day-{next(count)}"
            here.mkdir(mode=0o700)
            shutil.copyfile(template, here / "paso.db")
            return f"sqlite:///{here / 'paso.db'}", here

        yield make, known
        return
    admin: Engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    base = f"day_{uuid.uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {base}"))
    known = prepare(f"{server}/{base}")

    def make_there() -> tuple[str, Path]:
        here = folder / f"day-{next(count)}"
        here.mkdir(mode=0o700)
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {base}_{here.name[4:]} TEMPLATE {base}"))
        return f"{server}/{base}_{here.name[4:]}", here

    yield make_there, known
    admin.dispose()


def main(arguments: list[str] | None = None) -> int:
    """Runs until as many kills were survived as asked for; exit status 1 at the first that was not."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--runs", type=int, default=300, help="kills")
    asked.add_argument("--each", type=int, default=10, help="kills of one day")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--server", default="", help="postgresql+psycopg://user@host:port; without it, SQLite")
    options: Any = asked.parse_args(arguments)
    kind = "postgresql" if options.server else "sqlite"
    done = promises = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="paso-days-") as name, databases(kind, Path(name), options.server) as found:
        while done < options.runs:
            kills = min(options.each, options.runs - done)
            seed = options.seed + done
            promises += live(*found, seed, kills)
            done += kills
            print(f"{done} kills, {promises} promises kept, {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
