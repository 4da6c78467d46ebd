"""The answers of a copy are entered by two people, graded by the grading of the web, and counted once.

One person types what the sheet says. Another types it again without seeing the first entry, or compares the first entry
with the sheet and confirms it. Where they differ, the sheet is looked at again. Nobody enters their own exam.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.records.exams import AttemptAnswer
from app.rules import grading, paperentry
from app.rules.errors import Conflict, Refused
from app.rules.grading import Response
from app.services import audit, examiners, exams, learning
from app.services.office import Actor, Office
from app.services.papercopies.reading import Paper, paper

Entry = Mapping[str, Response]
"""question → what the sheet answers"""


def enter(office: Office, actor: Actor, code: str, entry: Entry, sat_on: dt.date | None = None) -> Paper:
    """Enter the answers of a copy: the first time, or again by a second person; equal, they are graded.

    Who made the first entry corrects it by entering again, as long as nobody else has. *sat_on* is the day on the sheet.
    Raises ``NotFound``; ``Refused``: ``copy-code``, ``exam-own``, ``copy-graded``, ``copy-cancelled``, ``copy-disputed``,
    ``copy-day`` (missing, in the future, or before it was printed), ``response-malformed``.
    """
    with office.transaction():
        found = _open(office, actor, code)
        copy = found.copy
        if copy.state == "disputed":
            raise Refused("copy-disputed")
        given = _read(found, entry)
        if copy.state == "out" or found.mine_first:
            day = sat_on or copy.sat_on
            if day is None or not copy.printed_at.date() - dt.timedelta(days=1) <= day <= _tomorrow(office):
                raise Refused("copy-day", field="sat_on")
            copy.sat_on, copy.first, copy.state = day, given, "typed"
            copy.first_by, copy.first_at = actor.person_id, office.now()
            _note(office, actor, found, "exam.paper-entry", {"entry": 1})
            return paper(office, actor, code)
        copy.second, copy.second_by, copy.second_at = given, actor.person_id, office.now()
        _note(office, actor, found, "exam.paper-entry", {"entry": 2})
        assert found.attempt is not None
        if paperentry.differences(found.course.questions, found.attempt.paper, copy.first, given):
            copy.state = "disputed"
        else:
            _grade(office, actor, found, copy.first)
        return paper(office, actor, code)


def confirm(office: Office, actor: Actor, code: str, seal: str) -> Paper:
    """Confirm the first entry, which the actor has compared with the sheet, and grade it.

    *seal* is :attr:`Paper.seal` as it was shown. Raises ``NotFound``; ``Conflict("copy-changed")``; ``Refused``: as
    :func:`enter`, and ``copy-not-typed``, ``copy-same-person``.
    """
    with office.transaction():
        found = _open(office, actor, code)
        copy = found.copy
        if copy.state == "disputed":
            raise Refused("copy-disputed")
        if copy.state != "typed":
            raise Refused("copy-not-typed")
        if found.mine_first:
            raise Refused("copy-same-person")
        if seal != found.seal:
            raise Conflict("copy-changed")
        copy.second, copy.second_by, copy.second_at = dict(copy.first), actor.person_id, office.now()
        copy.confirmed = True
        _note(office, actor, found, "exam.paper-confirm", {})
        _grade(office, actor, found, copy.first)
        return paper(office, actor, code)


def resolve(office: Office, actor: Actor, code: str, decided: Entry) -> Paper:
    """Say what the sheet answers where the two entries differ, and grade.

    Raises ``NotFound``; ``Refused``: as :func:`enter`, and ``copy-not-disputed``, ``copy-undecided``.
    """
    with office.transaction():
        found = _open(office, actor, code)
        copy = found.copy
        if copy.state != "disputed":
            raise Refused("copy-not-disputed")
        differing = {one.question for one in found.differences}
        if differing != set(decided):
            raise Refused("copy-undecided")
        copy.resolved = _read(found, decided)
        copy.resolved_by = actor.person_id
        _note(office, actor, found, "exam.paper-resolve", {"differences": len(differing)})
        agreed = {name: value for name, value in copy.first.items() if name not in differing}
        _grade(office, actor, found, {**agreed, **copy.resolved})
        return paper(office, actor, code)


def cancel(office: Office, actor: Actor, code: str, reason: str) -> Paper:
    """Cancel a copy that was lost or spoilt: it was no attempt, and the officer may sit the exam otherwise.

    Raises ``NotFound``; ``Refused``: ``copy-code``, ``exam-own``, ``copy-graded``, ``reason-missing``, ``reason-long``.
    """
    with office.transaction():
        found = paper(office, actor, code, "hold exams")
        learning.lock(office, found.enrolment.id)
        found = paper(office, actor, code, "hold exams")
        examiners.other(actor, found.enrolment)
        copy = found.copy
        if copy.state == "cancelled":
            return found
        if copy.state == "graded":
            raise Refused("copy-graded")
        copy.cancel_reason = examiners.reason_of(reason)
        copy.state, copy.cancelled_by, copy.cancelled_at = "cancelled", actor.person_id, office.now()
        copy.attempt_id = None
        copy.attempt = None
        office.session.flush()
        if found.attempt is not None:
            office.session.delete(found.attempt)
        office.session.flush()
        _note(office, actor, found, "exam.paper-cancel", {"reason": copy.cancel_reason})
        return paper(office, actor, code)


def _open(office: Office, actor: Actor, code: str) -> Paper:
    """The copy, locked, that can still be entered by *actor*."""
    found = paper(office, actor, code)
    learning.lock(office, found.enrolment.id)
    found = paper(office, actor, code)
    examiners.other(actor, found.enrolment)
    if found.copy.state == "graded":
        raise Refused("copy-graded")
    if found.copy.state == "cancelled":
        raise Refused("copy-cancelled")
    return found


def _read(found: Paper, entry: Entry) -> dict[str, Any]:
    """*entry* as it is kept: only questions of the paper, only what is answered."""
    known = {place.question.id: place.question for place in found.places}
    if not set(entry) <= set(known):
        raise Refused("response-malformed")
    read = {name: grading.read(known[name], value) for name, value in entry.items()}
    return {name: value for name, value in read.items() if not grading.is_empty(value)}


def _tomorrow(office: Office) -> dt.date:
    """A day that somewhere in the region may have come."""
    return office.now().date() + dt.timedelta(days=1)


def _note(office: Office, actor: Actor, found: Paper, action: str, detail: dict[str, Any]) -> None:
    enrolment = found.enrolment
    audit.note(office, actor, action, str(enrolment.id), {"code": found.copy.code, **detail}, enrolment.institution_id)


def _grade(office: Office, actor: Actor, found: Paper, final: Entry) -> None:
    """Keep the answers as if they had been given on the web, and close the attempt: graded and counted as there."""
    attempt = found.attempt
    assert attempt is not None
    for name, response in final.items():
        office.session.add(
            AttemptAnswer(attempt_id=attempt.id, question=name, response={"value": response}, saved_at=office.now())
        )
    found.copy.state, found.copy.graded_at = "graded", office.now()
    office.session.flush()
    exams.close(office, attempt.id, "paper")
