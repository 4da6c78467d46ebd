"""Courses that an officer may join, and the messages on their page."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services.cohorts import announcing, joining
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.forms import ask, confirmed
from app.web.kit.i18n import _
from app.web.learner.door import door


@door.get("/cohorts/<uuid:cohort_id>/", may="learn")
def join(cohort_id: uuid.UUID) -> str:
    """A cohort that one may ask to join: what it is, and how the application stands."""
    offer = joining.offer(entrance.office(), entrance.actor(), cohort_id)
    return render_template("learner/join.html", offer=offer, cohort=offer.cohort)


@door.post("/cohorts/<uuid:cohort_id>/ask", may="learn")
def join_ask(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for a seat."""
    try:
        joining.ask(entrance.office(), entrance.actor(), cohort_id)
    except Refused as no:
        flash(refusals.words(no), "bad")
    else:
        flash(_("You have asked for a seat. You are told here what is decided."), "ok")
    return redirect(url_for("learner.join", cohort_id=cohort_id), 303)


@door.post("/cohorts/<uuid:cohort_id>/withdraw", may="learn")
def join_withdraw(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Take the application back, after asking."""
    joining.offer(entrance.office(), entrance.actor(), cohort_id)
    back = url_for("learner.join", cohort_id=cohort_id)
    if not confirmed():
        text = _("You give up your place in the line. You can ask again while applications are open.")
        return ask(_("Withdraw your application?"), text, _("Withdraw"), back)
    joining.withdraw(entrance.office(), entrance.actor(), cohort_id)
    flash(_("Your application is withdrawn."), "ok")
    return redirect(url_for("learner.home"), 303)


@door.post("/messages/<uuid:message_id>/close", may="learn")
def message_close(message_id: uuid.UUID) -> ResponseReturnValue:
    """Close a message as read."""
    announcing.close(entrance.office(), entrance.actor(), message_id)
    return redirect(url_for("learner.home"), 303)
