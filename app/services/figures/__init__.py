"""Figures: of one's own institutions, each leading to its list (:mod:`own`); and of the region, without names, small
figures hidden, as they stood when a month ended (:mod:`region`).
"""

from app.services.figures.own import CohortLine, Figures, InstitutionLine, Month, Tally, figures, officers
from app.services.figures.region import Line, Published, Regional, freeze, regional
from app.services.figures.taking import SEX_WORDS, csv_file, xlsx_file

__all__ = [
    "SEX_WORDS",
    "CohortLine",
    "Figures",
    "InstitutionLine",
    "Line",
    "Month",
    "Published",
    "Regional",
    "Tally",
    "csv_file",
    "figures",
    "freeze",
    "officers",
    "regional",
    "xlsx_file",
]
