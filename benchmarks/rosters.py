"""A roster of a million completions as CSV and one of 100,000 as XLSX, each beside its floor in the same run.

The floors are ``sqlite3 -csv`` and, where PASO_BENCH_POSTGRES names a database that may be filled, ``psql \\copy`` of the
same join; for XLSX, bare xlsxwriter (constant memory) writing the same rows. PASO_BENCH_ROWS makes the roster shorter.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import xlsxwriter
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.orm import Session

from app.records.certificates import Certificate
from app.records.database import install, uuid7
from app.records.learning import Enrolment
from app.records.migrating import upgrade
from app.records.people import Person
from app.rules import filing
from app.services import rosters
from app.services.office import Actor, actor_of
from app.services.rosters import Reader, RosterQuery
from app.services.spreadsheets import Heading, xlsx_stream
from benchmarks.measuring import Measured, cpu_ms
from tests.cast import Clock, assemble, office_for

ROWS = int(os.environ.get("PASO_BENCH_ROWS", "1000000"))
SHEET = min(100_000, ROWS)
ROUNDS = 3
JOIN = """
SELECT p.name, p.file_name, p.rank, p.service_number, i.country, i.name, c.title_es, e.number, h.name, n.status,
       n.enrolled_at, n.started_at, n.active_at, n.lessons_done, n.lessons_total, n.quizzes_passed, n.practices_done,
       n.exercise, n.exam_mark, n.percent, n.completed_at, x.serial, x.revoked_at, x.expires_on
FROM enrolment n JOIN person p ON p.id = n.person_id JOIN institution i ON i.id = n.institution_id
JOIN course c ON c.id = n.course_id JOIN edition e ON e.id = n.edition_id LEFT JOIN cohort h ON h.id = n.cohort_id
LEFT JOIN certificate x ON x.enrolment_id = n.id AND x.kind = 'completion' AND x.superseded_at IS NULL
WHERE i.path >= '/pa/senafront/' AND i.path < '/pa/senafront0' ORDER BY p.file_key, n.id
"""


def run() -> Iterator[Measured]:
    """The rows of the report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        yield from _csv(create_engine(f"sqlite:///{path}"), "sqlite3 -csv", lambda: _sqlite(path), _with_children)
        yield from _xlsx(create_engine(f"sqlite:///{path}"))
    url = os.environ.get("PASO_BENCH_POSTGRES")
    if url and shutil.which("psql"):
        yield from _csv(create_engine(url), "psql \\copy", lambda: _psql(url), _wall)


