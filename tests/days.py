"""Practice days for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from app.services.practicedays import Plan


def day_plan(**changes: object) -> Plan:
    """A day at Guayacán on 30 November 2026, for the whole cohort."""
    said = Plan(
        dt.date(2026, 11, 30),
        dt.time(8),
        dt.time(16),
        "America/Panama",
        "Paso del Guayacán",
        ("mission",),
        directions="Portón norte; pregunte por la guardia.",
        bring="Chaleco, agua",
    )
    return replace(said, **changes)  # type: ignore[arg-type]
