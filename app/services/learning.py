"""An officer learns: enrolment, what a page needs to know, and the one way in which progress is made, :func:`record`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from app.courseware.course import EXERCISE, Course, Lesson, Module, Practice, Question
from app.records.database import uuid7
from app.records.editions import CourseRow
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.people import Person
from app.rules import grading, progress
from app.rules.errors import NotFound, Refused
from app.rules.events import Outcome, choice, refusal
from app.rules.progress import Event, Progress, Run, Standing, Step
from app.services import audit, certifying, seats
from app.services.office import Actor, Office
from app.services.shelf import course_of

# Enrolment ----------------------------------------------------------------------------------------------------------------


def enrol(
    office: Office, actor: Actor | None, person: Person, course_id: str, cohort_id: uuid.UUID | None = None
) -> Enrolment:
    """Enrol *person* in the current edition of a course; already enrolled, they only change cohort.

    Somebody who comes back after a withdrawal comes back to their cohort, if it has a seat left. Call inside
    ``office.transaction()``; the caller has checked that *person* is the actor's to enrol. Raises ``NotFound`` for an
    unpublished course, ``Refused("cohort-full")`` for a cohort without a free seat.
    """
    row = office.session.get(CourseRow, course_id)
    if row is None or row.current_edition_id is None:
        raise NotFound("course")
    mine = (Enrolment.person_id == person.id, Enrolment.course_id == course_id)
    had = office.session.scalar(select(Enrolment.cohort_id).where(*mine))
    wanted = cohort_id or had
    cohort = seats.lock(office, wanted) if wanted else None
    known = office.session.scalar(select(Enrolment).where(*mine).with_for_update())
    if cohort is not None and (known is None or known.status == "withdrawn" or known.cohort_id != cohort.id):
        if cohort_id is not None:
            seats.take(office, cohort)
        elif known is not None and seats.free(office, cohort) == 0:
            known.cohort_id = None
    if known is not None:
        if cohort_id is not None:
            known.cohort_id = cohort_id
        if known.status == "withdrawn":
            known.status = "active" if known.started_at else "not-started"
        return known
    fresh = fresh_enrolment(office, row.current_edition_id, course_id, cohort_id)
    enrolment = Enrolment(person_id=person.id, institution_id=person.institution_id, **fresh)
    office.session.add(enrolment)
    office.session.flush()
    audit.note(office, actor, "enrolment.add", str(enrolment.id), {"course": course_id}, person.institution_id)
    return enrolment


def fresh_enrolment(
    office: Office, edition_id: uuid.UUID, course_id: str, cohort_id: uuid.UUID | None
) -> dict[str, Any]:
    """What the table holds of a new enrolment, but whose it is."""
    course = course_of(office, edition_id)
    return {
        "course_id": course_id,
        "cohort_id": cohort_id,
        "edition_id": edition_id,
        "enrolled_at": office.now(),
        "lessons_total": sum(len(module.lessons) for module in course.modules),
        "exercise": progress.exercise(progress.standings(course, Progress())),
    }


# What pages need ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Study:
    """An officer in a course: everything its pages show, from two queries."""

    enrolment: Enrolment
    course: Course
    progress: Progress
    country: str

    @property
    def standings(self) -> tuple[Standing, ...]:
        return progress.standings(self.course, self.progress)

    @property
    def unlocked(self) -> frozenset[str]:
        return progress.unlocked(self.course, self.progress)

    @property
    def next(self) -> Step | None:
        return progress.next_step(self.course, self.progress)

    @property
    def percent(self) -> int:
        return progress.percent(self.course, self.progress)

    @property
    def complete(self) -> bool:
        return self.enrolment.completed_at is not None

    @property
    def exam_open(self) -> bool:
        return progress.exam_open(self.course, self.progress)

    @property
    def participated(self) -> bool:
        return progress.participated(self.course, self.progress)

    @property
    def compare_now(self) -> str:
        """Which of the two tests that compare may be offered now: "before", "after", or ""."""
        done, state = self.progress.compared, self.progress
        if not self.course.compare:
            return ""
        if not state.lessons:
            return "" if "before" in done else "before"
        ready = all(self.lessons_done(module) == len(module.lessons) for module in self.course.modules)
        return "after" if ready and "before" in done and "after" not in done else ""

    def module(self, module_id: str) -> Module:
        """The module. Raises ``NotFound``."""
        module = self.course.module(module_id)
        if module is None:
            raise NotFound("module")
        return module

    def sheet(self, module_id: str) -> tuple[Practice, Module | None]:
        """The practical sheet of a module, and the module; of EXERCISE the integrated exercise, and ``None``.

        Raises ``NotFound``.
        """
        found = self.course.sheet(module_id)
        if found is None:
            raise NotFound("practice")
        return found, self.course.module(module_id)

    def lesson(self, module_id: str, lesson_id: str) -> tuple[Module, Lesson]:
        """The lesson and its module. Raises ``NotFound``."""
        module = self.module(module_id)
        lesson = module.lesson(lesson_id)
        if lesson is None:
            raise NotFound("lesson")
        return module, lesson

    def lesson_done(self, module_id: str, lesson_id: str) -> bool:
        return progress.lesson_done(self.progress, module_id, lesson_id)

    def to_reread(self, module_id: str, lesson_id: str) -> bool:
        """Whether the lesson has changed in substance since the officer finished it, and the trainer asks to read it
        again.
        """
        return f"{module_id}/{lesson_id}" in self.progress.reread

    def lessons_done(self, module: Module) -> int:
        return progress.lessons_done(module, self.progress)

    def checks(self, lesson: Lesson) -> list[Question]:
        """The lesson's self-checks that concern this officer's country, in order."""
        found = (self.course.questions[q] for q in lesson.questions if q in self.course.questions)
        return [q for q in found if not q.countries or self.country in q.countries]

    def checks_answered(self, lesson: Lesson) -> bool:
        return progress.checks_answered(lesson, self.progress, self.country, self.course)

    def run_of(self, module: Module) -> Run | None:
        """The last run of the module's scenario, finished or not."""
        played = self.progress.scenarios.get(module.id)
        return played.last if played else None

    def standing(self, kind: str, module_id: str = "") -> Standing | None:
        return next((s for s in self.standings if s.kind == kind and s.module == module_id), None)


