"""The region's figures as they were published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.records.database import Base


class RegionalFigures(Base):
    """What observers read of a month that is over: counted once, what is hidden left out before it is kept."""

    __tablename__ = "regional_figures"

    until: Mapped[dt.date] = mapped_column(primary_key=True)
    """the first day after the month"""
    counted_at: Mapped[dt.datetime]
    content: Mapped[dict[str, Any]]
    """services.figures.region.Published"""
