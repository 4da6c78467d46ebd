"""Fills the demo: :func:`fill`."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import func, select, update

from app.courseware.course import Course
from app.records.audit import Notice
from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.database import uuid7
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import Institution, Person, RoleGrant
from app.rules.permissions import Role
from app.services import audit, certifying, learning, people, revoking, sightings, surveys
from app.services.demo import acts, casting, further, running
from app.services.demo.casting import Cast, Part, Run, Stage
from app.services.demo.deciding import Sitter, decide
from app.services.demo.institutions import placed
from app.services.demo.playing import Player
from app.services.demo.practising import Taught, practise
from app.services.institutions.making import ENGLISH
from app.services.office import Actor, Office, actor_of, fold_name
from app.services.people import inviting
from app.services.shelf import current

SEED = "paso-seguro"

NEARER: dict[Run, tuple[int, int]] = {"past": (-250, -115), "current": (-120, 25), "next": (16, 151), "": (-160, -8)}
"""first and last day of a cohort, from today"""
LONGEST_COHORT = 135
COHORT_NAMES = {"en": "Cohort of {month}, {service}", "es": "Promoción de {month}, {service}"}
MONTH = {"en": "MMMM y", "es": "MMMM 'de' y"}
REVOKED_BECAUSE = "La hoja de práctica correspondía a otra persona con el mismo nombre."


class DemoRefused(RuntimeError):
    """This platform is no demo."""


@dataclass(frozen=True)
class Summary:
    """What :func:`fill` made. Not ``filled``: the database had institutions already, and nothing was touched."""

    filled: bool
    institutions: int = 0
    people: int = 0
    cohorts: int = 0
    certificates: int = 0
    stages: dict[str, int] = field(default_factory=dict)
    """how many officers stand at each"""


def opening(now: dt.datetime, months: int = 36) -> dt.datetime:
    """When the history of the demo begins: a course is best published with a clock that stands here."""
    return now - dt.timedelta(days=_oldest(months) + 60)


def fill(
    office_at: Callable[[dt.datetime], Office],
    course_id: str,
    *,
    now: dt.datetime | None = None,
    seed: str = SEED,
    share: float = 1.0,
) -> Summary:
    """Fill an empty database with institutions, people and their progress in a published course, all or nothing.

    Those who completed it go on with the other courses that are published.

    *office_at* gives an Office whose clock stands at a moment; all of them share one session. *now* is the moment to
    which every date is relative; *share* a part of the three hundred officers. The same seed and moment make the same
    people and states. Raises :class:`DemoRefused` unless the Office's settings say that this is a demo, because the
    accounts have a password that everybody knows, and ``NotFound`` for a course that is not published.
    """
    now = now or dt.datetime.now(dt.UTC)
    office = office_at(now)
    if not office.settings.demo:
        raise DemoRefused("the demo opens accounts with a known password: set PASO_DEMO=1, and never in production")
    with office.transaction():
        if office.session.scalar(select(Institution.id).limit(1)) is not None:
            return Summary(False)
        _row, course = current(office, course_id)
        return _Story(office_at, now, course, casting.cast(seed, share), seed).tell()


def _oldest(months: int) -> int:
    """How many days ago the first cohort began: what it earned has expired by now."""
    return months * 31 + 45 + LONGEST_COHORT


class _Story:
    """Everything in one transaction, so that half a demo cannot stay behind."""

    def __init__(
        self, office_at: Callable[[dt.datetime], Office], now: dt.datetime, course: Course, cast: Cast, seed: str
    ) -> None:
        self.office_at = office_at
        self.now = now
        self.office = office_at(now)
        self.course = course
        self.cast = cast
        self.seed = seed
        self.opened = opening(now, course.certificate.valid_months)
        self.hash = self.office.hasher.hash(casting.PASSWORD)
        self.institutions: dict[str, Institution] = {}
        self.people: dict[int, Person] = {}
        self.cohorts: dict[tuple[str, Run], Cohort] = {}
        self.windows: dict[tuple[str, Run], tuple[dt.date, dt.date]] = {}
        self.stages: Counter[str] = Counter()
        self.sitters: list[Sitter] = []

    def tell(self) -> Summary:
        self._found()
        self._hire()
        for part in (self.cast.learner, *self.cast.officers):
            self._officer(part)
        mine = self.cast.trainers[self.cast.learner.service][0].email
        self.office.session.flush()
        decide(self.office_at, self.now, sorted(self.sitters, key=lambda one: one.trainer.email != mine))
        self._practise()
        self._further()
        self._run()
        self._ask()
        self._afterwards()
        session = self.office.session
        certificates = session.scalar(select(func.count()).select_from(Certificate)) or 0
        return Summary(
            True,
            len(self.institutions),
            len(self.people),
            session.scalar(select(func.count()).select_from(Cohort)) or 0,
            certificates,
            dict(sorted(self.stages.items())),
        )

    # Before anyone learns ---------------------------------------------------------------------------------------------

    def _found(self) -> None:
        for one in placed():
            row = Institution(
                path=one.path,
                name=one.node.name,
                acronym=one.node.acronym,
                country=one.country,
                kind=one.node.kind,
                language="en" if one.country in ENGLISH else "es",
                parent_id=self.institutions[one.parent].id if one.parent else None,
            )
            self.office.session.add(row)
            self.office.session.flush()
            self.institutions[one.path] = row

    def _hire(self) -> None:
        """Those who administer, coordinate and train."""
        cast = self.cast
        self._staff(cast.administrator)
        self._grant(cast.administrator, Role.ADMINISTRATOR)
        for path, part in cast.coordinators.items():
            self._staff(part)
            self._grant(part, Role.COORDINATOR, institution=self.institutions[path])
        for part in {part.number: part for several in cast.trainers.values() for part in several}.values():
            self._staff(part)
            self._grant(part, Role.TRAINER, course=self.course.id)
        self.office.session.flush()

    def _staff(self, part: Part) -> Person:
        """Somebody who was there from the beginning, before there was anyone to invite them."""
        person = Person(
            id=uuid7(),
            institution=self.institutions[part.workplace],
            email=part.email,
            name=part.name,
            sort_name=fold_name(part.name),
            rank=part.rank,
            service_number=part.service_number,
            sex=part.sex,
            language=part.language,
            time_zone=inviting.ZONES[part.country],
            password_hash=self.hash,
            created_at=self.opened,
            grants=[],
        )
        self.office.session.add(person)
        self.people[part.number] = person
        return person

    def _grant(self, part: Part, role: Role, institution: Institution | None = None, course: str | None = None) -> None:
        giver = self.people[self.cast.administrator.number].id
        grant = RoleGrant(
            role=role.value, institution=institution, course_id=course, granted_at=self.opened, granted_by=giver
        )
        self.people[part.number].grants.append(grant)

    def _actor(self, part: Part) -> Actor:
        return actor_of(self.people[part.number])

    # Cohorts ----------------------------------------------------------------------------------------------------------

    def _window(self, service: str, run: Run) -> tuple[dt.date, dt.date]:
        """First and last day of a cohort; services do not all begin together."""
        if (service, run) not in self.windows:
            oldest = _oldest(self.course.certificate.valid_months)
            first, last = (-oldest, LONGEST_COHORT - oldest - 15) if run == "old" else NEARER[run]
            shift = random.Random(f"{self.seed}/{service}/{run}").randint(-6, 6)
            today = self.now.date()
            self.windows[service, run] = (today + dt.timedelta(first + shift), today + dt.timedelta(last + shift))
        return self.windows[service, run]

    def _cohort(self, part: Part) -> Cohort | None:
        if not part.run:
            return None
        key = (part.service, part.run)
        if key not in self.cohorts:
            first, last = self._window(*key)
            service = self.institutions[part.service]
            language = part.language
            month = format_date(first, MONTH[language], language)
            name = COHORT_NAMES[language].format(month=month, service=service.label)
            created = dt.datetime.combine(first - dt.timedelta(30), dt.time(15), dt.UTC)
            row = Cohort(
                course_id=self.course.id,
                institution_id=service.id,
                name=name,
                starts_on=first,
                ends_on=last,
                created_at=min(created, self.now),
                trainers=[self.people[trainer.number] for trainer in self.cast.trainers[part.service]],
            )
            self.office.session.add(row)
            self.office.session.flush()
            self.cohorts[key] = row
        return self.cohorts[key]

    # Officers ---------------------------------------------------------------------------------------------------------

    def _officer(self, part: Part) -> None:
        """Nominated, invited, enrolled; then everything that their stage says."""
        rng = random.Random(f"{self.seed}/{part.number}")
        is_learner = part is self.cast.learner
        play = acts.learner_acts(self.course, rng) if is_learner else acts.acts(self.course, part.stage, rng)
        timed, enrolled = self._dates(part, play, rng)
        coordinator = self._actor(self.cast.coordinators[part.service])
        office = self.office_at(enrolled)
        person = self._invited(office, coordinator, part)
        cohort = self._cohort(part)
        enrolment = learning.enrol(office, coordinator, person, self.course.id, cohort.id if cohort else None)
        trainers = [self._actor(trainer) for trainer in self.cast.trainers[part.service]]
        if cohort is None:  # then only a trainer of their own institution may sign
            trainers = [one for one in trainers if part.workplace.startswith(one.institution_path)]
        place = self.institutions[part.workplace].name
        player = Player(self.office_at, actor_of(person), enrolment, self.course, trainers, place, rng)
        over = player.perform(timed)
        self._last_words(part, enrolment, coordinator, over or enrolled, rng)
        if cohort is not None and over is not None and part.stage in ("no-exam", "exam-failed"):
            self.sitters.append(Sitter(part.stage, enrolment, actor_of(person), trainers[0], over))
        self.stages["learner" if is_learner else part.stage] += 1

    def _invited(self, office: Office, coordinator: Actor, part: Part) -> Person:
        """The account that a coordinator made for *part*, accepted or not."""
        institution = self.institutions[part.workplace]
        nominee = inviting.Nominee(
            part.name, part.email, institution.id, part.rank, part.service_number, part.sex, part.language
        )
        person = inviting.create(office, coordinator, nominee, institution)
        if part.accepted:
            person.password_hash = self.hash
        else:
            inviting.send_link(office, person, institution.name)
        self.people[part.number] = person
        return person

    def _dates(
        self, part: Part, play: list[acts.Act], rng: random.Random
    ) -> tuple[list[tuple[acts.Act, dt.datetime | None]], dt.datetime]:
        """The moments of *play*, and that of the enrolment before them."""
        zone = ZoneInfo(inviting.ZONES[part.country])
        today = self.now.astimezone(zone).date()
        opens, closes = self._window(part.service, part.run)
        if closes < today:
            last = closes - dt.timedelta(rng.randint(2, 14))
        elif part.stage in casting.COMPLETED or part is self.cast.learner or rng.random() < 0.75:
            last = today - dt.timedelta(rng.randint(2, 12) if part is not self.cast.learner else 1)
        else:  # somebody who has not been seen for a while
            last = today - dt.timedelta(rng.randint(25, 42))
        if part.stage in ("quiz-waiting", "quiz-open"):
            last = today - dt.timedelta(2)
        begins = opens + dt.timedelta(rng.randint(0, 9)) if part is not self.cast.learner else today - dt.timedelta(24)
        first = min(begins, last - dt.timedelta(acts.days_needed(play) + 4))
        timed = acts.schedule(play, first, last, zone, rng)
        if part.stage == "quiz-waiting":
            timed[-1] = (timed[-1][0], self.now - dt.timedelta(minutes=rng.randint(100, 480)))
        elif part.stage == "quiz-open":
            timed[-1] = (timed[-1][0], self.now - dt.timedelta(minutes=rng.randint(25, 200)))
        day = min(opens, first if play else opens) - dt.timedelta(rng.randint(5, 16))
        day = min(day, today - dt.timedelta(rng.randint(1, 9)))
        enrolled = dt.datetime.combine(day, dt.time(9, rng.randrange(60)), zone).astimezone(dt.UTC)
        return timed, enrolled

    def _last_words(
        self, part: Part, enrolment: Enrolment, coordinator: Actor, over: dt.datetime, rng: random.Random
    ) -> None:
        """What comes after the learning, and is not the officer's to do (or not through events)."""
        later = over + dt.timedelta(days=rng.randint(1, 2), minutes=rng.randint(5, 300))
        later = min(later, self.now - dt.timedelta(minutes=20))
        office = self.office_at(later)
        stage: Stage = part.stage
        if stage == "participation":
            certifying.ask_participation(office, self._actor(part), self.course.id, self.course)
        elif stage == "withdrawn":
            people.withdraw(office, coordinator, enrolment.id)
        elif stage == "revoked":
            serials = select(Certificate.serial).where(Certificate.enrolment_id == enrolment.id)
            administrator = self._actor(self.cast.administrator)
            for serial in office.session.scalars(serials).all():
                revoking.ask(office, coordinator, serial, REVOKED_BECAUSE)
                revoking.confirm(office, administrator, serial)

    def _practise(self) -> None:
        """Practice days and surveys in the cohorts that visitors see."""
        taught = [
            Taught(
                cohort,
                *self._window(path, run),
                self._actor(self.cast.trainers[path][0]),
                self._actor(self.cast.coordinators[path]),
                path == self.cast.learner.service,
            )
            for (path, run), cohort in sorted(self.cohorts.items())
        ]
        place = self.institutions[self.cast.learner.workplace].name
        practise(self.office_at, self.now, self.course, taught, place, self.seed)

    def _ask(self) -> None:
        """Whom the worker would ask for the survey has been asked."""
        while surveys.invite_due(self.office):
            pass

    def _further(self) -> None:
        """The short courses, for some."""
        others = select(CourseRow.id).where(CourseRow.id != self.course.id).order_by(CourseRow.id)
        for place, course_id in enumerate(self.office.session.scalars(others).all()):
            _row, course = current(self.office, course_id)
            further.teach(self.office_at, self.now, course, place, self.cast, self.people, self.institutions, self.seed)

    def _looks(self) -> None:
        """The learner's record was looked at: otherwise their page of who did would be empty."""
        cast, learner = self.cast, self.people[self.cast.learner.number]
        for part, action, hours in (
            (cast.coordinator, "record.view", 260),
            (cast.trainer, "sheet.view", 75),
            (cast.coordinator, "record.view", 50),
            (cast.administrator, "account.view", 26),
        ):
            sightings.saw(self.office_at(self.now - dt.timedelta(hours=hours)), self._actor(part), learner.id, action)

    def _run(self) -> None:
        """What those who run cohorts have set, for the service of those whom visitors sign in as."""
        cast = self.cast
        service = cast.learner.service
        coordinator = self._actor(cast.coordinators[service])
        teachers = cast.trainers[service]
        now, current_run = self.now, self.cohorts.get((service, cast.learner.run))
        if current_run is not None:
            trainer, learner = self._actor(teachers[0]), self._actor(cast.learner)
            running.run(self.office_at, now, self.course, current_run, coordinator, trainer, learner)
        others = select(CourseRow.id).where(CourseRow.id != self.course.id, CourseRow.current_edition_id.is_not(None))
        course_id = self.office.session.scalar(others.order_by(CourseRow.id).limit(1))
        neighbour = next(
            (row for row in self.institutions.values() if row.country == "CR" and row.kind == "service"), None
        )
        if course_id is not None:
            trainers = [self.people[one.number] for one in teachers]
            running.open_run(self.office_at, now, course_id, coordinator, trainers, neighbour)

    def _afterwards(self) -> None:
        """Messages of the past were sent in the past: a worker that wakes up must not send three years of them."""
        session = self.office.session
        session.flush()
        session.execute(update(Notice).where(Notice.sent_at.is_(None)).values(sent_at=Notice.run_at, attempts=1))
        self._looks()
        detail = {"course": self.course.id, "people": len(self.people)}
        audit.note(self.office, None, "demo.fill", self.course.id, detail)
