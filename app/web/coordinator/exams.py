"""The exams of the officers whom an institution trains."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from app.services.examfile import ExamFile
from app.web import examining
from app.web.coordinator.entry import door
from app.web.kit.i18n import _


def trail(file: ExamFile) -> Sequence[tuple[str, str]]:
    """From the list of people to the officer's record."""
    person = file.enrolment.person
    return [(_("People"), url_for(".people")), (person.name, url_for(".people_record", person_id=person.id))]


examining.hang(door, "assist exams", trail)
