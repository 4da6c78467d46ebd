"""Whether an officer was there: asked before a practical sheet is signed."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from app.records.practicedays import Attendance, PracticeDay
from app.rules.errors import Refused
from app.services.office import Office
from app.services.practicedays.reading import CAME, date_of


def refuse_absent(office: Office, enrolment_id: uuid.UUID, sheet: str, held_on: dt.date) -> None:
    """Raise ``Refused("practice-absent")`` if the officer is marked as not there on the day that practised *sheet*.

    Whoever is marked absent in the morning and present in the afternoon was there.
    """
    noon = dt.datetime.combine(held_on, dt.time(12), dt.UTC)
    rows = office.session.execute(
        select(PracticeDay, Attendance.state)
        .join(Attendance, Attendance.day_id == PracticeDay.id)
        .where(Attendance.enrolment_id == enrolment_id, Attendance.state != "", PracticeDay.state != "cancelled")
        .where(PracticeDay.starts_at.between(noon - dt.timedelta(days=2), noon + dt.timedelta(days=2)))
    )
    marks = {state for day, state in rows if sheet in day.sheets and date_of(day) == held_on}
    if marks and not marks & set(CAME):
        raise Refused("practice-absent", field="held_on")
