"""How questions have served: counted from first sittings, of one's own courses, with nobody to be recognised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import event

from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules import grading
from app.rules.errors import NotFound
from app.rules.statistics import LEAST_USES
from app.services import exams, itemanalysis
from app.services.office import fold_name
from tests.cast import Cast
from tests.story import RIGHT, complete, finish_lessons, sit

Answer = Callable[[int, str, str], object]


def sittings(cast: Cast, count: int, answer: Answer, language: Callable[[int], str] = lambda n: "es") -> None:
    """*count* officers sit the quiz of "mission"; *answer* says what each answers to each question in their language."""
    office, session = cast.office, cast.office.session
    module = cast.course.module("mission")
    assert module is not None
    with office.transaction():
        model = session.query(Enrolment).filter_by(person_id=cast.people["nayeli"].id).one()
        for n in range(count):
            person = Person(
                institution_id=model.institution_id,
                email=f"crowd-{n}@paso.example",
                name=f"Oficial {n}",
                sort_name=fold_name(f"Oficial {n}"),
                language=language(n),
                created_at=office.now(),
            )
            session.add(person)
            session.flush()
            enrolment = Enrolment(
                **{
                    column.name: getattr(model, column.name)
                    for column in Enrolment.__table__.columns
                    if column.name not in ("id", "person_id")
                }
            )
            enrolment.person_id = person.id
            session.add(enrolment)
            session.flush()
            attempt = Attempt(
                enrolment_id=enrolment.id,
                edition_id=model.edition_id,
                kind="quiz",
                module="mission",
                number=1,
                seed=str(n),
                paper=[[question, []] for question in module.quiz],
                opened_at=office.now(),
                closed_at=office.now() + dt.timedelta(minutes=9),
                closed_how="submitted",
            )
            session.add(attempt)
            session.flush()
            for question in module.quiz:
                response = answer(n, question, person.language)
                if response:
                    grade = grading.grade(cast.course.questions[question], response)  # type: ignore[arg-type]
                    session.add(
                        AttemptAnswer(
                            attempt_id=attempt.id,
                            question=question,
                            response={"value": response},
                            saved_at=office.now(),
                            credit=grade.credit,
                            right=grade.right,
                        )
                    )


def able(n: int, question: str, language: str) -> object:
    """Officer *n* of every ten answers their first n questions rightly."""
    place = sum(map(ord, question)) % 10
    return RIGHT.get(question, ["right"]) if place < n % 10 else None


def of(cast: Cast, question: str = "mission-quiz-1", who: str = "tomas") -> itemanalysis.Item:
    return itemanalysis.analysis(cast.office, cast.actor(who), cast.course.id).item(question)


def test_before_anyone_sat_every_question_is_unused(cast):
    found = itemanalysis.analysis(cast.office, cast.actor("tomas"), cast.course.id)
    assert found.items and found.attempts == 0
    assert all(item.flags == ("unused",) and item.figures.uses == 0 for item in found.items)


def test_another_trainers_course_is_not_found(cast):
    for who in ("tina", "nayeli", "coralia"):
        with pytest.raises(NotFound):
            itemanalysis.analysis(cast.office, cast.actor(who), cast.course.id)
    assert itemanalysis.analysis(cast.office, cast.actor("ada"), cast.course.id).items
    with pytest.raises(NotFound):
        of(cast, "nothing")


def test_an_open_attempt_counts_for_nothing_and_a_second_sitting_only_as_asked(cast_on_both):
    cast = cast_on_both
    finish_lessons(cast, "nayeli", "mission")
    module = cast.course.module("mission")
    sit(cast, "nayeli", "mission", wrong=len(module.quiz))
    cast.clock.pass_by(hours=48)
    sit(cast, "nayeli", "mission")
    finish_lessons(cast, "beto", "mission")
    exams.start(cast.office, cast.actor("beto"), cast.course.id, "mission")
    found = itemanalysis.analysis(cast.office, cast.actor("tomas"), cast.course.id)
    asked = [item for item in found.items if item.asked]
    assert found.attempts == 1 and asked
    assert sum(item.asked for item in asked) == 2 * sum(item.figures.uses for item in asked)


def test_few_sittings_show_no_figure_that_tells_of_a_person(cast):
    complete(cast, "nayeli")
    complete(cast, "ximena")
    found = itemanalysis.analysis(cast.office, cast.actor("tomas"), cast.course.id)
    for item in found.items:
        assert item.figures.facility is None and not item.picked
        assert all(part.figures is None for part in item.slices)


def test_figures_come_from_what_was_answered(cast):
    sittings(cast, 40, lambda n, q, s: ["right"] if n % 4 or q != "mission-quiz-1" else ["bus"])
    item = of(cast)
    assert item.figures.uses == 40 and item.figures.facility == 75
    assert {pick.option: pick.count for pick in item.picked} == {"right": 30, "proof": 0, "bus": 10}
    assert item.flags == ()


def test_what_everyone_knows_is_too_easy(cast):
    sittings(cast, LEAST_USES, lambda n, q, s: RIGHT.get(q, ["right"]))
    assert of(cast).flags == ("easy",)


def test_a_wrong_key_shows_because_the_best_choose_otherwise(cast):
    def answer(n: int, question: str, language: str) -> object:
        if question == "mission-quiz-1":
            return ["bus"] if n % 10 > 3 else ["right"]
        return RIGHT.get(question, ["right"]) if n % 10 > 3 else None

    sittings(cast, 40, answer)
    assert "key" in of(cast).flags


def test_an_item_that_is_harder_in_english_alone_is_likely_a_translation_fault(cast):
    def answer(n: int, question: str, language: str) -> object:
        if question == "mission-quiz-1" and language == "en" and n % 8:
            return ["proof"]
        return RIGHT.get(question, ["right"]) if question == "mission-quiz-1" and n % 3 else able(n, question, language)

    sittings(cast, 160, answer, lambda n: "en" if n // 10 % 2 else "es")
    item = of(cast)
    assert "translation" in item.flags and item.harder_in == "en"
    assert [(part.edition, part.language, part.figures.uses) for part in item.slices] == [(1, "en", 80), (1, "es", 80)]


def test_a_small_slice_is_hidden_and_one_more_so_that_it_cannot_be_worked_out(cast):
    sittings(cast, 30, able, lambda n: "en" if n < 3 else "es")
    assert [part.figures for part in of(cast).slices] == [None, None]


def test_the_number_of_queries_does_not_grow_with_the_answers(cast):
    actor = cast.actor("tomas")
    counts = []
    for _round in range(2):
        seen: list[str] = []
        engine = cast.office.session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *a, seen=seen: seen.append(a[2]))
        itemanalysis.analysis(cast.office, actor, cast.course.id)
        counts.append(len(seen))
        if not _round:
            sittings(cast, 25, able)
            itemanalysis.analysis(cast.office, actor, cast.course.id)  # reads the edition once
            cast.office.session.expire_all()
            actor = cast.actor("tomas")
    assert counts[1] <= counts[0] + 1 < 8


def test_the_csv_has_a_line_for_the_item_and_one_for_each_edition_and_language(cast):
    sittings(cast, 60, able, lambda n: "en" if n % 2 else "es")
    found = itemanalysis.analysis(cast.office, cast.actor("tomas"), cast.course.id)
    heads = list("abcdefghijklm")
    words = {word: word for word in ("quiz", "exam", "yes", *itemanalysis.FLAGS)}
    text = b"".join(itemanalysis.csv_file(found, heads, words)).decode("utf-8-sig")
    lines = [line.split(",") for line in text.splitlines() if line.startswith("mission-quiz-1,")]
    assert [(line[4], line[5], line[7]) for line in lines] == [("", "", "60"), ("1", "en", "30"), ("1", "es", "30")]
    assert "Oficial" not in text
