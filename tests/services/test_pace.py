"""The condition in SQL finds whom the rule finds, on both databases; and the roster's filters by pace and certificate."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.rules import pace as rule
from app.rules.errors import NotFound
from app.services import pace, rosters
from app.services.rosters import RosterQuery
from tests.cast import Cast
from tests.story import complete


def names(cast: Cast, **asked: str) -> list[str]:
    page = rosters.page(cast.office, cast.actor("ada"), RosterQuery.parse(asked))
    return [row.name.split()[0] for row in page.rows]


def test_the_condition_says_what_the_rule_says(cast_on_both):
    cast = cast_on_both
    office = cast.office
    row = office.session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["nayeli"].id)).one()
    today = office.now().date()
    for cohort in (True, False):
        for first, length in ((-100, 120), (-30, 90), (-5, 3), (3, 10), (-60, 61), (0, 0)):
            for percent in (0, 15, 31, 64, 90):
                starts = today + dt.timedelta(first)
                ends = starts + dt.timedelta(length)
                with office.transaction():
                    assert cast.cohort is not None
                    run = office.session.get_one(Cohort, cast.cohort.id)
                    run.starts_on, run.ends_on = starts, ends
                    row = office.session.get_one(Enrolment, row.id)
                    row.cohort_id = run.id if cohort else None
                    row.percent, row.status = percent, "active"
                    row.enrolled_at = row.active_at = office.now() + dt.timedelta(days=first)
                found = office.session.scalar(
                    select(Enrolment.id).where(pace.behind(office, today), Enrolment.id == row.id)
                )
                days = (starts, ends) if cohort else (None, None)
                said = rule.behind(percent, *days, row.active_at.date(), today)
                assert (found is not None) == said, (cohort, first, length, percent)


def test_who_completed_or_withdrew_is_never_behind(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    with cast.office.transaction():
        for row in cast.office.session.scalars(select(Enrolment)):
            row.cohort_id, row.enrolled_at = None, row.enrolled_at - dt.timedelta(days=300)
            if row.person_id == cast.people["ximena"].id:
                row.status = "withdrawn"
    assert names(cast, pace="behind") == ["Norberto"]


def test_the_roster_is_asked_for_certificates_by_what_they_are_worth(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    assert names(cast, certificate="valid") == ["Nayeli"]
    assert names(cast, certificate="none") == ["Norberto", "Ximena"]
    assert names(cast, certificate="expiring") == names(cast, certificate="expired") == []
    row = cast.office.session.scalars(select(Certificate)).one()
    for days, wanted in ((30, "expiring"), (-1, "expired")):
        with cast.office.transaction():
            row.expires_on = cast.office.now().date() + dt.timedelta(days)
        assert names(cast, certificate=wanted) == ["Nayeli"]
    with cast.office.transaction():
        row.revoked_at = cast.office.now()
    assert names(cast, certificate="revoked") == ["Nayeli"]
    assert names(cast, certificate="valid") == []


def test_the_roster_is_asked_for_a_country(cast):
    assert names(cast, country="cr") == ["Ximena"]
    assert RosterQuery.parse({"country": "cr"}).asked == {"country": "CR"}


@pytest.mark.parametrize("asked", [{"country": "xx"}, {"pace": "fast"}, {"certificate": "lost"}])
def test_what_no_filter_knows_is_not_found(asked):
    with pytest.raises(NotFound):
        RosterQuery.parse(asked)
