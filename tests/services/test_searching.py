"""Searching one's courses, on both databases: what is found, by whom, and how the index is kept."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from app.courseware.course import Block, Course, Page, Term
from app.records.editions import CourseRow, Edition
from app.records.learning import Enrolment
from app.records.searching import SearchEdition, SearchPassage
from app.rules.errors import Forbidden
from app.services import learning, publishing, searching
from app.services.searching import Findings
from tests import sample
from tests.cast import Cast, publish
from tests.story import finish_lessons


def lesson(course: Course, module: int, place: int, en: str, es: str) -> Course:
    """*course* with other text in one of its lessons."""
    pages = {
        code: Page(f"{title} {place}", (Block("html", html=html),))
        for code, title, html in (("en", "Lesson", en), ("es", "Lección", es))
    }
    of = course.modules[module]
    lessons = list(of.lessons)
    lessons[place] = msgspec.structs.replace(lessons[place], pages=pages)
    modules = list(course.modules)
    modules[module] = msgspec.structs.replace(of, lessons=tuple(lessons))
    return msgspec.structs.replace(course, modules=tuple(modules))


def written(**more: object) -> Course:
    course = lesson(
        sample.course(**more),
        0,
        0,
        "<p>A lighthouse.</p><h2>Drifting boats</h2><p>Call the <b>coastguard</b> at once.</p>",
        "<p>Un faro.</p><h2>Botes a la deriva</h2><p>Avise al <b>guardacostas</b>: hay niños & «embarcaciones».</p>",
    )
    course = lesson(course, 1, 0, "<p>Secret harbour.</p>", "<p>Puerto secreto.</p>")
    term = Term("buoy", {"en": ("buoy",), "es": ("boya", "boyas")}, sample.html("It floats.", "Flota."))
    return msgspec.structs.replace(course, terms=(*course.terms, term), unlock="in order")


@pytest.fixture
def house(cast_on_both: Cast) -> Cast:
    """The cast in a course with something to find; nobody is enrolled in the other one."""
    cast = cast_on_both
    cast.course = written()
    with cast.office.transaction():
        edition = publish(cast, cast.course)
        for row in cast.office.session.scalars(select(Enrolment)):
            row.edition_id = edition.id
        publish(cast, lesson(sample.course(id="elsewhere"), 0, 0, "<p>Zeppelin.</p>", "<p>Zepelín.</p>"))
    return cast


def find(cast: Cast, typed: str, language: str = "es", who: str = "nayeli", **more: object) -> Findings:
    return searching.find(cast.office, cast.actor(who), typed, language, **more)  # type: ignore[arg-type]


def said(found: Findings) -> list[str]:
    return ["".join(piece.text for piece in one.text) for one in found.found]


@pytest.mark.parametrize(
    "typed", ["guardacostas", "GUARDACOSTAS", "guardacosta", "guarda", "avise guardacostas", "ninos"]
)
def test_a_passage_is_found_by_its_words_however_they_are_written(house: Cast, typed: str) -> None:
    found = find(house, typed)
    assert said(found) == ["Avise al guardacostas: hay niños & «embarcaciones»."]
    (one,) = found.found
    assert (one.course.id, one.module.id, one.lesson.id) == ("humane-border", "mission", "one")  # type: ignore[union-attr]
    assert one.anchor == "part-1" and one.language == "es"
    assert any(piece.met for piece in one.text)


def test_the_other_language_is_told_of_and_shown_where_the_own_one_has_nothing(house: Cast) -> None:
    both = find(house, "boya")
    assert [one.kind for one in both.found] == ["term"] and both.language == "es"
    english = find(house, "coastguard", "es")
    assert english.language == "en" and english.total == 1 and english.others == 0


def test_all_words_are_wanted_and_if_no_passage_has_them_some(house: Cast) -> None:
    assert not find(house, "guardacostas niños").some
    some = find(house, "guardacostas dirigible")
    assert some.some and some.total == 1


def test_a_module_that_is_closed_is_named_and_says_nothing(house: Cast) -> None:
    found = find(house, "secreto")
    assert found.found == () and found.total == 0
    assert [(module.id, lesson.id) for _course, module, lesson in found.closed] == [("protection", "one")]
    finish_lessons(house, "nayeli", "mission")
    found = find(house, "secreto")
    assert said(found) == ["Puerto secreto."] and found.closed == ()


def test_nobody_finds_text_of_a_course_that_they_are_not_enrolled_in(house: Cast) -> None:
    searching.fill(house.office)
    assert house.office.session.scalar(
        select(func.count()).select_from(SearchPassage).where(SearchPassage.text.contains("Zepel"))
    )
    for who in ("nayeli", "beto", "ximena"):
        assert find(house, "zepelín", who=who).total == find(house, "zeppelin", "en", who=who).total == 0
    with house.office.transaction():
        learning.enrol(house.office, None, house.people["nayeli"], "elsewhere")
    assert find(house, "zepelín").total == 1
    assert find(house, "zepelín", who="beto").total == 0
    with house.office.transaction():
        mine = Enrolment.person_id == house.people["nayeli"].id
        row = house.office.session.scalars(select(Enrolment).where(mine, Enrolment.course_id == "elsewhere")).one()
        row.status = "withdrawn"
    assert find(house, "zepelín").total == 0


def test_what_is_for_one_country_is_found_there_only(house: Cast) -> None:
    course = lesson(written(), 0, 1, "<p>x</p>", "<p>y</p>")
    page = course.modules[0].lessons[1].pages["es"]
    only = msgspec.structs.replace(page, blocks=(Block("html", html="<p>Aduana fluvial.</p>", countries=("CR",)),))
    course = lesson(course, 0, 1, "", "")
    of = course.modules[0]
    there = msgspec.structs.replace(of.lessons[1], pages={"es": only})
    course = msgspec.structs.replace(
        course,
        modules=(msgspec.structs.replace(of, lessons=(of.lessons[0], there, *of.lessons[2:])), course.modules[1]),
    )
    with house.office.transaction():
        edition = publish(house, course)
        for row in house.office.session.scalars(select(Enrolment)):
            row.edition_id = edition.id
    assert find(house, "aduana", who="ximena").total == 1
    assert find(house, "aduana", who="nayeli").total == 0


def test_trainers_find_all_of_the_courses_that_they_teach_and_no_others(house: Cast) -> None:
    assert find(house, "secreto", who="tomas", teaching=True).total == 1
    assert find(house, "zepelín", who="tomas", teaching=True).total == 0
    assert find(house, "zepelín", who="ada", teaching=True).total == 1
    with pytest.raises(Forbidden):
        find(house, "secreto", who="nayeli", teaching=True)


def test_results_come_in_pages_and_a_page_beyond_the_last_is_the_last(house: Cast) -> None:
    many = "".join(f"<h2>Parte {n}</h2><p>Un remolcador número {n}.</p>" for n in range(23))
    with house.office.transaction():
        edition = publish(house, lesson(written(), 0, 0, "<p>x</p>", many))
        for row in house.office.session.scalars(select(Enrolment)):
            row.edition_id = edition.id
    pages = [find(house, "remolcador", page=n) for n in (1, 2, 3, 99, -1)]
    assert [(found.number, len(found.found), found.total) for found in pages] == [
        (1, 10, 23),
        (2, 10, 23),
        (3, 3, 23),
        (3, 3, 23),
        (1, 10, 23),
    ]
    texts = [text for found in pages[:3] for text in said(found)]
    assert len(set(texts)) == 23


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            '"', '""', "'", "'; DROP TABLE search_passage; --", "a AND", "OR NOT NEAR(", "a*b^2", "text:x", "-", "(", ")",
            "{a b}",
            "\x00", "a\x00b", "\ud800", "%", "_", "\\", "a & b | !c", "a <-> b", "'a':*", ":*", "½ ² ﬁ", "a" * 10_000,
            "a " * 5_000,
            "Ａｂｃ", "नमस्ते", "你好", "🚤", "é" * 9_999,
        ]
    ),
    st.text(alphabet="\"'*():&|!<>-^~\\\x00 aáñ%_;", max_size=60),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=HOSTILE, language=st.sampled_from(["en", "es"]))
def test_whatever_is_typed_something_sensible_comes_back(house: Cast, typed: str, language: str) -> None:
    found = find(house, typed, language)
    assert len(found.typed) <= searching.MOST_TYPED and found.total >= len(found.found)


def test_publishing_makes_the_new_edition_findable_and_lets_the_old_one_go(house: Cast, shipped_source: dict) -> None:
    office = house.office
    first = publishing.publish_source(office, shipped_source)
    with office.transaction():
        learning.enrol(office, None, house.people["nayeli"], first.course_id)
    assert find(house, "cartagena").total + len(find(house, "cartagena").closed) > 1
    changed = dict(shipped_source)
    name = next(path for path in changed if path.endswith("course.es.md"))
    changed[name] = changed[name] + "\n\nUna palabra nueva: catamarán.\n".encode()
    second = publishing.publish_source(office, changed)
    assert find(house, "catamaran").total == 1
    entered = set(office.session.scalars(select(SearchEdition.edition_id)))
    assert second.id in entered and first.id not in entered


def test_an_edition_that_is_not_in_the_index_is_entered_when_it_is_wanted(house: Cast) -> None:
    assert office_rows(house) == 0, "the cast put its editions straight into the tables, as an older version did"
    assert find(house, "guardacostas").total == 1
    once = office_rows(house)
    assert once > 0
    find(house, "guardacostas")
    assert office_rows(house) == once


def office_rows(cast: Cast) -> int:
    return cast.office.session.scalar(select(func.count()).select_from(SearchPassage)) or 0


def test_filling_enters_what_is_missing_and_rebuilding_all(house: Cast) -> None:
    in_use = house.office.session.scalar(select(func.count()).select_from(CourseRow))
    assert searching.fill(house.office) == in_use == 2
    assert searching.fill(house.office) == 0
    rows = office_rows(house)
    assert searching.fill(house.office, anew=True) == 2
    assert office_rows(house) == rows


def test_an_index_made_by_an_earlier_rule_is_made_anew(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    searching.fill(house.office)
    monkeypatch.setattr(searching, "MADE_BY", searching.MADE_BY + 1)
    assert searching.fill(house.office) == 2
    assert set(house.office.session.scalars(select(SearchEdition.made_by))) == {searching.MADE_BY}


def test_a_search_of_the_shipped_course_takes_a_handful_of_statements_and_little_time(
    cast: Cast, shipped_source: dict
) -> None:
    office = cast.office
    edition = publishing.publish_source(office, shipped_source)
    assert isinstance(edition, Edition)
    with office.transaction():
        learning.enrol(office, None, cast.people["nayeli"], edition.course_id)
    actor = cast.actor("nayeli")
    searching.find(office, actor, "protección", "es")
    seen: list[str] = []
    event.listen(office.session.get_bind(), "before_cursor_execute", lambda *a: seen.append(a[2]))
    begun = time.perf_counter()
    found = searching.find(office, actor, "protección", "es")
    took = time.perf_counter() - begun
    assert found.total > 20
    assert len([one for one in seen if not one.startswith("BEGIN")]) <= 5
    assert took < 0.5, "about 0.04 s on a small machine"