def my_courses(office: Office, actor: Actor) -> list[Study]:
    """The actor's courses, those in progress first, then new ones, then completed; withdrawn ones are left out."""
    rows = office.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == actor.person_id, Enrolment.status != "withdrawn")
        .order_by(Enrolment.completed_at.is_not(None), Enrolment.active_at.is_(None), Enrolment.enrolled_at.desc())
    )
    return [_study(office, row, actor.country) for row in rows]


def study(office: Office, actor: Actor, course_id: str) -> Study:
    """The actor in a course. Raises ``NotFound`` where they are not enrolled."""
    row = office.session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == actor.person_id, Enrolment.course_id == course_id, Enrolment.status != "withdrawn"
        )
    )
    if row is None:
        raise NotFound("enrolment")
    return _study(office, row, actor.country)


def _study(office: Office, row: Enrolment, country: str) -> Study:
    return Study(row, course_of(office, row.edition_id), progress.from_json(row.progress), country)


def study_of(office: Office, enrolment: Enrolment) -> Study:
    """An enrolment somebody else may see (a roster's record, a practical sheet), with its officer's country."""
    return _study(office, enrolment, enrolment.institution.country)


def practice_sheets(office: Office, enrolment_id: uuid.UUID) -> list[PracticeSheet]:
    """Every signing of the enrolment's practical sheets, the newest first."""
    mine = select(PracticeSheet).where(PracticeSheet.enrolment_id == enrolment_id)
    return list(office.session.scalars(mine.order_by(PracticeSheet.signed_at.desc())))


# Progress -----------------------------------------------------------------------------------------------------------------


