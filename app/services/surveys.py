"""The survey at the end of a course: asked once, answered once, and never linked to who answered.

An answer is kept without person, enrolment, edition or time; that somebody has answered is kept apart. Results count an
answer once it is *released*: answers of a group (the cohort; without one, the service) are released five or more at a
time, so that neither a second look a day later nor one result taken from another leaves fewer than five people.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.orm import joinedload

from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.records.surveys import SurveyAnswer, SurveyComment, SurveyMark
from app.rules.disclosure import LEAST
from app.rules.errors import NotFound, Refused
from app.rules.permissions import courses
from app.rules.survey import OPEN, SCORED, checked
from app.services import audit, learning, notices
from app.services.office import Actor, Office
from app.services.practicedays.reading import cohort_of
from app.services.spreadsheets import Cell, Heading, csv_stream
from app.services.wording import translator

OPEN_DAYS = 90
"""how long somebody can answer, from the completion of the course or the end of the cohort"""
WAIT_DAYS = 3
"""after completing, before the one message that asks: most answer on the page at once"""

REST = "rest"
"""marks a row that holds only what an answer, counted already, said to questions that few had answered by then"""

State = Literal["early", "open", "answered", "over"]


# Being asked ----------------------------------------------------------------------------------------------------------


def standing(office: Office, enrolment: Enrolment) -> State:
    """Whether the officer of *enrolment* can answer now. One query."""
    row = office.session.execute(
        select(SurveyMark.answered, Cohort.ends_on)
        .select_from(Enrolment)
        .outerjoin(SurveyMark, SurveyMark.enrolment_id == Enrolment.id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.id == enrolment.id)
    ).one()
    return _state(office, enrolment, row.answered, row.ends_on)


def _state(office: Office, enrolment: Enrolment, answered: bool | None, ends_on: dt.date | None) -> State:
    if answered:
        return "answered"
    now = office.now()
    since = enrolment.completed_at
    if ends_on is not None and enrolment.started_at is not None and ends_on < now.date():
        ended = dt.datetime.combine(ends_on, dt.time(23, 59), dt.UTC)
        since = max(since, ended) if since else ended
    if since is None:
        return "early"
    return "over" if now > since + dt.timedelta(days=OPEN_DAYS) else "open"


def waiting(office: Office, actor: Actor) -> list[CourseRow]:
    """The courses whose survey the actor can answer now, by title. One query."""
    rows = office.session.execute(
        select(Enrolment, SurveyMark.answered, Cohort.ends_on)
        .outerjoin(SurveyMark, SurveyMark.enrolment_id == Enrolment.id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == actor.person_id, Enrolment.status != "withdrawn")
        .options(joinedload(Enrolment.course))
    )
    found = [row.Enrolment.course for row in rows if _state(office, row.Enrolment, row.answered, row.ends_on) == "open"]
    return sorted(found, key=lambda course: course.title_en)


def invite_due(office: Office, most: int = 200) -> int:
    """Send the one message that asks to those who can answer and have not; returns how many. For the worker."""
    with office.transaction():
        now = office.now()
        oldest = now - dt.timedelta(days=OPEN_DAYS)
        completed = Enrolment.completed_at.between(oldest, now - dt.timedelta(days=WAIT_DAYS))
        ended = and_(Enrolment.started_at.is_not(None), Cohort.ends_on < now.date(), Cohort.ends_on >= oldest.date())
        rows = office.session.scalars(
            select(Enrolment)
            .join(Enrolment.person)
            .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
            .outerjoin(SurveyMark, SurveyMark.enrolment_id == Enrolment.id)
            .where(SurveyMark.enrolment_id.is_(None), Enrolment.status != "withdrawn", Person.active)
            .where(or_(completed, ended))
            .order_by(Enrolment.id)
            .limit(most)
            .options(joinedload(Enrolment.person), joinedload(Enrolment.course))
            .with_for_update(of=Enrolment, skip_locked=True)
        ).all()
        for row in rows:
            office.session.add(SurveyMark(enrolment_id=row.id))
            _ask(office, row)
    return len(rows)


def _ask(office: Office, enrolment: Enrolment) -> None:
    person = enrolment.person
    _ = translator(person.language)
    body = _(
        "Hello %(name)s,\n\nyour time in the course “%(course)s” is at its end. What did it give you, and what should we "
        "change? The survey takes about four minutes. It is anonymous and voluntary, and your certificate does not depend "
        "on it:\n\n%(url)s\n\nThis is the only message about it."
    ) % {
        "name": person.name,
        "course": enrolment.course.title(person.language),
        "url": f"{office.settings.public_url}/learn/{enrolment.course_id}/survey",
    }
    notices.queue(office, person, f"survey/{enrolment.id}", _("Four minutes for the next officers"), body)


# Answering ------------------------------------------------------------------------------------------------------------


def answer(office: Office, actor: Actor, course_id: str, scores: Mapping[str, int], texts: Mapping[str, str]) -> None:
    """Keep the actor's answer to the survey of a course. Nothing in the log: it would say when.

    Raises ``NotFound``, ``Refused``: ``survey-early``, ``survey-over``, ``survey-answered``, and those of
    :func:`rules.survey.checked`.
    """
    with office.transaction():
        enrolment = learning.lock(office, learning.study(office, actor, course_id).enrolment.id)
        state = standing(office, enrolment)
        if state != "open":
            raise Refused(f"survey-{state}")
        kept, words = checked(scores, texts)
        # one after the other: the rows of the group are written anew
        office.session.execute(
            select(CourseRow.id).where(CourseRow.id == course_id).with_for_update(key_share=True)
        ).one()
        group = {"course_id": course_id, "cohort_id": enrolment.cohort_id, "service_id": _service(office, enrolment)}
        answers = [*_taken(office, SurveyAnswer, group), {"id": uuid.uuid4(), "scores": kept, "released": False}]
        comments = _taken(office, SurveyComment, group)
        comments += [{"id": uuid.uuid4(), "item": key, "text": text, "released": False} for key, text in words.items()]
        if sum(not row["released"] and REST not in row["scores"] for row in answers) >= LEAST:
            answers, comments = _released(answers), [{**row, "released": True} for row in comments]
        _put(office, SurveyAnswer, [{**row, **group} for row in answers])
        _put(office, SurveyComment, [{**row, **group} for row in comments])
        _mark(office, enrolment)


def _released(answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """*answers* (all of a group), released; of those that were not, what fewer than five say to one question is kept back
    in rows of its own, until five say something to it.
    """
    fresh = [row for row in answers if not row["released"]]
    said = Counter(item for row in fresh for item in row["scores"] if item != REST)
    few = {item for item, count in said.items() if count < LEAST}
    found = [row for row in answers if row["released"]]
    for row in fresh:
        rest = {item: score for item, score in row["scores"].items() if item in few}
        shown = {item: score for item, score in row["scores"].items() if item not in few}
        if shown.keys() - {REST} or REST not in shown:
            found.append({**row, "scores": shown, "released": True})
        if rest:
            found.append({"id": uuid.uuid4(), "scores": {**rest, REST: 1}, "released": False})
    return found


def _service(office: Office, enrolment: Enrolment) -> uuid.UUID | None:
    """The service (the second step of the tree) that stands for the group of an officer without a cohort."""
    if enrolment.cohort_id is not None:
        return None
    steps = enrolment.institution.path.strip("/").split("/")[:2]
    return office.session.scalar(select(Institution.id).where(Institution.path == f"/{'/'.join(steps)}/"))


def _taken(office: Office, table: Any, group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of *group*, taken out to be put back with the new ones: then no row is newer than another."""
    where = [getattr(table, name).is_(None) if value is None else getattr(table, name) == value
             for name, value in group.items()]  # fmt: skip
    columns = [column for column in table.__table__.columns if column.name not in group]
    rows = [dict(row) for row in office.session.execute(select(*columns).where(*where)).mappings()]
    office.session.execute(delete(table).where(*where))
    return rows


