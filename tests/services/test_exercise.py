"""The integrated exercise at the end of a course: asked for, signed, counted apart, and shown in rosters."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.courseware.compiler import compile
from app.courseware.course import EXERCISE, Course
from app.courseware.source import from_zip
from app.records.cohorts import Cohort
from app.records.learning import Enrolment, PracticeSheet
from app.rules import following as rules
from app.rules.editions import objections
from app.rules.errors import NotFound, Refused
from app.services import certifying, doctor, following, learning, practice, publishing, rosters
from app.services.demo import acts
from app.services.rosters import COLUMNS, Reader, RosterQuery
from tests import manuscript, sample, story
from tests.cast import Cast, Clock, assemble, office_for, publish

MET = {"five-of-six": True, "nothing-unsafe": True}
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def cast(any_url: str, engine_for: Callable[[str], Engine], clock: Clock) -> Iterator[Cast]:
    """Everyone, in a course that ends in an exercise; once on SQLite and once on PostgreSQL."""
    with Session(engine_for(any_url), expire_on_commit=False) as session:
        yield assemble(office_for(session, clock), clock, sample.course(exercise=sample.EXERCISE))


def enrolment(cast: Cast, name: str = "nayeli") -> Enrolment:
    cast.office.session.expire_all()
    return learning.study(cast.office, cast.actor(name), cast.course.id).enrolment


def sign(cast: Cast, criteria: dict[str, bool] = MET, name: str = "nayeli", by: str = "tomas") -> PracticeSheet:
    found = enrolment(cast, name)
    return practice.sign(cast.office, cast.actor(by), found.id, EXERCISE, criteria, TODAY, "El Cativo", "With Ada.")


def roster(cast: Cast, *, plain: bool = False, language: str = "es") -> dict[str, object]:
    """Nayeli's row."""
    actor = cast.actor("coralia")
    found = rosters.rows(
        cast.office, actor, RosterQuery(name="nayeli"), Reader.of(cast.office, actor, language, plain=plain)
    )
    return dict(zip([column.key for column in COLUMNS], next(iter(found)), strict=True))


def go_on(cast: Cast, newer: Course) -> None:
    before = learning.study(cast.office, cast.actor("nayeli"), cast.course.id).course
    plan = rules.plan(rules.moves(before, newer), rules.choices(objections(before, newer)), {})
    with cast.office.transaction():
        edition = publish(cast, newer)
        following.follow(cast.office, newer.id, edition.id, newer, plan)


def test_the_course_is_complete_when_the_exercise_is_signed_and_not_before(cast: Cast) -> None:
    story.complete(cast, "nayeli")
    assert enrolment(cast).completed_at is None
    assert enrolment(cast).percent < 100
    assert certifying.mine(cast.office, cast.actor("nayeli")) == []
    assert sign(cast, {**MET, "nothing-unsafe": False}).result == "not yet"
    assert enrolment(cast).completed_at is None
    assert sign(cast).result == "competent"
    assert enrolment(cast).completed_at is not None
    assert doctor.examine(cast.office).findings == ()


def test_the_certificate_counts_the_exercise_into_its_hours_and_not_among_its_practical_competencies(
    cast: Cast,
) -> None:
    story.complete(cast, "nayeli")
    sign(cast)
    stated = certifying.mine(cast.office, cast.actor("nayeli"))[0].facts
    assert stated.practices == sum(1 for module in cast.course.modules if module.practice) == 1
    assert stated.final_exam
    assert stated.hours_in_person == cast.course.hours.practice + cast.course.hours.final
    assert enrolment(cast).practices_done == 1


def test_a_sheet_of_the_exercise_is_signed_by_the_rules_of_every_sheet(cast: Cast) -> None:
    found = practice.sheet(cast.office, cast.actor("tomas"), enrolment(cast).id, EXERCISE)
    assert (found.module, found.practice, found.standing, found.own) == (None, sample.EXERCISE, "", False)
    with pytest.raises(Refused, match="practice-incomplete"):
        sign(cast, {"tasks": True, "limits": True})
    with pytest.raises(NotFound):
        sign(cast, by="tina")
    sign(cast)
    again = practice.sheet(cast.office, cast.actor("tomas"), enrolment(cast).id, EXERCISE)
    assert (again.standing, [one.module for one in again.signed]) == ("competent", [EXERCISE])
    assert learning.refold(cast.office, enrolment(cast)).practice == {EXERCISE: "competent"}


