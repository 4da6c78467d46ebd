"""Being forgotten: a person asks, an administrator decides, and what is left is a pseudonym that learned something.

What was learned stays, under the pseudonym: figures of an institution stay true, and so do the marks of others in the same
statistics. What identifies the person goes: name, address, rank, number, sex, sign-ins, links, messages, and whatever
people wrote about them in their own words, in the log too (its private part; the chain stays whole).

Certificates are evidence in the hands of others. They are kept as they are unless the person asks for them too. Then what
they state and every file is removed; serial, digest of the facts, dates and what became of them stay in the register,
with an entry "erase". Whoever types the code is told that it was withdrawn at its holder's wish. A PDF or a square code
that the holder still shows is signed, and goes on verifying by itself, here and offline, unless it is revoked: we cannot
take back what is in their hands, and it is their evidence.

It cannot be undone, and it does not reach into backups: those are overwritten in their own time.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, and_, cast, delete, func, or_, select, update

from app.records.audit import AuditEntry, Notice, Sighting
from app.records.certificates import Certificate, CertificateFile
from app.records.cohorts import Cohort, CohortTrainer
from app.records.database import Base
from app.records.deadlines import DeadlineExtension
from app.records.editions import HeldUpload, WorkingText
from app.records.examining import Accommodation, Appeal, PaperCopy, RemedialPlan
from app.records.exams import Attempt
from app.records.joining import CohortApplication
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.notes import LessonNote, NoteEvent
from app.records.people import AccessToken, Person, RoleGrant, SignIn
from app.records.practicedays import Attendance, AttendanceMark, PracticeDay, PracticeDayTrainer
from app.records.privacy import Erasure
from app.records.secondstep import Authenticator, Challenge, Identity, Passkey, RecoveryCode
from app.records.surveys import SurveyComment
from app.records.telling import Announcement, CohortReminder, OfficerMessage
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Role
from app.services import audit, imports, notices, register, rosters
from app.services.office import Actor, Office, fold_name
from app.services.wording import translator

MOST_REASON = 1000

EMPTIED = {
    "person.*": "everything but institution, language and dates; the name becomes a pseudonym",
    "role_grant.person_id": "removed; other roles than learning must be taken back before",
    "sign_in.person_id": "removed",
    "access_token.person_id": "removed",
    "authenticator.person_id": "removed",
    "passkey.person_id": "removed",
    "recovery_code.person_id": "removed",
    "challenge.person_id": "removed",
    "identity.person_id": "removed",
    "notice.person_id": "removed; the name in messages to others becomes the pseudonym",
    "learning_event.person_id": "kept under the pseudonym; the device it came from is removed",
    "lesson_note.person_id": "removed: bookmarks and notes are the person's alone",
    "note_event.person_id": "removed",
    "enrolment.person_id": "kept under the pseudonym, with attempts, answers and sheets; remarks and reasons are removed",
    "certificate.person_id": "kept, or emptied if the person asks for it",
    "cohort_trainer.person_id": "removed",
    "held_upload.person_id": "removed",
    "working_text.person_id": "removed",
    "cohort_application.person_id": "kept under the pseudonym; why it was declined is removed",
    "officer_message.person_id": "removed",
    "practice_day_trainer.person_id": "removed",
    "people_import_line.person_id": "removed, as any line that names them; a list not carried out yet goes with its file",
    "erasure.person_id": "kept, its reason removed: that it was done has to be shown",
}
"""what erasure does to each column that names the person whom the row is about"""

TO_MANY: dict[type[Base], tuple[str, ...]] = {
    Announcement: ("subject_en", "subject_es", "body_en", "body_es"),
    CohortReminder: ("subject_en", "subject_es", "body_en", "body_es"),
    OfficerMessage: ("subject", "body"),
    PracticeDay: ("place", "directions", "bring", "reason"),
    Cohort: ("description", "contact"),
    SurveyComment: ("text",),
}
"""what is written to or by many, in which the name becomes the pseudonym"""

SIGNED = (
    "audit_entry.actor_id certificate.revocation_asked_by certificate.revoked_by role_grant.granted_by "
    "edition.published_by draft_page.updated_by draft_revision.saved_by practice_sheet.signed_by refresher.signed_by "
    "accommodation.granted_by accommodation.withdrawn_by remedial_plan.recorded_by item_ruling.made_by "
    "appeal.answered_by paper_copy.printed_by paper_copy.first_by paper_copy.second_by paper_copy.resolved_by "
    "paper_copy.cancelled_by sighting.viewer_id erasure.decided_by api_key.issued_by "
    "deadline_extension.given_by people_import.sent_by people_import.asked_by people_import.done_by people_import.undone_by "
    "cohort_application.asked_by cohort_application.decided_by practice_day.created_by practice_day.closed_by "
    "attendance_mark.made_by cohort_reminder.made_by announcement.written_by"
).split()
"""columns that say who did something to or for others: kept, for it is the others' evidence; the id is a pseudonym's then"""


# Asking ---------------------------------------------------------------------------------------------------------------


def ask(office: Office, actor: Actor, certificates: bool, reason: str = "") -> Erasure:
    """Ask to be forgotten, with the *certificates* too or not. Raises ``Refused("erasure-open")``, ``erasure-long``."""
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Refused("erasure-long", field="reason", most=MOST_REASON)
    with office.transaction():
        office.session.scalar(select(Person).where(Person.id == actor.person_id).with_for_update(of=Person))
        if open_of(office, actor.person_id) is not None:
            raise Refused("erasure-open")
        row = Erasure(
            person_id=actor.person_id, asked_at=office.now(), certificates=certificates, reason=reason, answer=""
        )
        office.session.add(row)
        office.session.flush()
        audit.note(office, actor, "erasure.ask", str(actor.person_id), {"certificates": certificates})
        return row


def take_back(office: Office, actor: Actor) -> None:
    """Not to be forgotten after all. Raises ``NotFound`` where nothing is asked."""
    with office.transaction():
        row = open_of(office, actor.person_id)
        if row is None:
            raise NotFound("erasure")
        _decided(office, actor, row, "withdrawn")
        audit.note(office, actor, "erasure.take-back", str(actor.person_id))


def open_of(office: Office, person_id: uuid.UUID) -> Erasure | None:
    """The request of a person that waits for a decision."""
    return office.session.scalar(select(Erasure).where(Erasure.person_id == person_id, Erasure.outcome == ""))


def last_of(office: Office, person_id: uuid.UUID) -> Erasure | None:
    """The newest request of a person, decided or not."""
    return office.session.scalar(
        select(Erasure).where(Erasure.person_id == person_id).order_by(Erasure.asked_at.desc()).limit(1)
    )


# Deciding -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What an administrator looks at before deciding."""

    person: Person
    asked: Erasure | None
    """``None`` where nobody asked: an account that is not used any more"""
    certificates: int
    """that are not erased yet"""
    courses: int
    completed: int
    obstacle: str
    """the code of what has to be done first, or "" """


