"""The figures of an institution and all below it; and those of the region, without names."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import figures as services
from app.services import rosters
from app.services.rosters import RosterQuery
from app.web import entrance
from app.web.coordinator.entry import door, month_words
from app.web.kit import refusals
from app.web.kit.i18n import _, lazy

SEXES = {"f": lazy("Women"), "m": lazy("Men"), "x": lazy("Other"), "": lazy("Not stated")}


@door.get("/", may="read roster")
def home() -> ResponseReturnValue:
    """Figures: how many are enrolled, on their way, done; by institution, course and month."""
    office, who = entrance.office(), entrance.actor()
    faults: dict[str, str] = {}
    try:
        query = RosterQuery.parse(request.args)
    except Refused as no:
        faults[str(no.values.get("field", ""))] = refusals.words(no)
        query = RosterQuery()
    found = services.figures(office, who, query)
    return make_response(
        render_template(
            "coordinator/figures.html",
            query=query,
            asked=request.args,
            figures=found,
            choices=rosters.choices(office, who),
            keys=[_("Completed"), _("In progress"), _("Not started")],
            sexes=SEXES,
            month=month_words,
            faults=faults,
            region=who.may("read figures"),
        ),
        422 if faults else 200,
    )


@door.get("/figures", may="read figures")
def figures() -> str:
    """The region's figures for observers: sums without names, small cells hidden."""
    return render_template("coordinator/regional.html", regional=services.regional(entrance.office(), entrance.actor()))
