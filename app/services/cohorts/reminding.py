"""Reminders of a cohort: what is to be sent, listed before it is; cancelling, writing one by hand, and sending what is due.

What follows from the cohort's dates is worked out anew each time (rules/reminding.py), so a date that is moved moves its
reminders. Of each officer and reason one message is kept, on their own page; where e-mail is set up, it is sent too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, or_, select

from app.courseware.course import Course
from app.records.cohorts import Cohort
from app.records.database import uuid7
from app.records.telling import CohortReminder, OfficerMessage
from app.rules import reminding as rule
from app.rules.errors import NotFound, Refused
from app.rules.reminding import Officer, Planned
from app.services import audit, notices, seats
from app.services.cohorts import access, announcing
from app.services.cohorts.access import Place
from app.services.cohorts.announcing import Text, must_say
from app.services.cohorts.deadlines import Days, days_of
from app.services.cohorts.planning import today_of
from app.services.cohorts.reminderwords import body_of, mail_of, subject_of
from app.services.cohorts.tracking import Line, line_of, lines_of, rows_of
from app.services.office import Actor, Office
from app.services.rosters.columns import zone_called, zone_of
from app.services.shelf import current

EVERY = dt.timedelta(minutes=15)
"""how often the worker looks at one cohort"""
AT_ONCE = 200
"""cohorts looked at in one round"""


# The list -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """One reminder as those who run the cohort see it."""

    planned: Planned
    state: str
    """"planned", "standing" (sent whenever it is true of somebody), "cancelled", or "over" """
    concerned: int
    """officers who would get it as they stand today"""
    sent: int
    sent_at: dt.datetime | None
    subject: str
    body: str

    @property
    def key(self) -> str:
        return self.planned.key


@dataclass(frozen=True)
class Reminders:
    """Every reminder of a cohort: those to come by day, those without a day, and what is over or cancelled."""

    place: Place
    course: Course
    items: tuple[Outlook, ...]

    def those(self, *states: str) -> list[Outlook]:
        return [one for one in self.items if one.state in states]


def listed(office: Office, actor: Actor, cohort_id: uuid.UUID, language: str = "") -> Reminders:
    """The reminders of a cohort for those who run it, with their text in *language*. Raises ``NotFound``."""
    place = access.running(office, actor, cohort_id)
    language, today = language or actor.language, today_of(office, actor)
    _row, course = current(office, place.cohort.course_id)
    plan, cancelled, written = _plan(office, place.cohort, days_of(office, cohort_id))
    officers = [officer_of(line) for line in lines_of(office, place, today, zone_of(actor))]
    sent = {
        reason: (count, last)
        for reason, count, last in office.session.execute(
            select(OfficerMessage.reason, func.count(), func.max(OfficerMessage.sent_at))
            .where(OfficerMessage.cohort_id == cohort_id, OfficerMessage.kind != announcing.NEWS)
            .group_by(OfficerMessage.reason)
        )
    }
    items = []
    for one in plan:
        count, last = sent.get(one.key, (0, None))
        state = "cancelled" if one.key in cancelled else "standing" if one.on is None else "planned"
        if (one.until or place.cohort.ends_on) < today:
            state = "over"
        concerned = sum(rule.concerns(one, officer) for officer in officers)
        text = written.get(one.key)
        values = (place.cohort, course, one)
        subject = text.subject(language) if text else subject_of(language, *values)
        body = text.body(language) if text else body_of(language, *values)
        items.append(Outlook(one, state, concerned, count, last, subject, body))
    return Reminders(place, course, tuple(items))


def officer_of(line: Line) -> Officer:
    """What decides whether a reminder concerns the officer of *line*."""
    return Officer(line.started, line.completed, line.behind, line.row.ready, line.dues)


def _plan(office: Office, cohort: Cohort, days: Days) -> tuple[list[Planned], set[str], dict[str, Text]]:
    """Every reminder of a cohort, the keys of those cancelled, and the texts of those written by hand."""
    rows = office.session.scalars(select(CohortReminder).where(CohortReminder.cohort_id == cohort.id)).all()
    found = rule.plan(cohort.starts_on, cohort.ends_on, [(one.target, one.due_on) for one in days.deadlines])
    cancelled, texts = set(), {}
    for row in rows:
        key = row.key
        if row.kind == "hand" and row.on is not None:
            one = Planned("hand", row.on, row.on + dt.timedelta(rule.HAND_DAYS), str(row.id))
            found.append(one)
            key = one.key
            texts[key] = Text({"en": row.subject_en, "es": row.subject_es}, {"en": row.body_en, "es": row.body_es})
        if row.cancelled_at is not None:
            cancelled.add(key)
    found.sort(key=lambda one: (one.on is None, one.on or cohort.ends_on, one.kind))
    return found, cancelled, texts


# Changing it ----------------------------------------------------------------------------------------------------------


def cancel(office: Office, actor: Actor, cohort_id: uuid.UUID, key: str) -> None:
    """Cancel a reminder: what is not sent yet is not sent. Twice is once. Raises ``NotFound``."""
    _set(office, actor, cohort_id, key, off=True)


def restore(office: Office, actor: Actor, cohort_id: uuid.UUID, key: str) -> None:
    """Let a cancelled reminder be sent after all. Raises ``NotFound``."""
    _set(office, actor, cohort_id, key, off=False)


def _set(office: Office, actor: Actor, cohort_id: uuid.UUID, key: str, off: bool) -> None:
    with office.transaction():
        place = access.running(office, actor, cohort_id, lock=True)
        plan, cancelled, _texts = _plan(office, place.cohort, days_of(office, cohort_id))
        one = next((one for one in plan if one.key == key), None)
        if one is None:
            raise NotFound("reminder")
        if off == (key in cancelled):
            return
        query = select(CohortReminder).where(CohortReminder.cohort_id == cohort_id)
        if one.kind == "hand":
            query = query.where(CohortReminder.id == uuid.UUID(one.target))
        else:
            query = query.where(CohortReminder.key == key)
        row = office.session.scalar(query)
        if row is None:
            row = CohortReminder(cohort_id=cohort_id, kind=one.kind, key=key, made_at=office.now())
            row.made_by = actor.person_id
            office.session.add(row)
        row.cancelled_at = office.now() if off else None
        action = "cohort.reminder-cancel" if off else "cohort.reminder-restore"
        audit.note(office, actor, action, str(cohort_id), {"reminder": key}, place.cohort.institution_id)


def write(office: Office, actor: Actor, cohort_id: uuid.UUID, on: dt.date, text: Text) -> None:
    """Write a reminder for a day: it goes to everybody who has not completed the course by then.

    Raises ``NotFound``, ``Refused``: ``reminder-past``, and as :func:`announcing.must_say`.
    """
    text = must_say(text)
    with office.transaction():
        place = access.running(office, actor, cohort_id, lock=True)
        if not today_of(office, actor) <= on <= place.cohort.ends_on:
            raise Refused("reminder-day", field="on", last=place.cohort.ends_on)
        office.session.add(
            CohortReminder(
                cohort_id=cohort_id,
                kind="hand",
                on=on,
                subject_en=text.subjects["en"],
                subject_es=text.subjects["es"],
                body_en=text.bodies["en"],
                body_es=text.bodies["es"],
                made_at=office.now(),
                made_by=actor.person_id,
            )
        )
        audit.note(
            office, actor, "cohort.reminder-write", str(cohort_id), {"day": str(on)}, place.cohort.institution_id
        )


# Sending --------------------------------------------------------------------------------------------------------------


def send_due(office: Office) -> int:
    """For the worker: keep (and where e-mail is set up, queue) every reminder that is due, once for each officer and
    reason, and show those who came later the announcements of their cohort. Returns how many reminders.

    Several workers may do so at once: each cohort is looked at under its lock.
    """
    now = office.now()
    ids = office.session.scalars(
        select(Cohort.id)
        .where(or_(Cohort.look_again_at.is_(None), Cohort.look_again_at <= now))
        .where(Cohort.starts_on <= now.date() + dt.timedelta(rule.STARTS_BEFORE + 1))
        .where(Cohort.ends_on >= now.date() - dt.timedelta(rule.HAND_DAYS + 1))
        .order_by(Cohort.id)
        .limit(AT_ONCE)
    ).all()
    count = 0
    for cohort_id in ids:
        with office.transaction():
            cohort = seats.lock(office, cohort_id)
            if cohort.look_again_at is None or cohort.look_again_at <= now:
                cohort.look_again_at = now + EVERY
                announcing.show_newcomers(office, cohort)
                count += _send(office, cohort, now)
    return count


def _send(office: Office, cohort: Cohort, now: dt.datetime) -> int:
    rows = [row for row in rows_of(office, Place(cohort, "host", ("/",))) if row.active and row.status != "completed"]
    local = {row.id: now.astimezone(zone_called(row.time_zone)) for row in rows}
    rows = [row for row in rows if rule.MORNING <= local[row.id].time() < rule.EVENING]
    if not rows:
        return 0
    days = days_of(office, cohort.id)
    plan, cancelled, texts = _plan(office, cohort, days)
    plan = [one for one in plan if one.key not in cancelled]
    _row, course = current(office, cohort.course_id)
    of_cohort = (OfficerMessage.cohort_id == cohort.id, OfficerMessage.kind != announcing.NEWS)
    known = set(office.session.scalars(select(OfficerMessage.key).where(*of_cohort)))
    last = dict(
        office.session.execute(
            select(OfficerMessage.enrolment_id, func.max(OfficerMessage.sent_at))
            .where(OfficerMessage.cohort_id == cohort.id, OfficerMessage.kind == "behind")
            .group_by(OfficerMessage.enrolment_id)
        ).all()
    )
    messages: list[dict[str, object]] = []
    mails: list[tuple[uuid.UUID, str, str, str]] = []
    for row in rows:
        here = local[row.id]
        line = line_of(office, cohort, row, days, here.date(), here.tzinfo or dt.UTC)
        for one in _due(plan, officer_of(line), cohort, here, last.get(row.id)):
            key = key_of(row.id, one, here.date())
            if key in known:
                continue
            text = texts.get(one.key)
            values = (cohort, course, one)
            subject = text.subject(row.language) if text else subject_of(row.language, *values)
            body = text.body(row.language) if text else body_of(row.language, *values)
            messages.append(_message(office, row, cohort.id, one, key, subject, body))
            mails.append((row.person_id, key, subject, mail_of(office, row.language, row.name, course.id, body)))
    return _keep(office, cohort, messages, mails)


def _keep(
    office: Office, cohort: Cohort, messages: list[dict[str, object]], mails: Sequence[tuple[uuid.UUID, str, str, str]]
) -> int:
    keys = [mail[1] for mail in mails]
    there = set(
        office.session.scalars(select(OfficerMessage.key).where(OfficerMessage.key.in_(keys)))
    )  # of a cohort before
    messages = [message for message in messages if message["key"] not in there]
    if messages:
        office.session.execute(insert(OfficerMessage), messages)
        if office.settings.mail:
            notices.queue_many(office, [mail for mail in mails if mail[1] not in there])
        counts = dict(Counter(str(message["kind"]) for message in messages))
        audit.note(office, None, "cohort.remind", str(cohort.id), {"counts": counts}, cohort.institution_id)
    return len(messages)


def _due(
    plan: Iterable[Planned], officer: Officer, cohort: Cohort, local: dt.datetime, last: dt.datetime | None
) -> list[Planned]:
    found = []
    for planned in plan:
        one = rule.of_officer(planned, officer)
        if one.on is None and not cohort.starts_on <= local.date() <= cohort.ends_on:
            continue
        if one.kind == "behind" and last is not None and local - last < rule.BEHIND_EVERY:
            continue
        if rule.is_time(one, local) and rule.concerns(one, officer):
            found.append(one)
    return found


def key_of(enrolment_id: uuid.UUID, one: Planned, today: dt.date) -> str:
    """What makes the same reminder to the same officer one message: its reason, and the day that the reason is about."""
    day = {"exam-open": None, "behind": today, "hand": one.on}.get(one.kind, one.until)
    if one.kind == "deadline" and one.until:
        day = (one.on or one.until) + dt.timedelta(one.before)
    return "/".join(part for part in ("remind", str(enrolment_id), one.key, str(day or "")) if part)


def _message(
    office: Office, row: object, cohort_id: uuid.UUID, one: Planned, key: str, subject: str, body: str
) -> dict[str, object]:
    return {
        "id": uuid7(),
        "person_id": row.person_id,  # type: ignore[attr-defined]
        "enrolment_id": row.id,  # type: ignore[attr-defined]
        "cohort_id": cohort_id,
        "kind": one.kind,
        "reason": one.key,
        "key": key,
        "announcement_id": None,
        "subject": subject,
        "body": body,
        "sent_at": office.now(),
        "closed_at": None,
    }
