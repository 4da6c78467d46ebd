"""Every closed attempt's answers graded again, and its marks added up again."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from app.courseware.course import Course
from app.records.exams import Attempt, AttemptAnswer
from app.rules import marking
from app.rules.grading import Grade
from app.rules.rulings import counted, graded
from app.services import regrading
from app.services.doctor.tally import Tally
from app.services.exams.terms import STAGES, rule_of
from app.services.findings import Finding, Words, found
from app.services.office import Office
from app.services.regrading import Ruled
from app.services.shelf import course_of

PAGE = 250
"""attempts looked at together"""
SAID: Words = {
    "credit-differs": (
        "attempt {attempt}: the answer to {question} is graded {kept}, and is worth {due}",
        "intento {attempt}: la respuesta a {question} está calificada con {kept} y vale {due}",
    ),
    "mark-differs": (
        "attempt {attempt}: its mark is {kept} %, and its answers give {due} %",
        "intento {attempt}: su nota es {kept} % y sus respuestas dan {due} %",
    ),
    "pass-differs": (
        "attempt {attempt}: whether it passed does not follow from its mark",
        "intento {attempt}: si aprobó o no, no corresponde a su nota",
    ),
    "attempt-broken": (
        "attempt {attempt}: its paper or its answers cannot be read",
        "intento {attempt}: su cuestionario o sus respuestas no se pueden leer",
    ),
    "answer-strange": (
        "attempt {attempt}: it holds an answer to {question}, which it does not ask",
        "intento {attempt}: contiene una respuesta a {question}, que no se preguntó en él",
    ),
}


def check(office: Office, tally: Tally) -> Iterator[Finding]:
    """Look at every closed attempt."""
    ruled: dict[uuid.UUID, Ruled] = {}
    a = Attempt
    after = uuid.UUID(int=0)
    which = (a.id, a.edition_id, a.kind, a.module, a.paper, a.mark, a.critical_mark, a.passed)
    while True:
        page = office.session.execute(
            select(*which).where(a.id > after, a.closed_at.is_not(None)).order_by(a.id).limit(PAGE)
        ).all()
        if not page:
            return
        answers = _answers(office, page[0].id, page[-1].id)
        for row in page:
            tally.looked += 1
            if row.edition_id not in ruled:
                ruled[row.edition_id] = regrading.of_edition(office, row.edition_id)
            try:
                yield from _examine(
                    row, course_of(office, row.edition_id), ruled[row.edition_id], answers.get(row.id, {})
                )
            except (AttributeError, KeyError, TypeError, ValueError):
                yield found(SAID, "attempt-broken", attempt=row.id)
        after = page[-1].id


def _answers(office: Office, first: uuid.UUID, last: uuid.UUID) -> dict[uuid.UUID, dict[str, Row[Any]]]:
    w = AttemptAnswer
    found: defaultdict[uuid.UUID, dict[str, Row[Any]]] = defaultdict(dict)
    for row in office.session.execute(
        select(w.attempt_id, w.question, w.response, w.credit, w.right, w.regraded_at).where(
            w.attempt_id.between(first, last)
        )
    ):
        found[row.attempt_id][row.question] = row
    return found


def _examine(row: Row[Any], course: Course, ruled: Ruled, given: dict[str, Row[Any]]) -> Iterator[Finding]:
    asked: Sequence[str] = [question for question, _order in row.paper]
    lifted = any(question in ruled for question in asked)
    places, floor = [], []
    for question in asked:
        answer = given.get(question)
        if answer is None:
            kept = due = Grade(0.0, False)
        else:
            kept = Grade(answer.credit or 0.0, bool(answer.right))
            due = graded(course.questions[question], answer.response["value"])
            lifted = lifted or answer.regraded_at is not None
            # what was lifted by a ruling or a later edition stays so; no answer is worth less than its own edition says
            higher = answer.regraded_at is not None or question in ruled
            if kept.credit < due.credit or (kept.credit > due.credit and not higher):
                yield found(SAID, "credit-differs", attempt=row.id, question=question, kept=kept.credit, due=due.credit)
        places.append((course.questions[question], counted(kept, ruled.get(question, ()))))
        floor.append((course.questions[question], kept))
    for question in given.keys() - set(asked):
        yield found(SAID, "answer-strange", attempt=row.id, question=question)
    now, least = marking.marks(places), marking.marks(floor)
    # a ruling that was not applied to this attempt yet lifts it later; one that was, it never sinks below again
    fits = row.mark is not None and (least.mark <= row.mark if lifted else row.mark == now.mark)
    if not fits or (not lifted and row.critical_mark != now.critical):
        yield found(SAID, "mark-differs", attempt=row.id, kept=row.mark, due=now.mark)
    elif row.kind not in STAGES:
        passes = marking.passes(rule_of(course, row.module, row.kind), row.mark, row.critical_mark or 0)
        if row.passed is None or (passes and not row.passed) or (row.passed and not passes and not lifted):
            yield found(SAID, "pass-differs", attempt=row.id)
