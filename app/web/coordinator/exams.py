"""The exams of the officers whom an institution trains."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from app.services.examfile import ExamFile
from app.web import examining, papers
from app.web.coordinator.entry import door
from app.web.kit.i18n import _


def trail(file: ExamFile) -> Sequence[tuple[str, str]]:
    """From the list of people to the officer's record."""
    person = file.enrolment.person
    return [(_("People"), url_for(".people")), (person.name, url_for(".people_record", person_id=person.id))]


examining.hang(door, "assist exams", trail)


def papers_trail() -> Sequence[tuple[str, str]]:
    """From the list of cohorts to the copies on paper."""
    return [(_("Cohorts"), url_for(".cohorts")), (_("Exams on paper"), url_for(".exam_copies"))]


papers.hang(door, "assist exams", papers_trail)
