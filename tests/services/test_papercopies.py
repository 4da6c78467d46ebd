"""The exam on paper: a copy is an attempt bound to its officer, two people enter it, and it grades as the web does."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.records.audit import AuditEntry
from app.records.certificates import Certificate
from app.records.examining import PaperCopy
from app.records.exams import Attempt, AttemptAnswer
from app.records.people import Person, RoleGrant
from app.rules import grading
from app.rules.errors import Conflict, NotFound, Refused
from app.services import accommodations, doctor, exams, learning, papercopies
from app.services.office import fold_name
from tests.cast import Cast
from tests.services.test_rulings import again, ready, study
from tests.story import RIGHT, sign_practice, sit

TODAY = dt.date(2026, 11, 23)


def enrolment(cast: Cast, name: str = "nayeli") -> uuid.UUID:
    return learning.study(cast.office, cast.actor(name), cast.course.id).enrolment.id


def print_for(cast: Cast, *names: str, who: str = "tomas", **more: Any) -> list[PaperCopy]:
    """Copies that Tomás prints for *names*."""
    ids = [enrolment(cast, name) for name in names or ("nayeli",)]
    printing = papercopies.print_copies(
        cast.office, cast.actor(who), ids, more.pop("language", ""), more.pop("sheet", "letter"), **more
    )
    return sorted(printing.copies, key=lambda copy: ids.index(copy.enrolment_id))


def second_trainer(cast: Cast) -> str:
    """Another trainer of the course and of Nayeli's cohort: "rosa"."""
    office = cast.office
    with office.transaction():
        rosa = Person(
            institution_id=cast.institutions["/pa/senafront/"].id,
            email=cast.email("rosa"),
            name="Rosa Batista",
            sort_name=fold_name("Rosa Batista"),
            created_at=office.now(),
        )
        office.session.add(rosa)
        office.session.flush()
        office.session.add(
            RoleGrant(person_id=rosa.id, role="trainer", course_id=cast.course.id, granted_at=office.now())
        )
        cast.people["rosa"] = rosa
        assert cast.cohort is not None
        cast.cohort.trainers.append(rosa)
    office.session.expire_all()
    return "rosa"


def right(cast: Cast, copy: PaperCopy, wrong: int = 0) -> dict[str, Any]:
    """What a sheet says that has all but *wrong* answers right."""
    assert copy.attempt_id is not None
    attempt = cast.office.session.get_one(Attempt, copy.attempt_id)
    names = [name for name, _order in attempt.paper]
    return {name: ["bus"] if at < wrong else RIGHT.get(name, ["right"]) for at, name in enumerate(names)}


def enter(cast: Cast, copy: PaperCopy, entry: dict[str, Any], who: str = "tomas") -> papercopies.Paper:
    return papercopies.enter(cast.office, cast.actor(who), copy.code, entry, TODAY)


def desk(cast: Cast, name: str = "nayeli") -> exams.Desk:
    return exams.desk(cast.office, cast.actor(name), cast.course.id)


# Printing -------------------------------------------------------------------------------------------------------------


def test_a_copy_is_an_attempt_on_paper_without_a_clock_and_the_web_waits_for_it(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ready(cast)
    (copy,) = print_for(cast)
    found = desk(cast)
    attempt = found.on_paper
    assert attempt is not None and attempt.id == copy.attempt_id
    assert (attempt.medium, attempt.deadline_at, attempt.seed) == ("paper", None, copy.seed)
    assert (found.open, found.refusal, found.copy.code) == (None, "paper", copy.code)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="attempt-paper"):
        exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    with pytest.raises(Refused, match="attempt-paper"):
        exams.answer(cast.office, cast.actor("nayeli"), attempt.id, 1, ["right"])
    with pytest.raises(Refused, match="attempt-paper"):
        exams.submit(cast.office, cast.actor("nayeli"), attempt.id)
    cast.clock.pass_by(days=30)
    assert exams.close_due(cast.office) == 0


