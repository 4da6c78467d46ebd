"""Announcements: what a coordinator or trainer tells a cohort, until each officer has read it; and an officer's messages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import joinedload, lazyload

from app.records.cohorts import Cohort
from app.records.database import uuid7
from app.records.learning import Enrolment
from app.records.people import Person
from app.records.telling import Announcement, OfficerMessage
from app.rules.errors import NotFound, Refused
from app.services import audit, notices
from app.services.cohorts import access
from app.services.cohorts.access import Place
from app.services.cohorts.planning import today_of
from app.services.cohorts.reminderwords import mail_of
from app.services.cohorts.tracking import lines_of
from app.services.office import Actor, Office
from app.services.rosters.columns import zone_of
from app.services.wording import translator

NEWS = "news"
MOST_SUBJECT = 120
MOST_BODY = 4000
SHOWN = 3
"""messages on an officer's page at once"""
LASTS = dt.timedelta(days=10)
"""how long a reminder that nobody closes stays there"""
Audience = Literal["all", "behind"]


@dataclass(frozen=True)
class Text:
    """A message in one language or in both; plain text."""

    subjects: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)

    def language(self, wanted: str) -> str:
        """*wanted*, or the other one where it is the only one written."""
        other = "es" if wanted == "en" else "en"
        return wanted if self.bodies.get(wanted) or not self.bodies.get(other) else other

    def subject(self, wanted: str) -> str:
        return self.subjects.get(self.language(wanted), "")

    def body(self, wanted: str) -> str:
        return self.bodies.get(self.language(wanted), "")


def must_say(text: Text) -> Text:
    """*text* tidied: a subject and a text in at least one language, and none of them alone.

    Raises ``Refused``: ``message-missing``, ``message-half``, ``message-long``, each with its field (``subject_en`` …).
    """
    subjects = {code: " ".join(text.subjects.get(code, "").split()) for code in ("en", "es")}
    bodies = {code: text.bodies.get(code, "").strip() for code in ("en", "es")}
    for code in ("en", "es"):
        for name, value, most in (("subject", subjects[code], MOST_SUBJECT), ("body", bodies[code], MOST_BODY)):
            if len(value) > most:
                raise Refused("message-long", field=f"{name}_{code}", most=most)
        if bool(subjects[code]) != bool(bodies[code]):
            raise Refused("message-half", field=f"{'body' if subjects[code] else 'subject'}_{code}")
    if not any(subjects.values()):
        raise Refused("message-missing", field="subject_es")
    return Text(subjects, bodies)


def text_of(row: Announcement) -> Text:
    """The text of an announcement."""
    return Text({"en": row.subject_en, "es": row.subject_es}, {"en": row.body_en, "es": row.body_es})


def to_behind(language: str) -> tuple[str, str]:
    """Subject and text to begin with when one writes to those who are behind."""
    _ = translator(language)
    return _("Let us help you to go on"), _(
        "You have done less of the course than the dates of our cohort foresee. Write to me what keeps you from it: time, "
        "connection, or something that is hard to understand. We find a way together.\n\nEvery lesson that you finish is "
        "kept, and a quarter of an hour a day is enough to catch up."
    )


def must_run(place: Place) -> Cohort:
    """The cohort, for those who run it. Raises ``NotFound`` for an invited institution."""
    if not place.runs:
        raise NotFound("cohort")
    return place.cohort


# Those who run the cohort ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """An announcement, how many officers have it, and how many have closed it as read."""

    row: Announcement
    told: int
    read: int

    @property
    def text(self) -> Text:
        return text_of(self.row)


def listed(office: Office, actor: Actor, cohort_id: uuid.UUID) -> tuple[Place, list[Told]]:
    """The announcements of a cohort, the newest first, for those who run it; two queries. Raises ``NotFound``."""
    place = access.running(office, actor, cohort_id)
    rows = office.session.scalars(
        select(Announcement)
        .where(Announcement.cohort_id == cohort_id)
        .options(joinedload(Announcement.writer).options(lazyload(Person.grants)))
        .order_by(Announcement.written_at.desc(), Announcement.id.desc())
    ).all()
    counts = {
        one: (told, read)
        for one, told, read in office.session.execute(
            select(OfficerMessage.announcement_id, func.count(), func.count(OfficerMessage.closed_at))
            .join(Enrolment, Enrolment.id == OfficerMessage.enrolment_id)
            .where(OfficerMessage.cohort_id == cohort_id, OfficerMessage.kind == NEWS, Enrolment.status != "withdrawn")
            .group_by(OfficerMessage.announcement_id)
        )
    }
    return place, [Told(row, *counts.get(row.id, (0, 0))) for row in rows]


