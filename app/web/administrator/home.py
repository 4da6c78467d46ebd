"""What needs attention, and the state of the platform in figures."""

from __future__ import annotations

from flask import render_template

from app.services import audit, overview
from app.web import entrance
from app.web.administrator.entry import door
from app.web.administrator.log import spoken_of

LAST = 8
"""entries of the log on the first page"""


@door.get("/", may="administer")
def home() -> str:
    """The first page."""
    office, who = entrance.office(), entrance.actor()
    last = audit.entries(office, who, size=LAST)
    return render_template("administrator/home.html", seen=overview.look(office, who), log=last, said=spoken_of(last))
