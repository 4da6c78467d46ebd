"""What every problem code means, with a wrong and a right example: told by ``paso courses explain`` and the studio."""

from __future__ import annotations

from app.courseware.explanations.files import FILES
from app.courseware.explanations.keys import KEYS
from app.courseware.explanations.parity import PARITY
from app.courseware.explanations.parts import LINT, PARTS
from app.courseware.explanations.questions import QUESTIONS
from app.courseware.explanations.scenarios import SCENARIOS
from app.courseware.explanations.table import Explained, Table
from app.courseware.explanations.text import TEXT

__all__ = ["EXPLANATIONS", "SECTIONS", "Explained"]

SECTIONS: dict[str, Table] = {
    "files": FILES,
    "keys": KEYS,
    "text": TEXT,
    "questions": QUESTIONS,
    "scenarios": SCENARIOS,
    "parts": PARTS,
    "languages": PARITY,
    "course": LINT,
}
EXPLANATIONS: Table = {code: one for table in SECTIONS.values() for code, one in table.items()}
