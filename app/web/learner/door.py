"""The door itself, and what its rooms share."""

from __future__ import annotations

from app.services import learning
from app.services.learning import Study
from app.web import entrance
from app.web.kit.guards import Door

door = Door("learner", __name__, url_prefix="/learn")


def study_of(course: str) -> Study:
    """The visitor in a course they are enrolled in. Raises ``NotFound``."""
    return learning.study(entrance.office(), entrance.actor(), course)