def _put(office: Office, table: Any, rows: list[dict[str, Any]]) -> None:
    SystemRandom().shuffle(rows)
    if rows:
        office.session.execute(insert(table), rows)


def _mark(office: Office, enrolment: Enrolment) -> None:
    """Mark that the officer has answered; the marks of the group are written anew as well."""
    group = Enrolment.cohort_id == enrolment.cohort_id if enrolment.cohort_id else Enrolment.cohort_id.is_(None)
    ids = select(Enrolment.id).where(Enrolment.course_id == enrolment.course_id, group)
    there = SurveyMark.enrolment_id.in_(ids)
    rows = office.session.execute(select(SurveyMark.enrolment_id, SurveyMark.answered).where(there))
    marks = {row.enrolment_id: row.answered for row in rows}
    marks[enrolment.id] = True
    office.session.execute(delete(SurveyMark).where(there))
    _put(office, SurveyMark, [{"enrolment_id": key, "answered": answered} for key, answered in marks.items()])


# Results --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Results:
    """What is shown of a survey: sums alone, and comments in no order."""

    course: CourseRow
    cohort: Cohort | None
    """``None``: of the whole course"""
    answers: int
    """released; 0: nothing is shown yet"""
    figures: Mapping[str, tuple[int, ...] | None]
    """item → how many said 1, 2, 3, 4, 5; ``None`` where fewer than five said anything"""
    comments: Mapping[str, Sequence[str]]

    def mean(self, item: str) -> float | None:
        """Of what was said to *item*, 1 to 5."""
        counts = self.figures.get(item)
        return sum(at * count for at, count in enumerate(counts, 1)) / sum(counts) if counts else None


