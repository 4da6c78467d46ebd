"""What trainers of the demo have decided about exams: extra time, a plan, appeals, a copy on paper half entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.records.exams import Attempt, AttemptAnswer
from app.records.learning import Enrolment
from app.rules.invigilation import APPEAL_DAYS
from app.services import accommodations, appeals, papercopies, remedial
from app.services.demo.answering import right_answer
from app.services.demo.casting import Stage
from app.services.office import Actor, Office

TEXTS: dict[str, dict[str, str]] = {
    "time": {
        "en": "Reads with a magnifier since an injury on duty; agreed with the service's medical unit.",
        "es": "Lee con lupa desde una lesión en servicio; acordado con la unidad médica del servicio.",
    },
    "plan": {
        "en": "We looked at the result together. She reads modules 4 and 7 again and repeats both simulations; on Thursday "
        "we go through the critical situations by voice.",
        "es": "Vimos juntos el resultado. Vuelve a leer los módulos 4 y 7 y repite ambas simulaciones; el jueves repasamos "
        "de viva voz las situaciones críticas.",
    },
    "appeal": {
        "en": "With only what the question says, my answer is possible too: at my post the other authority is a day away.",
        "es": "Con lo que dice la pregunta, mi respuesta también es posible: en mi puesto la otra autoridad está a un día.",
    },
    "answer": {
        "en": "The question says who can be reached, and the lesson says what comes first. The key stands; we make the sentence "
        "clearer in the next edition.",
        "es": "La pregunta dice con quién hay comunicación, y la lección, qué va primero. La clave se mantiene; en la próxima "
        "edición aclaramos la frase.",
    },
}


@dataclass(frozen=True)
class Sitter:
    """An officer of a cohort who is before the exam, or has failed it."""

    stage: Stage
    enrolment: Enrolment
    actor: Actor
    trainer: Actor
    over: dt.datetime
    """when they did their last deed"""


def decide(office_at: Callable[[dt.datetime], Office], now: dt.datetime, sitters: Sequence[Sitter]) -> None:
    """Decide about *sitters*, those whom visitors can see first, through the services that trainers use."""
    late = now - dt.timedelta(minutes=15)
    before = [one for one in sitters if one.stage == "no-exam"]
    failed = [one for one in sitters if one.stage == "exam-failed"]
    for at, one in enumerate(before[:3]):
        office = office_at(min(one.over + dt.timedelta(days=1), late))
        if at == 0:
            reason = TEXTS["time"][one.trainer.language]
            accommodations.grant(office, one.trainer, one.enrolment.id, 25, None, reason)
        else:
            printing = papercopies.print_copies(office, one.trainer, [one.enrolment.id], "", "letter")
            if at == 1:
                _enter_once(office_at(late), one, printing.copies[0].code)
    planned = False
    for one in failed:
        sat = (
            office_at(late)
            .session.scalars(
                select(Attempt)
                .where(Attempt.enrolment_id == one.enrolment.id, Attempt.kind == "exam")
                .order_by(Attempt.number.desc())
            )
            .all()
        )
        if len(sat) == 2 and not planned and one.over + dt.timedelta(days=2) < late:
            planned = True
            text = TEXTS["plan"][one.trainer.language]
            remedial.record(office_at(one.over + dt.timedelta(days=2)), one.trainer, one.enrolment.id, text)
    for one in failed[:2]:
        _appeal(office_at, late, one)


def _enter_once(office: Office, one: Sitter, code: str) -> None:
    """The trainer has typed the sheet; a second person is still to come."""
    paper = papercopies.paper(office, one.trainer, code)
    entry = {place.question.id: right_answer(place.question, one.actor.language) for place in paper.places}
    papercopies.enter(office, one.trainer, code, entry, office.now().date())


def _appeal(office_at: Callable[[dt.datetime], Office], late: dt.datetime, one: Sitter) -> None:
    """One question of the last failed exam; answered, unless it is so recent that it may well be open."""
    last = (
        office_at(late)
        .session.scalars(
            select(Attempt)
            .where(Attempt.enrolment_id == one.enrolment.id, Attempt.kind == "exam", Attempt.closed_at.is_not(None))
            .order_by(Attempt.number.desc())
            .limit(1)
        )
        .first()
    )
    if last is None or last.closed_at is None or last.closed_at + dt.timedelta(hours=20) > late:
        return
    office = office_at(last.closed_at + dt.timedelta(hours=20))
    wrong = set(
        office.session.scalars(
            select(AttemptAnswer.question).where(AttemptAnswer.attempt_id == last.id, AttemptAnswer.right.is_(False))
        )
    )
    position = next((n for n, (name, _order) in enumerate(last.paper, 1) if name in wrong), 1)
    reason = TEXTS["appeal"][one.actor.language]
    made = appeals.lodge(office, one.actor, one.enrolment.course_id, last.number, position, reason)
    if last.closed_at + dt.timedelta(days=APPEAL_DAYS + 3) < late:
        office = office_at(last.closed_at + dt.timedelta(days=3))
        appeals.decide(office, one.trainer, made.id, "dismiss", TEXTS["answer"][one.trainer.language])
