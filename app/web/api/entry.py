"""The door itself: whoever comes in brings a key, and what they read is counted and noted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from flask import Response

from app.rules.errors import Forbidden
from app.services import machines
from app.services.machines import Machine
from app.web import entrance
from app.web.kit.guards import Door

_SLUG = re.compile("[a-z0-9-]{1,60}")
door = Door("api", __name__, url_prefix="/api/v1")


def machine() -> Machine:
    """The program that asks; behind the lock there always is one."""
    found = entrance.machine()
    if found is None:
        raise Forbidden("read by machine")
    return found


def note(what: str, filters: Mapping[str, str] = MappingProxyType({})) -> Machine:
    """Count and note that the program reads *what*, with the *filters* that were understood; a name looked for is not
    repeated, nor whatever else stands in the address: what the log says here cannot be blanked.

    Raises ``TooMany``.
    """
    asked = {key: "…" if key == "name" else value for key, value in filters.items() if key not in ("columns", "sort")}
    if not _SLUG.fullmatch(asked.get("course", "")):
        asked.pop("course", None)
    program = machine()
    machines.note_read(entrance.office(), program, what, asked)
    return program


@door.after_request
def say_how(response: Response) -> Response:
    """Tell a program without a key how to bring one; and that nothing here is kept by caches in between."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="paso-seguro"'
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
