"""A small course as trainers write it, in Markdown: for tests that begin at the source."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

COURSE = "guard-basics"

_YAML = """id: guard-basics
code: GB
languages: [en, es]
hours: {online: 4, practice: 1, final: 1}
modules: [mission, protection]
unlock: any
completion:
  lessons: all
  quizzes: {draw: 2, pass: 50, attempts: 3, wait_hours: 1, critical: all}
  scenarios: without critical error
  practice: competent
  exam: {draw: 2, minutes: 20, pass: 50, critical: 50, attempts: 2, wait_hours: 1, per_module: [1, 1]}
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


def question(question_id: str, language: str, module: str = "") -> str:
    """One question as written in a lesson or a quiz, or, with its *module*, in the exam."""
    text = _QUESTION[language].format(id=question_id)
    return text.replace(":objective: 1\n", f":objective: 1\n:module: {module}\n") if module else text


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

_SCENARIO = {
    "en": """---
title: First shift
---
You are alone at the landing.

::::{scenario} first-shift
:dials: safety rights

:::{scene} landing
:title: The landing
A boatman offers money.

- [Take it.](#taken) {rights=-2 critical}
- [Refuse it.](#refused) {rights=+1}
:::

:::{scene} taken
:title: Money
:ending: critical
You are reported.
:::

:::{scene} refused
:title: The record
:ending: good
You write it down.
:::
::::
""",
    "es": """---
title: Primer turno
---
Está a solas en el embarcadero.

::::{scenario} first-shift
:dials: safety rights

:::{scene} landing
:title: El embarcadero
Un lanchero ofrece dinero.

- [Aceptarlo.](#taken) {rights=-2 critical}
- [Rechazarlo.](#refused) {rights=+1}
:::

:::{scene} taken
:title: Dinero
:ending: critical
Lo denuncian.
:::

:::{scene} refused
:title: El registro
:ending: good
Usted lo anota.
:::
::::
""",
}


def _exam(language: str) -> str:
    title = {"en": "Final exam", "es": "Examen final"}[language]
    items = (question(f"fx-{module[:3]}", language, module) for module in ("mission", "protection"))
    return f"---\ntitle: {title}\n---\n" + "\n".join(items)


def files() -> dict[str, bytes]:
    """The files of the course: two modules, three lessons, a quiz each, a simulation, a practical sheet, an exam."""
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
        found[f"01-mission/scenario.{language}.md"] = _SCENARIO[language]
        found[f"exam.{language}.md"] = _exam(language)
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
