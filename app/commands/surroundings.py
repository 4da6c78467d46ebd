"""Whether a platform stands well: its settings, keys, clock and disk, and what the worker should have done."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from app.config import Config
from app.records.audit import AuditEntry
from app.services import keyring, notices, overview
from app.services.findings import Finding, Words, found
from app.services.office import Office

ROOM = 500 * 1024 * 1024
"""bytes that a disk should have free: a backup, a list of people, a day's journal"""
ASKEW = dt.timedelta(minutes=5)
SAID: Words = {
    "keys": ("keys of certificates: {said}", "claves de los certificados: {said}"),
    "keys-old": (
        "the keys have signed since {since}: rotate them (paso certificates keys rotate --root FOLDER)",
        "las claves firman desde el {since}: renuévelas (paso certificates keys rotate --root CARPETA)",
    ),
    "root-here": (
        "{folder} holds the root's private key: lock it away on another medium",
        "{folder} contiene la clave privada de la raíz: guárdela bajo llave en otro medio",
    ),
    "open-file": (
        "{file} can be read by others (mode {mode}); run: chmod go= {file}",
        "{file} lo pueden leer otras personas (modo {mode}); ejecute: chmod go= {file}",
    ),
    "zones": ("time zones are not known here: install tzdata", "aquí no se conocen los husos horarios: instale tzdata"),
    "clock-behind": (
        "this machine's clock says {now}, and the last entry of the log was written at {last}: set the clock",
        "el reloj de este equipo marca {now} y el último asiento de auditoría es de {last}: ajuste el reloj",
    ),
    "clock-askew": (
        "this machine's clock and the database's differ by {seconds} seconds: let both follow a time server",
        "el reloj de este equipo y el de la base de datos difieren en {seconds} segundos: sincronice ambos",
    ),
    "disk-full": (
        "{folder} has {free} MB free: make room before writing fails",
        "a {folder} le quedan {free} MB libres: libere espacio antes de que falle la escritura",
    ),
    "read-only": ("{folder} cannot be written to", "en {folder} no se puede escribir"),
    "notices-stuck": (
        "messages that are due have waited since {since}: is the worker running, and the mail server there?",
        "hay mensajes pendientes desde {since}: ¿funciona el proceso de fondo y responde el servidor de correo?",
    ),
    "notices-failed": (
        "{count} messages were given up; see /admin/notices",
        "se desistió de enviar {count} mensajes; vea /admin/notices",
    ),
    "attempts-overdue": (
        "{count} attempts are open though their time is over: is the worker running?",
        "{count} intentos siguen abiertos con el tiempo vencido: ¿funciona el proceso de fondo?",
    ),
    "address-plain": (
        "PASO_PUBLIC_URL is not https: it is printed on certificates",
        "PASO_PUBLIC_URL no es https: se imprime en los certificados",
    ),
}
_UTC = "%Y-%m-%d %H:%M UTC"


def look(office: Office, config: Config) -> tuple[Finding, ...]:
    """Everything that wants attention around the data."""
    return tuple(finding for each in LOOKS for finding in each(office, config))


def _keys(_office: Office, config: Config) -> Iterator[Finding]:
    try:
        ring = keyring.open_ring(config.keys, None, config.issuer_en)
    except keyring.KeysRefused as no:
        yield found(SAID, "keys", said=keyring.explain(no))
        return
    if ring.signing.since + dt.timedelta(days=keyring.SIGNING_DAYS) <= dt.datetime.now(dt.UTC).date():
        yield found(SAID, "keys-old", grave=False, since=ring.signing.since)
    if config.production:
        for folder in (config.keys, config.instance / "root-keys"):
            if (folder / "root.key").exists():
                yield found(SAID, "root-here", grave=False, folder=folder)


def _files(_office: Office, config: Config) -> Iterator[Finding]:
    """Files that nobody else may read. On Windows the mode says nothing."""
    if os.name == "nt":
        return
    for path in (config.instance / "secret.key", database_file(config)):
        if path is not None and path.exists() and _readable(path):
            yield found(SAID, "open-file", grave=False, file=path, mode=f"{path.stat().st_mode & 0o777:o}")


def _readable(path: Path) -> bool:
    """Whether others can read *path*: the file lets them, and so does the folder that it is in."""
    others = stat.S_IRGRP | stat.S_IROTH
    return bool(path.stat().st_mode & others) and bool(path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))


def database_file(config: Config) -> Path | None:
    """The file of an SQLite database."""
    url = make_url(config.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _clock(office: Office, _config: Config) -> Iterator[Finding]:
    try:
        ZoneInfo("America/Panama")
    except ZoneInfoNotFoundError:
        yield found(SAID, "zones", grave=False)
    now = dt.datetime.now(dt.UTC)
    last = office.session.scalar(select(func.max(AuditEntry.at)))
    if last is not None and last > now + ASKEW:
        yield found(SAID, "clock-behind", grave=False, now=now.strftime(_UTC), last=last.strftime(_UTC))
    if office.session.get_bind().dialect.name == "postgresql":
        theirs = office.session.scalar(text("SELECT clock_timestamp()"))
        apart = abs((theirs - dt.datetime.now(dt.UTC)).total_seconds()) if theirs else 0
        if apart > ASKEW.total_seconds() / 5:
            yield found(SAID, "clock-askew", grave=False, seconds=round(apart))


def _disk(_office: Office, config: Config) -> Iterator[Finding]:
    file = database_file(config)
    for folder in {path for path in (file.parent if file else None, config.instance) if path and path.is_dir()}:
        if not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_RDONLY:
            yield found(SAID, "read-only", grave=False, folder=folder)
        free = shutil.disk_usage(folder).free
        if free < ROOM:
            yield found(SAID, "disk-full", grave=False, folder=folder, free=free // 1024**2)


def _worker(office: Office, config: Config) -> Iterator[Finding]:
    queue = notices.standing(office)
    if config.smtp_url and queue.due and queue.oldest and queue.oldest < office.now() - overview.PATIENCE:
        yield found(SAID, "notices-stuck", grave=False, since=queue.oldest.strftime(_UTC))
    if queue.given_up:
        yield found(SAID, "notices-failed", grave=False, count=queue.given_up)
    overdue = overview.overdue(office)
    if overdue:
        yield found(SAID, "attempts-overdue", grave=False, count=overdue)


def _address(_office: Office, config: Config) -> Iterator[Finding]:
    if config.production and not config.https:
        yield found(SAID, "address-plain", grave=False)


LOOKS: tuple[Callable[[Office, Config], Iterator[Finding]], ...] = (_keys, _files, _clock, _disk, _worker, _address)
