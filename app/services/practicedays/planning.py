"""Making, changing and cancelling practice days, and telling the officers: once per change, each in their language."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import Person
from app.records.practicedays import Attendance, PracticeDay
from app.rules.errors import Refused
from app.services import accounts, audit, notices
from app.services.office import Actor, Office
from app.services.people.inviting import ZONES
from app.services.practicedays.reading import cohort_of, date_of, day_of, sheets_of
from app.services.practicedays.saying import facts, when
from app.services.shelf import current
from app.services.wording import translator

MOST_PLACE = 120
"""as on a practical sheet, which takes its place from the day"""
MOST_TEXT = 500
MOST_OFFICERS = 500
EARLIEST = dt.timedelta(days=60)
"""how long ago a day may have been that is entered afterwards"""
LATEST = dt.timedelta(days=730)


@dataclass(frozen=True)
class Plan:
    """What is said of a practice day."""

    on: dt.date
    starts: dt.time
    ends: dt.time
    zone: str
    place: str
    sheets: tuple[str, ...]
    directions: str = ""
    bring: str = ""
    trainers: tuple[uuid.UUID, ...] = ()
    most: int | None = None
    expected: tuple[uuid.UUID, ...] | None = None
    """enrolments; ``None``: everybody of the cohort"""


def zone_for(actor: Actor, cohort: Cohort) -> str:
    """The time zone in which a day of *cohort* is planned unless somebody says another."""
    return ZONES.get(cohort.institution.country, actor.time_zone)


def plan_of(office: Office, day: PracticeDay) -> Plan:
    """What was said of *day*: to be changed."""
    zone = ZoneInfo(day.zone)
    listed = select(Attendance.enrolment_id).where(Attendance.day_id == day.id, Attendance.walk_in.is_(False))
    return Plan(
        date_of(day),
        day.starts_at.astimezone(zone).time(),
        day.ends_at.astimezone(zone).time(),
        day.zone,
        day.place,
        tuple(day.sheets),
        day.directions,
        day.bring,
        tuple(person.id for person in day.trainers),
        day.most,
        None if day.everybody else tuple(office.session.scalars(listed)),
    )


def plan(office: Office, actor: Actor, cohort_id: uuid.UUID, said: Plan, may: str) -> PracticeDay:
    """Plan a practice day of a cohort, and tell its officers unless it is over already.

    Raises ``NotFound``, and ``Refused`` with the field it is about: ``day-hours``, ``day-hour-none``, ``day-date``,
    ``zone-unknown``, ``day-place``, ``day-long``, ``day-sheets``, ``day-trainer``, ``day-most``, ``day-nobody``,
    ``day-many``.
    """
    with office.transaction():
        cohort = cohort_of(office, actor, cohort_id, may)
        day = PracticeDay(
            cohort_id=cohort.id,
            cohort=cohort,
            created_by=actor.person_id,
            created_at=office.now(),
            changed_at=office.now(),
            state="planned",
        )
        officers = _fill(office, day, cohort, said)
        office.session.add(day)
        office.session.flush()
        _expect(office, day, said)
        _note(office, actor, "day.plan", day)
        _tell(office, day, officers.values(), "planned")
    return day


def change(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID, said: Plan, may: str) -> bool:
    """Set a day to what *said* says; whether anything changed. Officers are told what concerns them.

    Raises as :func:`plan`, and ``Refused``: ``day-cancelled``, ``day-closed``.
    """
    with office.transaction():
        day = day_of(office, actor, cohort_id, day_id, may, lock=True)
        if day.state == "cancelled":
            raise Refused("day-cancelled")
        if day.closed_at is not None:
            raise Refused("day-closed")
        before, earlier = plan_of(office, day), _listed(office, day)
        officers = _fill(office, day, day.cohort, said)
        after = replace(plan_of(office, day), expected=said.expected)
        if after == replace(before, expected=_same(before, said)):
            return False
        _expect(office, day, said)
        day.changed_at = office.now()
        told = replace(before, most=None, expected=None) != replace(after, most=None, expected=None)
        joined = [one for key, one in officers.items() if key not in earlier]
        left = [one for key, one in earlier.items() if key not in officers]
        if told or joined or left:
            day.sequence += 1
        _tell(office, day, joined, "planned")
        _tell(office, day, left, "left")
        if told:
            _tell(office, day, [one for key, one in officers.items() if key in earlier], "changed")
        _note(office, actor, "day.change", day)
    return True


def _same(before: Plan, said: Plan) -> tuple[uuid.UUID, ...] | None:
    """Who was expected, as *said* writes it where it means the same."""
    if before.expected is None or said.expected is None:
        return before.expected
    return said.expected if set(before.expected) == set(said.expected) else before.expected


def cancel(office: Office, actor: Actor, cohort_id: uuid.UUID, day_id: uuid.UUID, reason: str, may: str) -> None:
    """Cancel a day and tell its officers why; cancelled already, nothing happens.

    Raises ``NotFound``, ``Refused``: ``reason-missing``, ``reason-long``, ``day-over``.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("reason-missing", field="reason")
    if len(reason) > MOST_TEXT:
        raise Refused("reason-long", field="reason", most=MOST_TEXT)
    with office.transaction():
        day = day_of(office, actor, cohort_id, day_id, may, lock=True)
        if day.state == "cancelled":
            return
        if day.closed_at is not None or day.ends_at <= office.now():
            raise Refused("day-over")
        day.state, day.reason, day.changed_at = "cancelled", reason, office.now()
        day.sequence += 1
        _tell(office, day, _listed(office, day).values(), "cancelled")
        _note(office, actor, "day.cancel", day)


