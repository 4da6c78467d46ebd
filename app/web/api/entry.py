"""The door itself: whoever comes in brings a key, and what they read is counted and noted."""

from __future__ import annotations

from flask import Response, request

from app.rules.errors import Forbidden
from app.services import machines
from app.services.machines import Machine
from app.web import entrance
from app.web.kit.guards import Door

door = Door("api", __name__, url_prefix="/api/v1")


def machine() -> Machine:
    """The program that asks; behind the lock there always is one."""
    found = entrance.machine()
    if found is None:
        raise Forbidden("read by machine")
    return found


def note(what: str) -> Machine:
    """Count and note that the program reads *what*, with the filters of its address; a name looked for is not repeated.

    Raises ``TooMany``.
    """
    asked = {key: ("…" if key == "name" else value[:80]) for key, value in request.args.items() if value}
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
