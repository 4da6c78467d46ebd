"""The trainer's door: courses and their drafts, previews, publishing, cohorts and practical sheets."""

from __future__ import annotations

from app.web.trainer import codes, editor, items, practice, preview, studio
from app.web.trainer.door import door

__all__ = ["codes", "door", "editor", "items", "practice", "preview", "studio"]
