"""The figures of an institution and all below it: each number leads to the list of those whom it counts."""

from __future__ import annotations

from flask import render_template, request

from app.services import figures as services
from app.services.rosters import RosterQuery
from app.web import entrance
from app.web.coordinator.entry import door, month_words
from app.web.kit.i18n import _

SCOPE = ("institution", "country", "course", "cohort")
"""what can be asked of the figures; everything else that the roster can be asked for is a figure itself"""


@door.get("/", may="read roster")
def home() -> str:
    """Who is enrolled, active, behind, completed, certified; by country, institution, cohort, month, course and sex."""
    office, who = entrance.office(), entrance.actor()
    asked = {name: request.args[name] for name in SCOPE if name in request.args}
    query = RosterQuery.parse(asked)
    found = services.figures(office, who, query)
    return render_template(
        "coordinator/figures.html",
        query=query,
        asked=asked,
        figures=found,
        keys=[_("Completed"), _("On pace"), _("Behind")],
        sexes={code: _(word) for code, word in services.SEX_WORDS.items()},
        month=month_words,
        now=office.now(),
        course=next((row for row in found.choices.courses if row.id == query.course), None),
        cohort=next((row for row in found.choices.cohorts if row.id == query.cohort), None),
        region=who.may("read figures"),
    )
