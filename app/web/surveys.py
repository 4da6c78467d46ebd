"""The survey at the end of a course: its questions in words, and its results for trainers and coordinators.

:func:`hang` puts the results of a cohort behind a door.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.disclosure import LEAST
from app.rules.survey import AGREE, MOMENTS, OPEN, SCORED, SURE
from app.services import surveys as services
from app.services.surveys import Results
from app.web import entrance
from app.web.kit.downloads import download
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy

Trail = Callable[[Any], Sequence[tuple[str, str]]]

SENTENCES: dict[str, Any] = {
    "relevance": lazy("What I learned is what I need at my post."),
    "clarity": lazy("The lessons and their questions were clear."),
    "practice": lazy("Simulations and practice days taught me to act, not only to know."),
    "trainers": lazy("The trainers explained well and had time for me."),
    "access": lazy("I could follow the course without trouble with the network or the device."),
    "respect": lazy("I was treated with respect, and so were the people of whom the course tells."),
    "recommend": lazy("I would recommend this course to a colleague."),
}
ABILITIES: dict[str, Any] = {
    "refer": lazy("receive a request for protection and refer it"),
    "child": lazy("recognise a child who may be a victim of trafficking"),
    "water": lazy("help somebody who is in danger in the water"),
}
WHEN: dict[str, Any] = {"before": lazy("before the course"), "after": lazy("now")}
QUESTIONS: dict[str, Any] = {
    "helped": lazy("What helped you most?"),
    "change": lazy("What should we change?"),
}
AGREEMENT: tuple[Any, ...] = (
    lazy("not at all"),
    lazy("rather not"),
    lazy("partly"),
    lazy("mostly"),
    lazy("fully"),
)
"""1 to 5: how far somebody agrees"""
SURENESS: tuple[Any, ...] = (
    lazy("not sure at all"),
    lazy("rather unsure"),
    lazy("half sure"),
    lazy("rather sure"),
    lazy("very sure"),
)
"""1 to 5: how sure somebody is"""


def name_of(item: str) -> str:
    """A scored item in words, as a row of a table names it."""
    if item in SENTENCES:
        return str(SENTENCES[item])
    ability, _hyphen, moment = item.rpartition("-")
    return _("Sure to %(ability)s: %(when)s", ability=ABILITIES[ability], when=WHEN[moment])


def _thirds(counts: Sequence[int]) -> list[int]:
    """What says yes, what is in between, what says no: a bar has three parts."""
    return [counts[4] + counts[3], counts[2], counts[1] + counts[0]]


def bars(results: Results, items: Sequence[str]) -> list[dict[str, Any]]:
    """The bars of *items*; what fewer than five answered has none."""
    figures: Mapping[str, Any] = results.figures
    return [{"label": name_of(item), "figures": _thirds(figures[item])} for item in items if figures.get(item)]


def results_page(results: Results, trail: Sequence[tuple[str, str]], csv: str) -> str:
    """The page of *results*; *csv* is the address of its figures."""
    sure = [f"{ability}-{moment}" for ability in SURE for moment in MOMENTS]
    return render_template(
        "surveys/results.html",
        results=results,
        trail=trail,
        csv=csv,
        asked=services.asked(entrance.office(), results),
        least=LEAST,
        agree=bars(results, AGREE),
        sure=bars(results, sure),
        hidden=[name_of(item) for item in SCORED if results.answers and not results.figures.get(item)],
        items=[(item, name_of(item)) for item in SCORED if results.figures.get(item)],
        questions=[(item, QUESTIONS[item]) for item in OPEN],
    )


def results_csv(results: Results) -> ResponseReturnValue:
    """The figures of *results* as a file."""
    names = {item: name_of(item) for item in SCORED}
    heads = [_("Question"), "1", "2", "3", "4", "5", _("Answers")]
    word = _("survey")
    body = services.figures_csv(entrance.office(), entrance.actor(), results, names, heads)
    return download(body, f"paso-seguro-{word}.csv", "text/csv", language())


def hang(door: Door, may: str, trail: Trail) -> None:
    """Put the results of a cohort behind *door*, for those who hold *may*."""

    def results_of(cohort: uuid.UUID) -> Results:
        return services.of_cohort(entrance.office(), entrance.actor(), cohort, may)

    @door.get("/cohorts/<uuid:cohort>/survey", may=may)
    def cohort_survey(cohort: uuid.UUID) -> str:
        """What the officers of a cohort say of the course, from five answers up."""
        found = results_of(cohort)
        return results_page(found, trail(found.cohort), url_for(".cohort_survey_csv", cohort=cohort))

    @door.get("/cohorts/<uuid:cohort>/survey.csv", may=may)
    def cohort_survey_csv(cohort: uuid.UUID) -> ResponseReturnValue:
        """The same as figures."""
        return results_csv(results_of(cohort))


def init_surveys(app: Flask) -> None:
    """Give the templates of *app* the words of the survey."""
    app.jinja_env.globals.update(
        survey={
            "sentences": SENTENCES,
            "abilities": ABILITIES,
            "when": WHEN,
            "questions": QUESTIONS,
            "agreement": AGREEMENT,
            "sureness": SURENESS,
        }
    )
