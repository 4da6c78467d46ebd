"""The survey: asked once, answered once, and nobody can say whose an answer is."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import pairwise

import pytest
from sqlalchemy import inspect, select, text, update

from app.records.audit import AuditEntry, Notice
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import Person
from app.records.surveys import SurveyAnswer, SurveyComment, SurveyMark
from app.rules.disclosure import LEAST
from app.rules.errors import NotFound, Refused
from app.rules.survey import SCORED
from app.services import learning, surveys
from app.services.office import Actor, actor_of, fold_name
from tests.cast import Cast

ALL = dict.fromkeys(SCORED, 4)


def crowd(cast: Cast, size: int, cohort: bool = True, start: int = 0) -> list[Actor]:
    """*size* officers of Guayacán who have completed the course, in the cohort or in none."""
    office, found = cast.office, []
    with office.transaction():
        for n in range(start, start + size):
            person = Person(
                institution_id=cast.institutions["/pa/senafront/guayacan/"].id,
                email=f"o{n}@paso.example",
                name=f"Oficial {n:02}",
                sort_name=fold_name(f"Oficial {n:02}"),
                created_at=office.now(),
            )
            office.session.add(person)
            office.session.flush()
            row = learning.enrol(office, None, person, cast.course.id, cast.cohort.id if cohort else None)
            row.started_at, row.completed_at, row.status = office.now(), office.now(), "completed"
            found.append(actor_of(office.session.get_one(Person, person.id, populate_existing=True)))
    return found


def answer(cast: Cast, actor: Actor, scores: dict[str, int] | None = None, **texts: str) -> None:
    surveys.answer(cast.office, actor, cast.course.id, ALL if scores is None else scores, texts)


def refused(code: str, deed, *args, **kwargs) -> None:
    with pytest.raises(Refused) as caught:
        deed(*args, **kwargs)
    assert caught.value.code == code


def results(cast: Cast, by: str = "tomas", may: str = "sign practice") -> surveys.Results:
    return surveys.of_cohort(cast.office, cast.actor(by), cast.cohort.id, may)


def test_it_opens_with_completion_or_the_end_of_the_cohort_and_is_answered_once(cast_on_both):
    cast = cast_on_both
    nayeli = cast.actor("nayeli")
    refused("survey-early", answer, cast, nayeli)
    (officer,) = crowd(cast, 1)
    answer(cast, officer)
    refused("survey-answered", answer, cast, officer)
    with cast.office.transaction():
        cast.office.session.execute(update(Enrolment).values(started_at=cast.office.now()))
        cast.office.session.execute(update(Cohort).values(ends_on=dt.date(2026, 11, 22)))
    cast.office.session.expire_all()
    assert [course.id for course in surveys.waiting(cast.office, nayeli)] == [cast.course.id]
    answer(cast, nayeli)
    assert surveys.waiting(cast.office, nayeli) == []
    assert cast.office.session.query(SurveyAnswer).count() == 2
    cast.clock.pass_by(days=surveys.OPEN_DAYS + 2)
    (late,) = crowd(cast, 1, start=5)
    cast.clock.pass_by(days=surveys.OPEN_DAYS + 2)
    refused("survey-over", answer, cast, late)


@pytest.mark.parametrize(
    ("scores", "texts", "code"),
    [
        ({}, {}, "survey-empty"),
        ({}, {"helped": "x"}, "survey-empty"),
        ({"relevance": 6}, {}, "survey-malformed"),
        ({"who": 1}, {}, "survey-malformed"),
        ({"relevance": 1}, {"who": "x"}, "survey-malformed"),
        ({"relevance": 1}, {"change": "x" * 1001}, "survey-long"),
    ],
)
def test_what_is_no_answer_is_refused_and_can_be_sent_again(cast, scores, texts, code):
    (officer,) = crowd(cast, 1)
    refused(code, answer, cast, officer, scores, **texts)
    answer(cast, officer)


def test_nothing_that_is_kept_of_an_answer_leads_to_a_person(cast_on_both):
    cast = cast_on_both
    officers = crowd(cast, 7)
    for n, officer in enumerate(officers):
        answer(cast, officer, {"relevance": 1 + n % 5}, change=f"n.º {n}")
    session = cast.office.session
    for table in (SurveyAnswer, SurveyComment):
        columns = {column["name"] for column in inspect(session.get_bind()).get_columns(table.__tablename__)}
        assert columns <= {"id", "course_id", "cohort_id", "service_id", "scores", "released", "item", "text"}
        rows = session.scalars(select(table)).all()
        assert len(rows) == 7
        assert all(row.id.version == 4 for row in rows), "a time-ordered id would say when"
    assert {column["name"] for column in inspect(session.get_bind()).get_columns("survey_mark")} == {
        "enrolment_id",
        "answered",
    }
    actions = set(session.scalars(select(AuditEntry.action)))
    assert not any(action.startswith("survey") for action in actions), "the log would say when"
    assert session.scalars(select(Enrolment.active_at).where(Enrolment.status == "completed")).all() == [None] * 7


def test_the_order_in_which_officers_answer_is_nowhere_in_the_tables(cast_on_both):
    cast = cast_on_both
    officers = crowd(cast, 12)
    for n, officer in enumerate(officers):
        answer(cast, officer, {"relevance": 3}, change=f"{n:02}")
    session = cast.office.session
    if session.get_bind().dialect.name == "sqlite":
        for name in ("survey_mark", "survey_answer", "survey_comment"):
            sql = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
            assert "WITHOUT ROWID" in sql, "a row number would count the answers"
    else:
        for name in ("survey_mark", "survey_answer", "survey_comment"):
            written = set(session.execute(text(f"SELECT xmin::text FROM {name}")).scalars())
            assert len(written) == 1, "every row was written by the same transaction, the last one"
    stored = [row.text for row in session.scalars(select(SurveyComment))]
    shown = list(results(cast).comments["change"])
    # of 12 in a shuffle, this order comes once in 479 million times
    assert stored != sorted(stored)
    assert shown != sorted(shown)
    assert shown == list(results(cast).comments["change"]), "the shuffle is the same at every look"


def test_results_begin_at_five_and_grow_by_five(cast_on_both):
    cast = cast_on_both
    officers = crowd(cast, 2 * LEAST + 1)
    seen = []
    for officer in officers:
        answer(cast, officer, {"relevance": 5}, helped="x")
        found = results(cast)
        seen.append((found.answers, len(found.comments.get("helped", ()))))
    assert seen == [(0, 0)] * 4 + [(5, 5)] * 5 + [(10, 10)] * 2
    assert found.figures["relevance"] == (0, 0, 0, 0, 10) and found.mean("relevance") == 5
    assert found.figures["clarity"] is None, "nobody said anything to it"


def test_what_few_have_said_to_one_question_is_hidden(cast):
    for n, officer in enumerate(crowd(cast, 6)):
        answer(cast, officer, {"relevance": 4} if n < 4 else {"clarity": 2, "relevance": 4})
    found = results(cast)
    assert found.figures["relevance"] is not None
    assert found.figures["clarity"] is None


def test_no_result_taken_from_another_leaves_fewer_than_five(cast_on_both):
    cast = cast_on_both
    inside, outside = crowd(cast, 8), crowd(cast, 4, cohort=False, start=20)
    for officer in [*inside, *outside]:
        answer(cast, officer)
    whole = surveys.of_course(cast.office, cast.actor("tomas"), cast.course.id)
    assert (whole.answers, results(cast).answers) == (5, 5), "four officers without a cohort would be the difference"
    answer(cast, *crowd(cast, 1, cohort=False, start=30))
    whole = surveys.of_course(cast.office, cast.actor("tomas"), cast.course.id)
    assert whole.answers - results(cast).answers == LEAST


def test_results_are_for_those_who_train_or_coordinate_the_cohort(cast):
    for may, able, not_theirs in (("sign practice", "tomas", "tina"), ("read roster", "coralia", "carlos")):
        assert results(cast, able, may).answers == 0
        with pytest.raises(NotFound):
            results(cast, not_theirs, may)
    with pytest.raises(NotFound):
        surveys.of_course(cast.office, cast.actor("tina"), cast.course.id)


def test_one_message_asks_whoever_has_not_answered_and_never_again(cast_on_both):
    cast = cast_on_both
    first, second, third = crowd(cast, 3)
    answer(cast, first)
    assert surveys.invite_due(cast.office) == 0, "whoever has just completed sees it on the page"
    cast.clock.pass_by(days=surveys.WAIT_DAYS, minutes=1)
    answer(cast, second)
    assert surveys.invite_due(cast.office) == 1
    assert surveys.invite_due(cast.office) == 0
    keys = cast.office.session.scalars(select(Notice.person_id).where(Notice.dedup_key.startswith("survey/"))).all()
    assert keys == [third.person_id]
    answer(cast, third)
    cast.clock.pass_by(days=30)
    assert surveys.invite_due(cast.office) == 0
    assert set(cast.office.session.scalars(select(SurveyMark.answered))) == {True}


def test_the_end_of_a_cohort_asks_those_who_began(cast):
    cast.clock.at = dt.datetime(2026, 12, 17, 12, tzinfo=dt.UTC)
    assert surveys.invite_due(cast.office) == 0, "Nayeli never began"
    with cast.office.transaction():
        cast.office.session.execute(update(Enrolment).values(started_at=cast.office.now()))
    assert surveys.invite_due(cast.office) == 1


def test_a_cohort_that_is_deleted_leaves_its_answers_to_the_course(cast_on_both):
    cast = cast_on_both
    for officer in crowd(cast, 5):
        answer(cast, officer)
    with cast.office.transaction():
        cast.office.session.execute(update(Enrolment).values(cohort_id=None))
        cast.office.session.execute(text("DELETE FROM cohort_trainer"))
        cast.office.session.execute(text("DELETE FROM cohort"))
    cast.office.session.expire_all()
    assert surveys.of_course(cast.office, cast.actor("ada"), cast.course.id).answers == 5


def test_the_figures_as_a_file(cast):
    for officer in crowd(cast, 5):
        answer(cast, officer, {"relevance": 2}, change="=1+1")
    found = results(cast)
    names = {item: f"={item}" for item in SCORED}
    made = surveys.figures_csv(cast.office, cast.actor("tomas"), found, names, ["q", "1", "2", "3", "4", "5", "n"])
    lines = b"".join(made).decode("utf-8-sig").splitlines()
    assert lines[1] == "'=relevance,0,5,0,0,0,5"
    assert lines[2] == "'=clarity,,,,,,"
    assert "1+1" not in "".join(lines), "comments stay on the page"
    assert uuid.UUID(
        cast.office.session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "survey.download")).one()
    )


def test_no_answer_to_one_question_taken_from_another_look_leaves_fewer_than_five(cast_on_both):
    cast = cast_on_both
    inside, outside = crowd(cast, 4 * LEAST), crowd(cast, LEAST, cohort=False, start=40)
    looks = []
    for n, officer in enumerate(inside):
        alone = LEAST <= n < 3 * LEAST  # then one in five says something of clarity
        answer(cast, officer, {"relevance": 4} if alone and n % LEAST else {"clarity": 2, "relevance": 4})
        found = results(cast).figures
        looks.append(tuple(sum(found.get(item) or ()) for item in ("relevance", "clarity")))
    for item in (0, 1):
        steps = {after[item] - before[item] for before, after in pairwise(looks)}
        assert all(step == 0 or step >= LEAST for step in steps)
    assert looks[-1] == (20, 12), "nothing that was said is lost"
    assert results(cast).answers == 20
    for n, officer in enumerate(outside):
        answer(cast, officer, {"clarity": 2} if n else {"relevance": 1})
    whole = surveys.of_course(cast.office, cast.actor("tomas"), cast.course.id)
    assert whole.answers == 25
    assert (sum(whole.figures["relevance"]), sum(whole.figures["clarity"])) == (20, 12)
