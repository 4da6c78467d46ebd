"""The institutions below a coordinator's own."""

from __future__ import annotations

from flask import url_for

from app.web import institutions
from app.web.coordinator.entry import door
from app.web.institutions import Trail
from app.web.kit.i18n import _


def _trail() -> Trail:
    return [(_("People"), url_for("coordinator.people"))]


institutions.hang(door, "arrange institutions", _trail)
