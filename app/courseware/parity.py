from __future__ import annotations
from app.courseware.draft import Draft
from app.courseware.manuscript import Report
def check(draft: Draft, report: Report) -> None: ...
