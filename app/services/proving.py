"""What a certificate is worth that somebody holds: a file, a code, or what its square code says.

A file is judged first by itself (:mod:`certificates.verifying`): was it issued by us, and is it still as it was? Only
then does the register of codes say whether it still holds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from sqlalchemy import select

from app.records.certificates import Certificate
from app.rules.errors import Refused
from app.services import certifying
from app.services.office import Office
from certificates import facts as stored
from certificates import token, verifying, wording
from certificates.facts import Facts, Language
from certificates.verifying import NotGenuine

LARGEST = verifying.LARGEST

Outcome = Literal[
    "valid", "expired", "replaced", "revoked", "withdrawn", "unknown", "mistyped", "altered", "not-ours", "unsigned", "not-pdf",
    "cannot-tell",
]  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """The answer. ``facts`` are what the paper states, where it is genuine or the code still holds."""

    outcome: Outcome
    code: str = ""
    facts: Facts | None = None
    on: dt.date | None = None
    """when it was replaced or revoked"""
    file: bool = False
    """whether a file was judged, and not only a code"""
    suggestion: str = ""


SCAN = 60
"""digits in a row that no typed code has"""


def of_text(office: Office, text: str) -> Proof:
    """A code, however typed, the address on the paper, or what a scan of its square code gave.

    Raises ``Refused("certificate-keys-missing")`` for a scan where there are no keys.
    """
    digits = "".join(text.split()).rpartition("#")[2]
    if len(digits) >= SCAN and digits.isdecimal():
        return _of_scan(office, digits)
    found = certifying.verify(office, certifying.canonical(text))
    return Proof(found.outcome, found.code, found.facts, found.on, suggestion=found.suggestion)


def _of_scan(office: Office, digits: str) -> Proof:
    """First by itself, as a file is: is it signed by us, and still as it was? Then what the register says."""
    keys = office.settings.keys
    if keys is None:
        raise Refused("certificate-keys-missing")
    try:
        told = token.decode(digits, keys.public)
    except token.TokenRefused as no:
        return Proof(_REFUSED[no.code])
    return _standing(office, told.serial, None)


_REFUSED: dict[str, Outcome] = {"unreadable": "mistyped", "not-ours": "not-ours", "altered": "altered"}


def of_file(office: Office, content: bytes) -> Proof:
    """A PDF. It is read in memory and not kept. Raises ``Refused("certificate-keys-missing")``."""
    keys = office.settings.keys
    if keys is None:
        raise Refused("certificate-keys-missing")
    try:
        genuine = verifying.verify(content, keys.public.root)
    except NotGenuine as no:
        return Proof(no.reason, file=True)
    return _standing(office, genuine.facts.serial, genuine.facts)


def _standing(office: Office, code: str, stated: Facts | None) -> Proof:
    """What a certificate that is genuine is worth today: of a file with *stated* facts, or of a square code."""
    row = office.session.scalar(select(Certificate).where(Certificate.serial == code))
    if row is None:  # issued by our keys, and this database has never heard of it: another copy of the platform
        return Proof("cannot-tell", code, stated, file=stated is not None)
    if stated is not None and row.erased_at is not None and stored.digest(stated) != row.facts_sha256:
        return Proof("altered", file=True)  # the digest is all that we kept of it
    state = certifying.state_of(row, office.now().date())
    changed = row.revoked_at or row.superseded_at
    # the paper is in their hands: its facts may be shown to be compared, whatever it is worth; of an erased certificate
    # we know no more than that this one is genuine
    shown = stated or (stored.from_json(row.facts) if row.erased_at is None else None)
    return Proof(state, code, shown, changed.date() if changed and state != "valid" else None, file=stated is not None)


def with_root(content: bytes, root: bytes, today: dt.date) -> Proof:
    """A PDF, with nothing but the root's certificate (PEM). Whether it was revoked since, this cannot tell: the outcome
    is then ``cannot-tell``, with the facts. Raises ``ValueError`` for a root that is none.
    """
    try:
        genuine = verifying.verify(content, x509.load_pem_x509_certificate(root))
    except NotGenuine as no:
        return Proof(no.reason, file=True)
    stated = genuine.facts
    over = stated.expires is not None and stated.expires < today
    return Proof("expired" if over else "cannot-tell", stated.serial, stated, file=True)


_SAID: dict[Language, dict[str, str]] = {
    "en": {
        "valid": "VALID",
        "expired": "EXPIRED",
        "replaced": "REPLACED: another certificate stands in its place. Ask the holder for it",
        "revoked": "REVOKED",
        "withdrawn": "WITHDRAWN at its holder's wish: nothing is kept that it could be compared with. A PDF or square "
        "code that is shown can still be checked by itself",
        "unknown": "UNKNOWN: no certificate was issued with this code",
        "mistyped": "MISTYPED: this code does not fit together",
        "altered": "ALTERED: this is not as it was issued",
        "not-ours": "NOT OURS: this was signed by somebody else",
        "unsigned": "NOT OURS: the file is not signed",
        "not-pdf": "NOT OURS: the file is no PDF certificate",
        "cannot-tell": "GENUINE, and as it was issued. Whether it was revoked or replaced since cannot be told here",
        "on": "on {}",
        "meant": "Did you mean {}?",
        "compare": "What it states, to compare with the paper:",
    },
    "es": {
        "valid": "VÁLIDO",
        "expired": "VENCIDO",
        "replaced": "REEMPLAZADO: otro certificado ocupa su lugar. Pídalo a su titular",
        "revoked": "REVOCADO",
        "withdrawn": "RETIRADO a pedido de su titular: no se conserva con qué compararlo. El PDF o el código cuadrado que le "
        "muestren se puede comprobar por sí mismo",
        "unknown": "DESCONOCIDO: no se emitió ningún certificado con este código",
        "mistyped": "MAL ESCRITO: este código no es coherente",
        "altered": "ALTERADO: no está como se emitió",
        "not-ours": "NO ES NUESTRO: lo firmó otra entidad",
        "unsigned": "NO ES NUESTRO: el archivo no está firmado",
        "not-pdf": "NO ES NUESTRO: el archivo no es un certificado en PDF",
        "cannot-tell": "AUTÉNTICO y tal como se emitió. Aquí no se puede saber si después fue revocado o reemplazado",
        "on": "el {}",
        "meant": "¿Quiso escribir {}?",
        "compare": "Lo que afirma, para compararlo con el papel:",
    },
}


def lines(proof: Proof, language: Language) -> list[str]:
    """The answer for a shell: what it is worth, then everything that the paper states, as it states it."""
    said = _SAID[language]
    first = said[proof.outcome]
    if proof.on:
        first += f" ({said['on'].format(wording.long_date(proof.on, language))})"
    found = [first, proof.code] if proof.code else [first]
    if proof.suggestion:
        found.append(said["meant"].format(proof.suggestion))
    if proof.facts:
        found += ["", said["compare"], *(f"  {line}" for line in printed(proof.facts, language))]
    return found


def printed(facts: Facts, language: Language) -> list[str]:
    """Every line that the sheet shows, in its order."""
    told = wording.compose(facts, language)
    place = f"{told.institution}, {told.country}"
    shown = [told.issuer, told.title, told.rank, told.name, place, told.done, told.course, told.basis, told.content]
    shown += [told.dates, told.conditions, told.number]
    shown += [f"{signer.name}, {signer.role[language]}" for signer in facts.signers]
    return [line for line in shown if line]
