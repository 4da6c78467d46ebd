"""Attendance: who came to a practice day, as the trainers who held it mark it.

Two trainers may mark at once, each on their own phone. A form says of each officer which mark it showed; what was not
touched on it is left as it is, and a mark that somebody else has made meanwhile is not overwritten but shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.records.learning import Enrolment, PracticeSheet
from app.records.practicedays import Attendance, AttendanceMark, PracticeDay
from app.rules.errors import NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.practicedays.planning import MOST_TEXT
from app.services.practicedays.reading import CAME, STATES, Roll, Row, date_of, day_of, roll

MOST_REMARK = 200


@dataclass(frozen=True)
class Said:
    """What a form says of one officer."""

    state: str
    """"" where nothing is chosen"""
    remark: str
    seen: int
    """the version of the mark that the form showed"""


@dataclass
class Marked:
    """What became of a form."""

    kept: int = 0
    """marks made"""
    clashes: dict[uuid.UUID, str] = field(default_factory=dict)
    """enrolment → why its mark was not made: "attendance-changed" (somebody else marked it meanwhile) or
    "attendance-signed" (a sheet says that they practised that day)"""


def mark(
    office: Office,
    actor: Actor,
    cohort_id: uuid.UUID,
    day_id: uuid.UUID,
    said: Mapping[uuid.UUID, Said],
    reason: str = "",
) -> Marked:
    """Mark who came, all at once; what clashes is not kept and named in the answer. For trainers of the cohort.

    Raises ``NotFound`` (also for an officer who is not on the list), ``Refused``: ``day-cancelled``,
    ``attendance-early``, ``attendance-state``, ``attendance-remark``, and once the attendance is signed
    ``attendance-reason``, ``reason-long``.
    """
    with office.transaction():
        found = _open(office, actor, cohort_id, day_id)
        return _mark(office, actor, found, said, reason.strip())


def _open(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID) -> Roll:
    """The list, locked, of a day that can be marked."""
    day_of(office, actor, cohort_id, day_id, "sign practice", lock=True)
    found = roll(office, actor, cohort_id, day_id, "sign practice")
    if found.day.state == "cancelled":
        raise Refused("day-cancelled")
    if not found.has_come:
        raise Refused("attendance-early")
    return found


def _mark(office: Office, actor: Actor, found: Roll, said: Mapping[uuid.UUID, Said], reason: str) -> Marked:
    rows = {row.enrolment.id: row for row in found.rows if not row.own}
    if not said.keys() <= rows.keys():
        raise NotFound("enrolment")
    practised = _practised(office, found)
    done = Marked()
    changes: list[tuple[Row, str, str]] = []
    for key, wish in said.items():
        row, remark = rows[key], " ".join(wish.remark.split())
        if wish.state not in ("", *STATES):
            raise Refused("attendance-state")
        if len(remark) > MOST_REMARK:
            raise Refused("attendance-remark", most=MOST_REMARK)
        shown = next((one for one in row.marks if one.version == wish.seen), None)
        shown_as = (shown.state, shown.remark) if shown else ("", "")
        wanted = (wish.state or shown_as[0], remark)
        if wanted in (shown_as, (row.state, row.remark)):
            continue
        if wish.seen != row.version:
            done.clashes[key] = "attendance-changed"
        elif wanted[0] not in ("", *CAME) and key in practised:
            done.clashes[key] = "attendance-signed"
        else:
            changes.append((row, *wanted))
    if found.day.closed_at is not None and changes:
        _reasoned(reason)
    for row, state, remark in changes:
        _write(office, actor, found.day, row, state, remark, reason if found.day.closed_at else "")
    done.kept = len(changes)
    if changes and found.day.closed_at is None:
        audit.note(
            office,
            actor,
            "attendance.mark",
            str(found.day.id),
            {"cohort": str(found.day.cohort_id), "count": len(changes)},
            found.day.cohort.institution_id,
        )
    return done


def _reasoned(reason: str) -> None:
    if not reason:
        raise Refused("attendance-reason", field="reason")
    if len(reason) > MOST_TEXT:
        raise Refused("reason-long", field="reason", most=MOST_TEXT)


def _practised(office: Office, found: Roll) -> set[uuid.UUID]:
    """Whose sheets say that they practised that day."""
    ids = [row.enrolment.id for row in found.rows]
    return set(
        office.session.scalars(
            select(PracticeSheet.enrolment_id).where(
                PracticeSheet.enrolment_id.in_(ids),
                PracticeSheet.held_on == date_of(found.day),
                PracticeSheet.module.in_(found.day.sheets),
                PracticeSheet.place == found.day.place,
            )
        )
    )


def _write(
    office: Office,
    actor: Actor,
    day: PracticeDay,
    row: Row,
    state: str,
    remark: str,
    reason: str,
    walk_in: bool = False,
) -> None:
    session, enrolment = office.session, row.enrolment
    kept = session.get(Attendance, (day.id, enrolment.id), populate_existing=True)
    if kept is None:
        kept = Attendance(day_id=day.id, enrolment_id=enrolment.id, version=0, walk_in=walk_in)
        session.add(kept)
    kept.state, kept.remark, kept.version = state, remark, kept.version + 1
    session.add(
        AttendanceMark(
            day_id=day.id,
            enrolment_id=enrolment.id,
            version=kept.version,
            state=state,
            remark=remark,
            reason=reason,
            made_by=actor.person_id,
            made_at=office.now(),
        )
    )
    session.flush()
    if day.closed_at is not None:
        detail = {"held_on": date_of(day).isoformat(), "to": state}
        audit.note(office, actor, "attendance.correct", str(enrolment.id), detail, enrolment.institution_id)


def add_walk_ins(
    office: Office,
    actor: Actor,
    cohort_id: uuid.UUID,
    day_id: uuid.UUID,
    enrolments: Sequence[uuid.UUID],
    reason: str = "",
) -> int:
    """Put officers of the cohort who came without being expected on the list, as present; returns how many.

    Whoever is on it already stays as marked. Raises ``NotFound``, ``Refused``: ``cohort-nobody``, ``day-cancelled``,
    ``attendance-early``, and once the attendance is signed ``attendance-reason``, ``reason-long``.
    """
    with office.transaction():
        found = _open(office, actor, cohort_id, day_id)
        others: dict[uuid.UUID, Enrolment] = {one.id: one for one in found.others}
        listed = {row.enrolment.id for row in found.rows}
        if not enrolments:
            raise Refused("cohort-nobody")
        if not set(enrolments) <= others.keys() | listed:
            raise NotFound("enrolment")
        if found.day.closed_at is not None:
            _reasoned(reason.strip())
        fresh = [others[one] for one in dict.fromkeys(enrolments) if one in others]
        for enrolment in fresh:
            row = Row(enrolment, "", "", True, 0, {}, False, ())
            _write(office, actor, found.day, row, "present", "", reason.strip() if found.day.closed_at else "", True)
        if fresh:
            detail = {"cohort": str(found.day.cohort_id), "count": len(fresh)}
            institution = found.day.cohort.institution_id
            audit.note(office, actor, "attendance.walk-in", str(found.day.id), detail, institution)
    return len(fresh)


def close(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID) -> bool:
    """Sign that the attendance is complete; whether it was still open. Later corrections need a reason.

    Raises ``NotFound``, ``Refused``: ``day-cancelled``, ``attendance-early`` (also before the day has begun),
    ``attendance-open`` while somebody is not marked.
    """
    with office.transaction():
        found = _open(office, actor, cohort_id, day_id)
        if found.day.closed_at is not None:
            return False
        if found.day.starts_at > office.now():
            raise Refused("attendance-early")
        if found.unmarked:
            raise Refused("attendance-open", count=found.unmarked)
        found.day.closed_by, found.day.closed_at = actor.person_id, office.now()
        detail = {"cohort": str(found.day.cohort_id), "held_on": found.on.isoformat(), "count": len(found.rows)}
        audit.note(office, actor, "attendance.close", str(found.day.id), detail, found.day.cohort.institution_id)
    return True
