"""Figures: of one's own institutions for coordinators, of the region without small cells for observers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import takewhile

import pytest
from sqlalchemy import select, update

from app.records.certificates import Certificate
from app.records.figures import RegionalFigures
from app.records.learning import Enrolment
from app.records.people import RoleGrant
from app.rules import disclosure
from app.rules.errors import Forbidden, NotFound
from app.services import figures
from app.services.figures import Tally
from app.services.figures import region as counting
from app.services.rosters import RosterQuery
from app.serving import work_once
from tests.cast import Cast
from tests.crowd import enrol_many, scatter
from tests.rules.auditing import Observer
from tests.story import complete, finish_lessons


def of(cast: Cast, who: str = "coralia", /, **asked: str) -> figures.Figures:
    return figures.figures(cast.office, cast.actor(who), RosterQuery.parse(asked))


def test_a_coordinator_counts_their_institution_and_all_below(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    found = of(cast)
    assert found.tally == Tally(not_started=1, completed=1, lately=1, valid=1)
    assert (found.tally.enrolled, found.tally.rate) == (2, 50.0)
    assert of(cast, "carlos").tally == Tally(not_started=1)
    assert of(cast, "ada").tally == Tally(not_started=2, completed=1, lately=1, valid=1)


@pytest.mark.parametrize("who", ["nayeli", "oscar", "tomas"])
def test_nobody_else_counts_officers_of_an_institution(cast, who):
    with pytest.raises(Forbidden):
        of(cast, who)


def test_another_services_figures_are_not_found(cast):
    with pytest.raises(NotFound):
        of(cast, institution=str(cast.institutions["/cr/ppme/"].id))


def test_those_who_were_withdrawn_are_counted_apart_and_lower_no_rate(cast):
    enrol_many(cast, "/pa/senafront/", {"completed": 3, "withdrawn": 4})
    found = of(cast)
    assert (found.tally.withdrawn, found.tally.enrolled) == (4, 5)
    assert found.tally.rate == 60.0


def test_nobody_enrolled_has_no_rate(cast):
    assert of(cast, status="completed").tally.rate is None
    assert not of(cast, status="completed").tally


def test_lines_are_the_institutions_directly_below_each_with_all_of_its_own(cast):
    enrol_many(cast, "/pa/senafront/", {"active": 2})
    lines = [(line.institution.path, line.own, line.tally.enrolled) for line in of(cast).by_institution]
    assert lines == [
        ("/pa/senafront/", True, 2),
        ("/pa/senafront/cativo/", False, 1),
        ("/pa/senafront/guayacan/", False, 1),
    ]
    lines = [(line.institution.path, line.opens, line.tally.enrolled) for line in of(cast, "ada").by_institution]
    assert lines == [("/cr/", True, 1), ("/pa/", True, 4)]
    inside = of(cast, "ada", institution=str(cast.institutions["/pa/"].id))
    assert inside.focus is not None and inside.focus.path == "/pa/"
    assert [(line.institution.path, line.opens) for line in inside.by_institution] == [("/pa/senafront/", True)]


def test_the_lines_of_every_table_add_up_to_the_whole(cast):
    enrol_many(cast, "/pa/senafront/", {"active": 2, "completed": 5}, "f")
    enrol_many(cast, "/pa/senafront/cativo/", {"not-started": 2, "withdrawn": 1}, "m")
    found = of(cast)
    assert sum((line.tally for line in found.by_institution), Tally()) == found.tally
    assert sum((tally for _course, tally in found.by_course), Tally()) == found.tally
    assert sum((tally for _sex, tally in found.by_sex), Tally()) == found.tally
    assert [sex for sex, _tally in found.by_sex] == ["f", "m", ""]


def test_months_are_those_of_the_readers_calendar(cast_on_both):
    cast = cast_on_both
    enrol_many(cast, "/pa/senafront/", {"completed": 3})
    with cast.office.transaction():
        cast.office.session.execute(
            update(Enrolment)
            .where(Enrolment.status == "completed")
            .values(completed_at=dt.datetime(2026, 11, 1, 4, 59, tzinfo=dt.UTC))  # still October in Panama
        )
    months = {month.first: month for month in of(cast).months}
    assert len(months) == 12
    assert (min(months), max(months)) == (dt.date(2025, 12, 1), dt.date(2026, 11, 1))
    assert (months[dt.date(2026, 10, 1)].completed, months[dt.date(2026, 10, 1)].last) == (3, dt.date(2026, 10, 31))
    assert sum(month.completed for month in months.values()) == 3
    assert months[dt.date(2026, 11, 1)].enrolled == sum(month.enrolled for month in months.values()) == 5


def test_certificates_near_their_end_are_counted(cast):
    complete(cast, "nayeli")
    assert (of(cast).tally.valid, of(cast).tally.expiring) == (1, 0)
    assert of(cast).months[-1].issued == 1
    for day, expected in (
        (dt.date(2026, 12, 24), (1, 1)),
        (dt.date(2026, 11, 22), (0, 0)),
    ):
        with cast.office.transaction():
            cast.office.session.execute(update(Certificate).values(expires_on=day))
        assert (of(cast).tally.valid, of(cast).tally.expiring) == expected


def test_lately_means_today_or_one_of_the_fourteen_days_before(cast_on_both):
    cast = cast_on_both
    panama = dt.timezone(dt.timedelta(hours=-5))
    enrol_many(cast, "/pa/senafront/", {"active": 2}, active_at=dt.datetime(2026, 11, 9, 0, 0, tzinfo=panama))
    enrol_many(cast, "/pa/senafront/", {"active": 4}, active_at=dt.datetime(2026, 11, 8, 23, 59, tzinfo=panama))
    enrol_many(cast, "/pa/senafront/", {"withdrawn": 8}, active_at=cast.clock())
    assert of(cast).tally.lately == 2


def test_behind_is_what_the_rule_says_and_part_of_those_on_their_way(cast_on_both):
    cast = cast_on_both
    scatter(cast, 150)
    tally = of(cast, "ada").tally
    assert tally.behind == of(cast, "ada", pace="behind").tally.enrolled > 0
    assert tally.behind + tally.on_pace == tally.not_started + tally.active


def test_running_cohorts_come_first_and_lead_to_their_page_where_it_is_ones_own(cast):
    scatter(cast, 150)
    lines = of(cast).by_cohort
    assert [line.cohort.name for line in lines] == ["Darién 10", "Guayacán 2026", "Darién 7", "Darién 4", "Darién 1"]
    assert [line.state for line in lines] == ["open", "open", "closed", "closed", "closed"]
    assert all(line.opens for line in lines)
    with cast.office.transaction():
        grant = cast.office.session.scalars(select(RoleGrant).where(RoleGrant.role == "coordinator")).first()
        grant.institution = grant.institution_id = None
        grant.institution = cast.institutions["/pa/senafront/cativo/"]
    below = of(cast).by_cohort
    assert below and not any(line.opens for line in below)


def test_countries_are_told_apart_where_there_are_several(cast):
    scatter(cast, 60)
    found = of(cast, "ada")
    assert [code for code, _tally in found.by_country] == ["CR", "PA"]
    assert sum((tally for _code, tally in found.by_country), Tally()) == found.tally
    assert sum((line.tally for line in found.by_institution), Tally()) == found.tally
    assert of(cast, "ada", country="CR").tally == dict(found.by_country)["CR"]


# The region -----------------------------------------------------------------------------------------------------------


def region(cast: Cast) -> figures.Regional | None:
    """What Óscar reads after the month's end."""
    cast.clock.pass_by(days=10)
    assert figures.freeze(cast.office)
    return figures.regional(cast.office, cast.actor("oscar"))


