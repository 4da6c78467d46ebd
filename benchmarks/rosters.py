"""A roster of 100,000 rows as CSV and XLSX, beside ``sqlite3 -csv`` of the same join of the same file."""

from __future__ import annotations

import datetime as dt
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from app.records.database import install, uuid7
from app.records.learning import Enrolment
from app.records.migrating import upgrade
from app.records.people import Person
from app.services import rosters
from app.services.rosters import Reader, RosterQuery
from benchmarks.measuring import Measured, cpu_ms
from tests.cast import Clock, assemble, office_for

ROWS = 100_000
JOIN = """
SELECT p.name, p.rank, p.service_number, i.country, i.name, c.title_en, e.number, h.name, n.status, n.enrolled_at,
       n.started_at, n.active_at, n.lessons_done, n.lessons_total, n.quizzes_passed, n.practices_done, n.exercise,
       n.exam_mark,
       n.percent, n.completed_at, x.serial, x.expires_on
FROM enrolment n JOIN person p ON p.id = n.person_id JOIN institution i ON i.id = n.institution_id
JOIN course c ON c.id = n.course_id JOIN edition e ON e.id = n.edition_id LEFT JOIN cohort h ON h.id = n.cohort_id
LEFT JOIN certificate x ON x.enrolment_id = n.id AND x.kind = 'completion' AND x.superseded_at IS NULL
WHERE i.path >= '/pa/senafront/' AND i.path < '/pa/senafront0' ORDER BY p.sort_name, n.id
"""


def _floor(path: Path) -> None:
    """What the database's own shell takes, or, without it, Python's bare cursor."""
    if shutil.which("sqlite3"):
        subprocess.run(["sqlite3", "-csv", str(path), JOIN], stdout=subprocess.DEVNULL, check=True)
        return
    connection = sqlite3.connect(path)
    for row in connection.execute(JOIN):
        ",".join(map(str, row))
    connection.close()


def _children_ms(path: Path) -> float:
    """CPU milliseconds of the floor, whose work is done by another process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = cpu_ms(lambda: _floor(path))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own + (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def run() -> Iterator[Measured]:
    """Two rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        engine = create_engine(f"sqlite:///{path}")
        install(engine)
        upgrade(engine)
        with Session(engine, expire_on_commit=False) as session:
            cast = assemble(office_for(session, Clock()), Clock())
            _crowd(session, cast.people["nayeli"], session.query(Enrolment).first())
            actor = cast.actor("coralia")
            office = office_for(session, Clock())
            query, reader = RosterQuery(), Reader.of(office, actor)
            floor = min(_children_ms(path) for _round in range(3))
            for name, work, target in (
                (
                    "roster of 100,000 rows, CSV",
                    lambda: sum(map(len, rosters.csv_file(office, actor, query, reader))),
                    3,
                ),
                ("the same as XLSX", lambda: sum(map(len, rosters.xlsx_file(office, actor, query, reader, "R"))), 6),
            ):
                spent = min(cpu_ms(work) for _round in range(2))
                yield Measured(name, "sqlite3 -csv of the same join", spent, floor, target)


def _crowd(session: Session, like: Person, enrolled: Enrolment | None) -> None:
    assert enrolled is not None
    at = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    people: list[dict[str, object]] = []
    enrolments: list[dict[str, object]] = []
    for n in range(ROWS):
        person: uuid.UUID = uuid7()
        name = f"Oficial {n:06} Núñez Ibáñez"
        people.append(
            {"id": person, "institution_id": like.institution_id, "email": f"o{n}@x.example", "name": name,
             "sort_name": name.lower(), "rank": "Agente", "service_number": f"PA-{n}", "created_at": at}
        )  # fmt: skip
        enrolments.append(
            {"id": uuid7(), "person_id": person, "course_id": enrolled.course_id, "edition_id": enrolled.edition_id,
             "institution_id": like.institution_id, "cohort_id": enrolled.cohort_id, "enrolled_at": at, "started_at": at,
             "active_at": at, "status": "active", "percent": n % 100, "lessons_done": n % 19, "lessons_total": 19}
        )  # fmt: skip
    session.execute(insert(Person), people)
    session.execute(insert(Enrolment), enrolments)
    session.commit()
