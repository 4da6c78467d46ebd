"""An officer searches their courses."""

from __future__ import annotations

from flask import render_template, request

from app.services import searching
from app.web import entrance
from app.web.kit.i18n import LANGUAGES, language
from app.web.learner.door import door


@door.get("/search", may="learn")
def search() -> str:
    """What stands in my courses about ``?q=``: in the language of the page, or in ``?in=en|es``."""
    spoken = request.args.get("in", "")
    page = request.args.get("page", "1")
    findings = searching.find(
        entrance.office(),
        entrance.actor(),
        request.args.get("q", ""),
        spoken if spoken in LANGUAGES else language(),
        int(page) if page.isdecimal() and len(page) < 6 else 1,
    )
    return render_template("learner/search.html", findings=findings)
