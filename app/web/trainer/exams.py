"""The exams of the officers whom a trainer accompanies."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from app.services.examfile import ExamFile
from app.web import examining
from app.web.kit.i18n import _
from app.web.trainer.door import door


def trail(file: ExamFile) -> Sequence[tuple[str, str]]:
    """From the trainer's first page to the officer's cohort."""
    cohort = file.enrolment.cohort
    group = (
        (cohort.name, url_for(".cohort", cohort=cohort.id))
        if cohort is not None
        else (_("Officers without a cohort"), url_for(".without_cohort", course=file.enrolment.course_id))
    )
    return [(_("Teaching"), url_for(".home")), group]


examining.hang(door, "hold exams", trail)
