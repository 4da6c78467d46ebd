"""The tables of the roster as they stand now, or as they stood when a day ended (records/past.py)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select, true, union
from sqlalchemy.orm import aliased

from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.past import KEPT, PAST
from app.records.people import Institution, Person
from app.rules.past import slot

_NEVER_CHANGE: dict[Any, tuple[str, ...]] = {
    Enrolment: ("id", "person_id", "course_id"),
    Person: ("id",),
    Institution: ("id",),
    Cohort: ("id",),
    CourseRow: ("id",),
}


@dataclass(frozen=True)
class Standing:
    """What stands for each table in a statement; ``moment`` is ``None`` for now."""

    enrolment: Any = Enrolment
    person: Any = Person
    institution: Any = Institution
    cohort: Any = Cohort
    course: Any = CourseRow
    moment: dt.datetime | None = None

    @property
    def there(self) -> ColumnElement[bool]:
        """The condition that an enrolment existed."""
        return true() if self.moment is None else self.enrolment.enrolled_at < self.moment  # type: ignore[no-any-return]

    @property
    def current(self) -> ColumnElement[bool]:
        """The condition that a certificate is the enrolment's certificate of completion, the one not replaced."""
        mine = and_(Certificate.enrolment_id == self.enrolment.id, Certificate.kind == "completion")
        if self.moment is None:
            return and_(mine, Certificate.superseded_at.is_(None))
        later = or_(Certificate.superseded_at.is_(None), Certificate.superseded_at >= self.moment)
        return and_(mine, Certificate.issued_at < self.moment, later)

    @property
    def revoked(self) -> ColumnElement[bool]:
        """The condition that a certificate was revoked."""
        return Certificate.revoked_at.is_not(None) if self.moment is None else Certificate.revoked_at < self.moment

    @property
    def revoked_at(self) -> ColumnElement[dt.datetime | None]:
        return Certificate.revoked_at if self.moment is None else case((self.revoked, Certificate.revoked_at))  # type: ignore[return-value]

    @property
    def superseded_at(self) -> ColumnElement[dt.datetime | None]:
        return Certificate.superseded_at if self.moment is None else null()  # type: ignore[return-value]


NOW = Standing()


def at(moment: dt.datetime | None) -> Standing:
    """The tables at *moment*, which is a cut (``rules.past.end``); :data:`NOW` without one."""
    if moment is None:
        return NOW
    enrolment, person, institution, cohort, course = (_then(model, slot(moment)) for model in KEPT)
    return Standing(enrolment, person, institution, cohort, course, moment)


def _then(model: Any, cut: int) -> Any:
    """What stands for *model*: of each row the values until the first change at or after *cut*, else those of now."""
    past = PAST[model]
    table = model.__table__
    kept = past.alias()
    # Enrolments and people are never deleted; the others are few, and may be gone.
    ids: Any
    if model in (Enrolment, Person):
        ids, joined = table, table
    else:
        ids = union(select(table.c.id), select(past.c.id)).subquery()
        joined = ids.outerjoin(table, table.c.id == ids.c.id)
    until = select(func.min(past.c.until)).where(past.c.id == ids.c.id, past.c.until >= cut).correlate(ids)
    joined = joined.outerjoin(kept, and_(kept.c.id == ids.c.id, kept.c.until == until.scalar_subquery()))
    columns = [ids.c.id, *(table.c[name] for name in _NEVER_CHANGE[model] if name != "id")]
    for name in KEPT[model]:
        columns.append(case((kept.c.until.is_not(None), kept.c[name]), else_=table.c[name]).label(name))
    found = select(*columns).select_from(joined).subquery()
    return aliased(model, found, adapt_on_names=True)
