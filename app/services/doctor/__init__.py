"""Looks whether what is kept agrees with itself: ``paso doctor``.

Every part is a stream over one snapshot of the database, a few hundred rows in memory at a time, so it looks at a million
enrolments as it looks at ten, while the platform is in use. Nothing is changed but by :func:`repair`, which writes only
what is derived from what is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.services import auditchain, register
from app.services.doctor import folding, marks, rows
from app.services.doctor.folding import repair
from app.services.doctor.tally import Tally
from app.services.findings import Finding, Words
from app.services.findings import found as said
from app.services.office import Office

__all__ = ["MOST", "PARTS", "Part", "Report", "Tally", "examine", "repair"]

logger = logging.getLogger(__name__)
SAID: Words = {
    "unreadable": (
        "the check of “{part}” came to an end where something cannot be read: {error}",
        "la revisión de «{part}» se detuvo donde algo no se puede leer: {error}",
    ),
}
MOST = 200
"""findings of one part that are kept to be read; all are counted"""


@dataclass(frozen=True)
class Part:
    """One thing that was looked at."""

    name: str
    """a key of :data:`PARTS`"""
    looked: int
    """at how many things"""
    found: int
    findings: tuple[Finding, ...]
    """the first :data:`MOST` of them"""


@dataclass(frozen=True)
class Report:
    parts: tuple[Part, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, the first of each part."""
        return tuple(finding for part in self.parts for finding in part.findings)

    def looked(self, name: str) -> int:
        """How many things the part *name* looked at."""
        return next((part.looked for part in self.parts if part.name == name), 0)


Check = Callable[[Office, Tally], Iterator[Finding]]


def _audit(office: Office, tally: Tally) -> Iterator[Finding]:
    report = auditchain.check(office)
    tally.looked = report.entries
    yield from report.findings


def _register(office: Office, tally: Tally) -> Iterator[Finding]:
    report = register.check(office)
    tally.looked = report.certificates
    yield from report.findings


PARTS: dict[str, Check] = {
    "progress": folding.check,
    "attempts": marks.check,
    "certificates": _register,
    "audit": _audit,
    "rows": rows.check,
    "files": rows.check_files,
}
"""what is looked at, in order"""


def examine(office: Office) -> Report:
    """Look at everything and say what does not agree. Nothing is changed."""
    session = office.session
    session.rollback()  # what is read from here on is one moment, however long it takes
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    found = []
    for name, check in PARTS.items():
        tally = Tally()
        first: list[Finding] = []
        count = 0
        try:
            for finding in check(office, tally):
                count += 1
                if count <= MOST:
                    first.append(finding)
        except Exception as no:  # what cannot even be read is a finding too, and the other parts are still looked at
            logger.exception("a part of the check came to an end")
            session.rollback()
            count += 1
            first.append(said(SAID, "unreadable", part=name, error=f"{type(no).__name__}: {no}"[:300]))
        found.append(Part(name, tally.looked, count, tuple(first)))
    session.rollback()
    return Report(tuple(found))
