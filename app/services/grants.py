"""Roles: who holds which, giving them and taking them back. Only administrators do, and one always remains."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import selectinload

from app.records.editions import CourseRow
from app.records.people import Institution, Person, RoleGrant
from app.rules.errors import NotFound, Refused
from app.rules.permissions import Role
from app.services import audit
from app.services.office import Actor, Office, fold_name
from app.services.scope import inside

OVER_INSTITUTION = frozenset((Role.COORDINATOR,))
OVER_COURSE = frozenset((Role.TRAINER,))
"""what a grant of these roles names; the others name neither"""


@dataclass(frozen=True)
class Found:
    """One page of a search over people."""

    people: list[Person]
    total: int
    number: int
    pages: int


def search(
    office: Office,
    actor: Actor,
    text: str = "",
    *,
    role: str = "",
    institution_id: uuid.UUID | None = None,
    page: int = 1,
    size: int = 50,
) -> Found:
    """People of the whole platform, with their roles loaded: those whose name or address holds every word of *text*,
    who hold *role*, who belong to an institution or one below it.

    For administrators. A fixed number of queries. Raises ``NotFound`` for an unknown institution.
    """
    actor.paths("administer")
    query = select(Person)
    for word in fold_name(text).split():
        query = query.where(
            or_(Person.sort_name.contains(word, autoescape=True), Person.email.contains(word, autoescape=True))
        )
    if institution_id is not None:
        root = office.session.get(Institution, institution_id)
        if root is None:
            raise NotFound("institution")
        query = query.where(inside(Person.institution_id, [root.path]))
    if role:
        query = query.where(exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == role))
    total = office.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, page), pages)
    rows = office.session.scalars(
        query.options(selectinload(Person.grants).joinedload(RoleGrant.institution))
        .order_by(Person.sort_name, Person.id)
        .offset((number - 1) * size)
        .limit(size)
    )
    return Found(list(rows.unique()), total, number, pages)


def person(office: Office, actor: Actor, person_id: uuid.UUID) -> Person:
    """One person, with their roles. For administrators. Raises ``NotFound``."""
    actor.paths("administer")
    row = office.session.get(Person, person_id, populate_existing=True)
    if row is None:
        raise NotFound("person")
    return row


def give(
    office: Office,
    actor: Actor,
    person_id: uuid.UUID,
    role: str,
    *,
    institution_id: uuid.UUID | None = None,
    course_id: str | None = None,
) -> None:
    """Give a person a role: a coordinator's names an institution, a trainer's a course, the others neither.

    For administrators. The same role given twice is one. Raises ``NotFound`` for an unknown person, institution or
    course and ``Refused``: ``role-unknown``, ``role-institution`` or ``role-course`` for one that is missing.
    """
    actor.paths("administer")
    if role not in tuple(Role) or role == Role.MACHINE:
        raise Refused("role-unknown")
    wanted = Role(role)
    institution_id = institution_id if wanted in OVER_INSTITUTION else None
    course_id = (course_id or None) if wanted in OVER_COURSE else None
    if wanted in OVER_INSTITUTION and institution_id is None:
        raise Refused("role-institution")
    if wanted in OVER_COURSE and course_id is None:
        raise Refused("role-course")
    with office.transaction():
        # locked, because the unique key of the table lets two NULLs pass as different
        holder = office.session.scalar(select(Person).where(Person.id == person_id).with_for_update(of=Person))
        if holder is None or holder.erased_at is not None:
            raise NotFound("person")
        institution = office.session.get(Institution, institution_id) if institution_id else None
        if institution_id and institution is None:
            raise NotFound("institution")
        if course_id and office.session.get(CourseRow, course_id) is None:
            raise NotFound("course")
        same = select(RoleGrant.id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == wanted.value,
            RoleGrant.institution_id.is_(None)
            if institution_id is None
            else RoleGrant.institution_id == institution_id,
            RoleGrant.course_id.is_(None) if course_id is None else RoleGrant.course_id == course_id,
        )
        if office.session.scalar(same) is not None:
            return
        office.session.add(
            RoleGrant(
                person_id=person_id,
                role=wanted.value,
                institution_id=institution_id,
                course_id=course_id,
                granted_at=office.now(),
                granted_by=actor.person_id,
            )
        )
        detail = {
            "role": wanted.value,
            "institution": institution.path if institution else "",
            "course": course_id or "",
        }
        audit.note(office, actor, "role.give", str(person_id), _said(detail), holder.institution_id)


def revoke(office: Office, actor: Actor, person_id: uuid.UUID, grant_id: uuid.UUID) -> None:
    """Take a role back. For administrators. What the person did in it stays.

    Raises ``NotFound``, and ``Refused("role-last-administrator")`` when nobody who can sign in would be left to
    administer.
    """
    actor.paths("administer")
    with office.transaction():
        wanted = select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id)
        row = office.session.scalar(wanted)
        if row is not None and row.role == Role.ADMINISTRATOR:
            must_not_be_last(office, person_id)
        row = office.session.scalar(wanted.with_for_update(of=RoleGrant).execution_options(populate_existing=True))
        if row is None:
            raise NotFound("grant")
        detail = {
            "role": row.role,
            "institution": row.institution.path if row.institution else "",
            "course": row.course_id or "",
        }
        office.session.delete(row)
        audit.note(office, actor, "role.revoke", str(person_id), _said(detail), row.person.institution_id)


def must_not_be_last(office: Office, person_id: uuid.UUID) -> None:
    """Raises ``Refused("role-last-administrator")`` if *person_id* is the only administrator who can sign in.

    Call inside ``office.transaction()``, before taking the role or closing the account: the grants are locked
    meanwhile, so two administrators cannot remove each other at once.
    """
    grants = office.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.role == Role.ADMINISTRATOR.value)
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    ).all()
    others = {grant.person_id for grant in grants} - {person_id}
    able = select(func.count()).select_from(Person)
    left = office.session.scalar(able.where(Person.id.in_(others), Person.active, Person.password_hash != ""))
    if not left:
        raise Refused("role-last-administrator")


def courses(office: Office, actor: Actor) -> list[CourseRow]:
    """Every course, for choosing one. For administrators."""
    actor.paths("administer")
    return list(office.session.scalars(select(CourseRow).order_by(CourseRow.title_en)))


def _said(detail: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in detail.items() if value}
