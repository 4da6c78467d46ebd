"""The trainer's door: courses and their drafts, previews, publishing, cohorts, practical sheets and the manual."""

from __future__ import annotations

from app.web.trainer import codes, editor, graphs, guide, history, items, live, practice, preview, studio, translating
from app.web.trainer.door import door

__all__ = [
    "codes",
    "door",
    "editor",
    "graphs",
    "guide",
    "history",
    "items",
    "live",
    "practice",
    "preview",
    "studio",
    "translating",
]