def _note(office: Office, actor: Actor, action: str, day: PracticeDay) -> None:
    detail = {"cohort": str(day.cohort_id), "held_on": date_of(day).isoformat()}
    audit.note(office, actor, action, str(day.id), detail, day.cohort.institution_id)


# What is said of it ---------------------------------------------------------------------------------------------------


def _fill(office: Office, day: PracticeDay, cohort: Cohort, said: Plan) -> dict[uuid.UUID, Enrolment]:
    """Put what was *said* into *day*; gives who is expected, by enrolment."""
    if said.zone not in (*accounts.zones(), day.zone, *ZONES.values()):
        raise Refused("zone-unknown", field="zone")
    if said.ends <= said.starts:
        raise Refused("day-hours", field="ends")
    day.starts_at, day.ends_at = _moment(said, "starts"), _moment(said, "ends")
    day.zone = said.zone
    if not office.now() - EARLIEST <= day.starts_at <= office.now() + LATEST:
        raise Refused("day-date", field="on")
    day.place = " ".join(said.place.split())
    if not day.place:
        raise Refused("day-place", field="place")
    day.directions, day.bring = said.directions.strip(), said.bring.strip()
    for name, text, most in (
        ("place", day.place, MOST_PLACE), ("directions", day.directions, MOST_TEXT), ("bring", day.bring, MOST_TEXT),
    ):  # fmt: skip
        if len(text) > most:
            raise Refused("day-long", field=name, most=most)
    _row, course = current(office, cohort.course_id)
    known = [*sheets_of(course), *(day.sheets or [])]  # what a later edition has taken out may stay
    if not said.sheets or not set(said.sheets) <= set(known):
        raise Refused("day-sheets", field="sheets")
    day.sheets = [key for key in dict.fromkeys(known) if key in said.sheets]
    able = {person.id: person for person in (*cohort.trainers, *(day.trainers or ()))}
    if not set(said.trainers) <= set(able):
        raise Refused("day-trainer", field="trainers")
    chosen = [able[one] for one in dict.fromkeys(said.trainers)]
    day.trainers = sorted(chosen, key=lambda person: person.sort_name)
    return _room(office, day, said)


def _moment(said: Plan, which: str) -> dt.datetime:
    """The start or end as a moment. Raises ``Refused`` for an hour that clocks leap over that day."""
    zone = ZoneInfo(said.zone)
    local = dt.datetime.combine(said.on, said.starts if which == "starts" else said.ends)
    moment = local.replace(tzinfo=zone).astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise Refused("day-hour-none", field=which)
    return moment


def _room(office: Office, day: PracticeDay, said: Plan) -> dict[uuid.UUID, Enrolment]:
    """Who is expected by *said*, if there is room for them."""
    day.most, day.everybody = said.most, said.expected is None
    if said.most is not None and not 1 <= said.most <= MOST_OFFICERS:
        raise Refused("day-most", field="most", most=MOST_OFFICERS)
    members = _members(office, day)
    if said.expected is None:
        expected = members
    elif not said.expected:
        raise Refused("day-nobody", field="expected")
    else:
        expected = {key: one for key, one in members.items() if key in set(said.expected)}
        if len(expected) != len(set(said.expected)):
            raise Refused("day-officer", field="expected")
    if said.most is not None and len(expected) > said.most:
        raise Refused("day-many", field="expected" if said.expected else "most", most=said.most, count=len(expected))
    return expected


