"""``paso backup`` and ``paso restore``: everything in one file, proven before it is called good."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, create_engine

from app.commands import doctor, means, sealing
from app.commands.sealing import SealRefused
from app.config import Config
from app.factory import create_app, engine_of
from app.records import archive
from app.records.archive import ArchiveRefused
from app.records.database import install
from app.services import searching

SUFFIX = ".paso"
LANGUAGE = click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of what is said")
SAID: dict[str, tuple[str, str]] = {
    "schema-old": (
        "The database is not at the newest schema. Run: paso db upgrade",
        "La base de datos no tiene el esquema más nuevo. Ejecute: paso db upgrade",
    ),
    "not-ours": (
        "This is no backup of Paso Seguro, or it is damaged.",
        "No es una copia de Paso Seguro, o está dañada.",
    ),
    "format-newer": (
        "A newer Paso Seguro wrote this backup. Install that one first.",
        "Esta copia la hizo una versión más nueva de Paso Seguro. Instálela primero.",
    ),
    "schema-newer": (
        "A newer Paso Seguro (schema {schema}) wrote this backup. Install that one first.",
        "Esta copia la hizo una versión más nueva de Paso Seguro (esquema {schema}). Instálela primero.",
    ),
    "not-empty": (
        "The database is not empty ({tables}). Nothing is restored over what is there: name a new one in "
        "PASO_DATABASE_URL.",
        "La base de datos no está vacía ({tables}). Nada se restaura encima de lo que hay: indique una nueva en "
        "PASO_DATABASE_URL.",
    ),
    "damaged": (
        "The backup is damaged in its part {part}. Nothing was restored.",
        "La copia está dañada en su parte {part}. No se restauró nada.",
    ),
    "kind-unknown": ("A column cannot be kept: {column}.", "Una columna no se puede guardar: {column}."),
    "exists": (
        "{file} exists already; name a new file, or a folder.",
        "{file} ya existe; indique un archivo nuevo o una carpeta.",
    ),
    "unwritten": ("The backup could not be written: {error}", "No se pudo escribir la copia: {error}"),
    "short": (
        "A passphrase of {least} characters or more is needed (PASO_BACKUP_PASSPHRASE, or typed).",
        "Se necesita una frase de {least} caracteres o más (PASO_BACKUP_PASSPHRASE, o escrita aquí).",
    ),
    "written": (
        "{file}: {size:,} bytes, {rows:,} rows of {tables} tables; restored into a scratch database and compared, row by row.",
        "{file}: {size:,} bytes, {rows:,} filas de {tables} tablas; restaurada en una base de prueba y comparada, fila por "
        "fila.",
    ),
    "keys-in": (
        "The keys of certificates are in it, sealed with your passphrase. Whoever has both can issue certificates.",
        "Contiene las claves de los certificados, selladas con su frase. Quien tenga ambas puede emitir certificados.",
    ),
    "keys-out": (
        "NOT in it: the keys of certificates ({folder}) and PASO_SECRET_KEY. Keep copies of them apart (--with-keys puts the "
        "keys in, sealed).",
        "NO contiene: las claves de los certificados ({folder}) ni PASO_SECRET_KEY. Guárdelas aparte (--with-keys incluye las "
        "claves, selladas).",
    ),
    "dropped": (
        "{file}: older than the {keep} that are kept, removed.",
        "{file}: más antigua que las {keep} que se guardan; eliminada.",
    ),
    "restored": (
        "{rows:,} rows of {tables} tables, as they were on {made}; every row was compared.",
        "{rows:,} filas de {tables} tablas, como estaban el {made}; se comparó cada fila.",
    ),
    "keys-none": ("There are no keys in this backup.", "Esta copia no contiene claves."),
    "keys-back": (
        "{count} files of keys are in {folder} again.",
        "{count} archivos de claves están de nuevo en {folder}.",
    ),
}


def say(code: str, language: str, **values: Any) -> str:
    """A sentence of :data:`SAID`."""
    return SAID[code][language == "es"].format(**values)


@contextlib.contextmanager
def _plainly(language: str) -> Iterator[None]:
    """What cannot be done is said, not traced."""
    try:
        yield
    except ArchiveRefused as no:
        raise click.ClickException(say(no.code, language, **no.values)) from no
    except SealRefused as no:
        raise click.ClickException(str(no)) from no
    except OSError as no:
        raise click.ClickException(say("unwritten", language, error=no)) from no


@click.command(name="backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="TARGET is a folder: keep the newest so many backups in it")
@click.option("--with-keys", is_flag=True, help="the keys of certificates too, sealed with a passphrase")
@click.option("--scratch", help="address of an empty database to prove it in; else an SQLite file that is thrown away")
@LANGUAGE
def backup(target: Path, keep: int | None, with_keys: bool, scratch: str | None, language: str) -> None:
    """Write everything in the database to TARGET (a new file, or a folder), while the platform is in use, and prove it.

    The file can be restored into SQLite or PostgreSQL, whichever it was made of. It appears only when it was restored
    into a scratch database and every row compared. Exit status 0 then, 1 otherwise.
    """
    config = means.config()
    now = dt.datetime.now(dt.UTC)
    if target.is_dir() or keep:
        target = target / f"paso-{now:%Y%m%d-%H%M%S}{SUFFIX}"
    passphrase = _passphrase(language, new=True) if with_keys else ""
    with _plainly(language):
        if target.exists():
            raise click.ClickException(say("exists", language, file=target))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = engine_of(create_app(config))
        more = {sealing.SEALED: sealing.seal(config.keys, passphrase)} if with_keys else {}
        manifest = write(engine, target, now, more, scratch)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    values = {"file": target, "size": target.stat().st_size, "rows": rows, "tables": len(manifest["tables"])}
    click.echo(say("written", language, **values))
    click.echo(say("keys-in" if with_keys else "keys-out", language, folder=config.keys))
    if keep:
        for old in sorted(target.parent.glob(f"paso-*{SUFFIX}"))[:-keep]:
            old.unlink()
            click.echo(say("dropped", language, file=old, keep=keep))


def write(
    engine: Engine, target: Path, now: dt.datetime, more: dict[str, bytes] | None = None, scratch: str | None = None
) -> dict[str, Any]:
    """Write the archive beside *target*, prove it, and give it its name. Raises ``ArchiveRefused``, ``OSError``; then no
    file is left.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    part = Path(name)  # mkstemp: readable by its owner alone
    try:
        with os.fdopen(handle, "w+b") as file:
            manifest = archive.write(engine, file, {"made": now.isoformat(timespec="seconds")}, more)
            file.flush()
            os.fsync(file.fileno())
        prove(part, scratch)
        part.rename(target)
        _settle(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def prove(path: Path, scratch: str | None = None) -> None:
    """Restore *path* into a scratch database and compare every row. Raises ``ArchiveRefused``."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".paso-scratch-") as folder:
        engine = create_engine(scratch or f"sqlite:///{Path(folder) / 'scratch.db'}")
        install(engine)
        try:
            with path.open("rb") as file:
                archive.fill(engine, file)
        finally:
            engine.dispose()


def _settle(folder: Path) -> None:
    """The new name reaches the disk before we say so."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _passphrase(language: str, *, new: bool) -> str:
    """From the environment, or typed without being shown."""
    given = os.environ.get("PASO_BACKUP_PASSPHRASE", "")
    words = ("Passphrase", "Frase")[language == "es"]
    given = given or click.prompt(words, hide_input=True, confirmation_prompt=new)
    if len(given) < sealing.LEAST:
        raise click.ClickException(say("short", language, least=sealing.LEAST))
    return str(given)


@click.command(name="restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--with-keys", is_flag=True, help="put the keys of certificates back into PASO_KEYS, with their passphrase"
)
@LANGUAGE
@click.pass_context
def restore(context: click.Context, source: Path, with_keys: bool, language: str) -> None:
    """Fill the empty database that PASO_DATABASE_URL names from a backup, whole or not at all; then “doctor” looks at it.

    Exit status: that of “doctor”, or 1 if nothing was restored.
    """
    config = means.config()
    passphrase = _passphrase(language, new=False) if with_keys else ""
    with _plainly(language):
        if with_keys:
            _keys_back(config, source, passphrase, language)
        engine = engine_of(create_app(config))
        with source.open("rb") as file:
            manifest = archive.fill(engine, file)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    with means.office() as (_app, office):
        searching.fill(office)  # what is made of editions is not in a backup
    click.echo(say("restored", language, rows=rows, tables=len(manifest["tables"]), made=manifest["made"]))
    context.invoke(doctor.command, language=language, repair=False)


def _keys_back(config: Config, source: Path, passphrase: str, language: str) -> None:
    with source.open("rb") as file:
        held, manifest = archive.opened(file)
        with held:
            sealed = archive.file_of(held, manifest, sealing.SEALED)
    if sealed is None:
        raise click.ClickException(say("keys-none", language))
    count = sealing.unseal(sealed, passphrase, config.keys)
    click.echo(say("keys-back", language, count=count, folder=config.keys))
