"""How the platform stands: what an administrator sees first, and whether it can serve at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from app.records.audit import Notice
from app.records.certificates import Certificate
from app.records.editions import CourseRow
from app.records.exams import Attempt
from app.records.imports import PeopleImport
from app.records.learning import Enrolment
from app.records.migrating import is_current
from app.records.people import Institution, Person
from app.records.privacy import Erasure
from app.services import notices
from app.services.notices import in_state
from app.services.office import Actor, Office

PATIENCE = dt.timedelta(minutes=15)
"""after which something that the worker does by itself in a round or two has been forgotten"""


@dataclass(frozen=True)
class CourseLine:
    """A course and how many are in it."""

    row: CourseRow
    enrolled: int
    completed: int


@dataclass(frozen=True)
class Overview:
    """Counts, and what needs attention."""

    people: int
    """accounts that can sign in"""
    invited: int
    """accounts whose invitation was not yet accepted"""
    institutions: int
    courses: list[CourseLine]
    certificates: int
    certificates_lately: int
    """of the last thirty days"""
    revoked: int
    overdue: int
    """attempts still open well after their deadline: the worker closes them within a minute"""
    waiting: int
    failed: int
    erasures: int
    """requests to be erased that wait for a decision"""
    stuck: bool
    """a message that was due a while ago was never tried: no worker, or no mail server"""
    error: str
    """what the mail server last said, where messages wait or failed because of it"""

    @property
    def quiet(self) -> bool:
        """Whether nothing needs attention."""
        return not (self.overdue or self.failed or self.stuck or self.error or self.erasures)


def look(office: Office, actor: Actor) -> Overview:
    """The platform as it stands now. For administrators. A fixed number of queries."""
    actor.paths("administer")
    session, now = office.session, office.now()

    def count(model: type, *conditions: ColumnElement[bool] | InstrumentedAttribute[bool]) -> int:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    unsent = Notice.sent_at.is_(None)
    forgotten = (unsent, Notice.attempts == 0, Notice.run_at < now - PATIENCE)
    complaint = select(Notice.error).where(unsent, Notice.error != "").order_by(Notice.run_at.desc()).limit(1)
    return Overview(
        people=count(Person, Person.active, Person.password_hash != ""),
        invited=count(Person, Person.active, Person.password_hash == ""),
        institutions=count(Institution),
        courses=_courses(office),
        certificates=count(Certificate),
        certificates_lately=count(Certificate, Certificate.issued_at > now - dt.timedelta(days=30)),
        revoked=count(Certificate, Certificate.revoked_at.is_not(None)),
        overdue=overdue(office),
        waiting=count(Notice, in_state("waiting")),
        failed=count(Notice, in_state("failed")),
        erasures=count(Erasure, Erasure.outcome == ""),
        stuck=count(Notice, *forgotten) > 0,
        error=session.scalar(complaint) or "",
    )


def overdue(office: Office) -> int:
    """How many attempts are open well after their deadline."""
    late = (Attempt.closed_at.is_(None), Attempt.deadline_at < office.now() - PATIENCE)
    return office.session.scalar(select(func.count()).select_from(Attempt).where(*late)) or 0


def _courses(office: Office) -> list[CourseLine]:
    figures = {
        course: (enrolled, completed)
        for course, enrolled, completed in office.session.execute(
            select(Enrolment.course_id, func.count(), func.count(Enrolment.completed_at))
            .where(Enrolment.status != "withdrawn")
            .group_by(Enrolment.course_id)
        )
    }
    rows = office.session.scalars(select(CourseRow).order_by(CourseRow.title_en))
    return [CourseLine(row, *figures.get(row.id, (0, 0))) for row in rows]


def lacking(office: Office) -> tuple[str, ...]:
    """What is missing to serve: "database" (it does not answer), "schema" (it is not the newest), "keys" (nothing can be
    signed).
    """
    engine = office.session.get_bind()
    found = () if office.settings.keys is not None else ("keys",)
    try:
        current = is_current(engine if isinstance(engine, Engine) else engine.engine)
    except SQLAlchemyError:
        return ("database", *found)
    return found if current else ("schema", *found)


def queues(office: Office) -> dict[str, tuple[str, float]]:
    """How much waits, for whoever watches the platform: name → (meaning, value). Counts alone, of nobody in particular."""
    waiting = notices.standing(office)
    age = (office.now() - waiting.oldest).total_seconds() if waiting.oldest else 0
    lists = select(func.count()).select_from(PeopleImport).where(PeopleImport.state.in_(("waiting", "asked", "again")))
    return {
        "notices_waiting": ("Messages that have not left", waiting.waiting),
        "notices_due": ("Messages that may leave now", waiting.due),
        "notices_given_up": ("Messages given up after many tries", waiting.given_up),
        "notices_oldest_seconds": ("Age of the oldest message that has not left", max(0.0, age)),
        "attempts_overdue": ("Attempts open well after their deadline", overdue(office)),
        "lists_waiting": ("Lists of people that the worker has to work on", office.session.scalar(lists) or 0),
    }
