"""The attendance of a cohort to take away: a row for each officer, a column for each day."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

from sqlalchemy import select

from app.records.practicedays import Attendance
from app.services import sightings
from app.services.office import Actor, Office
from app.services.practicedays.reading import CAME, DayLine, date_of, of_cohort, offer
from app.services.spreadsheets import Cell, Heading, csv_stream, xlsx_stream

Words = Callable[[str], str]
"""what a state ("present", …) is called in the reader's language, and "officer", "institution", "attended", "days" """


def attendance_csv(office: Office, actor: Actor, cohort_id: uuid.UUID, may: str, words: Words) -> Iterator[bytes]:
    """The attendance as CSV. The download is noted in the log. Raises ``NotFound``."""
    headings, rows = _table(office, actor, cohort_id, may, words)
    _note(office, actor, cohort_id, len(rows), "csv")
    return csv_stream(headings, rows)


def attendance_xlsx(office: Office, actor: Actor, cohort_id: uuid.UUID, may: str, words: Words) -> Iterator[bytes]:
    """The attendance as a workbook. The download is noted in the log. Raises ``NotFound``."""
    headings, rows = _table(office, actor, cohort_id, may, words)
    _note(office, actor, cohort_id, len(rows), "xlsx")
    return xlsx_stream(words("attendance"), headings, rows)


def _table(
    office: Office, actor: Actor, cohort_id: uuid.UUID, may: str, words: Words
) -> tuple[list[Heading], list[list[Cell]]]:
    lines = [line for line in of_cohort(office, actor, cohort_id, may) if line.day.state != "cancelled"]
    lines = [line for line in lines if line.day.starts_at <= office.now()]
    marks: dict[tuple[uuid.UUID, uuid.UUID], str] = {
        (day, enrolment): state
        for day, enrolment, state in office.session.execute(
            select(Attendance.day_id, Attendance.enrolment_id, Attendance.state).where(
                Attendance.day_id.in_([line.day.id for line in lines])
            )
        )
    }
    headings = [Heading(words("officer"), width=28), Heading(words("institution"), width=28)]
    headings += [Heading(_head(line), width=18) for line in lines]
    headings += [Heading(words("attended"), "whole", 10), Heading(words("days"), "whole", 10)]
    rows: list[list[Cell]] = []
    for officer in offer(office, actor, cohort_id, may).officers:
        states = [marks.get((line.day.id, officer.id)) for line in lines]
        expected = [state is not None or line.day.everybody for state, line in zip(states, lines, strict=True)]
        cells: list[Cell] = [officer.person.name, officer.institution.name]
        cells += [words(state) if state else "" for state in states]
        rows.append([*cells, sum(state in CAME for state in states), sum(expected)])
    return headings, rows


def _head(line: DayLine) -> str:
    return f"{date_of(line.day).isoformat()} {line.day.place}"


def _note(office: Office, actor: Actor, cohort_id: uuid.UUID, rows: int, form: str) -> None:
    """Everybody of the cohort is in it, of whatever institution, and is told."""
    asked, more = {"cohort": str(cohort_id)}, {"format": form}
    sightings.listed(office, actor, "attendance.download", ("/",), asked, rows, subject=str(cohort_id), more=more)
