"""What an exam grants beyond its own rule: extra time, what the last attempt asks for, how long one may appeal."""

from __future__ import annotations

MOST_PERCENT = 100
MOST_MINUTES = 240
APPEAL_DAYS = 10
"""after an exam is closed (CURRICULUM C13)"""


def extra_minutes(rule_minutes: int, percent: int | None, minutes: int | None) -> int:
    """The minutes that a grant of *percent* of an exam of *rule_minutes*, or of *minutes*, gives; a part of one is one."""
    if percent is not None:
        return -(-rule_minutes * percent // 100)
    return minutes or 0


def needs_plan(attempts: int, used: int) -> bool:
    """Whether the next attempt opens only with a remedial plan: the last one, where there are three or more."""
    return attempts >= 3 and used == attempts - 1