def test_observers_see_no_figure_below_five_and_no_name(cast_on_both):
    cast = cast_on_both
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40, "completed": 20, "not-started": 9})
    enrol_many(cast, "/cr/ppme/", {"active": 30, "completed": 2, "not-started": 8})
    tables = region(cast).published
    assert tables.whole.figures == (112, 20, 70, 22)
    names = [line.names.get("es") or line.code for line in tables.places]
    assert names == [
        "CR",
        "Policía Profesional de Migración y Extranjería",
        "PA",
        "Servicio Nacional de Fronteras",
    ]
    costa_rica = tables.places[1]
    assert (costa_rica.figures[3], costa_rica.figures[0], costa_rica.rate) == (None, 41, None)
    for table in (tables.places, tables.courses, tables.sexes, tables.months):
        assert table
        assert all(figure is None or figure == 0 or figure >= 5 for line in table for figure in line.figures)


def test_posts_are_counted_with_their_service(cast):
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40})
    enrol_many(cast, "/pa/senafront/cativo/", {"active": 60, "not-started": 10})
    enrol_many(cast, "/cr/ppme/", {"not-started": 20})
    tables = region(cast).published
    assert [line.figures[0] for line in tables.places] == [21, 21, 112, 112]
    assert [line.part for line in tables.places] == [False, True, False, True]


@pytest.mark.parametrize("who", ["nayeli", "coralia", "tomas"])
def test_only_observers_and_administrators_see_the_region(cast, who):
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40})
    assert region(cast)
    with pytest.raises(Forbidden):
        figures.regional(cast.office, cast.actor(who))
    assert figures.regional(cast.office, cast.actor("ada"))


def test_the_region_is_as_it_was_when_the_month_ended_whatever_came_since(cast):
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40, "completed": 10})
    before = region(cast)
    assert before.until == dt.date(2026, 12, 1)
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 7, "completed": 7})
    assert not figures.freeze(cast.office), "once a month"
    assert figures.regional(cast.office, cast.actor("oscar")) == before
    cast.clock.pass_by(days=31)
    assert figures.freeze(cast.office)
    after = figures.regional(cast.office, cast.actor("oscar"))
    assert (after.until, after.published.whole.figures[0]) == (dt.date(2027, 1, 1), 53 + 14)


