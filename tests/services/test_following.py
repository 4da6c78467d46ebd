"""A new edition while officers are in the middle: what they did keeps its meaning, and what a trainer chose is done."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from app.courseware.course import Choice, Course, Lesson, Module, Option, Question
from app.records.database import install
from app.records.exams import Attempt, AttemptAnswer
from app.rules import following as rules
from app.rules import progress
from app.rules.editions import objections
from app.rules.errors import Refused
from app.services import certifying, doctor, exams, following, learning
from tests import sample
from tests.cast import Cast, office_for, publish
from tests.story import finish_lessons, play, sign_practice, sit


def go_on(cast: Cast, newer: Course, treatments: dict[str, str] | None = None) -> following.Followed:
    """Publish *newer* as a trainer does who chose *treatments*."""
    before = learning.study(cast.office, cast.actor("nayeli"), cast.course.id).course
    plan = rules.plan(rules.moves(before, newer), rules.choices(objections(before, newer)), treatments or {})
    with cast.office.transaction():
        edition = publish(cast, newer)
        return following.follow(cast.office, newer.id, edition.id, newer, plan)


def study(cast: Cast) -> learning.Study:
    cast.office.session.expire_all()
    return learning.study(cast.office, cast.actor("nayeli"), cast.course.id)


def with_question(course: Course, question: Question) -> Course:
    return msgspec.structs.replace(course, questions={**course.questions, question.id: question})


def keyed(question: Question, right: str) -> Question:
    """*question* with another right answer."""
    options = tuple(msgspec.structs.replace(o, right=o.id == right) for o in question.options)
    return msgspec.structs.replace(question, options=options)


def desk(cast: Cast, module: str = "mission") -> exams.Desk:
    return exams.desk(cast.office, cast.actor("nayeli"), cast.course.id, module)


def wrong_key(course: Course, module: str = "mission") -> Course:
    """Every item of the quiz bank that had "right" as its answer now has "bus": the key was wrong."""
    for name in [*(f"{module}-quiz-{n}" for n in range(1, 9)), f"{module}-check-1"]:
        course = with_question(course, keyed(course.questions[name], "bus"))
    return course


def everything(course: Course, treatment: str) -> dict[str, str]:
    names = [*(f"mission-quiz-{n}" for n in range(1, 9)), "mission-check-1"]
    return {f"question:{name}": treatment for name in names if name in course.questions}


# What a trainer chooses ---------------------------------------------------------------------------


def test_kept_answers_are_worth_what_they_were(cast: Cast) -> None:
    finish_lessons(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    before = study(cast).progress
    done = go_on(cast, wrong_key(cast.course), everything(cast.course, "keep"))
    assert (done.risen, done.forgiven) == (0, 0)
    assert study(cast).progress == before
    assert desk(cast).left == 2


def test_regrading_upward_passes_who_was_right_and_fails_nobody(cast: Cast) -> None:
    finish_lessons(cast, "nayeli", "mission")
    failed = sit(cast, "nayeli", "mission", wrong=4)
    assert not failed.passed
    done = go_on(cast, wrong_key(cast.course), everything(cast.course, "regrade"))
    attempt = cast.office.session.get_one(Attempt, failed.id, populate_existing=True)
    chosen = [name for name, _order in attempt.paper if name.startswith("mission-quiz")]
    assert done.risen == bool(chosen)
    rows = cast.office.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == failed.id))
    assert {row.question for row in rows if row.right} == set(chosen)
    assert (attempt.mark or 0) == 100 * len(chosen) // 4
    state = study(cast).progress
    assert state.quizzes["mission"].best == attempt.mark
    assert state.quizzes["mission"].passed == bool(attempt.passed) == desk(cast).passed
    # her self-check was answered as the key then wanted: it stays right
    assert state.checks["mission-check-1"].right
    assert doctor.examine(cast.office).findings == ()


def test_a_passed_attempt_stays_passed_when_the_key_changes(cast: Cast) -> None:
    finish_lessons(cast, "nayeli", "mission")
    passed = sit(cast, "nayeli", "mission")
    assert passed.passed
    go_on(cast, wrong_key(cast.course), everything(cast.course, "regrade"))
    attempt = cast.office.session.get_one(Attempt, passed.id, populate_existing=True)
    assert (attempt.passed, attempt.mark) == (True, 100)
    assert study(cast).standing("quiz", "mission").met  # type: ignore[union-attr]


def test_asking_again_gives_the_attempt_back_and_asks_the_self_check_anew(cast: Cast) -> None:
    finish_lessons(cast, "nayeli", "mission")
    failed = sit(cast, "nayeli", "mission", wrong=4)
    assert desk(cast).refusal == "wait"
    done = go_on(cast, wrong_key(cast.course), everything(cast.course, "again"))
    if any(name.startswith("mission-quiz") for name, _order in failed.paper):
        assert done.forgiven == 1
        assert (desk(cast).left, desk(cast).refusal) == (3, None)
    state = study(cast)
    assert "mission-check-1" not in state.progress.checks
    assert state.lesson_done("mission", "one")
    assert doctor.examine(cast.office).findings == ()


def test_a_lesson_to_be_read_again_stays_finished_and_is_shown_until_it_is(cast: Cast) -> None:
    finish_lessons(cast, "nayeli", "mission")
    mission = cast.course.modules[0]
    lesson = mission.lessons[0]
    pages = {code: msgspec.structs.replace(page, citations=()) for code, page in lesson.pages.items()}
    changed = msgspec.structs.replace(
        mission, lessons=(msgspec.structs.replace(lesson, pages=pages), mission.lessons[1])
    )
    newer = msgspec.structs.replace(cast.course, modules=(changed, cast.course.modules[1]))
    go_on(cast, newer, {"lesson:mission/one": "again"})
    now = study(cast)
    assert (now.lesson_done("mission", "one"), now.to_reread("mission", "one")) == (True, True)
    event = learning.event_for("lesson.done", "mission", "one", {}, cast.clock())
    learning.record(cast.office, cast.actor("nayeli"), newer.id, [event])
    assert not study(cast).to_reread("mission", "one")


def test_a_choice_that_does_not_fit_the_draft_is_refused(cast: Cast) -> None:
    for chosen in ({"question:none": "again"}, {"question:mission-check-1": "forget"}):
        with pytest.raises(Refused, match="treatment-unknown"):
            go_on(cast, wrong_key(cast.course), chosen)


def test_who_becomes_complete_by_a_regrade_gets_the_certificate(cast: Cast) -> None:
    for module in ("mission", "protection"):
        finish_lessons(cast, "nayeli", module)
        play(cast, "nayeli", module)
        sit(cast, "nayeli", module)
    sign_practice(cast, "nayeli", "mission")
    failed = sit(cast, "nayeli", wrong=6)
    newer = cast.course
    for name, _order in failed.paper:
        newer = with_question(newer, keyed(newer.questions[name], "bus"))
    go_on(cast, newer, {f"question:{name}": "regrade" for name, _order in failed.paper})
    assert study(cast).complete
    held = certifying.mine(cast.office, cast.actor("nayeli"))
    assert [one.row.kind for one in held] == ["completion"]


# Whatever is published ----------------------------------------------------------------------------

Edit = Callable[[Course, random.Random], Course]


def _modules(course: Course, modules: list[Module]) -> Course:
    numbered = [msgspec.structs.replace(one, number=n) for n, one in enumerate(modules, 1)]
    return msgspec.structs.replace(course, modules=tuple(numbered))


def reorder_modules(course: Course, dice: random.Random) -> Course:
    modules = list(course.modules)
    dice.shuffle(modules)
    return _modules(course, modules)


def reorder_lessons(course: Course, dice: random.Random) -> Course:
    modules = list(course.modules)
    at = dice.randrange(len(modules))
    lessons = list(modules[at].lessons)
    dice.shuffle(lessons)
    modules[at] = msgspec.structs.replace(modules[at], lessons=tuple(lessons))
    return _modules(course, modules)


def move_lesson(course: Course, dice: random.Random) -> Course:
    """The lesson goes with its self-checks to another module."""
    modules = list(course.modules)
    if len(modules) < 2:
        return course
    source, target = dice.sample(range(len(modules)), 2)
    if len(modules[source].lessons) < 2:
        return course
    lessons = list(modules[source].lessons)
    moved = lessons.pop(dice.randrange(len(lessons)))
    modules[source] = msgspec.structs.replace(modules[source], lessons=tuple(lessons))
    modules[target] = msgspec.structs.replace(modules[target], lessons=(*modules[target].lessons, moved))
    return _modules(course, modules)


def add_lesson(course: Course, dice: random.Random) -> Course:
    modules = list(course.modules)
    at = dice.randrange(len(modules))
    made = Lesson(id=f"new-{dice.randrange(10**9)}", pages=modules[at].lessons[0].pages, minutes=10)
    modules[at] = msgspec.structs.replace(modules[at], lessons=(*modules[at].lessons, made))
    return _modules(course, modules)


def rename_module(course: Course, dice: random.Random) -> Course:
    modules = list(course.modules)
    at = dice.randrange(len(modules))
    old, new = modules[at].id, f"renamed-{dice.randrange(10**9)}"
    modules[at] = msgspec.structs.replace(modules[at], id=new)
    questions = {
        name: msgspec.structs.replace(one, module=new if one.module == old else one.module)
        for name, one in course.questions.items()
    }
    return msgspec.structs.replace(_modules(course, modules), questions=questions)


def reorder_options(course: Course, dice: random.Random) -> Course:
    name = dice.choice(sorted(course.questions))
    question = course.questions[name]
    if question.kind not in ("one", "several"):
        return course
    options = list(question.options)
    dice.shuffle(options)
    return with_question(course, msgspec.structs.replace(question, options=tuple(options)))


def add_option(course: Course, dice: random.Random) -> Course:
    question = course.questions[dice.choice(sorted(course.questions))]
    if question.kind not in ("one", "several"):
        return course
    made = Option(f"o{dice.randrange(10**9)}", sample.both("Wait.", "Esperar."))
    return with_question(course, msgspec.structs.replace(question, options=(made, *question.options)))


def delete_option(course: Course, dice: random.Random) -> Course:
    question = course.questions[dice.choice(sorted(course.questions))]
    wrong = [option for option in question.options if not option.right]
    if question.kind != "one" or len(wrong) < 2:
        return course
    gone = dice.choice(wrong)
    return with_question(
        course, msgspec.structs.replace(question, options=tuple(o for o in question.options if o is not gone))
    )


def change_key(course: Course, dice: random.Random) -> Course:
    question = course.questions[dice.choice(sorted(course.questions))]
    if question.kind != "one":
        return course
    return with_question(course, keyed(question, dice.choice(question.options).id))


def delete_question(course: Course, dice: random.Random) -> Course:
    """Out of the bank, the exam or the lesson, and out of the course."""
    name = dice.choice(sorted(course.questions))
    modules = [
        msgspec.structs.replace(
            module,
            quiz=tuple(one for one in module.quiz if one != name),
            lessons=tuple(
                msgspec.structs.replace(lesson, questions=tuple(one for one in lesson.questions if one != name))
                for lesson in module.lessons
            ),
        )
        for module in course.modules
    ]
    kept = {one: question for one, question in course.questions.items() if one != name}
    exam = tuple(one for one in course.exam if one != name)
    return msgspec.structs.replace(_modules(course, modules), questions=kept, exam=exam)


def reorder_choices(course: Course, dice: random.Random) -> Course:
    modules = list(course.modules)
    at = dice.randrange(len(modules))
    scenario = modules[at].scenario
    if scenario is None:
        return course
    scenes = []
    for scene in scenario.scenes:
        choices: list[Choice] = list(scene.choices)
        dice.shuffle(choices)
        scenes.append(msgspec.structs.replace(scene, choices=tuple(choices)))
    modules[at] = msgspec.structs.replace(modules[at], scenario=msgspec.structs.replace(scenario, scenes=tuple(scenes)))
    return _modules(course, modules)


EDITS: list[Edit] = [
    reorder_modules,
    reorder_lessons,
    move_lesson,
    add_lesson,
    rename_module,
    reorder_options,
    add_option,
    delete_option,
    change_key,
    delete_question,
    reorder_choices,
]


class Story:
    """A database in which Nayeli has done the first module, failed its quiz once and passed it, and begun the second;
    copied for every sequence of editions.
    """

    def __init__(self, cast: Cast, database: Path, folder: Path) -> None:
        self.cast, self.database, self.folder = cast, database, folder
        self.told = 0

    def __repr__(self) -> str:  # hypothesis prints what it was given
        return "Story()"

    @contextmanager
    def again(self) -> Iterator[Cast]:
        self.told += 1
        copy = self.folder / f"story-{self.told}.db"
        shutil.copyfile(self.database, copy)
        engine = create_engine(f"sqlite:///{copy}")
        install(engine)
        with Session(engine, expire_on_commit=False) as session:
            clock = self.cast.clock
            yield Cast(office_for(session, clock), clock, self.cast.course, people=self.cast.people)
        engine.dispose()


@pytest.fixture
def story(cast: Cast, sqlite_url: str, tmp_path: Path) -> Story:
    # lesson ids that stand once in the course, so that a lesson can be found wherever it goes
    modules = [
        msgspec.structs.replace(
            module,
            lessons=tuple(msgspec.structs.replace(one, id=f"{module.id}-{one.id}") for one in module.lessons),
        )
        for module in cast.course.modules
    ]
    cast.course = _modules(cast.course, modules)
    go_on(cast, cast.course)
    finish_lessons(cast, "nayeli", "mission")
    play(cast, "nayeli", "mission")
    sit(cast, "nayeli", "mission", wrong=4)
    cast.clock.pass_by(hours=13)
    sit(cast, "nayeli", "mission")
    finish_lessons(cast, "nayeli", "protection")
    play(cast, "nayeli", "protection", 0)
    sit(cast, "nayeli", "protection", wrong=2)
    for person in cast.people.values():
        cast.office.session.refresh(person)
    cast.office.session.commit()
    cast.office.session.expunge_all()
    cast.office.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    cast.office.session.close()
    return Story(cast, Path(sqlite_url.removeprefix("sqlite:///")), tmp_path)


def facts(cast: Cast) -> dict[str, Any]:
    """Everything that Nayeli was told: each answer, what it was worth, each mark."""
    session = cast.office.session
    session.expire_all()
    attempts = session.scalars(select(Attempt).order_by(Attempt.id)).all()
    answers = session.scalars(select(AttemptAnswer).order_by(AttemptAnswer.attempt_id, AttemptAnswer.question)).all()
    state = learning.study(cast.office, cast.actor("nayeli"), cast.course.id).progress
    played = sorted(
        (p.finished, p.clean, p.good, msgspec.to_builtins(p.last)["dials"]) for p in state.scenarios.values()
    )
    return {
        "attempts": [(a.id, a.mark, a.critical_mark, a.passed, a.paper, a.edition_id) for a in attempts],
        "answers": [(a.attempt_id, a.question, a.response, a.credit, a.right) for a in answers],
        "checks": state.checks,
        "lessons": sorted((key.partition("/")[2], at) for key, at in state.lessons.items()),
        "quizzes": sorted((s.attempts, s.best, s.passed) for s in state.quizzes.values()),
        "played": played,
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    editions=st.lists(st.lists(st.sampled_from(EDITS), min_size=1, max_size=5), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_no_sequence_of_editions_changes_the_meaning_or_score_of_past_answers(
    story: Story, editions: list[list[Edit]], seed: int
) -> None:
    dice = random.Random(seed)
    with story.again() as cast:
        before = facts(cast)
        course = cast.course
        for edits in editions:
            for edit in edits:
                course = edit(course, dice)
            go_on(cast, course)
            assert facts(cast) == before
            now = learning.study(cast.office, cast.actor("nayeli"), course.id)
            done = {key.partition("/")[2] for key in now.progress.lessons}
            for module in course.modules:
                for lesson in module.lessons:
                    assert now.lesson_done(module.id, lesson.id) == (lesson.id in done), (module.id, lesson.id)
            assert progress.to_json(learning.refold(cast.office, now.enrolment)) == now.enrolment.progress
