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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.records.certificates import Certificate, CertificateFile
from app.records.register import RegisterEntry, RegisterHead
from app.services.office import Office
from certificates import facts
from certificates.facts import FactsRefused

BEGINNING = "0" * 64
"""what the first entry follows"""
HEAD = 1


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was entered. ``code`` says what, ``values`` where, for a message."""

    code: str
    values: dict[str, str]

    def __str__(self) -> str:
        return SAID[self.code].format(**self.values)


SAID = {
    "entry-missing": "entry {number}: missing; entry {before} is followed by {after}",
    "entry-edited": "entry {number} ({action} of {serial}): its content was changed after it was entered",
    "entry-moved": "entry {number} ({action} of {serial}): it does not follow entry {before}; entries were reordered, "
    "inserted or deleted here",
    "head-differs": "the end: the register says that it ends with entry {number}, and ends with {found}; "
    "entries were deleted or added",
    "head-unexpected": "the end is not {wanted}, the one that you gave: the register was rewritten",
    "certificate-unentered": "certificate {serial}: it is not in the register",
    "certificate-missing": "certificate {serial}: it was entered, and is gone",
    "facts-differ": "certificate {serial}: what it states is not what was entered",
    "state-differs": "certificate {serial}: the register says {entered}, the certificate {kept}",
    "sheet-differs": "certificate {serial}: the stored file {form} is not the one that was entered",
    "erasure-differs": "certificate {serial}: the register says that its content is {entered}, and it is {kept}",
    "sheet-left": "certificate {serial}: it was erased, and the file {form} is still there",
    "sheet-unentered": "certificate {serial}: the stored file {form} is not in the register",
}


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

    *expected* is an earlier :func:`head`: the register must still contain it.
    """
    chain = _Chain()
    findings = list(_chain(office, chain, expected))
    certificates = 0
    for row in office.session.scalars(select(Certificate).execution_options(yield_per=500)):
        certificates += 1
        findings += _certificate(row, chain)
    for serial in chain.issued.keys() - chain.seen:
        findings.append(Finding("certificate-missing", {"serial": serial}))
    findings += _sheets(office, chain)
    return Report(chain.entries, certificates, f"{chain.number}:{chain.digest}", tuple(findings))


class _Chain:
    """What the register says of every certificate, gathered while it is read."""

    def __init__(self) -> None:
        self.entries = 0
        self.number = 0
        self.digest = BEGINNING
        self.issued: dict[str, str] = {}
        """serial → digest of its facts"""
        self.state: dict[str, str] = {}
        self.sheets: dict[tuple[str, str], str] = {}
        self.erased: set[str] = set()
        """serials of certificates whose content was removed at their holder's wish"""
        self.seen: set[str] = set()


def _chain(office: Office, chain: _Chain, expected: str) -> Iterator[Finding]:
    met = not expected
    query = select(RegisterEntry).order_by(RegisterEntry.number).execution_options(yield_per=1000)
    for entry in office.session.scalars(query):
        chain.entries += 1
        names = {"number": str(entry.number), "action": entry.action, "serial": entry.serial}
        whole = digest_of(entry) == entry.digest
        if entry.number != chain.number + 1:
            values = {"number": str(chain.number + 1), "before": str(chain.number), "after": str(entry.number)}
            yield Finding("entry-missing", values)
        elif entry.previous != chain.digest and whole:
            yield Finding("entry-moved", {**names, "before": str(chain.number)})
        if not whole:
            yield Finding("entry-edited", names)
        chain.number, chain.digest = entry.number, entry.digest
        met = met or expected == f"{entry.number}:{entry.digest}"
        if entry.action == "issue":
            chain.issued[entry.serial] = entry.facts_sha256
        elif entry.action == "sheet":
            chain.sheets[entry.serial, str(entry.detail.get("form"))] = str(entry.detail.get("sha256"))
        elif entry.action == "erase":
            chain.erased.add(entry.serial)
        elif chain.state.get(entry.serial) != "revoke":
            chain.state[entry.serial] = entry.action
    last = office.session.get(RegisterHead, HEAD)
    if last is None or (last.number, last.digest) != (chain.number, chain.digest):
        yield Finding("head-differs", {"number": str(last.number if last else 0), "found": str(chain.number)})
    if not met:
        yield Finding("head-unexpected", {"wanted": expected})


def _certificate(row: Certificate, chain: _Chain) -> Iterator[Finding]:
    chain.seen.add(row.serial)
    if row.serial not in chain.issued:
        yield Finding("certificate-unentered", {"serial": row.serial})
        return
    gone = row.serial in chain.erased
    if gone != (row.erased_at is not None) or (gone and row.facts):
        entered = "erased" if gone else "kept"
        kept = "erased" if row.erased_at is not None and not row.facts else "kept"
        yield Finding("erasure-differs", {"serial": row.serial, "entered": entered, "kept": kept})
    try:
        stated = row.facts_sha256 if gone else facts.digest(facts.from_json(row.facts))
    except FactsRefused:
        stated = ""
    if not stated == row.facts_sha256 == chain.issued[row.serial]:
        yield Finding("facts-differ", {"serial": row.serial})
    kept = "revoke" if row.revoked_at else "replace" if row.superseded_at else "issue"
    entered = chain.state.get(row.serial, "issue")
    if kept != entered:
        yield Finding("state-differs", {"serial": row.serial, "entered": entered, "kept": kept})


def _sheets(office: Office, chain: _Chain) -> Iterator[Finding]:
    query = select(Certificate.serial, CertificateFile.form, CertificateFile.content).join(
        Certificate, Certificate.id == CertificateFile.certificate_id
    )
    # of an erased certificate no file may be left
    for serial, form, content in office.session.execute(query.execution_options(yield_per=100)):
        entered = chain.sheets.get((serial, form))
        if serial in chain.erased:
            yield Finding("sheet-left", {"serial": serial, "form": form})
        elif entered is None:
            yield Finding("sheet-unentered", {"serial": serial, "form": form})
        elif entered != hashlib.sha256(content).hexdigest():
            yield Finding("sheet-differs", {"serial": serial, "form": form})
