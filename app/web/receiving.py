"""What devices wrote down without a network, read as their forms meant it and recorded: in a batch, or out of a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from werkzeug.datastructures import MultiDict

from app.rules import draws
from app.rules.errors import NotFound, Refused
from app.rules.events import Outcome, when
from app.rules.progress import Event
from app.services import exams, learning, notes, offline
from app.services.office import Actor, Office
from app.web.reading import response_of

MOST_FIELDS = 200
"""of the form of one event: a quiz has several for each of its questions"""
FROM_FILE = "rescue"
"""stands for the device that made a file which was brought"""


def taken(
    office: Office, who: Actor, events: list[Any], sent_at: dt.datetime | None, device: str
) -> list[dict[str, Any]]:
    """Record *events* as a device wrote them down; returns what became of each of *who*'s own, by its id.

    *sent_at* is what the device's clock said when it sent them, if it just did.
    """
    now = office.now()
    mine = offline.owner_key(who.person_id)
    results: list[dict[str, Any]] = []
    for raw in events:
        raw = raw if isinstance(raw, dict) else {}
        if raw.get("user", mine) != mine:
            continue
        one: dict[str, Any] = {"id": word(raw, "id"), "status": "rejected", "code": "response-malformed", "result": {}}
        try:
            at = when(moment(raw.get("at")) or now, sent_at, now)
            record = {exams.KIND: _quiz, **dict.fromkeys(notes.KINDS, _note)}.get(word(raw, "kind"), _event)
            outcome = record(office, who, raw, at, sent_at, device)
            one |= {"status": outcome.status, "code": outcome.code, "result": outcome.result}
        except Refused:
            pass
        except NotFound:
            one["code"] = "not-in-course"
        results.append(one)
    return results


def _made(raw: dict[str, Any], payload: Any, at: dt.datetime) -> Event:
    kept = payload if isinstance(payload, dict) else {}
    return learning.event_for(
        word(raw, "kind"), word(raw, "module"), word(raw, "item"), kept, at, word(raw, "id") or "none"
    )


def _event(
    office: Office, who: Actor, raw: dict[str, Any], at: dt.datetime, _sent_at: dt.datetime | None, device: str
) -> Outcome:
    """A lesson finished, a self-check answered, a choice made in a simulation."""
    course, payload, unread = word(raw, "course"), raw.get("payload"), ""
    if isinstance(payload, dict) and "fields" in payload:
        try:
            payload = {"response": _response(office, who, course, word(raw, "item"), payload)}
        except Refused as no:  # whether it counted already is asked all the same
            payload, unread = {}, no.code
    outcome = learning.record(office, who, course, [_made(raw, payload, at)], device)[0]
    return Outcome(outcome.id, outcome.status, outcome.code and (unread or outcome.code), outcome.result)


def _response(office: Office, who: Actor, course: str, item: str, payload: dict[str, Any]) -> Any:
    """The response that the fields of a self-check's form mean, in the order of the edition that was on the device.

    Raises ``Refused``, and ``NotFound`` where the officer is not in the course.
    """
    study = learning.study(office, who, course)
    fields = _fields(payload)
    try:
        question = offline.question_as_shown(office, study, word(payload, "edition"), item)
    except NotFound:
        raise Refused("not-in-course") from None
    order = draws.shown_order(question, str(study.enrolment.id))
    return response_of(question, order, fields, "a")


def _quiz(
    office: Office, who: Actor, raw: dict[str, Any], at: dt.datetime, sent_at: dt.datetime | None, device: str
) -> Outcome:
    """A quiz of a saved module, handed in whole: the fields of its form, each question's beginning with "a" and its place.

    A line half put in order is no answer, as when the time of an exam ends.
    """
    course, payload = word(raw, "course"), raw.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    event = _made(raw, {}, at)
    fields = _fields(payload)
    answers: dict[str, Any] = {}
    for place, (question, order) in enumerate(exams.paper(office, who, course, event.item).places, 1):
        try:
            answers[question.id] = response_of(question, order, fields, f"a{place}", places=True)
        except Refused as no:
            if no.code != "order-incomplete":
                raise
    begun = when(moment(payload.get("begun")) or at, sent_at, office.now())
    return exams.hand_in(office, who, course, event, begun, answers, device)


def _note(
    office: Office, who: Actor, raw: dict[str, Any], at: dt.datetime, _sent_at: dt.datetime | None, device: str
) -> Outcome:
    """A bookmark or a note of a saved module: ``on``, or ``text`` and the version it was ``begun`` from, as in the forms.

    Files that are brought do not say which device made them: what stands in one replaces nothing.
    """
    payload = raw.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    fields, edition = _fields(payload), word(payload, "edition")
    event = _made(raw, {}, at)
    place = notes.Place(word(raw, "course"), event.module, event.item)
    if event.kind == notes.MARKED:
        return notes.mark(office, who, place, fields.get("on", "") == "1", event.id, edition)
    made_by = "" if device == FROM_FILE else device[:40]
    written = notes.Written(fields.get("text", ""), fields.get("begun", ""), at, made_by, edition)
    try:
        return notes.write(office, who, place, written, event.id)
    except Refused as no:
        return Outcome(event.id, "rejected", no.code)


def _fields(payload: dict[str, Any]) -> Any:
    """The fields of a form as a device keeps them. Raises ``Refused("response-malformed")``."""
    fields = payload.get("fields")
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise Refused("response-malformed")
    pairs = [(name, value) for name, given in fields.items() if isinstance(given, list) for value in given]
    if not all(isinstance(value, str) for _name, value in pairs):
        raise Refused("response-malformed")
    return MultiDict(pairs)


def word(raw: dict[str, Any], key: str) -> str:
    """A name or id in what a device sent; "" for what can be neither: another type, too long, half characters."""
    text = raw.get(key)
    return text if isinstance(text, str) and len(text) <= 80 and text.isprintable() else ""


def moment(text: Any) -> dt.datetime | None:
    """The time that *text* writes; ``None`` for what is none."""
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
