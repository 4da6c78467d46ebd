"""Copies of the exam are printed for officers whose exam is open: each draws an attempt and binds it to its officer."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app import booklets
from app.courseware.course import ExamRule
from app.records.database import uuid7
from app.records.editions import Edition
from app.records.examining import PaperCopy
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules import copycodes
from app.rules.errors import NotFound, Refused
from app.services import audit, examiners, learning, notices, practice
from app.services.exams.desks import Desk, desk_of
from app.services.exams.sittings import begin
from app.services.office import Actor, Office
from app.services.papercopies.reading import Paper, paper_of
from app.services.practice import Group
from app.services.publishing.issuing import media
from app.services.scope import accompanied
from app.services.wording import translator

MOST_COPIES = 60
"""in one printing"""
LANGUAGES = ("en", "es")
SHEETS = tuple(booklets.PAPERS)


@dataclass(frozen=True)
class Candidate:
    """An officer of the group, and whether a copy may be printed for them."""

    enrolment: Enrolment
    refusal: str
    """"" where it may; else as :attr:`Desk.refusal`, or "open" (sitting on the web now) or "own" """
    copy: PaperCopy | None
    """that is out"""


def candidates(
    office: Office, actor: Actor, cohort_id: uuid.UUID | None = None, course_id: str = ""
) -> tuple[Group, list[Candidate]]:
    """The officers of a cohort, or of a course without one, whom *actor* accompanies. Raises ``NotFound``."""
    groups = practice.groups(office, actor)
    if cohort_id is not None:
        group = next((g for g in groups if g.cohort is not None and g.cohort.id == cohort_id), None)
        chosen = Enrolment.cohort_id == cohort_id
    else:
        group = next((g for g in groups if g.cohort is None and g.course.id == course_id), None)
        chosen = and_(Enrolment.cohort_id.is_(None), Enrolment.course_id == course_id)
    if group is None:
        raise NotFound("cohort")
    rows = office.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(accompanied(actor, "hold exams"), chosen)
        .order_by(Person.sort_name, Enrolment.id)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.institution))
    ).all()
    return group, [_candidate(office, actor, row) for row in rows]


def _candidate(office: Office, actor: Actor, enrolment: Enrolment) -> Candidate:
    study = learning.study_of(office, enrolment)
    rule = study.course.completion.exam
    if rule is None or not study.course.exam or not study.exam_open:
        return Candidate(enrolment, "course-first", None)
    desk = desk_of(office, study, "exam", "", rule)
    return Candidate(enrolment, _refusal(actor, desk), desk.copy)


def _refusal(actor: Actor, desk: Desk) -> str:
    if desk.study.enrolment.person_id == actor.person_id:
        return "own"
    return "open" if desk.open else desk.refusal or ""


@dataclass(frozen=True)
class Printing:
    """What a printing made."""

    batch: uuid.UUID
    copies: tuple[PaperCopy, ...]
    left: int
    """officers for whom none could be printed: their exam was not open any more, or they have a copy already"""


def print_copies(
    office: Office,
    actor: Actor,
    enrolments: Collection[uuid.UUID],
    language: str,
    sheet: str,
    batch_id: uuid.UUID | None = None,
) -> Printing:
    """Make a copy for each of *enrolments* whose exam is open: an attempt drawn by its seed, and a code.

    *language* is "en", "es" or "" (each officer's own), *sheet* a paper size. Until the copy is entered or cancelled, the
    officer sits nothing else. *batch_id* is minted in the form: sent twice, it prints once. Raises ``NotFound`` for an
    officer who is not the actor's, ``Refused``: ``copies-none``, ``copies-many``, ``copies-choice``.
    """
    if language not in ("", *LANGUAGES) or sheet not in SHEETS:
        raise Refused("copies-choice")
    wanted = sorted(set(enrolments), key=str)
    if not wanted:
        raise Refused("copies-none")
    if len(wanted) > MOST_COPIES:
        raise Refused("copies-many", most=MOST_COPIES)
    with office.transaction():
        batch_id = batch_id or uuid7()
        known = office.session.scalars(select(PaperCopy).where(PaperCopy.batch == batch_id)).all()
        if known:
            if any(copy.printed_by != actor.person_id for copy in known):
                raise NotFound("batch")
            return Printing(batch_id, tuple(known), 0)
        made: list[PaperCopy] = []
        left = 0
        for enrolment_id in wanted:
            examiners.officer(office, actor, enrolment_id, "hold exams")
            enrolment = learning.lock(office, enrolment_id)
            study = learning.study_of(office, enrolment)
            rule = study.course.completion.exam
            desk = desk_of(office, study, "exam", "", rule) if rule is not None and study.course.exam else None
            if desk is None or _refusal(actor, desk):
                left += 1
                continue
            made.append(_copy(office, actor, desk, language, sheet, batch_id))
        if not made:
            # the same form sent twice at the same moment: the other one has printed
            made = list(office.session.scalars(select(PaperCopy).where(PaperCopy.batch == batch_id)))
            if not made:
                raise Refused("copies-none-open")
            left = 0
        return Printing(batch_id, tuple(made), left)


def _copy(office: Office, actor: Actor, desk: Desk, language: str, sheet: str, batch_id: uuid.UUID) -> PaperCopy:
    enrolment = desk.study.enrolment
    person = office.session.get_one(Person, enrolment.person_id)
    attempt = begin(office, desk, person.institution.country, "paper")
    office.session.flush()
    row = PaperCopy(
        code=_new_code(office),
        batch=batch_id,
        enrolment_id=enrolment.id,
        attempt_id=attempt.id,
        number=attempt.number,
        seed=attempt.seed,
        language=language or person.language,
        sheet=sheet,
        printed_by=actor.person_id,
        printed_at=office.now(),
    )
    office.session.add(row)
    office.session.flush()
    detail = {"code": row.code, "attempt": attempt.number}
    audit.note(office, actor, "exam.paper-copy", str(enrolment.id), detail, enrolment.institution_id)
    _ = translator(person.language)
    body = _(
        "Hello %(name)s,\n\nA copy of the final exam of the course “%(course)s” has been printed for you. Its code is "
        "%(code)s. You sit the exam on paper; until your answers are entered, it cannot be sat here.\n\n%(url)s"
    ) % {
        "name": person.name,
        "course": enrolment.course.title(person.language),
        "code": row.code,
        "url": f"{office.settings.public_url}/learn/{enrolment.course_id}/exam",
    }
    notices.queue(office, person, f"exam-paper/{row.id}", _("Your exam on paper"), body)
    return row


def _new_code(office: Office) -> str:
    while True:
        code = copycodes.new()
        if office.session.scalar(select(PaperCopy.id).where(PaperCopy.code == code)) is None:
            return code


def batch(office: Office, actor: Actor, batch_id: uuid.UUID) -> list[Paper]:
    """The copies of one printing, by name. Raises ``NotFound`` unless all are of the actor's officers."""
    rows = office.session.scalars(
        select(PaperCopy).where(PaperCopy.batch == batch_id).options(joinedload(PaperCopy.attempt))
    ).all()
    if not rows:
        raise NotFound("batch")
    found = [paper_of(office, actor, row, "hold exams") for row in rows]
    return sorted(found, key=lambda one: one.enrolment.person.sort_name)


def pdf(office: Office, actor: Actor, papers: Collection[Paper]) -> tuple[bytes, str]:
    """The PDF of those of *papers* that are still out, and its name; that it was taken stands in the log.

    Raises ``Refused("copies-over")`` where none is out any more.
    """
    out = [one for one in papers if one.copy.state == "out" and one.attempt is not None]
    if not out:
        raise Refused("copies-over")
    numbers = dict(
        office.session.execute(
            select(Edition.id, Edition.number).where(Edition.id.in_({_edition(one) for one in out}))
        ).all()
    )
    content = booklets.exam_copies([_printed(office, one, numbers[_edition(one)]) for one in out], out[0].copy.sheet)
    with office.transaction():
        for one in out:
            audit.note(
                office,
                actor,
                "exam.paper-print",
                str(one.enrolment.id),
                {"code": one.copy.code},
                one.enrolment.institution_id,
            )
    name = out[0].copy.code if len(out) == 1 else str(out[0].copy.batch)[:8]
    return content, f"{out[0].course.id}-exam-{name}.pdf"


def _edition(one: Paper) -> uuid.UUID:
    assert one.attempt is not None
    return one.attempt.edition_id


def _printed(office: Office, one: Paper, edition: int) -> booklets.Copy:
    attempt = one.attempt
    rule = one.course.completion.exam
    assert attempt is not None and isinstance(rule, ExamRule)

    def files(path: str) -> bytes | None:
        try:
            return media(office, attempt.edition_id, path).content
        except NotFound:
            return None

    return booklets.Copy(
        one.copy.code,
        one.enrolment.person.name,
        one.enrolment.institution.name,
        one.copy.language,
        one.course,
        edition,
        attempt.number,
        rule.minutes + attempt.extra_minutes,
        attempt.extra_minutes,
        rule.pass_mark,
        rule.critical_mark,
        [(place.question.id, place.order) for place in one.places],
        files,
    )
