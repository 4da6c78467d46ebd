"""What officers say of a course: the survey of all its cohorts together."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from app.services import surveys as services
from app.web import entrance, surveys
from app.web.kit.i18n import _
from app.web.trainer.door import door


@door.get("/survey/<course>/", may="sign practice")
def course_survey(course: str) -> str:
    """The results of a course."""
    found = services.of_course(entrance.office(), entrance.actor(), course)
    trail = [(_("Teaching"), url_for(".home")), (_("Cohorts and practical sheets"), url_for(".cohorts"))]
    return surveys.results_page(found, trail, url_for(".course_survey_csv", course=course))


@door.get("/survey/<course>.csv", may="sign practice")
def course_survey_csv(course: str) -> ResponseReturnValue:
    """The same as figures."""
    return surveys.results_csv(services.of_course(entrance.office(), entrance.actor(), course))
