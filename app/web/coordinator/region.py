"""The region's figures for observers, on the screen and to take away: sums without names, small cells hidden."""

from __future__ import annotations

import datetime as dt

from flask import render_template
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound
from app.services import figures as services
from app.services.figures import Regional
from app.services.rosters import Reader
from app.web import entrance
from app.web.coordinator.entry import door, month_words
from app.web.coordinator.roster import XLSX
from app.web.kit.downloads import download
from app.web.kit.i18n import _, language


@door.get("/figures", may="read figures")
def figures() -> str:
    """The region by country, service, course, month and sex, as it stood at the end of the last month."""
    office, who = entrance.office(), entrance.actor()
    found = services.regional(office, who)
    return render_template(
        "coordinator/regional.html",
        figures=found,
        tables=found.published if found else None,
        through=found.until - dt.timedelta(days=1) if found else None,
        month=lambda code: month_words(dt.date.fromisoformat(code)) if code else _("Earlier"),
        sexes={code: _(word) for code, word in services.SEX_WORDS.items()},
        now=office.now(),
    )


@door.get("/figures.csv", may="read figures")
def figures_csv() -> ResponseReturnValue:
    """The same as CSV."""
    found, reader = _newest()
    return download(services.csv_file(found, reader), _filename(found, "csv"), "text/csv", language())


@door.get("/figures.xlsx", may="read figures")
def figures_xlsx() -> ResponseReturnValue:
    """The same as a workbook."""
    found, reader = _newest()
    body = services.xlsx_file(found, reader, _("Figures of the region"))
    return download(body, _filename(found, "xlsx"), XLSX, language())


def _newest() -> tuple[Regional, Reader]:
    office, who = entrance.office(), entrance.actor()
    found = services.regional(office, who)
    if found is None:
        raise NotFound("figures")
    return found, Reader.of(office, who, language(), _)


def _filename(found: Regional, extension: str) -> str:
    through = found.until - dt.timedelta(days=1)
    return f"paso-seguro-{_('region')}-{through.isoformat()}.{extension}"
