"""What is asked of the roster: filters and order, as they stand in the address of the page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from app.courseware.countries import COUNTRY_CODES
from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.learning import STATUSES, Enrolment
from app.records.past import BEGINNING
from app.records.people import Institution, Person
from app.rules import past
from app.rules.errors import NotFound, Refused
from app.services import pace, scope
from app.services.office import Actor, Office, fold_name
from app.services.rosters.standing import NOW, Standing, at

WORTH = ("valid", "expiring", "expired", "revoked", "none")
"""what can be asked of a certificate of completion; ``expiring`` ones are valid for :data:`EXPIRING` more at most, and
``none`` means that there is none in force, replaced ones aside"""
EXPIRING = dt.timedelta(days=90)
LATELY = dt.timedelta(days=14)
"""how long ago the last activity of somebody active may be"""
ENROLLED = "enrolled"
"""asked for as a status: all but those withdrawn"""
SORTS = ("name", "institution", "course", "status", "percent", "active", "exam", "completed")


@dataclass(frozen=True)
class RosterQuery:
    """Filters and order. The default is everything in the actor's scope, by name."""

    institution: uuid.UUID | None = None
    """and all below it"""
    course: str = ""
    cohort: uuid.UUID | None = None
    status: str = ""
    """one of ``STATUSES``, or :data:`ENROLLED`"""
    completed_from: dt.date | None = None
    completed_to: dt.date | None = None
    """the last day included; days are the reader's"""
    name: str = ""
    country: str = ""
    """ISO code"""
    pace: str = ""
    """"behind" (rules/pace.py) or "lately": any activity since the day :data:`LATELY` ago, not withdrawn"""
    certificate: str = ""
    """one of :data:`WORTH`: what the certificate of completion is worth today"""
    enrolled_from: dt.date | None = None
    enrolled_to: dt.date | None = None
    issued_from: dt.date | None = None
    issued_to: dt.date | None = None
    """days between which a certificate of completion was issued, whatever became of it"""
    own: bool = False
    """only the institution itself, not those below it"""
    as_of: dt.date | None = None
    """the state when this day ended where the reader lives, instead of now"""
    columns: tuple[str, ...] = ()
    """keys of the columns wanted; () for those that the reader keeps"""
    sort: str = "name"
    """one of :data:`SORTS`; a minus before it turns the order round"""

    @classmethod
    def parse(cls, asked: Mapping[str, str]) -> RosterQuery:
        """The query that the parameters of an address describe; empty ones do not filter, others are not looked at.

        Raises ``Refused("roster-date")`` for what is no date and ``Refused("roster-dates-crossed")``, both with the
        parameter as ``field``; ``NotFound`` for an institution or cohort that is no id, and for an unknown status.
        """
        status = asked.get("status", "")
        if status and status not in (*STATUSES, ENROLLED):
            raise NotFound("status")
        country = asked.get("country", "").upper()
        if country and country not in COUNTRY_CODES:
            raise NotFound("country")
        if asked.get("pace", "") not in ("", "behind", "lately") or asked.get("certificate", "") not in ("", *WORTH):
            raise NotFound("filter")
        as_of = _day(asked, "as_of")
        start, end = _days(asked, "from", "to")
        enrolled_from, enrolled_to = _days(asked, "enrolled_from", "enrolled_to")
        issued_from, issued_to = _days(asked, "issued_from", "issued_to")
        sort = asked.get("sort", "name")
        return cls(
            institution=parse_id(asked.get("institution", "")),
            course=asked.get("course", ""),
            cohort=parse_id(asked.get("cohort", "")),
            status=status,
            completed_from=start,
            completed_to=end,
            name=" ".join(asked.get("name", "").replace("\0", " ").split())[:100],
            country=country,
            pace=asked.get("pace", ""),
            certificate=asked.get("certificate", ""),
            enrolled_from=enrolled_from,
            enrolled_to=enrolled_to,
            issued_from=issued_from,
            issued_to=issued_to,
            own=asked.get("own") == "1",
            as_of=as_of,
            columns=tuple(dict.fromkeys(filter(None, asked.get("columns", "")[:600].split(",")))),
            sort=sort if sort.removeprefix("-") in SORTS else "name",
        )

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of an address that asks for the same again."""
        found = {
            "institution": self.institution,
            "course": self.course,
            "cohort": self.cohort,
            "status": self.status,
            "from": self.completed_from,
            "to": self.completed_to,
            "name": self.name,
            "country": self.country,
            "pace": self.pace,
            "certificate": self.certificate,
            "enrolled_from": self.enrolled_from,
            "enrolled_to": self.enrolled_to,
            "issued_from": self.issued_from,
            "issued_to": self.issued_to,
            "own": "1" if self.own else "",
            "as_of": self.as_of,
            "columns": ",".join(self.columns),
            "sort": "" if self.sort == "name" else self.sort,
        }
        return {name: str(value) for name, value in found.items() if value}

    @property
    def filters(self) -> bool:
        """Whether anything is left out."""
        return bool(self.asked.keys() - {"sort", "columns", "as_of"})


def parse_id(text: str) -> uuid.UUID | None:
    """The id that *text* is, ``None`` for "". Raises ``NotFound``."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("id") from None


