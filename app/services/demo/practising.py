"""Practice days of the visitors' service, held and to come, and what its officers said of the course at its end."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import EXERCISE, Course
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.rules.survey import AGREE, SURE
from app.services import practicedays, surveys
from app.services.office import Actor, Office, actor_of
from app.services.practicedays import Plan, Said

TEXTS: dict[str, dict[str, str]] = {
    "directions": {
        "en": "By the north gate; ask the guard for the training room.",
        "es": "Por el portón norte; pregunte en la guardia por el aula.",
    },
    "bring": {
        "en": "Uniform, life jacket, water and your identity card.",
        "es": "Uniforme, chaleco salvavidas, agua y su identificación.",
    },
    "late": {"en": "The boat was late.", "es": "La lancha se demoró."},
    "excused": {"en": "On leave, told us in time.", "es": "Con permiso; avisó a tiempo."},
    "cancelled": {
        "en": "The river is too high for the boats. We look for a new date.",
        "es": "El río está muy crecido para las lanchas. Buscamos otra fecha.",
    },
}
MARKS = ("present",) * 15 + ("late", "late", "absent", "excused")

HELPED: dict[str, tuple[str, ...]] = {
    "en": (
        "The simulations: one can be wrong there without harming anybody.",
        "Practising with colleagues of other posts.",
        "The cards with what to say, word for word.",
    ),
    "es": (
        "Las simulaciones: ahí uno se puede equivocar sin hacerle daño a nadie.",
        "Practicar con colegas de otros puestos.",
        "Las tarjetas con lo que hay que decir, palabra por palabra.",
        "El rescate en el río, porque lo hicimos de verdad.",
        "Que las preguntas explican por qué.",
    ),
}
CHANGE: dict[str, tuple[str, ...]] = {
    "en": ("More time for the practice in the water.", "Nothing comes to mind."),
    "es": (
        "Más horas de práctica en el agua.",
        "En mi puesto la red se cae de noche; ayudaría tener los folletos desde el primer día.",
        "Avisar las fechas de práctica con más tiempo, por los turnos.",
        "Más casos con niñas y niños que viajan sin compañía.",
    ),
}


@dataclass(frozen=True)
class Taught:
    """A cohort, when it runs, and who acts in it."""

    cohort: Cohort
    opens: dt.date
    closes: dt.date
    trainer: Actor
    coordinator: Actor
    days: bool
    """whether it has practice days too: those that visitors see"""


def practise(
    office_at: Callable[[dt.datetime], Office],
    now: dt.datetime,
    course: Course,
    cohorts: Sequence[Taught],
    place: str,
    seed: str,
) -> None:
    """Hold practice days in *cohorts*, plan others to come, and let officers answer the survey."""
    sheets = [module.id for module in course.modules if module.practice is not None]
    if not sheets:
        return
    for taught in cohorts:
        rng = random.Random(f"{seed}/practice/{taught.cohort.name}")
        _answer(office_at, now, taught, rng)
        if not taught.days:
            continue
        zone = practicedays.zone_for(taught.coordinator, taught.cohort)
        today = now.astimezone(ZoneInfo(zone)).date()
        half = max(1, len(sheets) // 2)
        last = [*sheets[half:], *([EXERCISE] if course.exercise is not None else [])] or sheets
        span = (min(taught.closes, today - dt.timedelta(3)) - taught.opens).days
        for part, practised in ((0.35, sheets[:half]), (0.8, last)):
            if span > 14:
                on = taught.opens + dt.timedelta(round(span * part))
                _hold(office_at, now, taught, _plan(taught, on, zone, place, practised), rng)
        if taught.opens <= today <= taught.closes:
            coming = _plan(taught, today + dt.timedelta(6), zone, place, last)
            early = office_at(now - dt.timedelta(days=8))
            practicedays.plan(early, taught.trainer, taught.cohort.id, coming, "sign practice")
            _today(early, taught, _plan(taught, today, zone, place, sheets[:half]))
            off = _plan(taught, today + dt.timedelta(2), zone, place, sheets[:half])
            gone = practicedays.plan(early, taught.coordinator, taught.cohort.id, off, "enrol")
            reason = TEXTS["cancelled"][taught.coordinator.language]
            later = office_at(now - dt.timedelta(hours=20))
            practicedays.cancel(later, taught.coordinator, taught.cohort.id, gone.id, reason, "enrol")


def _plan(taught: Taught, on: dt.date, zone: str, place: str, practised: Sequence[str]) -> Plan:
    language = taught.trainer.language
    return Plan(
        on,
        dt.time(8),
        dt.time(15, 30),
        zone,
        place,
        tuple(practised),
        directions=TEXTS["directions"][language],
        bring=TEXTS["bring"][language],
        trainers=(taught.trainer.person_id,),
    )


def _today(office: Office, taught: Taught, said: Plan) -> None:
    """A day that visitors can mark themselves: some of the cohort are expected, others may come."""
    officers = practicedays.offer(office, taught.trainer, taught.cohort.id, "sign practice").officers
    begun = [one.id for one in officers if one.started_at is not None]
    if len(begun) > 1:
        some = replace(said, expected=tuple(begun[: len(begun) // 2 + 1]), most=len(begun))
        practicedays.plan(office, taught.trainer, taught.cohort.id, some, "sign practice")


def _hold(
    office_at: Callable[[dt.datetime], Office], now: dt.datetime, taught: Taught, said: Plan, rng: random.Random
) -> None:
    """A day that is over: planned, marked, signed."""
    ends = dt.datetime.combine(said.on, said.ends, ZoneInfo(said.zone)).astimezone(dt.UTC)
    who, cohort = taught.trainer, taught.cohort.id
    day = practicedays.plan(office_at(ends - dt.timedelta(days=15)), who, cohort, said, "sign practice")
    office = office_at(min(ends, now))
    found = practicedays.roll(office, who, cohort, day.id, "sign practice")
    marks = {}
    for row in found.rows:
        mark = rng.choice(MARKS) if row.enrolment.started_at else "absent"
        remark = TEXTS[mark][who.language] if mark in TEXTS else ""
        marks[row.enrolment.id] = Said(mark, remark, 0)
    done = practicedays.mark(office, who, cohort, day.id, marks)
    # who has a sheet of that day was there
    practicedays.mark(office, who, cohort, day.id, {key: Said("present", "", 0) for key in done.clashes})
    practicedays.close(office, who, cohort, day.id)


def _answer(office_at: Callable[[dt.datetime], Office], now: dt.datetime, taught: Taught, rng: random.Random) -> None:
    """Those who completed the course say what they think of it the day after; all others when their cohort has ended."""
    rows = (
        office_at(now)
        .session.scalars(
            select(Enrolment)
            .where(Enrolment.cohort_id == taught.cohort.id, Enrolment.started_at.is_not(None))
            .where(Enrolment.status != "withdrawn")
            .order_by(Enrolment.id)
            .options(joinedload(Enrolment.person))
        )
        .all()
    )
    for row in rows:
        at = row.completed_at or dt.datetime.combine(taught.closes, dt.time(18), dt.UTC)
        at += dt.timedelta(days=1)
        if at > now:
            continue
        scores = {item: rng.choice((3, 4, 4, 5, 5, 5)) for item in AGREE}
        scores["access"] = rng.choice((1, 2, 3, 4, 5))
        for item in SURE:
            scores[f"{item}-before"] = rng.choice((1, 2, 2, 3, 4))
            scores[f"{item}-after"] = rng.choice((3, 4, 4, 5, 5))
        language = row.person.language
        texts = {"helped": rng.choice(("", *HELPED[language])), "change": rng.choice(("", "", *CHANGE[language]))}
        actor = actor_of(row.person)
        if surveys.standing(office_at(at), row) == "open":
            surveys.answer(office_at(at), actor, row.course_id, scores, texts)
