"""A small course as trainers write it, in Markdown: for tests that begin at the source."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

COURSE = "guard-basics"

_YAML = """id: guard-basics
code: GB
languages: [en, es]
hours: {online: 4, practice: 1, final: 0}
modules: [mission, protection]
unlock: any
completion:
  lessons: all
  quizzes: {draw: 2, pass: 50, attempts: 3, wait_hours: 1, critical: all}
  practice: competent
certificate: {kinds: [completion], valid_months: 36, design: regional}
sources:
  convention-1951: {title: {en: Refugee Convention, es: Convención sobre los Refugiados}, reviewed: 2026-10-01}
"""

_QUESTION = {
    "en": """:::{{question}} {id}
:objective: 1

A man says: “If they see me there, they will kill me.” What do you do first?

- (x) Receive a protection request. {{#receive}}
- ( ) Ask for proof. {{#proof}}
  > Nobody has to prove a fear before being heard.
- ( ) Call his consulate. {{#consulate}}

> Fear can be said without the word asylum.
:::
""",
    "es": """:::{{question}} {id}
:objective: 1

Un hombre dice: «Si me ven allá, me matan». ¿Qué hace usted primero?

- (x) Recibir una solicitud de protección. {{#receive}}
- ( ) Pedirle pruebas. {{#proof}}
  > Nadie tiene que probar un temor antes de ser oído.
- ( ) Llamar a su consulado. {{#consulate}}

> El temor puede decirse sin la palabra asilo.
:::
""",
}


def question(question_id: str, language: str) -> str:
    """One question as written in a lesson or a quiz."""
    return _QUESTION[language].format(id=question_id)


def _lesson(title: dict[str, str], check: str, language: str) -> str:
    text = {
        "en": "You stand at the landing and listen [@convention-1951 art. 33].",
        "es": "Usted está en el embarcadero y escucha [@convention-1951 art. 33].",
    }[language]
    objective = {"en": "Receive a request.", "es": "Recibir una solicitud."}[language]
    return (
        f"---\ntitle: {title[language]}\nobjective: {objective}\nobjectives: [1]\nminutes: 20\n---\n"
        f"{text}\n\n{question(check, language)}"
    )


def _module(title: dict[str, str], language: str) -> str:
    goal = {"en": "Receive a request for protection.", "es": "Recibir una solicitud de protección."}[language]
    why = {"en": "It happens on every shift.", "es": "Ocurre en cada turno."}[language]
    summary = {"en": "What to do first.", "es": "Qué hacer primero."}[language]
    return f"---\ntitle: {title[language]}\nsummary: {summary}\nobjectives:\n  - {goal}\n---\n{why}\n"


_PRACTICE = {
    "en": "---\ntitle: P1. Briefing\nminutes: 60\n---\nTwo minutes each.\n\n:::{criteria}\n"
    "- States the tasks. {#tasks}\n- Promises nothing. {#plain}\n:::\n",
    "es": "---\ntitle: P1. Presentación\nminutes: 60\n---\nDos minutos cada quien.\n\n:::{criteria}\n"
    "- Enuncia las tareas. {#tasks}\n- No promete nada. {#plain}\n:::\n",
}


def files() -> dict[str, bytes]:
    """The files of the course: two modules, three lessons, a quiz each, one practical sheet. No problems."""
    found = {"course.yaml": _YAML}
    for language in ("en", "es"):
        title = {"en": "Guard basics", "es": "Guardia básica"}[language]
        summary = {"en": "A short course.", "es": "Un curso breve."}[language]
        found[f"course.{language}.md"] = f"---\ntitle: {title}\nsummary: {summary}\n---\n{summary}\n"
        quiz = {"en": "Module quiz", "es": "Cuestionario del módulo"}[language]
        for folder, name, lessons in (
            ("01-mission", {"en": "Mission", "es": "Misión"}, ("1-first-hour", "2-second-hour")),
            ("02-protection", {"en": "Protection", "es": "Protección"}, ("1-hearing-fear",)),
        ):
            found[f"{folder}/module.{language}.md"] = _module(name, language)
            for lesson in lessons:
                check = f"{lesson.partition('-')[2]}-check"
                called = {"en": f"Lesson {lesson[0]}", "es": f"Lección {lesson[0]}"}
                found[f"{folder}/{lesson}.{language}.md"] = _lesson(called, check, language)
            short = folder[3:6]
            found[f"{folder}/quiz.{language}.md"] = (
                f"---\ntitle: {quiz}\n---\n{question(f'{short}-one', language)}\n{question(f'{short}-two', language)}"
            )
        found[f"01-mission/practice.{language}.md"] = _PRACTICE[language]
    return {path: text.encode() for path, text in found.items()}


def zipped(content: Mapping[str, bytes | str], top: str = "") -> bytes:
    """A zip of *content*, inside the folder *top*."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in content.items():
            archive.writestr(f"{top}/{path}" if top else path, data)
    return buffer.getvalue()


def module_of(content: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The files of one module folder, their paths from inside it."""
    return {path[len(folder) + 1 :]: data for path, data in content.items() if path.startswith(folder + "/")}
