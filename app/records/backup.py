"""A consistent copy of an embedded database in use."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine


def copy(engine: Engine, target: Path) -> int:
    """Copy the SQLite database of *engine* to the new file *target*, in one step, and check it; returns its size in bytes.

    A copy in many small steps would begin again at every write of another connection and might never end.
    Raises ``ValueError`` for another kind of database, an existing target or a copy that is not sound.
    """
    if engine.dialect.name != "sqlite":
        raise ValueError("This copies an SQLite file. For PostgreSQL use pg_dump -Fc.")
    if target.exists():
        raise ValueError(f"{target} exists already; name a new file.")
    raw = engine.raw_connection()
    try:
        destination = sqlite3.connect(target)
        try:
            source = raw.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(destination, pages=-1)
            sound = destination.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            destination.close()
    finally:
        raw.close()
    if sound != "ok":
        raise ValueError(f"The copy is not sound: {sound}")
    return target.stat().st_size
