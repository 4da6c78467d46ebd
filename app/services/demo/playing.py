"""An officer's acts, done through the real services at the moments of the plan: every summary is the fold of events."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from app.courseware.course import Course, ExamRule, QuizRule
from app.records.database import uuid7
from app.records.exams import AttemptAnswer
from app.records.learning import Enrolment
from app.rules import grading
from app.rules.progress import Event
from app.services import exams, learning, practice
from app.services.demo.acts import Act
from app.services.demo.answering import paper, right_answer, walk, wrong_answer
from app.services.office import Actor, Office

REMARKS = {
    "en": "Promised something that another authority decides. We repeat it at the next session.",
    "es": "Prometió algo que decide otra autoridad. Lo repetimos en la próxima sesión.",
}


@dataclass
class Player:
    """One officer at work in one course."""

    office_at: Callable[[dt.datetime], Office]
    actor: Actor
    enrolment: Enrolment
    course: Course
    trainers: Sequence[Actor]
    place: str
    rng: random.Random
    unsent: list[Event] = field(default_factory=list)
    """what a device of a post without signal keeps: sent before the next quiz, sheet or exam, and at the end"""

    def perform(self, timed: Iterable[tuple[Act, dt.datetime | None]]) -> dt.datetime | None:
        """Do every act, each at its moment or, where that is too soon, when it may be; returns when all was done."""
        over: dt.datetime | None = None
        for act, planned in timed:
            start = planned
            if over is not None:
                earliest = over + dt.timedelta(hours=act.wait_hours, minutes=self.rng.randint(6, 20))
                start = max(planned or earliest, earliest)
            assert start is not None  # schedule() gives the first act its moment
            if act.kind not in ("lessons", "scenario"):
                self._send(start)
            over = self._do(act, start)
        if over is not None:
            self._send(over)
        return over

    def _do(self, act: Act, start: dt.datetime) -> dt.datetime:
        match act.kind:
            case "lessons":
                return self._learn(act, start)
            case "scenario":
                return self._play(act, start)
            case "practice":
                return self._practise(act, start)
            case "quiz" | "exam":
                return self._sit(act, start)

    def _event(self, kind: str, module: str, item: str, payload: dict[str, object], at: dt.datetime) -> Event:
        minted = str(uuid7(int(at.timestamp() * 1000)))
        return learning.event_for(kind, module, item, payload, at, minted)

    def _send(self, at: dt.datetime) -> None:
        if self.unsent:
            for outcome in learning.record(self.office_at(at), self.actor, self.course.id, self.unsent):
                if outcome.status != "applied":
                    raise ValueError(f"the demo did what the rules refuse: {outcome.code}")
            self.unsent = []

    def _learn(self, act: Act, at: dt.datetime) -> dt.datetime:
        rng = self.rng
        module = self.course.module(act.module)
        assert module is not None
        for lesson_id in act.lessons:
            lesson = module.lesson(lesson_id)
            assert lesson is not None
            at += dt.timedelta(minutes=lesson.minutes * rng.uniform(0.5, 0.85))
            questions = [self.course.questions[q] for q in lesson.questions]
            questions = [q for q in questions if not q.countries or self.actor.country in q.countries]
            for question in questions[:1] if act.how == "begun" else questions:
                at += dt.timedelta(seconds=rng.randint(35, 110))
                response = wrong_answer(question, self.actor.language, rng) if rng.random() < 0.2 else []
                response = response or right_answer(question, self.actor.language)
                self.unsent.append(self._event("check.answered", module.id, question.id, {"response": response}, at))
            if act.how != "begun":
                at += dt.timedelta(seconds=rng.randint(20, 90))
                self.unsent.append(self._event("lesson.done", module.id, lesson.id, {}, at))
        return at + dt.timedelta(seconds=2)

    def _play(self, act: Act, at: dt.datetime) -> dt.datetime:
        module = self.course.module(act.module)
        assert module is not None and module.scenario is not None
        run = str(uuid7(int(at.timestamp() * 1000)))
        for scene, choice in walk(module.scenario, act.how, self.rng):
            at += dt.timedelta(seconds=self.rng.randint(40, 130))
            payload: dict[str, object] = {"run": run, "scene": scene, "choice": choice}
            self.unsent.append(self._event("scene.chosen", module.id, module.scenario.id, payload, at))
        return at + dt.timedelta(seconds=2)

    def _sit(self, act: Act, at: dt.datetime) -> dt.datetime:
        rng, office = self.rng, self.office_at(at)
        rule: QuizRule | ExamRule | None = (
            self.course.completion.exam if act.kind == "exam" else self.course.completion.quizzes
        )
        assert rule is not None
        attempt = exams.start(office, self.actor, self.course.id, act.module)
        office.session.flush()  # start() commits, and so flushes, only where it is the outermost
        questions = [self.course.questions[question] for question, _order in attempt.paper]
        # chance of its own: what is drawn of it depends on the paper, and the paper on a secret seed
        chance = random.Random(rng.random())
        responses = paper(questions, "pass" if act.how == "open" else act.how, rule, self.actor.language, chance)
        if act.how == "open":
            responses = responses[: len(responses) // 2]
        longest = rule.minutes * 60 * 0.9 / len(questions) if isinstance(rule, ExamRule) else 75
        # what exams.answer would keep, without its four queries an answer; closing finds the credit that it would write
        rows: list[dict[str, object]] = []
        for question, response in zip(questions, responses, strict=False):
            at += dt.timedelta(seconds=rng.uniform(0.4 * longest, longest))
            kept = grading.read(question, response)
            grade = grading.grade(question, kept) if act.how != "open" else None
            if not grading.is_empty(kept):
                rows.append(
                    {
                        "attempt_id": attempt.id,
                        "question": question.id,
                        "response": {"value": kept},
                        "saved_at": at,
                        "credit": grade.credit if grade else None,
                        "right": grade.right if grade else None,
                    }
                )
        if rows:
            office.session.execute(insert(AttemptAnswer), rows)
        if act.how == "open":
            return at
        at += dt.timedelta(seconds=rng.randint(10, 60))
        exams.close(self.office_at(at), attempt.id, "submitted")
        if attempt.passed is not (act.how == "pass"):
            raise ValueError(f"the demo meant to {act.how} {act.kind} {act.module} and did not")
        return at

    def _practise(self, act: Act, at: dt.datetime) -> dt.datetime:
        sheet = self.course.sheet(act.module)
        assert sheet is not None
        at += dt.timedelta(minutes=sheet.minutes or 45)
        trainer = self.rng.choice(self.trainers)
        criteria = {criterion.id: True for criterion in sheet.criteria}
        remarks = ""
        if act.how != "competent":
            criteria[self.rng.choice(list(criteria))] = False
            remarks = REMARKS[trainer.language]
        held_on = at.astimezone(ZoneInfo(trainer.time_zone)).date()
        practice.sign(
            self.office_at(at), trainer, self.enrolment.id, act.module, criteria, held_on, self.place, remarks
        )
        return at
