"""Progress is a fold over events: what it promises."""

import datetime as dt
import uuid

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.courseware.course import EXERCISE
from app.rules import progress
from app.rules.progress import Event, Progress, fold, replay
from tests import sample

COURSE = sample.course()
AT = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def event(kind: str, module: str, item: str, at: dt.datetime = AT, **payload: object) -> Event:
    return Event(str(uuid.uuid4()), kind, module, item, payload, at)


def lessons(*modules: str) -> list[Event]:
    return [event("lesson.done", m, lesson) for m in modules for lesson in ("one", "two")]


def scenario(module: str, *choices: int) -> list[Event]:
    at, events = "landing", []
    run = str(uuid.uuid4())
    for choice in choices:
        events.append(event("scene.chosen", module, f"{module}-shift", run=run, scene=at, choice=choice))
        at = COURSE.module(module).scenario.scene(at).choices[choice].to
    return events


def everything() -> list[Event]:
    return [
        *lessons("mission", "protection"),
        *scenario("mission", 1, 0),
        *scenario("protection", 1, 1),
        *(event("attempt.closed", m, "x", mark=80, critical_mark=100, passed=True) for m in ("mission", "protection")),
        event("practice.signed", "mission", "x", result="competent"),
        event("attempt.closed", "", "x", mark=85, critical_mark=100, passed=True, exam=True),
    ]


def test_the_last_criterion_completes_the_course_and_none_before_it():
    events = everything()
    assert progress.complete(COURSE, replay(events, COURSE))
    for missing in range(len(events)):
        if events[missing].payload.get("scene") == "landing":
            continue  # a run without its beginning is refused before it is folded (test_learning)
        state = replay(events[:missing] + events[missing + 1 :], COURSE)
        assert not progress.complete(COURSE, state)
        assert progress.percent(COURSE, state) < 100


def test_percent_is_a_hundred_exactly_at_completion():
    assert progress.percent(COURSE, replay(everything(), COURSE)) == 100
    assert progress.percent(COURSE, Progress()) == 0


@given(st.permutations(everything()))
def test_the_order_in_which_events_arrive_takes_nothing_away(events):
    """Devices send late. Runs of a scenario arrive in their own order; all else may come in any."""
    scenes = in_the_order_of_their_run(events)
    others = [e for e in events if e.kind != "scene.chosen"]
    assert progress.complete(COURSE, replay(others + scenes, COURSE))


def in_the_order_of_their_run(events):
    """The choices among *events*, each run from its beginning."""
    return sorted(
        (e for e in events if e.kind == "scene.chosen"), key=lambda e: (e.module, e.payload["scene"] != "landing")
    )


def test_nothing_granted_is_taken_back_by_a_later_failure():
    state = replay(everything(), COURSE)
    for later in (
        event("attempt.closed", "mission", "x", mark=10, critical_mark=0, passed=False),
        event("practice.signed", "mission", "x", result="not yet"),
        *scenario("mission", 0),
    ):
        state = fold(state, later, COURSE)
    assert progress.complete(COURSE, state)
    assert state.quizzes["mission"].best == 80


def test_a_critical_error_does_not_count_as_played_and_a_clean_run_later_does():
    state = replay(scenario("mission", 0), COURSE)
    standing = next(s for s in progress.standings(COURSE, state) if s.kind == "scenario" and s.module == "mission")
    assert standing.tried and not standing.met
    state = replay([*scenario("mission", 0), *scenario("mission", 1, 1)], COURSE)
    standing = next(s for s in progress.standings(COURSE, state) if s.kind == "scenario" and s.module == "mission")
    assert standing.met


def test_dials_move_with_each_choice():
    state = replay(scenario("mission", 1, 0), COURSE)
    assert state.scenarios["mission"].last.dials == {"rights": 1, "safety": 2}
    assert state.scenarios["mission"].good


