"""Every enrolment's progress, recomputed from its events, beside what is stored of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from app.records.learning import Enrolment, LearningEvent
from app.rules import progress
from app.rules.progress import Progress
from app.services import audit, learning
from app.services.doctor.tally import Tally
from app.services.findings import Finding, Words, found
from app.services.office import Office
from app.services.shelf import course_of

PAGE = 250
"""enrolments looked at together"""
COLUMNS = (
    "percent",
    "lessons_done",
    "lessons_total",
    "quizzes_passed",
    "practices_done",
    "exercise",
    "exam_mark",
)
SAID: Words = {
    "summary-differs": (
        "enrolment {enrolment}: the stored progress is not what its events give ({columns})",
        "inscripción {enrolment}: el progreso guardado no es el que dan sus eventos ({columns})",
    ),
    "events-missing": (
        "enrolment {enrolment}: of its events, number {number} is missing",
        "inscripción {enrolment}: falta el evento número {number}",
    ),
    "events-fewer": (
        "enrolment {enrolment}: its progress counts {counted} events, and {kept} are kept",
        "inscripción {enrolment}: su progreso cuenta {counted} eventos y se conservan {kept}",
    ),
    "event-broken": (
        "enrolment {enrolment}: its event {event} cannot be read",
        "inscripción {enrolment}: su evento {event} no se puede leer",
    ),
    "event-strange": (
        "enrolment {enrolment}: its event {event} belongs to another person",
        "inscripción {enrolment}: su evento {event} es de otra persona",
    ),
    "status-differs": (
        "enrolment {enrolment}: status “{status}” does not fit its dates",
        "inscripción {enrolment}: el estado «{status}» no corresponde a sus fechas",
    ),
    "completion-owed": (
        "enrolment {enrolment}: everything is done, and it is not complete",
        "inscripción {enrolment}: todo está hecho y no figura como completa",
    ),
}


def check(office: Office, tally: Tally) -> Iterator[Finding]:
    """Look at every enrolment."""
    for page in _pages(office):
        tally.looked += len(page)
        events = _events(office, page[0].id, page[-1].id)
        for row in page:
            yield from _examine(office, row, events.get(row.id, []))


def _pages(office: Office) -> Iterator[Sequence[Row[Any]]]:
    table = Enrolment.__table__.c
    names = ("id", "person_id", "edition_id", "started_at", "completed_at", "status", "progress", *COLUMNS)
    which = [table[name] for name in names]
    after = uuid.UUID(int=0)
    while True:
        page = office.session.execute(select(*which).where(table.id > after).order_by(table.id).limit(PAGE)).all()
        if not page:
            return
        yield page
        after = page[-1].id


def _events(office: Office, first: uuid.UUID, last: uuid.UUID) -> dict[uuid.UUID, list[Row[Any]]]:
    """The events of the enrolments from *first* to *last*, in the order in which they were folded."""
    e = LearningEvent
    rows = office.session.execute(
        select(e.enrolment_id, e.person_id, e.id, e.edition_id, e.sequence, e.kind, e.module, e.item, e.payload, e.at)
        .where(e.enrolment_id.between(first, last))
        .order_by(e.enrolment_id, e.sequence)
    )
    return {key: list(mine) for key, mine in groupby(rows, key=lambda row: row.enrolment_id)}


def _examine(office: Office, row: Row[Any], events: Sequence[Row[Any]]) -> Iterator[Finding]:
    names = {"enrolment": row.id}
    for event in events:
        if event.person_id != row.person_id:
            yield found(SAID, "event-strange", **names, event=event.id)
    lost = missing(events)
    if lost:
        yield found(SAID, "events-missing", **names, number=lost)
        return
    try:
        kept = progress.from_json(row.progress)
    except ValueError:  # msgspec's errors are such
        kept = None
    if kept is not None and kept.counted > len(events):
        yield found(SAID, "events-fewer", **names, counted=kept.counted, kept=len(events))
        return
    try:
        state = learning.folded(office, events)
    except learning.EventBroken as no:
        yield found(SAID, "event-broken", **names, event=no.event)
        return
    differs = differences(office, row, state, kept)
    if differs:
        yield found(SAID, "summary-differs", **names, columns=", ".join(differs))
    begun, done = row.started_at is not None, row.completed_at is not None
    if done != (row.status == "completed") or (row.status == "active" and not begun):
        yield found(SAID, "status-differs", **names, status=row.status)
    if (
        not done
        and events
        and row.status != "withdrawn"
        and progress.complete(course_of(office, row.edition_id), state)
    ):
        yield found(SAID, "completion-owed", **names)


def missing(events: Sequence[Any]) -> int:
    """The number of the first event that is not there, 0 for none: they are numbered from 1 in the order of the fold."""
    return next((n for n, event in enumerate(events, 1) if event.sequence != n), 0)


def differences(office: Office, row: Any, state: Progress, kept: Progress | None) -> list[str]:
    """The columns of an enrolment that are not what *state* gives; *kept* is what its progress says, if it can be read."""
    derived = learning.summary(course_of(office, row.edition_id), state)
    differs = []
    if kept is None or (derived["progress"] != row.progress and progress.to_json(kept) != derived["progress"]):
        differs.append("progress")
    fresh = not row.progress  # then the total is that of the course, whatever its rule asks for
    differs += [
        name for name in COLUMNS if derived[name] != getattr(row, name) and not (fresh and name == "lessons_total")
    ]
    return differs


# Repairing ------------------------------------------------------------------------------------------------------------


def repair(office: Office) -> int:
    """Write the progress anew where it is not what the events give and all of them are there; how many enrolments.

    Each in a transaction of its own, with an entry in the log. Nothing else of an enrolment is touched: no completion is
    granted or taken back, and where an event is missing nothing is written, for that would lose what is known of it.
    """
    wrong = []
    for page in _pages(office):
        events = _events(office, page[0].id, page[-1].id)
        for row in page:
            if any(finding.code == "summary-differs" for finding in _examine(office, row, events.get(row.id, []))):
                wrong.append(row.id)
    return sum(_repair(office, enrolment_id) for enrolment_id in wrong)


def _repair(office: Office, enrolment_id: uuid.UUID) -> bool:
    with office.transaction():
        row = learning.lock(office, enrolment_id)
        events = _events(office, row.id, row.id).get(row.id, [])
        if missing(events):
            return False
        try:
            kept = progress.from_json(row.progress)
        except ValueError:
            kept = None
        state = learning.folded(office, events)
        differs = differences(office, row, state, kept)
        if not differs:  # whoever learned meanwhile has written it anew
            return False
        for name, value in learning.summary(course_of(office, row.edition_id), state).items():
            setattr(row, name, value)
        audit.note(office, None, "progress.repair", str(row.id), {"fields": ", ".join(differs)}, row.institution_id)
    return True
