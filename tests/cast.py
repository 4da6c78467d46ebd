"""The people of our tests, by name.

Two services in two countries. Nayeli learns at the post of Guayacán, Coralia coordinates her service, Tomás trains, Ada
administers, Óscar observes figures. Ximena and Carlos are their neighbours in another country: what is theirs is not found.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app.courseware.course import Course, digest, to_json
from app.records.cohorts import Cohort
from app.records.editions import CourseRow, Edition
from app.records.learning import Enrolment
from app.records.people import Institution, Person, RoleGrant
from app.services import keyring, learning
from app.services.keyring import Keys
from app.services.office import Actor, Office, Settings, actor_of, fold_name
from tests import sample

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
PASSWORD = "cuatro palabras bien distintas"
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""as weak as Argon2 goes: tests sign in often"""
_HASH = HASHER.hash(PASSWORD)


_folder = tempfile.TemporaryDirectory(prefix="paso-keys-")  # kept until the process ends
_made_once = threading.Lock()


@cache
def signing_folder() -> Path:
    """A folder with keys of this process, made once; the root's is in ``root`` beside it."""
    folder = Path(_folder.name)
    with _made_once:
        if not (folder / "keys").exists():  # two threads of a test may ask at once
            keyring.create(folder / "keys", folder / "root", "Paso Seguro", NOW)
    return folder / "keys"


@cache
def signing_keys() -> Keys:
    """The keys in :func:`signing_folder`."""
    return keyring.open_ring(signing_folder(), None, "Paso Seguro")


@dataclass
class Clock:
    """A clock that tests set."""

    at: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        """Let time pass: ``clock.pass_by(hours=12)``."""
        self.at += dt.timedelta(**time)


@dataclass
class Cast:
    """Everyone, in a database."""

    office: Office
    clock: Clock
    course: Course
    institutions: dict[str, Institution] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    cohort: Cohort | None = None

    def actor(self, name: str) -> Actor:
        """The Actor that *name* is now."""
        person = self.office.session.get_one(Person, self.people[name].id, populate_existing=True)
        return actor_of(person)

    def email(self, name: str) -> str:
        return f"{name}@paso.example"

    def enrol(self, name: str) -> Enrolment:
        """Enrol *name* in the sample course."""
        with self.office.transaction():
            person = self.office.session.get_one(Person, self.people[name].id)
            return learning.enrol(self.office, None, person, self.course.id)


def office_for(session: Session, clock: Clock | None = None, **settings: object) -> Office:
    """An Office with a clock that tests set and weak passwords."""
    return Office(session, clock or Clock(), Settings(**{"keys": signing_keys(), **settings}), HASHER)  # type: ignore[arg-type]


def assemble(office: Office, clock: Clock, course: Course | None = None) -> Cast:
    """Put the whole cast and the sample course, published, into the office's database."""
    cast = Cast(office, clock, course or sample.course())
    session = office.session
    with office.transaction():
        for path, name, acronym, country, kind in (
            ("/pa/", "República de Panamá", "", "PA", "state"),
            ("/pa/senafront/", "Servicio Nacional de Fronteras", "SENAFRONT", "PA", "service"),
            ("/pa/senafront/guayacan/", "Puesto Paso del Guayacán", "", "PA", "post"),
            ("/pa/senafront/cativo/", "Puesto El Cativo", "", "PA", "post"),
            ("/cr/", "República de Costa Rica", "", "CR", "state"),
            ("/cr/ppme/", "Policía Profesional de Migración y Extranjería", "PPME", "CR", "service"),
        ):
            parent = cast.institutions.get(path.rstrip("/").rpartition("/")[0] + "/")
            row = Institution(
                path=path,
                name=name,
                acronym=acronym,
                country=country,
                kind=kind,
                parent_id=parent.id if parent else None,
            )
            session.add(row)
            session.flush()
            cast.institutions[path] = row
        publish(cast, cast.course)
        for key, name, path, language, roles in (
            ("nayeli", "Nayeli Ábrego Quintero", "/pa/senafront/guayacan/", "es", ["learner"]),
            ("beto", "Norberto Güiral Peña", "/pa/senafront/cativo/", "es", ["learner"]),
            ("tomas", "Tomás Ñurinda Sáenz", "/pa/senafront/", "es", ["trainer"]),
            ("coralia", "Coralia Mojica de Ríos", "/pa/senafront/", "es", ["coordinator"]),
            ("ada", "Ada Wright", "/pa/", "en", ["administrator"]),
            ("oscar", "Óscar Batista", "/pa/", "es", ["observer"]),
            ("ximena", "Ximena Solís Brenes", "/cr/ppme/", "es", ["learner"]),
            ("carlos", "Carlos Araya Mora", "/cr/ppme/", "es", ["coordinator"]),
            ("tina", "Tina Aguilar Rojas", "/cr/ppme/", "es", ["trainer-elsewhere"]),
        ):
            person = Person(
                institution_id=cast.institutions[path].id,
                email=cast.email(key),
                name=name,
                sort_name=fold_name(name),
                language=language,
                password_hash=_HASH,
                created_at=office.now(),
            )
            session.add(person)
            session.flush()
            for role in roles:
                session.add(
                    RoleGrant(
                        person_id=person.id,
                        role="trainer" if role == "trainer-elsewhere" else role,
                        institution_id=cast.institutions[path].id if role == "coordinator" else None,
                        course_id=cast.course.id if role == "trainer" else None,
                        granted_at=office.now(),
                    )
                )
            cast.people[key] = person
        session.flush()
        cohort = Cohort(
            course_id=cast.course.id,
            institution_id=cast.institutions["/pa/senafront/"].id,
            name="Guayacán 2026",
            starts_on=dt.date(2026, 10, 1),
            ends_on=dt.date(2026, 12, 15),
            created_at=office.now(),
        )
        session.add(cohort)
        session.flush()
        cohort.trainers.append(cast.people["tomas"])
        cast.cohort = cohort
        learning.enrol(office, None, cast.people["nayeli"], cast.course.id, cohort.id)
        learning.enrol(office, None, cast.people["beto"], cast.course.id)
        learning.enrol(office, None, cast.people["ximena"], cast.course.id)
    return cast


def publish(cast: Cast, course: Course) -> Edition:
    """Publish *course* as the next edition, straight into the tables. Inside a transaction."""
    session = cast.office.session
    row = session.get(CourseRow, course.id)
    if row is None:
        row = CourseRow(
            id=course.id, title_en=course.title("en"), title_es=course.title("es"), created_at=cast.office.now()
        )
        session.add(row)
        session.flush()
    number = (row.current_edition.number if row.current_edition else 0) + 1
    edition = Edition(
        course_id=course.id,
        number=number,
        digest=digest(course),
        content=to_json(course),
        source=b"",
        published_at=cast.office.now(),
    )
    session.add(edition)
    session.flush()
    row.current_edition_id = edition.id
    row.current_edition = edition
    return edition
