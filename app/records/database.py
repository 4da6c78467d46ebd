"""The engine, the session and the base of all tables: one recipe for SQLite and PostgreSQL that loses no update.

Readers begin DEFERRED and see a snapshot; writers begin IMMEDIATE, so SQLite never finds out halfway that somebody else
wrote (that is "database is locked" at once, busy timeout or not). PostgreSQL ignores the option; there, whoever reads to
write says ``with_for_update``.
"""

from __future__ import annotations

import datetime as dt
import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Engine, MetaData, TypeDecorator, Uuid, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry

from app.rules import past

BUSY_MS = 15_000


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware datetimes in UTC. SQLite has no zone, so it is put back on reading; a naive value is refused on writing."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={dt.datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, uuid.UUID: Uuid},
    )


def _slot_now(context: Any) -> int:
    """By the clock of the Office that opened the transaction; by the machine's where there is none."""
    clock = context.execution_options.get("clock")
    return past.slot(clock() if clock else dt.datetime.now(dt.UTC))


class Kept:
    """A table whose past is kept (:mod:`app.records.past`): every statement that changes a row says when."""

    changed: Mapped[int] = mapped_column(default=0, server_default="0", onupdate=_slot_now)
    """the slot (rules/past.py) of the last change"""


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})


def uuid7(now_ms: int | None = None) -> uuid.UUID:
    """A version 7 UUID (RFC 9562, 5.7): time-ordered, so that indexes grow at one end, and made by us, so that
    devices, imports and several databases never collide."""
    ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    tail = int.from_bytes(os.urandom(10))
    value = (ms & (1 << 48) - 1) << 80 | 0x7 << 76 | (tail >> 68 & 0xFFF) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    return uuid.UUID(int=value)


def upserting(session: Session, table: Any) -> Any:
    """An ``INSERT`` into *table* that can say ``ON CONFLICT``, in the words of the session's database."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)


def install(engine: Engine) -> None:
    """Hang the SQLite recipe on *engine*, before its first connection. Does nothing on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # stop sqlite3 guessing where transactions begin; _begin says it
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def write(session: Session, clock: Callable[[], dt.datetime] | None = None) -> Iterator[None]:
    """The one way to write. Joins a transaction that is open for writing; the outermost commits, or rolls all back.

    *clock* tells when rows whose past is kept were changed.

    A read snapshot that is open is ended first, so that what is read inside is current. What ``session.info`` holds under
    ``before_commit`` (name → callable) is called at the very end: there one waits for a row that everybody wants, such as
    the end of the audit log, and nobody waits longer for us than our commit takes.
    """
    if session.info.get("writing"):
        yield
        return
    if session.in_transaction():
        session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE", "clock": clock})
        yield
        before: dict[str, Callable[[Session], None]] = session.info.pop("before_commit", {})
        for last in before.values():
            last(session)
        session.commit()
        after: list[Callable[[], None]] = session.info.pop("after_commit", [])
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        session.info.pop("before_commit", None)
        raise
    finally:
        session.info["writing"] = False
    for call in after:
        call()


def insert_many(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put *rows* into a table without making objects of them, which takes a third of the time. Inside a transaction."""
    if rows:
        session.flush()
        session.connection().execute(insert(table), list(rows))
