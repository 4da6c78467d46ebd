"""Asking for a seat in a cohort, being nominated for one, and what is decided: approved, in line for a seat, declined.

Nobody who is approved is forgotten: where no seat is free they wait, in the order in which they asked, and get the next
one that falls free (:func:`promote`, also by the worker).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from app.records.cohorts import Cohort
from app.records.joining import CohortApplication, CohortGuest
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.errors import NotFound, Refused
from app.rules.permissions import within
from app.services import audit, scope, seats
from app.services.cohorts import access, guests
from app.services.cohorts.access import Place
from app.services.cohorts.letters import Letter, tell, tell_hosts
from app.services.cohorts.planning import chosen, today_of
from app.services.office import Actor, Office
from app.services.people.changing import enrol_in

OPEN = guests.OPEN
MOST_REASON = 300
KEPT = dt.timedelta(days=30)
"""how long an officer still reads on their page that they were declined"""
PAGE_SIZE = 50


# Officers -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A cohort that an officer may ask to join, or has asked for."""

    cohort: Cohort
    application: CohortApplication | None
    open: bool
    """whether they may ask now"""
    inside: bool = False
    """they are in it"""
    free: int | None = None
    """seats left, where they are numbered"""

    @property
    def state(self) -> str:
        """What became of the application; "" where there is none that still stands."""
        return self.application.state if self.application else ""


def offers(office: Office, actor: Actor) -> list[Offer]:
    """The cohorts that *actor* may ask to join or has asked for and is not in, by first day, from one query."""
    today = today_of(office, actor)
    mine = _mine(actor)
    recent = and_(
        CohortApplication.state == "declined",
        CohortApplication.decided_at > office.now() - KEPT,
        Cohort.ends_on >= today,
    )
    line = or_(CohortApplication.state.in_(OPEN), recent)
    query = (
        select(Cohort, CohortApplication, _for(actor))
        .outerjoin(CohortApplication, mine)
        .where(or_(and_(_open(today), _for(actor)), line))
        .where(~_in_course(actor, today))
        .order_by(Cohort.starts_on, Cohort.name)
    )
    return [
        Offer(row, asked, bool(invited) and _is_open(row, today))
        for row, asked, invited in office.session.execute(query)
    ]


def offer(office: Office, actor: Actor, cohort_id: uuid.UUID) -> Offer:
    """One cohort as :func:`offers` has it, also after the officer is in it. Raises ``NotFound``."""
    today = today_of(office, actor)
    inside = select(Enrolment.id).where(
        Enrolment.person_id == actor.person_id, Enrolment.cohort_id == Cohort.id, Enrolment.status != "withdrawn"
    )
    row = office.session.execute(
        select(Cohort, CohortApplication, inside.exists(), _for(actor))
        .outerjoin(CohortApplication, _mine(actor))
        .where(Cohort.id == cohort_id)
        .where(or_(and_(_open(today), _for(actor)), CohortApplication.id.is_not(None), inside.exists()))
        .options(access.trainers())
    ).first()
    if row is None:
        raise NotFound("cohort")
    return Offer(row[0], row[1], bool(row[3]) and _is_open(row[0], today), row[2], seats.free(office, row[0]))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return and_(CohortApplication.cohort_id == Cohort.id, CohortApplication.person_id == actor.person_id)


def _open(today: dt.date) -> ColumnElement[bool]:
    return and_(
        Cohort.entry == "self",
        or_(Cohort.opens_on.is_(None), Cohort.opens_on <= today),
        or_(Cohort.closes_on.is_(None), Cohort.closes_on >= today),
        Cohort.ends_on >= today,
    )


def _is_open(cohort: Cohort, today: dt.date) -> bool:
    return cohort.entry == "self" and _days_open(cohort, today)


def _days_open(cohort: Cohort, today: dt.date) -> bool:
    return (cohort.opens_on or today) <= today <= min(cohort.closes_on or cohort.ends_on, cohort.ends_on)


def _for(actor: Actor) -> ColumnElement[bool]:
    """The condition that a cohort is run by an institution of the actor's line, or invites one of it."""
    line = (*scope.ancestors((actor.institution_path,)), actor.institution_path)
    invited = select(CohortGuest.cohort_id).join(Institution, Institution.id == CohortGuest.institution_id)
    host = select(Institution.id).where(Institution.path.in_(line))
    return or_(Cohort.institution_id.in_(host), Cohort.id.in_(invited.where(Institution.path.in_(line))))


def _in_course(actor: Actor, today: dt.date) -> ColumnElement[bool]:
    """Whether the officer is in that cohort or in another one of its course that is not over, or has completed it."""
    other = aliased(Cohort)
    runs = select(other.id).where(other.ends_on >= today)
    return (
        select(Enrolment.id)
        .where(Enrolment.person_id == actor.person_id, Enrolment.course_id == Cohort.course_id)
        .where(
            or_(
                Enrolment.completed_at.is_not(None),
                and_(
                    Enrolment.status != "withdrawn",
                    or_(Enrolment.cohort_id == Cohort.id, Enrolment.cohort_id.in_(runs)),
                ),
            )
        )
        .exists()
    )