def record(office: Office, actor: Actor, course_id: str, events: Sequence[Event], device: str = "") -> list[Outcome]:
    """Record what the actor did in a course. Forms send one event, devices a batch; each counts once, whoever resends it.

    The server grades, refuses what the rules refuse, folds the rest into the progress, and issues what is then due, all in
    one transaction. Returns one outcome per event, in order. Raises ``NotFound`` where the actor is not enrolled.
    """
    with office.transaction():
        enrolment = _locked(office, actor.person_id, course_id)
        known = _known(office, actor.person_id, (event.id for event in events))
        course = course_of(office, enrolment.edition_id)
        state = progress.from_json(enrolment.progress)
        outcomes: list[Outcome] = []
        for event in events:
            if event.id in known:
                outcomes.append(Outcome(event.id, "duplicate", result=known[event.id]))
                continue
            try:
                event, result = _judged(event, course, state, actor.country)
            except Refused as no:
                outcomes.append(Outcome(event.id, "rejected", no.code))
                continue
            state = keep(office, enrolment, course, state, event, result, device)
            known[event.id] = result
            outcomes.append(Outcome(event.id, "applied", result=result))
        settle(office, enrolment, course, state)
    return outcomes


def record_own(
    office: Office, enrolment: Enrolment, event: Event, result: dict[str, Any] | None = None, device: str = ""
) -> None:
    """Record an event that the server itself makes or has judged: an attempt closed, a practical sheet signed, a saved quiz
    handed in (with the *result* that its sender is told).

    Call inside ``office.transaction()`` with the enrolment locked; the same event again is nothing.
    """
    if _known(office, enrolment.person_id, [event.id]):
        return
    course = course_of(office, enrolment.edition_id)
    state = keep(office, enrolment, course, progress.from_json(enrolment.progress), event, result or {}, device)
    settle(office, enrolment, course, state)


def told(office: Office, person_id: uuid.UUID, event_id: str) -> dict[str, Any] | None:
    """What the sender of an event was told when it counted; ``None`` for one that did not yet."""
    return _known(office, person_id, [event_id]).get(event_id)


def lock(office: Office, enrolment_id: uuid.UUID) -> Enrolment:
    """The enrolment, locked for the rest of the transaction. Raises ``NotFound``."""
    row = office.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("enrolment")
    return row


def _locked(office: Office, person_id: uuid.UUID, course_id: str) -> Enrolment:
    found = office.session.scalar(
        select(Enrolment.id).where(
            Enrolment.person_id == person_id, Enrolment.course_id == course_id, Enrolment.status != "withdrawn"
        )
    )
    if found is None:
        raise NotFound("enrolment")
    return lock(office, found)


