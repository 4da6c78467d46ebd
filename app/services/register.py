"""The register: every certificate's life as a chain of entries, so that no one, not even who runs the database, changes
it unnoticed.

Each entry's digest is SHA-256 over its content and the digest of the entry before. Who edits, deletes or reorders one
breaks the chain there, and :func:`check` names the place. Who rewrites all that follows changes the digest at the end:
it is worth writing down elsewhere, every day (``paso certificates register head``), to compare.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, exists, select

from app.records.certificates import Certificate, CertificateFile
from app.records.register import RegisterEntry, RegisterHead
from app.services.findings import Finding, Words, found
from app.services.office import Office
from certificates import facts, serial
from certificates.facts import FactsRefused
from certificates.serial import SerialMistyped

BEGINNING = "0" * 64
"""what the first entry follows"""
HEAD = 1


SAID: Words = {
    "entry-missing": (
        "entry {number}: missing; entry {before} is followed by {after}",
        "asiento {number}: falta; al asiento {before} le sigue el {after}",
    ),
    "entry-edited": (
        "entry {number} ({action} of {serial}): its content was changed after it was entered",
        "asiento {number} ({action} de {serial}): su contenido se modificó después de asentado",
    ),
    "entry-moved": (
        "entry {number} ({action} of {serial}): it does not follow entry {before}; entries were reordered, inserted or "
        "deleted here",
        "asiento {number} ({action} de {serial}): no sigue al asiento {before}; aquí se reordenaron, insertaron o borraron "
        "asientos",
    ),
    "head-differs": (
        "the end: the register says that it ends with entry {number}, and ends with {found}; entries were deleted or added",
        "fin: el libro dice terminar con el asiento {number} y termina con el {found}; se borraron o agregaron asientos",
    ),
    "head-unexpected": (
        "the end is not {wanted}, the one that you gave: the register was rewritten",
        "el fin no es {wanted}, el que usted indicó: el libro fue reescrito",
    ),
    "certificate-unentered": (
        "certificate {serial}: it is not in the register",
        "certificado {serial}: no está en el libro de registro",
    ),
    "certificate-missing": (
        "certificate {serial}: it was entered, and is gone",
        "certificado {serial}: se asentó y ya no está",
    ),
    "facts-differ": (
        "certificate {serial}: what it states is not what was entered",
        "certificado {serial}: lo que afirma no es lo que se asentó",
    ),
    "state-differs": (
        "certificate {serial}: the register says {entered}, the certificate {kept}",
        "certificado {serial}: el libro dice {entered} y el certificado, {kept}",
    ),
    "sheet-differs": (
        "certificate {serial}: the stored file {form} is not the one that was entered",
        "certificado {serial}: el archivo guardado {form} no es el que se asentó",
    ),
    "erasure-differs": (
        "certificate {serial}: the register says that its content is {entered}, and it is {kept}",
        "certificado {serial}: el libro dice que su contenido está en estado {entered} y está en {kept}",
    ),
    "sheet-left": (
        "certificate {serial}: it was erased, and the file {form} is still there",
        "certificado {serial}: se suprimió y el archivo {form} sigue ahí",
    ),
    "sheet-unentered": (
        "certificate {serial}: the stored file {form} is not in the register",
        "certificado {serial}: el archivo guardado {form} no está en el libro de registro",
    ),
    "serial-malformed": (
        "certificate {serial}: this is no code that we give; its check letters do not fit",
        "certificado {serial}: no es un código de los nuestros; sus letras de control no coinciden",
    ),
}
PAGE = 200
"""certificates looked at together: what the check holds in memory"""


def enter(office: Office, action: str, serial: str, facts_sha256: str, detail: dict[str, Any] | None = None) -> None:
    """Add one entry at the end. Call inside ``office.transaction()``; entries wait for each other."""
    session = office.session
    head = session.scalars(select(RegisterHead).where(RegisterHead.id == HEAD).with_for_update()).one()
    entry = RegisterEntry(
        number=head.number + 1,
        at=office.now().replace(microsecond=0),
        action=action,
        serial=serial,
        facts_sha256=facts_sha256,
        detail=detail or {},
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    session.add(entry)
    head.number, head.digest = entry.number, entry.digest
    session.flush()


def digest_of(entry: RegisterEntry) -> str:
    """SHA-256, in hexadecimal, of the entry as canonical JSON, its own digest left out."""
    content = {
        "number": entry.number,
        "at": entry.at.astimezone(dt.UTC).isoformat(),
        "action": entry.action,
        "serial": entry.serial,
        "facts_sha256": entry.facts_sha256,
        "detail": entry.detail,
        "previous": entry.previous,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Report:
    entries: int
    certificates: int
    head: str
    """``number:digest`` of the last entry"""
    findings: tuple[Finding, ...]


def head(office: Office) -> str:
    """``number:digest`` of the last entry: to be kept elsewhere, and given to :func:`check` one day."""
    found = office.session.get_one(RegisterHead, HEAD)
    return f"{found.number}:{found.digest}"


def check(office: Office, expected: str = "") -> Report:
    """Read the whole register and compare it with the certificates and their PDFs. Nothing is changed.

    *expected* is an earlier :func:`head`: the register must still contain it. However many certificates there are, no
    more than :data:`PAGE` of them are in memory.
    """
    findings: list[Finding] = []
    count, number, digest = _chain(office, expected, findings)
    certificates = 0
    for page in _pages(office):
        certificates += len(page)
        lives = _lives(office, [row.serial for row in page])
        for row in page:
            findings += _certificate(row, lives.get(row.serial))
        findings += _sheets(office, page, lives)
    gone = (
        select(RegisterEntry.serial)
        .where(RegisterEntry.action == "issue", ~exists().where(Certificate.serial == RegisterEntry.serial))
        .order_by(RegisterEntry.number)
    )
    findings += [found(SAID, "certificate-missing", serial=lost) for lost in office.session.scalars(gone)]
    return Report(count, certificates, f"{number}:{digest}", tuple(findings))


def _chain(office: Office, expected: str, findings: list[Finding]) -> tuple[int, int, str]:
    """Follow the chain; returns how many entries there are, and the number and digest of the last."""
    met = not expected
    count, number, digest = 0, 0, BEGINNING
    query = select(RegisterEntry).order_by(RegisterEntry.number)
    for entry in office.session.scalars(query.execution_options(yield_per=1000)):
        count += 1
        names: dict[str, Any] = {"number": entry.number, "action": entry.action, "serial": entry.serial}
        whole = digest_of(entry) == entry.digest
        if entry.number != number + 1:
            findings.append(found(SAID, "entry-missing", number=number + 1, before=number, after=entry.number))
        elif entry.previous != digest and whole:
            findings.append(found(SAID, "entry-moved", **names, before=number))
        if not whole:
            findings.append(found(SAID, "entry-edited", **names))
        number, digest = entry.number, entry.digest
        met = met or expected == f"{entry.number}:{entry.digest}"
    last = office.session.get(RegisterHead, HEAD)
    if last is None or (last.number, last.digest) != (number, digest):
        findings.append(found(SAID, "head-differs", number=last.number if last else 0, found=number))
    if not met:
        findings.append(found(SAID, "head-unexpected", wanted=expected))
    return count, number, digest


@dataclass
class _Life:
    """What the register says of one certificate."""

    issued: str = ""
    """digest of its facts; "" where it was never issued"""
    state: str = "issue"
    sheets: dict[str, str] = field(default_factory=dict)
    """form → SHA-256"""
    erased: bool = False
    """its content was removed at its holder's wish"""