def test_the_next_module_opens_with_the_last_lesson_of_the_one_before():
    assert progress.unlocked(COURSE, Progress()) == {"mission"}
    assert progress.unlocked(COURSE, replay(lessons("mission")[:1], COURSE)) == {"mission"}
    assert progress.unlocked(COURSE, replay(lessons("mission"), COURSE)) == {"mission", "protection"}


def test_after_a_named_module_all_are_open():
    free = sample.course(unlock="after mission any")
    assert progress.unlocked(free, Progress()) == {"mission"}
    assert progress.unlocked(free, replay(lessons("mission"), free)) == {"mission", "protection"}
    assert progress.unlocked(sample.course(unlock="any"), Progress()) == {"mission", "protection"}


def test_what_is_next_is_always_open_and_not_done():
    state = Progress()
    seen = []
    for later in everything():
        step = progress.next_step(COURSE, state)
        assert step is not None
        assert not step.module or step.module in progress.unlocked(COURSE, state)
        seen.append(step.kind)
        state = fold(state, later, COURSE)
    assert progress.next_step(COURSE, state) is None
    assert seen[0] == "lesson" and seen[-1] == "exam"


def test_the_exam_opens_before_the_practice_is_signed():
    without_practice = [e for e in everything() if e.kind != "practice.signed" and not e.payload.get("exam")]
    assert progress.exam_open(COURSE, replay(without_practice, COURSE))
    assert not progress.exam_open(COURSE, replay(without_practice[1:], COURSE))


# The integrated exercise ----------------------------------------------------------------------------------------------

WITH_EXERCISE = sample.course(exercise=sample.EXERCISE)


def exercise(result: str = "competent") -> Event:
    return event("practice.signed", EXERCISE, "x", result=result)


def test_the_integrated_exercise_is_one_criterion_more_and_the_last():
    before = replay(everything(), WITH_EXERCISE)
    assert not progress.complete(WITH_EXERCISE, before)
    assert progress.percent(WITH_EXERCISE, before) < 100
    last = progress.standings(WITH_EXERCISE, before)[-1]
    assert (last.kind, last.module, last.met, last.tried) == ("practice", EXERCISE, False, False)
    assert progress.next_step(WITH_EXERCISE, before) == progress.Step("practice", EXERCISE)
    done = fold(before, exercise(), WITH_EXERCISE)
    assert progress.complete(WITH_EXERCISE, done) and progress.percent(WITH_EXERCISE, done) == 100
    assert progress.next_step(WITH_EXERCISE, done) is None


def test_an_exercise_signed_not_yet_is_tried_again_and_competent_is_never_taken_back():
    state = replay([*everything(), exercise("not yet")], WITH_EXERCISE)
    last = progress.standings(WITH_EXERCISE, state)[-1]
    assert (last.met, last.tried) == (False, True)
    state = replay([*everything(), exercise("not yet"), exercise(), exercise("not yet")], WITH_EXERCISE)
    assert progress.complete(WITH_EXERCISE, state)


def test_the_exam_does_not_wait_for_the_exercise():
    online = [e for e in everything() if e.kind != "practice.signed" and not e.payload.get("exam")]
    assert progress.exam_open(WITH_EXERCISE, replay(online, WITH_EXERCISE))


def test_a_course_that_asks_for_no_practice_asks_for_no_exercise():
    relaxed = msgspec.structs.replace(WITH_EXERCISE.completion, practice=False)
    course = msgspec.structs.replace(WITH_EXERCISE, completion=relaxed)
    assert not any(s.kind == "practice" for s in progress.standings(course, Progress()))
    assert progress.complete(course, replay(everything(), course))


def test_participation_needs_four_of_five_lessons():
    assert not progress.participated(COURSE, replay(lessons("mission", "protection")[:3], COURSE))
    assert progress.participated(COURSE, replay(lessons("mission", "protection"), COURSE))


def test_a_summary_survives_being_stored():
    state = replay(everything(), COURSE)
    assert progress.from_json(progress.to_json(state)) == state
    assert progress.from_json("") == Progress()
