"""Everything in the database as one file that any database of ours can be filled from: SQLite or PostgreSQL.

An archive is a zip. ``tables/NAME.jsonl`` holds the rows of a table, a JSON array a line, in the columns that
``manifest.json`` names with their kinds; so a newer Paso Seguro reads an older archive: it makes the schema of then, fills
it, and brings it up to date. For every table the manifest says how many rows there are, the SHA-256 of the file, and a sum
over the SHA-256 of each row, which is the same whatever order a database gives the rows in.

Writing reads one snapshot: SQLite's readers have one anyhow, PostgreSQL is asked for REPEATABLE READ. Nobody waits for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    cast,
    delete,
    func,
    insert,
    inspect,
    select,
)

from app.records import migrating, schema
from app.records.database import UtcDateTime

FORMAT = 1
DERIVED = "search_"
"""how the names of tables begin that are made of others, and are made anew instead of being kept"""
SEEDS = ("audit_head", "register_head", "past_beginning")
"""tables in which a migration puts a row: an empty database has it"""
BATCH = 1000
FEW = 20
"""rows at a time of tables with files in them"""
MANIFEST = "manifest.json"

# kind → (column type, what a line holds of it). JSON stays the text that it is: nothing is read into it.
KINDS: dict[str, tuple[type[Any] | Any, Any]] = {
    "uuid": (Uuid, uuid.UUID),
    "time": (UtcDateTime, dt.datetime),
    "date": (Date, dt.date),
    "json": (Text, str),
    "bytes": (LargeBinary, bytes),
    "truth": (Boolean, bool),
    "whole": (Integer, int),
    "real": (Double, float),
    "text": (Text, str),
}


class ArchiveRefused(Exception):
    """The archive cannot be written, or is not used. ``code`` says why, ``values`` where."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(", ".join([code, *(f"{key}: {value}" for key, value in values.items())]))
        self.code = code
        self.values = {key: str(value) for key, value in values.items()}


