"""What the compiler's problems mean: every code with a wrong and a right example."""

from __future__ import annotations

from flask import render_template

from app.services.publishing import explained
from app.web.kit.i18n import language, lazy
from app.web.trainer.door import door

SECTIONS = {
    "files": lazy("Files and folders"),
    "keys": lazy("course.yaml and front matter"),
    "text": lazy("Text of pages"),
    "questions": lazy("Questions"),
    "scenarios": lazy("Scenarios"),
    "parts": lazy("Glossary, practical sheets and countries"),
    "languages": lazy("Both languages side by side"),
    "course": lazy("The course as a whole"),
}


@door.get("/codes/", may="teach")
def codes() -> str:
    """Every problem code, by what it is about."""
    return render_template("trainer/codes.html", explanations=explained.explanations(language()), sections=SECTIONS)


@door.get("/codes/<problem_code>", may="teach")
def code(problem_code: str) -> str:
    """One problem code."""
    return render_template("trainer/code.html", told=explained.explanation(problem_code, language()))