def waiting(office: Office, actor: Actor) -> list[Erasure]:
    """The requests that wait, the oldest first. For administrators."""
    actor.paths("administer")
    return list(office.session.scalars(select(Erasure).where(Erasure.outcome == "").order_by(Erasure.asked_at)))


def inactive(office: Office, actor: Actor, most: int = 100) -> list[tuple[Person, dt.datetime]]:
    """People who learn only and whom nobody saw for PASO_KEEP_INACTIVE_YEARS, with when they were seen last, the longest
    ago first: for an administrator to decide about, one by one. Nobody is erased by a clock.
    """
    actor.paths("administer")
    years = office.settings.keep.inactive_years
    if not years:
        return []
    before = office.now() - dt.timedelta(days=365 * years)
    learned = select(func.max(Enrolment.active_at)).where(Enrolment.person_id == Person.id).scalar_subquery()
    signed_in = select(func.max(SignIn.seen_at)).where(SignIn.person_id == Person.id).scalar_subquery()
    duties = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.role != Role.LEARNER.value)
    rows = office.session.execute(
        select(Person, learned.label("learned"), signed_in.label("signed_in"))
        .where(
            Person.erased_at.is_(None),
            Person.created_at < before,
            or_(learned.is_(None), learned < before),
            or_(signed_in.is_(None), signed_in < before),
            ~duties.exists(),
        )
        .order_by(Person.created_at)
        .limit(most)
    ).unique()
    found = []
    for person, *moments in rows:
        found.append((person, max([person.created_at, *(_utc(at) for at in moments if at is not None)])))
    return sorted(found, key=lambda pair: pair[1])


def _utc(at: dt.datetime) -> dt.datetime:
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def case(office: Office, actor: Actor, person_id: uuid.UUID) -> Case:
    """What there is to decide about a person. For administrators. Raises ``NotFound``, also for one erased already."""
    actor.paths("administer")
    person = office.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NotFound("person")
    courses, completed = office.session.execute(
        select(func.count(), func.count(Enrolment.completed_at)).where(Enrolment.person_id == person_id)
    ).one()
    count = select(func.count()).select_from(Certificate)
    held = office.session.scalar(count.where(Certificate.person_id == person_id, Certificate.erased_at.is_(None)))
    return Case(person, open_of(office, person_id), held or 0, courses, completed, _obstacle(office, actor, person))