def _csv(
    engine: Engine, floor_name: str, floor: Callable[[], None], clock: Callable[[Callable[[], object]], float]
) -> Iterator[Measured]:
    install(engine)
    upgrade(engine)
    with Session(engine, expire_on_commit=False) as session:
        cast = assemble(office_for(session, Clock()), Clock())
        _crowd(session, cast.people["nayeli"], session.scalars(select(Enrolment)).first())
        office, actor = office_for(session, Clock()), cast.actor("coralia")
        session.rollback()
        spent, least, first, grown = [], [], 0.0, 0.0
        for _round in range(ROUNDS):  # in turns, so that a machine's moods meet both alike
            least.append(clock(floor))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            start = time.perf_counter()
            body = rosters.csv_file(office, actor, RosterQuery(), Reader.of(office, actor))
            next(iter(body))
            first = max(first, time.perf_counter() - start)
            spent.append(clock(lambda body=body: sum(map(len, body))))  # type: ignore[misc]
            grown = max(grown, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
        note = f" first byte {first * 1000:.0f} ms, memory +{grown:.0f} MB"
        yield Measured(
            f"roster of {ROWS:,} rows, CSV", f"{floor_name} of the same join", min(spent), min(least), 3, note
        )
    engine.dispose()


def _xlsx(engine: Engine) -> Iterator[Measured]:
    install(engine)
    with Session(engine, expire_on_commit=False) as session:
        office, actor = office_for(session, Clock()), _coordinator(session)
        reader = Reader.of(office, actor)
        rows = list(islice(rosters.rows(office, actor, RosterQuery(), reader), SHEET))
        heads = rosters.headings(reader)
        pairs = [
            (cpu_ms(lambda: sum(map(len, xlsx_stream("R", heads, rows)))), cpu_ms(lambda: _bare(heads, rows)))
            for _round in range(2)
        ]
        spent, floor = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
        yield Measured(f"{SHEET:,} rows as XLSX", "bare xlsxwriter, constant memory", spent, floor, 1.3)
    engine.dispose()


def _coordinator(session: Session) -> Actor:

    return actor_of(session.scalars(select(Person).where(Person.email == "coralia@paso.example")).unique().one())


def _bare(heads: list[Heading], rows: list[list[object]]) -> None:
    options = {"constant_memory": True, "remove_timezone": True, "default_date_format": "d mmm yyyy"}
    book = xlsxwriter.Workbook(io.BytesIO(), options | {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [heading.title for heading in heads])
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
    book.close()


def _sqlite(path: Path) -> None:
    """What the database's own shell takes, or, without it, Python's bare cursor."""
    if shutil.which("sqlite3"):
        subprocess.run(["sqlite3", "-csv", str(path), JOIN], stdout=subprocess.DEVNULL, check=True)
        return
    connection = sqlite3.connect(path)
    for row in connection.execute(JOIN):
        ",".join(map(str, row))
    connection.close()


def _psql(url: str) -> None:
    """Wall time: most of the work is the server's."""
    copy = f"\\copy ({' '.join(JOIN.split())}) TO '/dev/null' CSV"
    subprocess.run(["psql", url.replace("+psycopg", ""), "-qc", copy], check=True)


def _wall(work: Callable[[], object]) -> float:
    """Milliseconds that pass: where a server does most of the work, the CPU of this process tells nothing."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _with_children(work: Callable[[], object]) -> float:
    """CPU milliseconds of *work* here and in the processes that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = cpu_ms(work)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own + (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


GIVEN = "Ana Beatriz Carlos Dania Elena Fabio Gloria Hugo Inés José Keila Luis Marta Nora Óscar Pía Raúl Sara".split()
SURNAMES = "Ábrego Batista Castillo Díaz Espinosa Flores Güiral Ibáñez Jaén Lezcano Mojica Núñez Ñurinda Peña".split()


def _crowd(session: Session, like: Person, enrolled: Enrolment | None) -> None:
    """Completions at all hours of two years: what is told of a moment repeats as little as in life."""
    assert enrolled is not None
    draw = random.Random(1)
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    for first in range(0, ROWS, 50_000):
        people: list[dict[str, object]] = []
        enrolments: list[dict[str, object]] = []
        certificates: list[dict[str, object]] = []
        for n in range(first, min(ROWS, first + 50_000)):
            person, enrolment = uuid7(), uuid7()
            name = f"{draw.choice(GIVEN)} {draw.choice(GIVEN)} {draw.choice(SURNAMES)} {draw.choice(SURNAMES)}"
            at = start + dt.timedelta(seconds=draw.randrange(600 * 86_400))
            done = at + dt.timedelta(seconds=draw.randrange(100 * 86_400))
            people.append(
                {"id": person, "institution_id": like.institution_id, "email": f"o{n}@x.example", "name": name,
                 "sort_name": name.lower(), "rank": "Agente", "service_number": f"PA-{n}", "created_at": at,
                 **filing.columns(name, "", "PA")}
            )  # fmt: skip
            enrolments.append(
                {"id": enrolment, "person_id": person, "course_id": enrolled.course_id, "status": "completed",
                 "edition_id": enrolled.edition_id, "institution_id": enrolled.institution_id,
                 "cohort_id": enrolled.cohort_id, "enrolled_at": at, "started_at": at, "active_at": done,
                 "completed_at": done, "percent": 100, "lessons_done": 19, "lessons_total": 19, "quizzes_passed": 6,
                 "practices_done": 6, "exercise": "competent", "exam_mark": 70 + n % 31}
            )  # fmt: skip
            certificates.append(
                {"id": uuid7(), "serial": f"PS-{n:08}-XX", "enrolment_id": enrolment, "person_id": person,
                 "institution_id": enrolled.institution_id, "course_id": enrolled.course_id, "kind": "completion",
                 "facts": "{}", "facts_sha256": "0" * 64, "status_index": n, "issued_at": done,
                 "expires_on": (done + dt.timedelta(days=1096)).date(), "revoked_reason": ""}
            )  # fmt: skip
        for table, rows in ((Person, people), (Enrolment, enrolments), (Certificate, certificates)):
            session.execute(insert(table), rows)
        session.commit()
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()
