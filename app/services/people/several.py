"""Many people at once: what the other modules do to one, in a few statements for hundreds.

Everything here runs inside ``office.transaction()``, for people whom the caller has checked, and leaves what doing it
one by one would leave (tests/services/test_several.py compares).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update

from app.records.audit import Notice
from app.records.database import insert_many, uuid7
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import AccessToken, Institution, Person, RoleGrant, SignIn
from app.rules import filing
from app.rules.errors import NotFound
from app.rules.permissions import Role
from app.services import accounts, audit, learning, notices, seats
from app.services.office import Actor, Office, fold_name, token_hash
from app.services.people.changing import carry_applications, enrolled, enrolled_key
from app.services.people.inviting import Nominee, account, invitation

Detail = dict[str, Any]
"""what every entry of the log says besides"""


# Opening accounts -----------------------------------------------------------------------------------------------------


def create_many(
    office: Office, actor: Actor, wanted: Sequence[tuple[Nominee, Institution]], detail: Detail
) -> list[uuid.UUID]:
    """New accounts in the order of *wanted*; each nominee is tidy and their address has no account."""
    rows = [account(office, nominee, institution) for nominee, institution in wanted]
    if not rows:
        return []
    insert_many(office.session, Person, rows)
    insert_many(
        office.session,
        RoleGrant,
        [
            {
                "person_id": row["id"],
                "role": Role.LEARNER.value,
                "granted_at": office.now(),
                "granted_by": actor.person_id,
            }
            for row in rows
        ],
    )
    audit.note_many(office, actor, "person.invite", ((str(row["id"]), detail, row["institution_id"]) for row in rows))
    return [row["id"] for row in rows]


@dataclass(frozen=True)
class Addressee:
    """Who gets a link or a message."""

    id: uuid.UUID
    name: str
    language: str
    institution: uuid.UUID
    institution_name: str = ""


def send_links(office: Office, people: Sequence[Addressee]) -> dict[uuid.UUID, str]:
    """A new invitation for each, queued as a message; returns the links. Earlier ones end."""
    tokens = accounts.issue_links(office, [one.id for one in people], "invitation", accounts.INVITATION_LASTS)
    links = {person_id: accounts.link_url(office, "invitation", token) for person_id, token in tokens.items()}
    messages = [
        (
            one.id,
            f"link/{token_hash(tokens[one.id])}",
            *invitation(one.name, one.language, one.institution_name, links[one.id]),
        )
        for one in people
    ]
    notices.queue_many(office, messages)
    return links


# Changing -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Correction:
    """What changes of one person; ``institution`` only if they move."""

    id: uuid.UUID
    now_in: uuid.UUID
    """their institution, after it"""
    fields: dict[str, str] = field(default_factory=dict)
    institution: Institution | None = None


def correct_many(
    office: Office, actor: Actor, corrections: Sequence[Correction], detail: Detail
) -> dict[uuid.UUID, dict[uuid.UUID, uuid.UUID]]:
    """Set records to what *corrections* say.

    Returns, for each who moved, the courses that went along and the institution under which each was before.
    """
    rows = []
    for one in corrections:
        values: dict[str, Any] = {"id": one.id, **one.fields}
        if "name" in one.fields:
            values["sort_name"] = fold_name(one.fields["name"])
            country = (one.institution or office.session.get_one(Institution, one.now_in)).country
            values |= filing.columns(one.fields["name"], one.fields.get("surname", ""), country)
        if one.institution is not None:
            values["institution_id"] = one.institution.id
        if len(values) > 1:
            rows.append(values)
    rows.sort(key=lambda row: sorted(row))  # those that set the same columns go in one statement
    if rows:
        office.session.execute(update(Person), rows)
    end_links(office, [one.id for one in corrections if "email" in one.fields])
    moved = _move_courses(office, {one.id: one.institution.id for one in corrections if one.institution is not None})
    entries = []
    for one in corrections:
        names = sorted([*one.fields, *(["institution"] if one.institution is not None else [])])
        if names:
            entries.append((str(one.id), {"fields": names, **detail}, one.now_in))
    audit.note_many(office, actor, "person.correct", entries)
    return moved


def _move_courses(office: Office, moves: dict[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, uuid.UUID]]:
    """Courses that are not completed go along, and applications that are not decided."""
    if not moves:
        return {}
    carry_applications(office, moves)
    found = office.session.execute(
        select(Enrolment.id, Enrolment.person_id, Enrolment.institution_id)
        .where(Enrolment.person_id.in_(moves), Enrolment.completed_at.is_(None))
        .with_for_update()
    ).all()
    if found:
        office.session.execute(
            update(Enrolment), [{"id": row.id, "institution_id": moves[row.person_id]} for row in found]
        )
    moved: dict[uuid.UUID, dict[uuid.UUID, uuid.UUID]] = {person_id: {} for person_id in moves}
    for row in found:
        moved[row.person_id][row.id] = row.institution_id
    return moved


def end_links(office: Office, person_ids: Sequence[uuid.UUID]) -> None:
    """End what was sent to these people and is not used yet, and what waits to be sent."""
    if not person_ids:
        return
    office.session.execute(
        delete(AccessToken).where(AccessToken.person_id.in_(person_ids), AccessToken.used_at.is_(None))
    )
    office.session.execute(
        delete(Notice).where(
            Notice.person_id.in_(person_ids),
            Notice.sent_at.is_(None),
            Notice.dedup_key.startswith("link/", autoescape=True),
        )
    )


def deactivate_many(office: Office, actor: Actor, people: dict[uuid.UUID, uuid.UUID], detail: Detail) -> None:
    """Close the accounts of *people* (with the institution of each): signed out everywhere, every link ended."""
    ids = list(people)
    if not ids:
        return
    office.session.execute(update(Person).where(Person.id.in_(ids)).values(active=False))
    office.session.execute(delete(SignIn).where(SignIn.person_id.in_(ids)))
    end_links(office, ids)
    audit.note_many(
        office, actor, "person.deactivate", ((str(one), detail, institution) for one, institution in people.items())
    )


def reactivate_many(office: Office, actor: Actor, people: dict[uuid.UUID, uuid.UUID], detail: Detail) -> None:
    """Open closed accounts again."""
    if not people:
        return
    office.session.execute(update(Person).where(Person.id.in_(list(people))).values(active=True))
    audit.note_many(
        office, actor, "person.reactivate", ((str(one), detail, institution) for one, institution in people.items())
    )


# Enrolling ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Enrolled:
    """Somebody's enrolment, and what it was before: ``None`` if it is new."""

    id: uuid.UUID
    before: tuple[str, uuid.UUID | None] | None
    """status and cohort"""
    after: tuple[str, uuid.UUID | None]


