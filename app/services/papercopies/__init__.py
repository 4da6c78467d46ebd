"""The exam on paper: copies printed for officers (:mod:`printing`), found by their code (:mod:`reading`), entered by two
people and graded as the web grades (:mod:`entering`).
"""

from app.services.papercopies.entering import cancel, confirm, enter, resolve
from app.services.papercopies.printing import (
    MOST_COPIES,
    Candidate,
    Printing,
    batch,
    candidates,
    pdf,
    print_copies,
)
from app.services.papercopies.reading import Paper, Place, of_enrolment, paper, pending

__all__ = [
    "MOST_COPIES",
    "Candidate",
    "Paper",
    "Place",
    "Printing",
    "batch",
    "cancel",
    "candidates",
    "confirm",
    "enter",
    "of_enrolment",
    "paper",
    "pdf",
    "pending",
    "print_copies",
    "resolve",
]