def _members(office: Office, day: PracticeDay) -> dict[uuid.UUID, Enrolment]:
    rows = office.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == day.cohort_id, Enrolment.status != "withdrawn")
        .options(joinedload(Enrolment.person).lazyload(Person.grants))
    )
    return {row.id: row for row in rows}


def _listed(office: Office, day: PracticeDay) -> dict[uuid.UUID, Enrolment]:
    """Who of the cohort is expected as things stand."""
    members = _members(office, day)
    if day.everybody:
        return members
    listed = set(office.session.scalars(select(Attendance.enrolment_id).where(Attendance.day_id == day.id)))
    return {key: one for key, one in members.items() if key in listed}


def _expect(office: Office, day: PracticeDay, said: Plan) -> None:
    """Keep who is expected. Whoever is marked already, or walked in, stays on the list."""
    session = office.session
    idle = (Attendance.day_id == day.id, Attendance.version == 0)
    if said.expected is None:
        session.execute(delete(Attendance).where(*idle))
        return
    session.execute(delete(Attendance).where(*idle, Attendance.enrolment_id.not_in(said.expected)))
    there = set(session.scalars(select(Attendance.enrolment_id).where(Attendance.day_id == day.id)))
    session.add_all(
        Attendance(day_id=day.id, enrolment_id=one) for one in dict.fromkeys(said.expected) if one not in there
    )
    session.flush()


# Telling --------------------------------------------------------------------------------------------------------------


def _tell(office: Office, day: PracticeDay, officers: Iterable[Enrolment], what: str) -> None:
    """Queue a message for each of *officers*: "planned", "changed", "left" or "cancelled". Nothing for a day that is over."""
    if day.ends_at <= office.now():
        return
    _row, course = current(office, day.cohort.course_id)
    texts = {language: _texts(office, day, facts(day, course, language), language, what) for language in ("en", "es")}
    messages = []
    for officer in officers:
        person = officer.person
        if person.active:
            subject, body = texts["en" if person.language == "en" else "es"]
            key = f"practice-day/{day.id}/{day.sequence}/{officer.id}"
            messages.append((person.id, key, subject, body.replace("{name}", person.name)))
    notices.queue_many(office, messages)


def _texts(office: Office, day: PracticeDay, said: str, language: str, what: str) -> tuple[str, str]:
    """Subject and text; ``{name}`` stands for the officer."""
    _ = translator(language)
    values = {
        "name": "{name}",
        "course": day.cohort.course.title(language),
        "when": when(day, language),
        "place": day.place,
        "facts": said,
        "reason": day.reason,
        "url": f"{office.settings.public_url}/learn/{day.cohort.course_id}/#practice-days",
    }
    if what == "planned":
        subject = _("Practice day: %(when)s")
        body = _(
            "Hello %(name)s,\n\nyou are expected at a practice day of the course “%(course)s”:\n\n%(facts)s\n\nOn the page "
            "of the course there is a file that puts the day into your calendar:\n\n%(url)s"
        )
    elif what == "changed":
        subject = _("Practice day changed: %(when)s")
        body = _(
            "Hello %(name)s,\n\na practice day of the course “%(course)s” has changed. This holds now:\n\n%(facts)s\n\nIf "
            "it is in your calendar, take the file again:\n\n%(url)s"
        )
    elif what == "cancelled":
        subject = _("Practice day cancelled: %(when)s")
        body = _(
            "Hello %(name)s,\n\nthe practice day of the course “%(course)s” on %(when)s in %(place)s is cancelled.\n\n"
            "Reason: %(reason)s\n\nIf it is in your calendar, take it out, or open its file again:\n\n%(url)s"
        )
    else:
        subject = _("Practice day: you are no longer expected on %(when)s")
        body = _(
            "Hello %(name)s,\n\nyou are no longer expected at the practice day of the course “%(course)s” on %(when)s in "
            "%(place)s. Your other practice days are on the page of the course:\n\n%(url)s"
        )
    return (subject % values)[:200], body % values
