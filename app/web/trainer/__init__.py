"""The trainer's door: courses and their drafts, previews, publishing, cohorts, practical sheets and the manual."""

from __future__ import annotations

from app.web.trainer import (
    appeals,
    arranging,
    codes,
    days,
    editor,
    exams,
    graphs,
    guide,
    history,
    imports,
    items,
    live,
    making,
    papers,
    practice,
    preview,
    refreshers,
    satisfaction,
    studio,
    translating,
)
from app.web.trainer.door import door

__all__ = [
    "appeals",
    "arranging",
    "codes",
    "days",
    "door",
    "editor",
    "exams",
    "graphs",
    "guide",
    "history",
    "imports",
    "items",
    "live",
    "making",
    "papers",
    "practice",
    "preview",
    "refreshers",
    "satisfaction",
    "studio",
    "translating",
]
