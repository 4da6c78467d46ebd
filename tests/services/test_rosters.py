"""The roster: only one's own institutions, the same rows and columns in every form, at any length."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable

import openpyxl
import pytest
from sqlalchemy import event, insert, select, update

from app.records.audit import AuditEntry
from app.records.certificates import Certificate
from app.records.database import uuid7
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.errors import Forbidden, NotFound, Refused
from app.services import rosters, scope
from app.services.rosters import COLUMNS, Reader, RosterQuery
from tests.cast import Cast
from tests.story import complete, do, finish_lessons


def reader(cast: Cast, name: str = "coralia", language: str = "en", **more: object) -> Reader:
    return Reader.of(cast.office, cast.actor(name), language, **more)  # type: ignore[arg-type]


def cells(cast: Cast, who: str = "coralia", /, **asked: str) -> list[list[object]]:
    return list(rosters.rows(cast.office, cast.actor(who), RosterQuery.parse(asked), reader(cast, who)))


def names(cast: Cast, who: str = "coralia", /, **asked: str) -> list[object]:
    return [row[0] for row in cells(cast, who, **asked)]


NAYELI, BETO, XIMENA = "Nayeli Ábrego Quintero", "Norberto Güiral Peña", "Ximena Solís Brenes"


def test_a_coordinator_sees_their_institution_and_everything_below_and_nothing_else(cast_on_both):
    assert names(cast_on_both, "coralia") == [NAYELI, BETO]
    assert names(cast_on_both, "carlos") == [XIMENA]
    assert names(cast_on_both, "ada") == [NAYELI, BETO, XIMENA]


@pytest.mark.parametrize("name", ["nayeli", "tomas", "oscar"])
def test_nobody_else_has_a_roster(cast, name):
    with pytest.raises(Forbidden):
        rosters.rows(cast.office, cast.actor(name), RosterQuery(), reader(cast, name))
    with pytest.raises(Forbidden):
        rosters.page(cast.office, cast.actor(name), RosterQuery())


def test_another_services_institution_or_cohort_is_not_found(cast):
    for asked in (
        {"institution": str(cast.institutions["/cr/ppme/"].id)},
        {"institution": str(cast.institutions["/pa/"].id)},
        {"institution": "1"},
        {"cohort": "1"},
        {"course": "no-such-course"},
        {"status": "dismissed"},
    ):
        with pytest.raises(NotFound):
            names(cast, **asked)
    with pytest.raises(NotFound):
        names(cast, "carlos", cohort=str(cast.cohort.id))


def test_a_path_that_only_looks_alike_is_another_institution(cast):
    with cast.office.transaction():
        for path in ("/PA/senafront/", "/pa/senafront-b/", "/pa/senafron_/"):
            row = Institution(path=path, name=path, country="PA")
            cast.office.session.add(row)
    found = cast.office.session.scalars(select(Institution.path).where(scope.below(["/pa/senafront/"])))
    assert sorted(found) == ["/pa/senafront/", "/pa/senafront/cativo/", "/pa/senafront/guayacan/"]


def test_the_filters_narrow_what_is_shown(cast_on_both):
    cast = cast_on_both
    assert names(cast, institution=str(cast.institutions["/pa/senafront/cativo/"].id)) == [BETO]
    assert names(cast, cohort=str(cast.cohort.id)) == [NAYELI]
    assert names(cast, course=cast.course.id, status="not-started") == [NAYELI, BETO]
    assert names(cast, status="completed") == []


@pytest.mark.parametrize("typed", ["abrego", "ÁBREGO  nayeli", "quintero", "SN-77"])
def test_a_name_is_found_however_it_is_typed(cast_on_both, typed):
    with cast_on_both.office.transaction():
        cast_on_both.office.session.execute(
            update(Person).where(Person.id == cast_on_both.people["nayeli"].id).values(service_number="sn-77")
        )
    assert names(cast_on_both, name=typed) == [NAYELI]


@pytest.mark.parametrize("typed", ["%", "_", "' or 1=1 --", "zzz", "\\"])
def test_signs_of_a_query_language_are_only_signs(cast, typed):
    assert names(cast, name=typed) == []


def completed_at(cast: Cast, moment: dt.datetime) -> None:
    with cast.office.transaction():
        cast.office.session.execute(
            update(Enrolment)
            .where(Enrolment.person_id == cast.people["nayeli"].id)
            .values(completed_at=moment, status="completed")
        )


def test_a_day_of_completion_is_a_day_where_the_reader_lives(cast_on_both):
    cast = cast_on_both
    completed_at(cast, dt.datetime(2026, 11, 1, 3, 0, tzinfo=dt.UTC))  # 22:00 of the day before in Panama
    assert names(cast, **{"from": "2026-11-01"}) == []
    assert names(cast, **{"from": "2026-10-31", "to": "2026-10-31"}) == [NAYELI]
    at = [column.key for column in COLUMNS].index("completed")
    assert cells(cast, status="completed")[0][at] == dt.date(2026, 10, 31)


@pytest.mark.parametrize("typed", ["31/10/2026", "2026-02-30", "0001-01-01", "9999-12-31", "x"])
def test_what_is_no_date_is_said_to_be_none(typed):
    with pytest.raises(Refused) as caught:
        RosterQuery.parse({"to": typed})
    assert (caught.value.code, caught.value.values["field"]) == ("roster-date", "to")


def test_dates_that_cross_are_refused():
    with pytest.raises(Refused, match="roster-dates-crossed"):
        RosterQuery.parse({"from": "2026-11-02", "to": "2026-11-01"})


def test_a_query_can_be_asked_again_by_its_address(cast):
    asked = {
        "institution": str(cast.institutions["/pa/senafront/"].id),
        "name": "ana",
        "from": "2026-01-31",
        "sort": "-exam",
    }
    assert RosterQuery.parse(asked).asked == asked
    assert RosterQuery.parse({"sort": "surname; drop", "page": "3"}).asked == {}


@pytest.mark.parametrize("sort", ["name", "institution", "course", "status", "percent", "active", "exam", "completed"])
def test_every_order_lists_everyone_and_turns_round(cast_on_both, sort):
    do(cast_on_both, "beto", "check.answered", "mission", "mission-check-1", response=["right"])
    forth, back = names(cast_on_both, sort=sort), names(cast_on_both, sort=f"-{sort}")
    assert sorted(forth) == sorted(back) == [NAYELI, BETO]
    if sort in ("name", "institution", "status"):
        assert forth == back[::-1]
    if sort == "active":
        assert forth[0] == back[0] == BETO  # whoever did nothing comes last either way


def test_a_row_tells_how_far_an_officer_is_and_names_the_certificate(cast_on_both):
    cast = cast_on_both
    complete(cast, "nayeli")
    row = dict(zip([column.key for column in COLUMNS], cells(cast)[0], strict=True))
    serial = cast.office.session.scalar(select(Certificate.serial))
    assert row == {
        "name": NAYELI,
        "file_name": "ÁBREGO QUINTERO, Nayeli",
        "rank": "",
        "service_number": "",
        "country": "Panama",
        "institution": "Puesto Paso del Guayacán",
        "course": "Humane Border",
        "edition": 1,
        "cohort": "Guayacán 2026",
        "status": "Completed",
        "enrolled": dt.date(2026, 11, 23),
        "started": dt.date(2026, 11, 23),
        "active": dt.datetime(2026, 11, 23, 10, 0, tzinfo=reader(cast).zone),
        "lessons_done": 4,
        "lessons_total": 4,
        "quizzes_passed": 2,
        "practices_done": 1,
        "exercise": "",
        "exam": 100,
        "percent": 100,
        "completed": dt.date(2026, 11, 23),
        "certificate": serial,
        "certificate_state": "Valid",
        "certificate_expires": dt.date(2029, 11, 23),
    }


def test_a_replaced_certificate_makes_no_second_row(cast):
    complete(cast, "nayeli")
    session = cast.office.session
    first = session.scalars(select(Certificate)).one()
    with cast.office.transaction():
        session.execute(update(Certificate).values(superseded_at=cast.clock()))
        copy = {c.key: getattr(first, c.key) for c in Certificate.__table__.columns}
        own = {"id": None, "serial": "X", "issue": 2, "superseded_at": None, "status_index": first.status_index ^ 1}
        session.add(Certificate(**{**copy, **own}))
    rows = cells(cast, status="completed")
    assert [row[-3] for row in rows] == ["X"]


def test_a_revoked_certificate_says_so(cast):
    complete(cast, "nayeli")
    with cast.office.transaction():
        cast.office.session.execute(update(Certificate).values(revoked_at=cast.clock()))
    assert cells(cast, status="completed")[0][-2] == "Revoked"


# Forms ----------------------------------------------------------------------------------------------------------------


def as_csv(cast: Cast, language: str, say: Callable[[str], str] | None = None) -> list[list[str]]:
    body = rosters.csv_file(cast.office, cast.actor("coralia"), RosterQuery(), reader(cast, language=language, say=say))
    *rows, last = csv.reader(io.StringIO(b"".join(body).decode("utf-8-sig")))
    assert last[0].startswith("# ") and len(last) == 1
    return rows


def as_sheet(cast: Cast, language: str = "en"):
    body = rosters.xlsx_file(
        cast.office, cast.actor("coralia"), RosterQuery(), reader(cast, language=language), "Roster"
    )
    return openpyxl.load_workbook(io.BytesIO(b"".join(body))).worksheets[0]


def test_every_form_has_the_same_rows_and_columns(cast):
    finish_lessons(cast, "nayeli", "mission")
    found = as_csv(cast, "en")
    sheet = [[cell.value for cell in row] for row in as_sheet(cast)]
    heads = [heading.title for heading in rosters.headings(reader(cast))]
    assert found[0] == sheet[0] == heads
    assert len(found) == len(sheet) == 3

    def plain(value: object, written: str) -> str:
        if isinstance(value, dt.datetime):
            return str(value)[: len(written)]
        return "" if value is None else str(value)

    for row, other in zip(found[1:], sheet[1:], strict=True):
        assert row == [plain(value, written) for value, written in zip(other, row, strict=True)]
    body = json.loads(b"".join(rosters.json_file(cast.office, cast.actor("coralia"), RosterQuery(), reader(cast))))
    assert [column["title"] for column in body["columns"]] == heads
    assert [row["name"] for row in body["rows"]] == [NAYELI, BETO]
    assert [list(row) for row in body["rows"]] == [[column.key for column in COLUMNS]] * 2


def test_headings_name_the_time_zone_of_days_and_moments(cast):
    heads = [heading.title for heading in rosters.headings(reader(cast))]
    assert "Last activity (Panama time)" in heads
    assert [head for head in heads if "(Panama time)" in head] == [
        "Enrolled on (Panama time)",
        "Started on (Panama time)",
        "Last activity (Panama time)",
        "Completed on (Panama time)",
    ]


def test_headings_and_words_are_in_the_readers_language(cast):
    words = {"Name": "Nombre", "Status": "Estado", "Not started": "Sin iniciar", "%(place)s time": "hora de %(place)s"}
    found = as_csv(cast, "es", lambda text: words.get(text, text))
    assert found[0][0] == "Nombre"
    assert "Last activity (hora de Panamá)" in found[0]
    row = dict(zip(found[0], found[1], strict=True))
    assert (row["Estado"], row["Country"], row["Course"]) == ("Sin iniciar", "Panamá", "Frontera Humana")


def test_a_name_that_is_a_formula_stays_text_in_every_form(cast):
    formula = '=HYPERLINK("http://evil.example","Ana")'
    with cast.office.transaction():
        cast.office.session.execute(update(Person).where(Person.id == cast.people["beto"].id).values(name=formula))
    assert as_csv(cast, "en")[2][0] == "'" + formula
    cell = as_sheet(cast)["A3"]
    assert (cell.value, cell.data_type) == (formula, "s")


def test_programs_get_codes_instead_of_words(cast):
    body = rosters.json_file(cast.office, cast.actor("coralia"), RosterQuery(), reader(cast, plain=True))
    found = json.loads(b"".join(body))
    assert found["zone"] == "America/Panama"
    assert (found["rows"][0]["status"], found["rows"][0]["country"]) == ("not-started", "PA")


def test_an_unknown_time_zone_of_an_account_does_not_stop_the_roster(cast):
    with cast.office.transaction():
        cast.office.session.execute(update(Person).values(time_zone="Mars/Olympus"))
    assert rosters.headings(reader(cast))[12].title == "Last activity (UTC)"


def test_a_download_is_noted_without_repeating_the_name_looked_for(cast):
    query = RosterQuery.parse({"name": "Nayeli", "status": "active"})
    rosters.note_download(cast.office, cast.actor("coralia"), query, "csv")
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.download")).one()
    found = {"filter": {"status": "active", "name": "…"}, "rows": 0, "role": "coordinator"}
    assert (entry.subject, entry.detail) == ("csv", found)
    assert entry.actor_id == cast.people["coralia"].id


# At any length --------------------------------------------------------------------------------------------------------


def crowd(cast: Cast, number: int) -> None:
    session, now = cast.office.session, cast.clock()
    place = cast.institutions["/pa/senafront/cativo/"].id
    edition = session.scalar(select(Enrolment.edition_id))
    people = [
        {"id": uuid7(), "institution_id": place, "email": f"c{n}@x.example", "name": f"Crowd {n:05}", "created_at": now}
        for n in range(number)
    ]
    enrolments = [
        {"person_id": p["id"], "course_id": cast.course.id, "institution_id": place, "edition_id": edition}
        for p in people
    ]
    with cast.office.transaction():
        session.execute(insert(Person), [{**p, "sort_name": p["name"].lower()} for p in people])
        session.execute(insert(Enrolment), [{**e, "enrolled_at": now} for e in enrolments])


def statements(cast: Cast, deed: Callable[[], object]) -> int:
    engine = cast.office.session.get_bind()
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_page_costs_the_same_queries_for_three_officers_and_for_three_hundred(cast):
    actor = cast.actor("coralia")

    def show() -> None:
        cast.office.session.rollback()
        rosters.page(cast.office, actor, RosterQuery())
        rosters.choices(cast.office, actor)

    before = statements(cast, show)
    crowd(cast, 300)
    assert statements(cast, show) == before <= 6


def test_pages_follow_one_another_and_the_last_one_catches_what_lies_beyond(cast):
    crowd(cast, 118)
    actor = cast.actor("coralia")
    pages = [rosters.page(cast.office, actor, RosterQuery(), n) for n in (1, 2, 3, 99)]
    assert [len(page.rows) for page in pages] == [50, 50, 20, 20]
    assert (pages[3].number, pages[3].pages, pages[3].total) == (3, 3, 120)
    assert len({row.person_id for page in pages[:3] for row in page.rows}) == 120


def test_rows_are_read_as_they_are_taken_and_the_connection_is_given_back(cast_on_both):
    cast = cast_on_both
    crowd(cast, 1500)
    engine = cast.office.session.get_bind()
    cast.office.session.rollback()
    taken = engine.pool.checkedout()
    stream = rosters.rows(cast.office, cast.actor("coralia"), RosterQuery(), reader(cast))
    cast.office.session.rollback()
    assert engine.pool.checkedout() == taken
    next(stream)
    assert engine.pool.checkedout() == taken + 1
    with cast.office.transaction():  # others write meanwhile; the roster stays what it was when it began
        cast.office.session.execute(update(Person).values(name="Somebody Else"))
    assert "Somebody Else" not in [row[0] for row in stream]
    assert engine.pool.checkedout() == taken
    stream = rosters.rows(cast.office, cast.actor("coralia"), RosterQuery(), reader(cast))
    cast.office.session.rollback()
    next(stream)
    stream.close()
    assert engine.pool.checkedout() == taken


def test_a_workbook_longer_than_a_sheet_is_refused_before_it_begins(cast, monkeypatch):
    monkeypatch.setattr("app.services.spreadsheets.MOST_ROWS", 1)
    with pytest.raises(Refused, match="roster-too-long"):
        rosters.xlsx_file(cast.office, cast.actor("coralia"), RosterQuery(), reader(cast), "Roster")


def test_a_cohort_of_the_whole_service_can_be_asked_for_at_a_post(cast):
    with cast.office.transaction():
        person = cast.office.session.get_one(Person, cast.people["coralia"].id)
        person.grants[0].institution_id = cast.institutions["/pa/senafront/guayacan/"].id
    cast.office.session.expire_all()
    assert names(cast, cohort=str(cast.cohort.id)) == [NAYELI]
    assert [c.name for c in rosters.choices(cast.office, cast.actor("coralia")).cohorts] == ["Guayacán 2026"]
    assert [(i.name, depth) for i, depth in rosters.choices(cast.office, cast.actor("coralia")).institutions] == [
        ("Puesto Paso del Guayacán", 0)
    ]


def test_an_officer_who_moved_stays_on_the_roster_of_those_who_trained_them(cast):
    with cast.office.transaction():
        cast.office.session.execute(
            update(Person)
            .where(Person.id == cast.people["nayeli"].id)
            .values(institution_id=cast.institutions["/cr/ppme/"].id)
        )
    assert NAYELI in names(cast)
    assert NAYELI not in names(cast, "carlos")
