"""The door itself, and what its rooms share."""

from __future__ import annotations

from typing import Any

from app.services import learning, offline
from app.services.learning import Study
from app.web import entrance
from app.web.kit.guards import Door

door = Door("learner", __name__, url_prefix="/learn")


def study_of(course: str) -> Study:
    """The visitor in a course they are enrolled in. Raises ``NotFound``."""
    return learning.study(entrance.office(), entrance.actor(), course)


@door.context_processor
def device() -> dict[str, Any]:
    """What an officer's page tells their device: under which key it keeps things, and that a shared one keeps nothing."""
    found = entrance.sign_in()
    return {"owner": offline.owner_key(found.actor.person_id), "shared": found.shared} if found else {}