def test_the_roster_says_how_the_exercise_stands(cast: Cast) -> None:
    assert (roster(cast)["exercise"], roster(cast, plain=True)["exercise"]) == ("Sin firmar", "open")
    sign(cast, {**MET, "five-of-six": False})
    assert roster(cast, plain=True)["exercise"] == "not yet"
    sign(cast)
    row = roster(cast, language="en")
    assert (row["exercise"], row["practices_done"]) == ("Competent", 0)


def test_the_table_of_a_cohort_ends_in_the_exercise(cast: Cast) -> None:
    sign(cast)
    cohort = cast.office.session.scalars(select(Cohort)).one()
    table = practice.table(cast.office, cast.actor("tomas"), cohort_id=cohort.id)
    assert table.exercise == sample.EXERCISE
    assert [m.id for m in table.modules] == ["mission"]
    assert table.lines[0].standing == {EXERCISE: "competent"}


def test_an_exercise_that_a_new_edition_brings_is_to_do_and_what_is_done_stays(cast: Cast) -> None:
    without = sample.course()
    go_on(cast, without)
    assert (enrolment(cast).exercise, roster(cast)["exercise"]) == ("", "")
    with pytest.raises(NotFound):
        practice.sheet(cast.office, cast.actor("tomas"), enrolment(cast).id, EXERCISE)
    go_on(cast, cast.course)
    assert enrolment(cast).exercise == "open"
    sign(cast)
    percent = enrolment(cast).percent
    renamed = msgspec.structs.replace(
        cast.course, modules=tuple(msgspec.structs.replace(m, id=f"{m.id}-new") for m in cast.course.modules)
    )
    go_on(cast, renamed)
    assert (enrolment(cast).exercise, enrolment(cast).percent) == ("competent", percent)
    assert doctor.examine(cast.office).findings == ()


def test_the_demo_signs_the_exercise_of_those_who_complete_and_of_no_beginner() -> None:
    course = sample.course(exercise=sample.EXERCISE)
    for stage, signed in (("completed", True), ("no-exam", True), ("no-practice", False), ("begun", False)):
        play = acts.acts(course, stage, random.Random("x"))  # type: ignore[arg-type]
        assert any(act.module == EXERCISE for act in play) is signed, stage
        assert not any(act.module == EXERCISE for act in acts.acts(sample.course(), stage, random.Random("x")))  # type: ignore[arg-type]


# Its page in the studio ------------------------------------------------------------------------------------------------

SHEET = {
    "practice.en.md": "---\ntitle: A night\nminutes: 90\n---\nGo.\n\n:::{criteria}\n- All met. {#all}\n:::\n",
    "practice.es.md": "---\ntitle: Una noche\nminutes: 90\n---\nVaya.\n\n:::{criteria}\n- Todo cumplido. {#all}\n:::\n",
}


def test_it_stands_among_the_pages_of_the_course_and_travels_in_its_zip(cast: Cast) -> None:
    office, ada = cast.office, cast.actor("ada")
    publishing.create(office, ada, manuscript.zipped(manuscript.files()))
    zipped = [("p.zip", manuscript.zipped({**manuscript.files(), **SHEET}))]
    publishing.upload(office, ada, manuscript.COURSE, zipped)
    draft = publishing.draft(office, ada, manuscript.COURSE)
    assert [one.code for one in draft.checked.errors] == []
    top = publishing.tree(draft.source)[0]
    assert [(stem.kind, stem.titles) for stem in top.stems][-1] == ("exercise", {"en": "A night", "es": "Una noche"})
    assert "exercise" not in publishing.lacking(draft)
    again = compile(from_zip(publishing.export(office, ada, manuscript.COURSE))).course
    assert again == draft.checked.course
    assert again is not None and again.exercise is not None
    edition, _followed = publishing.publish(office, ada, manuscript.COURSE, draft.checked.digest)
    assert edition.number == 1
