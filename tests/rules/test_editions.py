"""What a new edition changes for officers who are mid-course."""

from __future__ import annotations

import msgspec

from app.courseware.course import Block, Completion, Course, Criterion, Lesson, Module, Option, Question
from app.rules.editions import Objection, objections
from app.rules.following import Moves, moves
from tests import sample

BEFORE = sample.course()


def _with_module(course: Course, module: Module) -> Course:
    modules = tuple(module if known.id == module.id else known for known in course.modules)
    return msgspec.structs.replace(course, modules=modules)


def _with_question(course: Course, question: Question) -> Course:
    return msgspec.structs.replace(course, questions={**course.questions, question.id: question})


def _module(name: str) -> Module:
    found = BEFORE.module(name)
    assert found is not None
    return found


def _objections(after: Course) -> set[tuple[str, str, str, str]]:
    return {(o.kind, o.module, o.item, o.option) for o in objections(BEFORE, after)}


def test_the_first_edition_changes_nothing_for_anybody() -> None:
    assert objections(None, BEFORE) == ()


def test_the_same_course_again_changes_nothing() -> None:
    assert objections(BEFORE, sample.course()) == ()


def test_a_mended_spelling_is_no_objection() -> None:
    question = BEFORE.questions["mission-check-1"]
    prompt = {**question.prompt, "en": "<p>What should you do first? (mission-check-1)</p>"}
    assert not objections(BEFORE, _with_question(BEFORE, msgspec.structs.replace(question, prompt=prompt)))


def test_lessons_added_and_removed_are_named_with_their_module() -> None:
    mission = _module("mission")
    extra = Lesson(id="three", pages=mission.lessons[0].pages, minutes=20)
    after = _with_module(BEFORE, msgspec.structs.replace(mission, lessons=(mission.lessons[0], extra)))
    assert _objections(after) == {("lesson-removed", "mission", "two", ""), ("lesson-added", "mission", "three", "")}


def test_a_lesson_moved_to_another_module_is_told_and_stays_finished() -> None:
    mission, protection = _module("mission"), _module("protection")
    only = Lesson(id="alone", pages=mission.lessons[0].pages, minutes=20)
    before = _with_module(BEFORE, msgspec.structs.replace(mission, lessons=(*mission.lessons, only)))
    after = _with_module(BEFORE, msgspec.structs.replace(protection, lessons=(*protection.lessons, only)))
    found = objections(before, after)
    assert [(o.kind, o.module, o.item) for o in found] == [("lesson-moved", "protection", "alone")]
    assert moves(before, after) == Moves({"mission/alone": "protection/alone"})


def test_a_module_with_another_id_is_the_same_module() -> None:
    renamed = msgspec.structs.replace(_module("mission"), id="duty")
    questions = {
        name: msgspec.structs.replace(q, module="duty" if q.module == "mission" else q.module)
        for name, q in BEFORE.questions.items()
    }
    after = msgspec.structs.replace(BEFORE, modules=(renamed, _module("protection")), questions=questions)
    assert _objections(after) == {("module-renamed", "duty", "mission", "")}
    assert moves(BEFORE, after) == Moves({"mission/one": "duty/one", "mission/two": "duty/two"}, {"mission": "duty"})


def test_another_figure_or_many_other_words_change_a_lesson_in_substance_and_a_spelling_does_not() -> None:
    mission = _module("mission")
    lesson = mission.lessons[0]

    def told(before: str, after: str) -> set[str]:
        course = [_with_lesson(mission, lesson, text) for text in (before, after)]
        return {o.kind for o in objections(*course)}

    text = "The request is sent within 14 days to the office that decides, and nobody is returned meanwhile."
    assert told(text, text.replace("14", "30")) == {"lesson-changed"}
    assert told(text, "Call the supervisor and write down who has left with whom, in the log of the post.") == {
        "lesson-changed"
    }
    assert told(text, text.replace("meanwhile", "mean while")) == set()


def _with_lesson(module: Module, lesson: Lesson, text: str) -> Course:
    pages = {
        language: msgspec.structs.replace(page, blocks=(Block("html", html=f"<p>{text}</p>"),))
        for language, page in lesson.pages.items()
    }
    changed = msgspec.structs.replace(lesson, pages=pages)
    return _with_module(BEFORE, msgspec.structs.replace(module, lessons=(changed, *module.lessons[1:])))


def test_a_module_that_is_gone_is_said_once_and_not_question_by_question() -> None:
    kept = {name: q for name, q in BEFORE.questions.items() if q.module == "mission"}
    after = msgspec.structs.replace(BEFORE, modules=BEFORE.modules[:1], questions=kept)
    assert _objections(after) == {("module-removed", "protection", "", "")}


def test_a_new_module_is_said_once() -> None:
    kept = {name: q for name, q in BEFORE.questions.items() if q.module == "mission"}
    before = msgspec.structs.replace(BEFORE, modules=BEFORE.modules[:1], questions=kept)
    assert objections(before, BEFORE) == (Objection("module-added", "protection"),)