def enrol_many(
    office: Office,
    actor: Actor,
    people: Sequence[Addressee],
    course_id: str,
    cohort_id: uuid.UUID | None,
    told: frozenset[uuid.UUID],
    detail: Detail,
) -> dict[uuid.UUID, Enrolled]:
    """Enrol everyone in a course; those enrolled already change cohort, those withdrawn come back.

    *told* get a message when they are in it anew (new accounts are not: their invitation says enough). Raises
    ``NotFound`` for a course that is not published, ``Refused("cohort-full")``, and then nobody is enrolled.
    """
    course = office.session.get(CourseRow, course_id)
    if course is None or course.current_edition_id is None:
        raise NotFound("course")
    if not people:
        return {}
    cohort = seats.lock(office, cohort_id) if cohort_id else None
    left = {} if cohort_id else _left(office, course_id, [one.id for one in people])
    known = {
        row.person_id: row
        for row in office.session.execute(
            select(
                Enrolment.id,
                Enrolment.person_id,
                Enrolment.institution_id,
                Enrolment.status,
                Enrolment.cohort_id,
                Enrolment.started_at,
            )
            .where(Enrolment.person_id.in_([one.id for one in people]), Enrolment.course_id == course_id)
            .with_for_update()
        )
    }
    if cohort is not None:
        inside = (
            row.person_id for row in known.values() if (row.cohort_id, row.status != "withdrawn") == (cohort.id, True)
        )
        seats.take(office, cohort, len({one.id for one in people}.difference(inside)))
    found: dict[uuid.UUID, Enrolled] = {}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    added: list[tuple[str, Detail, uuid.UUID]] = []
    altered: list[tuple[str, Detail, uuid.UUID]] = []
    messages = []
    fresh = learning.fresh_enrolment(office, course.current_edition_id, course_id, cohort_id)
    for one in people:
        row = known.get(one.id)
        if row is None:
            enrolment_id = uuid7()
            new.append({"id": enrolment_id, "person_id": one.id, "institution_id": one.institution, **fresh})
            added.append((str(enrolment_id), {"course": course_id, **detail}, one.institution))
            found[one.id] = Enrolled(enrolment_id, None, ("not-started", cohort_id))
        else:
            back = row.status == "withdrawn"
            status = ("active" if row.started_at else "not-started") if back else row.status
            goes_to = cohort_id or row.cohort_id
            if back and not cohort_id and goes_to in left:
                goes_to = goes_to if left[goes_to] else None
                left[row.cohort_id] = max(0, left[row.cohort_id] - 1)
            found[one.id] = Enrolled(row.id, (row.status, row.cohort_id), (status, goes_to))
            if not back and goes_to == row.cohort_id:
                continue
            changed.append({"id": row.id, "status": status, "cohort_id": goes_to})
            said = {"again": back, "cohort": str(cohort_id or ""), **detail}
            altered.append((str(row.id), said, row.institution_id))
            if not back:
                continue
        if one.id in told:
            key = enrolled_key(office, found[one.id].id)
            messages.append((one.id, key, *enrolled(office, one.name, one.language, course)))
    if new:
        insert_many(office.session, Enrolment, new)
    if changed:
        office.session.execute(update(Enrolment), changed)
    audit.note_many(office, actor, "enrolment.add", added)
    audit.note_many(office, actor, "enrolment.change", altered)
    notices.queue_many(office, messages)
    return found


def _left(office: Office, course_id: str, people: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, int]:
    """The free seats of the cohorts to which those of *people* who had withdrawn come back, locked."""
    had = (
        select(Enrolment.cohort_id)
        .where(Enrolment.person_id.in_(people), Enrolment.course_id == course_id, Enrolment.status == "withdrawn")
        .where(Enrolment.cohort_id.is_not(None))
        .distinct()
        .order_by(Enrolment.cohort_id)
    )
    found: dict[uuid.UUID | None, int] = {}
    for cohort_id in office.session.scalars(had).all():
        left = seats.free(office, seats.lock(office, cohort_id)) if cohort_id else None
        if left is not None:
            found[cohort_id] = left
    return found
