"""How the platform is set up: every variable of its environment."""

from __future__ import annotations

from flask import current_app, render_template

from app.variables import VARIABLES
from app.web.administrator.entry import door


@door.get("/settings", may="administer")
def settings() -> str:
    """What every variable means, what holds without it, and what holds now; secrets stay hidden."""
    config = current_app.extensions["paso.config"]
    rows = [(one, one.now(config)) for one in VARIABLES]
    return render_template("administrator/settings.html", rows=rows)