def test_what_happened_after_the_month_is_not_in_it(cast):
    cast.clock.pass_by(days=10)
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 30})
    with cast.office.transaction():
        cast.office.session.execute(
            update(Enrolment).values(enrolled_at=dt.datetime(2026, 12, 1, 4, 59, tzinfo=dt.UTC))  # November in Panama
        )
    figures.freeze(cast.office)
    found = figures.regional(cast.office, cast.actor("oscar")).published
    assert found.whole.figures == (33, 33, 0, 0)


def test_nothing_small_is_kept_either(cast):
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40, "completed": 20, "not-started": 9})
    enrol_many(cast, "/cr/ppme/", {"active": 30, "completed": 2, "not-started": 8}, "x")
    region(cast)
    kept = cast.office.session.scalars(select(RegionalFigures)).one().content
    lines = [line for table in ("places", "courses", "sexes", "months") for line in kept[table]]
    assert all(figure is None or figure == 0 or figure >= 5 for line in lines for figure in line["figures"])


def parts_of(table: str, line: int, lines: Sequence[figures.Line], state: int) -> list[object]:
    """The counts that a figure is the sum of: of services, where it is a country's, and of states, where it is a sum."""
    inside = [line]
    if table == "places" and not lines[line].part:
        later = range(line + 1, len(lines))
        inside = list(takewhile(lambda at: lines[at].part, later))
    states = range(1, 4) if state == 0 else [state]
    return [(table, at, one) for at in inside for one in states]


@pytest.mark.parametrize("seed", range(6))
def test_an_observer_cannot_work_out_what_is_hidden_in_what_is_published(cast, monkeypatch, seed):
    scatter(cast, 70 + 20 * seed, seed)
    until = dt.date(2026, 11, 1)
    shown = counting.publish(cast.office, until)
    monkeypatch.setattr(disclosure, "hidden", lambda _flows: frozenset())
    bare = counting.publish(cast.office, until)
    assert shown.split and shown.whole == bare.whole
    observer, secrets = Observer(), []
    for table in ("places", "courses", "sexes"):
        lines, true = getattr(shown, table), getattr(bare, table)
        assert len(lines) == len(true) > 0
        leaves = [at for at, one in enumerate(lines) if table != "places" or one.part]
        for state in range(1, 4):
            observer.read([(table, at, state) for at in leaves], shown.whole.figures[state])
        for at, one in enumerate(lines):
            for state, figure in enumerate(one.figures):
                parts = parts_of(table, at, lines, state)
                if figure is None:
                    secrets.append((parts, true[at].figures[state]))
                else:
                    observer.read(parts, figure)
    for state, total in ((0, shown.whole.figures[0]), (1, shown.whole.figures[3])):
        observer.read([("months", at, state) for at in range(len(shown.months))], total)
        for at, (one, true_one) in enumerate(zip(shown.months, bare.months, strict=True)):
            if one.figures[state] is None:
                secrets.append(([("months", at, state)], true_one.figures[state]))
            else:
                observer.read([("months", at, state)], one.figures[state])
    for at in range(len(shown.months)):  # nobody completes before enrolling
        before = [("stay", at - 1)] if at else []
        observer.read([*before, ("months", at, 0)], 0, minus=[("months", at, 1), ("stay", at)])
    small = [(parts, number) for parts, number in secrets if 0 < number < disclosure.LEAST]
    assert small, "a crowd without small figures tests nothing"
    for parts, number in small:
        least, most = observer.bounds(parts)
        assert least <= 0, (parts, number, least)
        assert most is None or most >= disclosure.LEAST, (parts, number, most)


def test_five_enrolments_of_one_person_are_small(cast):
    cells = [type("Cell", (), {"course_id": course, "state": "active", "number": 1})() for course in "abcde"]
    count = counting._count(cells)
    assert (count.number, count.people, count.small) == (5, 1, True)


def test_figures_count_progress_of_today(cast):
    finish_lessons(cast, "nayeli", "mission")
    assert of(cast).tally == Tally(not_started=1, active=1, lately=1, behind=1)


def test_a_service_whose_officers_were_all_withdrawn_is_not_listed(cast):
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40})
    with cast.office.transaction():
        cast.office.session.execute(
            update(Enrolment).where(Enrolment.person_id == cast.people["ximena"].id).values(status="withdrawn")
        )
    assert [line.code for line in region(cast).published.places if not line.part] == ["PA"]


def test_the_worker_counts_the_region_when_a_month_is_over(cast):
    enrol_many(cast, "/pa/senafront/guayacan/", {"active": 40})
    cast.clock.pass_by(days=10)
    work_once(cast.office)
    assert figures.regional(cast.office, cast.actor("oscar"))
