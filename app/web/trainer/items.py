"""Item analysis: how each question of a course has served, and which should be looked at."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.rules import statistics
from app.rules.disclosure import LEAST
from app.services import itemanalysis, rulings
from app.services.itemanalysis import Analysis
from app.web import entrance
from app.web.kit.downloads import download
from app.web.kit.i18n import _, language
from app.web.trainer.door import door


def _analysis(course: str) -> Analysis:
    return itemanalysis.analysis(entrance.office(), entrance.actor(), course)


def _limits() -> dict[str, float]:
    """What the pages say about how many answers a figure needs."""
    return {
        "least": LEAST,
        "uses": statistics.LEAST_USES,
        "each": statistics.LEAST_EACH,
        "easy": statistics.TOO_EASY,
    }


def _flag_words() -> dict[str, str]:
    return {
        "key": _("Wrongly keyed?"),
        "translation": _("Translation fault?"),
        "easy": _("Too easy"),
        "unused": _("Unused"),
    }


@door.get("/<course>/items", may="teach")
def items(course: str) -> str:
    """The items of a course with their figures: ``?module=``, ``?place=quiz|exam``, ``?flag=``, ``?sort=``."""
    found = _analysis(course)
    asked = {name: request.args.get(name, "")[:80] for name in ("module", "place", "flag", "sort")}
    return render_template(
        "trainer/items.html",
        found=found,
        rows=found.chosen(**asked),
        asked=asked,
        flag_words=_flag_words(),
        limits=_limits(),
        ruled={ruling.question for ruling in rulings.listed(entrance.office(), found.row.id)},
    )


@door.get("/<course>/items.csv", may="teach")
def items_csv(course: str) -> ResponseReturnValue:
    """All items, as a whole and by edition and language, as CSV."""
    found = _analysis(course)
    headings = [
        _("Question"),
        _("Module"),
        _("Asked in"),
        _("Critical"),
        _("Edition"),
        _("Language"),
        _("Times asked"),
        _("Uses"),
        _("Facility"),
        _("Standard deviation"),
        _("Discrimination index"),
        _("Discriminative efficiency"),
        _("To look at"),
    ]
    words = {"quiz": _("Quiz"), "exam": _("Final exam"), "yes": _("yes"), **_flag_words()}
    body = itemanalysis.csv_file(found, headings, words)
    name = _("items")
    return download(body, f"{course}-{name}.csv", "text/csv", language())


@door.get("/<course>/items/<question>", may="teach")
def item(course: str, question: str) -> str:
    """One item: its key, its figures by edition and language, what was chosen."""
    found = _analysis(course)
    return render_template(
        "trainer/items_one.html",
        found=found,
        item=found.item(question),
        flag_words=_flag_words(),
        limits=_limits(),
        made=rulings.listed(entrance.office(), found.row.id, question),
    )
