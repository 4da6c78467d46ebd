"""What we hold of a person, section by section: the tables it comes from, and the rows, without anybody else's data.

Signers stand in it by name, for they signed for the person. Whoever looked at the record stands in it by role and
institution; their names are on the page, which shows them as they are today.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, exists, null, or_, select
from sqlalchemy.orm import aliased

from app.records.audit import AuditEntry, Notice
from app.records.certificates import Certificate
from app.records.cohorts import Cohort, CohortTrainer
from app.records.deadlines import DeadlineExtension
from app.records.editions import CourseRow, Edition, HeldUpload, WorkingText
from app.records.examining import Accommodation, Appeal, PaperCopy, RemedialPlan
from app.records.exams import Attempt, AttemptAnswer, SavedQuiz
from app.records.imports import ImportLine
from app.records.joining import CohortApplication
from app.records.learning import Enrolment, LearningEvent, PracticeSheet, Refresher
from app.records.notes import LessonNote, NoteEvent
from app.records.people import AccessToken, Institution, Person, RoleGrant, SignIn
from app.records.practicedays import AttendanceMark, PracticeDayTrainer
from app.records.privacy import Erasure
from app.records.secondstep import Authenticator, Identity, Passkey, RecoveryCode
from app.records.surveys import SurveyMark
from app.records.telling import OfficerMessage
from app.services import sightings
from app.services.office import Office

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of what we hold: its name in the files, and its rows (all with the same keys)."""

    name: str
    rows: Callable[[Office, uuid.UUID], Iterator[Row]]
    tables: tuple[str, ...]
    """which it tells"""
    long: bool = False
    """too long to be read on one page with the others"""


def _query(make: Callable[[uuid.UUID], Select[*tuple[Any, ...]]]) -> Callable[[Office, uuid.UUID], Iterator[Row]]:
    def rows(office: Office, person_id: uuid.UUID) -> Iterator[Row]:
        found = office.session.execute(make(person_id).execution_options(yield_per=500))
        for row in found.mappings():
            yield {str(key): value for key, value in row.items()}

    return rows


def _mine(person_id: uuid.UUID) -> Any:
    return select(Enrolment.id).where(Enrolment.person_id == person_id)


def _account(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.name,
            Person.email,
            Institution.name.label("institution"),
            Institution.country,
            Person.rank,
            Person.service_number,
            Person.sex,
            Person.language,
            Person.time_zone,
            Person.active,
            Person.created_at,
        )
        .join(Institution, Institution.id == Person.institution_id)
        .where(Person.id == who)
    )


def _roles(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(RoleGrant.role, Institution.name.label("institution"), RoleGrant.course_id, RoleGrant.granted_at)
        .outerjoin(Institution, Institution.id == RoleGrant.institution_id)
        .where(RoleGrant.person_id == who)
        .order_by(RoleGrant.granted_at)
    )


def _sign_ins(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    columns = (SignIn.created_at, SignIn.seen_at, SignIn.device, SignIn.shared)
    return select(*columns).where(SignIn.person_id == who).order_by(SignIn.created_at)


def _links(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    columns = (AccessToken.purpose, AccessToken.created_at, AccessToken.expires_at, AccessToken.used_at)
    return select(*columns).where(AccessToken.person_id == who).order_by(AccessToken.created_at)


def _second_step(office: Office, who: uuid.UUID) -> Iterator[Row]:
    """What a person signs in with besides the password; the secrets themselves are not given away."""
    session, row = office.session, {"kind": "", "name": "", "created_at": None, "used_at": None}
    for app in session.scalars(select(Authenticator).where(Authenticator.person_id == who)):
        yield {**row, "kind": "authenticator", "created_at": app.confirmed_at or app.created_at}
    for key in session.scalars(select(Passkey).where(Passkey.person_id == who).order_by(Passkey.created_at)):
        yield {**row, "kind": "passkey", "name": key.name, "created_at": key.created_at, "used_at": key.used_at}
    for code in session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == who)):
        yield {**row, "kind": "recovery code", "created_at": code.created_at, "used_at": code.used_at}
    for link in session.scalars(select(Identity).where(Identity.person_id == who)):
        yield {
            "kind": "sign-in service",
            "name": f"{link.issuer} {link.subject}",
            "created_at": link.linked_at,
            "used_at": link.used_at,
        }


