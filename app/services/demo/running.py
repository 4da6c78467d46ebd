"""What the demo shows of running a cohort: terms, deadlines, an announcement, reminders to come, applications to decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import select

from app.courseware.course import Course
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import Institution, Person, RoleGrant
from app.rules.deadlines import EXAM
from app.rules.permissions import Role
from app.services import scope
from app.services.cohorts import announcing, deadlines, guests, joining, planning, reminding
from app.services.cohorts.announcing import Text
from app.services.office import Actor, Office, actor_of

PLACE = "Centro de capacitación, Metetí"
CONTACT = "Oficina de formación, lunes a viernes de 8 a 16 h"
NEWS = Text(
    {"en": "Practice day on Thursday", "es": "Jornada de práctica el jueves"},
    {
        "en": "We meet at eight at the training centre. Bring your uniform and the referral card of module 6.",
        "es": "Nos vemos a las ocho en el centro de capacitación. Traiga el uniforme y la tarjeta de derivación del módulo 6.",
    },
)
REMINDER = Text(
    {"en": "Before the exam", "es": "Antes del examen"},
    {
        "en": "Repeat the simulations of modules 4 and 9 before you sit the exam.",
        "es": "Repita las simulaciones de los módulos 4 y 9 antes de rendir el examen.",
    },
)
REASON = "Tres semanas en un puesto sin conexión"
SHORT_RUN = "Jornadas de enero"
SHORT_ABOUT = (
    "Cuatro semanas a su ritmo y dos mañanas en persona. Para el personal de puestos fronterizos; no hace falta experiencia "
    "previa."
)
SEATS = 12
QUOTA = 4


def run(
    office_at: Callable[[dt.datetime], Office],
    now: dt.datetime,
    course: Course,
    cohort: Cohort,
    coordinator: Actor,
    trainer: Actor,
    learner: Actor,
) -> None:
    """Give the running *cohort* terms, deadlines, an announcement of two days ago and a reminder by hand."""
    office, today = office_at(now), now.date()
    with office.transaction():
        inside = office.session.scalars(
            select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.status != "withdrawn")
        ).all()
        cohort.place, cohort.contact, cohort.languages = PLACE, CONTACT, "es"
        cohort.seats = len(inside) + 3
        office.session.flush()
        days: dict[str, dt.date | None] = {}
        ends = (cohort.ends_on - today).days
        for module, after in zip(course.modules, (-40, -20, 6, ends - 8), strict=False):
            days[module.id] = max(cohort.starts_on, today + dt.timedelta(after))
        days[EXAM] = cohort.ends_on
        if EXAM not in deadlines.plan(office, coordinator, cohort.id).targets:
            del days[EXAM]
        deadlines.put(office, coordinator, cohort.id, days)
        slow = min((row for row in inside if row.person_id != learner.person_id), key=_percent, default=None)
        if slow is not None:
            first = course.modules[0].id
            deadlines.extend(office, trainer, cohort.id, slow.id, first, today + dt.timedelta(9), REASON)
        announcing.write(office_at(now - dt.timedelta(days=2)), trainer, cohort.id, NEWS)
        reminding.write(office, trainer, cohort.id, min(today + dt.timedelta(3), cohort.ends_on), REMINDER)


def _percent(row: Enrolment) -> tuple[int, str]:
    return (row.percent, str(row.person_id))


def open_run(
    office_at: Callable[[dt.datetime], Office],
    now: dt.datetime,
    course_id: str,
    coordinator: Actor,
    trainers: Sequence[Person],
    neighbour: Institution | None,
) -> None:
    """A coming cohort of another course that officers may ask to join: two have. *neighbour* is invited to nominate."""
    today = now.date()
    office = office_at(now - dt.timedelta(days=6))
    plan = planning.Plan(
        SHORT_RUN,
        course_id,
        coordinator.institution_id,
        today + dt.timedelta(38),
        today + dt.timedelta(66),
        tuple(person.id for person in trainers),
        PLACE,
        SEATS,
        ("es",),
        "self",
        today - dt.timedelta(6),
        today + dt.timedelta(24),
        SHORT_ABOUT,
        CONTACT,
    )
    with office.transaction():
        cohort = planning.create(office, coordinator, plan)
        if neighbour is not None:
            guests.invite(office, coordinator, cohort.id, neighbour.id, QUOTA)
        for at, person in enumerate(_who_ask(office, coordinator, course_id)):
            joining.ask(office_at(now - dt.timedelta(days=2 - at, minutes=35)), actor_of(person), cohort.id)


def _who_ask(office: Office, coordinator: Actor, course_id: str) -> list[Person]:
    """Two officers of the coordinator's institutions who are not in that course."""
    known = select(Enrolment.person_id).where(Enrolment.course_id == course_id)
    duties = select(RoleGrant.person_id).where(RoleGrant.role != Role.LEARNER)
    rows = office.session.scalars(
        select(Person)
        .where(scope.inside(Person.institution_id, coordinator.paths("enrol")), Person.active)
        .where(Person.id.not_in(known), Person.id.not_in(duties), Person.password_hash != "")
        .order_by(Person.sort_name, Person.id)
        .limit(2)
    )
    return list(rows)
