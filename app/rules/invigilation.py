"""What an exam grants beyond its own rule: extra time, and what the last attempt asks for."""

from __future__ import annotations

MOST_PERCENT = 100
MOST_MINUTES = 240


def extra_minutes(rule_minutes: int, percent: int | None, minutes: int | None) -> int:
    """The minutes that a grant of *percent* of an exam of *rule_minutes*, or of *minutes*, gives; a part of one is one."""
    if percent is not None:
        return -(-rule_minutes * percent // 100)
    return minutes or 0
