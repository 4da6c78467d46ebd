"""What officers of the demo answer and choose: rightly, wrongly, or dangerously, as their part asks."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.courseware.course import ExamRule, Question, QuizRule, Scenario
from app.rules import grading
from app.rules.grading import Response


def right_answer(question: Question, language: str) -> Response:
    """A response worth full credit."""
    match question.kind:
        case "one" | "several":
            return [option.id for option in question.options if option.right]
        case "order":
            return [option.id for option in question.options]
        case "match":
            return {pair.id: pair.id for pair in question.pairs if any(pair.left.values())}
        case "short":
            texts = question.accepted.get(language) or next(iter(question.accepted.values()))
            return texts[0]
        case "number":
            return f"{question.value:g}"


def wrong_answer(question: Question, language: str, rng: random.Random) -> Response:
    """A believable response worth nothing; an empty one where every other is worth something."""
    response: Response = []
    match question.kind:
        case "one" | "several":
            wrong = [option.id for option in question.options if not option.right]
            response = [rng.choice(wrong)] if wrong else []
        case "order":
            response = [option.id for option in reversed(question.options)]
        case "match":
            lefts = [pair.id for pair in question.pairs if any(pair.left.values())]
            response = dict(zip(lefts, [*lefts[1:], *lefts[:1]], strict=True))
        case "short":
            response = "I do not remember" if language == "en" else "no recuerdo"
        case "number":
            response = f"{question.value + 2 * question.tolerance + 3:g}"
    if grading.grade(question, response).credit > 0:
        return {} if question.kind == "match" else "" if question.kind in ("short", "number") else []
    return response


def paper(
    questions: Sequence[Question], how: str, rule: QuizRule | ExamRule, language: str, rng: random.Random
) -> list[Response]:
    """Answers to a whole paper: "pass", with a slip or none; "fail", with too many; "critical", with a good mark that
    wrong critical items undo."""
    allowed = len(questions) * (100 - rule.pass_mark) // 100
    slips = rng.choice((0, allowed // 2, allowed // 2, allowed))
    excess = rng.randint(1, 2)
    common = [i for i, q in enumerate(questions) if not q.critical]
    critical = [i for i, q in enumerate(questions) if q.critical]
    rng.shuffle(common)
    rng.shuffle(critical)
    if how == "fail":
        wrong = (common + critical)[: allowed + excess]
    elif how == "critical":
        forgiven = len(critical) * (100 - rule.critical_mark) // 100 if isinstance(rule, ExamRule) else 0
        wrong = critical[: forgiven + 1]
    else:
        wrong = common[:slips]
    return [
        wrong_answer(question, language, rng) if i in wrong else right_answer(question, language)
        for i, question in enumerate(questions)
    ]


def walk(scenario: Scenario, how: str, rng: random.Random) -> list[tuple[str, int]]:
    """A way through *scenario*, as scenes and choices: to a critical error, or to an ending without one (a good one, if
    it is soon found). Raises ``ValueError`` where there is none."""
    best: list[tuple[str, int]] = []
    for _ in range(400):
        way, critical, ending = _wander(scenario, rng)
        if critical != (how == "critical") or not ending:
            continue
        best = best or way
        if how == "critical" or ending == "good":
            return way
    if not best:
        raise ValueError(f"scenario {scenario.id} has no {how} way")
    return best


def _wander(scenario: Scenario, rng: random.Random) -> tuple[list[tuple[str, int]], bool, str]:
    scene, critical = scenario.scenes[0], False
    way: list[tuple[str, int]] = []
    for _ in range(60):
        if scene.ending or not scene.choices:
            break
        index = rng.randrange(len(scene.choices))
        way.append((scene.id, index))
        critical = critical or scene.choices[index].critical
        to = scenario.scene(scene.choices[index].to)
        if to is None:
            break
        scene = to
    return way, critical or scene.ending == "critical", scene.ending or ""