def _obstacle(office: Office, actor: Actor, person: Person) -> str:
    if person.id == actor.person_id:
        return "erasure-own"
    if any(grant.role != Role.LEARNER for grant in person.grants):
        return "erasure-duties"
    asked = select(Certificate.id).where(
        Certificate.person_id == person.id,
        Certificate.revocation_asked_at.is_not(None),
        Certificate.revoked_at.is_(None),
    )
    return "erasure-revocation" if office.session.scalar(asked.limit(1)) is not None else ""


def decline(office: Office, actor: Actor, person_id: uuid.UUID, answer: str) -> None:
    """Leave everything as it is, and tell the person why. For administrators.

    Raises ``NotFound`` where nothing is asked, ``Refused``: ``erasure-answer-missing``, ``erasure-long``.
    """
    actor.paths("administer")
    answer = answer.strip()
    if not answer:
        raise Refused("erasure-answer-missing", field="answer")
    if len(answer) > MOST_REASON:
        raise Refused("erasure-long", field="answer", most=MOST_REASON)
    with office.transaction():
        row = open_of(office, person_id)
        if row is None:
            raise NotFound("erasure")
        _decided(office, actor, row, "declined")
        row.answer = answer
        audit.note(office, actor, "erasure.decline", str(person_id), {"reason": answer}, row.person.institution_id)
        _ = translator(row.person.language)
        body = _(
            "Hello %(name)s,\n\nYou asked to be erased from this platform. That was declined:\n\n%(answer)s\n\nYou can "
            "ask again here:\n\n%(url)s"
        ) % {
            "name": row.person.name,
            "answer": answer,
            "url": f"{office.settings.public_url}/account/privacy",
        }
        notices.queue(office, row.person, f"erasure/{row.id}", _("About your wish to be erased"), body)


def _decided(office: Office, actor: Actor, row: Erasure, outcome: str) -> None:
    row.outcome, row.decided_at, row.decided_by, row.reason = outcome, office.now(), actor.person_id, ""


# Doing ----------------------------------------------------------------------------------------------------------------


def carry_out(office: Office, actor: Actor, person_id: uuid.UUID, certificates: bool, typed: str) -> str:
    """Erase a person, whom *typed* (their e-mail address) names once more; returns the pseudonym. For administrators.

    The *certificates* too only if the person asked for that. Raises ``NotFound``, and ``Refused``: ``erasure-typed``,
    ``erasure-certificates``, ``erasure-own``, ``erasure-duties`` (roles are taken back first), ``erasure-revocation``
    (a certificate of theirs is asked to be revoked).
    """
    actor.paths("administer")
    with office.transaction():
        person = office.session.scalar(
            select(Person)
            .where(Person.id == person_id, Person.erased_at.is_(None))
            .with_for_update(of=Person)
            .execution_options(populate_existing=True)
        )
        if person is None:
            raise NotFound("person")
        if typed.strip().casefold() != person.email:
            raise Refused("erasure-typed", field="typed")
        obstacle = _obstacle(office, actor, person)
        if obstacle:
            raise Refused(obstacle)
        asked = open_of(office, person_id)
        if certificates and (asked is None or not asked.certificates):
            raise Refused("erasure-certificates", field="certificates")
        if asked is None:
            asked = Erasure(person_id=person_id, asked_at=office.now(), certificates=certificates, answer="")
            office.session.add(asked)
        _decided(office, actor, asked, "erased")
        asked.certificates = certificates
        pseudonym = _pseudonym(person.language)
        _forget_words(office, person, pseudonym)
        imports.forget(office, actor, person)
        _forget_access(office, person_id)
        if certificates:
            _erase_certificates(office, person_id)
        _become(office, person, pseudonym)
        audit.note(office, actor, "person.erase", str(person_id), {"certificates": certificates}, person.institution_id)
        return pseudonym


def _pseudonym(language: str) -> str:
    """By lot, of nothing that the person had: nobody can work it out from the name."""
    return f"{'Officer' if language == 'en' else 'Persona'} {secrets.token_hex(4).upper()}"


