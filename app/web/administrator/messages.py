"""Messages that leave the house: which wait, which failed and why, and trying again."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound
from app.services import notices as service
from app.web import entrance
from app.web.administrator.entry import door, page_number
from app.web.kit.i18n import _, lazy

STATES = {"waiting": lazy("Waiting"), "failed": lazy("Given up"), "sent": lazy("Sent")}


@door.get("/notices", may="administer")
def notices() -> str:
    """The messages, all or those in one state, the newest first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    page = service.listed(entrance.office(), entrance.actor(), state, page_number())
    return render_template("administrator/notices.html", page=page, state=state, states=STATES)


@door.post("/notices/<uuid:notice_id>/retry", may="administer")
def retry_notice(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Let the worker try one again."""
    try:
        service.retry(entrance.office(), entrance.actor(), notice_id)
    except NotFound:
        flash(_("This message was sent, or is being sent at this moment."), "info")
    else:
        flash(_("The message will be tried again within a minute."), "ok")
    state = request.form.get("state", "")
    return redirect(url_for("administrator.notices", state=state if state in STATES else None), 303)
