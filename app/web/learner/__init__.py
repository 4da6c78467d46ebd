"""The officers' door: courses, lessons, self-checks, simulations, quizzes, the exam, certificates."""

from __future__ import annotations

from app.web.learner import appeals, courses, days, devices, exams, joining, notes, offline, search
from app.web.learner.door import door

__all__ = ["appeals", "courses", "days", "devices", "door", "exams", "joining", "notes", "offline", "search"]
