"""Figures: of one's own institutions for coordinators, of the region without small cells for observers."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import insert, select, update

from app.records.certificates import Certificate
from app.records.database import uuid7
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules.errors import Forbidden, NotFound
from app.services import figures
from app.services.figures import Tally
from app.services.rosters import RosterQuery
from tests.cast import Cast
from tests.story import complete, finish_lessons


def of(cast: Cast, who: str = "coralia", /, **asked: str) -> figures.Figures:
    return figures.figures(cast.office, cast.actor(who), RosterQuery.parse(asked))


def crowd(cast: Cast, path: str, statuses: dict[str, int], sex: str = "") -> None:
    """So many more officers of a status at *path*."""
    session, now = cast.office.session, cast.clock()
    place = cast.institutions[path].id
    edition = session.scalar(select(Enrolment.edition_id).limit(1))
    for status, number in statuses.items():
        people = [{"id": uuid7(), "name": "N", "sort_name": "n"} for _ in range(number)]
        if not people:
            continue
        with cast.office.transaction():
            session.execute(
                insert(Person),
                [{**p, "email": str(p["id"]), "institution_id": place, "created_at": now, "sex": sex} for p in people],
            )
            done = now if status == "completed" else None
            both = {"course_id": cast.course.id, "institution_id": place, "edition_id": edition, "enrolled_at": now}
            session.execute(
                insert(Enrolment),
                [{**both, "person_id": p["id"], "status": status, "completed_at": done} for p in people],
            )


def test_a_coordinator_counts_their_institution_and_all_below(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    found = of(cast)
    assert found.tally == Tally(not_started=1, completed=1)
    assert (found.officers, found.tally.rate, found.valid) == (2, 50.0, 1)
    assert of(cast, "carlos").tally == Tally(not_started=1)
    assert of(cast, "ada").tally == Tally(not_started=2, completed=1)


@pytest.mark.parametrize("who", ["nayeli", "oscar", "tomas"])
def test_nobody_else_counts_officers_of_an_institution(cast, who):
    with pytest.raises(Forbidden):
        of(cast, who)


def test_another_services_figures_are_not_found(cast):
    with pytest.raises(NotFound):
        of(cast, institution=str(cast.institutions["/cr/ppme/"].id))


def test_those_who_were_withdrawn_are_counted_apart_and_lower_no_rate(cast):
    crowd(cast, "/pa/senafront/", {"completed": 3, "withdrawn": 4})
    found = of(cast)
    assert (found.tally.withdrawn, found.tally.enrolled, found.officers) == (4, 5, 5)
    assert found.tally.rate == 60.0


def test_nobody_enrolled_has_no_rate(cast):
    assert of(cast, status="completed").tally.rate is None


def test_lines_are_the_institutions_directly_below_each_with_all_of_its_own(cast):
    crowd(cast, "/pa/senafront/", {"active": 2})
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
    crowd(cast, "/pa/senafront/", {"active": 2, "completed": 5}, "f")
    crowd(cast, "/pa/senafront/cativo/", {"not-started": 2, "withdrawn": 1}, "m")
    found = of(cast)
    assert sum((line.tally for line in found.by_institution), Tally()) == found.tally
    assert sum((tally for _course, tally in found.by_course), Tally()) == found.tally
    assert sum((tally for _sex, tally in found.by_sex), Tally()) == found.tally
    assert [sex for sex, _tally in found.by_sex] == ["f", "m", ""]


def test_months_are_those_of_the_readers_calendar(cast_on_both):
    cast = cast_on_both
    crowd(cast, "/pa/senafront/", {"completed": 3})
    with cast.office.transaction():
        cast.office.session.execute(
            update(Enrolment)
            .where(Enrolment.status == "completed")
            .values(completed_at=dt.datetime(2026, 11, 1, 4, 59, tzinfo=dt.UTC))  # still October in Panama
        )
    months = of(cast).months
    assert len(months) == 12
    assert (months[0][0], months[-1][0]) == (dt.date(2025, 12, 1), dt.date(2026, 11, 1))
    assert dict(months)[dt.date(2026, 10, 1)] == 3
    assert sum(count for _first, count in months) == 3


def test_certificates_near_their_end_are_counted(cast):
    complete(cast, "nayeli")
    assert (of(cast).valid, of(cast).expiring) == (1, 0)
    for day, expected in (
        (dt.date(2026, 12, 24), (1, 1)),
        (dt.date(2026, 11, 22), (0, 0)),
    ):
        with cast.office.transaction():
            cast.office.session.execute(update(Certificate).values(expires_on=day))
        assert (of(cast).valid, of(cast).expiring) == expected


# The region -----------------------------------------------------------------------------------------------------------


def test_observers_see_no_figure_below_five_and_no_name(cast):
    crowd(cast, "/pa/senafront/guayacan/", {"active": 40, "completed": 20, "not-started": 9})
    crowd(cast, "/cr/ppme/", {"active": 30, "completed": 2, "not-started": 8})
    found = figures.regional(cast.office, cast.actor("oscar"))
    lines = {line.label.name if line.label else "": line for line in found.by_institution}
    assert set(lines) == {"Policía Profesional de Migración y Extranjería", "Servicio Nacional de Fronteras", ""}
    costa_rica = lines["Policía Profesional de Migración y Extranjería"]
    assert (costa_rica.completed, costa_rica.enrolled, costa_rica.rate) == (None, 41, None)
    for line in (*found.by_institution, *found.by_course):
        for figure in (line.enrolled, line.not_started, line.active, line.completed):
            assert figure is None or figure == 0 or figure >= 5


def test_posts_are_counted_with_their_service(cast):
    crowd(cast, "/pa/senafront/guayacan/", {"active": 40})
    crowd(cast, "/pa/senafront/cativo/", {"active": 60})
    found = figures.regional(cast.office, cast.actor("oscar"))
    assert [line.label.path for line in found.by_institution if line.label] == ["/cr/ppme/", "/pa/senafront/"]


@pytest.mark.parametrize("who", ["nayeli", "coralia", "tomas"])
def test_only_observers_and_administrators_see_the_region(cast, who):
    with pytest.raises(Forbidden):
        figures.regional(cast.office, cast.actor(who))
    assert figures.regional(cast.office, cast.actor("ada"))


def test_figures_count_progress_of_today(cast):
    finish_lessons(cast, "nayeli", "mission")
    assert of(cast).tally == Tally(not_started=1, active=1)


def test_a_service_whose_officers_were_all_withdrawn_is_not_listed(cast):
    with cast.office.transaction():
        cast.office.session.execute(
            update(Enrolment).where(Enrolment.person_id == cast.people["ximena"].id).values(status="withdrawn")
        )
    found = figures.regional(cast.office, cast.actor("oscar"))
    assert [line.label.path for line in found.by_institution if line.label] == ["/pa/senafront/"]
