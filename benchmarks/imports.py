"""A list of 20,000 people, compared and carried out, beside the same rows read with the csv module and inserted by the
bare cursor.
"""

from __future__ import annotations

import csv
import io
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.records.database import install
from app.records.migrating import upgrade
from app.services import imports
from app.services.imports import Sent
from benchmarks.measuring import Measured, cpu_ms
from tests.cast import Clock, assemble, office_for

ROWS = 20_000
LONGEST = 30.0
"""seconds that a coordinator waits for the difference and for carrying it out, together"""
GIVEN = (
    "José María Ana Luis Rosa Juan Carlos Elena Marta Pedro Lucía Inés Raúl Iván Óscar Nelson Nidia Yara Zoé".split()
)
FAMILY = (
    "González Pérez Ábrego Quintero Peña Güiral Ñurinda Sáenz Mojica Ríos Batista Solís Araya Mora Vega Tuñón".split()
)


def _list(rank: str) -> bytes:
    """The same people every time, with service numbers, in Windows-1252 with semicolons."""
    chance = random.Random("paso-seguro")
    rows = ["Nombre;Correo;Rango;N.º de placa;Sexo;Unidad"]
    for n in range(ROWS):
        name = " ".join((*chance.choices(GIVEN, k=2), *chance.choices(FAMILY, k=2)))
        rows.append(f"{name};o{n}@x.example;{rank};{n:05};F;Puesto El Cativo")
    return "\n".join(rows).encode("cp1252")


def _floor(content: bytes) -> None:
    """Read and insert, with nothing known, checked, logged or sent: a person, a right, an enrolment, a link, a message,
    three entries of the log.
    """
    base = sqlite3.connect(":memory:")
    tables = ("person", "grant", "enrolment", "link", "message", "entry")
    for table in tables:
        base.execute(f'CREATE TABLE "{table}" (id TEXT PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT)')
    rows = list(csv.reader(io.StringIO(content.decode("cp1252")), delimiter=";"))[1:]
    for table in (*tables, "entry", "entry"):
        base.executemany(
            f'INSERT INTO "{table}" VALUES (?, ?, ?, ?, ?, ?, ?)',
            ([f"{table}-{base.total_changes}-{n}", *row] for n, row in enumerate(rows)),
        )
    base.commit()
    base.close()


def run() -> Iterator[Measured]:
    """Three rows: everybody new, everybody changed, nothing changed."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        install(engine)
        upgrade(engine)
        with Session(engine, expire_on_commit=False) as session:
            cast = assemble(office_for(session, Clock()), Clock())
            office, actor = cast.office, cast.actor("coralia")
            place = cast.institutions["/pa/senafront/"].id
            floor = min(cpu_ms(lambda: _floor(_list("Agente"))) for _round in range(3))

            def do(rank: str) -> None:
                made = imports.send(office, actor, Sent("a.csv", _list(rank), place, course=cast.course.id))
                imports.run(office, made.id)
                row = imports.get(office, actor, made.id)
                if any(row.counts.get(deed) for deed in imports.DEEDS):
                    imports.ask(office, actor, made.id, row.version)
                    imports.run(office, made.id)

            for name, rank in (
                (f"import of {ROWS:,} new people", "Agente"),
                ("the same, with another rank", "Cabo"),
                ("the same again: nothing changes", "Cabo"),
            ):
                start = time.perf_counter()
                spent = cpu_ms(lambda rank=rank: do(rank))  # type: ignore[misc]
                clock = time.perf_counter() - start  # longer where others work on the machine too
                over = "" if spent <= LONGEST * 1000 else f", over {LONGEST:g} s"
                yield Measured(
                    name, "csv module and executemany", spent, floor, 50, f"{clock:.1f} s by the clock{over}"
                )
