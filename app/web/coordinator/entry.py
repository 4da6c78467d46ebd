"""The door itself, and what its pages share: lists to choose from, and refusals put beside the field they are about."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import request

from app.rules.errors import NotFound
from app.services import cohorts, people, scope
from app.web import entrance
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, show_date

door = Door("coordinator", __name__, url_prefix="/coordinate")


def page_number() -> int:
    """The ``?page=`` of the address; 1 for anything that is no page."""
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 8 else 1


def institution_choices(permission: str = "enrol") -> list[tuple[str, str]]:
    """The actor's institutions for a list that folds out, those below set in."""
    rows = scope.institutions(entrance.office(), entrance.actor(), permission)
    return [(str(row.id), "\u2003" * depth + row.name) for row, depth in scope.depths(rows)]


def institution_names(permission: str = "enrol") -> dict[uuid.UUID, str]:
    """What the actor's institutions are called."""
    return {row.id: row.name for row in scope.institutions(entrance.office(), entrance.actor(), permission)}


def place_choices(none: str) -> list[tuple[str, str]]:
    """Where somebody can be enrolled: nowhere (*none*), in a course, or in a cohort of one that is not over."""
    office = entrance.office()
    found = [("", none)]
    running = [line for line in cohorts.listing(office, entrance.actor()) if line.state != "closed"]
    for course in people.courses(office):
        title = course.title(language())
        found.append((f"course:{course.id}", title))
        found += [
            (f"cohort:{line.cohort.id}", _("%(course)s, cohort %(cohort)s", course=title, cohort=line.cohort.name))
            for line in running
            if line.cohort.course_id == course.id
        ]
    return found


def place(value: str) -> tuple[str, uuid.UUID | None]:
    """The course and the cohort that a choice of :func:`place_choices` names. Raises ``NotFound``."""
    kind, _colon, name = value.partition(":")
    if kind == "cohort":
        return "", parse_id(name)
    return (name if kind == "course" else ""), None


def parse_id(text: str) -> uuid.UUID:
    """The id that *text* is. Raises ``NotFound``."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("id") from None


def month_words(first: dt.date) -> str:
    """Nov 2026: the month that begins on *first*."""
    return show_date(first).partition(" ")[2]


def chosen(choices: Any, value: str) -> str:
    """*value* if it is one of *choices*, else ""."""
    return value if any(value == known for known, _label in choices or ()) else ""