def test_a_double_click_prints_once_and_nobody_has_two_copies(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ready(cast)
    batch = uuid.uuid4()
    one = print_for(cast, batch_id=batch)
    two = print_for(cast, batch_id=batch)
    assert [c.code for c in one] == [c.code for c in two]
    with pytest.raises(Refused, match="copies-none-open"):
        print_for(cast)
    assert cast.office.session.query(Attempt).filter_by(kind="exam").count() == 1


def test_copies_are_for_officers_whose_exam_is_open_and_others_are_left_out_with_a_reason(cast: Cast) -> None:
    ready(cast, "nayeli", "beto")
    assert cast.cohort is not None
    with cast.office.transaction():
        for name in ("beto", "ximena"):
            learning.lock(cast.office, enrolment(cast, name)).cohort_id = cast.cohort.id
    exams.start(cast.office, cast.actor("beto"), cast.course.id)
    _group, found = papercopies.candidates(cast.office, cast.actor("tomas"), cast.cohort.id)
    assert {one.enrolment.person.name.split()[0]: one.refusal for one in found} == {
        "Nayeli": "",
        "Norberto": "open",
        "Ximena": "course-first",
    }
    printing = papercopies.print_copies(
        cast.office, cast.actor("tomas"), [one.enrolment.id for one in found], "es", "letter"
    )
    assert (len(printing.copies), printing.left) == (1, 2)


def test_waiting_hours_and_the_number_of_attempts_count_on_paper_too(cast: Cast) -> None:
    ready(cast)
    sit(cast, "nayeli", wrong=6)
    with pytest.raises(Refused, match="copies-none-open"):
        print_for(cast)
    cast.clock.pass_by(hours=25)
    (copy,) = print_for(cast)
    assert copy.number == 2


@pytest.mark.parametrize("who", ["tina", "coralia", "beto"])
def test_only_a_trainer_of_the_officer_prints(cast: Cast, who: str) -> None:
    ready(cast)
    with pytest.raises(NotFound):
        print_for(cast, who=who)


def test_nobody_prints_their_own_copy_and_choices_are_bounded(cast: Cast) -> None:
    cast.enrol("tomas")
    ready(cast, "tomas")
    with pytest.raises(Refused, match="copies-none-open"):
        print_for(cast, "tomas")
    for more, code in (({"language": "fr"}, "copies-choice"), ({"sheet": "tabloid"}, "copies-choice")):
        with pytest.raises(Refused, match=code):
            print_for(cast, "tomas", **more)
    many = [uuid.uuid4() for _ in range(papercopies.MOST_COPIES + 1)]
    for ids, code in (([], "copies-none"), (many, "copies-many")):
        with pytest.raises(Refused, match=code):
            papercopies.print_copies(cast.office, cast.actor("tomas"), ids, "", "letter")


def test_the_booklet_has_the_code_the_questions_and_a_sheet_and_nothing_of_the_key(cast: Cast) -> None:
    ready(cast)
    accommodations.grant(cast.office, cast.actor("tomas"), enrolment(cast), 50, None, "Baja visión.")
    (copy,) = print_for(cast, language="es")
    papers = papercopies.batch(cast.office, cast.actor("tomas"), copy.batch)
    content, name = papercopies.pdf(cast.office, cast.actor("tomas"), papers)
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split())
    assert name == f"humane-border-exam-{copy.code}.pdf"
    assert text.count(copy.code) >= 4 and "Nayeli Ábrego Quintero" in text
    assert "45 minutos" in text and "15 de ellos" in text
    assert "Hoja de respuestas" in text and "Baja visión" not in text
    places = [int(n) for n in re.findall(r"Pregunta (\d+)", text)]
    assert places == list(range(1, 7))
    for secret in ("Usted recibe; la autoridad decide.", "Nadie tiene que.", "crítica)", "· crítica", "Clave"):
        assert secret not in text
    again_, _name = papercopies.pdf(cast.office, cast.actor("tomas"), papers)
    assert again_ == content


