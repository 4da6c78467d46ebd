"""Batches of events from devices that were away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.rules import draws
from app.rules.errors import NotFound, Refused
from app.rules.events import when
from app.services import learning, offline, rescue
from app.web import entrance
from app.web.kit import metrics, refusals
from app.web.kit.forms import Extension, Form, Required, Upload
from app.web.kit.i18n import _, lazy
from app.web.learner.door import door, study_of
from app.web.reading import response_of

MOST_EVENTS = 50
"""in one batch of a device"""
MOST_BYTES = 1_000_000
"""of one batch"""


@door.post("/sync", may="learn")
def sync() -> ResponseReturnValue:
    """A batch of events from a device that was offline: each is acknowledged by its id, and counts once.

    JSON: {"device": …, "sent_at": ISO time, "events": [{"id", "at", "user", "course", "kind", "module", "item", "payload"},
    …]}. An event of another ``user`` is not named in the answer, so that the device keeps it for its owner. The payload of
    an answer is its response, or the ``fields`` of the form and the ``edition`` that was shown.
    """
    office = entrance.office()
    if request.content_length is None or request.content_length > MOST_BYTES:
        abort(413)
    try:
        batch = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, thousands deep
        batch = None
    events = batch.get("events") if isinstance(batch, dict) else None
    if not isinstance(batch, dict) or not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Refused("response-malformed")
    now = office.now()
    sent_at = _moment(batch.get("sent_at"))
    results = taken(events, sent_at, _word(batch, "device"))
    for one in results:
        metrics.synced(one["status"])
    return jsonify({"now": now.isoformat(), "results": results})


def taken(events: list[Any], sent_at: dt.datetime | None, device: str) -> list[dict[str, Any]]:
    """Record *events* as a device wrote them down; returns what became of each of the visitor's own, by its id.

    *sent_at* is what the device's clock said when it sent them, if it just did.
    """
    office, who = entrance.office(), entrance.actor()
    now = office.now()
    mine = offline.owner_key(who.person_id)
    results: list[dict[str, Any]] = []
    for raw in events:
        raw = raw if isinstance(raw, dict) else {}
        if raw.get("user", mine) != mine:
            continue
        one: dict[str, Any] = {"id": _word(raw, "id"), "status": "rejected", "code": "response-malformed", "result": {}}
        unread = ""
        try:
            payload = raw.get("payload")
            if isinstance(payload, dict) and "fields" in payload:
                try:
                    payload = {"response": _response(_word(raw, "course"), _word(raw, "item"), payload)}
                except Refused as no:  # whether it counted already is asked all the same
                    payload, unread = {}, no.code
            event = learning.event_for(
                _word(raw, "kind"),
                _word(raw, "module"),
                _word(raw, "item"),
                payload if isinstance(payload, dict) else {},
                when(_moment(raw.get("at")) or now, sent_at, now),
                one["id"] or "none",
            )
            outcome = learning.record(office, who, _word(raw, "course"), [event], device)[0]
            one |= {
                "status": outcome.status,
                "code": outcome.code and (unread or outcome.code),
                "result": outcome.result,
            }
        except Refused:
            pass
        except NotFound:
            one["code"] = "not-in-course"
        results.append(one)
    return results


def _response(course: str, item: str, payload: dict[str, Any]) -> Any:
    """The response that the fields of a self-check's form mean, in the order of the edition that was on the device.

    Raises ``Refused``, and ``NotFound`` where the officer is not in the course.
    """
    study, fields = study_of(course), payload["fields"]
    if not isinstance(fields, dict) or len(fields) > MOST_EVENTS:
        raise Refused("response-malformed")
    pairs = [(name, value) for name, given in fields.items() if isinstance(given, list) for value in given]
    if not all(isinstance(value, str) for _name, value in pairs):
        raise Refused("response-malformed")
    try:
        question = offline.question_as_shown(entrance.office(), study, _word(payload, "edition"), item)
    except NotFound:
        raise Refused("not-in-course") from None
    order = draws.shown_order(question, str(study.enrolment.id))
    return response_of(question, order, MultiDict(pairs), "a")


class RescueForm(Form):
    file = Upload(
        lazy("Rescue file"),
        [Required(lazy("Choose the file that the device without a connection made.")), Extension("paso")],
        description=lazy("It ends in .paso. Only the platform can read it."),
    )


@door.get("/rescue", may="learn")
def rescue_file() -> ResponseReturnValue:
    """Ask for the file that a device without a connection made."""
    return _rescue_page(RescueForm(formdata=None))


@door.post("/rescue", may="learn")
def rescue_file_now() -> ResponseReturnValue:
    """Count what is in it: once, whether the device sends it too or not.

    Its times are the device's own: how wrong its clock was when the file was made cannot be told any more.
    """
    form = RescueForm()
    if not form.validate_on_submit():
        return _rescue_page(form, 422)
    try:
        events = rescue.events(entrance.office(), form.file.data.stream.read(rescue.LARGEST + 1))
    except Refused as no:
        form.file.errors = [refusals.words(no)]
        return _rescue_page(form, 422)
    results = taken(events, None, "rescue")
    counted = sum(one["status"] == "applied" for one in results)
    known = sum(one["status"] == "duplicate" for one in results)
    if not results:
        flash(_("There is nothing of yours in this file. Whoever made it must sign in and upload it."), "warn")
    else:
        flash(
            _(
                "Counted now: %(counted)s. Counted before: %(known)s. Not part of the course, or not yet open: %(rest)s.",
                counted=counted,
                known=known,
                rest=len(results) - counted - known,
            ),
            "ok",
        )
    return redirect(url_for(".rescue_file"), 303)


def _rescue_page(form: Form, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("learner/rescue.html", form=form), status)


def _word(raw: dict[str, Any], key: str) -> str:
    """A name or id in what a device sent; "" for what can be neither: another type, too long, half characters."""
    text = raw.get(key)
    return text if isinstance(text, str) and len(text) <= 80 and text.isprintable() else ""


def _moment(text: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