def get(office: Office, actor: Actor, cohort_id: uuid.UUID, announcement_id: uuid.UUID) -> tuple[Place, Announcement]:
    """One announcement of a cohort, for those who run it. Raises ``NotFound``."""
    place = access.running(office, actor, cohort_id)
    row = office.session.get(Announcement, announcement_id)
    if row is None or row.cohort_id != cohort_id:
        raise NotFound("announcement")
    return place, row


def write(
    office: Office,
    actor: Actor,
    cohort_id: uuid.UUID,
    text: Text,
    audience: Audience = "all",
    by_mail: bool = False,
    minted: uuid.UUID | None = None,
) -> Announcement:
    """Tell the cohort, or those of it who are behind today, what *text* says; *by_mail* also sends it. *minted* is the id
    made in the form, so that a double click tells once.

    Raises ``NotFound``, ``Refused``: ``announcement-nobody`` where nobody would get it, and as :func:`must_say`.
    """
    text = must_say(text)
    with office.transaction():
        place = access.running(office, actor, cohort_id, lock=True)
        if minted is not None and (known := office.session.get(Announcement, minted)) is not None:
            if known.cohort_id != cohort_id:
                raise NotFound("announcement")
            return known
        lines = lines_of(office, place, today_of(office, actor), zone_of(actor))
        chosen = {line.enrolment for line in lines if audience == "all" or line.behind}
        if audience == "behind" and not chosen:
            raise Refused("announcement-nobody", field="audience")
        row = Announcement(
            id=minted or uuid7(),
            cohort_id=cohort_id,
            audience=audience,
            written_at=office.now(),
            written_by=actor.person_id,
        )
        _say(row, text)
        office.session.add(row)
        office.session.flush()
        people = _officers(office, place.cohort, chosen)
        _show(office, place.cohort, row.id, people)
        if by_mail:
            course = place.cohort.course_id
            notices.queue_many(
                office,
                [
                    (
                        one.person_id,
                        f"news/{row.id}/{one.person_id}",
                        text.subject(one.language),
                        mail_of(office, one.language, one.name, course, text.body(one.language)),
                    )
                    for one in people
                ],
            )
        detail = {"audience": audience, "officers": len(people), "by_mail": by_mail}
        audit.note(office, actor, "cohort.announce", str(cohort_id), detail, place.cohort.institution_id)
        return row


def _say(row: Announcement, text: Text) -> None:
    row.subject_en, row.subject_es = text.subjects["en"], text.subjects["es"]
    row.body_en, row.body_es = text.bodies["en"], text.bodies["es"]


class Addressee(Protocol):
    """An officer as :func:`_officers` finds them."""

    id: uuid.UUID
    person_id: uuid.UUID
    language: str
    name: str


def _officers(office: Office, cohort: Cohort, chosen: set[uuid.UUID] | None) -> Sequence[Addressee]:
    """Officers of the cohort whose account is open: all of them, or those *chosen* by enrolment."""
    rows = office.session.execute(
        select(Enrolment.id, Enrolment.person_id, Person.language, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status != "withdrawn", Person.active)
    ).all()
    return [cast(Addressee, row) for row in rows if chosen is None or row.id in chosen]


def _show(office: Office, cohort: Cohort, announcement_id: uuid.UUID, people: Sequence[Addressee]) -> None:
    if people:
        office.session.execute(
            insert(OfficerMessage),
            [
                {
                    "id": uuid7(),
                    "person_id": one.person_id,
                    "enrolment_id": one.id,
                    "cohort_id": cohort.id,
                    "kind": NEWS,
                    "reason": "",
                    "key": f"news/{announcement_id}/{one.id}",
                    "announcement_id": announcement_id,
                    "subject": "",
                    "body": "",
                    "sent_at": office.now(),
                    "closed_at": None,
                }
                for one in people
            ],
        )


