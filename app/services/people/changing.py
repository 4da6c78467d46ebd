"""Correcting a record, closing and opening an account, enrolling and withdrawing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import delete, select, update

from app.records.audit import Notice
from app.records.editions import CourseRow
from app.records.joining import CohortApplication
from app.records.learning import Enrolment
from app.records.people import AccessToken, Person, SignIn
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Role
from app.services import audit, grants, learning, notices, scope
from app.services.office import Actor, Office, fold_name
from app.services.people.inviting import (
    Nominee,
    by_email,
    course_and_cohort,
    in_scope,
    known_code,
    locked,
    no_national_number,
    tidy,
)
from app.services.wording import translator


def correct(office: Office, actor: Actor, person_id: uuid.UUID, nominee: Nominee) -> set[str]:
    """Set a person's record to what *nominee* says, and return the names of what changed.

    To another institution of the actor's, courses that are not completed go along; completed ones stay with the
    institution that trained them. With the address, every link sent to the old one ends. Certificates already issued
    stay as they are. Raises ``NotFound`` and ``Refused`` as :func:`inviting.invite`, and ``person-duties``.
    """
    nominee = tidy(nominee)
    with office.transaction():
        person = locked(office, actor, person_id)
        institution = scope.institution(office, actor, nominee.institution, "enrol")
        changed = {
            field
            for field in ("name", "surname", "email", "rank", "service_number", "sex", "language")
            if getattr(person, field) != getattr(nominee, field)
        }
        if "service_number" in changed:
            no_national_number(nominee.service_number, institution)
        if "email" in changed:
            known = by_email(office, nominee.email)
            if known is not None:
                raise Refused(known_code(actor, known), field="email")
            _end_links(office, person)
        for field in changed:
            setattr(person, field, getattr(nominee, field))
        person.sort_name = fold_name(nominee.name)
        if person.institution_id != institution.id:
            scope.open_institution(office, actor, institution.id)
            changed.add("institution")
            person.institution_id, person.institution = institution.id, institution
            office.session.execute(
                update(Enrolment)
                .where(Enrolment.person_id == person.id, Enrolment.completed_at.is_(None))
                .values(institution_id=institution.id)
            )
            carry_applications(office, {person.id: institution.id})
        if changed:
            audit.note(office, actor, "person.correct", str(person.id), {"fields": sorted(changed)}, institution.id)
    return changed


def carry_applications(office: Office, moves: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """Applications that are not decided go along with people who move to another institution: those whom they left decide
    about them no more. Inside ``office.transaction()``.
    """
    for place in set(moves.values()):
        office.session.execute(
            update(CohortApplication)
            .where(
                CohortApplication.person_id.in_([person for person, there in moves.items() if there == place]),
                CohortApplication.state.in_(("asked", "waiting")),
            )
            .values(institution_id=place)
        )


def _end_links(office: Office, person: Person) -> None:
    """End what was sent and is not used yet, and what waits to be sent."""
    office.session.execute(delete(AccessToken).where(AccessToken.person_id == person.id, AccessToken.used_at.is_(None)))
    office.session.execute(
        delete(Notice).where(
            Notice.person_id == person.id,
            Notice.sent_at.is_(None),
            Notice.dedup_key.startswith("link/", autoescape=True),
        )
    )


def deactivate(office: Office, actor: Actor, person_id: uuid.UUID) -> None:
    """Close an account: its owner is signed out everywhere and can no longer sign in; what they learned stays on
    record.

    Doing it twice is doing it once. Raises ``NotFound``, ``Refused``: ``person-duties``, ``person-self``,
    ``role-last-administrator``.
    """
    with office.transaction():
        person = locked(office, actor, person_id)
        if person.id == actor.person_id:
            raise Refused("person-self")
        if not person.active:
            return
        if any(grant.role == Role.ADMINISTRATOR for grant in person.grants):
            grants.must_not_be_last(office, person.id)
        person.active = False
        office.session.execute(delete(SignIn).where(SignIn.person_id == person.id))
        _end_links(office, person)
        audit.note(office, actor, "person.deactivate", str(person.id), {}, person.institution_id)


def reactivate(office: Office, actor: Actor, person_id: uuid.UUID) -> None:
    """Open a closed account again. Raises ``NotFound``, ``Refused``: ``person-duties``, ``institution-closed`` while
    theirs is (their record moves them to another).
    """
    with office.transaction():
        person = locked(office, actor, person_id)
        if person.active:
            return
        if person.institution.closed_at is not None:
            raise Refused("institution-closed")
        person.active = True
        audit.note(office, actor, "person.reactivate", str(person.id), {}, person.institution_id)


def enrol(
    office: Office, actor: Actor, person_id: uuid.UUID, course: str = "", cohort: uuid.UUID | None = None
) -> Enrolment:
    """Enrol a person in a course, or in a cohort and its course; they are told. Enrolled already, they change to the
    cohort; withdrawn, they come back with all their progress.

    Raises ``NotFound`` for what is not the actor's, ``Refused``: ``enrolment-course-missing``, ``person-disabled``,
    ``joining-own`` (nobody gives a seat in a cohort to themselves).
    """
    with office.transaction():
        place = course_and_cohort(office, actor, course, cohort)
        if place is None:
            raise Refused("enrolment-course-missing", field="course")
        person = in_scope(office, actor, person_id)
        if not person.active:
            raise Refused("person-disabled")
        if place[1] is not None and person.id == actor.person_id:
            raise Refused("joining-own")
        return enrol_in(office, actor, person, *place)


def enrol_in(office: Office, actor: Actor | None, person: Person, course: str, cohort: uuid.UUID | None) -> Enrolment:
    """Enrol *person*, whom the caller has checked, and tell them. Inside ``office.transaction()``."""
    before = office.session.execute(
        select(Enrolment.status, Enrolment.cohort_id).where(
            Enrolment.person_id == person.id, Enrolment.course_id == course
        )
    ).first()
    enrolment = learning.enrol(office, actor, person, course, cohort)
    if before is None or before.status == "withdrawn":
        tell_enrolled(office, person, enrolment)
    if before is not None and (before.status == "withdrawn" or cohort not in (None, before.cohort_id)):
        detail = {"again": before.status == "withdrawn", "cohort": str(cohort or "")}
        audit.note(office, actor, "enrolment.change", str(enrolment.id), detail, enrolment.institution_id)
    return enrolment


def tell_enrolled(office: Office, person: Person, enrolment: Enrolment) -> None:
    """Queue the message that *person* is in a course. Inside ``office.transaction()``."""
    course = office.session.get_one(CourseRow, enrolment.course_id)
    subject, body = enrolled(office, person.name, person.language, course)
    notices.queue(office, person, enrolled_key(office, enrolment.id), subject, body)


def enrolled_key(office: Office, enrolment_id: uuid.UUID) -> str:
    """The key of the message that somebody is in a course: one a day and enrolment."""
    return f"enrolment/{enrolment_id}/{office.now():%Y-%m-%d}"


def enrolled(office: Office, name: str, language: str, course: CourseRow) -> tuple[str, str]:
    """Subject and text of the message that somebody is in *course*."""
    _ = translator(language)
    body = _("Hello %(name)s,\n\nYou are enrolled in the course “%(course)s”. You find it here:\n\n%(url)s") % {
        "name": name,
        "course": course.title(language),
        "url": f"{office.settings.public_url}/learn/{course.id}/",
    }
    return _("Your course on Paso Seguro"), body


def withdraw(office: Office, actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    """Take an officer out of a course. Their progress is kept, should they be enrolled again. Twice is once.

    Raises ``NotFound`` for an enrolment under another's institution, ``Refused("enrolment-completed")``.
    """
    with office.transaction():
        row = enrolment_in_scope(office, actor, enrolment_id)
        if row.completed_at is not None:
            raise Refused("enrolment-completed")
        if row.status != "withdrawn":
            row.status = "withdrawn"
            audit.note(office, actor, "enrolment.withdraw", str(row.id), {"course": row.course_id}, row.institution_id)
        return row


def enrolment_in_scope(office: Office, actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    """An enrolment under the actor's institutions, locked. Inside ``office.transaction()``. Raises ``NotFound``."""
    known = office.session.scalar(
        select(Enrolment.id).where(
            Enrolment.id == enrolment_id, scope.inside(Enrolment.institution_id, actor.paths("enrol"))
        )
    )
    if known is None:
        raise NotFound("enrolment")
    return learning.lock(office, known)