def ask(office: Office, actor: Actor, cohort_id: uuid.UUID) -> CohortApplication:
    """Ask for a seat; twice is once. Raises ``NotFound``, ``Refused``: ``joining-closed``, ``joining-inside``,
    ``joining-completed``.
    """
    with office.transaction():
        found = offer(office, actor, cohort_id)
        cohort = seats.lock(office, found.cohort.id)
        found = offer(office, actor, cohort_id)
        if found.inside:
            raise Refused("joining-inside")
        if found.application is not None and found.state in OPEN:
            return found.application
        if not found.open:
            raise Refused("joining-closed")
        if office.session.scalar(
            select(Enrolment.id).where(
                Enrolment.person_id == actor.person_id,
                Enrolment.course_id == cohort.course_id,
                Enrolment.completed_at.is_not(None),
            )
        ):
            raise Refused("joining-completed")
        row = _put_in_line(office, actor, cohort, actor.person_id, actor.institution_id, nominated=False)
        audit.note(office, actor, "cohort.ask", str(actor.person_id), {"cohort": cohort.name}, actor.institution_id)
        tell_hosts(office, cohort, row)
        return row


def _put_in_line(
    office: Office, actor: Actor, cohort: Cohort, person_id: uuid.UUID, institution_id: uuid.UUID, nominated: bool
) -> CohortApplication:
    """The row of somebody who asks or is nominated, new or begun anew."""
    row = office.session.scalar(
        select(CohortApplication).where(
            CohortApplication.cohort_id == cohort.id, CohortApplication.person_id == person_id
        )
    )
    if row is None:
        row = CohortApplication(cohort_id=cohort.id, person_id=person_id)
        office.session.add(row)
    row.institution_id, row.nominated, row.state = institution_id, nominated, "asked"
    row.asked_at, row.asked_by = office.now(), actor.person_id
    row.decided_at = row.decided_by = None
    row.reason = ""
    office.session.flush()
    return row


def withdraw(office: Office, actor: Actor, cohort_id: uuid.UUID) -> None:
    """Take back one's own application, also from the line; twice is once. Raises ``NotFound``."""
    with office.transaction():
        row = office.session.scalar(
            select(CohortApplication)
            .where(CohortApplication.cohort_id == cohort_id, CohortApplication.person_id == actor.person_id)
            .with_for_update(of=CohortApplication)
        )
        if row is None:
            raise NotFound("application")
        if row.state in OPEN:
            _set(office, actor, row, "withdrawn")
            audit.note(office, actor, "cohort.ask-withdraw", str(actor.person_id), {}, row.institution_id)


# Coordinators ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Applications:
    """Who asked or was nominated, those to decide first, then those in line, then what was decided."""

    place: Place
    rows: tuple[CohortApplication, ...]
    number: int
    pages: int
    total: int
    asked: int
    waiting: int
    free: int | None
    days_open: bool
    """whether officers may ask or be nominated today"""
    mine: tuple[str, ...]
    """the institutions over which the reader coordinates"""
    reader: uuid.UUID

    def may_decide(self, row: CohortApplication) -> bool:
        """Whether the reader approves and declines this one: a nomination is the host's to decide, a wish of an officer
        also their own coordinator's, and one's own is nobody's.
        """
        if row.person_id == self.reader:
            return False
        return self.place.side == "host" or (not row.nominated and within(row.institution.path, self.mine))

    def may_take_back(self, row: CohortApplication) -> bool:
        """Whether it is a nomination of the reader's that is still open."""
        return row.state in OPEN and row.nominated and self.place.side == "guest"