def _become(office: Office, person: Person, pseudonym: str) -> None:
    person.name, person.sort_name = pseudonym, fold_name(pseudonym)
    person.email = f"erased-{secrets.token_hex(8)}@invalid"
    person.rank = person.service_number = person.sex = person.password_hash = ""
    person.time_zone = "America/Panama"
    person.active = person.two_steps = False
    person.erased_at = office.now()
    person.grants.clear()
    person.surname = person.roster_columns = ""
    office.session.flush()  # which keeps the name that was; it goes from there too
    rosters.forget(office, person.id, pseudonym)


def _forget_access(office: Office, person_id: uuid.UUID) -> None:
    for table in (
        SignIn,
        Authenticator,
        Passkey,
        RecoveryCode,
        Challenge,
        Identity,
        AccessToken,
        Notice,
        OfficerMessage,
        HeldUpload,
        WorkingText,
        LessonNote,
        NoteEvent,
        CohortTrainer,
        PracticeDayTrainer,
    ):
        office.session.execute(delete(table).where(table.person_id == person_id))  # type: ignore[attr-defined]


def _forget_words(office: Office, person: Person, pseudonym: str) -> None:
    """What people wrote about the person in their own words, wherever it stands."""
    session = office.session
    theirs: Sequence[uuid.UUID] = session.scalars(select(Enrolment.id).where(Enrolment.person_id == person.id)).all()
    attempts = select(Attempt.id).where(Attempt.enrolment_id.in_(theirs))
    session.execute(update(PracticeSheet).where(PracticeSheet.enrolment_id.in_(theirs)).values(remarks=""))
    session.execute(update(RemedialPlan).where(RemedialPlan.enrolment_id.in_(theirs)).values(agreed=""))
    session.execute(update(PaperCopy).where(PaperCopy.enrolment_id.in_(theirs)).values(cancel_reason=""))
    session.execute(update(Appeal).where(Appeal.attempt_id.in_(attempts)).values(reason="", answer=""))
    for table in (Attendance, AttendanceMark):
        session.execute(update(table).where(table.enrolment_id.in_(theirs)).values(remark=""))
    session.execute(update(AttendanceMark).where(AttendanceMark.enrolment_id.in_(theirs)).values(reason=""))
    session.execute(update(DeadlineExtension).where(DeadlineExtension.enrolment_id.in_(theirs)).values(reason=""))
    session.execute(update(CohortApplication).where(CohortApplication.person_id == person.id).values(reason=""))
    granted = update(Accommodation).where(Accommodation.enrolment_id.in_(theirs))
    session.execute(granted.values(reason="", withdrawn_reason=""))
    session.execute(update(Certificate).where(Certificate.person_id == person.id).values(revoked_reason=""))
    session.execute(update(Erasure).where(Erasure.person_id == person.id).values(reason="", answer=""))
    session.execute(update(LearningEvent).where(LearningEvent.person_id == person.id).values(device=""))
    session.execute(
        update(Notice)
        .where(
            or_(
                Notice.body.contains(person.name, autoescape=True),
                Notice.subject.contains(person.name, autoescape=True),
            )
        )
        .values(
            body=func.replace(Notice.body, person.name, pseudonym),
            subject=func.substr(func.replace(Notice.subject, person.name, pseudonym), 1, 200),
        )
    )
    for of_many, columns in TO_MANY.items():
        for column in columns:
            field = getattr(of_many, column)
            known = update(of_many).where(field.contains(person.name, autoescape=True))
            most = getattr(field.type, "length", None)
            said = func.replace(field, person.name, pseudonym)
            session.execute(known.values({column: func.substr(said, 1, most) if most else said}))
    serials = session.scalars(select(Certificate.serial).where(Certificate.person_id == person.id)).all()
    subjects = [str(person.id), *map(str, theirs), *serials]
    looks = select(Sighting.entry_id).where(Sighting.subject == str(person.id))
    spoken = json.dumps(person.name)[1:-1]  # as the column holds it
    named = and_(AuditEntry.salt.is_not(None), cast(AuditEntry.private, String).contains(spoken, autoescape=True))
    audit.blank(office, or_(AuditEntry.subject.in_(subjects), AuditEntry.id.in_(looks), named))
    session.execute(delete(Sighting).where(Sighting.subject == str(person.id)))


def _erase_certificates(office: Office, person_id: uuid.UUID) -> None:
    rows = office.session.scalars(
        select(Certificate)
        .where(Certificate.person_id == person_id, Certificate.erased_at.is_(None))
        .order_by(Certificate.serial)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        office.session.execute(delete(CertificateFile).where(CertificateFile.certificate_id == row.id))
        row.facts, row.erased_at = "", office.now()
        register.enter(office, "erase", row.serial, row.facts_sha256)
