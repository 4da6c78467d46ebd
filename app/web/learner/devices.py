"""Batches of events from devices that were away."""

from __future__ import annotations

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import rescue
from app.web import entrance, receiving
from app.web.kit import metrics, refusals
from app.web.kit.forms import Form
from app.web.kit.i18n import _
from app.web.learner.door import door
from app.web.learner.notes import kept_both
from app.web.rescuing import RescueForm

MOST_EVENTS = 50
"""in one batch of a device"""
MOST_BYTES = 1_000_000
"""of one batch"""


@door.post("/sync", may="learn")
def sync() -> ResponseReturnValue:
    """A batch of events from a device that was offline: each is acknowledged by its id, and counts once.

    JSON: {"device": …, "sent_at": ISO time, "events": [{"id", "at", "user", "course", "kind", "module", "item", "payload"},
    …]}. An event of another ``user`` is not named in the answer, so that the device keeps it for its owner. The payload of
    an answer is its response, or the ``fields`` of the form and the ``edition`` that was shown; of a saved quiz
    (``quiz.taken``, its ``item`` the draw) the ``fields`` of its form and when it was ``begun``. What is kept and does not
    count is "applied" with a code.
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
    sent_at = receiving.moment(batch.get("sent_at"))
    results = receiving.taken(office, entrance.actor(), events, sent_at, receiving.word(batch, "device"))
    if any(one["result"].get("both") and one["status"] == "applied" for one in results):
        flash(kept_both(), "warn")  # on the next page that comes from here
    for one in results:
        metrics.synced(one["status"])
    return jsonify({"now": now.isoformat(), "results": results})


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
    results = receiving.taken(entrance.office(), entrance.actor(), events, None, receiving.FROM_FILE)
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