def applications(office: Office, actor: Actor, cohort_id: uuid.UUID, page: int = 1) -> Applications:
    """The applications that *actor* sees: all for the host, those of their own officers for an invited institution.

    Raises ``NotFound``, also for a trainer, who decides about nobody.
    """
    place = _coordinated(office, actor, cohort_id)
    seen = and_(CohortApplication.cohort_id == cohort_id, scope.inside(CohortApplication.institution_id, place.paths))
    counts = dict(
        office.session.execute(
            select(CohortApplication.state, func.count()).where(seen).group_by(CohortApplication.state)
        ).all()
    )
    total = sum(counts.values())
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    order = {"asked": 0, "waiting": 1, "approved": 2, "declined": 3, "withdrawn": 4}
    rows = office.session.scalars(
        select(CohortApplication)
        .join(CohortApplication.person)
        .where(seen)
        .options(
            joinedload(CohortApplication.person).options(lazyload(Person.grants)),
            joinedload(CohortApplication.institution),
        )
        .order_by(_case(order), CohortApplication.asked_at, CohortApplication.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Applications(
        place,
        tuple(rows),
        number,
        pages,
        total,
        counts.get("asked", 0),
        counts.get("waiting", 0),
        seats.free(office, place.cohort),
        _days_open(place.cohort, today_of(office, actor)),
        actor.paths("enrol"),
        actor.person_id,
    )


def waiting_for(office: Office, place: Place) -> int:
    """How many applications that *place* shows wait for a decision."""
    asked = select(func.count()).where(
        CohortApplication.cohort_id == place.cohort.id,
        CohortApplication.state == "asked",
        scope.inside(CohortApplication.institution_id, place.paths),
    )
    return office.session.scalar(asked) or 0


def _case(order: dict[str, int]) -> ColumnElement[int]:
    return case(order, value=CohortApplication.state, else_=9)


def _coordinated(office: Office, actor: Actor, cohort_id: uuid.UUID, lock: bool = False) -> Place:
    place = access.place(office, actor, cohort_id, lock)
    if place.side == "trainer":
        raise NotFound("cohort")
    return place


def nominate(office: Office, actor: Actor, cohort_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> int:
    """Nominate officers of an invited institution, all or none; they are told. Those in line already stay where they are.
    Returns how many are in line for it now.

    Raises ``NotFound`` for a cohort that does not invite the actor's institution or a person of another one, ``Refused``:
    ``joining-closed``, ``guest-quota``, ``cohort-nobody``, ``person-disabled``.
    """
    with office.transaction():
        place = _coordinated(office, actor, cohort_id, lock=True)
        cohort = place.cohort
        if place.side != "guest":
            raise NotFound("cohort")
        if cohort.entry == "coordinators" or not _days_open(cohort, today_of(office, actor)):
            raise Refused("joining-closed")
        found = chosen(office, place.paths, person_ids)
        there = set(
            office.session.scalars(
                select(CohortApplication.person_id).where(
                    CohortApplication.cohort_id == cohort.id, CohortApplication.state.in_(OPEN)
                )
            )
        ) | set(
            office.session.scalars(
                select(Enrolment.person_id).where(Enrolment.cohort_id == cohort.id, Enrolment.status != "withdrawn")
            )
        )
        fresh = [person for person in found if person.id not in there]
        guests.must_have_room(office, cohort, [person.institution.path for person in fresh])
        for person in fresh:
            row = _put_in_line(office, actor, cohort, person.id, person.institution_id, nominated=True)
            detail = {"cohort": cohort.name}
            audit.note(office, actor, "cohort.nominate", str(person.id), detail, person.institution_id)
            tell(office, person, cohort, row, Letter.NOMINATED)
            tell_hosts(office, cohort, row)
        return len(fresh)


@dataclass(frozen=True)
class Decided:
    """How many got a seat, and how many are in line for one."""

    seated: int = 0
    waiting: int = 0


def approve(office: Office, actor: Actor, cohort_id: uuid.UUID, application_ids: Sequence[uuid.UUID]) -> Decided:
    """Approve applications in the order in which they were made: while seats are free they are in, then they wait.

    Raises ``NotFound`` for an application that is not the actor's to decide, ``Refused``: ``cohort-nobody``,
    ``joining-own``, ``guest-quota`` where an invited institution has no seat of its own left, ``person-disabled``.
    """
    with office.transaction():
        place, rows = _to_decide(office, actor, cohort_id, application_ids)
        cohort = place.cohort
        if place.side == "guest":
            asked = [row.institution.path for row in rows if row.state == "asked"]
            guests.must_have_room(office, cohort, asked)
        promote(office, cohort)
        seated = waiting = 0
        for row in rows:
            if row.state == "approved":  # got the seat that fell free a moment ago
                seated += 1
                continue
            if row.state not in OPEN:
                continue
            if not row.person.active:
                raise Refused("person-disabled")
            if _is_inside(office, cohort, row) or seats.free(office, cohort) != 0:
                _seat(office, actor, cohort, row)
                seated += 1
            elif row.state == "asked":
                _set(office, actor, row, "waiting")
                detail = {"cohort": cohort.name, "state": "waiting"}
                audit.note(office, actor, "cohort.approve", str(row.person_id), detail, row.institution_id)
                tell(office, row.person, cohort, row, Letter.WAITING)
                waiting += 1
            else:
                waiting += 1
    return Decided(seated, waiting)


def decline(
    office: Office, actor: Actor, cohort_id: uuid.UUID, application_ids: Sequence[uuid.UUID], reason: str
) -> int:
    """Decline applications, with a reason that their officers read. Returns how many.

    Raises ``NotFound``, ``Refused``: ``cohort-nobody``, ``joining-own``, ``joining-reason``, ``cohort-long``.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("joining-reason", field="reason")
    if len(reason) > MOST_REASON:
        raise Refused("cohort-long", field="reason", most=MOST_REASON)
    with office.transaction():
        place, rows = _to_decide(office, actor, cohort_id, application_ids)
        count = 0
        for row in rows:
            if row.state not in OPEN:
                continue
            _set(office, actor, row, "declined")
            row.reason = reason
            detail = {"cohort": place.cohort.name}
            audit.note(office, actor, "cohort.decline", str(row.person_id), detail, row.institution_id)
            tell(office, row.person, place.cohort, row, Letter.DECLINED)
            count += 1
    return count


def take_back(office: Office, actor: Actor, cohort_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Take back a nomination of one's own institution; twice is once. Raises ``NotFound``."""
    with office.transaction():
        place = _coordinated(office, actor, cohort_id, lock=True)
        row = next(iter(_rows(office, place, [application_id])), None)
        if row is None or not row.nominated or place.side != "guest":
            raise NotFound("application")
        if row.state in OPEN:
            _set(office, actor, row, "withdrawn")
            audit.note(office, actor, "cohort.ask-withdraw", str(row.person_id), {}, row.institution_id)


def _rows(office: Office, place: Place, ids: Sequence[uuid.UUID]) -> list[CohortApplication]:
    return list(
        office.session.scalars(
            select(CohortApplication)
            .where(CohortApplication.id.in_(set(ids)), CohortApplication.cohort_id == place.cohort.id)
            .where(scope.inside(CohortApplication.institution_id, place.paths))
            .options(joinedload(CohortApplication.person), joinedload(CohortApplication.institution))
            .order_by(CohortApplication.asked_at, CohortApplication.id)
            .execution_options(populate_existing=True)
        )
    )


def _to_decide(
    office: Office, actor: Actor, cohort_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> tuple[Place, list[CohortApplication]]:
    if not ids:
        raise Refused("cohort-nobody")
    place = _coordinated(office, actor, cohort_id, lock=True)
    rows = _rows(office, place, ids)
    if len(rows) != len(set(ids)) or (place.side == "guest" and any(row.nominated for row in rows)):
        raise NotFound("application")
    if any(row.person_id == actor.person_id for row in rows):
        raise Refused("joining-own")
    return place, rows


def _is_inside(office: Office, cohort: Cohort, row: CohortApplication) -> bool:
    known = select(Enrolment.id).where(
        Enrolment.cohort_id == cohort.id, Enrolment.person_id == row.person_id, Enrolment.status != "withdrawn"
    )
    return office.session.scalar(known) is not None


def _set(office: Office, actor: Actor | None, row: CohortApplication, state: str) -> None:
    row.state, row.decided_at = state, office.now()
    row.decided_by = actor.person_id if actor else row.decided_by


def _seat(office: Office, actor: Actor | None, cohort: Cohort, row: CohortApplication) -> None:
    enrol_in(office, actor, row.person, cohort.course_id, cohort.id)
    promoted = row.state == "waiting"
    _set(office, actor, row, "approved")
    detail = {"cohort": cohort.name, "state": "approved"}
    audit.note(office, actor, "cohort.approve", str(row.person_id), detail, row.institution_id)
    tell(office, row.person, cohort, row, Letter.PROMOTED if promoted else Letter.APPROVED)
    office.session.flush()


# Seats that fall free -------------------------------------------------------------------------------------------------


def promote(office: Office, cohort: Cohort) -> int:
    """Give free seats of a locked cohort to those who wait, in the order in which they asked; they are told. Those whose
    account is closed wait on. Returns how many came in. Inside ``office.transaction()``.
    """
    if cohort.ends_on < office.now().date():
        return 0
    line = office.session.scalars(
        select(CohortApplication)
        .join(CohortApplication.person)
        .where(CohortApplication.cohort_id == cohort.id, CohortApplication.state == "waiting", Person.active)
        .options(joinedload(CohortApplication.person))
        .order_by(CohortApplication.asked_at, CohortApplication.id)
        .execution_options(populate_existing=True)
    ).all()
    count = 0
    for row in line:
        if seats.free(office, cohort) == 0:
            break
        _seat(office, None, cohort, row)
        count += 1
    return count


def promote_due(office: Office) -> int:
    """For the worker: :func:`promote` in every cohort in which somebody waits. Returns how many came in."""
    ids = office.session.scalars(
        select(Cohort.id)
        .join(CohortApplication, CohortApplication.cohort_id == Cohort.id)
        .where(CohortApplication.state == "waiting", Cohort.ends_on >= office.now().date())
        .distinct()
    ).all()
    count = 0
    for cohort_id in ids:
        with office.transaction():
            count += promote(office, seats.lock(office, cohort_id))
    return count