def test_another_right_answer_is_grave() -> None:
    question = BEFORE.questions["mission-quiz-1"]
    options = tuple(msgspec.structs.replace(o, right=o.id == "proof") for o in question.options)
    (found,) = objections(BEFORE, _with_question(BEFORE, msgspec.structs.replace(question, options=options)))
    assert (found.kind, found.item, found.grave) == ("answer-changed", "mission-quiz-1", True)


def test_an_id_reused_for_another_question_is_noticed() -> None:
    question = BEFORE.questions["mission-quiz-1"]
    prompt = sample.html("Which document proves the age of a child?", "¿Cuál documento prueba la edad de una niña?")
    after = _with_question(BEFORE, msgspec.structs.replace(question, prompt=prompt))
    assert _objections(after) == {("question-reused", "mission", "mission-quiz-1", "")}


def test_an_id_reused_for_another_answer_is_noticed() -> None:
    question = BEFORE.questions["mission-quiz-1"]
    bus = Option("bus", sample.both("Call the consulate now.", "Llamar ya al consulado."))
    options = (*(o for o in question.options if o.id != "bus"), bus)
    after = _with_question(BEFORE, msgspec.structs.replace(question, options=options))
    assert _objections(after) == {("option-reused", "mission", "mission-quiz-1", "bus")}


def test_answers_added_and_removed_are_named() -> None:
    question = BEFORE.questions["mission-quiz-1"]
    new = Option("wait", sample.both("Wait for the next shift.", "Esperar el próximo turno."))
    options = (*(o for o in question.options if o.id != "bus"), new)
    after = _with_question(BEFORE, msgspec.structs.replace(question, options=options))
    assert _objections(after) == {
        ("option-removed", "mission", "mission-quiz-1", "bus"),
        ("option-added", "mission", "mission-quiz-1", "wait"),
    }


def test_every_kind_of_key_is_compared() -> None:
    changed = {
        "several-signs": {"partial": False},
        "order-steps": {"options": tuple(reversed(sample.ORDER.options))},
        "short-port": {"accepted": {"en": ("asylum",), "es": ("asilo",)}},
        "number-members": {"value": 12.0},
    }
    for name, change in changed.items():
        after = _with_question(BEFORE, msgspec.structs.replace(BEFORE.questions[name], **change))
        assert ("answer-changed", "mission", name, "") in _objections(after), name


def test_another_kind_of_question_under_the_same_id_is_said_and_nothing_else() -> None:
    question = BEFORE.questions["short-port"]
    after = _with_question(BEFORE, msgspec.structs.replace(question, kind="number", accepted={}, value=3.0))
    assert _objections(after) == {("kind-changed", "mission", "short-port", "")}


def test_scenes_criteria_and_rules_that_change_are_named() -> None:
    mission = _module("mission")
    assert mission.scenario is not None
    assert mission.practice is not None
    scenario = msgspec.structs.replace(mission.scenario, scenes=mission.scenario.scenes[:-1])
    practice = msgspec.structs.replace(
        mission.practice, criteria=(*mission.practice.criteria[:1], Criterion("calm", sample.both("Calm.", "Calma.")))
    )
    after = _with_module(BEFORE, msgspec.structs.replace(mission, scenario=scenario, practice=practice))
    after = msgspec.structs.replace(after, completion=Completion(practice=True), unlock="any")
    assert _objections(after) == {
        ("scene-removed", "mission", "left", ""),
        ("criterion-removed", "mission", "limits", ""),
        ("criterion-added", "mission", "calm", ""),
        ("rule-changed", "", "quizzes", ""),
        ("rule-changed", "", "scenarios", ""),
        ("rule-changed", "", "exam", ""),
        ("rule-changed", "", "unlock", ""),
    }


def test_an_integrated_exercise_that_comes_goes_or_changes_is_named() -> None:
    after = msgspec.structs.replace(BEFORE, exercise=sample.EXERCISE)
    assert _objections(after) == {("practice-added", "exercise", "", "")}
    assert [(one.kind, one.module, one.grave) for one in objections(after, BEFORE)] == [
        ("practice-removed", "exercise", True)
    ]
    shorter = msgspec.structs.replace(sample.EXERCISE, criteria=sample.EXERCISE.criteria[:1])
    changed = objections(after, msgspec.structs.replace(after, exercise=shorter))
    assert [(one.kind, one.module, one.item) for one in changed] == [
        ("criterion-removed", "exercise", "nothing-unsafe")
    ]


def test_long_texts_are_compared_quickly() -> None:
    question = BEFORE.questions["mission-quiz-1"]
    before = _with_question(BEFORE, msgspec.structs.replace(question, prompt={"en": "one two three " * 20_000}))
    after = _with_question(BEFORE, msgspec.structs.replace(question, prompt={"en": "four five six " * 20_000}))
    assert [o.kind for o in objections(before, after)] == ["question-reused"]
