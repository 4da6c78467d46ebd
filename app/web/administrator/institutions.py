"""The tree of all institutions."""

from __future__ import annotations

from flask import url_for

from app.web import institutions
from app.web.administrator.entry import door
from app.web.institutions import Trail
from app.web.kit.i18n import _


def _trail() -> Trail:
    return [(_("Administration"), url_for("administrator.home"))]


institutions.hang(door, "administer", _trail)
