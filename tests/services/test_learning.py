"""An officer learns: each deed counts once, the server grades, nothing granted is lost."""

import datetime as dt
import uuid

import pytest

from app.records.learning import Enrolment, LearningEvent
from app.rules import progress
from app.rules.errors import NotFound
from app.rules.progress import Event
from app.services import certifying, following, learning
from tests import sample
from tests.cast import Cast, publish
from tests.story import complete, do, finish_lessons, play, sign_practice, sit


def study(cast: Cast, name: str = "nayeli") -> learning.Study:
    return learning.study(cast.office, cast.actor(name), cast.course.id)


def test_a_batch_sent_twice_counts_once(cast_on_both):
    cast = cast_on_both
    events = [
        Event(str(uuid.uuid4()), "check.answered", "mission", "mission-check-1", {"response": ["right"]}, cast.clock()),
        Event(str(uuid.uuid4()), "lesson.done", "mission", "one", {}, cast.clock()),
    ]
    first = learning.record(cast.office, cast.actor("nayeli"), cast.course.id, events)
    again = learning.record(cast.office, cast.actor("nayeli"), cast.course.id, events)
    assert [o.status for o in first] == ["applied", "applied"]
    assert [o.status for o in again] == ["duplicate", "duplicate"]
    assert again[0].result == first[0].result == {"right": True, "credit": 1.0}
    assert study(cast).progress.counted == 2
    assert cast.office.session.query(LearningEvent).count() == 2


def test_the_same_event_twice_in_one_batch_counts_once(cast):
    event = Event(
        str(uuid.uuid4()), "check.answered", "mission", "mission-check-1", {"response": ["bus"]}, cast.clock()
    )
    outcomes = learning.record(cast.office, cast.actor("nayeli"), cast.course.id, [event, event])
    assert [o.status for o in outcomes] == ["applied", "duplicate"]


def test_the_server_grades_whatever_a_device_claims(cast):
    outcome = do(
        cast, "nayeli", "check.answered", "mission", "mission-check-1", response=["bus"], right=True, credit=1.0
    )
    assert outcome.result == {"right": False, "credit": 0.0}
    assert study(cast).progress.checks["mission-check-1"].right is False


@pytest.mark.parametrize(
    ("kind", "module", "item", "payload", "code"),
    [
        ("lesson.done", "mission", "one", {}, "checks-first"),
        ("lesson.done", "protection", "one", {}, "module-locked"),
        ("lesson.done", "mission", "nowhere", {}, "not-in-course"),
        ("lesson.done", "nowhere", "one", {}, "not-in-course"),
        ("check.answered", "mission", "mission-quiz-1", {"response": ["right"]}, "not-in-course"),
        ("check.answered", "mission", "mission-check-1", {"response": []}, "answer-missing"),
        ("check.answered", "mission", "mission-check-1", {"response": ["invented"]}, "response-malformed"),
        ("scene.chosen", "mission", "mission-shift", {"run": "r", "scene": "cared", "choice": 0}, "scene-elsewhere"),
        ("scene.chosen", "mission", "mission-shift", {"run": "r", "scene": "landing", "choice": 9}, "not-in-course"),
        ("attempt.closed", "mission", "x", {"mark": 100, "passed": True}, "unknown-kind"),
        ("practice.signed", "mission", "x", {"result": "competent"}, "unknown-kind"),
    ],
)
def test_an_officer_cannot_make_progress_that_is_not_theirs_to_make(cast, kind, module, item, payload, code):
    outcome = do(cast, "nayeli", kind, module, item, **payload)
    assert (outcome.status, outcome.code) == ("rejected", code)
    assert study(cast).progress == progress.Progress()


def test_an_officer_who_is_not_enrolled_records_nothing(cast):
    with pytest.raises(NotFound):
        do(cast, "tomas", "lesson.done", "mission", "one")


def test_the_certificate_comes_the_moment_the_last_criterion_is_met(cast_on_both):
    cast = cast_on_both
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
        play(cast, "nayeli", module)
        sit(cast, "nayeli", module)
    sit(cast, "nayeli")
    assert certifying.mine(cast.office, cast.actor("nayeli")) == []
    sign_practice(cast, "nayeli", "mission")
    held = certifying.mine(cast.office, cast.actor("nayeli"))
    assert [h.row.kind for h in held] == ["completion"]
    assert study(cast).complete and study(cast).percent == 100
    assert held[0].facts.hours_total == 13


def test_the_exam_may_be_the_last_criterion_too(cast):
    complete(cast, "nayeli")
    assert len(certifying.mine(cast.office, cast.actor("nayeli"))) == 1


def test_the_summary_is_the_fold_of_the_events(cast):
    complete(cast, "nayeli")
    row = study(cast).enrolment
    assert learning.refold(cast.office, row) == study(cast).progress
    assert (row.lessons_done, row.lessons_total, row.quizzes_passed, row.practices_done, row.exam_mark) == (
        4,
        4,
        2,
        1,
        100,
    )
    assert row.status == "completed"


def test_an_event_from_offline_keeps_its_own_time_and_starts_the_course_then(cast):
    earlier = cast.clock() - dt.timedelta(days=2)
    event = Event(str(uuid.uuid4()), "check.answered", "mission", "mission-check-1", {"response": ["right"]}, earlier)
    learning.record(cast.office, cast.actor("nayeli"), cast.course.id, [event])
    row = study(cast).enrolment
    assert row.started_at == row.active_at == earlier
    assert row.status == "active"


def test_enrolling_twice_is_one_enrolment(cast):
    first = cast.enrol("nayeli")
    again = cast.enrol("nayeli")
    assert first.id == again.id
    assert cast.office.session.query(Enrolment).filter_by(person_id=cast.people["nayeli"].id).count() == 1


def test_a_new_edition_carries_progress_over_and_takes_nothing_back(cast):
    finish_lessons(cast, "nayeli", "mission")
    before = study(cast)
    modules = list(cast.course.modules)
    modules.reverse()  # reordered, and one lesson renamed in its text
    newer = sample.course(modules=tuple(modules))
    with cast.office.transaction():
        edition = publish(cast, newer)
        moved = following.follow(cast.office, newer.id, edition.id, newer)
    after = study(cast)
    assert moved.officers == 3
    assert after.enrolment.edition_id == edition.id != before.enrolment.edition_id or after.course is not before.course
    assert after.progress.lessons == before.progress.lessons
    assert after.enrolment.lessons_done == 2


def test_who_has_completed_keeps_the_edition_the_certificate_cites(cast):
    complete(cast, "nayeli")
    cited = study(cast).enrolment.edition_id
    newer = sample.course(unlock="any")
    with cast.office.transaction():
        edition = publish(cast, newer)
        following.follow(cast.office, newer.id, edition.id, newer)
    assert study(cast).enrolment.edition_id == cited


def test_nothing_is_kept_when_the_certificate_cannot_be_made(cast):
    """Completion, certificate, audit and notice appear together or not at all."""
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
        play(cast, "nayeli", module)
        sit(cast, "nayeli", module)
    sit(cast, "nayeli")
    with cast.office.transaction():
        cast.office.session.get_one(type(cast.people["nayeli"]), cast.people["nayeli"].id).name = "Nayeli \U0001f600"
    with pytest.raises(learning.Refused, match="letter-not-printable"):
        sign_practice(cast, "nayeli", "mission")
    assert not study(cast).complete
    assert learning.practice_sheets(cast.office, study(cast).enrolment.id) == []