def _lives(office: Office, serials: list[str]) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    query = select(RegisterEntry).where(RegisterEntry.serial.in_(serials)).order_by(RegisterEntry.number)
    for entry in office.session.scalars(query):
        life = lives.setdefault(entry.serial, _Life())
        if entry.action == "issue":
            life.issued = entry.facts_sha256
        elif entry.action == "sheet":
            life.sheets[str(entry.detail.get("form"))] = str(entry.detail.get("sha256"))
        elif entry.action == "erase":
            life.erased = True
        elif life.state != "revoke":
            life.state = entry.action
    return lives


def _pages(office: Office) -> Iterator[Sequence[Any]]:
    """The certificates, a page at a time."""
    which = (
        Certificate.id,
        Certificate.serial,
        Certificate.facts,
        Certificate.facts_sha256,
        Certificate.revoked_at,
        Certificate.superseded_at,
        Certificate.erased_at,
    )
    after = ""
    while True:
        query = select(*which).where(Certificate.serial > after).order_by(Certificate.serial).limit(PAGE)
        page = office.session.execute(query).all()
        if not page:
            return
        yield page
        after = page[-1].serial


def _certificate(row: Row[Any], life: _Life | None) -> Iterator[Finding]:
    try:
        serial.parse(row.serial)
    except SerialMistyped:
        yield found(SAID, "serial-malformed", serial=row.serial)
    if life is None or not life.issued:
        yield found(SAID, "certificate-unentered", serial=row.serial)
        return
    if life.erased != (row.erased_at is not None) or (life.erased and row.facts):
        entered = "erased" if life.erased else "kept"
        kept = "erased" if row.erased_at is not None and not row.facts else "kept"
        yield found(SAID, "erasure-differs", serial=row.serial, entered=entered, kept=kept)
    try:
        stated = row.facts_sha256 if life.erased else facts.digest(facts.from_json(row.facts))
    except FactsRefused:
        stated = ""
    if not stated == row.facts_sha256 == life.issued:
        yield found(SAID, "facts-differ", serial=row.serial)
    kept = "revoke" if row.revoked_at else "replace" if row.superseded_at else "issue"
    if kept != life.state:
        yield found(SAID, "state-differs", serial=row.serial, entered=life.state, kept=kept)


def _sheets(office: Office, page: Sequence[Row[Any]], lives: dict[str, _Life]) -> Iterator[Finding]:
    serials = {row.id: row.serial for row in page}
    query = select(
        CertificateFile.certificate_id, CertificateFile.form, CertificateFile.content, CertificateFile.sha256
    ).where(CertificateFile.certificate_id.in_(serials))
    for row in office.session.execute(query.execution_options(yield_per=50)):
        names = {"serial": serials[row.certificate_id], "form": row.form}
        life = lives.get(names["serial"], _Life())
        entered = life.sheets.get(row.form)
        if life.erased:  # of an erased certificate no file may be left
            yield found(SAID, "sheet-left", **names)
        elif entered is None:
            yield found(SAID, "sheet-unentered", **names)
        elif not entered == row.sha256 == hashlib.sha256(row.content).hexdigest():
            yield found(SAID, "sheet-differs", **names)
