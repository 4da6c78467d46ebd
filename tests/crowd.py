"""Many officers at once, straight into the tables: for figures, which only matter where there are many."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import insert, select

from app.records.certificates import Certificate
from app.records.cohorts import Cohort
from app.records.database import uuid7
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from tests.cast import Cast


def enrol_many(cast: Cast, path: str, statuses: dict[str, int], sex: str = "", **values: object) -> None:
    """So many more officers of each status at *path*, enrolled now; *values* are those of their enrolments."""
    session, now = cast.office.session, cast.clock()
    with cast.office.transaction():
        place = session.scalars(select(Institution).where(Institution.path == path)).one().id
        edition = session.scalar(select(Enrolment.edition_id).limit(1))
        people, enrolments = [], []
        for status in (status for status, number in statuses.items() for _one in range(number)):
            person = {"id": uuid7(), "name": "N", "sort_name": "n", "institution_id": place, "sex": sex}
            people.append({**person, "email": str(person["id"]), "created_at": now})
            row = {"person_id": person["id"], "course_id": cast.course.id, "institution_id": place, "status": status}
            row |= {"edition_id": edition, "enrolled_at": now, "completed_at": now if status == "completed" else None}
            row |= {"started_at": now if status in ("active", "completed") else None}
            enrolments.append({**row, **values})
        if people:
            session.execute(insert(Person), people)
            session.execute(insert(Enrolment), enrolments)


def scatter(cast: Cast, number: int, seed: int = 1) -> None:
    """*number* officers of every kind over the institutions and the last fourteen months, in cohorts and without, with
    certificates that are in force, near their end, expired, revoked and replaced.
    """
    session, now, draw = cast.office.session, cast.clock(), random.Random(seed)
    people, enrolments, certificates = [], [], []
    with cast.office.transaction():
        places = session.scalars(select(Institution).where(Institution.path != "/cr/").order_by(Institution.path)).all()
        edition = session.scalar(select(Enrolment.edition_id).limit(1))
        cohorts = [
            Cohort(
                course_id=cast.course.id,
                institution_id=cast.institutions["/pa/senafront/"].id,
                name=f"Darién {month}",
                starts_on=dt.date(2026, month, 1),
                ends_on=dt.date(2026, month + 2, 15),
                created_at=now,
            )
            for month in range(1, 11, 3)
        ]
        session.add_all(cohorts)
        session.flush()
        for n in range(number):
            place, person, enrolment = draw.choice(places), uuid7(), uuid7()
            came = now - dt.timedelta(minutes=draw.randint(1, 600_000))
            later = [came + (now - came) * draw.random() for _two in range(2)]
            status = draw.choices(["not-started", "active", "completed", "withdrawn"], [3, 4, 5, 1])[0]
            cohort = draw.choice([*cohorts, cast.cohort, None]) if place.path.startswith("/pa/senafront/") else None
            people.append(
                {
                    "id": person,
                    "name": f"Oficial {n}",
                    "sort_name": f"oficial {n}",
                    "email": f"{n}@crowd.example",
                    "institution_id": place.id,
                    "created_at": came,
                    "sex": draw.choice("fmmx") if n % 5 else "",
                }
            )
            enrolments.append(
                {
                    "id": enrolment,
                    "person_id": person,
                    "course_id": cast.course.id,
                    "institution_id": place.id,
                    "edition_id": edition,
                    "cohort_id": cohort.id if cohort else None,
                    "enrolled_at": came,
                    "started_at": None if status == "not-started" else min(later),
                    "active_at": None if status == "not-started" else max(later),
                    "completed_at": max(later) if status == "completed" else None,
                    "status": status,
                    "percent": {"not-started": 0, "completed": 100}.get(status, draw.randint(1, 99)),
                }
            )
            if status != "completed":
                continue
            fate = draw.choice(["", "", "", "revoked", "replaced"])
            for issue in (1, 2) if fate == "replaced" else (1,):
                expires = (max(later) + dt.timedelta(days=draw.choice([30, 200, 365]))).date()
                certificates.append(
                    {
                        "id": uuid7(),
                        "serial": f"N{n}-{issue}",
                        "enrolment_id": enrolment,
                        "person_id": person,
                        "institution_id": place.id,
                        "course_id": cast.course.id,
                        "kind": "completion",
                        "issue": issue,
                        "facts": "{}",
                        "facts_sha256": "",
                        "status_index": 2 * n + issue,
                        "issued_at": max(later),
                        "expires_on": expires if n % 3 else None,
                        "superseded_at": now if fate == "replaced" and issue == 1 else None,
                        "revoked_at": now if fate == "revoked" else None,
                    }
                )
        session.execute(insert(Person), people)
        session.execute(insert(Enrolment), enrolments)
        session.execute(insert(Certificate), certificates)
