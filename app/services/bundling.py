"""All certificates of a cohort in one archive, made while it is sent."""

from __future__ import annotations

import datetime as dt
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.records.certificates import Certificate
from app.records.learning import Enrolment
from app.rules.errors import NotFound
from app.services import certifying, cohorts, sightings
from app.services.archiving import Sink
from app.services.certifying import LANGUAGES, PAPERS
from app.services.office import Actor, Office
from app.services.scope import inside

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True)
class Bundle:
    """``content`` makes the archive as it is read, one certificate in memory at a time."""

    name: str
    certificates: int
    content: Iterator[bytes]


def count(office: Office, actor: Actor, cohort_id: uuid.UUID) -> int:
    """How many certificates :func:`bundle` would hold."""
    return len(_serials(office, actor, cohort_id))


def bundle(office: Office, actor: Actor, cohort_id: uuid.UUID, languages: str, paper: str) -> Bundle:
    """The certificates of completion that the officers of a cohort hold, those of the actor's institutions, as a zip.

    *languages* and *paper* as for :func:`certifying.pdf`. Raises ``NotFound`` for a cohort that is not the actor's, a form
    that does not exist, or where there is nothing to take away.
    """
    cohort = cohorts.get(office, actor, cohort_id).cohort
    if languages not in LANGUAGES or paper not in PAPERS:
        raise NotFound("form")
    serials = _serials(office, actor, cohort_id)
    if not serials:
        raise NotFound("certificate")
    asked = {"cohort": str(cohort_id), "form": f"{languages}-{paper}"}
    paths = actor.paths("read roster")
    place = cohort.institution_id
    sightings.listed(
        office, actor, "certificates.download", paths, asked, len(serials), subject=str(cohort_id), institution_id=place
    )
    name = f"{_file_name(cohort.name)} {languages}-{paper}.zip"
    return Bundle(name, len(serials), _archive(office, actor, serials, languages, paper))


def _serials(office: Office, actor: Actor, cohort_id: uuid.UUID) -> list[str]:
    query = (
        select(Certificate.serial)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            inside(Enrolment.institution_id, actor.paths("read roster")),
            Certificate.kind == "completion",
            Certificate.superseded_at.is_(None),
            Certificate.revoked_at.is_(None),
            Certificate.erased_at.is_(None),
        )
        .order_by(Certificate.serial)
    )
    return list(office.session.scalars(query))


def _archive(office: Office, actor: Actor, serials: list[str], languages: str, paper: str) -> Iterator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for serial in serials:
            try:
                content, _name = certifying.pdf(office, actor, serial, languages, paper)
                stated = certifying.find(office, actor, serial).facts
            except NotFound:  # revoked while the archive was on its way
                continue
            entry = zipfile.ZipInfo(f"{_file_name(stated.name)} {serial}.pdf", _moment(stated.issued))
            archive.writestr(entry, content)
            yield sink.take()
    yield sink.take()


def _file_name(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text).strip(" .") or "-"


def _moment(day: dt.date) -> tuple[int, int, int, int, int, int]:
    """A zip knows no zones and no years before 1980."""
    return (max(day.year, 1980), day.month, day.day, 0, 0, 0)
