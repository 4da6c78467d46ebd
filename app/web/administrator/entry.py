"""The door itself, and what several of its pages need."""

from __future__ import annotations

from typing import Any

from flask import request

from app.rules.permissions import Role
from app.web.kit.guards import Door
from app.web.kit.i18n import lazy

door = Door("administrator", __name__, url_prefix="/admin")

ROLES: dict[str, Any] = {
    Role.LEARNER.value: lazy("Officer who learns"),
    Role.TRAINER.value: lazy("Trainer of a course"),
    Role.COORDINATOR.value: lazy("Coordinator of an institution"),
    Role.OBSERVER.value: lazy("Regional observer (figures only)"),
    Role.ADMINISTRATOR.value: lazy("Administrator of the platform"),
}
"""the roles, as people read them"""


@door.context_processor
def words() -> dict[str, Any]:
    """What the templates of this door may call."""
    return {"role_words": ROLES}


def page_number() -> int:
    """``?page=`` of the address; what is not a page is the first."""
    text = request.args.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 1
