"""Practical sheets of those who came to a practice day: one by one from its list, or several at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from app.courseware.course import Practice
from app.rules.errors import NotFound, Refused
from app.services import practice
from app.services.office import Actor, Office
from app.services.practicedays.reading import Roll, Row, day_of, roll

MOST = 60
"""officers signed at once"""


def present(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Roll:
    """The day, if the officer is marked as having come to it.

    Raises ``NotFound``, ``Refused``: ``practice-absent``, ``practice-unmarked``, ``day-cancelled``.
    """
    found = roll(office, actor, cohort_id, day_id, "sign practice")
    row = next((one for one in found.rows if one.enrolment.id == enrolment_id), None)
    if row is None:
        raise NotFound("enrolment")
    if found.day.state == "cancelled":
        raise Refused("day-cancelled")
    if not row.came:
        raise Refused("practice-absent" if row.state else "practice-unmarked")
    return found


@dataclass(frozen=True)
class Several:
    """A sheet of a day, and who can be signed for it together."""

    roll: Roll
    id: str
    """of its module, or EXERCISE"""
    practice: Practice
    free: tuple[Row, ...]
    """present, and not yet signed as competent"""
    rest: tuple[Row, ...]
    """the others on the list"""


def several(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID, sheet: str) -> Several:
    """Who can be signed together for *sheet* of a day. Raises ``NotFound``."""
    found = roll(office, actor, cohort_id, day_id, "sign practice")
    practised = found.sheets.get(sheet)
    if practised is None or found.day.state == "cancelled":
        raise NotFound("practice")
    free = tuple(r for r in found.rows if r.came and not r.own and r.standing.get(sheet) != "competent")
    return Several(found, sheet, practised, free, tuple(row for row in found.rows if row not in free))


def sign_several(
    office: Office,
    actor: Actor,
    cohort_id: uuid.UUID,
    day_id: uuid.UUID,
    sheet: str,
    enrolments: Sequence[uuid.UUID],
    batch: uuid.UUID,
) -> int:
    """Sign *sheet* for several officers as competent in all its criteria, with the day's date and place; all or none.

    *batch* is the id minted in the form: the same form twice signs once. Returns how many are signed by it. Raises
    ``NotFound``, ``Refused``: ``cohort-nobody``, ``copies-many``, ``practice-absent``, ``practice-unmarked``, and what
    :func:`practice.sign` refuses, with the ``officer`` whom it is about.
    """
    chosen = list(dict.fromkeys(enrolments))
    if not chosen:
        raise Refused("cohort-nobody")
    if len(chosen) > MOST:
        raise Refused("copies-many", most=MOST)
    with office.transaction():
        day_of(office, actor, cohort_id, day_id, "sign practice", lock=True)  # nobody marks them absent meanwhile
        found = several(office, actor, cohort_id, day_id, sheet)
        rows = {row.enrolment.id: row for row in found.roll.rows}
        for one in chosen:
            row = rows.get(one)
            if row is None:
                raise NotFound("enrolment")
            name = row.enrolment.person.name
            if not row.came:
                raise Refused("practice-absent" if row.state else "practice-unmarked", officer=name)
            try:
                _sign(office, actor, found, row, batch)
            except Refused as no:
                raise Refused(no.code, **{**no.values, "officer": name}) from no
    return len(chosen)


def _sign(office: Office, actor: Actor, found: Several, row: Row, batch: uuid.UUID) -> None:
    edition = practice.sheet(office, actor, row.enrolment.id, found.id)  # the criteria of the officer's own edition
    practice.sign(
        office,
        actor,
        row.enrolment.id,
        found.id,
        {criterion.id: True for criterion in edition.practice.criteria},
        found.roll.on,
        found.roll.day.place,
        sheet_id=uuid.uuid5(batch, str(row.enrolment.id)),
    )
