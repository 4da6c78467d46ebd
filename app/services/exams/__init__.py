"""Quizzes and the final exam: one sitting an attempt, the server's clock, each answer kept as it is given.

:mod:`terms` says by what rule and until when, :mod:`desks` whether one may begin, :mod:`sittings` how one answers,
:mod:`closing` what a paper is worth, :mod:`reviews` what is shown of it afterwards, :mod:`saved` how a quiz is taken from
a saved module, without a network.
"""

from app.services.exams.closing import close, close_due
from app.services.exams.desks import Desk, desk, marks
from app.services.exams.reviews import Review, Reviewed, review
from app.services.exams.saved import KIND, Paper, Saved, hand_in, offered, paper, reserve, waiting
from app.services.exams.sittings import Sheet, answer, sheet, start, submit
from app.services.exams.terms import GRACE, STAGES

__all__ = [
    "GRACE",
    "KIND",
    "STAGES",
    "Desk",
    "Paper",
    "Review",
    "Reviewed",
    "Saved",
    "Sheet",
    "answer",
    "close",
    "close_due",
    "desk",
    "hand_in",
    "marks",
    "offered",
    "paper",
    "reserve",
    "review",
    "sheet",
    "start",
    "submit",
    "waiting",
]