def show_newcomers(office: Office, cohort: Cohort) -> None:
    """Show what was told to a whole cohort to those who came later. The cohort is locked."""
    if cohort.ends_on < office.now().date():
        return
    rows = office.session.scalars(
        select(Announcement.id).where(
            Announcement.cohort_id == cohort.id, Announcement.audience == "all", Announcement.withdrawn_at.is_(None)
        )
    ).all()
    if not rows:
        return
    people = _officers(office, cohort, None)
    there = set(
        office.session.execute(
            select(OfficerMessage.announcement_id, OfficerMessage.enrolment_id).where(
                OfficerMessage.announcement_id.in_(rows)
            )
        ).all()
    )
    for announcement_id in rows:
        missing = [one for one in people if (announcement_id, one.id) not in there]
        _show(office, cohort, announcement_id, missing)


def edit(office: Office, actor: Actor, cohort_id: uuid.UUID, announcement_id: uuid.UUID, text: Text) -> None:
    """Change what an announcement says; whoever has closed it does not see it again. Raises ``NotFound``, ``Refused`` as
    :func:`must_say`, and ``announcement-withdrawn``.
    """
    text = must_say(text)
    with office.transaction():
        access.running(office, actor, cohort_id, lock=True)
        place, row = get(office, actor, cohort_id, announcement_id)
        if row.withdrawn_at is not None:
            raise Refused("announcement-withdrawn")
        _say(row, text)
        row.edited_at = office.now()
        audit.note(office, actor, "cohort.announcement-edit", str(cohort_id), {}, place.cohort.institution_id)


def withdraw(office: Office, actor: Actor, cohort_id: uuid.UUID, announcement_id: uuid.UUID) -> None:
    """Take an announcement off every page; e-mails that left have left. Twice is once. Raises ``NotFound``."""
    with office.transaction():
        access.running(office, actor, cohort_id, lock=True)
        place, row = get(office, actor, cohort_id, announcement_id)
        if row.withdrawn_at is None:
            row.withdrawn_at = office.now()
            notices.forget(office, f"news/{row.id}/")
            audit.note(office, actor, "cohort.announcement-withdraw", str(cohort_id), {}, place.cohort.institution_id)


# Officers -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """A reminder or announcement on an officer's page."""

    id: uuid.UUID
    kind: str
    subject: str
    body: str
    language: str
    """of the words, which may not be the reader's"""
    sent_at: dt.datetime


def messages(office: Office, actor: Actor, language: str = "") -> list[Message]:
    """What the actor has not closed yet, the newest first, at most :data:`SHOWN`; from one query."""
    language = language or actor.language
    rows = office.session.scalars(
        select(OfficerMessage)
        .join(Enrolment, Enrolment.id == OfficerMessage.enrolment_id)
        .outerjoin(Announcement, Announcement.id == OfficerMessage.announcement_id)
        .where(OfficerMessage.person_id == actor.person_id, OfficerMessage.closed_at.is_(None))
        .where(Enrolment.status != "withdrawn", Enrolment.cohort_id == OfficerMessage.cohort_id)
        .where(
            or_(
                and_(OfficerMessage.kind == NEWS, Announcement.withdrawn_at.is_(None)),
                and_(OfficerMessage.kind != NEWS, OfficerMessage.sent_at > office.now() - LASTS),
            )
        )
        .order_by(OfficerMessage.sent_at.desc(), OfficerMessage.id.desc())
        .limit(SHOWN)
    )
    return [_message_of(row, language, actor.language) for row in rows]


def _message_of(row: OfficerMessage, language: str, own: str) -> Message:
    if row.announcement is None:
        return Message(row.id, row.kind, row.subject, row.body, own, row.sent_at)
    text = text_of(row.announcement)
    said = text.language(language)
    return Message(row.id, row.kind, text.subject(said), text.body(said), said, row.announcement.written_at)


def close(office: Office, actor: Actor, message_id: uuid.UUID) -> None:
    """Close one's own message as read; twice is once. Raises ``NotFound``."""
    with office.transaction():
        row = office.session.get(OfficerMessage, message_id)
        if row is None or row.person_id != actor.person_id:
            raise NotFound("message")
        office.session.execute(
            update(OfficerMessage)
            .where(OfficerMessage.id == message_id, OfficerMessage.closed_at.is_(None))
            .values(closed_at=office.now())
        )