def of_cohort(office: Office, actor: Actor, cohort_id: uuid.UUID, may: str) -> Results:
    """The results of a cohort, for its trainers ("sign practice") and coordinators ("read roster").

    Raises ``NotFound``.
    """
    cohort = cohort_of(office, actor, cohort_id, may)
    return _results(office, cohort.course, cohort, lambda table: table.cohort_id == cohort.id)


def of_course(office: Office, actor: Actor, course_id: str) -> Results:
    """The results of a whole course, for who teaches it: every group that has released answers. Raises ``NotFound``."""
    mine = courses("sign practice", actor.grants)
    row = office.session.get(CourseRow, course_id)
    if row is None or (mine is not None and course_id not in mine):
        raise NotFound("course")
    return _results(office, row, None, lambda table: table.course_id == course_id)


def _results(
    office: Office, course: CourseRow, cohort: Cohort | None, where: Callable[[Any], ColumnElement[bool]]
) -> Results:
    scores = office.session.scalars(
        select(SurveyAnswer.scores).where(where(SurveyAnswer), SurveyAnswer.released.is_(True))
    ).all()
    answers = sum(REST not in row for row in scores)
    if answers < LEAST:
        return Results(course, cohort, 0, {}, {})
    figures: dict[str, tuple[int, ...] | None] = {}
    for item in SCORED:
        said = [row[item] for row in scores if item in row]
        figures[item] = tuple(said.count(at) for at in range(1, 6)) if len(said) >= LEAST else None
    found: dict[str, list[str]] = {item: [] for item in OPEN}
    for item, text in office.session.execute(
        select(SurveyComment.item, SurveyComment.text)
        .where(where(SurveyComment), SurveyComment.released.is_(True))
        .order_by(SurveyComment.id)  # random keys: the same shuffle at every look
    ):
        found.setdefault(item, []).append(text)
    return Results(course, cohort, answers, figures, found)


def asked(office: Office, results: Results) -> int:
    """How many officers the results speak for at most: those of the cohort, or course, who began."""
    where = Enrolment.cohort_id == results.cohort.id if results.cohort else Enrolment.course_id == results.course.id
    began = select(func.count()).select_from(Enrolment)
    return office.session.scalar(began.where(where, Enrolment.started_at.is_not(None))) or 0


def figures_csv(
    office: Office, actor: Actor, results: Results, names: Mapping[str, str], heads: Sequence[str]
) -> Iterator[bytes]:
    """The figures of *results* (no comments) as CSV: *names* of the items, *heads* of the first, the five and the last
    column. The download is noted in the log.
    """
    rows: list[list[Cell]] = []
    for item, counts in results.figures.items():
        rows.append([names[item], *(counts or (None,) * 5), sum(counts) if counts else None])
    with office.transaction():
        subject = str(results.cohort.id) if results.cohort else results.course.id
        audit.note(office, actor, "survey.download", subject, {"format": "csv"})
    headings = [Heading(head, "text" if at == 0 else "whole") for at, head in enumerate(heads)]
    return csv_stream(headings, rows)