def _known(office: Office, person_id: uuid.UUID, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = [uuid.UUID(i) for i in ids]
    rows = office.session.execute(
        select(LearningEvent.id, LearningEvent.result).where(
            LearningEvent.person_id == person_id, LearningEvent.id.in_(wanted)
        )
    )
    return {str(row.id): row.result for row in rows}


def _judged(event: Event, course: Course, state: Progress, country: str) -> tuple[Event, dict[str, Any]]:
    """*event* as it will be kept, with the server's own grade in it, and what its sender is told. Raises ``Refused``."""
    if event.kind == "lesson.done":
        event = msgspec.structs.replace(event, payload={"country": country})
    code = refusal(event, course, state)
    if code:
        raise Refused(code)
    if event.kind == "check.answered":
        question = course.questions[event.item]
        response = grading.read(question, event.payload.get("response"))
        if grading.is_empty(response):
            raise Refused("answer-missing")
        grade = grading.grade(question, response)
        event = msgspec.structs.replace(
            event, payload={"response": response, "right": grade.right, "credit": grade.credit}
        )
        return event, {"right": grade.right, "credit": grade.credit}
    if event.kind == "scene.chosen":
        module = course.module(event.module)
        assert module is not None and module.scenario is not None  # refusal() has looked
        chosen = choice(module.scenario, str(event.payload["scene"]), event.payload["choice"])
        assert chosen is not None
        kept = {key: event.payload[key] for key in ("run", "scene", "choice")}
        return msgspec.structs.replace(event, payload=kept), {"to": chosen.to}
    return msgspec.structs.replace(event, payload={}), {}


def keep(
    office: Office,
    enrolment: Enrolment,
    course: Course,
    state: Progress,
    event: Event,
    result: dict[str, Any],
    device: str,
) -> Progress:
    """Fold *event* into *state* and keep it. Inside ``office.transaction()``, with the enrolment locked."""
    state = progress.fold(state, event, course)
    office.session.add(
        LearningEvent(
            person_id=enrolment.person_id,
            id=uuid.UUID(event.id),
            enrolment_id=enrolment.id,
            edition_id=enrolment.edition_id,
            sequence=state.counted,
            kind=event.kind,
            module=event.module,
            item=event.item,
            payload=event.payload,
            result=result,
            at=event.at,
            received_at=office.now(),
            device=device[:40],
        )
    )
    enrolment.started_at = enrolment.started_at or event.at
    enrolment.active_at = max(event.at, enrolment.active_at or event.at)
    return state


def settle(office: Office, enrolment: Enrolment, course: Course, state: Progress) -> None:
    """Keep the folded summary on the enrolment, and grant what it has earned. Inside ``office.transaction()``."""
    for name, value in summary(course, state).items():
        setattr(enrolment, name, value)
    if enrolment.completed_at is None:
        if progress.complete(course, state):
            enrolment.completed_at = office.now()
            enrolment.status = "completed"
            audit.note(office, None, "enrolment.complete", str(enrolment.id), {}, enrolment.institution_id)
            erased = office.session.get_one(Person, enrolment.person_id).erased_at is not None
            if "completion" in course.certificate.kinds and not erased:  # no certificate names a pseudonym
                certifying.issue(office, enrolment, course, "completion")
        elif enrolment.started_at is not None and enrolment.status == "not-started":
            enrolment.status = "active"


def summary(course: Course, state: Progress) -> dict[str, Any]:
    """What an enrolment keeps of its progress *state*, by column: the fold itself, and what rosters show of it."""
    standings = progress.standings(course, state)
    return {
        "progress": progress.to_json(state),
        "percent": progress.percent(course, state),
        "lessons_done": sum(s.done for s in standings if s.kind == "lessons"),
        "lessons_total": sum(s.total for s in standings if s.kind == "lessons"),
        "quizzes_passed": sum(s.met for s in standings if s.kind == "quiz"),
        "practices_done": sum(s.met for s in standings if s.kind == "practice" and s.module != EXERCISE),
        "exercise": progress.exercise(standings),
        "exam_mark": state.exam.best if state.exam.attempts else None,
    }


class EventBroken(ValueError):
    """An event that no fold can read: its payload is not what we write."""

    def __init__(self, event: uuid.UUID) -> None:
        super().__init__(str(event))
        self.event = event


def folded(office: Office, rows: Iterable[Any]) -> Progress:
    """The progress that *rows* of ``learning_event`` give, in their order. Raises :class:`EventBroken`."""
    state = Progress()
    for row in rows:
        event = Event("", row.kind, row.module, row.item, row.payload, row.at)
        try:
            # by the edition that it was folded with: a choice is a place in that edition's scene
            state = progress.fold(state, event, course_of(office, row.edition_id))
        except (AttributeError, KeyError, TypeError, ValueError) as no:
            raise EventBroken(row.id) from no
    return state


def refold(office: Office, enrolment: Enrolment) -> Progress:
    """The progress recomputed from an enrolment's events in the order in which they were folded."""
    mine = select(LearningEvent).where(LearningEvent.enrolment_id == enrolment.id)
    return folded(office, office.session.scalars(mine.order_by(LearningEvent.sequence)))


def event_for(kind: str, module: str, item: str, payload: dict[str, Any], at: dt.datetime, event_id: str = "") -> Event:
    """An event from a form: *event_id* is the id minted in the page, or "" for a fresh one.

    Raises ``Refused("response-malformed")`` for an id that is none.
    """
    try:
        made = uuid.UUID(event_id) if event_id else uuid7()
    except ValueError:
        raise Refused("response-malformed") from None
    return Event(str(made), kind, module, item, payload, at)
