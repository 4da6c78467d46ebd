"""Appeals against a closed exam: an officer objects within ten days (:mod:`lodging`), the trainers of the course answer
with a reason (:mod:`council`).
"""

from app.services.appeals.council import Case, Decision, Hearing, decide, hearing, listed, waiting
from app.services.appeals.lodging import MOST_REASON, Ground, Place, ground, lodge, until

__all__ = [
    "MOST_REASON",
    "Case",
    "Decision",
    "Ground",
    "Hearing",
    "Place",
    "decide",
    "ground",
    "hearing",
    "listed",
    "lodge",
    "until",
    "waiting",
]
