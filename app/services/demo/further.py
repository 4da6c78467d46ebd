"""The demo's other courses: some who completed the first one go on with a short one, on their own."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from app.courseware.course import Course
from app.records.people import Institution, Person, RoleGrant
from app.rules.permissions import Role
from app.services import learning
from app.services.demo import acts
from app.services.demo.casting import Cast, Part, Stage
from app.services.demo.playing import Player
from app.services.office import Office, actor_of
from app.services.people import inviting

STAGES: tuple[Stage, ...] = ("completed", "middle", "begun", "completed", "quiz-critical", "not-started")
"""dealt out in turn"""
EVERY = 6
"""of those who completed the first course, every sixth takes a given other one"""
DAYS = (-44, -3)
"""first and last day of what they do, from today"""


def teach(
    office_at: Callable[[dt.datetime], Office],
    now: dt.datetime,
    course: Course,
    place: int,
    cast: Cast,
    people: Mapping[int, Person],
    institutions: Mapping[str, Institution],
    seed: str,
) -> None:
    """Enrol officers in *course*, the *place*-th of the others (from 0), and let them learn.

    The trainers may teach it. The learner whom visitors sign in as is enrolled in it and has not begun.
    """
    office = office_at(now + dt.timedelta(days=DAYS[0] - 20))
    giver = people[cast.administrator.number].id
    for part in {part.number: part for several in cast.trainers.values() for part in several}.values():
        grant = RoleGrant(role=Role.TRAINER.value, course_id=course.id, granted_at=office.now(), granted_by=giver)
        people[part.number].grants.append(grant)
    office.session.flush()
    done = [part for part in cast.officers if part.stage == "completed" and part.number in people]
    takers = [(part, STAGES[turn % len(STAGES)]) for turn, part in enumerate(done[place::EVERY])]
    for part, stage in [*takers, (cast.learner, STAGES[-1])]:
        _officer(office_at, now, course, part, stage, cast, people, institutions, seed)


def _officer(
    office_at: Callable[[dt.datetime], Office],
    now: dt.datetime,
    course: Course,
    part: Part,
    stage: Stage,
    cast: Cast,
    people: Mapping[int, Person],
    institutions: Mapping[str, Institution],
    seed: str,
) -> None:
    rng = random.Random(f"{seed}/{course.id}/{part.number}")
    zone = ZoneInfo(inviting.ZONES[part.country])
    today = now.astimezone(zone).date()
    play = acts.acts(course, stage, rng)
    first = today + dt.timedelta(DAYS[0] + rng.randint(0, 6))
    timed = acts.schedule(play, first, today + dt.timedelta(DAYS[1]), zone, rng)
    enrolled = dt.datetime.combine(first - dt.timedelta(rng.randint(2, 9)), dt.time(10, 15), zone).astimezone(dt.UTC)
    coordinator = actor_of(people[cast.coordinators[part.service].number])
    person = people[part.number]
    enrolment = learning.enrol(office_at(enrolled), coordinator, person, course.id, None)
    # without a cohort, only a trainer of their own institution may sign
    trainers = [actor_of(people[one.number]) for one in cast.trainers[part.service]]
    trainers = [one for one in trainers if part.workplace.startswith(one.institution_path)]
    post = institutions[part.workplace].name
    Player(office_at, actor_of(person), enrolment, course, trainers, post, rng).perform(timed)
