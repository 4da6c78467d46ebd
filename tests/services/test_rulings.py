"""An item is annulled or another answer accepted: for everybody, upward only, and all that follows from it follows."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records.audit import AuditEntry, Notice
from app.records.certificates import Certificate
from app.records.editions import Edition
from app.records.examining import ItemRuling
from app.records.exams import Attempt
from app.records.learning import LearningEvent
from app.rules import draws
from app.rules import following as rules_of_following
from app.rules.editions import objections
from app.rules.errors import NotFound, Refused
from app.services import doctor, exams, following, itemanalysis, learning, regrading, rulings
from app.serving import work_once
from tests import sample
from tests.cast import Cast, office_for, publish
from tests.story import RIGHT, finish_lessons, play, sign_practice, sit


def ready(cast: Cast, *names: str) -> None:
    for name in names or ("nayeli",):
        for module in ("mission", "protection"):
            finish_lessons(cast, name, module)
            play(cast, name, module)
            sit(cast, name, module)


def answer_all(
    cast: Cast,
    attempt: Attempt,
    name: str,
    wrong: Collection[str] = (),
    left: Collection[str] = (),
    as_: Any = ("bus",),
) -> None:
    """Answer an open attempt rightly but for *wrong* (answered *as_*) and *left* (not answered)."""
    for position, (question, _order) in enumerate(attempt.paper, 1):
        if question not in left:
            given = list(as_) if question in wrong else RIGHT.get(question, ["right"])
            exams.answer(cast.office, cast.actor(name), attempt.id, position, given)


def exam(cast: Cast, name: str, wrong: int = 2, empty: bool = False, as_: Any = ("bus",)) -> tuple[Attempt, list[str]]:
    """Sit the exam with *wrong* items wrong (or left *empty*), uncritical ones first; the attempt, and which they were."""
    attempt = exams.start(cast.office, cast.actor(name), cast.course.id)
    common = sorted((q for q, _o in attempt.paper), key=lambda q: cast.course.questions[q].critical)[:wrong]
    answer_all(cast, attempt, name, *(((), common) if empty else (common, ())), as_=as_)
    return exams.submit(cast.office, cast.actor(name), attempt.id), common


def rule(cast: Cast, question: str, kind: Any = "annul", accepted: Any = None, who: str = "tomas") -> ItemRuling:
    made = rulings.make(
        cast.office, cast.actor(who), cast.course.id, question, 1, kind, "La pregunta admite dos lecturas.", accepted
    )
    rulings.apply(cast.office, made.id)
    return cast.office.session.get_one(ItemRuling, made.id, populate_existing=True)


def again(cast: Cast, attempt: Attempt) -> Attempt:
    return cast.office.session.get_one(Attempt, attempt.id, populate_existing=True)


def study(cast: Cast, name: str = "nayeli") -> learning.Study:
    cast.office.session.expire_all()
    return learning.study(cast.office, cast.actor(name), cast.course.id)


def test_an_annulled_item_counts_as_right_the_exam_is_passed_and_the_certificate_is_issued(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ready(cast)
    sign_practice(cast, "nayeli", "mission")
    failed, wrong = exam(cast, "nayeli")
    assert (failed.mark, failed.passed, study(cast).complete) == (66, False, False)
    made = rule(cast, wrong[0])
    attempt = again(cast, failed)
    assert (attempt.mark, attempt.passed) == (83, True)
    state = study(cast)
    assert (state.progress.exam.best, state.progress.exam.passed, state.progress.exam.attempts) == (83, True, 1)
    assert state.complete
    certificate = cast.office.session.scalars(select(Certificate)).one()
    assert (certificate.kind, certificate.person_id) == ("completion", cast.people["nayeli"].id)
    assert (made.risen, made.passed, made.applied_at is not None) == (1, 1, True)
    assert doctor.examine(cast.office).findings == ()


def test_who_left_it_empty_and_who_had_it_right_are_served_alike_and_nobody_sinks(cast: Cast) -> None:
    ready(cast, "nayeli", "beto", "ximena")
    left, items = exam(cast, "nayeli", wrong=1, empty=True)
    others = [exam(cast, name, wrong=n)[0] for name, n in (("beto", 0), ("ximena", 2))]
    before = [(a.mark, a.critical_mark, a.passed) for a in others]
    rule(cast, items[0])
    assert again(cast, left).mark == 100
    after = [(again(cast, a).mark, again(cast, a).critical_mark, again(cast, a).passed) for a in others]
    assert all(new >= old for new, old in zip(after, before, strict=True))
    assert doctor.examine(cast.office).findings == ()


def test_an_accepted_answer_lifts_those_who_gave_it_and_nobody_else(cast: Cast) -> None:
    ready(cast, "nayeli", "beto")
    gave, items = exam(cast, "nayeli", as_=("proof",))
    other, _items = exam(cast, "beto", wrong=6)
    before = again(cast, other).mark
    rule(cast, items[0], "accept", ["proof"])
    assert (again(cast, gave).mark, again(cast, gave).passed) == (83, True)
    assert again(cast, other).mark == before
    assert study(cast, "beto").progress.exam.passed is False


def test_a_wrong_critical_item_that_is_annulled_fails_nobody(cast: Cast) -> None:
    ready(cast)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    critical = next(q for q, _o in attempt.paper if cast.course.questions[q].critical)
    answer_all(cast, attempt, "nayeli", wrong=[critical])
    failed = exams.submit(cast.office, cast.actor("nayeli"), attempt.id)
    assert (failed.mark, failed.passed) == (83, False)
    rule(cast, critical)
    assert (again(cast, failed).critical_mark, again(cast, failed).passed) == (100, True)


def test_a_quiz_that_fails_by_an_annulled_item_is_passed(cast: Cast) -> None:
    finish_lessons(cast, "nayeli", "mission")
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id, "mission")
    critical = next(q for q, _o in attempt.paper if cast.course.questions[q].critical)
    answer_all(cast, attempt, "nayeli", wrong=[critical])
    assert not exams.submit(cast.office, cast.actor("nayeli"), attempt.id).passed
    rule(cast, critical)
    state = study(cast)
    assert state.progress.quizzes["mission"].passed and state.standing("quiz", "mission").met  # type: ignore[union-attr]
    assert exams.desk(cast.office, cast.actor("nayeli"), cast.course.id, "mission").passed
    assert doctor.examine(cast.office).findings == ()


def test_an_attempt_that_is_open_is_judged_by_the_ruling_when_it_closes(cast: Cast) -> None:
    ready(cast)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    one, two = [q for q, _o in attempt.paper if not cast.course.questions[q].critical][:2]
    answer_all(cast, attempt, "nayeli", wrong=[two], left=[one], as_=("proof",))
    rule(cast, one)
    rule(cast, two, "accept", ["proof"])
    assert exams.submit(cast.office, cast.actor("nayeli"), attempt.id).mark == 100
    assert doctor.examine(cast.office).findings == ()


def test_an_annulled_item_is_not_asked_again_in_its_edition_and_the_paper_replays(cast: Cast) -> None:
    ready(cast)
    _failed, wrong = exam(cast, "nayeli", wrong=4)
    for question in wrong[:2]:
        rule(cast, question)
    cast.clock.pass_by(hours=25)
    if study(cast).progress.exam.passed:
        pytest.fail("two of six were still wrong")
    second = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    assert not set(wrong[:2]) & {question for question, _order in second.paper}
    without = regrading.left_out(regrading.of_edition(cast.office, second.edition_id))
    rule_ = cast.course.completion.exam
    assert rule_ is not None
    replayed = draws.exam(cast.course, rule_, second.seed, second.country, without)
    assert [[item.question, list(item.order)] for item in replayed] == second.paper


def test_what_was_regraded_is_not_regraded_twice_however_often_it_is_applied(cast: Cast) -> None:
    ready(cast)
    _failed, wrong = exam(cast, "nayeli")
    made = rule(cast, wrong[0])
    assert rule(cast, wrong[0]).id == made.id
    for _time in range(2):
        assert rulings.apply(cast.office, made.id)
    session = cast.office.session
    events = session.scalars(select(LearningEvent).where(LearningEvent.kind == "attempt.regraded")).all()
    notices = session.scalars(select(Notice).where(Notice.dedup_key.startswith("ruling/"))).all()
    assert (len(events), len(notices), rule(cast, wrong[0]).risen) == (1, 1, 1)
    assert "La pregunta admite dos lecturas." in notices[0].body


def test_killed_between_two_officers_the_worker_goes_on_with_the_rest(
    cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_on_both
    ready(cast, "nayeli", "beto", "ximena")
    attempts = [exam(cast, name, wrong=6)[0] for name in ("nayeli", "beto", "ximena")]
    common = [q for q in cast.course.exam if not cast.course.questions[q].critical]
    shared = next(q for q in common if sum(q in {i for i, _o in a.paper} for a in attempts) >= 2)
    asked = [a for a in attempts if shared in {q for q, _o in a.paper}]
    before = {a.id: a.mark for a in asked}
    made = rulings.make(cast.office, cast.actor("ada"), cast.course.id, shared, 1, "annul", "Mal planteada.")
    calls: list[int] = []
    lift = rulings._lift

    def dies(*arguments: Any) -> tuple[int, int]:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return lift(*arguments)

    monkeypatch.setattr(rulings, "_lift", dies)
    with pytest.raises(KeyboardInterrupt):
        rulings.apply(cast.office, made.id)
    assert sum(again(cast, a).mark != before[a.id] for a in asked) == 1
    monkeypatch.undo()
    assert work_once(cast.office)["ruled"] == 1
    assert work_once(cast.office)["ruled"] == 0
    row = cast.office.session.get_one(ItemRuling, made.id, populate_existing=True)
    assert (row.risen, row.applied_at is not None) == (len(asked), True)
    assert doctor.examine(cast.office).findings == ()


def test_an_exam_that_closes_while_the_ruling_is_made_is_lifted_too(
    cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_on_both
    ready(cast)
    attempt = exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    wrong = sorted((q for q, _o in attempt.paper), key=lambda q: cast.course.questions[q].critical)[:2]
    answer_all(cast, attempt, "nayeli", wrong)
    nayeli, tomas, engine = cast.actor("nayeli"), cast.actor("tomas"), cast.office.session.get_bind()
    attempt_id = attempt.id
    cast.office.session.rollback()
    read, of_edition = threading.Event(), regrading.of_edition

    def slowly(office: Any, edition_id: Any) -> Any:
        found = of_edition(office, edition_id)
        if threading.current_thread().name == "closing":
            read.set()
            time.sleep(1.2)  # the ruling is made here, where the database lets it
        return found

    def close() -> None:
        with Session(engine, expire_on_commit=False) as session:
            exams.submit(office_for(session, cast.clock), nayeli, attempt_id)

    monkeypatch.setattr(regrading, "of_edition", slowly)
    closing = threading.Thread(target=close, name="closing")
    closing.start()
    assert read.wait(10)
    with Session(engine, expire_on_commit=False) as session:
        office = office_for(session, cast.clock)
        made = rulings.make(office, tomas, cast.course.id, wrong[0], 1, "annul", "Mal planteada.")
        assert rulings.apply(office, made.id)
    closing.join(20)
    assert (again(cast, attempt).mark, again(cast, attempt).passed) == (83, True)
    assert doctor.examine(cast.office).findings == ()


def test_who_has_completed_keeps_the_certificate_and_gets_the_better_mark(cast: Cast) -> None:
    ready(cast)
    sign_practice(cast, "nayeli", "mission")
    passed, wrong = exam(cast, "nayeli", wrong=1)
    assert passed.passed and study(cast).complete
    rule(cast, wrong[0])
    assert study(cast).enrolment.exam_mark == 100
    assert cast.office.session.query(Certificate).count() == 1
    assert doctor.examine(cast.office).findings == ()


def test_a_new_edition_regrades_on_top_of_what_was_annulled(cast: Cast) -> None:
    ready(cast)
    failed, (first, second) = exam(cast, "nayeli", wrong=2, as_=("proof",))
    rule(cast, first)
    cast.office.session.expire_all()
    options = tuple(msgspec.structs.replace(o, right=o.id == "proof") for o in cast.course.questions[second].options)
    changed = msgspec.structs.replace(cast.course.questions[second], options=options)
    newer = msgspec.structs.replace(cast.course, questions={**cast.course.questions, second: changed})
    found = rules_of_following.choices(objections(cast.course, newer))
    plan = rules_of_following.plan(rules_of_following.Moves(), found, {f"question:{second}": "regrade"})
    with cast.office.transaction():
        again(cast, failed).passed = False  # as if it still failed: what is passed is not regraded any more
        edition = publish(cast, newer)
        following.follow(cast.office, newer.id, edition.id, newer, plan)
    assert again(cast, failed).mark == 100


def test_an_item_of_an_older_edition_is_ruled_about_there_and_lifts_who_has_moved_on(cast: Cast) -> None:
    ready(cast)
    failed, wrong = exam(cast, "nayeli")
    newer = sample.course(code="HB2")
    with cast.office.transaction():
        edition = publish(cast, newer)
        following.follow(cast.office, newer.id, edition.id, newer)
    rule(cast, wrong[0])
    assert again(cast, failed).passed and study(cast).progress.exam.passed
    assert study(cast).enrolment.edition_id == edition.id
    assert doctor.examine(cast.office).findings == ()


def test_the_review_says_what_was_decided_and_counts_it(cast: Cast) -> None:
    ready(cast)
    _failed, wrong = exam(cast, "nayeli")
    rule(cast, wrong[0])
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id)
    items = {item.question.id: item for item in exams.review(cast.office, desk, 1).items}
    assert items[wrong[0]].annulled and items[wrong[0]].counts and not items[wrong[0]].right
    assert not items[wrong[1]].counts
    assert sum(right for right, _asked in exams.review(cast.office, desk, 1).by_module.values()) == 5


def test_the_figures_of_an_annulled_item_stay_those_of_its_answers(cast: Cast) -> None:
    ready(cast)
    _failed, wrong = exam(cast, "nayeli")
    before = itemanalysis.analysis(cast.office, cast.actor("tomas"), cast.course.id).item(wrong[0])
    rule(cast, wrong[0])
    after = itemanalysis.analysis(cast.office, cast.actor("tomas"), cast.course.id).item(wrong[0])
    assert (after.figures, after.flags) == (before.figures, before.flags)


def test_every_ruling_stands_in_the_log_with_its_reason(cast: Cast) -> None:
    ready(cast)
    _failed, wrong = exam(cast, "nayeli")
    rule(cast, wrong[0])
    entries = cast.office.session.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(("exam.ruling", "exam.ruling-applied"))).order_by(AuditEntry.id)
    ).all()
    assert [(e.action, e.told.get("reason"), e.detail.get("passed")) for e in entries] == [
        ("exam.ruling", "La pregunta admite dos lecturas.", None),
        ("exam.ruling-applied", None, 1),
    ]


def test_a_ruling_that_would_change_nothing_or_is_none_is_refused(cast: Cast) -> None:
    ready(cast)
    _failed, wrong = exam(cast, "nayeli")
    for kind, accepted, code in (
        ("accept", ["right"], "ruling-needless"),
        ("accept", [], "answer-missing"),
        ("accept", ["nothing"], "response-malformed"),
    ):
        with pytest.raises(Refused, match=code):
            rule(cast, wrong[0], kind, accepted)
    rule(cast, wrong[0])
    with pytest.raises(Refused, match="ruling-needless"):
        rule(cast, wrong[0], "accept", ["bus"])


def test_only_a_trainer_of_the_course_rules_and_nobody_for_themselves(cast: Cast) -> None:
    cast.enrol("tomas")
    ready(cast, "tomas")
    _failed, wrong = exam(cast, "tomas")
    with pytest.raises(Refused, match="ruling-own"):
        rule(cast, wrong[0])
    for who in ("tina", "coralia", "nayeli"):
        with pytest.raises(NotFound):
            rule(cast, wrong[0], who=who)
    with pytest.raises(NotFound):
        rule(cast, "mission-check-1")
    rule(cast, wrong[0], who="ada")
    assert study(cast, "tomas").progress.exam.passed


def test_the_edition_must_be_one_that_asks_it(cast: Cast) -> None:
    ready(cast)
    assert rulings.editions_that_asked(cast.office, cast.actor("tomas"), cast.course.id, "mission-exam-1") == [1]
    with pytest.raises(NotFound):
        rulings.make(cast.office, cast.actor("tomas"), cast.course.id, "mission-exam-1", 2, "annul", "x")
    assert cast.office.session.query(Edition).count() == 1
