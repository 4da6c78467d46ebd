"""The questions of the survey at the end of a course, by id; their words are in ``web/surveys.py``."""

from __future__ import annotations

from collections.abc import Mapping

from app.rules.errors import Refused

AGREE = ("relevance", "clarity", "practice", "trainers", "access", "respect", "recommend")
"""sentences to agree with: 1 (not at all) to 5 (fully)"""
SURE = ("refer", "child", "water")
"""what an officer is to be able to do: how sure of it they were before, and are now"""
MOMENTS = ("before", "after")
OPEN = ("helped", "change")
"""in the officer's own words"""
SCORED = AGREE + tuple(f"{item}-{moment}" for item in SURE for moment in MOMENTS)
MOST_TEXT = 1000


def checked(scores: Mapping[str, int], texts: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """*scores* (1 to 5) and *texts* as they are kept; what was left out is missing.

    Raises ``Refused``: ``survey-empty``, ``survey-malformed``, ``survey-long`` (``field``: the item).
    """
    if not scores.keys() <= set(SCORED) or not texts.keys() <= set(OPEN):
        raise Refused("survey-malformed")
    if any(score not in (1, 2, 3, 4, 5) for score in scores.values()):
        raise Refused("survey-malformed")
    kept = {item: text.strip() for item, text in texts.items() if text.strip()}
    for item, text in kept.items():
        if len(text) > MOST_TEXT:
            raise Refused("survey-long", field=item, most=MOST_TEXT)
    if not scores:
        raise Refused("survey-empty")
    return {item: scores[item] for item in SCORED if item in scores}, kept