def _days(asked: Mapping[str, str], first: str, last: str) -> tuple[dt.date | None, dt.date | None]:
    start, end = _day(asked, first), _day(asked, last)
    if start and end and start > end:
        raise Refused("roster-dates-crossed", field=first)
    return start, end


def _day(asked: Mapping[str, str], name: str) -> dt.date | None:
    text = asked.get(name, "").strip()
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
        if not 1900 < day.year < 9000:  # what lies beyond cannot be told in every time zone
            raise ValueError(text)
    except ValueError:
        raise Refused("roster-date", field=name) from None
    return day


def standing(office: Office, query: RosterQuery, zone: ZoneInfo) -> Standing:
    """The tables that *query* asks about: now, or when the day ``as_of`` ended in *zone*.

    Raises ``Refused``: ``roster-as-of-future`` for a day that is not over, ``roster-as-of-early`` for one that ended
    before the past was kept.
    """
    if query.as_of is None:
        return NOW
    moment = past.end(query.as_of, zone)
    if moment > office.now():
        raise Refused("roster-as-of-future", field="as_of")
    if past.slot(moment) < (office.session.scalar(select(BEGINNING.c.slot)) or 0):
        raise Refused("roster-as-of-early", field="as_of")
    return at(moment)


def conditions(
    office: Office,
    actor: Actor,
    query: RosterQuery,
    zone: ZoneInfo,
    inside: Collection[uuid.UUID] | None = None,
    of: Standing = NOW,
) -> list[ColumnElement[bool]]:
    """The conditions on ``Enrolment`` and ``Person`` that *query* means for *actor*: what is not theirs never matches.

    *inside*: the institutions that are theirs and asked for, from who has looked them up; PostgreSQL then knows how many
    enrolments to plan for. *of* is what stands for the tables: :func:`standing` of the query, where a past day may be
    asked for. The actor's roles are those of now; what stood below their institutions that day is theirs, wherever it
    stands today.

    Raises ``Forbidden`` without the permission, ``NotFound`` for an institution, course or cohort that is not theirs.
    """
    roots = actor.paths("read roster")
    if query.institution:
        roots = (scope.institution(office, actor, query.institution).path,)
    enrolment = of.enrolment
    if of.moment is not None:
        found = [of.there, _inside_then(office, roots, of)]
    elif inside is None or "/" in roots:
        found = [scope.inside(enrolment.institution_id, roots)]
    else:
        found = [enrolment.institution_id.in_(inside)]
    if query.institution and query.own:
        found.append(enrolment.institution_id == query.institution)
    if query.course:
        if office.session.scalar(select(CourseRow.id).where(CourseRow.id == query.course)) is None:
            raise NotFound("course")
        found.append(enrolment.course_id == query.course)
    if query.cohort:
        known = select(Cohort.id).where(Cohort.id == query.cohort, reachable_cohort(actor.paths("read roster")))
        if office.session.scalar(known) is None:
            raise NotFound("cohort")
        found.append(enrolment.cohort_id == query.cohort)
    if query.status == ENROLLED:
        found.append(enrolment.status != "withdrawn")
    elif query.status:
        found.append(enrolment.status == query.status)
    found += between(enrolment.completed_at, query.completed_from, query.completed_to, zone)
    found += between(enrolment.enrolled_at, query.enrolled_from, query.enrolled_to, zone)
    if issued := between(Certificate.issued_at, query.issued_from, query.issued_to, zone):
        until = [] if of.moment is None else [Certificate.issued_at < of.moment]
        mine = (Certificate.enrolment_id == enrolment.id, Certificate.kind == "completion")
        found.append(exists().where(*mine, *issued, *until).correlate(enrolment))
    if query.country:
        there = select(of.institution.id).where(of.institution.country == query.country)
        found.append(enrolment.institution_id.in_(there))
    if query.pace == "behind":
        today = query.as_of if of.moment else office.now().astimezone(zone).date()
        found.append(pace.behind(office, today or office.now().date(), of=enrolment, cohorts=of.cohort))
    elif query.pace == "lately":
        found.append(lately(office, zone, enrolment, query.as_of))
    if query.certificate:
        today = query.as_of if of.moment else None
        found.append(worth(query.certificate, today or office.now().date(), of))
    found += by_name(query.name, of.person)
    return found