@dataclass
class Sum:
    """Rows counted and added up."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % (1 << 256)

    @property
    def digest(self) -> str:
        return f"{self.total:064x}"


Columns = list[tuple[str, str]]
"""(name, kind)"""


def kept() -> dict[str, Columns]:
    """The tables that are archived, as they are now."""
    tables = (t for t in schema.metadata.tables.values() if not t.name.startswith(DERIVED))
    return {table.name: [(column.name, kind_of(column)) for column in table.columns] for table in tables}


def kind_of(column: Column[Any]) -> str:
    """The kind of a column of ours. Raises ``ArchiveRefused`` for a type that archives do not know."""
    for kind, type_ in (
        ("uuid", Uuid),
        ("time", UtcDateTime),
        ("date", Date),
        ("json", JSON),
        ("bytes", LargeBinary),
        ("truth", Boolean),
        ("whole", Integer),
        ("real", Double),
        ("text", String),
    ):
        if isinstance(column.type, type_):
            return kind
    raise ArchiveRefused("kind-unknown", column=str(column))


# Writing --------------------------------------------------------------------------------------------------------------


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def write(
    engine: Engine, target: IO[bytes], about: dict[str, Any], more: dict[str, bytes] | None = None
) -> dict[str, Any]:
    """Write the archive of *engine*'s database to *target*; returns its manifest.

    *about* goes into the manifest, *more* are files put beside the tables. Raises ``ArchiveRefused``.
    """
    if not migrating.is_current(engine):
        raise ArchiveRefused("schema-old")
    tables: dict[str, Any] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as held:
        with snapshot(engine) as connection:
            for name, columns in kept().items():
                counted, hashed = Sum(), hashlib.sha256()
                with held.open(f"tables/{name}.jsonl", "w", force_zip64=True) as file:
                    for line in lines(connection, name, columns):
                        counted.add(line)
                        hashed.update(line + b"\n")
                        file.write(line + b"\n")
                tables[name] = {
                    "columns": columns,
                    "rows": counted.rows,
                    "digest": counted.digest,
                    "sha256": hashed.hexdigest(),
                }
        files = {}
        for name, content in (more or {}).items():
            held.writestr(name, content)
            files[name] = hashlib.sha256(content).hexdigest()
        manifest = {"format": FORMAT, "schema": migrating.newest(), **about, "tables": tables, "files": files}
        held.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


def lines(connection: Connection, name: str, columns: Columns) -> Iterator[bytes]:
    """The rows of a table as lines, whichever database they are in."""
    table = _table(name, columns)
    which = [cast(table.c[column], Text) if kind == "json" else table.c[column] for column, kind in columns]
    size = FEW if any(kind == "bytes" for _name, kind in columns) else BATCH
    encode = msgspec.json.Encoder().encode
    for row in connection.execute(select(*which).execution_options(yield_per=size)):
        yield encode(tuple(row))


def _table(name: str, columns: Columns) -> Table:
    return Table(name, MetaData(), *(Column(column, KINDS[kind][0]()) for column, kind in columns))


# Reading --------------------------------------------------------------------------------------------------------------


def opened(source: IO[bytes]) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    """The zip and its manifest. Raises ``ArchiveRefused``: ``not-ours``, ``format-newer``, ``schema-newer``."""
    try:
        held = zipfile.ZipFile(source)
        manifest = json.loads(held.read(MANIFEST))
        form, revision = int(manifest["format"]), manifest["schema"]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as no:
        raise ArchiveRefused("not-ours") from no
    if form > FORMAT:
        raise ArchiveRefused("format-newer", format=form)
    if not migrating.is_known(revision):
        raise ArchiveRefused("schema-newer", schema=revision)
    return held, manifest


def strangers(engine: Engine) -> list[str]:
    """Tables of the database that hold rows, or that are none of ours: it is empty where there are none."""
    known = {*schema.metadata.tables, "alembic_version"}
    found = []
    with engine.connect() as connection:
        for name in sorted(inspect(connection).get_table_names()):
            if name.startswith(DERIVED):
                continue
            if name not in known:
                found.append(name)
                continue
            rows = select(func.count()).select_from(Table(name, MetaData()))
            if name not in (*SEEDS, "alembic_version") and connection.scalar(rows):
                found.append(name)
    return found


def fill(engine: Engine, source: IO[bytes], step: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
    """Fill the empty database of *engine* from the archive *source*, whole or not at all; returns the manifest.

    Every row is read back and compared with what was in the archive before the transaction ends. Raises
    ``ArchiveRefused``: as :func:`opened`; ``not-empty``; ``damaged`` (a part is not what the manifest says).
    """
    held, manifest = opened(source)
    with held:
        full = strangers(engine)
        if full:
            raise ArchiveRefused("not-empty", tables=", ".join(full[:5]))
        migrating.upgrade(engine, manifest["schema"])
        with _unbound(engine) as connection:
            for name in SEEDS:
                if name in manifest["tables"]:
                    connection.execute(delete(Table(name, MetaData())))
            for name, about in manifest["tables"].items():
                step(name)
                columns = [(str(column), str(kind)) for column, kind in about["columns"]]
                _put(connection, _table(name, columns), columns, _read(held, name, columns, about["sha256"]))
            for name, about in manifest["tables"].items():
                again = Sum()
                for line in lines(connection, name, about["columns"]):
                    again.add(line)
                if (again.rows, again.digest) != (about["rows"], about["digest"]):
                    raise ArchiveRefused("damaged", part=name)
    migrating.upgrade(engine)
    return manifest


def _read(held: zipfile.ZipFile, name: str, columns: Columns, sha256: str) -> Iterator[tuple[Any, ...]]:
    shape: Any = tuple.__class_getitem__(tuple(KINDS[kind][1] | None for _name, kind in columns))
    decode = msgspec.json.Decoder(shape).decode
    hashed = hashlib.sha256()
    try:
        with held.open(f"tables/{name}.jsonl") as file:
            for line in file:
                hashed.update(line)
                yield decode(line)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as no:
        raise ArchiveRefused("damaged", part=name) from no
    if hashed.hexdigest() != sha256:
        raise ArchiveRefused("damaged", part=name)


def file_of(held: zipfile.ZipFile, manifest: dict[str, Any], name: str) -> bytes | None:
    """A file that was put beside the tables, ``None`` where there is none. Raises ``ArchiveRefused("damaged")``."""
    if name not in manifest["files"]:
        return None
    try:
        content = held.read(name)
    except (zipfile.BadZipFile, KeyError, OSError) as no:
        raise ArchiveRefused("damaged", part=name) from no
    if hashlib.sha256(content).hexdigest() != manifest["files"][name]:
        raise ArchiveRefused("damaged", part=name)
    return content


def _put(connection: Connection, table: Table, columns: Columns, rows: Iterable[tuple[Any, ...]]) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name, _kind in columns)
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    names_ = [name for name, _kind in columns]
    size = FEW if any(kind == "bytes" for _name, kind in columns) else BATCH
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names_, row, strict=True)))
        if len(batch) == size:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


@contextmanager
def _unbound(engine: Engine) -> Iterator[Connection]:
    """A transaction in which rows may come before what they refer to; every reference is checked before it ends."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")  # a no-op inside a transaction, hence before it
            try:
                with connection.execution_options(sqlite_begin="IMMEDIATE").begin():
                    yield connection
                    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                    if orphan:
                        raise ArchiveRefused("damaged", part=orphan[0])
            finally:
                raw.execute("PRAGMA foreign_keys=ON")
            return
        with connection.begin():
            keys = connection.exec_driver_sql(
                "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
            ).all()
            for table, name, _definition in keys:
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            yield connection
            for table, name, definition in keys:  # PostgreSQL checks every row of them
                connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
