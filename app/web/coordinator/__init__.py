"""The door of coordinators: figures, roster, people, cohorts of an institution and everything below it; and the
region's figures for observers.
"""

from app.web.coordinator import (
    cohorts,
    exams,
    figures,
    institutions,
    keys,
    nominations,
    people,
    record,
    roster,
    sharing,
)
from app.web.coordinator.entry import door

__all__ = [
    "cohorts",
    "door",
    "exams",
    "figures",
    "institutions",
    "keys",
    "nominations",
    "people",
    "record",
    "roster",
    "sharing",
]
