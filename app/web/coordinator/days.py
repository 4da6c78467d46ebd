"""Practice days and survey of a cohort, as its coordinators see them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for

from app.services import practicedays as services
from app.web import entrance, practicedays, surveys
from app.web.coordinator.entry import door
from app.web.kit.i18n import _


def trail(cohort: Any) -> Sequence[tuple[str, str]]:
    """From the list of cohorts to one."""
    return [(_("Cohorts"), url_for(".cohorts")), (cohort.name, url_for(".cohort", cohort_id=cohort.id))]


practicedays.hang(door, "enrol", "read roster", trail)
surveys.hang(door, "read roster", trail)


@door.get("/cohorts/<uuid:cohort>/days/<uuid:day>/", may="read roster")
def cohort_day(cohort: uuid.UUID, day: uuid.UUID) -> str:
    """A practice day: who came, and whose sheets are signed. Trainers mark it."""
    roll = services.roll(entrance.office(), entrance.actor(), cohort, day, "read roster")
    return render_template("practicedays/seen.html", roll=roll, trail=trail(roll.day.cohort))
