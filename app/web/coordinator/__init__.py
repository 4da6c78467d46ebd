"""The door of coordinators: figures, roster, people, cohorts of an institution and everything below it; and the
region's figures for observers.
"""

from app.web.coordinator import (
    cohorts,
    days,
    exams,
    figures,
    imports,
    institutions,
    joining,
    keys,
    people,
    record,
    region,
    roster,
    sharing,
)
from app.web.coordinator.entry import door

__all__ = [
    "cohorts",
    "days",
    "door",
    "exams",
    "figures",
    "imports",
    "institutions",
    "joining",
    "keys",
    "people",
    "record",
    "region",
    "roster",
    "sharing",
]