# Entering -------------------------------------------------------------------------------------------------------------


def test_entered_twice_alike_by_two_people_it_is_graded_as_the_web_grades_and_counted_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ready(cast)
    sign_practice(cast, "nayeli", "mission")
    (copy,) = print_for(cast)
    entry = right(cast, copy, wrong=1)
    assert enter(cast, copy, entry).copy.state == "typed"
    assert desk(cast).refusal == "paper"
    found = enter(cast, copy, entry, who="coralia")
    attempt = again(cast, cast.office.session.get_one(Attempt, copy.attempt_id))
    questions = cast.course.questions
    by_the_web = sum(grading.grade(questions[name], value).credit for name, value in entry.items())
    assert found.copy.state == "graded"
    assert attempt.mark == int(100 * by_the_web / 6)
    assert (attempt.closed_how, attempt.closed_at) == ("paper", cast.clock())
    state = study(cast)
    assert (state.progress.exam.attempts, state.progress.exam.best) == (1, attempt.mark)
    assert cast.office.session.query(AttemptAnswer).filter_by(attempt_id=attempt.id).count() == 6
    if attempt.passed:
        assert cast.office.session.scalars(select(Certificate)).one().person_id == cast.people["nayeli"].id
    for who in ("tomas", "coralia"):
        with pytest.raises(Refused, match="copy-graded"):
            enter(cast, copy, entry, who=who)
    assert doctor.examine(cast.office).findings == ()


def test_a_passed_exam_on_paper_brings_the_certificate(cast: Cast) -> None:
    ready(cast)
    sign_practice(cast, "nayeli", "mission")
    (copy,) = print_for(cast)
    enter(cast, copy, right(cast, copy))
    assert cast.office.session.query(Certificate).count() == 0
    enter(cast, copy, right(cast, copy), who="coralia")
    assert study(cast).complete and cast.office.session.query(Certificate).count() == 1
    assert len(exams.review(cast.office, desk(cast), 1).items) == 6


