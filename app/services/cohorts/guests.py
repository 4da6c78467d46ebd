"""Institutions that a host invites to send officers to its cohort: beside it, below it, also of other countries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select

from app.records.cohorts import Cohort
from app.records.joining import CohortApplication, CohortGuest
from app.records.learning import Enrolment
from app.records.people import Institution
from app.rules.errors import NotFound, Refused
from app.services import audit, scope
from app.services.cohorts import access
from app.services.office import Actor, Office

OPEN = ("asked", "waiting")


@dataclass(frozen=True)
class Guest:
    """An invited institution, its quota, and how much of it is used: officers in the cohort, nominated, or in line for a
    seat. Who only asked does not count before being approved.
    """

    institution: Institution
    quota: int | None
    used: int

    @property
    def left(self) -> int | None:
        """How many more it may send; ``None`` without a quota."""
        return None if self.quota is None else max(0, self.quota - self.used)


def listed(office: Office, cohort: Cohort, paths: Sequence[str] = ("/",)) -> list[Guest]:
    """The invited institutions that meet *paths*, in tree order, from three queries."""
    rows = office.session.scalars(select(CohortGuest).where(CohortGuest.cohort_id == cohort.id)).all()
    rows = [row for row in rows if access.common(paths, [row.institution.path])]
    used: dict[str, int] = {row.institution.path: 0 for row in rows}
    inside = select(Institution.path, func.count()).group_by(Institution.path)
    seated = inside.join(Enrolment, Enrolment.institution_id == Institution.id).where(
        Enrolment.cohort_id == cohort.id, Enrolment.status != "withdrawn"
    )
    in_line = inside.join(CohortApplication, CohortApplication.institution_id == Institution.id).where(
        CohortApplication.cohort_id == cohort.id,
        CohortApplication.state.in_(OPEN),
        or_(CohortApplication.nominated, CohortApplication.state == "waiting"),
    )
    for query in (seated, in_line):
        for path, count in office.session.execute(query):
            for root in used:
                used[root] += count if path.startswith(root) else 0
    order = {one.id: place for place, one in enumerate(scope.in_tree_order([row.institution for row in rows]))}
    found = [Guest(row.institution, row.quota, used[row.institution.path]) for row in rows]
    return sorted(found, key=lambda one: order[one.institution.id])


def must_have_room(office: Office, cohort: Cohort, wanted: Sequence[str]) -> None:
    """See to it that officers of institutions at the paths *wanted* fit the quotas, the cohort being locked.

    Raises ``Refused("guest-quota")``.
    """
    for guest in listed(office, cohort):
        more = sum(path.startswith(guest.institution.path) for path in wanted)
        if more and guest.left is not None and more > guest.left:
            raise Refused("guest-quota", institution=guest.institution.name, left=guest.left)


def invitable(office: Office, cohort: Cohort) -> list[tuple[Institution, int]]:
    """Every institution that could be invited: all but those whose officers the host puts in itself, with its depth."""
    rows = scope.in_tree_order(office.session.scalars(select(Institution)))
    return [(row, depth) for row, depth in scope.depths(rows) if not cohort.institution.path.startswith(row.path)]


def invite(
    office: Office, actor: Actor, cohort_id: uuid.UUID, institution_id: uuid.UUID, quota: int | None = None
) -> None:
    """Invite an institution to a cohort, or set its quota anew. Raises ``NotFound``, ``Refused``: ``guest-host`` for the
    host itself and what stands above it, ``guest-quota-number``.
    """
    with office.transaction():
        cohort = access.hosted(office, actor, cohort_id, lock=True)
        row = office.session.get(Institution, institution_id)
        if row is None:
            raise NotFound("institution")
        if cohort.institution.path.startswith(row.path):
            raise Refused("guest-host", field="institution")
        if quota is not None and not 1 <= quota <= 5000:
            raise Refused("guest-quota-number", field="quota")
        known = office.session.get(CohortGuest, (cohort.id, row.id))
        if known is None:
            office.session.add(
                CohortGuest(cohort_id=cohort.id, institution_id=row.id, quota=quota, invited_at=office.now())
            )
        else:
            known.quota = quota
        detail = {"institution": row.name, "quota": quota or ""}
        audit.note(office, actor, "cohort.invite", str(cohort.id), detail, cohort.institution_id)


def uninvite(office: Office, actor: Actor, cohort_id: uuid.UUID, institution_id: uuid.UUID) -> None:
    """End an invitation; officers who came by it stay. Raises ``NotFound``, ``Refused("guest-in-line")`` while officers of
    theirs wait for an answer or a seat.
    """
    with office.transaction():
        cohort = access.hosted(office, actor, cohort_id, lock=True)
        row = office.session.get(CohortGuest, (cohort.id, institution_id))
        if row is None:
            raise NotFound("institution")
        line = office.session.scalar(
            select(CohortApplication.id)
            .where(CohortApplication.cohort_id == cohort.id, CohortApplication.state.in_(OPEN))
            .where(scope.inside(CohortApplication.institution_id, [row.institution.path]))
            .limit(1)
        )
        if line is not None:
            raise Refused("guest-in-line")
        name = row.institution.name
        office.session.execute(
            delete(CohortGuest).where(CohortGuest.cohort_id == cohort.id, CohortGuest.institution_id == institution_id)
        )
        audit.note(office, actor, "cohort.uninvite", str(cohort.id), {"institution": name}, cohort.institution_id)
