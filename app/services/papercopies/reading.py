"""A copy on paper, found by its code, and what has been entered of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import Course, Question
from app.records.examining import PaperCopy
from app.records.exams import Attempt
from app.records.learning import Enrolment
from app.rules import copycodes, paperentry
from app.rules.errors import NotFound
from app.rules.grading import Response
from app.rules.paperentry import Difference
from app.services import examiners
from app.services.office import Actor, Office
from app.services.shelf import course_of

WAITING = ("out", "typed", "disputed")


@dataclass(frozen=True)
class Place:
    """A question as its copy shows it."""

    position: int
    question: Question
    order: tuple[str, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of its answers."""
        return tuple(paperentry.letter(at) for at in range(len(self.order)))

    @property
    def asked(self) -> int:
        """How many rows of a match question ask for something."""
        return len(paperentry.numbered(self.question))

    def read(self, typed: str) -> Response:
        """What *typed* says. Raises ``Refused("entry-malformed")`` or ``Refused("response-malformed")``."""
        return paperentry.parse(self.question, self.order, typed)

    def written(self, entry: Mapping[str, Any]) -> str:
        """What *entry* (question → response) has here, as it is typed."""
        return paperentry.written(self.question, self.order, entry.get(self.question.id))


@dataclass(frozen=True)
class Paper:
    """A copy, whose it is, and its questions. Of a cancelled one only the record is left."""

    copy: PaperCopy
    enrolment: Enrolment
    attempt: Attempt | None
    course: Course
    places: tuple[Place, ...]
    actor_id: uuid.UUID

    @property
    def own(self) -> bool:
        """The actor's own exam: others enter it."""
        return self.enrolment.person_id == self.actor_id

    @property
    def mine_first(self) -> bool:
        """Whether the actor made the first entry, so that somebody else must make the second."""
        return self.copy.first_by == self.actor_id

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the two entries differ."""
        if self.attempt is None or self.copy.state != "disputed":
            return ()
        return paperentry.differences(self.course.questions, self.attempt.paper, self.copy.first, self.copy.second)

    @property
    def decided(self) -> int:
        """How many differences were decided by looking at the sheet again."""
        if self.attempt is None or self.copy.resolved_by is None:
            return 0
        found = paperentry.differences(self.course.questions, self.attempt.paper, self.copy.first, self.copy.second)
        return len(found)

    @property
    def seal(self) -> str:
        """A fingerprint of the first entry: who confirms it confirms what they were shown."""
        return hashlib.sha256(json.dumps(self.copy.first, sort_keys=True).encode()).hexdigest()[:32]


def paper(office: Office, actor: Actor, code: str, *permissions: str) -> Paper:
    """The copy with *code*, of an officer within the actor's reach.

    Raises ``NotFound``, ``Refused("copy-code")`` for what is no code at all.
    """
    found = office.session.scalar(
        _copies().where(PaperCopy.code == copycodes.parse(code)).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("copy")
    return paper_of(office, actor, found, *permissions)


def paper_of(office: Office, actor: Actor, copy: PaperCopy, *permissions: str) -> Paper:
    """*copy* with everything around it. Raises ``NotFound`` for another's officer."""
    enrolment = examiners.officer(office, actor, copy.enrolment_id, *permissions)
    attempt = copy.attempt
    course = course_of(office, attempt.edition_id if attempt is not None else enrolment.edition_id)
    places = tuple(
        Place(position, course.questions[name], tuple(order))
        for position, (name, order) in enumerate(attempt.paper if attempt is not None else (), 1)
    )
    return Paper(copy, enrolment, attempt, course, places, actor.person_id)


def _copies() -> Any:
    return select(PaperCopy).options(
        joinedload(PaperCopy.attempt),
        joinedload(PaperCopy.printer),
        joinedload(PaperCopy.first_person),
        joinedload(PaperCopy.second_person),
        joinedload(PaperCopy.resolver),
        joinedload(PaperCopy.canceller),
    )


def of_enrolment(office: Office, enrolment_id: uuid.UUID) -> list[PaperCopy]:
    """Every copy printed for an enrolment, the newest first."""
    rows = office.session.scalars(
        _copies()
        .where(PaperCopy.enrolment_id == enrolment_id)
        .order_by(PaperCopy.printed_at.desc(), PaperCopy.id.desc())
    )
    return list(rows)


def pending(office: Office, actor: Actor, *permissions: str, most: int = 300) -> list[tuple[PaperCopy, Enrolment]]:
    """The copies within the actor's reach that are neither graded nor cancelled: what was entered first, then the oldest."""
    rows = office.session.execute(
        select(PaperCopy, Enrolment)
        .join(Enrolment, Enrolment.id == PaperCopy.enrolment_id)
        .where(
            PaperCopy.state.in_(WAITING),
            examiners.within_reach(actor, *(permissions or ("hold exams", "assist exams"))),
        )
        .order_by(PaperCopy.state == "out", PaperCopy.printed_at, PaperCopy.id)
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.institution),
            joinedload(Enrolment.course),
            joinedload(PaperCopy.first_person),
        )
        .limit(most)
    )
    return [(copy, enrolment) for copy, enrolment in rows]
