"""Cohorts: a run of a course for officers that institutions send, with dates, place, trainers and seats.

``planning`` makes and fills them, ``joining`` is who asks and is nominated, ``deadlines``, ``reminding`` and
``announcing`` are what officers are told, ``tracking`` is how far they are. ``access`` says who stands how to a cohort.
"""

from app.services.cohorts.planning import (
    CANDIDATES,
    ENTRIES,
    MOST_SEATS,
    Candidate,
    CohortLine,
    Plan,
    State,
    add,
    candidates,
    create,
    delete_empty,
    edit,
    get,
    line_at,
    listing,
    published,
    remove,
    state_of,
    today_of,
    trainers,
)

__all__ = [
    "CANDIDATES",
    "ENTRIES",
    "MOST_SEATS",
    "Candidate",
    "CohortLine",
    "Plan",
    "State",
    "add",
    "candidates",
    "create",
    "delete_empty",
    "edit",
    "get",
    "line_at",
    "listing",
    "published",
    "remove",
    "state_of",
    "today_of",
    "trainers",
]