def _courses(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrolment.id,
            Enrolment.course_id,
            CourseRow.title_en,
            CourseRow.title_es,
            Edition.number.label("edition"),
            Institution.name.label("institution"),
            Cohort.name.label("cohort"),
            Enrolment.status,
            Enrolment.percent,
            Enrolment.enrolled_at,
            Enrolment.started_at,
            Enrolment.active_at,
            Enrolment.completed_at,
            Enrolment.exam_mark,
            Enrolment.progress,
        )
        .join(CourseRow, CourseRow.id == Enrolment.course_id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == who)
        .order_by(Enrolment.enrolled_at)
    )


def _events(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    event = LearningEvent
    columns = (event.id, event.enrolment_id, event.sequence, event.kind, event.module, event.item, event.payload)
    more = (event.result, event.at, event.received_at, event.device)
    return select(*columns, *more).where(event.person_id == who).order_by(event.received_at, event.sequence)


def _notes(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = LessonNote
    columns = (row.course_id, row.module, row.lesson, row.titles, row.marked, row.text, row.written_at, row.device)
    return select(*columns).where(row.person_id == who).order_by(row.course_id, row.module, row.lesson)


def _note_events(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = NoteEvent
    return select(row.id, row.received_at, row.result).where(row.person_id == who).order_by(row.received_at)


def _attempts(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attempt.id,
            Attempt.enrolment_id,
            Attempt.kind,
            Attempt.module,
            Attempt.number,
            Attempt.medium,
            Attempt.country,
            Attempt.extra_minutes,
            Attempt.opened_at,
            Attempt.deadline_at,
            Attempt.closed_at,
            Attempt.closed_how,
            Attempt.mark,
            Attempt.critical_mark,
            Attempt.passed,
            Attempt.forgiven,
        )
        .where(Attempt.enrolment_id.in_(_mine(who)))
        .order_by(Attempt.opened_at)
    )


def _saved_quizzes(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = SavedQuiz
    return (
        select(row.id, row.enrolment_id, row.module, row.country, row.made_at, row.handed_in_at)
        .where(row.enrolment_id.in_(_mine(who)))
        .order_by(row.made_at)
    )


def _answers(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    """Whether an answer of the exam was right is told once the exam is passed, here as on the page."""
    other = aliased(Attempt)
    passed = exists().where(other.enrolment_id == Attempt.enrolment_id, other.kind == "exam", other.passed.is_(True))
    shown = or_(Attempt.kind != "exam", passed)
    return (
        select(
            AttemptAnswer.attempt_id,
            AttemptAnswer.question,
            AttemptAnswer.response,
            AttemptAnswer.saved_at,
            case((shown, AttemptAnswer.credit), else_=null()).label("credit"),
            case((shown, AttemptAnswer.right), else_=null()).label("right"),
            AttemptAnswer.regraded_at,
        )
        .join(Attempt, Attempt.id == AttemptAnswer.attempt_id)
        .where(Attempt.enrolment_id.in_(_mine(who)))
        .order_by(AttemptAnswer.saved_at)
    )


def _sheets(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    sheet, signer = PracticeSheet, aliased(Person)
    return (
        select(
            sheet.enrolment_id,
            sheet.module,
            sheet.criteria,
            sheet.result,
            sheet.held_on,
            sheet.place,
            sheet.remarks,
            signer.name.label("signed_by"),
            sheet.signed_at,
        )
        .join(signer, signer.id == sheet.signed_by)
        .where(sheet.enrolment_id.in_(_mine(who)))
        .order_by(sheet.signed_at)
    )


def _refreshers(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row, signer = Refresher, aliased(Person)
    return (
        select(
            row.enrolment_id,
            row.held_on,
            row.hours,
            row.place,
            row.covered,
            signer.name.label("signed_by"),
            row.signed_at,
        )
        .join(signer, signer.id == row.signed_by)
        .where(row.enrolment_id.in_(_mine(who)))
        .order_by(row.signed_at)
    )


def _extra_time(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = Accommodation
    return (
        select(
            row.enrolment_id,
            row.percent,
            row.minutes,
            row.reason,
            row.granted_at,
            row.withdrawn_at,
            row.withdrawn_reason,
        )
        .where(row.enrolment_id.in_(_mine(who)))
        .order_by(row.granted_at)
    )


def _plans(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row, signer = RemedialPlan, aliased(Person)
    return (
        select(row.enrolment_id, row.agreed, signer.name.label("signed_by"), row.recorded_at)
        .join(signer, signer.id == row.recorded_by)
        .where(row.enrolment_id.in_(_mine(who)))
        .order_by(row.recorded_at)
    )


def _appeals(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = Appeal
    return (
        select(row.attempt_id, row.question, row.reason, row.raised_at, row.outcome, row.answer, row.answered_at)
        .join(Attempt, Attempt.id == row.attempt_id)
        .where(Attempt.enrolment_id.in_(_mine(who)))
        .order_by(row.raised_at)
    )


def _on_paper(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = PaperCopy
    return (
        select(
            row.code,
            row.enrolment_id,
            row.attempt_id,
            row.number,
            row.language,
            row.state,
            row.printed_at,
            row.sat_on,
            row.graded_at,
            row.cancelled_at,
            row.cancel_reason,
        )
        .where(row.enrolment_id.in_(_mine(who)))
        .order_by(row.printed_at)
    )


def _certificates(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = Certificate
    return (
        select(
            row.serial,
            row.kind,
            row.issue,
            row.course_id,
            row.issued_at,
            row.expires_on,
            row.superseded_at,
            row.revocation_asked_at,
            row.revoked_at,
            row.revoked_reason,
            row.facts,
            row.facts_sha256,
        )
        .where(row.person_id == who)
        .order_by(row.issued_at)
    )


def _messages(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    """Without the text of those that hold a link to open the account: it is no news, and a key."""
    link = Notice.dedup_key.startswith("link/", autoescape=True)
    body = case((link, ""), else_=Notice.body).label("body")
    return (
        select(Notice.subject, body, Notice.created_at, Notice.sent_at)
        .where(Notice.person_id == who)
        .order_by(Notice.created_at)
    )


def _erasures(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = Erasure
    return select(row.asked_at, row.certificates, row.reason, row.outcome, row.decided_at, row.answer).where(
        row.person_id == who
    )


def _cohorts(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(Cohort.name, Cohort.course_id, Cohort.starts_on, Cohort.ends_on)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(CohortTrainer.person_id == who)
    )


def _uploads(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = HeldUpload
    return select(row.course_id, row.purpose, row.name, row.size, row.sent_at, row.done_at).where(row.person_id == who)


def _applications(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = CohortApplication
    return (
        select(Cohort.name.label("cohort"), row.nominated, row.state, row.asked_at, row.decided_at, row.reason)
        .join(Cohort, Cohort.id == row.cohort_id)
        .where(row.person_id == who)
    )


def _later(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = DeadlineExtension
    return select(row.enrolment_id, row.due_on, row.reason, row.given_at).where(row.enrolment_id.in_(_mine(who)))


def _attendance(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = AttendanceMark
    return (
        select(row.day_id, row.enrolment_id, row.version, row.state, row.remark, row.reason, row.made_at)
        .where(row.enrolment_id.in_(_mine(who)))
        .order_by(row.made_at)
    )


def _reminders(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    row = OfficerMessage
    return select(row.kind, row.subject, row.body, row.sent_at, row.closed_at).where(row.person_id == who)


def _surveys(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    """That they were asked; what was answered is nobody's."""
    return select(SurveyMark.enrolment_id, SurveyMark.answered).where(SurveyMark.enrolment_id.in_(_mine(who)))


def _lists(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return select(ImportLine.row, ImportLine.cells, ImportLine.kinds).where(ImportLine.person_id == who)


def _days(who: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return select(PracticeDayTrainer.day_id).where(PracticeDayTrainer.person_id == who)


def _typed(office: Office, who: uuid.UUID) -> Iterator[Row]:
    for row in office.session.scalars(select(WorkingText).where(WorkingText.person_id == who)):
        text = row.content.decode("utf-8", "replace")
        yield {"course_id": row.course_id, "path": row.path, "saved_at": row.saved_at, "text": text}


def _log(office: Office, who: uuid.UUID) -> Iterator[Row]:
    """Entries about the person, and of what they did themselves; of the latter not to whom, or why."""
    enrolments = office.session.scalars(_mine(who)).all()
    serials = office.session.scalars(select(Certificate.serial).where(Certificate.person_id == who)).all()
    subjects = {str(who), *map(str, enrolments), *serials}
    entries = office.session.execute(
        select(
            AuditEntry.number,
            AuditEntry.at,
            AuditEntry.actor_id,
            AuditEntry.action,
            AuditEntry.subject,
            AuditEntry.detail,
            AuditEntry.private,
        )
        .where(or_(AuditEntry.subject.in_(subjects), and_(AuditEntry.actor_id == who)))
        .order_by(AuditEntry.number)
        .execution_options(yield_per=500)
    )
    for entry in entries:
        mine = entry.subject in subjects
        detail = {**entry.detail, **(entry.private or {})} if mine else {}
        detail = {key: value for key, value in detail.items() if not key.endswith("_by")}
        by = "yourself" if entry.actor_id == who else "the platform" if entry.actor_id is None else "somebody else"
        subject = entry.subject if mine else ""
        yield {
            "number": entry.number,
            "at": entry.at,
            "by": by,
            "action": entry.action,
            "subject": subject,
            "detail": detail,
        }


def _looks(office: Office, who: uuid.UUID) -> Iterator[Row]:
    before = ""
    while True:
        page = sightings.of_person(office, who, before, size=500)
        for look in page.looks:
            yield {
                "at": look.at,
                "action": look.action,
                "role": look.role,
                "institution": look.viewer.institution.name,
                "rows": look.rows,
                "recipient": look.recipient,
            }
        before = page.older
        if not before:
            return


SECTIONS = (
    Section("account", _query(_account), ("person",)),
    Section("roles", _query(_roles), ("role_grant",)),
    Section("sign-ins", _query(_sign_ins), ("sign_in",)),
    Section("second-step", _second_step, ("authenticator", "passkey", "recovery_code", "identity")),
    Section("links", _query(_links), ("access_token",)),
    Section("courses", _query(_courses), ("enrolment",)),
    Section("events", _query(_events), ("learning_event",), long=True),
    Section("notes", _query(_notes), ("lesson_note",)),
    Section("note-events", _query(_note_events), ("note_event",), long=True),
    Section("attempts", _query(_attempts), ("attempt",)),
    Section("saved-quizzes", _query(_saved_quizzes), ("saved_quiz",)),
    Section("answers", _query(_answers), ("attempt_answer",), long=True),
    Section("practice-sheets", _query(_sheets), ("practice_sheet",)),
    Section("refreshers", _query(_refreshers), ("refresher",)),
    Section("extra-time", _query(_extra_time), ("accommodation",)),
    Section("plans", _query(_plans), ("remedial_plan",)),
    Section("appeals", _query(_appeals), ("appeal",)),
    Section("exams-on-paper", _query(_on_paper), ("paper_copy",)),
    Section("certificates", _query(_certificates), ("certificate", "certificate_file")),
    Section("messages", _query(_messages), ("notice",)),
    Section("erasure", _query(_erasures), ("erasure",)),
    Section("applications", _query(_applications), ("cohort_application",)),
    Section("later-deadlines", _query(_later), ("deadline_extension",)),
    Section("attendance", _query(_attendance), ("attendance", "attendance_mark")),
    Section("reminders", _query(_reminders), ("officer_message",)),
    Section("surveys", _query(_surveys), ("survey_mark",)),
    Section("lists", _query(_lists), ("people_import_line",)),
    Section("practice-days", _query(_days), ("practice_day_trainer",)),
    Section("cohorts-trained", _query(_cohorts), ("cohort_trainer",)),
    Section("files-sent", _query(_uploads), ("held_upload",)),
    Section("texts-typed", _typed, ("working_text",)),
    Section("log", _log, ("audit_entry",), long=True),
    Section("looks", _looks, ("sighting",), long=True),
)

NOT_TOLD = {
    "challenge": "what was asked of a browser a few minutes ago and is not answered yet",
    "people_import": "a list of others: who sent and carried it out is told by the section log",
    "practice_day": "a day of others: who planned it is told by the section log",
    "cohort_reminder": "a rule for a cohort: who made it is told by the section log",
    "announcement": "words to others: who wrote them is told by the section log",
    "api_key": "a key of a program: who issued and ended it is told by the section log",
    "edition": "the course as it was published: who published it is told by the section log",
    "draft_page": "the course itself: who saved a page is told by the section log",
    "draft_revision": "the course itself: who saved a page is told by the section log",
    "item_ruling": "a decision about everybody's exams: who made it is told by the section log",
}
"""tables with a column that names a person, and why their rows are not in the export"""


def plain(value: Any) -> Any:
    """*value* as JSON knows it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict | list):
        return json.loads(json.dumps(value, default=str))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
