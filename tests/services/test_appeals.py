"""Appeals: within ten days, with a reason, answered with a reason by those who may, and what is granted follows."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from app.records.audit import AuditEntry, Notice
from app.records.certificates import Certificate
from app.records.examining import Appeal
from app.records.people import RoleGrant
from app.rules.errors import NotFound, Refused
from app.rules.invigilation import APPEAL_DAYS
from app.services import appeals, doctor, exams, rulings
from tests.cast import Cast
from tests.services.test_rulings import again, exam, ready, study
from tests.story import sign_practice, sit

REASON = "La pregunta admite dos lecturas: en mi puesto no hay otra autoridad."


def place(attempt: exams.Attempt, question: str) -> int:
    return [name for name, _order in attempt.paper].index(question) + 1


def appeal(
    cast: Cast, attempt: exams.Attempt, question: str = "", name: str = "nayeli", reason: str = REASON
) -> Appeal:
    position = place(attempt, question) if question else 0
    return appeals.lodge(cast.office, cast.actor(name), cast.course.id, attempt.number, position, reason)


def decide(
    cast: Cast, made: Appeal, decision: str, who: str = "tomas", reason: str = "Leída por el consejo."
) -> Appeal:
    found = appeals.decide(cast.office, cast.actor(who), made.id, decision, reason)  # type: ignore[arg-type]
    if found.ruling_id is not None:
        rulings.apply(cast.office, found.ruling_id)
    return cast.office.session.get_one(Appeal, made.id, populate_existing=True)


def failed(cast: Cast, name: str = "nayeli", **more: object) -> tuple[exams.Attempt, list[str]]:
    ready(cast, name)
    return exam(cast, name, **more)  # type: ignore[arg-type]


# An officer appeals ---------------------------------------------------------------------------------------------------


def test_an_exam_is_appealed_against_within_ten_days_of_its_closing(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    cast.clock.at = attempt.closed_at + dt.timedelta(days=APPEAL_DAYS)
    assert appeal(cast, attempt, wrong[0]).outcome == ""
    cast.clock.pass_by(seconds=1)
    with pytest.raises(Refused, match="appeal-late"):
        appeal(cast, attempt, wrong[1])


def test_an_exam_that_is_open_cannot_be_appealed_against(cast: Cast) -> None:
    ready(cast)
    exams.start(cast.office, cast.actor("nayeli"), cast.course.id)
    with pytest.raises(NotFound):
        appeals.lodge(cast.office, cast.actor("nayeli"), cast.course.id, 1, 0, REASON)


def test_sent_twice_it_is_one_appeal_and_another_about_the_same_is_refused(cast_on_both: Cast) -> None:
    cast = cast_on_both
    attempt, wrong = failed(cast)
    assert appeal(cast, attempt, wrong[0]).id == appeal(cast, attempt, wrong[0]).id
    with pytest.raises(Refused, match="appeal-there"):
        appeal(cast, attempt, wrong[0], reason="Además, otra cosa.")
    assert appeal(cast, attempt, wrong[1]).id != appeal(cast, attempt).id
    assert cast.office.session.query(Appeal).count() == 3


def test_nobody_appeals_for_another_nor_without_a_reason(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    with pytest.raises(NotFound):
        appeal(cast, attempt, wrong[0], name="beto")
    for reason, code in (("  ", "reason-missing"), ("x" * 2001, "reason-long")):
        with pytest.raises(Refused, match=code):
            appeal(cast, attempt, wrong[0], reason=reason)
    with pytest.raises(NotFound):
        appeals.lodge(cast.office, cast.actor("nayeli"), cast.course.id, 1, 99, REASON)


def test_what_may_be_appealed_against_is_shown_without_its_key(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    appeal(cast, attempt, wrong[0])
    ground = appeals.ground(cast.office, cast.actor("nayeli"), cast.course.id, 1)
    assert len(ground.places) == 6 and len(ground.free) == 5 and ground.whole
    assert ground.position_of(ground.made[0]) == place(attempt, wrong[0])
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id)
    assert exams.review(cast.office, desk, 1).items == ()


def test_the_trainers_of_the_cohort_are_told_and_it_stands_in_the_log(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    made = appeal(cast, attempt, wrong[0])
    notice = cast.office.session.scalars(select(Notice).where(Notice.dedup_key.startswith("appeal/"))).one()
    assert notice.person_id == cast.people["tomas"].id and str(made.id) in notice.body
    entry = cast.office.session.scalars(select(AuditEntry).where(AuditEntry.action == "exam.appeal")).one()
    assert entry.detail == {"attempt": 1, "question": wrong[0]}


# The council answers --------------------------------------------------------------------------------------------------


def test_open_appeals_are_seen_by_the_trainers_of_the_course_the_oldest_first(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    first = appeal(cast, attempt, wrong[0])
    cast.clock.pass_by(hours=1)
    second = appeal(cast, attempt, wrong[1])
    found = appeals.listed(cast.office, cast.actor("tomas"))
    assert [case.appeal.id for case in found] == [first.id, second.id]
    assert appeals.waiting(cast.office, cast.actor("tomas")) == 2
    for who in ("tina", "coralia", "nayeli"):
        assert appeals.listed(cast.office, cast.actor(who)) == []
        assert appeals.waiting(cast.office, cast.actor(who)) == 0
        with pytest.raises(NotFound):
            appeals.hearing(cast.office, cast.actor(who), first.id)
    decide(cast, first, "dismiss")
    assert appeals.waiting(cast.office, cast.actor("tomas")) == 1
    assert [case.appeal.id for case in appeals.listed(cast.office, cast.actor("tomas"), open_only=False)] == [first.id]


def test_the_name_is_for_those_who_accompany_the_officer(cast: Cast) -> None:
    attempt, wrong = failed(cast, "ximena")
    made = appeal(cast, attempt, wrong[0], name="ximena")
    (case,) = appeals.listed(cast.office, cast.actor("tomas"))
    hearing = appeals.hearing(cast.office, cast.actor("tomas"), made.id)
    assert (case.name, hearing.name, hearing.enrolment_id) == ("", "", None)
    assert appeals.hearing(cast.office, cast.actor("ada"), made.id).name == "Ximena Solís Brenes"


def test_an_appeal_that_annuls_lifts_everybody_and_upholds_every_open_one_about_the_item(
    cast_on_both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, names = cast_on_both, ("nayeli", "beto", "ximena")
    ready(cast, *names)
    sign_practice(cast, "nayeli", "mission")
    monkeypatch.setattr("app.services.exams.sittings.secrets.token_hex", lambda _n: "the same paper for all")
    sat = {name: exam(cast, name) for name in names}
    (shared, _other) = sat["nayeli"][1]
    assert all(wrong[0] == shared for _attempt, wrong in sat.values())
    made = {name: appeal(cast, sat[name][0], shared, name=name) for name in names}
    decide(cast, made["nayeli"], "annul")
    for name in names:
        row = cast.office.session.get_one(Appeal, made[name].id, populate_existing=True)
        assert (row.outcome, row.answer) == ("upheld", "Leída por el consejo.")
        assert (again(cast, sat[name][0]).mark, again(cast, sat[name][0]).passed) == (83, True)
    assert study(cast).complete
    assert [row.person_id for row in cast.office.session.scalars(select(Certificate))] == [cast.people["nayeli"].id]
    assert doctor.examine(cast.office).findings == ()


def test_an_appeal_that_accepts_takes_the_officers_own_answer(cast: Cast) -> None:
    attempt, wrong = failed(cast, as_=("proof",))
    made = appeal(cast, attempt, wrong[0])
    hearing = appeals.hearing(cast.office, cast.actor("tomas"), made.id)
    assert (hearing.response, hearing.right, hearing.decisions) == (["proof"], False, ("dismiss", "accept", "annul"))
    row = decide(cast, made, "accept")
    assert row.ruling.accepted == {"value": ["proof"]}  # type: ignore[union-attr]
    assert again(cast, attempt).passed and study(cast).progress.exam.passed


def test_an_answer_that_was_left_empty_cannot_be_accepted(cast: Cast) -> None:
    attempt, wrong = failed(cast, empty=True)
    made = appeal(cast, attempt, wrong[0])
    assert appeals.hearing(cast.office, cast.actor("tomas"), made.id).decisions == ("dismiss", "annul")
    with pytest.raises(Refused, match="appeal-decision"):
        decide(cast, made, "accept")


def test_an_attempt_that_went_wrong_is_given_back_and_may_be_sat_without_waiting(cast: Cast) -> None:
    attempt, _wrong = failed(cast, wrong=6)
    made = appeal(cast, attempt)
    assert exams.desk(cast.office, cast.actor("nayeli"), cast.course.id).refusal == "wait"
    decide(cast, made, "forgive")
    desk = exams.desk(cast.office, cast.actor("nayeli"), cast.course.id)
    assert (desk.refusal, desk.used, again(cast, attempt).forgiven) == (None, 0, True)
    assert sit(cast, "nayeli").passed


def test_a_passed_exam_has_nothing_to_give_back(cast: Cast) -> None:
    ready(cast)
    attempt, _wrong = exam(cast, "nayeli", wrong=0)
    made = appeal(cast, attempt)
    assert appeals.hearing(cast.office, cast.actor("tomas"), made.id).decisions == ("dismiss",)
    with pytest.raises(Refused, match="appeal-decision"):
        decide(cast, made, "forgive")


def test_not_upheld_changes_nothing_and_says_why(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    before = study(cast).progress
    row = decide(cast, appeal(cast, attempt, wrong[0]), "dismiss", reason="La clave es correcta: véase la lección 2.")
    assert (row.outcome, row.answerer.name) == ("dismissed", "Tomás Ñurinda Sáenz")  # type: ignore[union-attr]
    assert (again(cast, attempt).mark, study(cast).progress) == (66, before)
    notice = cast.office.session.scalars(select(Notice).where(Notice.dedup_key == f"appeal/{row.id}/answered")).one()
    assert notice.person_id == cast.people["nayeli"].id and "véase la lección 2" in notice.body


def test_answered_is_answered(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    made = appeal(cast, attempt, wrong[0])
    decide(cast, made, "dismiss")
    assert decide(cast, made, "annul", reason="Otra.").outcome == "dismissed"
    assert again(cast, attempt).mark == 66


def test_nobody_answers_their_own_appeal(cast: Cast) -> None:
    cast.enrol("tomas")
    attempt, wrong = failed(cast, "tomas")
    made = appeal(cast, attempt, wrong[0], name="tomas")
    with pytest.raises(Refused, match="exam-own"):
        decide(cast, made, "annul")
    assert decide(cast, made, "annul", who="ada").outcome == "upheld"


def test_a_second_trainer_of_the_course_may_answer_too(cast: Cast) -> None:
    attempt, wrong = failed(cast)
    made = appeal(cast, attempt, wrong[0])
    with cast.office.transaction():
        cast.office.session.add(
            RoleGrant(
                person_id=cast.people["tina"].id,
                role="trainer",
                course_id=cast.course.id,
                granted_at=cast.office.now(),
            )
        )
    cast.office.session.expire_all()
    assert appeals.hearing(cast.office, cast.actor("tina"), made.id).name == ""
    assert decide(cast, made, "annul", who="tina").outcome == "upheld"


def test_an_unknown_appeal_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        appeals.hearing(cast.office, cast.actor("tomas"), uuid.uuid4())