def test_the_same_person_twice_is_one_person(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    enter(cast, copy, right(cast, copy, wrong=3))
    found = enter(cast, copy, right(cast, copy))
    assert (found.copy.state, found.copy.second_by) == ("typed", None)
    with pytest.raises(Refused, match="copy-same-person"):
        papercopies.confirm(cast.office, cast.actor("tomas"), copy.code, found.seal)
    enter(cast, copy, right(cast, copy), who="coralia")
    assert again(cast, found.attempt).mark == 100  # type: ignore[arg-type]


def test_a_second_trainer_confirms_what_they_compared_with_the_sheet(cast: Cast) -> None:
    ready(cast)
    rosa = second_trainer(cast)
    (copy,) = print_for(cast)
    found = enter(cast, copy, right(cast, copy))
    seen = found.seal
    enter(cast, copy, right(cast, copy, wrong=1))  # corrected meanwhile by the one who typed it
    with pytest.raises(Conflict):
        papercopies.confirm(cast.office, cast.actor(rosa), copy.code, seen)
    now = papercopies.paper(cast.office, cast.actor(rosa), copy.code)
    done = papercopies.confirm(cast.office, cast.actor(rosa), copy.code, now.seal)
    assert (done.copy.state, done.copy.confirmed, done.copy.second_by) == ("graded", True, cast.people["rosa"].id)
    with pytest.raises(Refused, match="copy-graded"):
        papercopies.confirm(cast.office, cast.actor(rosa), copy.code, now.seal)


def test_two_entries_that_differ_are_not_graded_until_the_sheet_decides(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    first = right(cast, copy)
    second = {**right(cast, copy, wrong=2)}
    enter(cast, copy, first)
    found = enter(cast, copy, second, who="coralia")
    assert (found.copy.state, [one.position for one in found.differences]) == ("disputed", [1, 2])
    assert again(cast, found.attempt).closed_at is None  # type: ignore[arg-type]
    for who in ("tomas", "coralia"):
        with pytest.raises(Refused, match="copy-disputed"):
            enter(cast, copy, first, who=who)
    one, two = (difference.question for difference in found.differences)
    with pytest.raises(Refused, match="copy-undecided"):
        papercopies.resolve(cast.office, cast.actor("coralia"), copy.code, {one: ["right"]})
    done = papercopies.resolve(cast.office, cast.actor("coralia"), copy.code, {one: ["proof"], two: ["right"]})
    assert (done.copy.state, done.copy.resolved_by) == ("graded", cast.people["coralia"].id)
    kept = {row.question: row.response["value"] for row in cast.office.session.scalars(select(AttemptAnswer))}
    assert (kept[one], kept[two]) == (["proof"], ["right"])
    assert again(cast, done.attempt).mark == 83  # type: ignore[arg-type]
    assert done.copy.first == first and done.copy.second == second, "both entries are kept as they were typed"


def test_the_same_words_in_other_letters_are_no_difference(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    with cast.office.transaction():
        attempt = cast.office.session.get_one(Attempt, copy.attempt_id)
        attempt.paper = [["short-port", []], ["several-signs", ["c", "a", "b"]]]
    cast.office.session.expire_all()
    enter(cast, copy, {"short-port": "No devolución", "several-signs": ["a", "b"]})
    found = enter(cast, copy, {"short-port": "no devolucion", "several-signs": ["b", "a"]}, who="coralia")
    assert (found.copy.state, again(cast, attempt).mark) == ("graded", 100)


def test_an_empty_sheet_is_an_attempt_with_nothing_right(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    enter(cast, copy, {})
    found = enter(cast, copy, {}, who="coralia")
    assert (found.copy.state, again(cast, found.attempt).mark) == ("graded", 0)  # type: ignore[arg-type]
    assert desk(cast).refusal == "wait"


def test_nobody_enters_their_own_exam_and_strangers_do_not_find_it(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    for who in ("tina", "carlos", "beto", "oscar"):
        with pytest.raises(NotFound):
            enter(cast, copy, {}, who=who)
    with cast.office.transaction():
        cast.office.session.add(
            RoleGrant(
                person_id=cast.people["nayeli"].id,
                role="coordinator",
                institution_id=cast.institutions["/pa/senafront/"].id,
                granted_at=cast.office.now(),
            )
        )
    cast.office.session.expire_all()
    with pytest.raises(Refused, match="exam-own"):
        enter(cast, copy, {}, who="nayeli")


def test_what_is_no_code_no_answer_or_no_day_is_refused(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    office, tomas = cast.office, cast.actor("tomas")
    with pytest.raises(Refused, match="copy-code"):
        papercopies.paper(office, tomas, copy.code[:-1] + ("2" if copy.code[-1] != "2" else "3"))
    with pytest.raises(NotFound):
        papercopies.paper(office, tomas, "2222-2222")
    for entry in ({"mission-quiz-1": ["right"]}, {next(iter(right(cast, copy))): ["nothing"]}):
        with pytest.raises(Refused, match="response-malformed"):
            enter(cast, copy, entry)
    for day in (None, TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)):
        with pytest.raises(Refused, match="copy-day"):
            papercopies.enter(office, tomas, copy.code, {}, day)


def test_a_code_is_found_however_it_is_typed(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    found = papercopies.paper(cast.office, cast.actor("coralia"), f" {copy.code.lower().replace('-', ' ')} ")
    assert (found.copy.id, found.enrolment.person.name) == (copy.id, "Nayeli Ábrego Quintero")


# Cancelling and the record --------------------------------------------------------------------------------------------


def test_a_lost_copy_was_no_attempt(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ready(cast)
    (copy,) = print_for(cast)
    enter(cast, copy, right(cast, copy))
    done = papercopies.cancel(cast.office, cast.actor("tomas"), copy.code, "Se mojó en la lancha.")
    assert (done.copy.state, done.copy.cancel_reason, done.attempt) == ("cancelled", "Se mojó en la lancha.", None)
    assert done.copy.seed and done.copy.first, "its draw and what was typed of it stay on record"
    found = desk(cast)
    assert (found.refusal, found.used, found.on_paper) == (None, 0, None)
    assert papercopies.cancel(cast.office, cast.actor("tomas"), copy.code, "Otra vez.").copy.cancel_reason.startswith(
        "Se"
    )
    with pytest.raises(Refused, match="copy-cancelled"):
        enter(cast, copy, {}, who="coralia")
    assert sit(cast, "nayeli").number == 1
    assert doctor.examine(cast.office).findings == ()


def test_what_is_graded_cannot_be_cancelled_and_only_trainers_cancel(cast: Cast) -> None:
    ready(cast)
    (copy,) = print_for(cast)
    with pytest.raises(NotFound):
        papercopies.cancel(cast.office, cast.actor("coralia"), copy.code, "x")
    with pytest.raises(Refused, match="reason-missing"):
        papercopies.cancel(cast.office, cast.actor("tomas"), copy.code, " ")
    enter(cast, copy, {})
    enter(cast, copy, {}, who="coralia")
    with pytest.raises(Refused, match="copy-graded"):
        papercopies.cancel(cast.office, cast.actor("tomas"), copy.code, "x")


def test_who_waits_for_a_second_person_is_listed_to_both_sides(cast: Cast) -> None:
    ready(cast, "nayeli", "beto")
    nayeli, _beto = print_for(cast, "nayeli", "beto")
    enter(cast, nayeli, {})
    for who in ("tomas", "coralia", "ada"):
        rows = papercopies.pending(cast.office, cast.actor(who))
        assert [(e.person.name.split()[0], c.state) for c, e in rows] == [("Nayeli", "typed"), ("Norberto", "out")]
    assert papercopies.pending(cast.office, cast.actor("carlos")) == []


def test_every_step_stands_in_the_log(cast: Cast) -> None:
    ready(cast, "nayeli", "beto")
    copy, other = print_for(cast, "nayeli", "beto")
    papercopies.pdf(cast.office, cast.actor("tomas"), papercopies.batch(cast.office, cast.actor("tomas"), copy.batch))
    enter(cast, copy, right(cast, copy))
    enter(cast, copy, {}, who="coralia")
    found = papercopies.paper(cast.office, cast.actor("tomas"), copy.code)
    papercopies.resolve(
        cast.office, cast.actor("tomas"), copy.code, {one.question: one.first for one in found.differences}
    )
    papercopies.cancel(cast.office, cast.actor("tomas"), other.code, "Se perdió.")
    rows = cast.office.session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("exam.paper")).order_by(AuditEntry.id)
    ).all()
    mine = [row for row in rows if row.subject == str(enrolment(cast))]
    assert [row.action.removeprefix("exam.paper-") for row in mine] == ["copy", "print", "entry", "entry", "resolve"]
    assert {row.detail["code"] for row in mine} == {copy.code}
    assert [row.action for row in rows if row.subject == str(enrolment(cast, "beto"))][-1] == "exam.paper-cancel"


def test_a_copy_ends_on_the_edition_that_it_was_printed_from(cast: Cast) -> None:
    from app.services import following
    from tests import sample
    from tests.cast import publish

    ready(cast)
    (copy,) = print_for(cast)
    entry = right(cast, copy)
    newer = sample.course(code="HB2", exam=("mission-exam-1", "protection-exam-1"))
    with cast.office.transaction():
        edition = publish(cast, newer)
        following.follow(cast.office, newer.id, edition.id, newer)
    enter(cast, copy, entry)
    found = enter(cast, copy, entry, who="coralia")
    assert again(cast, found.attempt).mark == 100  # type: ignore[arg-type]
    assert study(cast).progress.exam.passed
