"""The chain of the audit log: each entry's digest covers its content and the digest of the entry before.

Who edits, deletes, reorders or inserts an entry breaks the chain there, and :func:`check` names the place; who rewrites
all that follows changes the digest at the end, which is worth writing down elsewhere every day (``paso audit head``).

What has to be forgotten one day is not in the chain itself. An entry's ``private`` part (reasons and purposes in people's
own words, and whose record was looked at) is covered by the SHA-256 of a random salt and the part; when the part is due
to go, both are blanked, and the digest that stays tells nobody anything. Everything else in an entry are ids and codes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry, AuditHead
from app.services.findings import Finding, Words, found
from app.services.office import Office

BEGINNING = "0" * 64
"""what the first entry follows"""
HEAD = 1


# Writing --------------------------------------------------------------------------------------------------------------


class _Waiting:
    """The entries of a transaction, until it is about to commit."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def __call__(self, session: Session) -> None:
        session.flush()  # the deed itself first: others wait for the head from here on
        where = select(AuditHead.number, AuditHead.digest).where(AuditHead.id == HEAD)
        number, digest = session.execute(where.with_for_update()).one()
        for row in self.rows:
            number += 1
            row |= {"number": number, "previous": digest}
            digest = row["digest"] = digest_of(row)
        session.execute(insert(AuditEntry), self.rows)
        session.execute(update(AuditHead).where(AuditHead.id == HEAD).values(number=number, digest=digest))


def append(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Put *rows* (columns of ``AuditEntry`` without number, digests and salt) at the end of the log when the open
    transaction commits. Raises ``RuntimeError`` when none is open for writing.
    """
    if not session.info.get("writing"):
        raise RuntimeError("an entry of the audit log is written in the transaction of what it tells about")
    for row in rows:
        row["detail"] = _plain(row["detail"])
        row["private"] = _plain(row["private"]) if row["private"] else None
        row["salt"] = secrets.token_hex(16) if row["private"] else None
        row["private_sha256"] = private_digest(row["salt"], row["private"]) if row["private"] else ""
    if rows:
        last = session.info.setdefault("before_commit", {})
        last.setdefault("audit", _Waiting()).rows.extend(rows)


def _plain(value: Any) -> Any:
    """*value* as it will be read back."""
    return json.loads(json.dumps(value))


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of an entry (its columns) as canonical JSON, its own digest and private part left out."""
    content = {
        "number": row["number"],
        "id": _id(row["id"]),
        "at": row["at"].astimezone(dt.UTC).isoformat(),
        "actor": _id(row["actor_id"]),
        "institution": _id(row["institution_id"]),
        "action": row["action"],
        "subject": row["subject"],
        "detail": row["detail"],
        "private": row["private_sha256"],
        "previous": row["previous"],
    }
    return hashlib.sha256(_canonical(content)).hexdigest()


def private_digest(salt: str, private: Any) -> str:
    """SHA-256 of what the chain keeps of a private part."""
    return hashlib.sha256(salt.encode() + _canonical(private)).hexdigest()


def _canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _id(value: uuid.UUID | None) -> str:
    return str(value) if value else ""


# Checking -------------------------------------------------------------------------------------------------------------


SAID: Words = {
    "entry-missing": (
        "audit entry {number}: missing; entry {before} is followed by {after}",
        "asiento {number} del registro de auditoría: falta; al asiento {before} le sigue el {after}",
    ),
    "entry-edited": (
        "audit entry {number} ({action}): its content was changed after it was written",
        "asiento {number} del registro de auditoría ({action}): su contenido se modificó después de escrito",
    ),
    "entry-moved": (
        "audit entry {number} ({action}): it does not follow entry {before}; entries were reordered, inserted or deleted "
        "here",
        "asiento {number} del registro de auditoría ({action}): no sigue al asiento {before}; aquí se reordenaron, "
        "insertaron o borraron asientos",
    ),
    "private-edited": (
        "audit entry {number} ({action}): its private part is not the one that was written",
        "asiento {number} del registro de auditoría ({action}): su parte reservada no es la que se escribió",
    ),
    "head-differs": (
        "the end of the audit log: it says that it ends with entry {number}, and ends with {found}; entries were deleted or "
        "added",
        "fin del registro de auditoría: dice terminar con el asiento {number} y termina con el {found}; se borraron o "
        "agregaron asientos",
    ),
    "head-unexpected": (
        "the audit log does not contain {wanted}, the end that you gave: it was rewritten",
        "el registro de auditoría no contiene {wanted}, el fin que usted indicó: fue reescrito",
    ),
    "guard-missing": (
        "the audit log is not guarded: its triggers {names} are gone; entries could be changed",
        "el registro de auditoría está sin resguardo: faltan sus disparadores {names}; los asientos podrían modificarse",
    ),
}
GUARDS = ("audit_entry_no_delete", "audit_entry_no_update")


@dataclass(frozen=True)
class Report:
    entries: int
    head: str
    """``number:digest`` of the last entry"""
    whole: int
    """up to which entry the chain is whole"""
    findings: tuple[Finding, ...]


def head(office: Office) -> str:
    """``number:digest`` of the last entry: to be kept elsewhere, and given to :func:`check` one day."""
    number, digest = _head(office)
    return f"{number}:{digest}"


def check(office: Office, expected: str = "") -> Report:
    """Read the whole log and recompute the chain. Nothing is changed.

    *expected* is an earlier :func:`head`: the log must still contain it.
    """
    findings: list[Finding] = []
    count, number, digest, whole = 0, 0, BEGINNING, 0
    met = not expected or expected == f"0:{BEGINNING}"
    columns = list(AuditEntry.__table__.columns)
    query = select(*columns).order_by(AuditEntry.number).execution_options(yield_per=2000)
    for row in office.session.execute(query).mappings():
        count += 1
        findings += _examine(row, number, digest)
        number, digest = row["number"], row["digest"]
        met = met or expected == f"{number}:{digest}"
        if not findings:
            whole = number
    said = _head(office)
    if said != (number, digest):
        findings.append(found(SAID, "head-differs", number=said[0], found=number))
    if not met:
        findings.append(found(SAID, "head-unexpected", wanted=expected))
    gone = set(GUARDS) - _guards(office)
    if gone:
        findings.append(found(SAID, "guard-missing", names=", ".join(sorted(gone))))
    return Report(count, f"{number}:{digest}", whole, tuple(findings))


def _examine(row: Mapping[Any, Any], number: int, digest: str) -> Iterator[Finding]:
    names: dict[str, Any] = {"number": row["number"], "action": row["action"]}
    if row["number"] != number + 1:
        yield found(SAID, "entry-missing", number=number + 1, before=number, after=row["number"])
    elif row["previous"] != digest:
        yield found(SAID, "entry-moved", **names, before=number)
    if digest_of(row) != row["digest"]:
        yield found(SAID, "entry-edited", **names)
    private, salt, kept = row["private"], row["salt"], row["private_sha256"]
    blank = private is None and salt is None
    if not blank and (private is None or salt is None or private_digest(salt, private) != kept):
        yield found(SAID, "private-edited", **names)


def _head(office: Office) -> tuple[int, str]:
    row = office.session.execute(select(AuditHead.number, AuditHead.digest).where(AuditHead.id == HEAD)).first()
    return (row.number, row.digest) if row else (0, BEGINNING)


def _guards(office: Office) -> set[str]:
    """The triggers that stand on the log."""
    if office.session.get_bind().dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgenabled = 'O'"
    return set(office.session.scalars(text(query)))