def _inside_then(office: Office, roots: tuple[str, ...], of: Standing) -> ColumnElement[bool]:
    """The condition that an enrolment was in an institution that stood at or below *roots*, which are paths of now."""
    if "/" in roots:
        return true()
    places = of.institution
    mine = select(Institution.id).where(Institution.path.in_(roots))
    paths = office.session.scalars(select(places.path).where(places.id.in_(mine))).all()
    below = or_(false(), *(func.substr(places.path, 1, len(path)) == path for path in paths))
    return of.enrolment.institution_id.in_(select(places.id).where(below))  # type: ignore[no-any-return]


def between(moment: Any, start: dt.date | None, end: dt.date | None, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """The conditions that the column *moment* is on one of the days *start* to *end* of *zone*; ``None`` leaves it open."""
    found = [] if start is None else [moment >= midnight(start, zone)]
    return found if end is None else [*found, moment < midnight(end + dt.timedelta(days=1), zone)]


def lately(office: Office, zone: ZoneInfo, of: Any = Enrolment, today: dt.date | None = None) -> ColumnElement[bool]:
    """The condition that an enrolment, not withdrawn, saw activity today or on the days of :data:`LATELY` before."""
    since = midnight((today or office.now().astimezone(zone).date()) - LATELY, zone)
    return and_(of.active_at >= since, of.status != "withdrawn")


def worth(wanted: str, today: dt.date, of: Standing = NOW) -> ColumnElement[bool]:
    """The condition that an enrolment's certificate of completion is *wanted* (of :data:`WORTH`) on *today*."""
    current = select(Certificate.id).where(of.current).correlate(of.enrolment)
    in_force = current.where(or_(Certificate.revoked_at.is_(None), not_(of.revoked)))
    expires = Certificate.expires_on
    match wanted:
        case "valid":
            return in_force.where(or_(expires.is_(None), expires >= today)).exists()
        case "expiring":
            return in_force.where(expires >= today, expires < today + EXPIRING).exists()
        case "expired":
            return in_force.where(expires < today).exists()
        case "revoked":
            return current.where(of.revoked).exists()
        case _:
            return ~current.exists()


def by_name(text: str, person: Any = Person) -> list[ColumnElement[bool]]:
    """The conditions that a person's name holds every word of *text*, whatever its case and accents; or that *text* is
    their service number.
    """
    words = fold_name(text).split()
    if not words:
        return []
    named = and_(*(person.sort_name.contains(word, autoescape=True) for word in words))
    return [or_(named, func.lower(person.service_number) == text.strip().lower())]


def reachable_cohort(roots: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that a cohort is run by an institution of *roots*, by one above that also invites their officers,
    or by any that has invited them.
    """
    above = scope.ancestors(roots)
    mine = or_(scope.inside(Cohort.institution_id, roots), scope.invites(roots))
    if not above:
        return mine
    return or_(mine, Cohort.institution_id.in_(select(Institution.id).where(Institution.path.in_(above))))


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """When *day* begins in *zone*."""
    return dt.datetime.combine(day, dt.time(), zone)
